from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..restocking import find_depletion, project, split_events

# How far ahead it is known when a thing runs out.
FAR_DAYS = 180
PENDING = ("waiting", "confirmed", "partially_available", "assigned")


class Print3dRestockForecast(models.AbstractModel):
    """The stock of the coming days: what is there, comes, is planned and is usual.

    Whatever is asked, it is asked for many products at once: the number of queries does
    not depend on how many there are.
    """

    _name = "print3d.restock.forecast"
    _description = "Stock by Day"

    # === PROJECTION === #

    @api.model
    def _get_projection(self, products, days=60, company=None):
        """Return the stock of products by day, from today on.

        :param products: product.product
        :param int days: how many days
        :param company: res.company; the current one by default
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
        histories = defaultdict(list)
        for (product_id, _place), history in History._get_histories(
            products, company, first
        ).items():
            histories[product_id].append(history)
        events = self.env["print3d.demand.event"]._find_events(
            products, company, first, until
        )
        usable = self._get_usable_stock(products, company)
        points = self._get_reorder_points(products, company)
        sources = defaultdict(list)
        for row in self._get_arrivals(products, until):
            sources[row["product_id"]].append({**row, "kind": "arrival"})
        for row in self._get_planned_demand(products, until):
            sources[row["product_id"]].append({**row, "qty": -row["qty"]})
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
    def _get_depletion(self, products, company):
        """Return {product id: the date on which it runs out, or None}."""
        return {
            number: ahead["depletion_on"]
            for number, ahead in self._get_projection(
                products, FAR_DAYS, company
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
    def _get_reorder_points(self, products, company):
        """Return {product id: below how much it is ordered}, of those with a rule."""
        return {
            product.id: point
            for product, point in self.env["stock.warehouse.orderpoint"]._read_group(
                [("product_id", "in", products.ids), ("company_id", "=", company.id)],
                ["product_id"],
                ["product_min_qty:sum"],
            )
        }

    # === WHAT THERE IS === #

    @api.model
    def _get_usable_stock(self, products, company):
        """Return {product id: what is there and may be used}.

        Spools in quarantine and what lies off-site are there and cannot be used.
        """
        return {
            product.id: quantity
            for product, quantity in self.env["stock.quant"]
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
                ["product_id"],
                ["quantity:sum"],
            )
        }

    # === WHAT COMES AND GOES === #

    @api.model
    def _get_moves(self, products, until, domain):
        """Return moves of products that are still to be done until a date."""
        end = self._to_utc(until + timedelta(days=1))
        return self.env["stock.move"].search_fetch(
            Domain("product_id", "in", products.ids)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("state", "in", PENDING)
            & Domain("date", "<", end)
            & Domain(domain),
            ["product_id", "product_qty", "date", "picking_id", "purchase_line_id"],
            order="date, id",
        )

    @api.model
    def _get_arrivals(self, products, until):
        """Return what is on its way: confirmed orders, at the dates they are expected.

        :return: dicts of ``product_id``, ``date``, ``qty``, ``label``, ``res_model``,
            ``res_id``
        :rtype: list[dict]
        """
        moves = self._get_moves(
            products,
            until,
            [
                ("location_id.usage", "!=", "internal"),
                ("location_dest_id.usage", "=", "internal"),
            ],
        )
        return [move._prepare_forecast_row() for move in moves]

    @api.model
    def _get_planned_demand(self, products, until):
        """Hook: return what is known to be used of products until a date.

        The base knows transfers out and reservations of spools; extensions add what is
        to be printed and what is sold.

        :param products: product.product
        :param until: a date
        :return: dicts of ``product_id``, ``date``, ``qty`` (above zero, in the unit of
            the product), ``kind``, ``label``, ``res_model``, ``res_id``
        :rtype: list[dict]
        """
        moves = self._get_moves(products, until, self._get_outgoing_domain())
        rows = [{**move._prepare_forecast_row(), "kind": "move"} for move in moves]
        today = self.env["print3d.restock.history"]._get_today(self.env.company)
        reservations = (
            self.env["print3d.spool.reservation"]
            .sudo()
            .search(
                Domain("product_id", "in", products.ids)
                & Domain("company_id", "=", self.env.company.id)
                & Domain("state", "=", "active")
                & Domain(self._get_reservation_domain())
            )
        )
        return rows + [
            {
                "product_id": item.product_id.id,
                # Nobody says when it is used; it is nobody else's from now on.
                "date": today,
                "qty": item.grams,
                "kind": "reservation",
                "label": self.env._(
                    "Kept of %(spool)s: %(what)s",
                    spool=item.lot_id.name,
                    what=item.document_name or self.env._("reserved"),
                ),
                "res_model": "stock.lot",
                "res_id": item.lot_id.id,
            }
            for item in reservations
        ]

    @api.model
    def _get_outgoing_domain(self):
        """Hook: return which moves take stock away, of those nobody else tells of."""
        return Domain("location_id.usage", "=", "internal") & Domain(
            "location_dest_id.usage", "!=", "internal"
        )

    @api.model
    def _get_reservation_domain(self):
        """Hook: return which reservations keep grams that nobody else tells of."""
        return Domain.TRUE

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
