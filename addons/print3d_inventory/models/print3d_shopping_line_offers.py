import math
from collections import defaultdict

from odoo import api, fields, models

from ..tools import shopping

# Requests are served first, then what was added by hand, then what rules fill up.
PRECEDENCE = {"request": 0, "manual": 1, "orderpoint": 2}
# Steps of the search for the cheapest split; more make a long list wait.
SEARCH_STEPS = 4000
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
    """What vendors ask for what is on the list, and who should get what."""

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

    # === COMPARING === #

    def _get_offers(self):
        """Return what each vendor asks for the need of a line, the cheapest first.

        :return: one offer a vendor: ``supplierinfo_id``, ``vendor`` and ``vendor_id``,
            ``pack`` (its name), ``pack_qty``, ``packs``, ``quantity``, ``left_over``,
            ``lead_days``, ``code``, ``url``; money in the company's currency:
            ``cost`` of the packs, ``freight_share`` (what freight and a smallest order
            add when the rest of the list stays as it is), ``landed``,
            ``price_per_unit`` and ``landed_per_unit`` (of the product's unit);
            ``in_currency`` and ``currency`` as the vendor writes it; ``is_known``
            (its price), ``breaks`` (``packs`` and ``price`` of its other prices)
        :rtype: list of dict
        """
        self.ensure_one()
        self._check_may_buy()
        company = self.company_id
        lines = self._get_siblings()
        need = sum(lines.mapped("qty_needed"))
        prices = self._get_prices(self.product_id, company)[self.product_id]
        goods, freights = self._get_order_values(
            company, {price.vendor for price in prices}
        )
        # What this product adds now is taken off: it is what moves.
        for line in lines:
            if line.partner_id and line.state == "todo":
                goods[line.partner_id.id] -= line.company_cost
        found = []
        for vendor_id in dict.fromkeys(price.vendor for price in prices):
            mine = [price for price in prices if price.vendor == vendor_id]
            offer = self._get_best_offer(mine, need)
            freight = freights[vendor_id]
            rest = max(goods[vendor_id], 0.0)
            extra = freight.extra(rest + offer.cost) - freight.extra(rest)
            found.append(self._format_offer(offer, mine, extra, company))
        return sorted(
            found,
            key=lambda each: (not each["is_known"], each["landed"], each["vendor"]),
        )

    def _get_siblings(self):
        """Return the lines that are bought together with this one."""
        self.ensure_one()
        if self.is_vendor_chosen:
            return self
        return self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("product_id", "=", self.product_id.id),
                ("state", "=", self.state),
                ("is_vendor_chosen", "=", False),
            ]
        )

    @api.model
    def _format_offer(self, offer, prices, extra, company):
        info = self.env["product.supplierinfo"].sudo().browse(offer.price.key)
        discount = 1 - (info.discount or 0.0) / 100
        landed = offer.cost + extra
        return {
            "supplierinfo_id": info.id,
            "vendor_id": info.partner_id.id,
            "vendor": info.partner_id.display_name,
            "code": info.product_code or "",
            "pack": info.product_uom_id.display_name,
            "pack_qty": offer.price.pack,
            "packs": offer.packs,
            "quantity": offer.quantity,
            "left_over": offer.left_over,
            "lead_days": offer.price.lead_days,
            "url": info.purchase_url or "",
            "cost": company.currency_id.round(offer.cost),
            "freight_share": company.currency_id.round(extra),
            "landed": company.currency_id.round(landed),
            "price_per_unit": offer.cost / offer.quantity,
            "landed_per_unit": landed / offer.quantity,
            "in_currency": info.currency_id.round(info.price * discount * offer.packs),
            "currency_id": info.currency_id.id,
            "currency": info.currency_id.name,
            "is_known": offer.price.money > 0,
            "breaks": sorted(
                (
                    {
                        "packs": price.least,
                        "pack_qty": price.pack,
                        "price": company.currency_id.round(price.money),
                    }
                    for price in prices
                    if price.money > 0
                ),
                key=lambda each: (each["pack_qty"], each["packs"]),
            ),
        }

    # === THE WHOLE LIST === #

    @api.model
    def _get_order_values(self, company, vendor_ids):
        """Return what the list buys of vendors, and what they want besides.

        :return: value of goods by vendor id, and their freight by vendor id, in the
            company's currency
        :rtype: tuple
        """
        vendors = self.env["res.partner"].browse(vendor_ids)
        goods = defaultdict(float)
        for partner, value in self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "=", "todo"),
                ("partner_id", "in", vendors.ids),
            ],
            ["partner_id"],
            ["company_cost:sum"],
        ):
            goods[partner.id] = value
        already = self._get_open_values(company, vendors)
        freights = {
            vendor.id: vendor._get_freight(company, already.get(vendor.id, 0.0))
            for vendor in vendors
        }
        return goods, freights

    @api.model
    def _get_open_values(self, company, vendors):
        """Return the value of goods on the RFQs that would go on, by vendor id."""
        today = fields.Date.context_today(self)
        values = {}
        for vendor, order in self._get_open_orders(company, vendors).items():
            values[vendor.id] = order.currency_id._convert(
                order.amount_untaxed, company.currency_id, company, today
            )
        return values

    @api.model
    def _get_open_orders(self, company, vendors):
        """Return the draft RFQ that would go on, by vendor."""
        orders = (
            self.env["purchase.order"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", vendors.ids),
                    ("state", "=", "draft"),
                ],
                order="id desc",
            )
        )
        return {order.partner_id: order for order in orders}

    @api.model
    def _get_best_split(self, company):
        """Return who should get what so that the whole list costs least.

        Lines whose vendor somebody chose stay with it.

        :return: ``saving`` in the company's currency, ``present`` and ``total`` money,
            ``exact``, and ``moves``: ``lines`` and the id of the vendor they go ``to``
        :rtype: dict
        """
        lines = self.sudo().search(
            [("company_id", "=", company.id), ("state", "=", "todo")]
        )
        items = defaultdict(self.browse)
        for line in lines.filtered("partner_id"):
            chosen = (
                line.partner_id if line.is_vendor_chosen else line.partner_id.browse()
            )
            items[line.product_id, chosen] |= line
        prices = self._get_prices(lines.product_id, company)
        costs, present = {}, {}
        for item, mine in items.items():
            product, chosen = item
            if chosen or mine.filtered("is_packs_chosen"):
                costs[item] = {mine[0].partner_id.id: sum(mine.mapped("company_cost"))}
            else:
                offers = shopping.best_offers(
                    self._get_known_prices(prices[product]),
                    sum(mine.mapped("qty_needed")),
                )
                costs[item] = {vendor: offer.cost for vendor, offer in offers.items()}
                # Split between vendors by hand before, or without a price: as it is.
                present_cost = sum(mine.mapped("company_cost"))
                if len(mine.partner_id) > 1 or mine.partner_id.id not in costs[item]:
                    costs[item].setdefault(mine[0].partner_id.id, present_cost)
            present[item] = mine[0].partner_id.id
        vendor_ids = {vendor for offers in costs.values() for vendor in offers}
        _goods, freights = self._get_order_values(company, vendor_ids)
        split = shopping.best_split(costs, freights, present, limit=SEARCH_STEPS)
        now = shopping.split_cost(present, costs, freights)
        saving = company.currency_id.round(now - split.total)
        moves = []
        if saving > 0:
            moves = [
                {"lines": items[item], "to": vendor}
                for item, vendor in split.choice.items()
                if vendor != present[item]
            ]
        return {
            "saving": saving if moves else 0.0,
            "present": company.currency_id.round(now),
            "total": company.currency_id.round(split.total),
            "exact": split.exact,
            "moves": moves,
        }
