from odoo import api, fields, models


class Print3dRunAllow(models.TransientModel):
    """Why a run prints although it goes against advice."""

    _name = "print3d.run.allow"
    _description = "Allow a Print All the Same"

    run_id = fields.Many2one("print3d.run", required=True, ondelete="cascade")
    notes = fields.Text(string="What Speaks against It", compute="_compute_notes")
    reason = fields.Text(
        string="Why It Is Fine", required=True, help="Kept with the print."
    )

    @api.depends("run_id")
    def _compute_notes(self):
        for wizard in self:
            run = wizard.run_id
            wizard.notes = "\n".join(run._get_misfit_notes(run._get_advice()))

    def action_allow(self):
        """Allow it, and go back to where it was asked for."""
        self.ensure_one()
        self.run_id.action_allow(self.reason)
        return {"type": "ir.actions.act_window_close"}
