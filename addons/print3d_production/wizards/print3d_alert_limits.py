from odoo import fields, models


class Print3dAlertLimits(models.TransientModel):
    """Adds the limits of the production."""

    _inherit = "print3d.alert.limits"

    print3d_alert_overrun_percent = fields.Integer(
        string="Printing Longer than (%)", help="Of the time its file says. 0: never."
    )
    print3d_alert_due_hours = fields.Integer(
        string="Due within (hours)",
        help="What is to be ready so soon and is not. 0: only once it is late.",
    )
