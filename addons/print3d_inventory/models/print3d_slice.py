from odoo import models


class Print3dSlice(models.Model):
    _inherit = "print3d.slice"

    def _after_read(self):
        """Match what the file wants with the filaments of the shop."""
        res = super()._after_read()
        self.plate_ids.filament_ids._match_filament()
        return res
