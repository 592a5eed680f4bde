from odoo import api, models


class Print3dPlate(models.Model):
    _inherit = "print3d.plate"

    @api.model
    def _prepare_filament_vals(self, entry, filament):
        """Keep what only the shop's filaments need: all colours and the price."""
        vals = super()._prepare_filament_vals(entry, filament)
        several = filament.colours if len(filament.colours) > 1 else []
        return {
            **vals,
            "file_colours": ",".join(several) or False,
            "file_price_kg": filament.cost or 0.0,
        }
