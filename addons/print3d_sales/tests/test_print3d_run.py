from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestPrint3dRun(Print3dSalesCommon):
    def test_order_and_customer(self):
        order = self._sell(1)
        self.assertRecordValues(
            order.print3d_run_ids,
            [{"sale_order_id": order.id, "customer_id": self.customer.id}],
        )
        self.assertEqual(
            self.env["print3d.run"].search([("customer_id", "=", self.customer.id)]),
            order.print3d_run_ids,
        )

    def test_run_for_stock(self):
        production = self._create_mo(1)
        self.assertFalse(production.run_ids.sale_order_id)

    def test_reprint_keeps_the_order(self):
        order = self._sell(1)
        run = order.print3d_run_ids
        self._start(run)
        run._do_end("failed", percent=10)
        self.assertEqual(run.reprint_ids.sale_order_id, order)

    def test_shared_run_shows_the_most_urgent(self):
        now = fields.Datetime.now()
        later = self._sell(1, commitment_date=now + timedelta(days=9))
        sooner = self._sell(1, commitment_date=now + timedelta(days=1))
        run = later.print3d_run_ids
        run.line_ids = [
            Command.create(sooner.print3d_run_ids.line_ids._prepare_reprint_vals())
        ]
        self.assertEqual(run.sale_order_id, sooner)
        self.assertIn(run, later.print3d_run_ids)
        self.assertIn(run, sooner.print3d_run_ids)

    def test_due_date_is_the_promise(self):
        due = fields.Datetime.now().replace(microsecond=0) + timedelta(days=4)
        order = self._sell(1, commitment_date=due)
        self.assertEqual(order.print3d_run_ids.due_date, due)

    def test_open_order(self):
        order = self._sell(1)
        action = order.print3d_run_ids.action_print3d_view_order()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", order.id)
        )

    def test_job_packet_names_order_and_customer(self):
        order = self._sell(1)
        (values,) = order.print3d_run_ids[:1]._prepare_label_vals()
        texts = [line["text"] for line in values["lines"]]
        self.assertIn(order.name, texts)
        self.assertIn("Test Customer", texts)
        production = self._create_mo(1)
        (values,) = production.run_ids[:1]._prepare_label_vals()
        texts = [line["text"] for line in values["lines"]]
        self.assertIn(production.name, texts)
        self.assertNotIn("Test Customer", texts)
