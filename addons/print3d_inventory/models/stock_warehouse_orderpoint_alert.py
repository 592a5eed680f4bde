from odoo import models


class StockWarehouseOrderpoint(models.Model):
    """What somebody should know about what runs out."""

    _name = "stock.warehouse.orderpoint"
    _inherit = ["stock.warehouse.orderpoint", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of reorder rules are found."""
        return {**super()._get_alert_dimensions(), "product_id": self.product_id.id}

    def _get_alert_actions(self, key):
        """Offer to ask for it, and to set the limit."""
        actions = super()._get_alert_actions(key)
        if key != "restock":
            return actions
        return [
            {
                "key": "request",
                "label": self.env._("Request"),
                "icon": "fa-shopping-cart",
            },
            {
                "key": "threshold",
                "label": self.env._("Adjust the reorder point"),
                "icon": "fa-sliders",
            },
        ]

    def _do_alert_action(self, alert, action_key):
        """Open the rule, where its limit is set."""
        if action_key == "threshold":
            return self._get_alert_page_action()
        return super()._do_alert_action(alert, action_key)

    def _get_alert_page_action(self):
        """Return the action that opens the page of this rule."""
        self.ensure_one()
        view = self.env.ref("print3d_inventory.print3d_orderpoint_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.product_id.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
        }
