from odoo import fields, models


class ResCompany(models.Model):
    """From when on something of the sales is worth an alert."""

    _inherit = "res.company"

    print3d_alert_quote_days = fields.Integer(
        string="Quotation Expires within (days)",
        default=3,
        help="A quotation without an answer. 0: never.",
    )
    print3d_alert_invoice_days = fields.Integer(
        string="Invoice Overdue by (days)",
        default=3,
        help="0: the day after it was to be paid.",
    )

    _print3d_alert_sales_not_negative = models.Constraint(
        "CHECK (print3d_alert_quote_days >= 0 AND print3d_alert_invoice_days >= 0)",
        "The limits of alerts are numbers from 0 up.",
    )
