from odoo import api, models
from odoo.exceptions import UserError


class Print3dShoppingLine(models.Model):
    """How lines come back from RFQs that are still drafts."""

    _inherit = "print3d.shopping.line"

    @api.model
    def action_undo_rfqs(self, order_ids):
        """Take out of RFQs what the list put there, while they are drafts.

        An RFQ that the list made, and in which nothing else lies, goes.

        :param list order_ids: ids of purchase.order
        :return: ids of the lines that are on the list again
        :raise UserError: when a vendor was asked already
        """
        self._check_may_buy()
        orders = self.env["purchase.order"].browse(order_ids).exists()
        orders.check_access("write")
        lines = self.sudo().search(
            [("order_id", "in", orders.ids), ("state", "=", "ordered")]
        )
        lines._lock()
        lines = lines.filtered(lambda line: line.state == "ordered")
        late = lines.order_id.filtered(lambda order: order.state != "draft")
        if late:
            raise UserError(
                self.env._(
                    "%(orders)s is not a draft any more. Cancel it there, and what is "
                    "needed comes back to the list by itself.",
                    orders=", ".join(late.mapped("name")),
                )
            )
        return lines._undo()

    def _undo(self):
        """Bring lines back to the list, and take their order lines away.

        :return: ids of those that are on the list again
        """
        orders = self.order_id
        order_lines = self.purchase_line_id
        requests = self.request_line_id.request_id
        rules = self.orderpoint_id
        manual = {
            line.orderpoint_id: line.qty_needed
            for line in self
            if line.was_qty_manual and line.orderpoint_id
        }
        back = self._reopen()
        order_lines.sudo().unlink()
        requests.sudo()._sync_with_orders()
        for order in orders:
            if order.is_print3d_shopping and not order.order_line:
                order.button_cancel()
                order.unlink()
        for rule, qty in manual.items():
            rule.qty_to_order_manual = qty
        rules.invalidate_recordset(["qty_forecast", "qty_on_hand"])
        rules._compute_qty_to_order_computed()
        back._price()
        return back.ids

    def _reopen(self):
        """Open ordered lines again; those whose need was noted anew meanwhile go."""
        Line = self.env["print3d.shopping.line"].sudo()
        back, gone = Line, Line
        taken = set()
        there = {
            line._get_need_key()
            for line in Line.search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("product_id", "in", self.product_id.ids),
                    ("state", "!=", "ordered"),
                ]
            )
        }
        for line in self.sorted("id"):
            key = line._get_need_key()
            if key in there or key in taken:
                gone |= line
            else:
                taken.add(key)
                back |= line
        gone.unlink()
        back.write(
            {
                "state": "todo",
                "purchase_line_id": False,
                "ordered_on": False,
                "ordered_by_id": False,
            }
        )
        return back

    def _get_need_key(self):
        """Return what is on the list only once."""
        self.ensure_one()
        return (
            self.origin,
            self.orderpoint_id.id
            or self.request_line_id.id
            or (self.company_id.id, self.product_id.id),
        )
