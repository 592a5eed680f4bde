from odoo import models
from odoo.fields import Domain


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _get_gather_domain(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        """Offer no spool in quarantine where any spool would do."""
        domain = super()._get_gather_domain(
            product_id, location_id, lot_id, package_id, owner_id, strict
        )
        if product_id.is_filament and not lot_id and not strict:
            domain = Domain(domain) & Domain("lot_id.is_quarantined", "!=", True)
        return domain
