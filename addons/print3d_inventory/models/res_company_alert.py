from odoo import fields, models


class ResCompany(models.Model):
    """From when on something is worth an alert; 0 is never."""

    _inherit = "res.company"

    print3d_alert_low_percent = fields.Float(
        string="Spool Low under (%)",
        default=15.0,
        help="Of what was on it when it was full. 0: never because of its share.",
    )
    print3d_alert_low_g = fields.Float(
        string="Spool Low under (g)",
        help="0: never because of its grams.",
    )
    print3d_alert_expiry_days = fields.Integer(
        string="Best Before within (days)",
        default=30,
        help="0: only once it has passed.",
    )
    print3d_alert_open_days = fields.Integer(
        string="Open for (days)",
        default=365,
        help="A spool that was opened so long ago and is not used up. 0: never.",
    )
    print3d_alert_quarantine_days = fields.Integer(
        string="In Quarantine for (days)",
        default=14,
        help="A spool that was put aside so long ago without a decision. 0: never.",
    )

    _print3d_alert_not_negative = models.Constraint(
        "CHECK (print3d_alert_low_percent BETWEEN 0 AND 100"
        " AND print3d_alert_low_g >= 0 AND print3d_alert_expiry_days >= 0"
        " AND print3d_alert_open_days >= 0 AND print3d_alert_quarantine_days >= 0)",
        "The limits of alerts are numbers from 0 up, and shares at most 100 %.",
    )
