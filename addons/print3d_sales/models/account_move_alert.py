from odoo import fields, models


class AccountMove(models.Model):
    """What somebody should know about an invoice."""

    _name = "account.move"
    _inherit = ["account.move", "print3d.alert.mixin"]

    # Core has a field "Alerts" of its own.
    alert_ids = fields.One2many(string="Shop Alerts")

    def _get_alert_dimensions(self):
        """Say by what alerts of invoices are found."""
        return {**super()._get_alert_dimensions(), "partner_id": self.partner_id.id}

    def _get_alert_actions(self, key):
        """Offer the invoice."""
        if key == "invoice_overdue":
            return [
                {
                    "key": "open",
                    "label": self.env._("Open the invoice"),
                    "icon": "fa-file-text-o",
                }
            ]
        return super()._get_alert_actions(key)
