from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _prepare_new_lot_vals(self):
        """Tell a new spool what was on it and whose it is.

        Core leaves the company empty for shared products; every company would then
        see the others' spools.
        """
        vals = super()._prepare_new_lot_vals()
        if self.product_id.is_filament:
            vals["net_weight_g"] = self.quantity_product_uom
            vals["company_id"] = self.company_id.id
        return vals
