from odoo import fields, models


class Print3dRunMove(models.TransientModel):
    """Where runs that wait are put, for those who do not drag them."""

    _name = "print3d.run.move"
    _description = "Move Runs"

    run_ids = fields.Many2many("print3d.run", string="Runs", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    place = fields.Selection(
        [("first", "First in its queue"), ("last", "Last in its queue")],
        default="last",
        required=True,
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        domain="[('is_printer', '=', True), ('company_id', 'in', [company_id, False])]",
        help="Empty: whichever is free.",
    )

    def action_move(self):
        """Put the runs where they were wanted."""
        self.ensure_one()
        return self.run_ids.action_move_to(
            self.workcenter_id, first=self.place == "first"
        )
