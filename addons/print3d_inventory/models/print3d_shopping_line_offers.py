import math
from collections import defaultdict

from odoo import api, fields, models

from ..tools import shopping

# Requests are served first, then what was added by hand, then what rules fill up.
PRECEDENCE = {"request": 0, "manual": 1, "orderpoint": 2}
# What stays of a line without a vendor.
NO_OFFER = {
    "partner_id": False,
    "supplierinfo_id": False,
    "is_vendor_chosen": False,
    "is_packs_chosen": False,
    "packs": 0,
    "pack_uom_id": False,
    "pack_qty": 0.0,
    "quantity": 0.0,
    "left_over": 0.0,
    "lead_days": 0,
    "product_code": False,
    "purchase_url": False,
    "currency_id": False,
    "unit_price": 0.0,
    "cost": 0.0,
    "company_cost": 0.0,
}


class Print3dShoppingLine(models.Model):
    """What vendors ask for what is on the list."""

    _inherit = "print3d.shopping.line"

    # === PRICE LISTS === #

    @api.model
    def _get_prices(self, products, company):
        """Return the price lists that hold today, in a company's currency.

        Read in a fixed number of queries, however many there are.

        :return: lists of ``odoo.addons.print3d_inventory.tools.shopping.Price``, whose
            keys are ids of product.supplierinfo and vendors ids of res.partner, by
            product
        :rtype: dict
        """
        today = fields.Date.context_today(self)
        infos = (
            self.env["product.supplierinfo"]
            .sudo()
            .search(
                [
                    ("product_tmpl_id", "in", products.product_tmpl_id.ids),
                    ("company_id", "in", [company.id, False]),
                    ("partner_id.active", "=", True),
                    ("partner_id.company_id", "in", [company.id, False]),
                    "|",
                    ("date_start", "=", False),
                    ("date_start", "<=", today),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", today),
                ]
            )
        )
        by_template = infos.grouped("product_tmpl_id")
        prices = {}
        for product in products:
            mine = by_template.get(product.product_tmpl_id, infos.browse())
            prices[product] = [
                self._read_price(info, product, company, today, rank)
                for rank, info in enumerate(
                    mine.filtered(
                        lambda info, product=product: (
                            info.product_id in (product, product.browse())
                            and info.product_uom_id._has_common_reference(
                                product.uom_id
                            )
                        )
                    )
                )
            ]
        return prices

    @api.model
    def _read_price(self, info, product, company, today, rank):
        money = info.currency_id._convert(
            info.price * (1 - (info.discount or 0.0) / 100),
            company.currency_id,
            company,
            today,
            round=False,
        )
        return shopping.Price(
            key=info.id,
            vendor=info.partner_id.id,
            pack=info.product_uom_id._compute_quantity(
                1.0, product.uom_id, round=False
            ),
            money=money,
            least=max(math.ceil((info.min_qty or 0.0) - shopping.NOISE), 1),
            lead_days=info.delay,
            rank=rank,
        )

    @api.model
    def _get_known_prices(self, prices):
        """Return the prices that are known; all of them where none is.

        A vendor's line without a price says who sells it, not that it is free.
        """
        return [price for price in prices if price.money > 0] or prices

    # === WHAT A LINE COSTS === #

    def _price(self):
        """Choose vendor, packs and price of these lines, which are of one company.

        Decisions of people stay; what they left open is filled in. Lines of one
        product from one vendor are bought together: what a pack leaves over for one
        serves the next.
        """
        lines = self.filtered(lambda line: line.state in ("todo", "dismissed"))
        if not lines:
            return
        company = lines.company_id.ensure_one()
        prices = self._get_prices(lines.product_id, company)
        together = defaultdict(self.browse)
        for line in lines:
            partner_id = line._pick_partner(prices[line.product_id])
            if partner_id:
                together[line.product_id, partner_id, line.state] |= line
            else:
                line._write_changed(NO_OFFER)
        for (product, partner_id, _state), mine in together.items():
            mine._price_together(
                [price for price in prices[product] if price.vendor == partner_id],
                company,
            )

    def _pick_partner(self, prices):
        """Return the id of the vendor of a line: as before, preferred, or the first."""
        self.ensure_one()
        vendors = list(dict.fromkeys(price.vendor for price in prices))
        if self.partner_id.id in vendors:
            return self.partner_id.id
        preferred = self._get_preferred_partner().id
        return preferred if preferred in vendors else next(iter(vendors), False)

    def _get_preferred_partner(self):
        """Hook: return the vendor to begin with, before anybody compared."""
        self.ensure_one()
        return (
            self.request_line_id.chosen_vendor_id
            or self.orderpoint_id._get_shopping_partner()
        )

    def _price_together(self, prices, company):
        """Price lines of one product from one vendor."""
        lines = self.sorted(lambda line: (PRECEDENCE[line.origin], line.id))
        chosen = lines.filtered("is_packs_chosen")
        if chosen:
            offer, shares = lines._share_with_chosen(chosen, prices)
        else:
            need = sum(lines.mapped("qty_needed"))
            offer = self._get_best_offer(prices, need)
            shares = shopping.share_packs(
                lines.mapped("qty_needed"), offer.price.pack, least=offer.packs
            )
        info = self.env["product.supplierinfo"].sudo().browse(offer.price.key)
        left = sum(shares) * offer.price.pack - sum(lines.mapped("qty_needed"))
        for line, packs in zip(lines, shares, strict=True):
            line._write_changed(
                line._prepare_offer_vals(
                    info,
                    offer.price,
                    packs,
                    left if line == lines[-1] else 0.0,
                    company,
                )
            )

    @api.model
    def _get_best_offer(self, prices, need):
        """Return the cheapest offer of one vendor for a need above zero."""
        offers = shopping.best_offers(self._get_known_prices(prices), need)
        return next(iter(offers.values()))

    def _share_with_chosen(self, chosen, prices):
        """Keep the packs people chose, and let what they leave over serve the rest.

        :return: the offer for all packs, and the packs of each line
        :rtype: tuple
        """
        known = self._get_known_prices(prices)
        price = next(
            (price for price in known if price.key == chosen[0].supplierinfo_id.id),
            None,
        ) or min(known, key=lambda price: (price.rank, price.least))
        surplus = sum(
            max(line.packs * price.pack - line.qty_needed, 0.0) for line in chosen
        )
        rest = []
        for line in self:
            served = 0.0 if line in chosen else min(surplus, line.qty_needed)
            surplus -= served
            rest.append(0.0 if line in chosen else line.qty_needed - served)
        shares = [
            line.packs if line in chosen else packs
            for line, packs in zip(
                self, shopping.share_packs(rest, price.pack), strict=True
            )
        ]
        need = sum(self.mapped("qty_needed"))
        offer = shopping.offer_of_packs(known, price, sum(shares), need)
        # Fewer than the vendor's smallest quantity cannot be had.
        first = list(self).index(chosen[0])
        shares[first] += offer.packs - sum(shares)
        return offer, shares

    def _prepare_offer_vals(self, info, price, packs, left_over, company):
        self.ensure_one()
        unit_price = info.price * (1 - (info.discount or 0.0) / 100)
        return {
            "partner_id": price.vendor,
            "supplierinfo_id": info.id,
            "packs": packs,
            "pack_uom_id": info.product_uom_id.id,
            "pack_qty": price.pack,
            "quantity": packs * price.pack,
            "left_over": left_over,
            "lead_days": price.lead_days,
            "product_code": info.product_code or False,
            "purchase_url": info.purchase_url or False,
            "currency_id": info.currency_id.id,
            "unit_price": unit_price,
            "cost": info.currency_id.round(unit_price * packs),
            "company_cost": company.currency_id.round(price.money * packs),
        }
