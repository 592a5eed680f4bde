from dataclasses import asdict

from odoo import api, fields, models

from ..scheduling.load import get_loads


class Print3dScheduleLoads(models.Model):
    """Shows how evenly a plan loads the printers."""

    _inherit = "print3d.schedule"

    load_json = fields.Json(
        string="Minutes of Printers",
        readonly=True,
        help="What each printer does until all is printed.",
    )
    loads = fields.Json(string="Load of Printers", compute="_compute_loads")

    @api.depends("load_json")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_loads(self):
        """Name the printers; none is looked up alone."""
        loads = [load for schedule in self for load in schedule.load_json or ()]
        printers = self.env["mrp.workcenter"].with_context(active_test=False)
        names = {
            printer.id: printer.display_name
            for printer in printers.search(
                [("id", "in", [load["printer_id"] for load in loads])]
            )
        }
        for schedule in self:
            schedule.loads = [
                {**load, "name": names[load["printer_id"]]}
                for load in schedule.load_json or ()
                if load["printer_id"] in names
            ]

    def _keep(self, reading, before, after, bound=0, **vals):
        """Keep what the printers do, too."""
        loads = [asdict(load) for load in get_loads(reading.problem, after)]
        return super()._keep(reading, before, after, bound, load_json=loads, **vals)

    def _get_progress(self):
        return {**super()._get_progress(), "loads": self.loads}
