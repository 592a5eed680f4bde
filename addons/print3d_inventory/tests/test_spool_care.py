from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpoolCare(Print3dInventoryCommon):
    """What a spool is, what it cost, and what is sealed."""

    def _search(self, *domain):
        return self.env["stock.lot"].search(
            [("product_id", "=", self.filament.id), *domain]
        )

    # === STATUS === #

    def test_statuses_and_their_search(self):
        away = self.env["stock.location"].create(
            {"name": "Fair", "location_id": self.stock.id, "print3d_kind": "away"}
        )
        spools = {
            name: self._create_spool()
            for name in (
                "sealed",
                "stored",
                "loaded",
                "reserved",
                "quarantine",
                "away",
                "empty",
                "scrapped",
            )
        }
        spools["stored"]._print3d_record("open")
        spools["loaded"]._print3d_record("load", self._create_slot())
        spools["reserved"]._print3d_reserve(100, note="The fair")
        spools["quarantine"]._print3d_record("quarantine", reason="Damp")
        spools["away"]._print3d_record("move", away)
        self._use_filament(spools["empty"], 1000)
        spools["scrapped"]._print3d_record("scrap", reason="Brittle")
        everything = self.env["stock.lot"].union(*spools.values())
        for status, spool in spools.items():
            with self.subTest(status=status):
                self.assertEqual(spool.spool_status, status)
                self.assertEqual(self._search(("spool_status", "=", status)), spool)
                self.assertEqual(
                    self._search(("spool_status", "!=", status)), everything - spool
                )
        groups = dict(
            self.env["stock.lot"]._read_group(
                [("id", "in", everything.ids)], ["spool_status"], ["__count"]
            )
        )
        self.assertEqual(groups, dict.fromkeys(spools, 1))

    def test_status_follows(self):
        spool = self._create_spool()
        self.assertTrue(spool.is_sealed)
        use = spool._print3d_record("use", 10)
        self.assertEqual(spool.spool_status, "stored")
        self.assertFalse(spool.is_sealed)
        scrap = spool._print3d_record("scrap", reason="Brittle")
        self.assertEqual(spool.spool_status, "scrapped")
        scrap.action_undo()
        self.assertEqual(spool.spool_status, "stored")
        use.action_undo()
        self.assertEqual(spool.remaining_g, 1000)

    def test_a_shelf_inside_of_something_away_is_away(self):
        booth = self.env["stock.location"].create(
            {"name": "Booth", "location_id": self.stock.id, "print3d_kind": "shelf"}
        )
        shelf = self.env["stock.location"].create(
            {"name": "Box", "location_id": booth.id, "print3d_kind": "shelf"}
        )
        spool = self._create_spool(location=shelf)
        self.assertEqual(spool.spool_status, "sealed")
        booth.print3d_kind = "away"
        self.assertEqual(spool.spool_status, "away")

    def test_other_lots_have_no_status(self):
        plain = self.env["product.product"].create(
            {"name": "Plain", "is_storable": True, "tracking": "lot"}
        )
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": plain.id})
        self.assertFalse(lot.spool_status)
        self.assertFalse(lot.drying_due_on)

    # === SEALED === #

    def test_sealed_are_counted_and_opened_oldest_first(self):
        first, second, third = (self._create_spool() for _turn in range(3))
        third.expires_on = "2030-01-01"
        self.assertEqual(self.filament.sealed_count, 3)
        self.assertEqual(self.filament._print3d_open_spool(key="open-1"), third)
        self.assertEqual(self.filament._print3d_open_spool(key="open-1"), third)
        self.assertTrue(third.opened_on)
        self.filament.invalidate_recordset(["sealed_count"])
        self.assertEqual(self.filament.sealed_count, 2)
        first._print3d_reserve(10, note="Later")
        self.assertEqual(self.filament._print3d_open_spool(), second)
        self.assertEqual(self.filament._print3d_open_spool(), first)
        with self.assertRaisesRegex(UserError, "No sealed spool"):
            self.filament._print3d_open_spool()
        entries = first.spool_entry_ids.filtered(lambda entry: entry.kind == "open")
        entries.action_undo()
        self.assertTrue(first.is_sealed)

    def test_one_in_the_hand_is_opened(self):
        self._create_spool()
        chosen = self._create_spool()
        self.assertEqual(self.filament._print3d_open_spool(chosen), chosen)
        self.assertTrue(chosen.opened_on)
        other = self._create_filament("Other", "#FFFFFF")
        with self.assertRaisesRegex(UserError, "No sealed spool"):
            other._print3d_open_spool(chosen)

    def test_opening_from_the_screen_prints_the_label_once(self):
        spool = self._create_spool()
        action = self.filament.action_open_spool()
        self.assertNotEqual(action.get("res_model"), "stock.lot")
        self.assertTrue(spool.opened_on)
        other = self._create_spool()
        other.label_printed_on = fields.Datetime.now()
        action = self.filament.action_open_spool()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("stock.lot", other.id)
        )

    # === PAPERS === #

    def test_what_was_paid_and_to_whom(self):
        picking = self._create_purchase(2, 20).picking_ids
        picking.button_validate()
        for spool in picking.move_line_ids.lot_id:
            self.assertRecordValues(
                spool, [{"vendor_id": self.vendor.id, "price_paid": 20}]
            )
            self.assertTrue(spool.received_on)
            spool._print3d_record("use", 400)
            spool.invalidate_recordset()
            self.assertEqual(spool.price_paid, 20)
            self.assertEqual(spool.spool_value, 12)

    def test_last_weighed(self):
        spool = self._create_spool()
        self.assertFalse(spool.last_weighed_on)
        entry = spool._print3d_record("count", 900)
        spool.invalidate_recordset(["last_weighed_on"])
        self.assertEqual(spool.last_weighed_on, entry.happened_on)
        entry.action_undo()
        spool.invalidate_recordset(["last_weighed_on"])
        self.assertFalse(spool.last_weighed_on)

    def test_filters_of_the_search(self):
        """Each filter of the screen is a domain that can be searched."""
        today = fields.Date.context_today(self.env["stock.lot"])
        old, fresh = self._create_spool(), self._create_spool()
        old.opened_on = today - timedelta(days=200)
        old.expires_on = today + timedelta(days=10)
        fresh._print3d_record("count", 900)
        operator = self._create_user("filter_operator", "operator")
        view_id = self.env.ref("print3d_inventory.stock_lot_view_search_spool").id
        Lot = self.env["stock.lot"].with_user(operator)
        view = Lot.get_view(view_id, "search")["arch"]
        found = {}
        for node in etree.fromstring(view).iter("filter"):
            if node.get("domain"):
                found[node.get("name")] = self._search(*safe_eval(node.get("domain")))
        self.assertEqual(found["opened_6_months"], old)
        self.assertEqual(found["expiring"], old)
        self.assertEqual(found["not_weighed_30"], old)
        self.assertEqual(found["opened"], old + fresh)
        self.assertFalse(found["sealed"])
        self.assertFalse(found["to_dry"])

    # === SCRAP === #

    def test_scrapping_from_the_dialog(self):
        reason = self.env["stock.scrap.reason.tag"].create({"name": "Chewed"})
        self.assertIn((reason.id, "Chewed"), self.env["stock.lot"]._get_scrap_reasons())
        part, whole = self._create_spool(), self._create_spool()
        Wizard = self.env["print3d.spool.scrap"]
        wizard = Wizard.create(
            {
                "lot_ids": part.ids,
                "is_all": False,
                "grams": 40,
                "reason_id": reason.id,
            }
        )
        wizard.action_save()
        self.assertEqual(part.remaining_g, 960)
        wizard.grams = 5000
        with self.assertRaisesRegex(UserError, "Only 960 g"):
            wizard.action_save()
        context = (part + whole).action_open_scrap()["context"]
        both = Wizard.with_context(**context).create({"reason_id": reason.id})
        self.assertEqual(both.left_g, 1960)
        both.action_save()
        self.assertEqual((part + whole).mapped("spool_status"), ["scrapped"] * 2)
        entry = whole.spool_entry_ids.filtered(lambda entry: entry.kind == "scrap")
        scrap = entry.move_line_ids.move_id.scrap_id
        self.assertEqual(scrap.scrap_reason_tag_ids, reason)

    def test_the_usual_reasons_are_there_once(self):
        Lot = self.env["stock.lot"]
        Lot._load_scrap_reasons()
        before = Lot._get_scrap_reasons()
        self.assertIn("Tangled", [name for _id, name in before])
        Lot._load_scrap_reasons()
        self.assertEqual(Lot._get_scrap_reasons(), before)


@tagged("post_install", "-at_install")
class TestSpoolQuarantine(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spool = cls._create_spool()
        cls.operator = cls._create_user("care_operator", "operator")
        cls.sales = cls._create_user("care_sales", "sales")

    def test_quarantine_blocks_and_says_why(self):
        slot = self._create_slot()
        other = self._create_spool()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.spool._print3d_record("quarantine")
        self.spool._print3d_record("quarantine", reason="It pops")
        self.assertRecordValues(
            self.spool,
            [{"spool_status": "quarantine", "quarantine_reason": "It pops"}],
        )
        deeds = {
            "load": lambda: self.spool.action_load(slot),
            "load by the ledger": lambda: self.spool._print3d_record("load", slot),
            "move into a slot": lambda: self.spool._move_to(slot),
            "reserve": lambda: self.spool._print3d_reserve(10, note="X"),
            "merge": lambda: self.spool._print3d_merge_into(other),
            "merge into": lambda: other._print3d_merge_into(self.spool, 1),
        }
        for name, deed in deeds.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "quarantine: It pops.*Release it"),
            ):
                deed()
        # Facts are booked all the same.
        self.spool._print3d_record("use", 10)
        self.spool._print3d_record("move", self.stock)
        self.assertEqual(self.spool.remaining_g, 990)

    def test_what_hangs_in_a_slot_stays_there(self):
        self.spool.action_load(self._create_slot())
        self.spool._print3d_record("quarantine", reason="It pops")
        self.spool._print3d_record("count", 1001)
        self.assertEqual(self.spool.remaining_g, 1001)

    def test_core_does_not_reserve_it_where_any_spool_would_do(self):
        other = self._create_spool()
        self.spool._print3d_record("quarantine", reason="It pops")
        move = self.env["stock.move"].create(
            {
                "product_id": self.filament.id,
                "location_id": self.stock.id,
                "location_dest_id": self.filament.property_stock_inventory.id,
                "product_uom": self.gram.id,
                "product_uom_qty": 1500,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.move_line_ids.lot_id, other)
        self.assertEqual(move.quantity, 1000)

    def test_release_and_taking_back(self):
        put = self.spool._print3d_record("quarantine", reason="It pops", key="q")
        self.assertEqual(
            self.spool._print3d_record("quarantine", reason="It pops", key="q"), put
        )
        put.action_undo()
        self.assertEqual(self.spool.spool_status, "sealed")
        with self.assertRaisesRegex(UserError, "not in quarantine"):
            self.spool._print3d_record("release")
        put = self.spool._print3d_record("quarantine", reason="It strings")
        release = self.spool._print3d_record("release")
        with self.assertRaisesRegex(UserError, "Something else was decided"):
            put.action_undo()
        release.action_undo()
        self.assertEqual(self.spool.quarantine_reason, "It strings")
        self.assertTrue(self.spool.is_quarantined)

    def test_whoever_reserved_it_is_told(self):
        order = self._create_purchase(1, 20)
        self.spool.with_user(self.operator)._print3d_reserve(100, document=order)
        before = order.message_ids
        self.spool._print3d_record("quarantine", reason="It pops")
        message = order.message_ids - before
        self.assertIn("It pops", message.body)
        self.assertEqual(message.notified_partner_ids, self.operator.partner_id)

    def test_dialog_and_rights(self):
        spool = self.spool.with_user(self.operator)
        context = spool.action_open_quarantine()["context"]
        wizard = (
            self.env["print3d.spool.quarantine"]
            .with_user(self.operator)
            .with_context(**context)
            .create({"reason": "It pops"})
        )
        wizard.action_save()
        entry = self.spool.spool_entry_ids.filtered(
            lambda entry: entry.kind == "quarantine"
        )
        self.assertEqual(entry.user_id, self.operator)
        with self.assertRaises(AccessError):
            self.spool.with_user(self.sales).action_release()
        with self.assertRaises(AccessError):
            self.spool.with_user(self.sales)._print3d_record("dry")
        with self.assertRaises(AccessError):
            self.env["print3d.spool.quarantine"].with_user(self.sales).create(
                {"lot_ids": self.spool.ids, "reason": "X"}
            )
        spool.action_release()
        self.assertFalse(self.spool.is_quarantined)
