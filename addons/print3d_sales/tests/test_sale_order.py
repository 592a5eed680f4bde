from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestSaleOrder(Print3dSalesCommon):
    # === STAGE === #

    def test_the_whole_road(self):
        order = self._create_order(2)
        self.assertEqual(order.print3d_stage, "quotation")
        order.action_confirm()
        self.assertEqual(order.print3d_stage, "queued")
        first, second = order.print3d_run_ids.sorted("id")
        self._start(first)
        self.assertEqual(order.print3d_stage, "printing")
        first._do_end("done")
        self.assertEqual(order.print3d_stage, "printing")
        self._print(second)
        self.assertEqual(order.print3d_stage, "ready")
        self._deliver(order)
        self.assertEqual(order.print3d_stage, "delivered")
        invoice = self._invoice(order)
        self.assertEqual(order.print3d_stage, "invoiced")
        self._pay(invoice)
        self.assertEqual(order.print3d_stage, "paid")

    def test_sent_quotation(self):
        order = self._create_order()
        order.action_quotation_sent()
        self.assertEqual(order.print3d_stage, "quotation")

    def test_from_stock_is_ready_at_once(self):
        self._add_stock(2)
        self.assertEqual(self._sell(2).print3d_stage, "ready")

    def test_failed_with_reprint_goes_on(self):
        order = self._sell(1)
        self._start(order.print3d_run_ids)
        order.print3d_run_ids._do_end("failed", percent=40)
        self.assertEqual(order.print3d_stage, "queued")
        self.assertEqual(len(order.print3d_run_ids), 2)
        self.assertEqual(order.print3d_run_count, 1)

    def test_failed_without_reprint_needs_a_person(self):
        order = self._sell(1)
        self._start(order.print3d_run_ids)
        order.print3d_run_ids._do_end("failed", percent=40, reprint=False)
        self.assertEqual(order.print3d_stage, "attention")

    def test_model_without_version_needs_a_person(self):
        order = self._sell(1, self._create_product("Test Unsliced"))
        self.assertEqual(order.print3d_stage, "attention")

    def test_stage_is_searched_and_grouped(self):
        order = self._sell(1)
        found = self.env["sale.order"].search([("print3d_stage", "=", "queued")])
        self.assertIn(order, found)
        groups = self.env["sale.order"].formatted_read_group(
            [("id", "=", order.id)], ["print3d_stage"], ["__count"]
        )
        self.assertEqual(groups[0]["print3d_stage"], "queued")

    def test_columns_of_the_board(self):
        expand = self.env["sale.order"]._group_expand_print3d_stage
        self.assertNotIn("attention", expand(["queued"], []))
        self.assertIn("attention", expand(["attention"], []))
        self.assertEqual(expand([], [])[:2], ["quotation", "queued"])

    # === CANCEL === #

    def test_cancel_takes_prints_off_the_queue(self):
        order = self._sell(2)
        runs, production = (
            order.print3d_run_ids,
            order.order_line.print3d_production_ids,
        )
        order._action_cancel()
        self.assertEqual(order.print3d_stage, "cancelled")
        self.assertEqual(production.state, "cancel")
        self.assertEqual(set(runs.mapped("state")), {"cancelled"})

    def test_cancel_leaves_what_is_printing(self):
        order = self._sell(2)
        run = order.print3d_run_ids[0]
        self._start(run)
        order._action_cancel()
        self.assertEqual(run.state, "printing")
        self.assertNotEqual(order.order_line.print3d_production_ids.state, "cancel")

    # === RUNS === #

    def test_progress(self):
        order = self._sell(2)
        self.assertEqual(order.print3d_progress, 0)
        first = order.print3d_run_ids.sorted("id")[0]
        self._start(first)
        first.progress = 50
        order.invalidate_recordset()
        self.assertEqual(order.print3d_progress, 25)
        first._do_end("done")
        order.invalidate_recordset()
        self.assertRecordValues(
            order,
            [
                {
                    "print3d_progress": 50.0,
                    "print3d_run_count": 2,
                    "print3d_done_count": 1,
                }
            ],
        )

    def test_order_without_prints(self):
        order = self._create_order()
        self.assertRecordValues(
            order, [{"print3d_progress": 0.0, "print3d_run_count": 0}]
        )
        self.assertFalse(order.print3d_run_ids)

    def test_search_by_run(self):
        order, other = self._sell(1), self._sell(1)
        found = self.env["sale.order"].search(
            [("print3d_run_ids", "in", order.print3d_run_ids.ids)]
        )
        self.assertEqual(found, order)
        self.assertNotIn(other, found)

    def test_open_runs(self):
        order = self._sell(2)
        action = order.action_print3d_view_runs()
        self.assertEqual(
            self.env["print3d.run"].search(action["domain"]), order.print3d_run_ids
        )

    # === DUE === #

    def test_late(self):
        now = fields.Datetime.now()
        late = self._sell(1, commitment_date=now - timedelta(days=2))
        soon = self._sell(1, commitment_date=now + timedelta(days=2))
        quotation = self._create_order(commitment_date=now - timedelta(days=2))
        orders = late | soon | quotation
        self.assertEqual(orders.filtered("print3d_is_late"), late)
        self.assertEqual(
            orders.search([("id", "in", orders.ids), ("print3d_is_late", "=", True)]),
            late,
        )
        self.assertEqual(
            orders.search([("id", "in", orders.ids), ("print3d_is_late", "=", False)]),
            soon | quotation,
        )
        self._print_order(late)
        self._deliver(late)
        self.assertFalse(late.print3d_is_late)

    def test_due_days(self):
        today = fields.Date.context_today(self.env["sale.order"])
        order = self._create_order()
        self.assertIs(order._get_print3d_due_days(today), False)
        order.commitment_date = fields.Datetime.now() + timedelta(days=3)
        self.assertEqual(order._get_print3d_due_days(today), 3)

    def test_summary(self):
        order = self._create_order(2)
        order.order_line = [
            Command.create(
                {"product_id": self._create_product("Test Hook").id},
            ),
            Command.create({"name": "Thank you", "display_type": "line_note"}),
        ]
        self.assertEqual(order._get_print3d_summary(), "2 × Test Vase, 1 × Test Hook")

    def test_picture(self):
        order = self._create_order()
        self.assertIn(f"/{self.product.id}/", order.print3d_picture)
        self.assertFalse(order.copy({"order_line": False}).print3d_picture)
