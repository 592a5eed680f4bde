from odoo import models


class SaleOrderLine(models.Model):
    """Printing less when less is ordered; core leaves it to somebody to notice."""

    _inherit = "sale.order.line"

    def write(self, vals):
        """Print no more than what is still ordered and the stock does not hold."""
        if "product_uom_qty" not in vals:
            return super().write(vals)
        # Pieces that come from stock, of lines of which less is ordered now.
        stocked = {
            line: line.product_uom_id._compute_quantity(
                line.print3d_stock_qty, line.product_id.uom_id, round=False
            )
            for line in self
            if line.state == "sale" and vals["product_uom_qty"] < line.product_uom_qty
        }
        res = super().write(vals)
        for line, pieces in stocked.items():
            line.sudo()._print3d_print_less(pieces)
        return res

    def _print3d_print_less(self, stocked):
        """Reduce the orders for prints of this line, the last one first.

        What is printed or prints now is not taken back: it goes into stock. The order
        whose pieces are given up (in the context, its id) goes before the others.

        :param float stocked: pieces that come from stock, in the product's unit
        """
        self.ensure_one()
        unit = self.product_id.uom_id
        wanted = self.product_uom_id._compute_quantity(
            self.product_uom_qty, unit, round=False
        )
        orders = self.print3d_production_ids.filtered(
            lambda order: (
                order.state not in ("draft", "cancel")
                and order.product_id == self.product_id
            )
        )
        surplus = sum(order._get_pieces() for order in orders)
        surplus -= max(wanted - stocked, 0.0)
        first = self.env.context.get("print3d_given_up_ids", ())
        for order in orders.sorted(
            lambda order: (order.id in first, order.id), reverse=True
        ):
            if unit.compare(surplus, 0.0) <= 0:
                break
            if order.state == "done":
                continue
            pieces = order._get_pieces()
            less = min(surplus, pieces - order._get_begun_pieces())
            if unit.compare(less, 0.0) <= 0:
                continue
            surplus -= less
            order._print_less(pieces - less)
