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
    print3d_royalty_threshold = fields.Monetary(
        string="Smallest Royalty Bill",
        help="Less than this waits for the next month; 0 bills every amount.",
    )

    _print3d_royalty_threshold_positive = models.Constraint(
        "CHECK(print3d_royalty_threshold >= 0)",
        "The smallest royalty bill cannot be below zero.",
    )
