from odoo import api, models
from odoo.exceptions import AccessError

from .ir_actions_server import KINDS

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


class IrActionsServerKeeping(models.Model):
    """Who makes and changes what rules of the shop do, and what of it."""

    _inherit = "ir.actions.server"

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
        return super(IrActionsServerKeeping, self.sudo()).create(vals_list).sudo(False)

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
        return super(IrActionsServerKeeping, self.sudo()).write(vals)

    def unlink(self):
        """Let an owner take actions out of rules of the shop."""
        if not self._is_print3d_guarded():
            return super().unlink()
        self.check_access("unlink")
        self._check_print3d_rule(self.sudo().base_automation_id)
        return super(IrActionsServerKeeping, self.sudo()).unlink()

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
