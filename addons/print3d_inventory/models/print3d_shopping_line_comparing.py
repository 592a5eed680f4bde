from collections import defaultdict

from odoo import api, fields, models

from ..tools import shopping

# Steps of the search for the cheapest split; more make a long list wait.
SEARCH_STEPS = 4000


class Print3dShoppingLine(models.Model):
    """Vendors side by side, and who should get what."""

    _inherit = "print3d.shopping.line"

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
