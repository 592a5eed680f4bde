from odoo import models


class SaleOrder(models.Model):
    """What somebody should know about an order."""

    _name = "sale.order"
    _inherit = ["sale.order", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of orders are found."""
        return {**super()._get_alert_dimensions(), "partner_id": self.partner_id.id}

    def _get_alert_actions(self, key):
        """Offer what brings an order on."""
        open_order = {
            "key": "open",
            "label": self.env._("Open the order"),
            "icon": "fa-file-text-o",
        }
        if key in ("order_due", "order_in_need"):
            return [
                {
                    "key": "runs",
                    "label": self.env._("See its prints"),
                    "icon": "fa-tasks",
                },
                open_order,
            ]
        if key == "quotation_expiring":
            return [
                {
                    "key": "open",
                    "label": self.env._("Open the quotation"),
                    "icon": "fa-file-text-o",
                }
            ]
        return super()._get_alert_actions(key)

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of orders offer."""
        self.ensure_one()
        if action_key == "runs":
            return self.action_print3d_view_runs()
        return super()._do_alert_action(alert, action_key)

    def _get_alert_links(self):
        """Add the alerts of its prints."""
        runs = self._get_print3d_runs()
        return {
            **super()._get_alert_links(),
            "run_id": [(run.id, order) for order in self for run in runs[order.id]],
        }
