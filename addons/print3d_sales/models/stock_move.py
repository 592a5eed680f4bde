from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _should_assign_at_confirm(self):
        """Reserve at once what an order takes off the shelf instead of printing it.

        Whatever the deliveries' way of reserving is: otherwise the next order would
        count on the same pieces, and neither would print them.
        """
        return super()._should_assign_at_confirm() or self._is_print3d_from_stock()

    def _is_print3d_from_stock(self):
        """Tell whether this delivers for an order what the stock can give of it."""
        self.ensure_one()
        rule = self.rule_id
        return rule.procure_method == "mts_else_mto" and rule.route_id == self.env.ref(
            "print3d_sales.stock_route_print_to_order", raise_if_not_found=False
        )
