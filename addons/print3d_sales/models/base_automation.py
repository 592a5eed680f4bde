from datetime import datetime

from odoo import api, models


class BaseAutomation(models.Model):
    """Rules about orders and invoices."""

    _inherit = "base.automation"

    @api.model
    def _get_print3d_subjects(self):
        """Add what this addon knows."""
        return [
            *super()._get_print3d_subjects(),
            ("sale.order", self.env._("Order or quotation")),
            ("account.move", self.env._("Invoice")),
        ]

    def _is_print3d_tracked(self, name):
        """Add whether an order was late: its deliveries say until when."""
        if self.model_name == "sale.order" and name == "print3d_is_late":
            return True
        return super()._is_print3d_tracked(name)

    def _get_print3d_history(self, records, names, since):
        """Add whether orders were late."""
        names = set(names)
        late = records._name == "sale.order" and "print3d_is_late" in names
        if late:
            names.discard("print3d_is_late")
        history = super()._get_print3d_history(records, names, since)
        if late:
            history["print3d_is_late"] = self._get_print3d_late_steps(records)
        return history

    def _get_print3d_late_steps(self, orders):
        """Return since when orders were late, and until when, as steps."""
        left = {}
        for order, done in self.env["stock.picking"]._read_group(
            [
                ("sale_id", "in", orders.ids),
                ("state", "=", "done"),
                ("picking_type_code", "=", "outgoing"),
            ],
            ["sale_id"],
            ["date_done:max"],
        ):
            left[order.id] = done
        steps = {}
        for order in orders:
            due = order.commitment_date
            found = [(datetime.min, False)]
            over = order.delivery_status == "full" and left.get(order.id)
            if order.state == "sale" and order.delivery_status and due:
                if not over or over > due:
                    found.append((due, True))
                if over and over > due:
                    found.append((over, False))
            steps[order.id] = found
        return steps
