from odoo import fields, models


class MrpWorkcenterProductivity(models.Model):
    _inherit = "mrp.workcenter.productivity"

    run_id = fields.Many2one(
        "print3d.run",
        string="Print Run",
        index="btree_not_null",
        readonly=True,
        check_company=True,
    )
    costs_hour = fields.Float(
        string="Cost per Hour",
        readonly=True,
        help="The printer's rate when the run ended.",
    )

    def _get_cost(self):
        """Return what this time costs at the printer's rate."""
        self.ensure_one()
        rate = self.costs_hour if self.run_id else self.workcenter_id.costs_hour
        return self.duration / 60.0 * rate

    def _is_print_defect(self):
        """Tell whether this is machine time of a print that failed."""
        self.ensure_one()
        return bool(self.run_id) and self.loss_type == "quality"
