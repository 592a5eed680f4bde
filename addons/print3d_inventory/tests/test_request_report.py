from odoo.tests import tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestReport(RequestCommon):
    """What was spent, and how long it took."""

    def _get_rows(self, request):
        self.env.flush_all()
        return self.env["print3d.supply.report"].search(
            [("purchase_line_id", "in", request.line_ids.purchase_lines.ids)]
        )

    def _create_dated(self, ordered, promised, received):
        """Make a request whose order has these dates."""
        request = self._create_ordered((self.filament, 2000), print3d_type="restock")
        line = request.line_ids.purchase_lines
        line.order_id.date_approve = ordered
        line.date_planned = promised
        if received:
            self._receive_all(request)
            line.move_ids.write({"date": received})
        return request

    def test_in_time_and_late(self):
        early = self._create_dated(
            "2030-01-01 08:00:00", "2030-01-06 08:00:00", "2030-01-05 08:00:00"
        )
        [row] = self._get_rows(early)
        self.assertEqual(row.spent, 40)
        self.assertEqual(row.quantity, 2000)
        self.assertEqual((row.lead_days, row.promised_days, row.late_days), (4, 5, -1))
        self.assertEqual((row.lead_bucket, row.on_time_percent), ("1", 100))
        self.assertEqual(row.material_id, self.pla)
        self.assertEqual((row.print3d_kind, row.print3d_type), ("filament", "restock"))
        self.assertEqual(self.vendor.print3d_lead_days, 4)
        late = self._create_dated(
            "2030-02-01 08:00:00", "2030-02-04 08:00:00", "2030-02-13 08:00:00"
        )
        [row] = self._get_rows(late)
        self.assertEqual((row.lead_days, row.late_days), (12, 9))
        self.assertEqual((row.lead_bucket, row.on_time_percent), ("3", 0))
        self.vendor.invalidate_recordset()
        self.assertEqual(self.vendor.print3d_lead_days, 8)
        self.assertEqual(self.vendor.print3d_on_time_percent, 50)
        self.assertEqual(self.vendor.print3d_right_percent, 100)

    def test_still_to_come_has_no_lead_time(self):
        request = self._create_dated("2030-01-01 08:00:00", "2030-01-06 08:00:00", None)
        [row] = self._get_rows(request)
        self.assertFalse(row.received_on)
        self.assertFalse(row.lead_bucket)
        request.line_ids.purchase_lines.order_id.button_cancel()
        self.assertFalse(self._get_rows(request))

    def test_by_month_and_vendor(self):
        for month in ("01", "01", "02"):
            self._create_dated(f"2030-{month}-01 08:00:00", "2030-03-06 08:00:00", None)
        self.env.flush_all()
        groups = self.env["print3d.supply.report"]._read_group(
            [("partner_id", "=", self.vendor.id)], ["ordered_on:month"], ["spent:sum"]
        )
        self.assertEqual([spent for _month, spent in groups], [80, 40])

    def test_discrepancies_count(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.write({"received": 3, "rest": "close", "reason": "Missing"})
        wizard.action_receive()
        [row] = self._get_rows(request)
        self.assertEqual((row.discrepancy_count, row.discrepancy_value), (1, 5))
        self.assertEqual(self.vendor.print3d_right_percent, 0)

    def test_views_open(self):
        for action in (
            "print3d_supply_report_action",
            "print3d_supply_report_lead_action",
            "print3d_receipt_discrepancy_action",
        ):
            record = self.env.ref(f"print3d_inventory.{action}")
            model = self.env[record.res_model].with_user(self.owner)
            for _view_id, kind in record.views:
                self.assertTrue(model.get_view(view_type=kind)["arch"])


@tagged("post_install", "-at_install")
class TestRequestQueries(RequestCommon):
    """The screens ask the database as often for many requests as for few."""

    BOARD = {
        "name": {},
        "state": {},
        "stage": {},
        "priority": {},
        "amount": {},
        "product_chips": {},
        "sla_state": {},
        "needed_by": {},
        "expected_on": {},
        "can_decide": {},
        "can_order": {},
        "can_receive": {},
        "hold_reason": {},
        "vendor_id": {"fields": {"display_name": {}}},
        "requested_by": {"fields": {"display_name": {}}},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for index in range(12):
            if index % 3 == 0:
                cls._create_request((cls.nozzle, 5)).action_submit()
            elif index % 3 == 1:
                cls._create_approved((cls.filament, 1000), (cls.glue, index))
            else:
                cls._create_ordered((cls.glue, 4))
        cls.requests = cls.env["purchase.request"].search([], limit=12)

    def _count(self, requests, user):
        self.env.invalidate_all()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        requests.with_user(user).web_read(self.BOARD)
        return self.env.cr.sql_log_count - before

    def test_the_board(self):
        for user in (self.owner, self.asker):
            self._count(self.requests, user)
            few = self._count(self.requests[:3], user)
            many = self._count(self.requests, user)
            with self.subTest(user=user.login):
                self.assertLessEqual(many, few)
                self.assertLess(many, 60)
