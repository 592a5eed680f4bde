from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FilamentMatchCommon

PRESET = {"vendor": "Bambu Lab", "filament_name": "Bambu PLA Basic @BBL A1"}


@tagged("post_install", "-at_install")
class TestFilamentMatch(FilamentMatchCommon):
    def test_a_choice_is_remembered_and_wins(self):
        self._match(**PRESET).product_id = self.black
        [learned] = self.Match.search([])
        self.assertRecordValues(
            learned,
            [
                {
                    "product_id": self.black.id,
                    "count": 1,
                    "last_uid": self.env.uid,
                    "preset": "Bambu PLA Basic",
                    "colours": "#C1121F",
                    "company_id": self.env.company.id,
                }
            ],
        )
        # Written by another version of the slicer for another printer.
        line = self._match(
            tool=2,
            vendor="BBL",
            filament_type="pla",
            filament_name="Bambu PLA Basic @BBL X1C",
        )
        self.assertEqual(line.product_id, self.black)
        self.assertEqual((line.match_state, line.match_confidence), ("matched", 100))
        self.assertIn("Chosen before for the same, 1×", line.match_reason)

    def test_confirming_counts(self):
        for tool in range(1, 4):
            self._match(tool=tool, **PRESET).action_confirm_match()
        [learned] = self.Match.search([])
        self.assertEqual((learned.product_id, learned.count), (self.red, 3))
        # What is confirmed already is not confirmed once more.
        self.slice.filament_line_ids.action_confirm_match()
        self.assertEqual(learned.count, 3)

    def test_nothing_to_confirm(self):
        line = self._match(colour="#1DD84E")
        with self.assertRaisesRegex(UserError, "Choose one"):
            line.action_confirm_match()

    def test_contradicting_choice_moves_it(self):
        for tool in (1, 2):
            self._match(tool=tool, **PRESET).action_confirm_match()
        line = self._match(tool=3, **PRESET)
        line.product_id = self.black
        [learned] = self.Match.search([])
        self.assertRecordValues(
            learned,
            [
                {
                    "product_id": self.black.id,
                    "count": 1,
                    "previous_product_id": self.red.id,
                    "previous_count": 2,
                }
            ],
        )
        self.assertEqual(self._match(tool=4, **PRESET).product_id, self.black)

    def test_undo_gives_back_all_of_it(self):
        self._match(**PRESET).action_confirm_match()
        line = self._match(tool=2, **PRESET)
        line.product_id = self.black
        line.action_undo_match()
        self.assertEqual(line.product_id, self.red)
        self.assertEqual(line.match_state, "matched")
        self.assertFalse(line.confirmed_uid)
        [learned] = self.Match.search([])
        self.assertEqual((learned.product_id, learned.count), (self.red, 1))
        self.slice.filament_line_ids.action_undo_match()
        self.assertFalse(self.Match.search([]))
        self.assertEqual(
            self.slice.filament_line_ids.mapped("match_state"), ["matched", "matched"]
        )

    def test_undo_of_a_change_gives_the_confirmed_one_back(self):
        line = self._match(**PRESET)
        line.action_confirm_match()
        line.product_id = self.black
        line.action_undo_match()
        self.assertEqual(line.product_id, self.red)
        self.assertEqual(line.match_state, "confirmed")
        self.assertEqual(line.confirmed_uid, self.env.user)
        self.assertEqual(self.Match.search([]).product_id, self.red)

    def test_undo_leaves_what_others_chose_since(self):
        line = self._match(**PRESET)
        line.action_confirm_match()
        self._match(tool=2, **PRESET).product_id = self.black
        line.action_undo_match()
        self.assertEqual(self.Match.search([]).product_id, self.black)

    def test_undo_when_the_filament_before_is_gone(self):
        line = self._match(**PRESET)
        line.product_id = self.black
        self.red.product_tmpl_id.unlink()
        line.action_undo_match()
        self.assertFalse(line.product_id)
        self.assertEqual(line.match_state, "none")

    def test_line_cleared_by_a_person(self):
        line = self._match(**PRESET)
        line.action_confirm_match()
        line.product_id = False
        self.assertEqual(line.match_state, "none")
        self.assertFalse(line.match_reason)

    def test_like_lines_of_the_version_follow(self):
        first, second = self._match(**PRESET), self._match(tool=2, **PRESET)
        decided = self._create_line(tool=3, product_id=self.red.id, **PRESET)
        first.product_id = self.black
        self.assertEqual(second.product_id, self.black)
        self.assertEqual(second.match_state, "matched")
        self.assertEqual(decided.product_id, self.red)
        first.action_undo_match()
        self.assertEqual(second.product_id, self.red)

    def test_nearly_the_colour_of_a_choice(self):
        self._match(**PRESET).product_id = self.black
        line = self._match(tool=2, **PRESET, colour="#C4151F")
        self.assertEqual(line.product_id, self.black)
        self.assertEqual(line.match_confidence, 95)
        self.assertIn("nearly this colour", line.match_reason)
        # A plainly different colour is another filament.
        line = self._match(tool=3, **PRESET, colour="#C1601F")
        self.assertNotEqual(line.product_id, self.black)

    def test_preset_without_colour_takes_the_only_choice(self):
        self._match(**PRESET).product_id = self.black
        # PrusaSlicer writes its own orange for a filament whose colour nobody chose.
        for tool, hexes in ((2, False), (3, "#FF8000")):
            line = self._match(tool=tool, **PRESET, colour=hexes)
            self.assertEqual(line.product_id, self.black)
            self.assertEqual((line.match_state, line.match_confidence), ("matched", 90))
        self._match(tool=4, **PRESET, colour="#1D4ED8").product_id = self.red
        line = self._match(tool=5, **PRESET, colour=False)
        self.assertEqual(line.match_state, "unsure")

    def test_same_preset_in_another_colour_keeps_the_product_line(self):
        nordfil, halcyon = self.env["res.partner"].create(
            [{"name": "Nordfil"}, {"name": "Halcyon"}]
        )
        attribute = self.env["product.attribute"].create(
            {
                "name": "Colour of the line",
                "display_type": "color",
                "value_ids": [
                    (0, 0, {"name": "Teal", "html_color": "#0F8B8D"}),
                    (0, 0, {"name": "Orange", "html_color": "#F77F00"}),
                ],
            }
        )
        line_of_products = self.env["product.template"].create(
            {
                "name": "Nordfil PLA Silk",
                "is_filament": True,
                "material_id": self.pla.id,
                "brand_id": nordfil.id,
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [(6, 0, attribute.value_ids.ids)],
                        },
                    )
                ],
            }
        )
        teal, orange = line_of_products.product_variant_ids
        other = self._create_filament("PLA Orange", "#F77F00", brand_id=halcyon.id)
        said = {"vendor": "Halcyon", "filament_name": "Halcyon PLA @MK4"}
        self.assertEqual(self._match(**said, colour="#F77F00").product_id, other)
        self._match(tool=2, **said, colour="#0F8B8D").product_id = teal
        line = self._match(tool=3, **said, colour="#F77F00")
        self.assertEqual(line.product_id, orange)
        self.assertIn("product line you chose", line.match_reason)

    def test_file_that_says_next_to_nothing_stays_a_guess(self):
        said = {"filament_type": False, "colour": False}
        self._match(**said).product_id = self.black
        line = self._match(tool=2, **said)
        self.assertEqual(line.product_id, self.black)
        self.assertEqual(line.match_state, "unsure")

    def test_unknown_material_is_learned_too(self):
        line = self._match(filament_type="MOONDUST")
        self.assertEqual(line.match_state, "none")
        line.product_id = self.red
        line = self._match(tool=2, filament_type="Moondust")
        self.assertEqual((line.product_id, line.match_confidence), (self.red, 100))

    def test_thick_filament_is_learned_apart(self):
        self._match(**PRESET).product_id = self.black
        line = self._match(tool=2, **PRESET, diameter=2.85)
        self.assertFalse(line.product_id)

    def test_archived_choice_counts_no_more(self):
        self._match(**PRESET).product_id = self.black
        self.black.action_archive()
        self.assertEqual(self._match(tool=2, **PRESET).product_id, self.red)

    def test_forgetting(self):
        line = self._match(**PRESET)
        line.product_id = self.black
        self.Match.search([]).action_forget()
        self.assertEqual(line.product_id, self.black)
        self.assertEqual(self._match(tool=2, **PRESET).product_id, self.red)
        line.action_undo_match()
        self.assertEqual(line.product_id, self.red)

    def test_chip_of_what_was_learned(self):
        self._match(**PRESET).action_confirm_match()
        self.assertEqual(
            self.Match.search([]).file_chip,
            [
                {
                    "colours": ["#C1121F"],
                    "material": "PLA",
                    "grams": 0.0,
                    "name": "Bambu PLA Basic",
                }
            ],
        )

    def test_hostile_words_make_a_key(self):
        line = self._match(
            vendor="|" * 500, filament_name="x|y\n" * 500, filament_type="PLA|" * 90
        )
        line.product_id = self.red
        key = self.Match.search([]).key
        self.assertLess(len(key), 600)
        self.assertEqual(key.count("|"), 4)


@tagged("post_install", "-at_install")
class TestFilamentMatchRights(FilamentMatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("match_operator", "operator")
        cls.sales = cls._create_user("match_sales", "sales")
        cls.line = cls._match(**PRESET)

    def test_operator_confirms_chooses_and_forgets(self):
        line = self.line.with_user(self.operator)
        line.action_confirm_match()
        self.assertEqual(line.confirmed_uid, self.operator)
        line.action_undo_match()
        action = line.action_choose_filament()
        wizard = self.env[action["res_model"]].with_user(self.operator)
        options = wizard.browse(action["res_id"]).option_ids
        options.filtered(lambda o: o.product_id == self.black).action_choose()
        self.assertEqual(line.product_id, self.black)
        self.Match.with_user(self.operator).search([]).action_forget()
        self.assertFalse(self.Match.search([]))

    def test_sales_only_reads(self):
        self.line.action_confirm_match()
        line = self.line.with_user(self.sales)
        self.assertEqual(line.match_mark["state"], "confirmed")
        self.assertEqual(line.product_chip[0]["material"], "PLA")
        learned = self.Match.with_user(self.sales).search([])
        self.assertTrue(learned.product_id)
        for attempt in (
            line.action_confirm_match,
            line.action_undo_match,
            line.action_choose_filament,
            line.action_create_filament,
            learned.action_forget,
            lambda: line.write({"product_id": self.black.id}),
            lambda: line.write({"product_id": False}),
            line.slice_id.action_confirm_filaments,
            line.action_match_filament,
        ):
            with self.subTest(attempt=attempt), self.assertRaises(AccessError):
                attempt()
        self.assertEqual(self.line.product_id, self.red)
        self.assertEqual(self.line.match_state, "confirmed")

    def test_nobody_without_a_role_sees_it(self):
        with self.assertRaises(AccessError):
            self.Match.with_user(self.user_plain).search([])


@tagged("post_install", "-at_install")
class TestFilamentMatchCompanies(FilamentMatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Shop"})
        cls.operator = cls._create_user("match_company", "operator")

    def test_each_company_learns_for_itself(self):
        """A model both share is printed with what each of them chose."""
        self._match(**PRESET).product_id = self.black
        line = self._create_line(tool=2, **PRESET)
        line.with_company(self.other)._match_filament()
        self.assertEqual(line.product_id, self.red)
        line.with_company(self.other).action_confirm_match()
        self.assertEqual(
            set(self.Match.search([]).mapped(lambda m: (m.company_id, m.product_id))),
            {(self.env.company, self.black), (self.other, self.red)},
        )
        seen = self.Match.with_user(self.operator).search([])
        self.assertEqual(seen.company_id, self.env.company)
        foreign = self.Match.search([("company_id", "=", self.other.id)])
        with self.assertRaises(AccessError):
            foreign.with_user(self.operator).action_forget()

    def test_filament_of_another_company_is_never_taken(self):
        self.red.company_id = self.other
        self.assertFalse(self._match().product_id)
        line = self._create_line(tool=2)
        line.with_company(self.other)._match_filament()
        self.assertEqual(line.product_id, self.red)

    def test_stock_of_another_company_does_not_count(self):
        second = self._create_filament("Second Red", "#C1121F", standard_price=0.05)
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.other.id)], limit=1
        )
        self.env["print3d.spool.add"].with_company(self.other).create(
            {
                "product_id": second.id,
                "company_id": self.other.id,
                "location_id": warehouse.lot_stock_id.id,
            }
        )._add_spools()
        self.assertEqual(self._match().product_id, self.red)
        line = self._create_line(tool=2)
        line.with_company(self.other)._match_filament()
        self.assertEqual(line.product_id, second)
