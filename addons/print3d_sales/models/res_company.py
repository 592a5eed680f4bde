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

    print3d_quote_percent = fields.Float(
        string="Quotations Become Orders (%)",
        help="The stock of the coming days counts on so much of what is quoted; 0 "
        "counts only what is sold.",
    )

    _print3d_quote_percent_share = models.Constraint(
        "CHECK(print3d_quote_percent BETWEEN 0 AND 100)",
        "Between 0 and 100 percent of quotations become orders.",
    )
    _print3d_royalty_threshold_positive = models.Constraint(
        "CHECK(print3d_royalty_threshold >= 0)",
        "The smallest royalty bill cannot be below zero.",
    )
