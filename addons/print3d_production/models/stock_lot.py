from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    run_spool_ids = fields.One2many(
        "print3d.run.spool",
        "lot_id",
        string="Prints",
        groups="print3d_library.group_print3d_user",
    )

    def _get_stock_place(self):
        """Return the place (stock.location) where this spool is."""
        self.ensure_one()
        quants = self._get_stock_quants()
        return quants.sorted("quantity", reverse=True)[:1].location_id

    def _get_gauge(self):
        """Return what a gauge shows of this spool.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "filament": self.product_id.display_name,
            "material": self.material_id.code or self.material_id.name or "",
            "colours": self.product_id._get_colours(),
            "grams": round(self.remaining_g, 2),
            "percent": round(self.remaining_percent, 1),
        }
