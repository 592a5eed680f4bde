from math import ceil

from odoo import api, fields, models


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
        help="By hand: what would be learned is shown beside. Learned: every night. "
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
    policy_service_level = fields.Float(
        string="Service Level of the Policy (%)", related="policy_used_id.service_level"
    )
    policy_par_level = fields.Float(
        string="Par Level of the Policy", related="policy_used_id.par_level"
    )
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
    stock_ahead = fields.Json(compute="_compute_stock_ahead")
    # Core's own figures ask the database for each rule.
    stock_now = fields.Float(
        string="Usable Stock",
        compute="_compute_stock_now",
        digits="Product Unit",
        help="Without spools in quarantine, and what is off-site.",
    )
    stock_then = fields.Float(
        string="When an Order Arrives",
        compute="_compute_stock_now",
        digits="Product Unit",
        help="What is left when an order made now arrives: with what comes before, "
        "what is planned and what is usually used besides.",
    )

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

    @api.depends("stock_ahead", "lead_days_learned")
    def _compute_stock_now(self):
        for rule in self:
            ahead = rule.stock_ahead or {"start": 0.0, "stock": []}
            stock = [ahead["start"], *ahead["stock"]]
            day = min(len(stock) - 1, ceil(rule.lead_days_learned))
            rule.stock_now = stock[0]
            rule.stock_then = max(0.0, stock[day])

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
