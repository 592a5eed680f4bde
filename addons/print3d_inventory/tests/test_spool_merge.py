from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpoolMerge(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.filament.tare_weight_g = 200
        # A dear remnant, and a cheap one.
        cls.source = cls._create_spool(1000, 0.03)
        cls.target = cls._create_spool(1000, 0.02)
        cls.source._print3d_record("use", 900)
        cls.target._print3d_record("use", 800)

    def _get_values(self):
        spools = self.source | self.target
        spools.invalidate_recordset()
        return [round(value, 2) for value in spools.mapped("spool_value")]

    def _get_grams(self):
        spools = self.source | self.target
        spools.invalidate_recordset()
        for spool in spools:
            entries = spool.spool_entry_ids
            self.assertAlmostEqual(sum(entries.mapped("grams")), spool.remaining_g, 2)
            self.assertAlmostEqual(spool._get_book_grams(), spool.remaining_g, 2)
        return spools.mapped("remaining_g")

    # === MERGING === #

    def test_grams_and_their_value_move(self):
        self.assertEqual(self._get_values(), [3, 4])
        entries = self.source._print3d_merge_into(self.target)
        self.assertEqual(entries.mapped("kind"), ["merge_out", "merge_in"])
        self.assertEqual(entries.mapped("grams"), [-100, 100])
        self.assertEqual(entries.lot_id, self.source | self.target)
        self.assertEqual(self._get_grams(), [0, 300])
        self.assertEqual(self._get_values(), [0, 7])
        self.assertAlmostEqual(self.target.standard_price, 7 / 300)
        self.assertEqual(self.source.spool_status, "empty")
        went, came = entries
        self.assertEqual(came.pair_id, went)
        self.assertEqual(came.document_name, self.source.display_name)
        # Core values a spool anew when somebody corrects a price.
        came.move_line_ids.move_id._set_value()
        self.assertEqual(self._get_values(), [0, 7])

    def test_a_part(self):
        self.source._print3d_merge_into(self.target.id, 40)
        self.assertEqual(self._get_grams(), [60, 240])
        self.assertEqual(self._get_values(), [1.8, 5.2])

    def test_told_twice(self):
        first = self.source._print3d_merge_into(self.target, 40, key="m")
        again = self.source._print3d_merge_into(self.target, 40, key="m")
        self.assertEqual(first, again)
        self.assertEqual(self._get_grams(), [60, 240])
        with self.assertRaisesRegex(UserError, "another one"):
            self.target._print3d_merge_into(self.source, 1, key="m")

    def test_told_late(self):
        """A weighing since then outranks it on its spool."""
        now = fields.Datetime.now()
        self.target._print3d_record("weigh", 500)
        self.source._print3d_merge_into(
            self.target, happened_on=now - timedelta(minutes=5)
        )
        self.assertEqual(self._get_grams()[1], 300)

    def test_expiry_and_opening_go_along(self):
        self.source.expires_on = "2027-01-01"
        self.target.expires_on = "2028-01-01"
        sealed = self._create_spool(500, 0.02)
        sealed.net_weight_g = 1000
        self.source._print3d_merge_into(self.target)
        self.assertEqual(str(self.target.expires_on), "2027-01-01")
        self.target._print3d_merge_into(sealed)
        self.assertTrue(sealed.opened_on)
        self.assertEqual(str(sealed.expires_on), "2027-01-01")

    # === REFUSALS === #

    def test_refusals(self):
        white = self._create_spool(
            500, filament=self._create_filament("Test PLA White", "#FFFFFF")
        )
        empty = self._create_spool(100)
        empty._print3d_record("scrap")
        full = self._create_spool(1000)
        for source, target, grams, words in (
            (self.source, self.source, None, "itself"),
            (self.source, white, None, "same filament"),
            (self.source, self.env["stock.lot"], None, "on which spool"),
            (self.source, self.target, 101, "Only 100 g"),
            (self.source, self.target, 0, "nothing to move"),
            (self.source, self.target, float("nan"), "nothing to move"),
            (empty, self.target, None, "nothing to move"),
            (self.source, full, None, "no more than 0 g"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                source._print3d_merge_into(target, grams)
        self.source._print3d_reserve(60, note="The lamp")
        with self.assertRaisesRegex(UserError, "60 g .* The lamp.*no more than 40 g"):
            self.source._print3d_merge_into(self.target)
        self.source._print3d_merge_into(self.target, 40)
        self.assertEqual(self._get_grams(), [60, 240])

    def test_rights(self):
        sales = self._create_user("merge_sales", "sales")
        operator = self._create_user("merge_operator", "operator")
        with self.assertRaises(AccessError):
            self.source.with_user(sales)._print3d_merge_into(self.target)
        entries = self.source.with_user(operator)._print3d_merge_into(self.target)
        self.assertEqual(entries.user_id, operator)
        with self.assertRaises(AccessError):
            entries[0].with_user(sales).action_undo()
        entries[0].with_user(operator).action_undo()
        self.assertEqual(self._get_grams(), [100, 200])

    def test_companies_are_not_mixed(self):
        foreign = self._create_foreign_spool()
        with self.assertRaisesRegex(UserError, "different companies"):
            self.source._print3d_merge_into(foreign)

    # === TAKING BACK === #

    def test_taking_back_from_either_side(self):
        for side in (0, 1):
            with self.subTest(side=side):
                entries = self.source._print3d_merge_into(self.target)
                entries[side].action_undo()
                self.assertEqual(self._get_grams(), [100, 200])
                # What went carries the average of the target it lay on.
                self.assertAlmostEqual(sum(self._get_values()), 7, delta=0.02)
                self.assertTrue(all(entries.mapped("undone_by_id")))
                with self.assertRaisesRegex(UserError, "cannot be taken back"):
                    entries[1 - side].action_undo()

    def test_taking_back_what_was_used_since(self):
        entries = self.source._print3d_merge_into(self.target)
        self.target._print3d_record("use", 250)
        with self.assertRaisesRegex(UserError, "only 50 g are left"):
            entries[0].action_undo()
        self.assertEqual(self._get_grams(), [0, 50])

    def test_taking_back_after_a_weighing(self):
        """The scale said what is on the target, whatever the merge was."""
        entries = self.source._print3d_merge_into(self.target)
        self.target._print3d_record("weigh", 500)
        entries[1].action_undo()
        self.assertEqual(self._get_grams(), [100, 300])

    # === DIALOG === #

    def test_dialog(self):
        third = self._create_spool(1000)
        third._print3d_record("count", 50)
        third.ref, self.target.ref = "B-1", "B-2"
        lots = self.source | self.target | third
        wizard = (
            self.env["print3d.spool.merge"]
            .with_context(**lots.action_open_merge()["context"])
            .create({})
        )
        self.assertEqual(wizard.target_id, self.target)
        self.assertEqual(wizard.source_ids, self.source | third)
        self.assertEqual(wizard.after_g, 350)
        self.assertIn("B-1, B-2", wizard.warning.replace("B-2, B-1", "B-1, B-2"))
        action = wizard.action_save()
        self.assertEqual(action["res_id"], self.target.id)
        self.assertEqual(self.target.remaining_g, 350)
        self.assertEqual((self.source | third).mapped("remaining_g"), [0, 0])

    def test_dialog_is_for_one_filament(self):
        white = self._create_spool(
            500, filament=self._create_filament("Test PLA White", "#FFFFFF")
        )
        with self.assertRaisesRegex(UserError, "Choose spools of one filament"):
            (self.source | white).action_open_merge()

    def test_dialog_of_one_spool(self):
        wizard = self.env["print3d.spool.merge"].create(
            {"lot_ids": self.source.ids, "is_all": False, "grams": 30}
        )
        with self.assertRaisesRegex(UserError, "on which spool"):
            wizard.action_save()
        wizard.target_id = self.target
        wizard.action_save()
        self.assertEqual(self._get_grams(), [70, 230])
        wizard.target_id = self.source
        with self.assertRaisesRegex(UserError, "on itself"):
            wizard.action_save()
