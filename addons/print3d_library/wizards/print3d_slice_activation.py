from odoo import api, fields, models


class Print3dSliceActivation(models.TransientModel):
    """Asks about values that can hardly be true before versions are activated."""

    _name = "print3d.slice.activation"
    _description = "Activation of Versions with Open Questions"

    slice_ids = fields.Many2many("print3d.slice", string="Versions", required=True)
    question_ids = fields.Many2many(
        "print3d.question", compute="_compute_question_ids", string="To Check"
    )
    reason = fields.Char(
        required=True,
        help="Why these values are right; kept with your name on the version.",
    )

    @api.depends("slice_ids.question_ids.state")
    def _compute_question_ids(self):
        for wizard in self:
            wizard.question_ids = wizard.slice_ids.question_ids.filtered(
                lambda question: question.state == "open"
            )

    def action_confirm(self):
        """Accept the values with the reason, and activate the versions."""
        self.ensure_one()
        versions = self.slice_ids
        self.question_ids.action_accept(self.reason)
        versions.action_activate()
        return {"type": "ir.actions.act_window_close"}
