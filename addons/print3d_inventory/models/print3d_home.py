from odoo import api, models

from .stock_lot import LOW_PERCENT

SHOWN = 8


class Print3dHome(models.AbstractModel):
    _inherit = "print3d.home"

    @api.model
    def _get_sections(self):
        """Add the spools and filaments that run low."""
        sections = super()._get_sections()
        if self.env["stock.lot"].has_access("read"):
            sections = dict(sections, low_spools=self._get_low_spools())
        return sections

    @api.model
    def _get_low_spools(self):
        """Return the spools under a fifth, and the filaments with less in all.

        :rtype: dict
        """
        spools = self.env["stock.lot"].search(
            [
                ("is_spool", "=", True),
                ("remaining_percent", "<", LOW_PERCENT),
                ("spool_status", "not in", ("empty", "scrapped")),
                "|",
                ("company_id", "=", False),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        spools = spools.sorted("remaining_percent")
        filaments = self.env["product.product"].search([("is_filament", "=", True)])
        short = filaments.filtered(
            lambda filament: filament.filament_stock_g
            < filament.net_weight_g * LOW_PERCENT / 100
        ).sorted("filament_stock_g")
        return {
            "has_filaments": bool(filaments),
            "spool_count": len(spools),
            "spools": [
                {
                    "id": spool.id,
                    "name": spool.name,
                    "filament": spool.product_id.display_name,
                    "colours": spool.product_id._get_colours(),
                    "grams": spool.remaining_g,
                    "percent": spool.remaining_percent,
                    "place": spool.location_id._get_place_name()
                    if spool.location_id
                    else "",
                }
                for spool in spools[:SHOWN]
            ],
            "filaments": [
                {
                    "id": filament.id,
                    "spools": filament.spool_count,
                    "chip": filament._get_filament_chip(filament.filament_stock_g),
                }
                for filament in short[:SHOWN]
            ],
        }
