from odoo import api, fields, models


class Print3dRunBatch(models.TransientModel):
    """What grouping the queue by material saves, before it is done."""

    _name = "print3d.run.batch"
    _description = "Group Runs by Material"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    workcenter_ids = fields.Many2many(
        "mrp.workcenter", string="Printers", readonly=True
    )
    line_ids = fields.One2many("print3d.run.batch.line", "batch_id", readonly=True)
    saved = fields.Integer(string="Changes Saved", compute="_compute_saved")

    @api.depends("line_ids.saved")
    def _compute_saved(self):
        for batch in self:
            batch.saved = sum(batch.line_ids.mapped("saved"))

    def action_group(self):
        """Put the queues into their new order, with a way back."""
        self.ensure_one()
        return (
            self.env["print3d.run"]
            ._group_by_material(self.company_id, self.workcenter_ids)
            ._get_done_action({"type": "ir.actions.act_window_close"})
        )


class Print3dRunBatchLine(models.TransientModel):
    """What it saves on one printer."""

    _name = "print3d.run.batch.line"
    _description = "Group Runs by Material: Printer"
    _order = "id"

    batch_id = fields.Many2one("print3d.run.batch", required=True, ondelete="cascade")
    workcenter_id = fields.Many2one("mrp.workcenter", string="Printer", readonly=True)
    name = fields.Char(string="Queue of", compute="_compute_name")
    run_count = fields.Integer(string="Runs", readonly=True)
    changes_before = fields.Integer(string="Changes Now", readonly=True)
    changes_after = fields.Integer(string="Changes Then", readonly=True)
    saved = fields.Integer(string="Saves", compute="_compute_saved")

    @api.depends("workcenter_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for line in self:
            line.name = line.workcenter_id.display_name or self.env._("No printer yet")

    @api.depends("changes_before", "changes_after")
    def _compute_saved(self):
        for line in self:
            line.saved = line.changes_before - line.changes_after
