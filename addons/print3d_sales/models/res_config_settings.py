from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_licence_rule = fields.Selection(
        related="company_id.print3d_licence_rule", readonly=False
    )
    print3d_quote_percent = fields.Float(
        related="company_id.print3d_quote_percent", readonly=False
    )
    print3d_royalty_auto = fields.Boolean(
        related="company_id.print3d_royalty_auto", readonly=False
    )
    print3d_royalty_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Smallest Bill"
    )
    print3d_royalty_threshold = fields.Monetary(
        related="company_id.print3d_royalty_threshold",
        readonly=False,
        currency_field="print3d_royalty_currency_id",
    )
