from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_waste_percent = fields.Float(
        related="company_id.print3d_waste_percent", readonly=False
    )
    print3d_waste_samples = fields.Integer(
        related="company_id.print3d_waste_samples", readonly=False
    )
