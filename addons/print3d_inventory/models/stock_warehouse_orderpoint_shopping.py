from datetime import datetime, time

from odoo import fields, models

# What a rule does besides buying, within one warehouse.
WITHIN = ("buy", "pull", "push", "pull_push")


class StockWarehouseOrderpoint(models.Model):
    """What the engine of replenishment wants bought, for the shopping list."""

    _inherit = "stock.warehouse.orderpoint"

    def _get_shopping_needs(self):
        """Return what is to be bought for these, by the engine's own reckoning.

        The quantity is not rounded up to the pack of some vendor, as the vendor is
        still to be chosen; a multiple set on the rule itself is kept. What confirmed
        orders bring too late for the engine to count is not wanted twice.

        :return: quantity in the unit of the product, and the figures behind it, by
            orderpoint
        :rtype: dict
        """
        today = fields.Date.context_today(self)
        rules = self.with_context(print3d_remember_rules=True)
        rules.invalidate_recordset(
            ["qty_forecast", "qty_on_hand", "lead_days", "lead_horizon_date"]
        )
        bought = rules.filtered(
            lambda rule: (
                (not rule.snoozed_until or rule.snoozed_until <= today)
                and rule.product_id.active
                and rule.product_id.purchase_ok
                and rule._is_bought()
            )
        )
        # What is planned may be in the minimum already: so does the engine here.
        short = bought.filtered(
            lambda rule: (
                rule.product_uom.compare(rule.qty_to_order_manual, 0) > 0
                or (
                    rule.product_uom.compare(rule.qty_forecast, rule.product_min_qty)
                    < 0
                    and rule.product_uom.compare(
                        rule.qty_forecast + rule._get_counted_twice(),
                        rule.product_min_qty,
                    )
                    < 0
                )
            )
        )
        late = short._get_late_receipts()
        needs = {}
        for rule in short:
            needs[rule.with_env(self.env)] = rule._get_shopping_need(
                late.get(rule, (0.0, None))
            )
        return {
            rule: need
            for rule, need in needs.items()
            if rule.product_uom.compare(need["qty"], 0) > 0
        }

    def _is_bought(self):
        """Tell whether the product comes from vendors.

        Not when it is made, or comes from another warehouse. Without a vendor there is
        no rule to buy; then the list is where it is seen that one is missing.
        """
        self.ensure_one()
        if "buy" in self.rule_ids.mapped("action"):
            return True
        return all(
            rule.action in WITHIN
            and rule.location_src_id.warehouse_id
            in (self.warehouse_id, self.env["stock.warehouse"])
            for rule in self.rule_ids
        )

    def _get_shopping_need(self, late):
        """Return the need of one orderpoint.

        :param tuple late: what comes after the engine's horizon, and when
        :rtype: dict
        """
        self.ensure_one()
        late_qty, late_on = late
        is_manual = self.product_uom.compare(self.qty_to_order_manual, 0) > 0
        if is_manual:
            qty = self.qty_to_order_manual
        else:
            level = max(self.product_min_qty, self.product_max_qty)
            qty = level - self.qty_forecast - late_qty
            if qty > 0 and self.replenishment_uom_id:
                qty = self._get_multiple_rounded_qty(qty)
        return {
            "qty": qty,
            "is_manual": is_manual,
            "on_hand": self.qty_on_hand,
            "forecast": self.qty_forecast,
            "minimum": self.product_min_qty,
            "level": max(self.product_min_qty, self.product_max_qty),
            "late": late_qty,
            "late_on": late_on,
        }

    def _get_late_receipts(self):
        """Return what confirmed orders bring after the horizon, and when, by rule.

        The engine looks as far ahead as an order made today takes, so that a slower
        order of last week would be wanted once more.
        """
        if not self:
            return {}
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("purchase_line_id", "!=", False),
                (
                    "state",
                    "in",
                    ("waiting", "confirmed", "assigned", "partially_available"),
                ),
                ("location_dest_id.usage", "=", "internal"),
                ("date", ">", fields.Date.context_today(self)),
            ]
        )
        by_product = moves.grouped("product_id")
        found = {}
        for rule in self:
            horizon = datetime.combine(rule.lead_horizon_date, time.max)
            coming = by_product.get(rule.product_id, moves.browse()).filtered(
                lambda move, rule=rule, horizon=horizon: (
                    move.date > horizon
                    and move.location_dest_id._child_of(rule.location_id)
                )
            )
            if coming:
                found[rule] = (
                    sum(coming.mapped("product_qty")),
                    fields.Date.to_string(min(coming.mapped("date"))),
                )
        return found

    def _get_shopping_partner(self):
        """Return the vendor this is bought from unless somebody decides else."""
        return self.supplier_id.partner_id or self.policy_used_id.vendor_id

    def _get_shopping_date(self):
        """Return the day on which the stock is expected to run out, or False."""
        self.ensure_one()
        return self.depletion_on
