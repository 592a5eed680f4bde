from odoo import fields, models


class ResCompany(models.Model):
    """From when on something of the production is worth an alert; 0 is never."""

    _inherit = "res.company"

    print3d_alert_overrun_percent = fields.Integer(
        string="Printing Longer than (%)",
        default=150,
        help="Of the time its file says. 0: never.",
    )
    print3d_alert_due_hours = fields.Integer(
        string="Due within (hours)",
        default=24,
        help="What is to be ready so soon and is not. 0: only once it is late.",
    )

    _print3d_alert_work_not_negative = models.Constraint(
        "CHECK (print3d_alert_due_hours >= 0 AND"
        " (print3d_alert_overrun_percent = 0"
        " OR print3d_alert_overrun_percent >= 100))",
        "A print takes 100 % of its time at least; other limits are numbers from 0 up.",
    )
