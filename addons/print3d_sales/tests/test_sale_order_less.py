from odoo import fields
from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestSaleOrderLess(Print3dSalesCommon):
    """Orders that are changed, and pieces that are promised once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {"print3d_stock_first": True, "print3d_fill_plates": "always"}
        )

    def _get_waiting(self, order):
        """Pieces of an order that wait in the queue."""
        runs = order.print3d_run_ids.filtered(
            lambda run: run.state in ("queued", "assigned")
        )
        return sum(runs.mapped("quantity"))

    def _get_demand(self, order):
        """Pieces that are to leave for the customer."""
        return sum(
            move.product_uom_qty
            for move in order.picking_ids.move_ids
            if move.state != "cancel" and move.location_dest_id.usage == "customer"
        )

    def test_less_is_printed(self):
        self._add_stock(4)
        order = self._sell(9)
        production = order.order_line.print3d_production_ids
        self.assertEqual((production.product_qty, self._get_waiting(order)), (5, 5))
        order.with_user(self.sales_user).order_line.product_uom_qty = 6
        self.assertEqual((production.product_qty, self._get_waiting(order)), (2, 2))
        self.assertEqual(order.print3d_source, "4 from stock, 2 to print")
        order.order_line.product_uom_qty = 3
        self.assertEqual((production.state, self._get_waiting(order)), ("cancel", 0))
        self.assertEqual(order.print3d_source, "3 from stock")
        self.assertEqual(self._get_demand(order), 3)
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 3)

    def test_nothing_and_again_something(self):
        order = self._sell(6)
        order.order_line.product_uom_qty = 0
        self.assertEqual(self._get_waiting(order), 0)
        order.order_line.product_uom_qty = 3
        self.assertEqual((self._get_waiting(order), self._get_demand(order)), (3, 3))

    def test_what_was_begun_is_kept(self):
        order = self._sell(4)
        first, second = order.print3d_run_ids.sorted("id")[:2]
        self._print(first, [self.spool])
        self._start(second, [self.spool])
        order.order_line.product_uom_qty = 1
        production = order.order_line.print3d_production_ids
        self.assertEqual((production.product_qty, self._get_waiting(order)), (2, 0))
        second._do_end("done")
        self.assertEqual(production.state, "done")
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(self.product.free_qty, 1)

    def test_what_is_printed_does_for_it(self):
        order = self._sell(3)
        for run in order.print3d_run_ids.sorted("id")[:2]:
            self._print(run, [self.spool])
        order.order_line.product_uom_qty = 2
        self.assertEqual(order.order_line.print3d_production_ids.state, "done")
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_last_order_goes_first(self):
        order = self._sell(2)
        self._print_order(order)
        order.order_line.product_uom_qty = 5
        self.assertEqual(self._get_waiting(order), 3)
        order.order_line.product_uom_qty = 3
        self.assertEqual(self._get_waiting(order), 1)

    def test_the_shelf_is_promised_once(self):
        """Whenever deliveries reserve: what one order takes is not another's."""
        deliveries = self.warehouse.out_type_id
        for method in ("manual", "by_date"):
            deliveries.reservation_method = method
            self._add_stock(4 - self.product.free_qty)
            late = fields.Datetime.add(fields.Datetime.now(), days=9)
            first = self._create_order(4, commitment_date=late)
            second = self._create_order(4, commitment_date=late)
            first.action_confirm()
            second.action_confirm()
            self.assertEqual(
                (self._get_waiting(first), self._get_waiting(second)), (0, 4), method
            )
