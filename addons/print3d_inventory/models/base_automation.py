from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.base_automation.models.base_automation import _get_domain_fields

# The triggers that an owner may choose.
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
