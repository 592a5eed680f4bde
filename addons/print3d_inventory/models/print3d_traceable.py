from odoo import models


class Print3dTraceable(models.AbstractModel):
    """Records from which filament can be followed, onward or back."""

    _name = "print3d.traceable"
    _description = "Traceable Record"

    def action_print3d_trace(self):
        """Open where this went, or where it came from."""
        ids = ",".join(str(number) for number in self.ids)
        return {
            "type": "ir.actions.client",
            "tag": "print3d_trace",
            "params": {"subject": f"{self._name}:{ids}"},
        }


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "print3d.traceable"]


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "print3d.traceable"]


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "print3d.traceable"]
