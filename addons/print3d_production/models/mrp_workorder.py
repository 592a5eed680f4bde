from odoo import fields, models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    plate_id = fields.Many2one(
        related="operation_id.plate_id", store=True, index="btree_not_null"
    )
    run_line_ids = fields.One2many(
        "print3d.run.line", "workorder_id", string="Runs", readonly=True
    )

    def _cal_cost(self, date=False):
        """Count printed work at the rate of the printer that did it.

        One work order may be printed by several printers at once, which core's merged
        time spans and its one rate a work order do not know. The time of failed
        prints is a loss like their filament and does not raise the value of the good
        pieces.
        """
        printed = self.filtered(lambda workorder: workorder.time_ids.run_id)
        total = super(MrpWorkorder, self - printed)._cal_cost(date)
        logs = printed.time_ids.filtered(
            lambda log: log.date_end
            and (not date or log.date_end < date)
            and not log._is_print_defect()
        )
        return total + sum(log._get_cost() for log in logs)

    def _compute_current_operation_cost(self):
        """Show the same cost in the overview of the order."""
        self.ensure_one()
        if self.time_ids.run_id:
            return self._cal_cost()
        return super()._compute_current_operation_cost()
