from odoo import fields, models


class Print3dAlertExport(models.TransientModel):
    """Alerts that were chosen to be sent as a table.

    There may be more of them than fit into an address.
    """

    _name = "print3d.alert.export"
    _description = "Export Alerts"

    alert_ids = fields.Many2many("print3d.alert", required=True)
