from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.print3d_library.slicer import (
    Filament,
    Plate,
    PlateFilament,
    SlicedFile,
)

from ..tools.ranking import Match
from .common import FilamentMatchCommon


@tagged("post_install", "-at_install")
class TestMatching(FilamentMatchCommon):
    def test_material_then_colour(self):
        line = self._match(colour="#C0151F")
        self.assertEqual(line.product_id, self.red)
        self.assertLess(line.match_distance, 2)
        self.assertEqual(line.match_state, "matched")
        line = self._match(tool=2, filament_type="PETG HF")
        self.assertEqual(line.product_id, self.petg_red)

    def test_nothing_near_is_no_match_but_is_suggested(self):
        line = self._match(colour="#1DD84E")
        self.assertFalse(line.product_id)
        self.assertEqual((line.match_state, line.match_confidence), ("none", 0))
        suggestions = [match.id for match in line._rank_filaments()[line]]
        self.assertEqual(set(suggestions), {self.red.id, self.black.id})
        line = self._match(tool=2, filament_type="ASA")
        self.assertFalse(line.product_id)
        line = self._match(tool=3, filament_type=False)
        self.assertFalse(line.product_id)

    def test_between_equals_the_one_in_stock_then_the_cheaper(self):
        dear = self._create_filament("Dear Red", "#C1121F", standard_price=0.03)
        cheap = self._create_filament("Cheap Red", "#C1121F", standard_price=0.01)
        self.red.standard_price = 0.02
        self.assertEqual(self._match().product_id, cheap)
        self._create_spool(filament=dear, price=0.03)
        self.assertEqual(self._match(tool=2).product_id, dear)

    def test_single_colour_before_the_same_among_several(self):
        self._create_filament("Rainbow", "#C1121F,#1D4ED8")
        self.assertEqual(self._match().product_id, self.red)
        self.assertEqual(
            self._match(tool=2, colour="#1D4ED8").product_id.name, "Rainbow"
        )

    def test_file_without_colour_takes_the_material(self):
        self._create_spool(filament=self.black)
        line = self._match(colour=False)
        self.assertEqual(line.product_id, self.black)
        self.assertEqual(line.match_state, "unsure")

    def test_diameter_counts(self):
        self.assertFalse(self._match(diameter=2.85).product_id)
        thick = self._create_filament("Thick", "#C1121F", diameter_mm=2.85)
        self.assertEqual(self._match(tool=2, diameter=2.85).product_id, thick)
        self.assertEqual(self._match(tool=3, diameter=1.75).product_id, self.red)

    def test_choice_of_a_person_stays_when_nothing_fits(self):
        line = self._create_line(colour="#1DD84E", product_id=self.black.id)
        line.action_match_filament()
        self.assertEqual(line.product_id, self.black)

    def test_grams_from_the_length_and_the_matched_filament(self):
        line = self._create_line(
            filament_type="PETG", length_mm=1000, density=0, diameter=0
        )
        line._match_filament()
        # π/4 · 1.75² mm² · 1000 mm · 1.27 g/cm³
        self.assertAlmostEqual(line.grams, 3.0547, places=2)
        self.assertEqual(line.grams_source, "derived")
        self.assertEqual(line.grams_note, "from length × density")
        self.petg.density = 1.0
        self.assertAlmostEqual(line.grams, 2.41, places=2)

    def test_stated_grams_stay(self):
        line = self._match(length_mm=1000, weight_g=12.5, weight_known=True)
        self.assertEqual((line.grams, line.grams_source), (12.5, "stated"))
        self.assertEqual(line.grams_note, "stated by the file")

    def test_reason_is_a_sentence(self):
        self.red.brand_id = self.env["res.partner"].create({"name": "Prusament"})
        self._create_spool(filament=self.red)
        line = self._match(vendor="Prusa Polymers", colour="#C2131F")
        self.assertEqual(
            line.match_reason,
            "Same material, brand Prusament, colour ΔE 0.3, in stock",
        )
        self.assertEqual(
            line.match_mark,
            {
                "state": "matched",
                "label": "Matched",
                "confidence": line.match_confidence,
                "reason": line.match_reason,
            },
        )
        self.assertGreaterEqual(line.match_confidence, 95)

    def test_every_reason_has_words(self):
        Line = self.env["print3d.plate.filament"]
        params = {
            "wanted": "CF",
            "has": "GF",
            "material": "PLA",
            "brand": "B",
            "distance": 1.2,
            "trait": "silk",
            "words": "w",
            "user": "Ann",
            "date": "2026-01-31 10:00:00",
            "count": 2,
        }
        codes = list(Line._get_reason_words())
        for code in codes:
            with self.subTest(code=code):
                self.assertTrue(Line._get_reason_text([[code, params]]))
        self.assertIn("01/31/2026", Line._get_reason_text([["learned", params]]))
        self.assertEqual(Line._get_reason_text([["of another release", {}]]), "")
        self.assertEqual(Line._get_reason_text(False), "")

    def test_reading_a_file_matches(self):
        line = self._create_line()
        self.slice._after_read()
        self.assertEqual(line.product_id, self.red)

    def test_reading_again_keeps_what_a_person_chose(self):
        sliced = SlicedFile(
            family="bambu",
            filaments=[
                Filament(
                    1,
                    "PLA",
                    "#C1121F",
                    cost=21.5,
                    colours=["#C1121F", "#1D4ED8"],
                ),
                Filament(2, "PLA", "#C1121F", colours=["#C1121F"]),
            ],
            plates=[
                Plate(
                    index=1,
                    filaments=[
                        PlateFilament(1, length_mm=1000, weight_g=3),
                        PlateFilament(2, length_mm=1000, weight_g=3),
                    ],
                )
            ],
        )
        self.slice._write_sliced(sliced)
        self.slice._after_read()
        first, second = self.plate.filament_ids
        self.assertEqual(first.file_colours, "#C1121F,#1D4ED8")
        self.assertEqual(first.file_price_kg, 21.5)
        self.assertFalse(second.file_colours)
        self.assertEqual(second.product_id, self.red)
        first.product_id = self.black
        self.slice._write_sliced(sliced)
        self.slice._after_read()
        self.assertEqual(self.plate.filament_ids, first | second)
        self.assertEqual(first.product_id, self.black)
        self.assertEqual(first.match_state, "confirmed")

    def test_what_fits_no_more_is_let_go(self):
        line = self._match()
        self.red.action_archive()
        line.action_match_filament()
        self.assertFalse(line.product_id)
        self.assertEqual(line.match_state, "none")

    def test_corrected_figures_are_matched_again(self):
        line = self._match()
        self.slice.read_state = "done"
        line.filament_type = "PETG"
        self.assertEqual(line.product_id, self.petg_red)
        line.action_confirm_match()
        line.filament_type = "PLA"
        self.assertEqual(line.product_id, self.petg_red)

    def test_several_colours_of_the_file(self):
        rainbow = self._create_filament("Rainbow", "#1D4ED8,#C1121F")
        line = self._match(file_colours="#C1121F,#1D4ED8")
        self.assertEqual(line.product_id, rainbow)
        self.assertEqual(line.file_chip[0]["colours"], ["#C1121F", "#1D4ED8"])
        # A person's correction is one colour.
        line = self._match(tool=2, colour="#1A1A1A", file_colours="#C1121F,#1D4ED8")
        self.assertEqual(line.product_id, self.black)
        self.assertEqual(line.file_chip[0]["colours"], ["#1A1A1A"])

    def test_density_of_its_own(self):
        line = self._match(length_mm=1000)
        before = line.grams
        self.red.filament_density = self.pla.density * 2
        self.assertAlmostEqual(line.grams, before * 2, places=1)

    def test_project_that_was_not_sliced_has_nothing_to_match(self):
        project = self._create_version(plate_ids=[])
        project._after_read()
        self.assertTrue(project.action_match_filament())
        self.assertTrue(project.action_confirm_filaments())
        self.assertRecordValues(
            project,
            [{"unmatched_count": 0, "unsure_count": 0, "unconfirmed_count": 0}],
        )
        with self.assertRaisesRegex(UserError, "there already"):
            project.action_create_filaments()

    def test_version_tells_what_is_to_do_and_looks_again(self):
        line = self._create_line(colour="#0F8B8D")
        kept = self._create_line(tool=2, product_id=self.black.id)
        unsure = self._create_line(tool=3, colour=False)
        self._create_line(tool=4)
        self.slice.read_state = "done"
        self.slice._after_read()
        self.assertRecordValues(
            self.slice,
            [{"unmatched_count": 1, "unsure_count": 1, "unconfirmed_count": 2}],
        )
        domain = [
            ("id", "=", self.slice.id),
            ("filament_line_ids.match_state", "in", ["none", "unsure"]),
        ]
        self.assertTrue(self.slice.search(domain))
        teal = self._create_filament("PLA Teal", "#0F8B8D")
        self.slice.action_match_filament()
        self.assertEqual(line.product_id, teal)
        self.assertEqual(kept.product_id, self.black)
        self.assertEqual(self.slice.unmatched_count, 0)
        self.assertEqual(unsure.match_state, "unsure")
        self.slice.action_confirm_filaments()
        self.assertEqual(
            set(self.slice.filament_line_ids.mapped("match_state")), {"confirmed"}
        )
        self.assertFalse(self.slice.search(domain))

    def test_choices_are_offered_best_first(self):
        line = self._create_line(colour="#1F1F1F")
        found = (
            self.env["product.product"]
            .with_context(print3d_filament_line=line.id)
            .name_search("", [("is_filament", "=", True)], limit=2)
        )
        self.assertEqual([pair[0] for pair in found], [self.black.id, self.red.id])
        found = (
            self.env["product.product"]
            .with_context(print3d_filament_line=line.id)
            .name_search("Red", [("is_filament", "=", True)])
        )
        self.assertEqual([pair[0] for pair in found], [self.red.id, self.petg_red.id])


@tagged("post_install", "-at_install")
class TestMatchingQueries(FilamentMatchCommon):
    """A hundred lines against two thousand filaments cost what one and ten cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brands = cls.env["res.partner"].create(
            [{"name": f"Maker {index}"} for index in range(20)]
        )
        cls._create_filaments(300)

    @classmethod
    def _create_filaments(cls, count):
        return cls.env["product.product"].create(
            [
                {
                    "name": f"Many {index}",
                    "is_filament": True,
                    "material_id": (cls.pla, cls.petg)[index % 2].id,
                    "brand_id": cls.brands[index % 20].id,
                    "colour_hexes": f"#{(index * 7919) % (1 << 24):06X}",
                }
                for index in range(count)
            ]
        )

    def _create_lines(self, count):
        return self.env["print3d.plate.filament"].create(
            [
                {
                    "plate_id": self.plate.id,
                    "tool": tool,
                    "filament_type": ("PLA", "PETG", "PLA-CF")[tool % 3],
                    "vendor": self.brands[tool % 20].name,
                    "filament_name": f"Preset {tool}",
                    "colour": f"#{(tool * 104729) % (1 << 24):06X}",
                }
                for tool in range(1, count + 1)
            ]
        )

    def _count(self, method, lines):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        getattr(lines, method)()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def test_queries_are_constant(self):
        lines = self._create_lines(100)
        self._count("_match_filament", lines[:12])  # fill the caches of the registry
        # What stays as it was is not written: begin anew.
        lines.write({"product_id": False})
        few = self._count("_match_filament", lines[:12])
        self.assertTrue(lines[:12].product_id)
        self._create_filaments(1700)
        self._count("_match_filament", lines[:1])  # new products emptied the caches
        many = self._count("_match_filament", lines)
        self.assertGreater(len(lines.product_id), 20)
        self.assertLessEqual(many, few + 2)
        self.assertLessEqual(many, 26)

    def test_confirming_many_costs_no_more_queries(self):
        lines = self._create_lines(60)
        products = self._create_filaments(60)
        lines._write_matches(
            {
                line: line._prepare_match_vals(Match(product.id, 90, 1.0, []))
                for line, product in zip(lines, products, strict=True)
            }
        )
        self._count("action_confirm_match", lines[:1])
        few = self._count("action_confirm_match", lines[1:3])
        many = self._count("action_confirm_match", lines[3:])
        self.assertLessEqual(many, few + 2)
