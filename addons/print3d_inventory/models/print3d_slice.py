from odoo import api, fields, models


class Print3dSlice(models.Model):
    _inherit = "print3d.slice"

    filament_line_ids = fields.One2many(
        "print3d.plate.filament", "slice_id", string="Filament"
    )
    unmatched_count = fields.Integer(compute="_compute_unmatched_count")

    @api.depends("filament_line_ids.product_id")
    def _compute_unmatched_count(self):
        counts = dict(
            self.env["print3d.plate.filament"]._read_group(
                [("slice_id", "in", self.ids), ("product_id", "=", False)],
                ["slice_id"],
                ["__count"],
            )
        )
        for version in self:
            version.unmatched_count = counts.get(version._origin, 0)

    def action_match_filament(self):
        """Look again for filaments of the shop where none was found."""
        self.filament_line_ids.filtered(
            lambda line: not line.product_id
        )._match_filament()
        return True

    def _after_read(self):
        """Match what the file wants with the filaments of the shop."""
        res = super()._after_read()
        self.plate_ids.filament_ids._match_filament()
        return res
