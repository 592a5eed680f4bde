from odoo import models

# What the module below counts as on its way.
COUNTED = ("draft", "approved", "to_approve", "in_progress")
# What really is.
WANTED = (*COUNTED, "on_hold", "partially_received", "backordered")


class StockWarehouseOrderpoint(models.Model):
    """Requests count as on their way, whatever state they are in."""

    _inherit = "stock.warehouse.orderpoint"

    def _quantity_in_progress(self):
        """Count of each request line what is not ordered yet, and not given up.

        The module below counts lines of its own four states, without any order, in
        full. Held, half-delivered and half-ordered ones would be asked for twice.
        What is on an RFQ or an order is counted by purchase itself.
        """
        res = super()._quantity_in_progress()
        lines = (
            self.env["purchase.request.line"]
            .sudo()
            .search(
                [
                    ("orderpoint_id", "in", self.ids),
                    ("request_id.state", "in", WANTED),
                ]
            )
        )
        # The module below counts what this user may see.
        seen = set(lines.with_env(self.env)._filtered_access("read").ids)
        for line in lines:
            rule = line.orderpoint_id
            unit = rule.product_uom
            theirs = 0.0
            counted = line.request_state in COUNTED and not line.purchase_state
            if counted and line.id in seen:
                theirs = line.product_uom_id._compute_quantity(
                    line.product_qty, unit, round=False
                )
            ours = line._get_uom()._compute_quantity(
                line.qty_to_order, unit, round=False
            )
            res[rule.id] += ours - theirs
        return res
