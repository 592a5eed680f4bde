from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestFlawsOfSales(Print3dSalesCommon):
    """A customer's piece that turns out to be bad before it is sent."""

    def test_the_customer_waits_for_the_new_one(self):
        order = self._sell(2)
        production = order.order_line.print3d_production_ids
        for run in order.print3d_run_ids:
            self._print(run, [self.spool])
        self.assertEqual(set(production.mapped("state")), {"done"})
        delivery = order.picking_ids
        self.assertEqual(delivery.state, "assigned")
        run = order.print3d_run_ids[0]
        again = run.with_user(self.operator)._note_flaws({run.line_ids: 1}).sudo()
        self.assertEqual(again.sale_line_id, order.order_line)
        self.assertIn(again.run_ids, order.print3d_run_ids)
        self.assertEqual(delivery.move_ids.state, "partially_available")
        self.assertEqual(delivery.move_ids.quantity, 1)
        self._print(again.run_ids, [self.spool])
        self.assertEqual(delivery.move_ids.state, "assigned")
        delivery.button_validate()
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(self.product.qty_available, 0)
        self.assertFalse(order.print3d_run_ids._find_differences())
