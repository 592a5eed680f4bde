from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.print3d_inventory.tests.common_alerts import AlertCheckCommon

from .common import Print3dSalesCommon

NOON = "2026-05-04 12:00:00"


@tagged("post_install", "-at_install")
class TestAlertChecks(Print3dSalesCommon, AlertCheckCommon):
    """What somebody should know about orders, quotations and invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOON, tick=True))
        cls.env.company.write(
            {
                "print3d_alert_due_hours": 24,
                "print3d_alert_quote_days": 3,
                "print3d_alert_invoice_days": 3,
            }
        )

    def test_order_is_due_and_late(self):
        order = self._sell(1, user_id=self.sales_user.id)
        order.commitment_date = "2026-05-05 13:00:00"
        self._check("_check_orders_due")
        self.assertFalse(self._get_alerts(order, "order_due"), "25 hours")
        order.commitment_date = "2026-05-05 11:00:00"
        self._check("_check_orders_due", "_check_productions_due")
        alert = self._get_alert(order, "order_due")
        self.assertEqual((alert.severity, alert.category), ("warning", "job"))
        self.assertEqual(alert.due_on, order.commitment_date)
        self.assertEqual(alert.user_id, self.sales_user)
        self.assertEqual(alert.partner_id, self.customer)
        self.assertFalse(
            self._get_alerts(order.order_line.print3d_production_ids, "production_due"),
            "what is made for an order is told once",
        )
        with freeze_time("2026-05-05 11:30:00", tick=True):
            self._check("_check_orders_due")
            self.assertEqual(alert.severity, "critical")
            self.assertIn("is late", alert.name)
            self._print_order(order)
            self._check("_check_orders_due")
            self.assertIn("Send it", alert.body)
            self._deliver(order)
            self._check("_check_orders_due")
        self._assert_over(order, "order_due")

    def test_order_needs_a_person(self):
        order = self._sell(1)
        self._check("_check_orders_in_need")
        self.assertFalse(self._get_alerts(order, "order_in_need"))
        run = order.print3d_run_ids
        run.action_cancel()
        self.assertEqual(order.print3d_stage, "attention")
        self._check("_check_orders_in_need")
        alert = self._get_alert(order, "order_in_need")
        self.assertEqual(alert.action_run("runs")["res_model"], "print3d.run")
        order.order_line.print3d_production_ids.action_print_missing()
        self._check("_check_orders_in_need")
        self._assert_over(order, "order_in_need")

    def test_quotation_expires(self):
        order = self._create_order(validity_date="2026-05-07")
        self._check("_check_quotations")
        self.assertFalse(self._get_alerts(order, "quotation_expiring"), "in 3 days")
        order.validity_date = "2026-05-06"
        self._check("_check_quotations")
        alert = self._get_alert(order, "quotation_expiring")
        self.assertEqual((alert.severity, alert.category), ("info", "billing"))
        self.assertEqual(str(alert.due_on), "2026-05-06 23:59:59")
        order.action_confirm()
        self._check("_check_quotations")
        self._assert_over(order, "quotation_expiring")

    def test_baskets_are_no_quotations(self):
        website = self.env["website"].search([], limit=1)
        basket = self._create_order(validity_date="2026-05-05", website_id=website.id)
        self._check("_check_quotations")
        self.assertFalse(self._get_alerts(basket, "quotation_expiring"))
        basket.action_quotation_sent()
        self._check("_check_quotations")
        self.assertTrue(self._get_alert(basket, "quotation_expiring"), "it was sent")

    def test_invoice_is_overdue(self):
        order = self._sell(1)
        self._print_order(order)
        self._deliver(order)
        invoice = self._invoice(order)
        invoice.invoice_date_due = "2026-05-01"
        self._check("_check_invoices")
        self.assertFalse(self._get_alerts(invoice, "invoice_overdue"), "by 3 days")
        with freeze_time("2026-05-05 12:00:00", tick=True):
            self._check("_check_invoices")
            alert = self._get_alert(invoice, "invoice_overdue")
            self.assertEqual((alert.severity, alert.category), ("warning", "billing"))
            self.assertNotIn("30", alert.body, "others need not know how much")
            self.assertEqual(alert.action_run("open")["res_id"], invoice.id)
            self._pay(invoice)
            self._check("_check_invoices")
        self._assert_over(invoice, "invoice_overdue")

    def test_page_of_an_order_tells_of_its_prints(self):
        order = self._sell(1)
        run = order.print3d_run_ids
        self._start(run, [self.spool])
        run._do_end("failed", percent=40)
        self.env["print3d.alert"]._take_in()
        order.invalidate_recordset()
        self.assertEqual(order.alert_count, 1)
        band = self.env["print3d.alert"].get_band("sale.order", order.id)
        self.assertEqual(band["alerts"][0]["res_id"], run.id)

    def test_checks_ask_as_often_for_many_as_for_few(self):
        names = [
            "_check_orders_due",
            "_check_orders_in_need",
            "_check_quotations",
            "_check_invoices",
        ]

        def make(count):
            for _number in range(count):
                order = self._sell(1, commitment_date="2026-05-04 13:00:00")
                self._sell(1).print3d_run_ids.action_cancel()
                self._create_order(validity_date="2026-05-05")
                self._print_order(order)
                self._deliver(order)
                self._invoice(order).invoice_date_due = "2026-01-01"
            self._check()

        self.assertChecksCost(make, names, few=1, many=4)
