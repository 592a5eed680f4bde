from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_licence_rule = fields.Selection(
        related="company_id.print3d_licence_rule", readonly=False
    )
    print3d_royalty_auto = fields.Boolean(
        related="company_id.print3d_royalty_auto", readonly=False
    )
