from odoo import fields, models


class ResPartner(models.Model):
    """The score of a vendor: how long it takes, how often it is late or wrong."""

    _inherit = "res.partner"

    print3d_discrepancy_count = fields.Integer(
        string="Discrepancies of Deliveries",
        compute="_compute_print3d_score",
        groups="purchase.group_purchase_user,stock.group_stock_user",
    )
    print3d_lead_days = fields.Float(
        string="Days It Takes",
        compute="_compute_print3d_score",
        groups="purchase.group_purchase_user",
        help="From the order to the last of its goods, on average.",
    )
    print3d_on_time_percent = fields.Float(
        string="On Time (%)",
        compute="_compute_print3d_score",
        groups="purchase.group_purchase_user",
    )
    print3d_right_percent = fields.Float(
        string="As Ordered (%)",
        compute="_compute_print3d_score",
        groups="purchase.group_purchase_user",
        help="Received order lines without any discrepancy.",
    )

    def _compute_print3d_score(self):
        """Count over all received order lines of the companies one works in."""
        counts = dict(
            self.env["print3d.receipt.discrepancy"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", self.ids),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        Report = self.env["print3d.supply.report"].sudo()
        received = [
            ("partner_id", "in", self.ids),
            ("company_id", "in", self.env.companies.ids),
            ("received_on", "!=", False),
        ]
        figures = {
            partner: rest
            for partner, *rest in Report._read_group(
                received,
                ["partner_id"],
                ["lead_days:avg", "on_time_percent:avg", "__count"],
            )
        }
        wrong = dict(
            Report._read_group(
                [*received, ("discrepancy_count", ">", 0)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            days, on_time, count = figures.get(partner, (0, 0, 0))
            partner.print3d_discrepancy_count = counts.get(partner, 0)
            partner.print3d_lead_days = days
            partner.print3d_on_time_percent = on_time
            bad = wrong.get(partner, 0)
            partner.print3d_right_percent = 100 * (count - bad) / count if count else 0
