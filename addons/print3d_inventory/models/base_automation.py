import ast

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.base_automation.models.base_automation import _get_domain_fields

# What an owner may set of a rule. The rest of Odoo's automation rules runs code, and
# is the administrator's.
OWNER_FIELDS = {
    "action_server_ids",
    "active",
    "description",
    "filter_domain",
    "name",
    "print3d_company_id",
    "print3d_day_limit",
    "print3d_event",
    "print3d_is_deferred",
    "print3d_is_eager",
    "print3d_sequence",
    "print3d_subject",
}
EVENTS = ("on_create", "on_create_or_write", "print3d_becomes")


class BaseAutomation(models.Model):
    """Rules of the shop: when something happens, if a condition holds, then act.

    They are Odoo's automation rules with ``print3d_managed`` set: an owner may keep
    them without the right to run code, an error in one of them is noted and goes no
    further (see ``base_automation_running``), and they can be simulated.
    """

    _inherit = "base.automation"

    print3d_managed = fields.Boolean(
        string="Rule of the 3D Shop",
        index=True,
        copy=True,
        help="Kept by the owner; its errors are noted and stop nobody's work.",
    )
    print3d_company_id = fields.Many2one(
        "res.company",
        string="Company",
        index="btree_not_null",
        help="Only for what belongs to it; empty means for every company.",
    )
    print3d_sequence = fields.Integer(string="Order of the Rules", default=100)
    print3d_subject = fields.Selection(
        selection="_selection_print3d_subject",
        string="About",
        compute="_compute_print3d_subject",
        compute_sudo=True,
        readonly=False,
        help="What the rule is about.",
    )
    print3d_event = fields.Selection(
        [
            ("on_create", "It is new"),
            ("on_create_or_write", "It is new, or was changed"),
            ("print3d_becomes", "The condition comes true"),
        ],
        string="When",
        compute="_compute_print3d_event",
        compute_sudo=True,
        readonly=False,
        help="Whether a condition comes true is looked at every 15 minutes.",
    )
    trigger = fields.Selection(
        selection_add=[("print3d_becomes", "Condition comes true")],
        ondelete={"print3d_becomes": "cascade"},
    )
    print3d_is_eager = fields.Boolean(
        string="Also Where It Is True Already",
        default=True,
        help="When the rule is switched on, act on what fulfils the condition already. "
        "Otherwise only on what comes later.",
    )
    print3d_day_limit = fields.Integer(
        string="Times a Day at Most",
        default=50,
        help="The rule rests until tomorrow when it fired so often; 0 means no limit.",
    )
    print3d_is_deferred = fields.Boolean(
        string="When the Work Is Saved",
        help="Act right after what set the rule off is saved, with all that follows "
        "from it, instead of in the middle of it.",
    )
    print3d_is_primed = fields.Boolean(
        readonly=True,
        copy=False,
        help="It was looked at since it was switched on.",
    )

    # === IN WORDS === #
    print3d_when = fields.Char(
        string="When (in Words)", compute="_compute_print3d_words", compute_sudo=True
    )
    print3d_if = fields.Char(
        string="If", compute="_compute_print3d_words", compute_sudo=True
    )
    print3d_then = fields.Text(
        string="Then", compute="_compute_print3d_words", compute_sudo=True
    )

    # === WHAT IT DID === #
    print3d_firing_ids = fields.One2many(
        "print3d.automation.firing", "automation_id", string="Firings", readonly=True
    )
    print3d_last_fired_on = fields.Datetime(
        string="Last Fired", compute="_compute_print3d_figures"
    )
    print3d_fired_count = fields.Integer(
        string="Fired", compute="_compute_print3d_figures"
    )
    print3d_error_count = fields.Integer(
        string="Errors", compute="_compute_print3d_figures"
    )

    # === COMPUTE === #

    @api.model
    def _get_print3d_subjects(self):
        """Hook: return [(model, name)]: what rules of the shop may be about."""
        return [
            ("stock.lot", self.env._("Spool")),
            ("product.product", self.env._("Filament or product")),
            ("stock.warehouse.orderpoint", self.env._("Reorder rule")),
            ("print3d.alert", self.env._("Alert")),
            ("purchase.request", self.env._("Purchase request")),
            ("purchase.order", self.env._("Purchase order")),
        ]

    @api.model
    def _selection_print3d_subject(self):
        return self._get_print3d_subjects()

    @api.depends("model_id")
    def _compute_print3d_subject(self):
        known = {model for model, _name in self._get_print3d_subjects()}
        for rule in self:
            model = rule.model_id.model
            if not model:
                # Not saved yet: owners do not see the model itself, only this.
                rule.print3d_subject = rule.print3d_subject
            else:
                rule.print3d_subject = model if model in known else False

    @api.depends("trigger")
    def _compute_print3d_event(self):
        for rule in self:
            if not rule.trigger:
                rule.print3d_event = rule.print3d_event
            else:
                # Of Odoo's other triggers, the administrator's, the words tell.
                rule.print3d_event = rule.trigger if rule.trigger in EVENTS else False

    def _compute_filter_domain(self):
        """Keep the condition of a rule of the shop when its event is changed."""
        managed = self.filtered("print3d_managed")
        for rule in managed:
            rule.filter_domain = rule.filter_domain or False
        return super(BaseAutomation, self - managed)._compute_filter_domain()

    def _compute_trigger_field_ids(self):
        """Watch what the condition of a rule of the shop speaks of."""
        managed = self.filtered("print3d_managed")
        for rule in managed:
            rule.trigger_field_ids = (
                _get_domain_fields(self.env, rule.model_id.model, rule.filter_domain)
                if rule.trigger == "on_create_or_write"
                else False
            )
        return super(BaseAutomation, self - managed)._compute_trigger_field_ids()

    @api.depends(
        "trigger",
        "model_id",
        "filter_domain",
        "trg_date_id",
        "trg_date_range",
        "trg_date_range_type",
        "trg_date_range_mode",
        "action_server_ids.print3d_words",
    )
    @api.depends_context("lang")
    def _compute_print3d_words(self):
        for rule in self:
            rule.print3d_when = rule._get_print3d_when()
            rule.print3d_if = rule._get_print3d_if()
            rule.print3d_then = "\n".join(
                action.print3d_words or action.name or ""
                for action in rule.action_server_ids.sorted()
            )

    @api.depends("print3d_firing_ids.state")
    def _compute_print3d_figures(self):
        rows = {
            rule: (count, last)
            for rule, count, last in self.env["print3d.automation.firing"]._read_group(
                [("automation_id", "in", self.ids), ("state", "!=", "primed")],
                ["automation_id"],
                ["__count", "fired_on:max"],
            )
        }
        errors = dict(
            self.env["print3d.automation.firing"]._read_group(
                [("automation_id", "in", self.ids), ("state", "=", "failed")],
                ["automation_id"],
                ["__count"],
            )
        )
        for rule in self:
            count, last = rows.get(rule._origin, (0, False))
            rule.print3d_fired_count = count
            rule.print3d_last_fired_on = last
            rule.print3d_error_count = errors.get(rule._origin, 0)

    # === CONSTRAINTS === #

    @api.constrains("print3d_managed", "filter_domain", "model_id")
    def _check_print3d_domain(self):
        """Refuse a condition that runs code, or that cannot be looked up."""
        for rule in self.filtered("print3d_managed"):
            rule._get_print3d_domain(check=True)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Let an owner make rules, within what is no code."""
        vals_list = [self._prepare_print3d_vals(vals) for vals in vals_list]
        if self.env.su or self.env.user.has_group("base.group_system"):
            return super().create(vals_list)
        self.check_access("create")
        actions = []
        for vals in vals_list:
            self._check_print3d_vals(vals)
            vals.setdefault("print3d_company_id", self.env.company.id)
            self._check_print3d_company(vals["print3d_company_id"])
            actions.append(vals.pop("action_server_ids", None))
        rules = super(BaseAutomation, self.sudo()).create(vals_list).sudo(False)
        for rule, commands in zip(rules, actions, strict=True):
            rule._write_print3d_actions(commands)
        rules._check_print3d_searchable()
        return rules

    def write(self, vals):
        """Let an owner change rules, within what is no code."""
        vals = self._prepare_print3d_vals(vals, new=False)
        if vals.get("active"):
            # What holds at the moment is looked at anew.
            vals.setdefault("print3d_is_primed", False)
        if self.env.su or self.env.user.has_group("base.group_system"):
            return super().write(vals)
        self.check_access("write")
        self._check_print3d_vals(vals)
        for company in {self.sudo().print3d_company_id, *self._get_company_of(vals)}:
            self._check_print3d_company(company.id)
        commands = vals.pop("action_server_ids", None)
        res = super(BaseAutomation, self.sudo()).write(vals) if vals else True
        for rule in self:
            rule._write_print3d_actions(commands)
        self._check_print3d_searchable()
        return res

    def unlink(self):
        """Let an owner throw rules of his away."""
        if self.env.su or self.env.user.has_group("base.group_system"):
            return super().unlink()
        self.check_access("unlink")
        for rule in self:
            self._check_print3d_company(rule.print3d_company_id.id)
        return super(BaseAutomation, self.sudo()).unlink()

    def copy(self, default=None):
        """Copy rules of the shop switched off, for the company of who copies them."""
        if not all(self.mapped("print3d_managed")):
            return super().copy(default)
        self.check_access("read")
        self.browse().check_access("create")
        copies = self.browse()
        for rule in self.sudo():
            unknown = rule.action_server_ids._filter_print3d_foreign()
            if unknown and not self.env.user.has_group("base.group_system"):
                raise UserError(
                    self.env._(
                        "%(rule)s does something that only an administrator may set "
                        "up: %(action)s. Make a rule of your own.",
                        rule=rule.name,
                        action=unknown[0].name,
                    )
                )
            copies |= super(BaseAutomation, rule).copy(
                {
                    "name": self.env._("%(name)s (copy)", name=rule.name),
                    "active": False,
                    "print3d_company_id": self.env.company.id,
                    **(default or {}),
                }
            )
        return copies.sudo(False)

    @api.model
    def _prepare_print3d_vals(self, vals, new=True):
        """Return the values with the simple words turned into Odoo's."""
        vals = dict(vals)
        owner_only = not self.env.su and not self.env.user.has_group(
            "base.group_system"
        )
        if new and (owner_only or self.env.context.get("default_print3d_managed")):
            vals.setdefault("print3d_managed", True)
        if vals.get("print3d_subject"):
            vals["model_id"] = self.env["ir.model"]._get_id(vals["print3d_subject"])
        if vals.get("print3d_event") in EVENTS:
            vals["trigger"] = vals["print3d_event"]
        if new and not vals.get("model_id") and not vals.get("model_name"):
            raise UserError(self.env._("Say what the rule is about."))
        if new and not vals.get("trigger"):
            raise UserError(self.env._("Say when the rule is to act."))
        vals.pop("print3d_subject", None)
        vals.pop("print3d_event", None)
        return vals

    @api.model
    def _check_print3d_vals(self, vals):
        """Refuse what an owner may not set.

        :raise AccessError: the first of it
        """
        if self.env.user.has_group("base.group_system"):
            return
        known = {model for model, _name in self._get_print3d_subjects()}
        model = vals.get("model_id") and self.env["ir.model"].sudo().browse(
            vals["model_id"]
        )
        allowed = OWNER_FIELDS | {
            "model_id",
            "print3d_is_primed",
            "print3d_managed",
            "trigger",
        }
        foreign = vals.keys() - allowed
        if (
            foreign
            or (model and model.model not in known)
            or vals.get("trigger", EVENTS[0]) not in EVENTS
            or not vals.get("print3d_managed", True)
        ):
            raise AccessError(
                self.env._(
                    "Only an administrator may set this of a rule: %(what)s.",
                    what=", ".join(sorted(foreign)) or self.env._("what it acts on"),
                )
            )

    def _get_company_of(self, vals):
        if "print3d_company_id" not in vals:
            return ()
        return (self.env["res.company"].browse(vals["print3d_company_id"]),)

    @api.model
    def _check_print3d_company(self, company_id):
        """Refuse to decide for companies that one does not work in.

        :param int company_id: number of a company; False means all of them
        :raise UserError: what to do instead
        """
        if self.env.user.has_group("base.group_system"):
            return
        mine = self.env.user.company_ids
        if company_id:
            if company_id not in mine.ids:
                raise AccessError(
                    self.env._("This rule belongs to a company you do not work in.")
                )
        elif self.env["res.company"].sudo().search_count([]) > len(mine):
            raise UserError(
                self.env._(
                    "This rule holds for every company, and you work in some of them "
                    "only. Duplicate it, and change the copy: it is your company's."
                )
            )

    def _write_print3d_actions(self, commands):
        """Carry out commands on the actions with the rights of who gave them."""
        if not commands:
            return
        self.ensure_one()
        Action = self.env["ir.actions.server"]
        # Links to actions that are elsewhere are not for owners.
        for command in commands:
            match command[0]:
                case Command.CREATE:
                    Action.create(
                        {
                            **command[2],
                            "base_automation_id": self.id,
                            "model_id": self.sudo().model_id.id,
                            "usage": "base_automation",
                        }
                    )
                case Command.UPDATE:
                    Action.browse(command[1]).write(command[2])
                case Command.DELETE | Command.UNLINK:
                    Action.browse(command[1]).unlink()
                case Command.LINK if Action.browse(command[1]).sudo() in (
                    self.sudo().action_server_ids
                ):
                    continue
                case _:
                    raise AccessError(
                        self.env._("Add the action to this rule itself, please.")
                    )

    def _check_print3d_searchable(self):
        """Refuse a condition on fields that its writer may not read."""
        for rule in self:
            domain = rule.sudo()._get_print3d_domain()
            if domain:
                self.env[rule.sudo().model_name].search(domain, limit=1)

    def _get_print3d_domain(self, check=False):
        """Return the condition as a domain.

        Only values that are written out count, also relative days such as ``-7d``:
        nothing is executed.

        :param bool check: also look whether the fields are known
        :rtype: odoo.fields.Domain
        :raise ValidationError: when it is no such condition
        """
        self.ensure_one()
        model = self.env[self.model_name]
        try:
            domain = Domain(ast.literal_eval(self.filter_domain or "[]"))
            if check:
                domain.validate(model)
        except (ValueError, TypeError, SyntaxError, MemoryError) as error:
            raise ValidationError(
                self.env._(
                    "The condition of %(rule)s cannot be read (%(error)s). Choose "
                    "fields and values of the list.",
                    rule=self.name or self.env._("this rule"),
                    error=str(error),
                )
            ) from error
        return domain

    # === ACTIONS === #

    def action_print3d_toggle(self):
        """Switch a rule on, or off."""
        for rule in self:
            rule.active = not rule.active
        return True

    def action_view_firings(self):
        """Open what the rule did."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_automation_firing_action"
        )
        action["domain"] = [("automation_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_simulate(self, days=30):
        """Show what the rule would have done, had it been on; nothing is written.

        :param int days: how far to look back, a year at most
        :raise UserError: when it is no rule of the shop
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "print3d_library.group_print3d_owner"
        ):
            raise AccessError(self.env._("Only owners simulate rules."))
        if not self.sudo().print3d_managed:
            raise UserError(self.env._("Only rules of the 3D shop can be simulated."))
        days = max(1, min(int(days), 366))
        Simulation = self.env["print3d.automation.simulation"]
        vals = Simulation.sudo()._simulate(self.sudo(), days)
        return Simulation.create(vals).action_open()
