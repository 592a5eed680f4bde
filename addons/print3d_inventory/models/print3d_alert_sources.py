from odoo import models


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Tell of the spool, and of its filament."""
        dimensions = super()._get_alert_dimensions()
        return {**dimensions, "lot_id": self.id, "product_id": self.product_id.id}


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Tell of the product."""
        return {**super()._get_alert_dimensions(), "product_id": self.id}
