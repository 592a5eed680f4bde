from datetime import timedelta
from math import ceil

from odoo import api, fields, models

from ..restocking import (
    LeadTime,
    choose_lead_time,
    get_cover_safety,
    get_factor,
    get_mean_factor,
    get_order_quantity,
    get_reorder_point,
    get_service_factor,
    get_statistical_safety,
    get_upper_level,
    round_up,
    split_events,
)

# Nobody orders half a nozzle or a hundredth of a gram, but half a litre.
WHOLE = 1.0
PART = 0.1


class StockWarehouseOrderpoint(models.Model):
    """How the limits of a rule are learned."""

    _inherit = "stock.warehouse.orderpoint"

    # === LEARNING === #

    @api.model
    def _cron_learn(self):
        """Learn everything anew: seasons, daily use and when things run out, rules; and
        note how near the forecast was."""
        rules = self.sudo().search([("product_id.active", "=", True)])
        companies = rules.company_id | self.env["res.company"].search(
            [("active", "=", True)]
        )
        for done, company in enumerate(companies, start=1):
            self.env["print3d.restock.policy"]._learn_seasons(company)
            self.env["product.product"]._learn_use(company)
            self.env["print3d.use.forecast"]._note(company)
            rules.filtered(lambda rule, one=company: rule.company_id == one)._learn()
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done)

    def _learn(self):
        """Reckon these rules anew; where they are learned, set their limits.

        The number of queries does not depend on how many rules there are, but for what
        core does when a limit changes.
        """
        for company, rules in self.grouped("company_id").items():
            rules.sudo().with_company(company)._learn_in(company)

    def _learn_in(self, company):
        rules = self.filtered("product_id").with_context(print3d_learning=True)
        if not rules:
            return
        Policy = self.env["print3d.restock.policy"]
        History = self.env["print3d.restock.history"]
        default = Policy._get_default_policy()
        policies = {
            rule: policy or default for rule, policy in rules._get_policies().items()
        }
        today = History._get_today(company)
        first = today - timedelta(
            days=max(policy.history_days for policy in policies.values())
        )
        products = rules.product_id
        histories = History._get_histories(products, company, first)
        receipts = {
            until: History._get_receipts(company, until)
            for until in {policy.lead_until for policy in policies.values()}
        }
        events = self.env["print3d.demand.event"]._find_events(
            products, company, first, today + timedelta(days=365)
        )
        depletion = rules._get_depletion_days(company)
        now = fields.Datetime.now()
        for rule in rules:
            policy = policies[rule]
            facts = rule._reckon(
                policy,
                histories.get((rule.product_id.id, rule.warehouse_id.id)),
                receipts[policy.lead_until],
                events[rule.product_id.id],
                today,
            )
            vals = rule._prepare_learned_vals(facts)
            vals["depletion_on"] = depletion[rule]
            rule.write({**vals, "learned_on": now})

    def _prepare_learned_vals(self, facts):
        """Return what a rule keeps of what was reckoned; the limits, where learned."""
        self.ensure_one()
        vals = {
            "restock_facts": facts,
            "daily_use": facts["use"]["mean"],
            "daily_use_sd": facts["use"]["sd"],
            "lead_days_learned": facts["lead"]["mean"],
            "lead_days_sd": facts["lead"]["sd"],
            "safety_stock": facts["safety"],
            "reorder_point": facts["point"],
            "reorder_upto": facts["upto"],
            "is_guess": facts["is_guess"],
        }
        if self.print3d_mode == "manual":
            return vals
        uom = self.product_uom
        for name, key in (("product_min_qty", "point"), ("product_max_qty", "upto")):
            if uom.compare(self[name], facts[key]):
                vals[name] = facts[key]
        # Core knows the vendor's unit, and no other.
        if facts["pack"]["source"] in ("policy", "spool"):
            vals["replenishment_uom_id"] = facts["pack"]["uom_id"]
        return vals

    # === RECKONING === #

    def _reckon(self, policy, history, receipts, events, today):
        """Return the numbers of this rule, as a dict that can be kept as JSON.

        :param policy: print3d.restock.policy
        :param history: what went, see print3d.restock.history; or None
        :param tuple receipts: what ``_get_receipts`` returns
        :param list events: Event of the product, past and coming
        :param today: the date at the company
        :rtype: dict
        """
        self.ensure_one()
        season = policy._get_season()
        seller = self._get_restock_seller(policy)
        use = self._get_use(policy, history, events, season, today)
        lead, told = self._get_lead_time(policy, seller, receipts)
        pack = self._get_pack(policy, seller)
        whole = self._get_whole()
        size = pack["size"] or whole
        span = lead.mean + policy.review_days
        factor = get_mean_factor(today, span, season, events)
        extra = sum(
            split_events(today + timedelta(days=offset), 0.0, None, events)[1]
            for offset in range(ceil(span))
        )
        level = (self.service_level or policy.service_level) / 100
        safety = {
            "statistical": lambda: get_statistical_safety(
                level, use, lead, policy.review_days
            ),
            "cover": lambda: get_cover_safety(policy.safety_days, use),
            "fixed": lambda: policy.safety_quantity,
        }[policy.formula]()
        order = get_order_quantity(
            use,
            policy.cover_days,
            size,
            get_mean_factor(
                today + timedelta(days=round(span)), policy.cover_days, season, events
            ),
        )
        point = get_reorder_point(use, lead, safety, policy.review_days, factor)
        is_guess = use.days < policy.least_days or use.active < policy.least_uses
        par = self.par_level or policy.par_level
        if self.print3d_mode == "par":
            limit = par or size
            upto = limit
        elif is_guess:
            limit = policy.fallback_packs * size + extra
            upto = get_upper_level(limit, size, size)
        else:
            limit = point.point + extra
            upto = get_upper_level(limit, order, size)
        return {
            "mode": self.print3d_mode,
            "formula": policy.formula,
            "is_guess": is_guess,
            "first": str(today - timedelta(days=policy.history_days)),
            "last": str(today - timedelta(days=1)),
            "use": {
                "mean": use.mean,
                "sd": use.sd,
                "days": use.days,
                "active": use.active,
                "empty": use.empty,
                "total": use.total,
            },
            "lead": {
                "mean": lead.mean,
                "sd": lead.sd,
                "count": lead.count,
                "source": lead.source if lead.count else told,
                "vendor_id": seller.partner_id.commercial_partner_id.id,
            },
            "least": {"days": policy.least_days, "uses": policy.least_uses},
            "review": policy.review_days,
            "factor": factor,
            "extra": extra,
            "level": level,
            "z": get_service_factor(level),
            "safety_days": policy.safety_days,
            "safety": point.safety,
            "expected": point.expected,
            "exact": point.point + extra,
            "pack": pack,
            "packs": policy.fallback_packs,
            "cover_days": policy.cover_days,
            "order": order if not is_guess else size,
            "par": par,
            "point": round_up(limit, whole),
            "upto": round_up(max(limit, upto), whole),
        }

    def _get_whole(self):
        """Return what limits are rounded up to, in the unit of the thing."""
        unit = self.product_id.uom_id
        # Asked for every rule; env.ref looks each time whether they are still there.
        find = self.env["ir.model.data"]._xmlid_to_res_id
        pieces = unit.browse(find("uom.product_uom_unit"))
        if unit.id == find("uom.product_uom_gram"):
            return WHOLE
        return WHOLE if unit._has_common_reference(pieces) else PART

    def _get_use(self, policy, history, events, season, today):
        """Return the daily use of a usual day: without season and events."""
        factors, extra = {}, {}
        past = [event for event in events if event.first < today]
        if season or past:
            for offset in range(1, policy.history_days + 1):
                day = today - timedelta(days=offset)
                # A day on which nothing was wanted tells nothing of a usual one.
                factors[day] = get_factor(day, season, past) or 1.0
                more = split_events(day, 0.0, None, past)[1]
                if more:
                    extra[day] = more
        return self.env["print3d.restock.history"]._measure_use(
            history, policy, today, factors, extra
        )

    def _get_restock_seller(self, policy):
        """Return from whom it is bought (product.supplierinfo): as the rule says, or
        the policy, or else the first of the product."""
        self.ensure_one()
        if self.supplier_id:
            return self.supplier_id
        sellers = self.product_id.seller_ids.filtered(
            lambda seller: (
                seller.product_id in (self.product_id, seller.product_id.browse())
                and seller.company_id in (self.company_id, self.company_id.browse())
            )
        )
        wanted = sellers.filtered(
            lambda seller: (
                seller.partner_id.commercial_partner_id
                == policy.vendor_id.commercial_partner_id
            )
        )
        return (wanted if policy.vendor_id and wanted else sellers)[:1]

    def _prepare_procurement_values(self, date=False):
        """Order from the vendor the policy prefers, unless the rule names one."""
        values = super()._prepare_procurement_values(date=date)
        policy = self.policy_used_id.sudo()
        if not self.supplier_id and policy.vendor_id:
            values["supplierinfo_id"] = self._get_restock_seller(policy)
        return values

    def _get_lead_time(self, policy, seller, receipts):
        """Return the lead time, and where it comes from when no receipts tell it.

        :rtype: tuple[LeadTime, str]
        """
        own, vendors = receipts
        vendor = seller.partner_id.commercial_partner_id.id
        told, source = self._get_told_lead_days(policy, seller)
        if not vendor:
            return LeadTime(told, 0.0, 0, "told"), source
        lead = choose_lead_time(
            own.get((vendor, self.product_id.id), []),
            vendors.get(vendor, []),
            told,
            policy.least_receipts,
        )
        return lead, source

    def _get_told_lead_days(self, policy, seller):
        """Hook: return the lead time that somebody entered, and who: ``seller`` or
        ``policy``. Extensions know how long it takes to make a thing."""
        self.ensure_one()
        if seller:
            return float(seller.delay), "seller"
        return policy.lead_days, "policy"

    def _get_pack(self, policy, seller):
        """Return the pack orders are rounded up to.

        :return: ``size`` in the unit of the thing, 0 without packs; ``name``;
            ``source``, one of ``rule``, ``policy``, ``seller``, ``spool`` and ``none``
        :rtype: dict
        """
        self.ensure_one()
        unit = self.product_id.uom_id
        choices = [
            (self.replenishment_uom_id, "rule"),
            (policy.pack_uom_id, "policy"),
            (seller.product_uom_id, "seller"),
        ]
        product = self.product_id
        if product.is_filament:
            spools = product.uom_ids.filtered(
                lambda uom: (
                    uom.is_spool
                    and not unit.compare(uom.relative_factor, product.net_weight_g)
                )
            )
            choices.append((spools[:1], "spool"))
        for pack, source in choices:
            if pack and pack != unit and pack._has_common_reference(unit):
                return {
                    "size": pack._compute_quantity(1.0, unit, round=False),
                    "name": pack.name,
                    "source": source,
                    "uom_id": pack.id,
                }
        return {"size": 0.0, "name": "", "source": "none", "uom_id": False}
