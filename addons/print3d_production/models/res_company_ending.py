from odoo import fields, models


class ResCompany(models.Model):
    """What the end of a print counts and may be taken back."""

    _inherit = "res.company"

    print3d_kwh_price = fields.Float(
        string="Electricity (per kWh)",
        digits=(16, 4),
        help="What a print takes is kept at the price of the moment at which it ends.",
    )
    print3d_reopen_hours = fields.Integer(
        string="Ends Can Be Taken Back (hours)",
        default=24,
        help="So long after its end a print can be reopened that somebody ended by "
        "mistake.",
    )

    _print3d_kwh_price_positive = models.Constraint(
        "CHECK (print3d_kwh_price >= 0)", "Electricity costs 0 or more per kWh."
    )
    _print3d_reopen_hours_positive = models.Constraint(
        "CHECK (print3d_reopen_hours >= 0)",
        "Ends can be taken back for 0 hours or more.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_kwh_price = fields.Float(
        related="company_id.print3d_kwh_price", readonly=False
    )
    print3d_reopen_hours = fields.Integer(
        related="company_id.print3d_reopen_hours", readonly=False
    )
