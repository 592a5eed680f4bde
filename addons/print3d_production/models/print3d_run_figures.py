from odoo import api, fields, models


class Print3dRunFigures(models.Model):
    """What came of a print in numbers, for statistics of ends."""

    _inherit = "print3d.run"

    good_total = fields.Float(
        string="Good Pieces",
        compute="_compute_totals",
        store=True,
        digits="Product Unit",
    )
    bad_total = fields.Float(
        string="Bad Pieces",
        compute="_compute_totals",
        store=True,
        digits="Product Unit",
    )
    used_total_g = fields.Float(
        string="Filament Taken (g)",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Taken off the spools in all, what was scrapped too.",
    )
    scrapped_g = fields.Float(
        string="Filament Lost (g)",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Scrapped with what failed or came out bad.",
    )
    duration_h = fields.Float(
        string="Machine Time (h)", compute="_compute_duration_h", store=True
    )

    @api.depends("line_ids.good_qty", "line_ids.bad_qty")
    def _compute_totals(self):
        for run in self:
            run.good_total = sum(run.line_ids.mapped("good_qty"))
            run.bad_total = sum(run.line_ids.mapped("bad_qty"))

    @api.depends("duration_s")
    def _compute_duration_h(self):
        for run in self:
            run.duration_h = run.duration_s / 3600.0
