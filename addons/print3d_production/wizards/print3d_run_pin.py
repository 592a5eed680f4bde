from odoo import fields, models


class Print3dRunPin(models.TransientModel):
    """Where and when a run is to stay, whatever plans say."""

    _name = "print3d.run.pin"
    _description = "Pin a Run"

    run_id = fields.Many2one("print3d.run", required=True, readonly=True)
    company_id = fields.Many2one(related="run_id.company_id")
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        required=True,
        domain="[('is_printer', '=', True), ('company_id', 'in', [company_id, False])]",
    )
    pinned_start = fields.Datetime(
        string="Start",
        help="Empty: it stays on the printer and prints when its turn comes. Somebody "
        "will have to be there at that time.",
    )

    def action_pin(self):
        """Pin the run, and have the queue planned around it."""
        self.ensure_one()
        run = self.run_id
        if run.workcenter_id != self.workcenter_id:
            run.workcenter_id = self.workcenter_id
        if self.pinned_start:
            run.action_pin_time(self.pinned_start)
        else:
            run.action_pin()
        return {"type": "ir.actions.act_window_close"}
