from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dSliceRollback(models.TransientModel):
    """Says what will change before an older version is printed again."""

    _name = "print3d.slice.rollback"
    _description = "Roll-back to an Older Version"

    slice_id = fields.Many2one("print3d.slice", string="Version", required=True)
    former_id = fields.Many2one(
        related="slice_id.product_id.active_slice_id", string="Printed Now"
    )
    changes = fields.Json(string="What Changes", compute="_compute_changes")
    question_ids = fields.Many2many(
        "print3d.question", compute="_compute_question_ids", string="To Check"
    )
    reason = fields.Char(help="Why; kept in the history of the version.")

    @api.depends("slice_id")
    @api.depends_context("lang", "company")
    def _compute_changes(self):
        for wizard in self:
            version, former = wizard.slice_id, wizard.former_id
            before = former._get_piece_figures() if former else {}
            after = version._get_piece_figures() if version else {}
            wizard.changes = {
                "former": former.name or "",
                "version": version.name or "",
                "time_s": [before.get("time_s", 0), after.get("time_s", 0)],
                "grams": [before.get("grams", 0), after.get("grams", 0)],
                **(version._get_activation_changes() if version else {}),
            }

    @api.depends("slice_id.question_ids.state")
    def _compute_question_ids(self):
        for wizard in self:
            wizard.question_ids = wizard.slice_id.question_ids.filtered(
                lambda question: question.state == "open"
            )

    def action_confirm(self):
        """Roll back, and answer for odd values of the version with the reason."""
        self.ensure_one()
        if self.question_ids and not self.reason:
            raise UserError(
                self.env._("Some values are odd. Say why they are right, as reason.")
            )
        if self.question_ids:
            self.question_ids.action_accept(self.reason)
        self.slice_id._roll_back(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_compare(self):
        """Look at every difference first."""
        self.ensure_one()
        return self.slice_id._get_compare_action(self.former_id, self.slice_id)
