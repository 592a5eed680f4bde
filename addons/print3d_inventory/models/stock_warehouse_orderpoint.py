from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError


class StockWarehouseOrderpoint(models.Model):
    """A rule of Odoo whose limits follow from what is really used.

    Odoo stays the engine: it orders when its forecast falls below the minimum. This
    says what the minimum should be, and why.
    """

    _inherit = "stock.warehouse.orderpoint"

    # === HOW === #
    print3d_mode = fields.Selection(
        [
            ("manual", "By hand"),
            ("learned", "Learned"),
            ("par", "At par"),
        ],
        string="Limits Are",
        required=True,
        default="manual",
        index=True,
        help="By hand: what would be learned is shown beside. Learned: anew every night. "
        "At par: what is used is ordered again.",
    )
    restock_policy_id = fields.Many2one(
        "print3d.restock.policy",
        string="Policy Chosen",
        index="btree_not_null",
        check_company=True,
        help="Empty: the first policy that fits the thing.",
    )
    policy_used_id = fields.Many2one(
        "print3d.restock.policy",
        string="Policy",
        compute="_compute_policy_used_id",
        search="_search_policy_used_id",
    )
    service_level = fields.Float(
        string="Service Level (%)", help="0: as the policy says."
    )
    par_level = fields.Float(digits="Product Unit", help="0: as the policy says.")
    print3d_kind = fields.Selection(
        related="product_id.product_tmpl_id.print3d_kind", store=True, index=True
    )
    material_id = fields.Many2one(
        related="product_id.product_tmpl_id.material_id", string="Material"
    )
    filament_chip = fields.Json(related="product_id.filament_chip")

    # === WHAT WAS LEARNED === #
    learned_on = fields.Datetime(string="Learned", readonly=True, copy=False)
    daily_use = fields.Float(
        string="Use a Day",
        readonly=True,
        copy=False,
        digits=(16, 3),
        aggregator=None,
        help="In the unit of the thing, days without use included.",
    )
    daily_use_sd = fields.Float(
        string="Spread of Use",
        readonly=True,
        copy=False,
        digits=(16, 3),
        aggregator=None,
        help="Standard deviation of the use of a day.",
    )
    lead_days_learned = fields.Float(
        string="Lead Time (days)",
        readonly=True,
        copy=False,
        digits=(16, 1),
        aggregator=None,
        help="From order to stock, as receipts or else the vendor tell.",
    )
    lead_days_sd = fields.Float(
        string="Spread of Lead Time",
        readonly=True,
        copy=False,
        digits=(16, 1),
        aggregator=None,
    )
    safety_stock = fields.Float(
        readonly=True, copy=False, digits="Product Unit", aggregator=None
    )
    reorder_point = fields.Float(
        readonly=True,
        copy=False,
        digits="Product Unit",
        aggregator=None,
        help="What the minimum should be: daily use × lead time + safety stock.",
    )
    reorder_upto = fields.Float(
        string="Order up to",
        readonly=True,
        copy=False,
        digits="Product Unit",
        aggregator=None,
        help="What the maximum should be.",
    )
    is_guess = fields.Boolean(
        string="Too Little History", readonly=True, copy=False, index=True
    )
    restock_facts = fields.Json(string="Numbers Learned", readonly=True, copy=False)
    explained = fields.Json(string="Reckoned", compute="_compute_explained")
    has_suggestion = fields.Boolean(
        string="Would Be Different",
        compute="_compute_has_suggestion",
        help="It is set by hand, and would be different if it was learned.",
    )
    depletion_on = fields.Date(
        string="Runs Out",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="With what is there, what is on its way, what is planned and what is "
        "usually used besides.",
    )
    stock_ahead = fields.Json(related="product_id.stock_ahead", string="Stock Ahead")

    _service_level_share = models.Constraint(
        "CHECK (service_level = 0 OR service_level >= 50 AND service_level < 100)",
        "A service level is at least 50 % and below 100 %.",
    )
    _par_not_negative = models.Constraint(
        "CHECK (par_level >= 0)", "A par level cannot be below zero."
    )

    # === COMPUTE === #

    @api.depends(
        "restock_policy_id",
        "product_id.product_tmpl_id.print3d_kind",
        "product_id.product_tmpl_id.categ_id",
        "product_id.product_tmpl_id.material_id",
        "company_id",
    )
    def _compute_policy_used_id(self):
        policies = self._get_policies()
        for rule in self:
            rule.policy_used_id = policies[rule]

    def _search_policy_used_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        rules = self.with_context(active_test=False).search_fetch(
            [], ["product_id", "company_id", "restock_policy_id"]
        )
        wanted = set(value)
        return [
            (
                "id",
                "in",
                [
                    rule.id
                    for rule, policy in rules._get_policies().items()
                    if policy.id in wanted
                ],
            )
        ]

    @api.depends(
        "print3d_mode",
        "learned_on",
        "product_min_qty",
        "product_max_qty",
        "reorder_point",
        "reorder_upto",
    )
    def _compute_has_suggestion(self):
        for rule in self:
            uom = rule.product_uom
            rule.has_suggestion = (
                rule.print3d_mode == "manual"
                and bool(rule.learned_on)
                and (
                    uom.compare(rule.product_min_qty, rule.reorder_point) != 0
                    or uom.compare(rule.product_max_qty, rule.reorder_upto) != 0
                )
            )

    def _get_policies(self):
        """Return {rule: its policy}; empty where no policy fits."""
        found = {}
        for company, rules in self.grouped("company_id").items():
            chosen = rules.filtered("restock_policy_id")
            found.update({rule: rule.restock_policy_id for rule in chosen})
            others = rules - chosen
            if others:
                policies = self.env["print3d.restock.policy"]._find_all(company)
                by_product = policies.sudo(False)._choose(others.product_id)
                found.update({rule: by_product[rule.product_id] for rule in others})
        empty = self.env["print3d.restock.policy"]
        return {rule: found.get(rule, empty) for rule in self}

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Learn new rules at once, where their limits are learned."""
        rules = super().create(vals_list)
        rules.filtered(lambda rule: rule.print3d_mode != "manual")._learn()
        return rules

    def write(self, vals):
        """Follow a change of how the limits are found."""
        result = super().write(vals)
        told = {
            "print3d_mode",
            "restock_policy_id",
            "service_level",
            "par_level",
            "supplier_id",
            "replenishment_uom_id",
        }
        if told & vals.keys() and not self.env.context.get("print3d_learning"):
            self.filtered(lambda rule: rule.print3d_mode != "manual")._learn()
        return result

    def unlink(self):
        """Let core's clean-up of rules it made up itself spare those people rely on."""
        if self.env.context.get("print3d_keep_rules"):
            self = self.filtered(lambda rule: not rule._is_kept())  # noqa: PLW0642
        return super().unlink()

    def _is_kept(self):
        """Tell whether this rule was meant to stay, whoever made it."""
        self.ensure_one()
        return self.print3d_mode != "manual" or self.product_max_qty > 0

    @api.autovacuum
    def _unlink_processed_orderpoints(self):
        """Keep rules with limits; core deletes those of the superuser once refilled."""
        rules = self or self.with_context(active_test=False).search(
            [("create_uid", "=", SUPERUSER_ID), ("trigger", "=", "manual")]
        )
        rules = rules.filtered(lambda rule: not rule._is_kept())
        if not rules:
            return rules
        return super(StockWarehouseOrderpoint, rules)._unlink_processed_orderpoints()

    def action_replenish(self, force_to_max=False):
        """Keep rules with limits when they have been ordered for."""
        rules = self.with_context(print3d_keep_rules=True)
        return super(StockWarehouseOrderpoint, rules).action_replenish(
            force_to_max=force_to_max
        )

    # === ENGINE === #

    def _get_qty_to_order(self, qty_in_progress_by_orderpoint=None):
        """Do not order for what is counted twice."""
        quantity = super()._get_qty_to_order(qty_in_progress_by_orderpoint)
        if quantity <= 0:
            return quantity
        enough = self.qty_forecast + self._get_counted_twice()
        if self.product_uom.compare(enough, self.product_min_qty) >= 0:
            return 0.0
        return quantity

    def _get_counted_twice(self):
        """Return how much of what is planned the minimum holds already.

        Core compares its forecast, which has what is planned within the lead time taken
        off, with a minimum that holds the usual use of just that time. What is planned
        is usual use as well. So a learned minimum asks only for what is planned beyond
        it.
        """
        self.ensure_one()
        if self.print3d_mode != "learned" or not self.daily_use:
            return 0.0
        product = self.product_id.with_context(self._get_product_context())
        usual = self.daily_use * max(self.lead_days, self.lead_days_learned)
        return max(0.0, min(product.outgoing_qty, usual))

    # === ACTIONS === #

    def action_learn(self):
        """Learn these rules anew, now; without any chosen, all of them."""
        rules = self or self.search([("company_id", "in", self.env.companies.ids)])
        rules.check_access("write")
        rules._learn()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_use_suggestion(self):
        """Set the limits by hand to what would be learned."""
        for rule in self:
            if not rule.learned_on:
                raise UserError(
                    self.env._(
                        "Nothing was learned of %(product)s yet. Choose “Learn now” "
                        "first.",
                        product=rule.product_id.display_name,
                    )
                )
            rule.write(
                {
                    "product_min_qty": rule.reorder_point,
                    "product_max_qty": max(rule.reorder_point, rule.reorder_upto),
                }
            )
        return True

    @api.model
    def action_make_filament_rules(self):
        """Make reorder rules for all filaments that are used and have none."""
        self.check_access("create")
        products = self.env["product.product"].search(
            [
                ("is_filament", "=", True),
                ("company_id", "in", [self.env.company.id, False]),
            ]
        )
        used = products._filter_used(self.env.company)
        return self._print3d_ensure_rules(used, only_new=True)._tell_made()

    def _tell_made(self):
        """Say how many rules were made, and show them."""
        if not self:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "All that is used has its reorder rule already. Something that "
                        "was never used needs none, or one made by hand."
                    ),
                },
            }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s reorder rules made.", count=len(self)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _print3d_ensure_rules(self, products, company=None, only_new=False):
        """Return the reorder rules of products, made where they are missing.

        They are made for the stock of the company's first warehouse, as the policy of
        each product says. An archived rule is no missing one.

        :param products: product.product
        :param only_new: return only those that were made
        """
        company = company or self.env.company
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        known = self.with_context(active_test=False).search(
            [("product_id", "in", products.ids), ("company_id", "=", company.id)]
        )
        missing = (products - known.product_id).filtered("is_storable")
        policies = self.env["print3d.restock.policy"]._find_all(company)
        chosen = policies._choose(missing)
        default = policies._get_default_policy()
        made = self.with_company(company).create(
            [
                {
                    "product_id": product.id,
                    "company_id": company.id,
                    "warehouse_id": warehouse.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "print3d_mode": (chosen[product] or default).mode,
                    "trigger": (chosen[product] or default).trigger,
                }
                for product in missing
            ]
        )
        made.filtered(lambda rule: rule.print3d_mode == "manual")._learn()
        return made if only_new else made | known.filtered("active")

    # === WHERE NUMBERS COME FROM === #

    def action_view_use(self):
        """Open the stock moves that daily use was reckoned from."""
        self.ensure_one()
        facts = self.restock_facts or {}
        return self.product_id._get_use_action(facts.get("first"), facts.get("last"))

    def action_view_receipts(self):
        """Open the receipts that the lead time was reckoned from."""
        self.ensure_one()
        lead = (self.restock_facts or {}).get("lead", {})
        domain = [
            ("purchase_id", "!=", False),
            ("state", "=", "done"),
            ("company_id", "=", self.company_id.id),
            ("partner_id.commercial_partner_id", "=", lead.get("vendor_id")),
        ]
        if lead.get("source") == "product":
            domain.append(("move_ids.product_id", "=", self.product_id.id))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipts"),
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }

    def action_open_policy(self):
        """Open the policy that these rules follow."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Restocking Policy"),
            "res_model": "print3d.restock.policy",
            "res_id": self.policy_used_id.id,
            "views": [(False, "form")],
        }
