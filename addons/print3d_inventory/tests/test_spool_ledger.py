from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpoolLedger(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.spool = cls._create_old_spool()
        cls.operator = cls._create_user("ledger_operator", "operator")
        cls.other = cls._create_user("ledger_other", "operator")

    @classmethod
    def _create_old_spool(cls, **values):
        """Make a spool of 1,000 g that weighs 200 g empty, a day ago."""
        cls.filament.tare_weight_g = 200
        env = cls.env(
            context={
                **cls.env.context,
                "print3d_spool_happened_on": cls.now - timedelta(days=1),
            }
        )
        spool = cls._create_spool.__func__(
            type("Then", (cls,), {"env": env}), 1000, **values
        )
        return spool.with_env(cls.env)

    def _ago(self, **gap):
        return self.now - timedelta(**gap)

    def _assert_adds_up(self, spool=None):
        spool = spool or self.spool
        spool.invalidate_recordset()
        entries = self.env["print3d.spool.entry"].search([("lot_id", "=", spool.id)])
        self.assertAlmostEqual(sum(entries.mapped("grams")), spool.remaining_g, 2)
        self.assertAlmostEqual(spool._get_book_grams(), spool.remaining_g, 2)
        self.assertAlmostEqual(entries[:1].balance_g, spool.remaining_g, 2)
        for entry in entries:
            moved = sum(line._get_spool_change() for line in entry.move_line_ids)
            self.assertAlmostEqual(entry.grams, moved, 2)

    # === TELLING === #

    def test_every_way_to_tell(self):
        for kind, value, left in (
            ("use", 100, 900),
            ("weigh", 1000, 800),
            ("scale", 950.5, 750.5),
            ("count", 700, 700),
            ("percent", 50, 500),
            ("scrap", 20, 480),
        ):
            with self.subTest(kind=kind):
                entry = self.spool._print3d_record(kind, value, reason="A test")
                self.assertEqual(entry.state, "posted")
                self.assertEqual(self.spool.remaining_g, left)
                self.assertEqual(entry.balance_g, left)
                self.assertTrue(entry.move_line_ids)
        self._assert_adds_up()

    def test_use_goes_to_production_and_is_valued(self):
        entry = self.spool._print3d_record("use", 100)
        move = entry.move_line_ids.move_id
        self.assertEqual(move.location_dest_id.usage, "production")
        self.assertEqual(move.value, 2)
        self.assertTrue(self.spool.opened_on)

    def test_scrap_is_a_scrap(self):
        tag = self.env["stock.scrap.reason.tag"].create({"name": "Wet"})
        entry = self.spool._print3d_record("scrap", reason="Wet")
        scrap = entry.move_line_ids.move_id.scrap_id
        self.assertRecordValues(
            scrap, [{"scrap_qty": 1000, "scrap_reason_tag_ids": tag.ids}]
        )
        self.assertEqual(self.spool.spool_status, "scrapped")

    def test_more_than_the_books_say_is_used(self):
        self.spool._print3d_record("count", 30)
        entry = self.spool._print3d_record("use", 50)
        self.assertEqual(entry.grams, -50)
        self.assertEqual(self.spool.remaining_g, 0)
        found = self.spool.spool_entry_ids.filtered(lambda e: e.kind == "correct")
        self.assertEqual(found.grams, 20)
        self.assertEqual(min(self.spool.spool_entry_ids.mapped("balance_g")), 0)
        self._assert_adds_up()

    def test_nonsense_is_refused(self):
        for kind, value, words in (
            ("use", -1, "not below zero"),
            ("use", float("nan"), "not below zero"),
            ("use", None, "not below zero"),
            ("use", True, "not below zero"),
            ("percent", 101, "100 percent"),
            ("weigh", 150, "empty spool"),
        ):
            with (
                self.subTest(kind=kind, value=value),
                self.assertRaisesRegex(UserError, words),
            ):
                self.spool._print3d_record(kind, value)
        self.spool.tare_weight_g = 0
        with self.assertRaisesRegex(UserError, "Nobody knows"):
            self.spool._print3d_record("weigh", 800)
        self.assertEqual(self.spool.remaining_g, 1000)

    def test_places_and_opening_are_told_too(self):
        slot = self._create_slot()
        load = self.spool._print3d_record("load", slot.id, key="load")
        self.assertEqual(self.spool.location_id, slot)
        self.assertEqual(load.move_line_ids.location_dest_id, slot)
        self.spool._print3d_record("unload")
        self.assertEqual(self.spool.location_id, self.shelf)
        self.spool._print3d_record("move", self.stock)
        self.assertEqual(self.spool.location_id, self.stock)
        self.assertEqual(
            self.spool.spool_entry_ids.sorted("id").mapped("kind"),
            ["receive", "load", "unload", "move"],
        )
        closed = self._create_spool()
        closed._print3d_record("open")
        self.assertTrue(closed.opened_on)
        with self.assertRaisesRegex(UserError, "where the spool goes"):
            self.spool._print3d_record("load", None)

    # === WHAT OTHERS POST === #

    def test_what_is_posted_elsewhere_has_its_line(self):
        self._use_filament(self.spool, 10)
        self.spool.action_load(self._create_slot())
        quant = self.spool._get_stock_quants()
        quant.inventory_quantity = 900
        quant.action_apply_inventory()
        kinds = self.spool.spool_entry_ids.sorted("id").mapped("kind")
        self.assertEqual(kinds, ["receive", "use", "load", "count"])
        self._assert_adds_up()

    def test_a_receipt_is_a_line_for_each_spool(self):
        picking = self._create_purchase(2, 20).picking_ids
        picking.button_validate()
        for spool in picking.move_line_ids.lot_id:
            entry = spool.spool_entry_ids
            self.assertEqual(entry.kind, "receive")
            self.assertEqual(entry.document_name, picking.name)
            self._assert_adds_up(spool)

    def test_a_line_follows_a_move_that_is_corrected(self):
        move = self._use_filament(self.spool, 10)
        move.move_line_ids.quantity = 25
        entry = move.move_line_ids.spool_entry_id
        self.assertEqual(entry.grams, -25)
        self._assert_adds_up()

    def test_a_physical_count_outranks_what_is_told_late(self):
        quant = self.spool._get_stock_quants()
        quant.inventory_quantity = 900
        quant.action_apply_inventory()
        self.spool._print3d_record("use", 40, happened_on=self._ago(hours=1))
        self.assertEqual(self.spool.remaining_g, 900)
        self._assert_adds_up()

    # === TIME === #

    def test_a_weighing_outranks_what_happened_before(self):
        self.spool._print3d_record("weigh", 900, happened_on=self._ago(hours=2))
        late = self.spool._print3d_record("use", 50, happened_on=self._ago(hours=3))
        self.assertEqual(late.grams, -50)
        self.assertEqual(self.spool.remaining_g, 700)
        self.spool._print3d_record("use", 50, happened_on=self._ago(hours=1))
        self.assertEqual(self.spool.remaining_g, 650)
        self._assert_adds_up()

    def test_a_late_weighing_counts_from_its_time(self):
        self.spool._print3d_record("use", 100, happened_on=self._ago(hours=3))
        self.spool._print3d_record("use", 60, happened_on=self._ago(hours=1))
        self.spool._print3d_record("weigh", 1050, happened_on=self._ago(hours=2))
        self.assertEqual(self.spool.remaining_g, 850 - 60)
        older = self.spool._print3d_record(
            "count", 10, happened_on=self._ago(hours=2, minutes=30)
        )
        self.assertEqual(older.grams, 0)
        self.assertEqual(self.spool.remaining_g, 790)
        self._assert_adds_up()

    def test_nothing_happens_in_the_future(self):
        entry = self.spool._print3d_record(
            "use", 5, happened_on=fields.Datetime.to_string(self._ago(days=-9))
        )
        self.assertLess(entry.happened_on, self._ago(days=-1))

    def test_times_as_devices_write_them(self):
        for text, hour in (
            ("2026-01-31T08:15:00Z", 8),
            ("2026-01-31T08:15:00.250+02:00", 6),
            ("2026-01-31 08:15:00", 8),
        ):
            with self.subTest(text=text):
                entry = self.spool._print3d_record("use", 1, happened_on=text)
                self.assertEqual(str(entry.happened_on), f"2026-01-31 {hour:02d}:15:00")
        with self.assertRaisesRegex(UserError, "is no time"):
            self.spool._print3d_record("use", 1, happened_on="yesterday")

    def test_other_lots_have_no_ledger(self):
        plain = self.env["product.product"].create(
            {"name": "Plain", "is_storable": True, "tracking": "lot"}
        )
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": plain.id})
        with self.assertRaisesRegex(UserError, "no spool"):
            lot._print3d_record("use", 1)

    # === TOLD TWICE, CONFLICTS === #

    def test_one_key_counts_once(self):
        first = self.spool._print3d_record("use", 10, key="k1")
        again = self.spool._print3d_record("use", 10, key="k1")
        self.assertEqual(first, again)
        self.assertEqual(self.spool.remaining_g, 990)
        with self.assertRaisesRegex(UserError, "another one"):
            self._create_spool()._print3d_record("use", 10, key="k1")

    def _make_conflict(self, kind="weigh", value=1100):
        theirs = self.spool.with_user(self.other)
        theirs._print3d_record("weigh", 1000)
        entry = self.spool.with_user(self.operator)._print3d_record(
            kind, value, expected_g=1000
        )
        self.assertEqual((entry.state, entry.problem), ("conflict", "changed"))
        self.assertEqual(self.spool.remaining_g, 800)
        return entry

    def test_a_conflict_is_decided(self):
        for kind, value, decision, left in (
            ("weigh", 1100, "mine", 900),
            ("weigh", 1100, "theirs", 800),
            ("weigh", 1100, "add", 700),
            ("use", 30, "mine", 970),
            ("use", 30, "theirs", 800),
            ("use", 30, "add", 770),
        ):
            with self.subTest(kind=kind, decision=decision):
                self.spool = self._create_old_spool()
                entry = self._make_conflict(kind, value)
                entry.action_decide(decision)
                self.assertEqual(self.spool.remaining_g, left)
                self._assert_adds_up()
                with self.assertRaisesRegex(UserError, "decided already"):
                    entry.action_decide("theirs")

    def test_uses_of_others_are_no_conflict(self):
        self.spool.with_user(self.other)._print3d_record("use", 40)
        entry = self.spool.with_user(self.operator)._print3d_record(
            "use", 10, expected_g=1000
        )
        self.assertEqual(entry.state, "posted")
        self.assertEqual(self.spool.remaining_g, 950)

    def test_ones_own_weighing_is_no_conflict(self):
        spool = self.spool.with_user(self.operator)
        spool._print3d_record("weigh", 1000, expected_g=1000)
        entry = spool._print3d_record("use", 10, expected_g=1000)
        self.assertEqual(entry.state, "posted")
        self.assertEqual(spool.remaining_g, 790)

    def test_more_than_full_asks(self):
        for decision, left, full, tare in (
            ("mine", 1100, 1100, 200),
            ("tare", 1000, 1000, 300),
            ("theirs", 1000, 1000, 200),
        ):
            with self.subTest(decision=decision):
                spool = self._create_old_spool()
                entry = spool._print3d_record("scale", 1300)
                self.assertEqual((entry.state, entry.problem), ("conflict", "above"))
                self.assertEqual(spool.spool_open_count, 1)
                entry.action_decide(decision)
                self.assertRecordValues(
                    spool,
                    [
                        {
                            "remaining_g": left,
                            "net_weight_g": full,
                            "tare_weight_g": tare,
                        }
                    ],
                )

    # === TAKING BACK === #

    def test_taking_back(self):
        use = self.spool._print3d_record("use", 100, happened_on=self._ago(hours=3))
        weigh = self.spool._print3d_record("weigh", 900, happened_on=self._ago(hours=2))
        self.spool._print3d_record("use", 30, happened_on=self._ago(hours=1))
        self.assertEqual(self.spool.remaining_g, 670)
        use.action_undo()
        self.assertEqual(self.spool.remaining_g, 670)
        weigh.action_undo()
        self.assertEqual(self.spool.remaining_g, 970)
        self._assert_adds_up()
        with self.assertRaisesRegex(UserError, "cannot be taken back"):
            weigh.action_undo()

    def test_taking_back_a_place(self):
        slot = self._create_slot()
        entry = self.spool._print3d_record("load", slot)
        entry.action_undo()
        self.assertEqual(self.spool.location_id, self.shelf)
        entry = self.spool._print3d_record("load", slot)
        self.spool.action_unload()
        with self.assertRaisesRegex(UserError, "elsewhere"):
            entry.action_undo()

    def test_lines_are_neither_changed_nor_deleted(self):
        entry = self.spool._print3d_record("use", 100)
        with self.assertRaisesRegex(UserError, "not changed"):
            entry.sudo().reason = "Other"
        with self.assertRaisesRegex(UserError, "not deleted"):
            entry.sudo().unlink()

    # === WAITING === #

    def test_what_waits_is_subtracted_on_the_screens(self):
        Entry = type(self.env["print3d.spool.entry"])
        self.patch(Entry, "_try_lock", lambda entry: False)
        use = self.spool._print3d_record("use", 100)
        self.assertEqual(use.state, "waiting")
        self.assertEqual(self.spool.remaining_g, 900)
        self.assertEqual(self.spool._get_book_grams(), 1000)
        self.spool._print3d_record("weigh", 700)
        self.assertEqual(self.spool.remaining_g, 500)
        self.spool.spool_entry_ids.sudo().filtered(
            lambda entry: entry.state == "waiting"
        ).sorted("id")._post_each()
        self._assert_adds_up()
        self.assertEqual(self.spool.remaining_g, 500)

    def test_what_cannot_be_booked_is_refused(self):
        Entry = type(self.env["print3d.spool.entry"])
        self.patch(Entry, "_try_lock", lambda entry: False)
        use = self.spool._print3d_record("use", 100)
        reason = "The shelf burns."

        def refuse(entry):
            raise UserError(reason)

        self.patch(Entry, "_post", refuse)
        use.sudo()._post_each()
        self.assertEqual((use.state, use.problem_text), ("refused", reason))
        self.assertEqual(self.spool.remaining_g, 1000)

    # === RIGHTS, SCREENS === #

    def test_rights(self):
        sales = self._create_user("ledger_sales", "sales")
        with self.assertRaises(AccessError):
            self.spool.with_user(sales)._print3d_record("use", 1)
        entry = self.spool.with_user(self.operator)._print3d_record("use", 1)
        self.assertEqual(entry.user_id, self.operator)
        self.assertEqual(entry.with_user(sales).grams, -1)
        with self.assertRaises(AccessError):
            entry.with_user(self.operator).write({"state": "refused"})
        with self.assertRaises(AccessError):
            entry.with_user(sales).action_undo()

    def test_other_companies_do_not_see_it(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.operator.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        Entry = self.env["print3d.spool.entry"].with_user(self.operator)
        self.assertFalse(Entry.search([("lot_id", "=", self.spool.id)]))

    def test_burn_down(self):
        self.spool._print3d_record("use", 100, happened_on=self._ago(hours=12))
        self.spool._print3d_record("weigh", 1000, happened_on=self._ago(hours=6))
        data = self.spool.get_burn_down()
        self.assertEqual(
            [(grams, kind) for _when, grams, kind in data["points"]],
            [(1000, "receive"), (900, "use"), (800, "weigh")],
        )
        self.assertAlmostEqual(data["per_day"], 200, delta=1)
        self.assertTrue(data["empty_on"])

    def test_the_ledger_is_as_quick_for_many(self):
        for _turn in range(40):
            self.spool._print3d_record("use", 1)
        Entry = self.env["print3d.spool.entry"]
        fields_read = {
            "happened_on": {},
            "kind": {},
            "grams": {},
            "balance_g": {},
            "document_name": {},
            "user_id": {"fields": {"display_name": {}}},
        }
        domain = [("lot_id", "=", self.spool.id)]
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            Entry.web_search_read(domain, fields_read, limit=40)


@tagged("post_install", "-at_install")
class TestTareProfile(Print3dInventoryCommon):
    def test_the_nearest_profile_is_taken(self):
        brand = self.env["res.partner"].create({"name": "Nordfil"})
        Profile = self.env["print3d.tare.profile"]
        Profile.search([]).action_archive()
        Profile.create(
            [
                {"tare_weight_g": 180},
                {"brand_id": brand.id, "tare_weight_g": 220},
                {"brand_id": brand.id, "net_weight_g": 750, "tare_weight_g": 190},
            ]
        )
        nobody = self.env["res.partner"]
        self.assertEqual(Profile._find_tare(nobody, 1000), 180)
        self.assertEqual(Profile._find_tare(brand, 1000), 220)
        self.assertEqual(Profile._find_tare(brand, 750), 190)
        filament = self._create_filament(brand_id=brand.id)
        spool = self._create_spool(750, filament=filament)
        self.assertEqual(spool.tare_weight_g, 190)
