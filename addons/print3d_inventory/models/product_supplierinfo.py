from odoo import api, fields, models


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    purchase_url = fields.Char(
        string="Where to Buy", help="The page of the vendor's shop with this product."
    )

    @api.depends("product_id", "product_tmpl_id")
    def _compute_product_uom_id(self):
        """Vendors of filament quote by the spool, not by the gram."""
        for info in self:
            template = info.product_id.product_tmpl_id or info.product_tmpl_id
            if not info.product_uom_id and template.is_filament:
                info.product_uom_id = template._get_spool_uom()
        return super()._compute_product_uom_id()
