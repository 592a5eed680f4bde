from odoo import api, models
from odoo.exceptions import UserError

from .print3d_run import WAITING


class MrpProduction(models.Model):
    """The queue follows when an order is given its bill of materials anew."""

    _inherit = "mrp.production"

    def _link_bom(self, bom):
        """Print what waits from the plates that the operations have now."""
        old = {order: order.plate_id for order in self.sudo().workorder_ids}
        res = super()._link_bom(bom)
        lines = self.env["print3d.run.line"].sudo()
        for workorder, plate in old.items():
            if workorder.exists() and workorder.plate_id != plate:
                lines |= workorder.run_line_ids.filtered(
                    lambda line, plate=plate: line.run_id.plate_id == plate
                )
        lines._leave_queue()
        self._sync_runs()
        return res


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def unlink(self):
        """Take the pieces of these operations out of the queue."""
        self.sudo().run_line_ids._leave_queue()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        """Keep what something was printed for, or is; that stays on record."""
        lines = self.sudo().run_line_ids
        run = lines.run_id.filtered("date_start")[:1]
        if run:
            line = lines.filtered(lambda line: line.run_id == run)[0]
            raise UserError(
                self.env._(
                    "“%(operation)s” of %(order)s cannot be removed: %(run)s was "
                    "started for it, which stays on record. Leave this order as it "
                    "is, and make another one for what is still missing.",
                    operation=line.workorder_id.name,
                    order=line.production_id.name,
                    run=run.name,
                )
            )


class Print3dRunLine(models.Model):
    _inherit = "print3d.run.line"

    def _leave_queue(self):
        """Delete those of runs that wait; runs without pieces leave the queue."""
        lines = self.filtered(lambda line: line.run_id.state in WAITING)
        runs = lines.run_id
        for run in runs:
            # Whoever starts it at the same moment comes before us or after us.
            run._lock(touch=True)
        lines.unlink()
        nobody = self.env["mrp.production"]
        for company, its_runs in runs.grouped("company_id").items():
            runs._fill_plates(its_runs.plate_id, company, nobody)
