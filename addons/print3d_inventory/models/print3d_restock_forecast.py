from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..restocking import find_depletion, project, split_events

# How far ahead it is known when a thing runs out.
FAR_DAYS = 180


class Print3dRestockForecast(models.AbstractModel):
    """The stock of the coming days: what is there, comes, is planned and is usual.

    Whatever is asked, it is asked for many products at once: the number of queries does
    not depend on how many there are.
    """

    _name = "print3d.restock.forecast"
    _description = "Stock by Day"

    # === PROJECTION === #

    @api.model
    def _get_projection(self, products, days=60, company=None, warehouse=None):
        """Return the stock of products by day, from today on.

        :param products: product.product
        :param int days: how many days
        :param company: res.company; the current one by default
        :param warehouse: stock.warehouse of the company, to look at nothing but that
        :return: {product id: dict} with ``on_hand`` (what may be used today), ``days``
            (dicts of ``date``, ``stock`` in the evening, ``in``, ``planned``,
            ``events``, ``burn`` as far as it is not planned, ``low`` and ``high``
            between which the stock lies four times in five, ``is_low``),
            ``depletion_on`` (a date, or None when it lasts), ``rop`` (below which it is
            ordered, or None), ``daily_use``, ``is_guess``, ``unit`` (the name of its
            unit) and ``sources`` (dicts of ``label``, ``date``, ``qty``, ``kind``,
            ``res_model``, ``res_id``), the earliest first
        :rtype: dict
        """
        company = company or self.env.company
        self = self.sudo().with_company(company)  # noqa: PLW0642
        # Read together, wherever they come from.
        products = self.env["product.product"].browse(products.ids)
        History = self.env["print3d.restock.history"]
        today = History._get_today(company)
        until = today + timedelta(days=days - 1)
        policies = self._get_policies(products, company)
        first = today - timedelta(
            days=max([policy.history_days for policy in policies.values()] or [1])
        )
        places = self._get_places(warehouse)
        histories = defaultdict(list)
        for (product_id, place), history in History._get_histories(
            products, company, first
        ).items():
            if not places or place in places:
                histories[product_id].append(history)
        events = self.env["print3d.demand.event"]._find_events(
            products, company, first, until
        )
        usable = self._get_usable_stock(products, company, warehouse)
        points = self._get_reorder_points(products, company, warehouse)
        sources = self._get_sources(products, until, warehouse)
        found = {}
        for product in products:
            policy = policies[product]
            season = policy._get_season()
            its_events = events[product.id]
            history = History._merge_histories(histories[product.id])
            use = self.env["stock.warehouse.orderpoint"]._get_use(
                policy, history, its_events, season, today
            )
            usual = self._get_usual_use(use, policy)
            coming = [event for event in its_events if event.last >= today]
            on_hand = usable.get(product.id, 0.0)
            rows = sources[product.id]
            ahead = project(
                on_hand,
                today,
                [
                    split_events(today + timedelta(days=offset), usual, season, coming)
                    for offset in range(days)
                ],
                self._add_up(rows, 1),
                self._add_up(rows, -1),
                use.sd,
                policy.consume_days,
            )
            point = points.get(product.id)
            found[product.id] = {
                "on_hand": on_hand,
                "days": [
                    {
                        "date": day.date,
                        "stock": day.stock,
                        "in": day.came,
                        "planned": day.planned,
                        "events": day.events,
                        "burn": day.burn,
                        "low": day.low,
                        "high": day.high,
                        "is_low": point is not None and day.stock < point,
                    }
                    for day in ahead
                ],
                "depletion_on": find_depletion(on_hand, ahead),
                "rop": point,
                "daily_use": usual,
                "is_guess": use.days < policy.least_days
                or use.active < policy.least_uses,
                "unit": product.uom_id.name,
                "sources": sorted(rows, key=lambda row: (row["date"], row["label"])),
            }
        return found

    @api.model
    def _get_usual_use(self, use, policy):
        """Return the use of a usual day; of little history no more than it can bear.

        What was used on the first day of a new thing is not used every day: it is
        spread over as many days as a figure needs.
        """
        if use.days >= policy.least_days:
            return use.mean
        return use.total / policy.least_days

    @api.model
    def _add_up(self, rows, sign):
        """Return {date: quantity} of what comes (1) or goes (-1)."""
        sums = defaultdict(float)
        for row in rows:
            if row["qty"] * sign > 0:
                sums[row["date"]] += row["qty"] * sign
        return sums

    @api.model
    def _get_depletion(self, products, company, warehouse=None):
        """Return {product id: the date on which it runs out, or None}."""
        return {
            number: ahead["depletion_on"]
            for number, ahead in self._get_projection(
                products, FAR_DAYS, company, warehouse
            ).items()
        }

    @api.model
    def _get_policies(self, products, company):
        """Return {product: the policy of its reorder rule, or that fits it}."""
        policies = self.env["print3d.restock.policy"]._find_all(company)
        found = policies._choose(products)
        rules = self.env["stock.warehouse.orderpoint"].search_fetch(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", company.id),
                ("restock_policy_id", "!=", False),
            ],
            ["product_id", "restock_policy_id"],
        )
        for rule in rules:
            found[rule.product_id] = rule.restock_policy_id
        default = policies._get_default_policy()
        return {product: found[product] or default for product in products}

    @api.model
    def _get_reorder_points(self, products, company, warehouse=None):
        """Return {product id: below how much it is ordered}, of those with a rule."""
        domain = Domain("product_id", "in", products.ids)
        domain &= Domain("company_id", "=", company.id)
        if warehouse:
            domain &= Domain("warehouse_id", "=", warehouse.id)
        return {
            product.id: point
            for product, point in self.env["stock.warehouse.orderpoint"]._read_group(
                domain,
                ["product_id"],
                ["product_min_qty:sum"],
            )
        }

    # === WHAT THERE IS === #

    @api.model
    def _get_places(self, warehouse):
        """Return the numbers of the warehouses that count for one, or nothing for all.

        What is in no warehouse, or of which nobody knows in which it is, counts for
        the first one of the company: then None is one of them.

        :param warehouse: stock.warehouse, or nothing
        :rtype: set
        """
        if not warehouse:
            return set()
        first = self.env["stock.warehouse"].search(
            [("company_id", "=", warehouse.company_id.id)], limit=1
        )
        return {warehouse.id, None} if warehouse == first else {warehouse.id}

    @api.model
    def _get_usable_stock(self, products, company, warehouse=None):
        """Return {product id: what is there and may be used}.

        Spools in quarantine and what lies off-site are there and cannot be used.
        """
        places = self._get_places(warehouse)
        found = defaultdict(float)
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                Domain("product_id", "in", products.ids)
                & Domain("company_id", "=", company.id)
                & Domain("location_id.usage", "=", "internal")
                & Domain("location_id.is_off_site", "=", False)
                & (
                    Domain("lot_id", "=", False)
                    | Domain("lot_id.is_quarantined", "=", False)
                ),
                ["product_id", *(["location_id"] if warehouse else [])],
                ["quantity:sum"],
            )
        )
        for product, *place, quantity in groups:
            if not place or (place[0].warehouse_id.id or None) in places:
                found[product.id] += quantity
        return dict(found)

    # === TIMES === #

    @api.model
    def _to_utc(self, day):
        """Return when a date begins at the company, in UTC."""
        zone = self.env.company.sudo().partner_id.tz or self.env.user.tz or "UTC"
        local = pytz.timezone(zone).localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _to_date(self, moment):
        """Return the date of a time (in UTC) at the company."""
        zone = self.env.company.sudo().partner_id.tz or self.env.user.tz or "UTC"
        return pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date()

    @api.model
    def _format_quantity(self, quantity, unit):
        """Return a quantity with digits that matter: ``1,240 g``, ``0.08 Units``."""
        size = abs(quantity)
        digits = 0 if size >= 100 or quantity == int(quantity) else 1 + (size < 10)
        number = formatLang(self.env, quantity, digits=digits)
        return f"{number} {unit}".strip()

    @api.model
    def _format_day(self, day):
        return format_date(self.env, day)
