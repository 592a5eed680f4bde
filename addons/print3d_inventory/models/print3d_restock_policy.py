from odoo import api, fields, models
from odoo.fields import Domain

from .product_template_kind import KINDS

MONTHS = [f"season_{month:02}" for month in range(1, 13)]


class Print3dRestockPolicy(models.Model):
    """How a sort of things is kept in stock: how safe, for how long, from whom."""

    _name = "print3d.restock.policy"
    _description = "Restocking Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Of several that fit a thing, the first one counts."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )

    # === WHAT IT IS FOR === #
    kind = fields.Selection(
        KINDS, string="Kind of Thing", help="Empty: things of every kind."
    )
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Empty: all of them. Those below one of them count too.",
    )
    material_ids = fields.Many2many(
        "print3d.material", string="Materials", help="Empty: all of them."
    )
    rule_count = fields.Integer(string="Reorder Rules", compute="_compute_rule_count")

    # === REORDER POINT === #
    mode = fields.Selection(
        [
            ("learned", "Learned every night"),
            ("par", "Kept at a par level"),
            ("manual", "Set by hand"),
        ],
        string="New Rules Are",
        required=True,
        default="learned",
    )
    formula = fields.Selection(
        [
            ("statistical", "By service level"),
            ("cover", "Days of cover"),
            ("fixed", "A fixed quantity"),
        ],
        string="Safety Stock",
        required=True,
        default="statistical",
        help="By service level: z × √(lead time × variance of daily use + daily use² × "
        "variance of the lead time), after Silver, Pyke and Thomas.",
    )
    service_level = fields.Float(
        string="Service Level (%)",
        default=95.0,
        help="Of a hundred orders, so many arrive before the stock runs out.",
    )
    safety_days = fields.Float(string="Days of Cover", default=7.0)
    safety_quantity = fields.Float(
        digits="Product Unit",
        help="In the unit of the thing: grams of filament.",
    )
    review_days = fields.Float(
        string="Days between Orders",
        help="Set it to 7 when somebody orders once a week: stock has to last so much "
        "longer. 0: whenever something is low.",
    )
    par_level = fields.Float(
        digits="Product Unit",
        help="Kept in stock: what is used is ordered again. In the unit of the thing.",
    )

    # === ORDERS === #
    cover_days = fields.Float(
        string="Order for (days)",
        default=30.0,
        help="An order lasts so long, and is at least one pack.",
    )
    pack_uom_id = fields.Many2one(
        "uom.uom",
        string="Pack",
        help="Orders are rounded up to it. Empty: the vendor's unit, or a spool.",
    )
    vendor_id = fields.Many2one(
        "res.partner",
        string="Preferred Vendor",
        check_company=True,
        index="btree_not_null",
        help="Where he sells the thing. Empty: the first vendor of the product.",
    )
    trigger = fields.Selection(
        [
            ("manual", "Put on the shopping list"),
            ("auto", "Make requests for quotation each night"),
        ],
        string="When It Is Low",
        required=True,
        default="manual",
    )

    # === WHAT IT LEARNS FROM === #
    history_days = fields.Integer(
        string="Days of History", default=90, help="Use of so many days counts."
    )
    least_days = fields.Integer(
        string="At Least Days",
        default=21,
        help="With fewer days on which there was stock, there is too little history.",
    )
    least_uses = fields.Integer(
        string="At Least Days of Use",
        default=3,
        help="With fewer days on which any was used, there is too little history.",
    )
    fallback_packs = fields.Float(
        string="Packs without History",
        default=1.0,
        help="A new thing is ordered again below so many packs.",
    )
    has_scraps = fields.Boolean(
        string="What Is Thrown Away Counts",
        help="As use that goes on. What failed prints took always counts.",
    )
    least_receipts = fields.Integer(
        string="At Least Receipts",
        default=3,
        help="So many make a lead time of their own; with fewer, that of all the "
        "vendor's receipts counts, or else what the vendor says.",
    )
    lead_until = fields.Selection(
        [("full", "All of it came"), ("first", "The first of it came")],
        string="An Order Takes until",
        required=True,
        default="full",
    )
    lead_days = fields.Float(
        string="Lead Time (days)",
        default=7.0,
        help="As long as there are no receipts and no vendor says anything.",
    )
    consume_days = fields.Integer(
        string="Planned Use Counts for (days)",
        default=7,
        help="What is planned is usual use as well: it takes the place of what is "
        "expected so many days before and after it.",
    )

    # === SEASON === #
    season = fields.Selection(
        [
            ("none", "None"),
            ("learned", "Learned from at least twelve months"),
            ("manual", "Set by hand"),
        ],
        required=True,
        default="none",
    )
    season_learned_on = fields.Datetime(string="Season Learned", readonly=True)
    season_01 = fields.Float(string="January", default=1.0)
    season_02 = fields.Float(string="February", default=1.0)
    season_03 = fields.Float(string="March", default=1.0)
    season_04 = fields.Float(string="April", default=1.0)
    season_05 = fields.Float(string="May", default=1.0)
    season_06 = fields.Float(string="June", default=1.0)
    season_07 = fields.Float(string="July", default=1.0)
    season_08 = fields.Float(string="August", default=1.0)
    season_09 = fields.Float(string="September", default=1.0)
    season_10 = fields.Float(string="October", default=1.0)
    season_11 = fields.Float(string="November", default=1.0)
    season_12 = fields.Float(string="December", default=1.0)

    _service_level_share = models.Constraint(
        "CHECK (service_level >= 50 AND service_level < 100)",
        "A service level is at least 50 % and below 100 %.",
    )
    _days_not_negative = models.Constraint(
        "CHECK (safety_days >= 0 AND review_days >= 0 AND cover_days >= 0"
        " AND lead_days >= 0 AND consume_days >= 0)",
        "Days cannot be below zero.",
    )
    _quantities_not_negative = models.Constraint(
        "CHECK (safety_quantity >= 0 AND par_level >= 0 AND fallback_packs >= 0)",
        "Quantities cannot be below zero.",
    )
    _history_long = models.Constraint(
        "CHECK (history_days BETWEEN 7 AND 730 AND least_days BETWEEN 1 AND"
        " history_days AND least_uses >= 1 AND least_receipts >= 1)",
        "Learn from 7 to 730 days, of which no more than these can be asked for, and "
        "from at least one use and one receipt.",
    )
    _season_positive = models.Constraint(
        f"CHECK (LEAST({', '.join(MONTHS)}) > 0)",
        "The factor of a month must be above zero.",
    )

    # === COMPUTE === #

    def _compute_rule_count(self):
        rules = self.env["stock.warehouse.orderpoint"].search_fetch(
            [("company_id", "in", self.env.companies.ids)],
            ["product_id", "company_id", "restock_policy_id"],
        )
        counts = {}
        for policy in rules._get_policies().values():
            counts[policy] = counts.get(policy, 0) + 1
        for policy in self:
            policy.rule_count = counts.get(policy._origin, 0)

    # === ACTIONS === #

    def action_view_rules(self):
        """Open the reorder rules that follow this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_orderpoint_action"
        )
        action["domain"] = [("policy_used_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_learn(self):
        """Learn the rules that follow these policies anew, now."""
        rules = self.env["stock.warehouse.orderpoint"].search(
            [("policy_used_id", "in", self.ids)]
        )
        return rules.action_learn()

    # === ASKING === #

    @api.model
    def _find_all(self, company):
        """Return the policies a company may follow, the first to count first."""
        return self.sudo().search(
            Domain("company_id", "in", [company.id, False]), order=self._order
        )

    def _choose(self, products):
        """Return {product: the first of these policies that fits it}.

        Where none fits, an empty one stands, which does as the defaults say.
        """
        scopes = [
            (
                policy,
                policy.kind,
                {f"/{category.id}/" for category in policy.category_ids},
                policy.material_ids,
            )
            for policy in self
        ]
        found = {}
        for product in products:
            template = product.product_tmpl_id
            path = f"/{template.categ_id.parent_path or ''}"
            found[product] = next(
                (
                    policy
                    for policy, kind, categories, materials in scopes
                    if (not kind or kind == template.print3d_kind)
                    and (not categories or any(part in path for part in categories))
                    and (not materials or template.material_id in materials)
                ),
                self.browse(),
            )
        return found

    def _get_default_policy(self):
        """Return what counts where no policy fits: the defaults of a new one."""
        return self.new(self.default_get(list(self._fields)))

    def _get_season(self):
        """Return the twelve factors of the months, or None without a season."""
        self.ensure_one()
        if self.season == "none":
            return None
        return [self[month] or 1.0 for month in MONTHS]
