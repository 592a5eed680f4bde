from odoo import api, fields, models


class MaintenanceRequest(models.Model):
    """Service of a printer: when it is done, its hours are counted anew."""

    _inherit = "maintenance.request"

    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        index="btree_not_null",
        check_company=True,
        domain=[("is_printer", "=", True)],
        tracking=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Note the service also when it is told only after it was done."""
        requests = super().create(vals_list)
        requests._note_service()
        return requests

    def write(self, vals):
        """Note the service when a request is done; done twice, it counts once."""
        waiting = self.filtered(lambda request: not request.stage_id.done)
        res = super().write(vals)
        if "stage_id" in vals:
            waiting._note_service()
        return res

    def _note_service(self):
        """Count anew the hours of printers that were serviced; repairs do not count."""
        now = fields.Datetime.now()
        done = self.filtered(
            lambda request: request.stage_id.done
            and request.maintenance_type == "preventive"
        )
        # Whoever may say that it is done need not be allowed to change the printer.
        done.sudo().workcenter_id._note_service(now)
