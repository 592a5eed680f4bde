from odoo import models


class PurchaseOrder(models.Model):
    """What somebody should know about an order to a vendor."""

    _name = "purchase.order"
    _inherit = ["purchase.order", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of purchases are found."""
        return {**super()._get_alert_dimensions(), "partner_id": self.partner_id.id}


class StockPicking(models.Model):
    """What somebody should know about a receipt or a delivery."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of receipts are found."""
        return {**super()._get_alert_dimensions(), "partner_id": self.partner_id.id}
