from odoo import fields, models


class Print3dAlertLimits(models.TransientModel):
    """Adds the limits of the sales."""

    _inherit = "print3d.alert.limits"

    print3d_alert_quote_days = fields.Integer(
        string="Quotation Expires within (days)",
        help="A quotation without an answer. 0: never.",
    )
    print3d_alert_invoice_days = fields.Integer(
        string="Invoice Overdue by (days)",
        help="0: the day after it was to be paid.",
    )
