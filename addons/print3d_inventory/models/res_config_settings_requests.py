from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_request_approval = fields.Boolean(
        related="company_id.print3d_request_approval", readonly=False
    )
    print3d_request_auto_below = fields.Monetary(
        related="company_id.print3d_request_auto_below",
        currency_field="company_currency_id",
        readonly=False,
    )
    print3d_request_two_above = fields.Monetary(
        related="company_id.print3d_request_two_above",
        currency_field="company_currency_id",
        readonly=False,
    )
    print3d_request_equipment_ids = fields.Many2many(
        related="company_id.print3d_request_equipment_ids", readonly=False
    )
    print3d_request_decide_hours = fields.Integer(
        related="company_id.print3d_request_decide_hours", readonly=False
    )
    print3d_request_autoclose = fields.Boolean(
        related="company_id.print3d_request_autoclose", readonly=False
    )
    print3d_request_close_days = fields.Integer(
        related="company_id.print3d_request_close_days", readonly=False
    )
