from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_alert_hours_critical = fields.Float(
        related="company_id.print3d_alert_hours_critical", readonly=False
    )
    print3d_alert_hours_warning = fields.Float(
        related="company_id.print3d_alert_hours_warning", readonly=False
    )
    print3d_alert_hours_info = fields.Float(
        related="company_id.print3d_alert_hours_info", readonly=False
    )
    print3d_alert_days_kept = fields.Integer(
        related="company_id.print3d_alert_days_kept", readonly=False
    )
