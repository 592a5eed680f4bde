from odoo import api, fields, models


class Print3dScheduleLine(models.Model):
    """What a plan does with one run, and why."""

    _name = "print3d.schedule.line"
    _description = "Run in a Plan"
    _order = "kind, start_after, id"

    schedule_id = fields.Many2one(
        "print3d.schedule", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="schedule_id.company_id", store=True, index=True, precompute=True
    )
    run_id = fields.Many2one(
        "print3d.run", required=True, index=True, ondelete="cascade"
    )
    # Sorted by it: what needs a person comes first.
    kind = fields.Selection(
        [("lost", "Without a place"), ("moved", "Moved"), ("same", "As before")],
        required=True,
    )
    printer_before_id = fields.Many2one("mrp.workcenter", string="Printer Now")
    start_before = fields.Datetime(string="Start Now")
    end_before = fields.Datetime(string="End Now")
    printer_after_id = fields.Many2one("mrp.workcenter", string="Printer")
    start_after = fields.Datetime(string="Start")
    end_after = fields.Datetime(string="End")
    late_minutes = fields.Integer()
    reasons = fields.Json()
    note = fields.Text(string="Why", compute="_compute_note")
    product_id = fields.Many2one(related="run_id.product_id")
    thumbnail_url = fields.Char(related="run_id.thumbnail_url")
    chips = fields.Json(related="run_id.chips")
    due_date = fields.Datetime(related="run_id.due_date")
    run_state = fields.Selection(related="run_id.state", string="State of the Run")

    @api.depends("reasons")
    @api.depends_context("lang", "tz")
    def _compute_note(self):
        notes = self.run_id._get_plan_notes(
            [(line.run_id, line.reasons or []) for line in self]
        )
        for line, sentences in zip(self, notes, strict=True):
            line.note = " ".join(sentences)

    def action_open_run(self):
        """Open the run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "print3d.run",
            "res_id": self.run_id.id,
            "views": [(False, "form")],
        }
