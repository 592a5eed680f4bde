from odoo.tests import BaseCase, tagged

from ..tools import ranking, words
from ..tools.ranking import Catalogue, Filament, Wish

PLA, PETG, PLA_CF, PLA_SILK = 1, 2, 3, 4


def filament(number, *names, **values):
    """Make a PLA in black, unless said otherwise."""
    return Filament(
        **{
            "id": number,
            "template_id": number,
            "material_id": PLA,
            "material": "PLA",
            "names": names or ("PLA",),
            "colours": ("#1A1A1A",),
            "stock_g": 100.0,
            **values,
        }
    )


def wish(*colours, **values):
    """Want PLA in black, unless said otherwise."""
    return Wish(
        **{
            "material_id": PLA,
            "type": "PLA",
            "colours": colours or ("#1A1A1A",),
            **values,
        }
    )


@tagged("post_install", "-at_install")
class TestRanking(BaseCase):
    def _order(self, wanted, *filaments):
        return [match.id for match in Catalogue(list(filaments)).rank(wanted)]

    def _confidence(self, wanted, one):
        matches = Catalogue([one]).rank(wanted)
        return matches[0].confidence if matches else 0

    def _codes(self, wanted, one):
        return [code for code, _params in Catalogue([one]).rank(wanted)[0].reasons]

    def test_nothing_to_choose_from(self):
        self.assertEqual(Catalogue([]).rank(wish()), [])

    def test_the_same_is_sure(self):
        same = filament(1, brand="Nordfil")
        self.assertGreaterEqual(self._confidence(wish(vendor="nordfil"), same), 98)
        self.assertEqual(
            self._codes(wish(vendor="nordfil"), same),
            ["material", "brand", "colour", "stock"],
        )

    def test_other_polymers_and_diameters_never_fit(self):
        petg = filament(1, "PETG", material_id=PETG, material="PETG")
        thick = filament(2, diameter=2.85)
        self.assertEqual(self._order(wish(), petg, thick), [])
        self.assertEqual(self._order(wish(diameter=2.85), petg, thick), [2])
        self.assertEqual(self._order(wish(diameter=3.0), thick), [2])

    def test_finish_is_told_apart(self):
        plain, silk = filament(1, "PLA"), filament(2, "PLA Silk")
        plus, support = filament(3, "PLA+"), filament(4, "PLA Support")
        every = (plain, silk, plus, support)
        self.assertEqual(self._order(wish(), *every)[:2], [1, 3])
        self.assertEqual(self._order(wish(preset="Bambu PLA Silk"), *every)[0], 2)
        self.assertEqual(self._order(wish(type="PLA+"), *every)[0], 3)
        self.assertEqual(self._order(wish(type="PLA-S"), *every)[0], 4)
        # Neither supports in place of parts nor the other way round.
        self.assertLess(self._confidence(wish(), support), ranking.SURE)
        self.assertLess(self._confidence(wish(type="PLA-S"), plain), ranking.SURE)
        self.assertGreaterEqual(self._confidence(wish(), plus), ranking.SURE)

    def test_fibre_is_told_apart(self):
        plain = filament(1)
        carbon = filament(2, "PLA-CF", material_id=PLA_CF, material="PLA-CF")
        wanted = wish(material_id=PLA_CF, type="PLA-CF")
        self.assertEqual(self._order(wanted, plain, carbon)[0], 2)
        self.assertLess(self._confidence(wanted, plain), ranking.POSSIBLE)
        self.assertLess(self._confidence(wish(), carbon), ranking.POSSIBLE)
        self.assertIn("fibre_missing", self._codes(wanted, plain))
        self.assertIn("fibre_extra", self._codes(wish(), carbon))
        glass = filament(3, "PLA-GF", material_id=PLA_CF, material="PLA-CF")
        self.assertIn("fibre_other", self._codes(wanted, glass))

    def test_a_material_the_shop_keeps_apart(self):
        plain = filament(1)
        silk = filament(2, "Silk", material_id=PLA_SILK, material="PLA Silk")
        wanted = wish(material_id=PLA_SILK, preset="PLA Silk")
        self.assertEqual(self._order(wanted, plain, silk), [2, 1])

    def test_brand(self):
        own = filament(1, brand="Bambu Lab")
        other = filament(2, brand="Nordfil")
        unknown = filament(3)
        order = self._order(wish(vendor="BBL"), other, unknown, own)
        self.assertEqual(order, [1, 3, 2])
        self.assertIn("brand_other", self._codes(wish(vendor="BBL"), other))
        # Generic is any brand; then the price decides.
        cheap = filament(4, brand="Nordfil", price=0.01)
        dear = filament(5, brand="Bambu Lab", price=0.02)
        self.assertEqual(self._order(wish(vendor="Generic"), dear, cheap), [4, 5])
        # The preset's name tells the brand when the vendor does not.
        by_preset = wish(vendor="Generic", preset="Bambu PLA")
        self.assertEqual(self._order(by_preset, cheap, dear), [5, 4])

    def test_colour(self):
        black, grey, red = (
            filament(number, colours=(hexes,))
            for number, hexes in ((1, "#1A1A1A"), (2, "#303030"), (3, "#C1121F"))
        )
        self.assertEqual(self._order(wish(), red, grey, black)[:2], [1, 2])
        self.assertLess(self._confidence(wish(), red), ranking.POSSIBLE)
        confidence = [
            self._confidence(wish(f"#{level:02X}{level:02X}{level:02X}"), black)
            for level in range(26, 200, 6)
        ]
        self.assertEqual(confidence, sorted(confidence, reverse=True))

    def test_filament_of_unknown_colour_is_no_match(self):
        colourless = filament(1, colours=())
        self.assertLess(self._confidence(wish(), colourless), ranking.POSSIBLE)
        self.assertIn("colour_unknown", self._codes(wish(), colourless))

    def test_several_colours_both_ways(self):
        rainbow = filament(1, colours=("#C1121F", "#1D4ED8"))
        reversed_ = filament(2, colours=("#1D4ED8", "#C1121F"))
        red = filament(3, colours=("#C1121F",))
        other = filament(4, colours=("#C1121F", "#16A34A"))
        two = wish("#C1121F", "#1D4ED8")
        catalogue = Catalogue([rainbow, reversed_, red, other])
        distances = {match.id: match.distance for match in catalogue.rank(two)}
        self.assertEqual((distances[1], distances[2]), (0, 0))
        self.assertEqual(self._order(two, red, other, rainbow)[0], 1)
        self.assertLess(self._confidence(two, red), ranking.SURE)
        # A slicer that knows one colour only: the plain one comes first.
        self.assertEqual(self._order(wish("#C1121F"), rainbow, red), [3, 1])
        self.assertGreaterEqual(
            self._confidence(wish("#1D4ED8"), rainbow), ranking.SURE
        )
        self.assertIn("colour_several", self._codes(wish("#1D4ED8"), rainbow))

    def test_one_that_is_seen_through(self):
        clear = filament(1, colours=("#1A1A1A80",))
        self.assertEqual(self._order(wish(), clear, filament(2)), [2, 1])
        self.assertEqual(self._order(wish("#1A1A1A80"), filament(2), clear), [1, 2])

    def test_colour_that_nobody_chose_is_never_sure(self):
        for unchosen in sorted(words.UNCHOSEN_COLOURS):
            with self.subTest(colour=unchosen):
                same = filament(1, colours=(unchosen,))
                black = filament(2)
                self.assertLess(self._confidence(wish(unchosen), same), ranking.SURE)
                self.assertEqual(self._order(wish(unchosen), black, same)[0], 1)
                # It says nothing against another colour either.
                self.assertGreaterEqual(
                    self._confidence(wish(unchosen), black), ranking.POSSIBLE
                )

    def test_no_colour_in_the_file(self):
        wanted = Wish(material_id=PLA, type="PLA")
        confidence = self._confidence(wanted, filament(1))
        self.assertTrue(ranking.POSSIBLE <= confidence < ranking.SURE)

    def test_no_material_in_the_file(self):
        self.assertLess(
            self._confidence(Wish(colours=("#1A1A1A",)), filament(1)), ranking.POSSIBLE
        )
        # A name that nobody knows is not the same as none.
        self.assertEqual(self._order(Wish(type="MOONDUST"), filament(1)), [])

    def test_words_of_the_preset(self):
        galaxy = filament(1, "Nordfil PLA", "Galaxy Black", brand="Nordfil")
        plain = filament(2, "Nordfil PLA", "Black", brand="Nordfil")
        wanted = wish(vendor="Nordfil", preset="Nordfil PLA Galaxy Black")
        self.assertEqual(self._order(wanted, plain, galaxy), [1, 2])
        [match] = Catalogue([galaxy]).rank(wanted)
        self.assertIn(["words", {"words": "galaxy black"}], match.reasons)

    def test_stock_then_price_between_equals(self):
        order = self._order(
            wish(),
            filament(1, stock_g=0, price=0.01),
            filament(2, price=0.03),
            filament(3, price=0.02),
        )
        self.assertEqual(order, [3, 2, 1])
        # But never before what fits better.
        order = self._order(
            wish(), filament(1, stock_g=0), filament(2, colours=("#303030",))
        )
        self.assertEqual(order, [1, 2])

    def test_product_line_people_chose_for_the_preset(self):
        line = filament(1, "Nordfil PLA Silk", template_id=7, brand="Nordfil")
        other = filament(2, "Halcyon PLA", template_id=8, brand="Halcyon")
        wanted = wish(vendor="Halcyon")
        self.assertEqual(self._order(wanted, line, other), [2, 1])
        wanted = wish(vendor="Halcyon", lines=frozenset({7}), preset="X PLA")
        self.assertEqual(self._order(wanted, line, other)[0], 1)
        self.assertIn("line", self._codes(wanted, line))

    def test_limit(self):
        catalogue = Catalogue([filament(number) for number in range(1, 10)])
        self.assertEqual(len(catalogue.rank(wish(), limit=3)), 3)
        self.assertIn(9, catalogue)
        self.assertNotIn(10, catalogue)
