from odoo import api, fields, models
from odoo.exceptions import AccessError

# What an owner may let a rule do.
KINDS = (
    "print3d_request",
    "print3d_alert",
    "print3d_reserve",
    "print3d_notify",
    "print3d_escalate",
    "next_activity",
)
# What an owner may set of it; none of it is code.
OWNER_FIELDS = {
    "activity_date_deadline_range",
    "activity_date_deadline_range_type",
    "activity_note",
    "activity_summary",
    "activity_type_id",
    "activity_user_id",
    "activity_user_type",
    "name",
    "print3d_alert_category",
    "print3d_alert_severity",
    "print3d_group",
    "print3d_is_once",
    "print3d_is_short_requested",
    "print3d_is_submitted",
    "print3d_kind",
    "print3d_material_id",
    "print3d_min_g",
    "print3d_product_id",
    "print3d_product_mode",
    "print3d_qty",
    "print3d_qty_mode",
    "print3d_request_type",
    "print3d_text",
    "print3d_user_id",
    "sequence",
    "state",
}
LINKS = {"base_automation_id", "model_id", "usage"}


class IrActionsServer(models.Model):
    """What a rule of the shop does, and how it is set up."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[
            ("print3d_request", "Request a Purchase"),
            ("print3d_alert", "Raise an Alert"),
            ("print3d_reserve", "Reserve Filament"),
            ("print3d_notify", "Tell People"),
            ("print3d_escalate", "Escalate"),
        ],
        ondelete={
            "print3d_request": "cascade",
            "print3d_alert": "cascade",
            "print3d_reserve": "cascade",
            "print3d_notify": "cascade",
            "print3d_escalate": "cascade",
        },
    )
    print3d_kind = fields.Selection(
        [
            ("print3d_request", "Request a purchase"),
            ("print3d_alert", "Raise an alert"),
            ("print3d_reserve", "Reserve filament"),
            ("print3d_notify", "Tell people"),
            ("print3d_escalate", "Escalate"),
            ("next_activity", "Schedule an activity"),
            ("other", "Something else"),
        ],
        string="What to Do",
        compute="_compute_print3d_kind",
        readonly=False,
    )
    print3d_words = fields.Char(string="In Words", compute="_compute_print3d_words")

    # === REQUEST === #
    print3d_product_mode = fields.Selection(
        [("record", "What it is about"), ("fixed", "This product")],
        string="What to Request",
        default="record",
    )
    print3d_product_id = fields.Many2one(
        "product.product", string="Product", ondelete="restrict"
    )
    print3d_qty_mode = fields.Selection(
        [
            ("fixed", "A fixed quantity"),
            ("packs", "Packs of the vendor"),
            ("policy", "What the reorder rule says"),
        ],
        string="How Much",
        default="fixed",
    )
    print3d_qty = fields.Float(
        string="Quantity",
        digits="Product Unit",
        default=1000,
        help="In the unit of the product: filament in grams. Or the number of packs.",
    )
    print3d_request_type = fields.Selection(
        [
            ("restock", "Restock"),
            ("consumable", "Consumables"),
            ("part", "Spare parts"),
            ("equipment", "Equipment"),
            ("service", "Service"),
        ],
        string="Type of Request",
        default="restock",
    )
    print3d_is_submitted = fields.Boolean(
        string="Submit It", default=True, help="Otherwise it stays a draft."
    )
    print3d_is_once = fields.Boolean(
        string="Not When It Is Requested",
        default=True,
        help="Request nothing that is requested or ordered already.",
    )
    print3d_is_short_requested = fields.Boolean(
        string="Request What Is Short",
        default=True,
        help="Of what cannot be reserved, request what is missing, in whole packs.",
    )

    print3d_material_id = fields.Many2one(
        "print3d.material",
        string="Only This Material",
        ondelete="set null",
        help="Reserve filament of it only; empty means all.",
    )
    print3d_min_g = fields.Float(
        string="Only From (g)",
        digits="Product Unit",
        help="Reserve nothing for less than so many grams.",
    )

    # === WHOM, AND WHAT TO SAY === #
    print3d_user_id = fields.Many2one(
        "res.users",
        string="Person",
        domain=[("share", "=", False)],
        help="To whom it is assigned, or who is told.",
    )
    print3d_group = fields.Selection(
        [
            ("owner", "All owners"),
            ("operator", "All operators"),
            ("sales", "All of sales"),
            ("purchase", "All of purchasing"),
        ],
        string="Role",
    )
    print3d_text = fields.Text(
        string="Text",
        translate=True,
        help="What to say; {name} stands for the record.",
    )
    print3d_alert_severity = fields.Selection(
        [("info", "Info"), ("warning", "Warning"), ("critical", "Critical")],
        string="Severity",
        default="warning",
    )
    print3d_alert_category = fields.Selection(
        [
            ("inventory", "Inventory"),
            ("printer", "Printers"),
            ("job", "Jobs"),
            ("maintenance", "Maintenance"),
            ("billing", "Billing"),
            ("request", "Requests"),
        ],
        string="Kind of Alert",
        default="inventory",
    )

    # === COMPUTE === #

    @api.depends("state")
    def _compute_print3d_kind(self):
        for action in self:
            action.print3d_kind = (
                action.state if action.state in KINDS else action.state and "other"
            )

    @api.depends(
        "state",
        "name",
        "activity_summary",
        "activity_user_id",
        "print3d_product_mode",
        "print3d_product_id",
        "print3d_qty_mode",
        "print3d_qty",
        "print3d_user_id",
        "print3d_group",
        "print3d_text",
        "print3d_alert_severity",
        "print3d_is_short_requested",
        "print3d_material_id",
        "print3d_min_g",
        "model_id",
    )
    @api.depends_context("lang")
    def _compute_print3d_words(self):
        for action in self:
            action.print3d_words = action._say_print3d()

    def _say_print3d(self):
        """Return what is done, in words."""
        self.ensure_one()
        people = self._say_people()
        match self.state:
            case "print3d_request":
                text = self.env._(
                    "Request %(quantity)s of %(product)s",
                    quantity=self._say_quantity(),
                    product=self._say_product(),
                )
                if people:
                    text += self.env._(", assigned to %(people)s", people=people)
                return text
            case "print3d_alert":
                severities = dict(
                    self._fields["print3d_alert_severity"]._description_selection(
                        self.env
                    )
                )
                return self.env._(
                    "Raise an alert (%(severity)s): %(text)s",
                    severity=severities.get(self.print3d_alert_severity, ""),
                    text=self.print3d_text or "",
                )
            case "print3d_reserve":
                return self._say_reserve()
            case "print3d_notify":
                return self.env._(
                    "Tell %(people)s: %(text)s",
                    people=people or self.env._("nobody yet"),
                    text=self.print3d_text or "",
                )
            case "print3d_escalate":
                return self.env._(
                    "Escalate it to %(people)s",
                    people=people or self.env._("nobody yet"),
                )
            case "next_activity":
                return self.env._(
                    "Schedule an activity: %(what)s (%(who)s)",
                    what=self.activity_summary or self.activity_type_id.name or "",
                    who=self.activity_user_id.name or self.env._("whom it concerns"),
                )
            case "code":
                return self.env._("Run code of the administrator: %s", self.name or "")
        return self.name or ""

    def _say_reserve(self):
        """Return what is reserved, in words."""
        self.ensure_one()
        if self.print3d_material_id:
            text = self.env._("Reserve its %s", self.print3d_material_id.name)
        else:
            text = self.env._("Reserve its filament")
        if self.print3d_min_g:
            text += self.env._(" from %s g on", f"{self.print3d_min_g:g}")
        if self.print3d_is_short_requested:
            text += self.env._("; request what is short")
        return text

    def _say_product(self):
        """Return what is requested, in words."""
        self.ensure_one()
        if self.print3d_product_mode == "fixed":
            return self.print3d_product_id.display_name
        if self.sudo().model_name == "stock.lot":
            return self.env._("its filament")
        return self.env._("its product")

    def _say_quantity(self):
        """Return how much is requested, in words."""
        self.ensure_one()
        if self.print3d_qty_mode == "policy":
            return self.env._("as much as the reorder rule says")
        if self.print3d_qty_mode == "packs":
            return self.env._("%(count)s pack(s)", count=f"{self.print3d_qty:g}")
        product = self.print3d_product_id
        if self.print3d_product_mode == "fixed" and product:
            return f"{self.print3d_qty:g} {product.uom_id.name}"
        # Spools are filament, and that is in grams.
        unit = " g" if self.sudo().model_name == "stock.lot" else ""
        return f"{self.print3d_qty:g}{unit}"

    def _say_people(self):
        """Return who is meant, in words."""
        self.ensure_one()
        roles = dict(self._fields["print3d_group"]._description_selection(self.env))
        names = [self.print3d_user_id.sudo().name, roles.get(self.print3d_group)]
        return ", ".join(name for name in names if name)

    @api.onchange("print3d_kind")
    def _onchange_print3d_kind(self):
        """Let the words follow before it is saved."""
        if self.print3d_kind in KINDS:
            self.state = self.print3d_kind

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Let an owner add actions to rules of the shop, none of them code."""
        vals_list = [self._prepare_print3d_vals(vals) for vals in vals_list]
        if not self._is_print3d_guarded():
            return super().create(vals_list)
        kinds = dict(self._fields["print3d_kind"]._description_selection(self.env))
        for vals in vals_list:
            self._check_print3d_vals(vals)
            # Owners see the words instead of a name.
            vals["name"] = vals.get("name") or kinds.get(vals.get("state"))
            rule = self.env["base.automation"].browse(vals.get("base_automation_id"))
            rule.check_access("write")
            self._check_print3d_rule(rule)
            vals.update(model_id=rule.sudo().model_id.id, usage="base_automation")
        return super(IrActionsServer, self.sudo()).create(vals_list).sudo(False)

    def write(self, vals):
        """Let an owner change actions of rules of the shop."""
        vals = self._prepare_print3d_vals(vals)
        if not self._is_print3d_guarded():
            return super().write(vals)
        self.check_access("write")
        self._check_print3d_vals(vals)
        if vals.keys() & LINKS:
            raise AccessError(
                self.env._("An action stays with its rule. Add it to the other one.")
            )
        self._check_print3d_rule(self.sudo().base_automation_id)
        foreign = self.sudo()._filter_print3d_foreign()
        if foreign:
            raise AccessError(
                self.env._(
                    "Only an administrator may change %(action)s.",
                    action=foreign[0].name,
                )
            )
        return super(IrActionsServer, self.sudo()).write(vals)

    def unlink(self):
        """Let an owner take actions out of rules of the shop."""
        if not self._is_print3d_guarded():
            return super().unlink()
        self.check_access("unlink")
        self._check_print3d_rule(self.sudo().base_automation_id)
        return super(IrActionsServer, self.sudo()).unlink()

    def _is_print3d_guarded(self):
        """Tell whether somebody is at work who may not write code."""
        return not self.env.su and not self.env.user.has_group("base.group_system")

    def _filter_print3d_foreign(self):
        """Return those of these actions that owners may not set up."""
        return self.filtered(lambda action: action.state not in KINDS)

    @api.model
    def _prepare_print3d_vals(self, vals):
        """Return the values with the simple words turned into Odoo's."""
        vals = dict(vals)
        kind = vals.pop("print3d_kind", None)
        if kind in KINDS:
            vals["state"] = kind
        return vals

    @api.model
    def _check_print3d_vals(self, vals):
        """Refuse what an owner may not set.

        :raise AccessError: the first of it
        """
        foreign = vals.keys() - OWNER_FIELDS - LINKS
        if foreign or vals.get("state", KINDS[0]) not in KINDS:
            raise AccessError(
                self.env._(
                    "Only an administrator may set this of an action: %(what)s.",
                    what=", ".join(sorted(foreign)) or vals["state"],
                )
            )

    @api.model
    def _check_print3d_rule(self, rules):
        """Refuse actions of rules that are not the owner's.

        :raise AccessError: what is the matter
        """
        for rule in rules:
            rule._check_print3d_company(rule.sudo().print3d_company_id.id)
        if not rules or not all(rules.sudo().mapped("print3d_managed")):
            raise AccessError(
                self.env._("Owners add actions to the rules of the shop only.")
            )

    def _compute_available_model_ids(self):
        """Do not look for the models an owner may see: he chooses none."""
        if self._is_print3d_guarded():
            self.available_model_ids = self.sudo().model_id.ids
            return
        super()._compute_available_model_ids()
