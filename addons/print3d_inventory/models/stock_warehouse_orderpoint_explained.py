from odoo import api, models


class StockWarehouseOrderpoint(models.Model):
    """The reorder point in words: its arithmetic, and where each number comes from."""

    _inherit = "stock.warehouse.orderpoint"

    @api.depends("restock_facts", "product_id.uom_id.name")
    @api.depends_context("lang")
    def _compute_explained(self):
        """Put the numbers into lines.

        A line has ``label``, ``sum`` (how the number comes about), ``value`` (with its
        unit) and, where its source can be opened, ``action``: the name of a method of
        this record. ``strong`` ones are results.
        """
        for rule in self:
            facts = rule.restock_facts
            rule.explained = facts and rule._explain(facts)

    def _explain(self, facts):
        self.ensure_one()
        unit = self.product_uom.name or ""
        say = self.env["print3d.restock.forecast"]._format_quantity

        def amount(quantity):
            return say(quantity, unit)

        lines = [
            self._explain_use(facts, amount),
            self._explain_lead_time(facts),
            *self._explain_review(facts),
            *self._explain_expected(facts, amount),
            self._explain_safety(facts, amount),
        ]
        if facts["mode"] == "par":
            lines.append(
                self._line(
                    self.env._("Par level"),
                    self.env._("Kept in stock; the figures above are for comparison"),
                    amount(facts["point"]),
                    action="action_open_policy",
                    strong=True,
                )
            )
        elif facts["is_guess"]:
            lines.append(self._explain_guess(facts, amount))
        else:
            lines.append(
                self._line(
                    self.env._("Reorder point"),
                    self.env._("daily use × lead time + safety stock, rounded up"),
                    amount(facts["point"]),
                    strong=True,
                )
            )
        lines.append(self._explain_order(facts, amount))
        return {
            "value": facts["point"],
            "unit": unit,
            "is_guess": facts["is_guess"] and facts["mode"] != "par",
            "lines": lines,
        }

    @api.model
    def _line(self, label, how, value, action=None, strong=False):
        return {
            "label": label,
            "sum": how,
            "value": value,
            "action": action or False,
            "strong": strong,
        }

    def _explain_use(self, facts, amount):
        use = facts["use"]
        how = self.env._(
            "%(total)s in %(days)s days; on %(active)s of them any was used",
            total=amount(use["total"]),
            days=use["days"],
            active=use["active"],
        )
        if use["empty"]:
            how += self.env._(
                "; %(count)s days without stock left out", count=use["empty"]
            )
        if use["days"] > 1:
            how += self.env._("; spread %(sd)s", sd=amount(use["sd"]))
        return self._line(
            self.env._("Use of a usual day"),
            how,
            amount(use["mean"]),
            action="action_view_use",
        )

    def _explain_lead_time(self, facts):
        lead = facts["lead"]
        sources = {
            "product": self.env._(
                "learned from %(count)s receipts of it, spread %(sd)s days",
                count=lead["count"],
                sd=f"{lead['sd']:.1f}",
            ),
            "vendor": self.env._(
                "learned from %(count)s orders from the vendor, spread %(sd)s days",
                count=lead["count"],
                sd=f"{lead['sd']:.1f}",
            ),
            "seller": self.env._("as the vendor's price list says; too few receipts"),
            "policy": self.env._("as the policy says; it has no vendor"),
        }
        learned = lead["source"] in ("product", "vendor")
        action = "action_view_receipts" if learned else None
        if lead["source"] == "policy":
            action = "action_open_policy"
        return self._line(
            self.env._("Lead time"),
            sources.get(lead["source"])
            or self._explain_other_lead_time(lead["source"]),
            self.env._("%(days)s days", days=f"{lead['mean']:.1f}"),
            action=action,
        )

    def _explain_other_lead_time(self, source):
        """Hook: say in words who tells a lead time that an extension found."""
        return source

    def _explain_review(self, facts):
        if not facts["review"]:
            return []
        return [
            self._line(
                self.env._("Time between orders"),
                self.env._("as the policy says; the stock has to last so much longer"),
                self.env._("%(days)s days", days=f"{facts['review']:g}"),
                action="action_open_policy",
            )
        ]

    def _explain_expected(self, facts, amount):
        span = facts["lead"]["mean"] + facts["review"]
        how = self.env._(
            "%(use)s × %(days)s days",
            use=amount(facts["use"]["mean"]),
            days=f"{span:.1f}",
        )
        if abs(facts["factor"] - 1) > 0.005:
            how += self.env._(
                " × %(factor)s for season and events", factor=f"{facts['factor']:.2f}"
            )
        lines = [
            self._line(
                self.env._("Used until an order arrives"),
                how,
                amount(facts["expected"]),
            )
        ]
        if facts["extra"]:
            lines.append(
                self._line(
                    self.env._("Expected on top"),
                    self.env._("of events in that time"),
                    amount(facts["extra"]),
                )
            )
        return lines

    def _explain_safety(self, facts, amount):
        level = f"{facts['level'] * 100:g}"
        hows = {
            "statistical": self.env._(
                "%(z)s × √(%(days)s days × %(sd)s² + %(use)s² × %(lead_sd)s²), so that "
                "%(level)s of 100 orders arrive in time",
                z=f"{facts['z']:.2f}",
                days=f"{facts['lead']['mean'] + facts['review']:.1f}",
                sd=f"{facts['use']['sd']:.1f}",
                use=f"{facts['use']['mean']:.1f}",
                lead_sd=f"{facts['lead']['sd']:.1f}",
                level=level,
            ),
            "cover": self.env._(
                "the use of %(days)s days", days=f"{facts['safety_days']:g}"
            ),
            "fixed": self.env._("a fixed quantity, as the policy says"),
        }
        return self._line(
            self.env._("Safety stock"),
            hows[facts["formula"]],
            amount(facts["safety"]),
            action="action_open_policy",
        )

    def _explain_guess(self, facts, amount):
        return self._line(
            self.env._("Reorder point, too little history"),
            self.env._(
                "%(days)s of %(least_days)s days with stock and %(uses)s of "
                "%(least_uses)s days of use are known; until then %(packs)s packs",
                days=facts["use"]["days"],
                least_days=facts["least"]["days"],
                uses=facts["use"]["active"],
                least_uses=facts["least"]["uses"],
                packs=f"{facts['packs']:g}",
            ),
            amount(facts["point"]),
            action="action_open_policy",
            strong=True,
        )

    def _explain_order(self, facts, amount):
        pack = facts["pack"]
        if facts["mode"] == "par":
            how = self.env._("what is missing to the par level")
        elif facts["is_guess"]:
            how = self.env._("a pack at a time")
        else:
            how = self.env._("lasts %(days)s days", days=f"{facts['cover_days']:g}")
        if pack["size"]:
            how += self.env._(
                ", in whole packs of %(size)s (%(pack)s)",
                size=amount(pack["size"]),
                pack=pack["name"],
            )
        value = facts["upto"] if facts["mode"] == "par" else facts["order"]
        label = (
            self.env._("Ordered up to")
            if facts["mode"] == "par"
            else self.env._("Usual order")
        )
        return self._line(label, how, amount(value), action="action_open_policy")
