from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.print3d_inventory.tests.scan_common import ScanCommon

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPlateClearing(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.printer.needs_clearing = True
        cls.first, cls.second = cls._create_mo(2).run_ids

    def _end_first(self, **kwargs):
        self._start(self.first, [self.spool])
        self.first._do_end("done", **kwargs)
        self.env.invalidate_all()

    def test_nothing_starts_on_a_taken_plate(self):
        self._end_first()
        self.assertFalse(self.printer.is_plate_clear)
        self.assertEqual(self.printer.printer_state, "to_clear")
        self.assertEqual(self.printer.plate_run_id, self.first)
        self.second.workcenter_id = self.printer
        with self.assertRaisesRegex(UserError, "still lies on the plate"):
            self.second._do_start()
        self.printer.with_user(self.operator).action_confirm_clear()
        self.assertEqual(self.printer.printer_state, "free")
        self.assertFalse(self.printer.plate_run_id)
        self.second._do_start()
        self.assertEqual(self.second.state, "printing")

    def test_a_printer_that_ejects_goes_on(self):
        self.printer.needs_clearing = False
        self._end_first()
        self.assertEqual(self.printer.printer_state, "free")
        self._start(self.second, [self.spool])
        self.assertEqual(self.second.state, "printing")

    def test_clearing_is_kept_with_who_and_when_and_only_once(self):
        self._end_first()
        known = len(self.printer.message_ids)
        as_operator = self.printer.with_user(self.operator)
        as_operator.action_confirm_clear()
        self.assertEqual(self.printer.plate_cleared_by_id, self.operator)
        stamp = self.printer.plate_cleared_on
        self.assertTrue(stamp)
        message = self.printer.message_ids[0]
        self.assertIn(self.first.name, message.body)
        self.assertEqual(message.author_id, self.operator.partner_id)
        as_operator.action_confirm_clear()
        self.assertEqual(len(self.printer.message_ids), known + 1)
        self.assertEqual(self.printer.plate_cleared_on, stamp)

    def test_what_was_seen_before_the_end_clears_nothing(self):
        self._end_first()
        earlier = self.first.date_end - timedelta(minutes=5)
        self.assertFalse(self.printer._confirm_clear(earlier))
        self.assertFalse(self.printer.is_plate_clear)
        later = self.first.date_end + timedelta(minutes=5)
        self.assertEqual(self.printer._confirm_clear(later), self.printer)
        self.assertEqual(self.printer.plate_cleared_on, later)

    def test_out_of_service_and_blocked_are_refused_too(self):
        self.second.workcenter_id = self.printer
        self.printer.with_user(self.operator).action_take_out()
        with self.assertRaisesRegex(UserError, "out of service"):
            self.second._do_start()
        self.printer.with_user(self.operator).action_put_back()
        loss = self.env["mrp.workcenter.productivity.loss"].search(
            [("loss_type", "=", "availability")], limit=1
        )
        self.env["mrp.workcenter.productivity"].create(
            {"workcenter_id": self.printer.id, "loss_id": loss.id}
        )
        self.assertEqual(self.printer.printer_state, "blocked")
        with self.assertRaisesRegex(UserError, "blocked"):
            self.second._do_start()

    def test_sales_may_not_clear(self):
        self._end_first()
        as_sales = self.printer.with_user(self.sales_user)
        self.assertEqual(as_sales.printer_state, "to_clear")
        for action in ("action_confirm_clear", "action_take_out", "action_put_back"):
            with self.assertRaisesRegex(AccessError, "operators"):
                getattr(as_sales, action)()

    def test_another_company_may_not_clear(self):
        self._end_first()
        company = self.env["res.company"].create({"name": "Other Shop"})
        stranger = self._create_user("print3d_stranger", "operator")
        stranger.write({"company_id": company.id, "company_ids": [(6, 0, company.ids)]})
        printer = self.printer.with_env(
            self.env(user=stranger, context={"allowed_company_ids": company.ids})
        )
        with self.assertRaises(AccessError):
            printer.action_confirm_clear()


@tagged("post_install", "-at_install")
class TestPlateClearingByPhone(ScanCommon, Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.printer.needs_clearing = True
        cls.place = cls.printer.slot_ids[0]
        run = cls._create_mo(1).run_ids
        cls._start(run, [cls.second_spool])
        run._do_end("done")
        cls.run_ended = run

    def _clear(self, **words):
        return self._act(self._make("clear_plate", place_id=self.place.id, **words))[0]

    def _get_deeds(self):
        card = self._get("card", type="place", id=self.place.id)
        return [deed["kind"] for deed in card.get("card", card)["deeds"]]

    def test_a_slot_offers_to_clear_its_printer(self):
        self.assertEqual(self._get_deeds(), ["clear_plate"])
        result = self._clear()
        self.assertEqual(result["state"], "done", result)
        self.assertTrue(self.printer.is_plate_clear)
        self.assertEqual(self.printer.plate_cleared_by_id, self.operator)
        self.assertFalse(result["cards"][0]["deeds"])
        self.assertFalse(self._get_deeds())

    def test_told_twice_it_counts_once(self):
        action = self._make("clear_plate", place_id=self.place.id)
        self._act(action)
        known = len(self.printer.message_ids)
        [result] = self._act(action)
        self.assertEqual(result["state"], "done")
        self._clear()
        self.assertEqual(len(self.printer.message_ids), known)

    def test_told_late_it_does_not_clear_what_ended_since(self):
        before = self.run_ended.date_end - timedelta(minutes=10)
        now = fields.Datetime.now()
        [result] = self._act(
            self._make(
                "clear_plate",
                place_id=self.place.id,
                happened_on=f"{before.isoformat()}Z",
            ),
            sent_on=f"{now.isoformat()}Z",
        )
        self.assertIn("since then", result["message"])
        self.assertFalse(self.printer.is_plate_clear)

    def test_sales_are_refused(self):
        self._log_in("sales")
        self.assertEqual(self._clear()["state"], "refused")
        self.assertFalse(self.printer.is_plate_clear)

    def test_a_shelf_has_no_plate(self):
        self.place = self.shelf
        self.assertFalse(self._get_deeds())
        self.assertEqual(self._clear()["state"], "refused")
