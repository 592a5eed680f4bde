import ast

from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .base_automation import EVENTS

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


class BaseAutomationKeeping(models.Model):
    """Who makes and changes rules of the shop, and what of them."""

    _inherit = "base.automation"

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
        rules = super(BaseAutomationKeeping, self.sudo()).create(vals_list).sudo(False)
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
        res = super(BaseAutomationKeeping, self.sudo()).write(vals) if vals else True
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
        return super(BaseAutomationKeeping, self.sudo()).unlink()

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
            copies |= super(BaseAutomationKeeping, rule).copy(
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
