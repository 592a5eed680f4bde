from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..tools import shopping

# A draft RFQ of the list is shown beside it for so long.
RECENT_HOURS = 48


class Print3dShoppingLine(models.Model):
    """What the page of the shopping list shows."""

    _inherit = "print3d.shopping.line"

    @api.model
    def get_list(self):
        """Bring the list up to date and return all that its page shows.

        Money is there only for whoever may buy. The number of queries does not depend
        on the number of lines.

        :return: ``company``, ``may`` (``buy``, ``add``), ``lines``, ``vendors``,
            ``split`` (the cheapest), ``dismissed``, ``orders`` (drafts just made)
        :rtype: dict
        """
        company = self.env.company
        self.check_access("read")
        self._refresh(company)
        may_buy = self._may_buy()
        lines = self.search(
            [("company_id", "=", company.id), ("state", "!=", "ordered")]
        ).sudo()
        todo = lines.filtered(lambda line: line.state == "todo")
        gauges = self._get_gauges(lines.product_id, company)
        prices = self._get_prices(todo.product_id, company) if may_buy else {}
        return {
            "company": {
                "id": company.id,
                "name": company.name,
                "currency_id": company.currency_id.id,
            },
            "today": fields.Date.to_string(fields.Date.context_today(self)),
            "may": {"buy": may_buy, "add": self._may_add()},
            "lines": [line._format_line(gauges, may_buy) for line in todo],
            "vendors": self._format_vendors(todo, prices, company, may_buy),
            "split": self._format_split(company) if may_buy else None,
            "dismissed": [
                {
                    "id": line.id,
                    "name": line.product_id.display_name,
                    "swatch": line.product_id._get_swatch()
                    if line.product_id.is_filament
                    else None,
                    "until": fields.Date.to_string(line.dismissed_until),
                }
                for line in lines - todo
            ],
            "orders": self._format_orders(company, may_buy),
        }

    @api.model
    def _get_gauges(self, products, company):
        """Return what lies in stock, and up to what it is filled, by product id."""
        stock = {
            product.id: qty
            for product, qty in self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", products.ids),
                    ("location_id.usage", "=", "internal"),
                    ("company_id", "=", company.id),
                ],
                ["product_id"],
                ["quantity:sum"],
            )
        }
        levels = {
            product.id: level
            for product, level in self.env["stock.warehouse.orderpoint"]
            .sudo()
            ._read_group(
                [("product_id", "in", products.ids), ("company_id", "=", company.id)],
                ["product_id"],
                ["product_max_qty:sum"],
            )
        }
        return {
            product.id: (stock.get(product.id, 0.0), levels.get(product.id, 0.0))
            for product in products
        }

    def _format_line(self, gauges, may_buy):
        """Return what the page shows of a line."""
        self.ensure_one()
        product = self.product_id
        on_hand, level = gauges.get(product.id, (0.0, 0.0))
        full = max(level, on_hand + self.qty_needed)
        arrives = fields.Date.context_today(self) + relativedelta(days=self.lead_days)
        values = {
            "id": self.id,
            "product_id": product.id,
            "name": product.display_name,
            "unit": product.uom_id.name,
            "is_filament": product.is_filament,
            "swatch": product._get_swatch() if product.is_filament else None,
            "on_hand": on_hand,
            "share": max(min(on_hand / full, 1.0), 0.0) * 100 if full > 0 else 0.0,
            "needed": self.qty_needed,
            "needed_text": self._write_qty(self.qty_needed),
            "needed_on": fields.Date.to_string(self.needed_on) or "",
            "origin": self.origin,
            "reason": self._get_reason(),
            "vendor_id": self.partner_id.id,
            "is_vendor_chosen": self.is_vendor_chosen,
            "is_packs_chosen": self.is_packs_chosen,
            "packs": self.packs,
            "pack": self.pack_uom_id.display_name or "",
            "quantity_text": self._write_qty(self.quantity),
            "left_over": self.left_over,
            "left_over_text": self._write_qty(abs(self.left_over)),
            "lead_days": self.lead_days,
            "arrives_on": fields.Date.to_string(arrives),
            "is_late": bool(
                self.partner_id and self.needed_on and arrives > self.needed_on
            ),
            "url": self._get_safe_url(),
            "code": self.product_code or "",
            "request_id": self.request_line_id.request_id.id,
            "can_remove": self.origin == "manual",
        }
        if may_buy:
            values.update(
                unit_price=self.unit_price,
                cost=self.cost,
                currency_id=self.currency_id.id,
                company_cost=self.company_cost,
            )
        return values

    def _get_safe_url(self):
        """Return the address of the vendor's shop when it is one of the web."""
        self.ensure_one()
        url = (self.purchase_url or "").strip()
        return url if url.lower().startswith(("https://", "http://")) else ""

    @api.model
    def _format_vendors(self, lines, prices, company, may_buy):
        """Return the vendors of the list, those of most worth first."""
        by_vendor = lines.grouped("partner_id")
        vendors = (
            self.env["res.partner"]
            .sudo()
            .browse([vendor.id for vendor in by_vendor if vendor])
        )
        found = [
            {
                "id": vendor.id,
                "name": vendor.display_name,
                "lead_days": max(by_vendor[vendor].mapped("lead_days")),
            }
            for vendor in vendors
        ]
        if not may_buy:
            return sorted(found, key=lambda each: each["name"])
        goods, freights = self._get_order_values(company, vendors.ids)
        orders = self._get_open_orders(company, vendors)
        for entry, vendor in zip(found, vendors, strict=True):
            order = orders.get(vendor)
            entry.update(
                self._format_freight(goods[vendor.id], freights[vendor.id], company),
                order={"id": order.id, "name": order.name} if order else None,
                top_up=self._get_top_up(
                    by_vendor[vendor], prices, goods[vendor.id], freights[vendor.id]
                ),
            )
        return sorted(found, key=lambda each: (-each["goods"], each["name"]))

    @api.model
    def _format_freight(self, goods, freight, company):
        """Return the money of one order and how far it is from free freight."""
        whole = freight.already + goods
        money = company.currency_id.round
        due = freight.due(whole)
        return {
            "goods": money(goods),
            "already": money(freight.already),
            "freight": money(due),
            "total": money(whole + due),
            "freight_cost": money(freight.cost),
            "free_from": money(freight.free_from),
            "to_free": money(max(freight.free_from - whole, 0.0)) if due else 0.0,
            "share": min(whole / freight.free_from, 1.0) * 100
            if freight.free_from
            else 0.0,
            "minimum": money(freight.minimum),
            "to_minimum": money(freight.short(whole)),
        }

    @api.model
    def _get_top_up(self, lines, prices, goods, freight):
        """Return what to buy more of to reach free freight or the smallest order.

        :return: ``line_id``, ``name``, ``packs`` in all, ``more`` packs, their
            ``cost``, and what is ``saved`` of freight; None when nothing is missing,
            or too much
        """
        whole = freight.already + goods
        gap = freight.short(whole)
        if freight.due(whole) and freight.free_from:
            gap = max(gap, freight.free_from - whole)
        wanted = {}
        for line in lines.filtered("packs"):
            mine = self._get_known_prices(
                [
                    price
                    for price in prices[line.product_id]
                    if price.vendor == line.partner_id.id
                ]
            )
            chosen = next(
                (price for price in mine if price.key == line.supplierinfo_id.id), None
            )
            if chosen:
                wanted[line] = (mine, chosen, line.packs)
        way = shopping.top_up(wanted, gap)
        # Nobody doubles an order to save its freight.
        if not way or (way.cost > whole and not freight.short(whole)):
            return None
        reaches_free = whole + way.cost >= freight.free_from - shopping.NOISE
        return {
            "line_id": way.item.id,
            "name": way.item.product_id.display_name,
            "packs": way.item.packs + way.packs,
            "more": way.packs,
            "cost": way.cost,
            "saved": freight.due(whole) if freight.free_from and reaches_free else 0.0,
        }

    @api.model
    def _format_split(self, company):
        """Return what the cheapest split saves, and what would move."""
        split = self._get_best_split(company)
        vendors = self.env["res.partner"].sudo()
        return {
            **{name: split[name] for name in ("saving", "total", "present", "exact")},
            "moves": [
                {
                    "line_ids": move["lines"].ids,
                    "name": move["lines"][0].product_id.display_name,
                    "from": move["lines"][0].partner_id.display_name,
                    "to": vendors.browse(move["to"]).display_name,
                    "to_id": move["to"],
                }
                for move in split["moves"]
            ],
        }

    @api.model
    def _format_orders(self, company, may_buy):
        """Return the draft RFQs that the list filled lately, the newest first."""
        since = fields.Datetime.now() - relativedelta(hours=RECENT_HOURS)
        lines = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "ordered"),
                ("order_id.state", "=", "draft"),
                ("ordered_on", ">=", since),
            ]
        )
        return [
            {
                "id": order.id,
                "name": order.name,
                "vendor": order.partner_id.display_name,
                "lines": len(mine),
                "names": ", ".join(mine.mapped("product_id.display_name")[:3]),
                "total": order.amount_untaxed if may_buy else None,
                "currency_id": order.currency_id.id,
            }
            for order, mine in sorted(
                lines.grouped("order_id").items(), key=lambda pair: -pair[0].id
            )
        ]

    def get_comparison(self):
        """Return the vendors of a line side by side, what was paid, and substitutes.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        line = self.sudo()
        company = line.company_id
        offers = self._get_offers()
        history = self._get_price_history(line.product_id, company)
        vendor_ids = {offer["vendor_id"] for offer in offers}
        others = self.env["res.partner"].sudo().browse(set(history) - vendor_ids)
        for offer in offers:
            offer["paid"] = history.get(offer["vendor_id"], [])
            offer["is_present"] = offer["vendor_id"] == line.partner_id.id
            arrives = fields.Date.context_today(self) + relativedelta(
                days=offer["lead_days"]
            )
            offer["is_late"] = bool(line.needed_on and arrives > line.needed_on)
            offer["left_over_text"] = (
                line._write_qty(offer["left_over"]) if offer["left_over"] else ""
            )
            offer["url"] = (
                offer["url"]
                if offer["url"].lower().startswith(("https://", "http://"))
                else ""
            )
        return {
            "name": line.product_id.display_name,
            "product_id": line.product_id.id,
            "unit": line.product_id.uom_id.name,
            "is_filament": line.product_id.is_filament,
            "needed_text": line._write_qty(
                sum(line._get_siblings().mapped("qty_needed"))
            ),
            "is_vendor_chosen": line.is_vendor_chosen,
            "currency_id": company.currency_id.id,
            "offers": offers,
            "others": [
                {"vendor": vendor.display_name, "paid": history[vendor.id]}
                for vendor in others
            ],
            "substitutes": self._format_substitutes(line),
        }

    @api.model
    def _format_substitutes(self, line):
        """Return what would do in its place, and lies in stock."""
        return [
            {
                "product_id": found["product"].id,
                "name": found["product"].display_name,
                "swatch": found["product"]._get_swatch(),
                "delta_e": round(found["delta_e"], 1),
                "available": line._write_qty(found["available"]),
            }
            for found in line.product_id._get_substitutes(qty=line.qty_needed, limit=3)
        ]
