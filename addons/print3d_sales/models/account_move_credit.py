from odoo import api, fields, models


class AccountMove(models.Model):
    """Credit notes of prints that did not come out."""

    _inherit = "account.move"

    print3d_run_ids = fields.Many2many(
        "print3d.run",
        "print3d_run_credit_rel",
        "move_id",
        "run_id",
        string="Prints That Did Not Come Out",
        readonly=True,
        copy=False,
        groups="print3d_library.group_print3d_user",
        help="The customer is credited for pieces of these prints.",
    )
    print3d_run_count = fields.Integer(
        "Prints Credited",
        compute="_compute_print3d_run_count",
        groups="print3d_library.group_print3d_user",
    )

    @api.depends("print3d_run_ids")
    def _compute_print3d_run_count(self):
        for move in self:
            move.print3d_run_count = len(move.print3d_run_ids)

    def action_print3d_view_runs(self):
        """Open the prints this credit note is for."""
        return self.print3d_run_ids._get_records_action(
            name=self.env._("Prints"), context={"create": False}
        )
