from odoo import api, fields, models

from ..restocking import find_factors
from .print3d_restock_policy import MONTHS


class Print3dRestockPolicy(models.Model):
    """The season of a sort of things, learned from all of them together.

    A single colour sells too little to tell a month from chance.
    """

    _inherit = "print3d.restock.policy"

    @api.model
    def _learn_seasons(self, company):
        """Learn the seasons a company's policies are to learn.

        A policy of all companies learns from the first one that comes; the others
        would only quarrel with it.
        """
        everything = self._find_all(company)
        policies = everything.filtered(
            lambda policy: (
                policy.season == "learned"
                and policy.company_id in (company, company.browse())
            )
        )
        if not policies:
            return
        products = (
            self.env["product.product"]
            .sudo()
            .search(
                [
                    ("is_storable", "=", True),
                    ("company_id", "in", [company.id, False]),
                ]
            )
        )
        followers = {}
        for product, policy in everything._choose(products).items():
            followers.setdefault(policy, []).append(product.id)
        for policy in policies:
            policy._learn_season(products.browse(followers.get(policy, ())), company)

    def _learn_season(self, products, company):
        """Learn the factors of the months from the use of these products.

        With less than twelve whole months everything stays as it is.
        """
        self.ensure_one()
        History = self.env["print3d.restock.history"]
        today = History._get_today(company)
        known = History._get_monthly_use(products, company, today, self.has_scraps)
        if not known:
            return
        factors = find_factors(*known)
        if not factors:
            return
        self.write(
            {
                **{
                    month: round(factor, 3)
                    for month, factor in zip(MONTHS, factors, strict=True)
                },
                "season_learned_on": fields.Datetime.now(),
            }
        )

    def action_learn_season(self):
        """Learn the months of these policies now."""
        self.check_access("write")
        for company in self.env.companies:
            self.env["print3d.restock.policy"].sudo()._learn_seasons(company)
        return True
