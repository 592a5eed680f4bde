from odoo import api, fields, models
from odoo.tools import format_amount

from ..tools import shopping


class ResPartner(models.Model):
    """What a vendor wants besides the goods: freight, and orders large enough."""

    _inherit = "res.partner"

    print3d_freight_cost = fields.Monetary(
        string="Freight per Order",
        currency_field="print3d_freight_currency_id",
        groups="purchase.group_purchase_user",
        help="What the vendor charges for sending one order.",
    )
    print3d_free_freight_from = fields.Monetary(
        string="Free Freight From",
        currency_field="print3d_freight_currency_id",
        groups="purchase.group_purchase_user",
        help="Value of an order, without taxes, from which on it is sent free. Leave "
        "it empty when the vendor never does.",
    )
    print3d_minimum_order = fields.Monetary(
        string="Smallest Order",
        currency_field="print3d_freight_currency_id",
        groups="purchase.group_purchase_user",
        help="Value, without taxes, below which the vendor takes no order.",
    )
    print3d_freight_currency_id = fields.Many2one(
        "res.currency",
        string="Freight Currency",
        compute="_compute_print3d_freight_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )

    _print3d_freight_not_negative = models.Constraint(
        "CHECK (COALESCE(print3d_freight_cost, 0) >= 0"
        " AND COALESCE(print3d_free_freight_from, 0) >= 0"
        " AND COALESCE(print3d_minimum_order, 0) >= 0)",
        "Freight, its threshold and the smallest order are amounts above zero.",
    )

    @api.depends("supplier_rank")
    def _compute_print3d_freight_currency_id(self):
        """Take the currency of whoever notes the terms; it stays once it is there."""
        for partner in self:
            if not partner.print3d_freight_currency_id:
                partner.print3d_freight_currency_id = (
                    partner.company_id or self.env.company
                ).currency_id

    def _get_freight(self, company, already=0.0):
        """Return what this vendor wants besides the goods, in a company's currency.

        :param float already: worth of the goods on the order that would go on, in the
            same currency
        :rtype: odoo.addons.print3d_inventory.tools.shopping.Freight
        """
        self.ensure_one()
        vendor = self.sudo().commercial_partner_id
        terms = self.sudo()
        if not terms._has_freight_terms():
            terms = vendor
        currency = terms.print3d_freight_currency_id or company.currency_id
        today = fields.Date.context_today(self)

        def convert(amount):
            return currency._convert(amount, company.currency_id, company, today)

        return shopping.Freight(
            cost=convert(terms.print3d_freight_cost),
            free_from=convert(terms.print3d_free_freight_from),
            minimum=convert(terms.print3d_minimum_order),
            already=already,
        )

    def _has_freight_terms(self):
        """Tell whether anything is noted for this very address."""
        self.ensure_one()
        return bool(
            self.print3d_freight_cost
            or self.print3d_free_freight_from
            or self.print3d_minimum_order
        )

    def _get_freight_words(self):
        """Return the terms in one line, for paper.

        :rtype: str
        """
        self.ensure_one()
        terms = self.sudo()
        if not terms._has_freight_terms():
            terms = terms.commercial_partner_id
        currency = terms.print3d_freight_currency_id or self.env.company.currency_id

        def money(amount):
            return format_amount(self.env, amount, currency)

        words = []
        if terms.print3d_freight_cost:
            words.append(
                self.env._(
                    "freight %(amount)s", amount=money(terms.print3d_freight_cost)
                )
            )
        if terms.print3d_freight_cost and terms.print3d_free_freight_from:
            words.append(
                self.env._(
                    "free from %(amount)s",
                    amount=money(terms.print3d_free_freight_from),
                )
            )
        if terms.print3d_minimum_order:
            words.append(
                self.env._(
                    "smallest order %(amount)s",
                    amount=money(terms.print3d_minimum_order),
                )
            )
        return ", ".join(words)
