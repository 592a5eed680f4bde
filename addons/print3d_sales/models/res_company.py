from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    print3d_licence_rule = fields.Selection(
        [("warn", "Warn the salesperson"), ("block", "Refuse the sale")],
        string="Sale outside a Licence",
        default="block",
        required=True,
    )
    print3d_royalty_auto = fields.Boolean(string="Bill Royalties Monthly", default=True)
