from datetime import timedelta
from math import ceil

from odoo import api, models

FAMILY = "restock"
# Days looked ahead; orders that take longer are looked at only so far.
MOST_DAYS = 90


class Print3dAlertCheck(models.AbstractModel):
    """What is to be ordered, and what is too late to be ordered."""

    _inherit = "print3d.alert.check"

    @api.model
    def _get_checks(self):
        """Add what runs out."""
        return [*super()._get_checks(), "_check_restock"]

    @api.model
    def _check_restock(self):
        """Tell of what falls below its reorder point, or runs out before it can come.

        What is ordered already counts as being there, as the reorder point is about
        what is to be ordered: an order that was made clears the warning. Only when
        nothing is left before it arrives, it is told all the same.
        """
        wanted = {}
        rules = self.env["stock.warehouse.orderpoint"].search(
            [("product_max_qty", ">", 0), ("product_id.active", "=", True)]
        )
        for company, its in rules.grouped("company_id").items():
            wanted.update(self.with_company(company)._find_restock_alerts(its))
        self.env["print3d.alert"]._sync_alerts(FAMILY, wanted)

    @api.model
    def _find_restock_alerts(self, rules):
        """Return {rule: what is to be told of it} of rules of the current company."""
        spans = {rule: self._get_restock_span(rule) for rule in rules}
        days = min(MOST_DAYS, max(spans.values(), default=0) + 1)
        found = {}
        for place, its in rules._by_place().items():
            ahead = self.env["print3d.restock.forecast"]._get_projection(
                its.product_id, days, warehouse=place
            )
            for rule in its:
                stock = ahead[rule.product_id.id]
                verdict = self._judge_restock(rule, spans[rule], stock)
                if verdict:
                    found[rule] = (*verdict, stock, place)
        products = rules.browse().union(*found).product_id
        substitutes = products._get_all_substitutes(limit=2)
        return {
            rule: self._prepare_restock_alert(
                rule, *verdict, substitutes.get(rule.product_id, [])
            )
            for rule, verdict in found.items()
        }

    @api.model
    def _get_restock_span(self, rule):
        """Return how many days an order made now takes."""
        days = rule.lead_days_learned if rule.learned_on else rule.lead_days
        return ceil(min(MOST_DAYS - 1, max(0.0, days)))

    @api.model
    def _judge_restock(self, rule, span, ahead):
        """Return (severity, the day it is about) of a rule, or None.

        :param int span: days an order takes
        :param dict ahead: its projection
        """
        uom = rule.product_uom
        today = ahead["days"][0]["date"]
        depletion_on = ahead["depletion_on"]
        if depletion_on and depletion_on < today + timedelta(days=max(1, span)):
            return "critical", depletion_on
        # What is to come at all, whenever: it was ordered.
        ordered = sum(source["qty"] for source in ahead["sources"] if source["qty"] > 0)
        for day in ahead["days"][: span + 1]:
            ordered -= day["in"]
            position = day["stock"] + max(0.0, ordered)
            if uom.compare(position, ahead["rop"] or 0.0) < 0:
                return "warning", day["date"]
        return None

    @api.model
    def _prepare_restock_alert(self, rule, severity, day, ahead, place, substitutes):
        """Return what is told of a rule.

        :param place: the warehouse (stock.warehouse) to name, or empty
        """
        Forecast = self.env["print3d.restock.forecast"]
        product = rule.product_id
        unit = ahead["unit"]
        span = self._get_restock_span(rule)
        words = {
            "product": self.env._(
                "%(product)s (%(warehouse)s)",
                product=product.display_name,
                warehouse=place.name,
            )
            if place
            else product.display_name,
            "stock": Forecast._format_quantity(ahead["on_hand"], unit),
            "point": Forecast._format_quantity(ahead["rop"] or 0.0, unit),
            "day": Forecast._format_day(day),
            "days": span,
        }
        if severity == "critical" and ahead["on_hand"] <= 0:
            name = self.env._("%(product)s has run out", **words)
            body = self.env._("An order made now takes about %(days)s days.", **words)
        elif severity == "critical":
            name = self.env._("%(product)s runs out before more can come", **words)
            body = self.env._(
                "%(stock)s are left, until about %(day)s. An order made now takes "
                "about %(days)s days.",
                **words,
            )
        else:
            name = self.env._("Order %(product)s", **words)
            body = self._describe_low_stock(day == ahead["days"][0]["date"], words)
        coming = next((item for item in ahead["sources"] if item["qty"] > 0), None)
        parts = [body]
        if coming:
            parts.append(
                self.env._(
                    "%(quantity)s are expected on %(day)s (%(order)s).",
                    quantity=Forecast._format_quantity(coming["qty"], unit),
                    day=Forecast._format_day(coming["date"]),
                    order=coming["label"],
                )
            )
        parts.append(product._describe_substitutes(substitutes))
        return {
            "name": name,
            "body": " ".join(filter(None, parts)),
            "severity": severity,
            "category": "inventory",
        }

    @api.model
    def _describe_low_stock(self, is_today, words):
        """Return since when there is less than the reorder point.

        :param bool is_today: that is today, which is said as such
        :param dict words: what is filled in
        """
        if is_today:
            return self.env._(
                "%(stock)s are in stock. With what is ordered already, there is less "
                "than the reorder point of %(point)s from today on.",
                **words,
            )
        return self.env._(
            "%(stock)s are in stock. With what is ordered already, there is less than "
            "the reorder point of %(point)s from %(day)s on.",
            **words,
        )
