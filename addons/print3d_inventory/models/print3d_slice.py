from odoo import api, fields, models


class Print3dSlice(models.Model):
    _inherit = "print3d.slice"

    filament_line_ids = fields.One2many(
        "print3d.plate.filament", "slice_id", string="Filament"
    )
    unmatched_count = fields.Integer(
        string="Filaments Not Found",
        compute="_compute_filament_counts",
        help="Filaments of the file for which none of the shop is chosen.",
    )
    unconfirmed_count = fields.Integer(
        string="Filaments to Confirm",
        compute="_compute_filament_counts",
        help="Filaments that were matched and that nobody confirmed.",
    )
    unsure_count = fields.Integer(
        string="Unsure Filaments",
        compute="_compute_filament_counts",
        help="Of those to confirm the ones whose match is not sure.",
    )

    @api.depends("filament_line_ids.match_state", "filament_line_ids.product_id")
    def _compute_filament_counts(self):
        counts = {
            (version, state): count
            for version, state, count in self.env["print3d.plate.filament"]._read_group(
                [("slice_id", "in", self.ids)], ["slice_id", "match_state"], ["__count"]
            )
        }
        for version in self:
            own = version._origin
            unsure = counts.get((own, "unsure"), 0)
            version.unmatched_count = counts.get((own, "none"), 0)
            version.unsure_count = unsure
            version.unconfirmed_count = unsure + counts.get((own, "matched"), 0)

    # === ACTIONS === #

    def action_match_filament(self):
        """Look again for filaments of the shop where nobody has chosen."""
        self.filament_line_ids.action_match_filament()
        return True

    def action_confirm_filaments(self):
        """Confirm all filaments that were matched."""
        self.filament_line_ids.filtered(
            lambda line: line.product_id and line.match_state != "confirmed"
        ).action_confirm_match()
        return True

    def action_create_filaments(self):
        """Open the form of all filaments that are missing, equal ones once."""
        missing = self.filament_line_ids.filtered(lambda line: not line.product_id)
        wizard = self.env["print3d.filament.create"]._create_from_lines(missing)
        return wizard._get_action()

    # === READING === #

    def _after_read(self):
        """Match what the file wants with the filaments of the shop."""
        res = super()._after_read()
        self.plate_ids.filament_ids._match_filament()
        return res
