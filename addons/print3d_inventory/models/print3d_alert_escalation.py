from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .print3d_alert import CATEGORIES, OPEN, RANKS, SEVERITIES

HEARD = ("open", "acknowledged")


class Print3dAlertEscalation(models.Model):
    """What happens when nobody sees to an alert in time; each rule once an alert."""

    _name = "print3d.alert.escalation"
    _description = "Escalation of Alerts"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty means all companies."
    )

    # === WHEN === #
    category = fields.Selection(
        [("all", "Everything"), *CATEGORIES],
        string="About",
        required=True,
        default="all",
    )
    min_severity = fields.Selection(
        SEVERITIES, string="From Severity", required=True, default="critical"
    )
    condition = fields.Selection(
        [
            ("unacknowledged", "Nobody acknowledged it"),
            ("unresolved", "It is not resolved"),
            ("overdue", "It is overdue"),
        ],
        string="If",
        required=True,
        default="unacknowledged",
    )
    hours = fields.Float(string="For (hours)", required=True, default=2.0)

    # === WHAT === #
    group_id = fields.Many2one(
        "res.groups",
        string="Tell the Group",
        ondelete="restrict",
        help="All its members who work for the company of the alert.",
    )
    user_ids = fields.Many2many("res.users", string="Tell Users")
    channel = fields.Selection(
        selection="_select_channel", string="By", required=True, default="inbox"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assign To",
        help="When nobody has it yet.",
        domain="[('share', '=', False)]",
    )
    severity = fields.Selection(SEVERITIES, string="Raise Severity To")

    _hours_check = models.Constraint(
        "CHECK (hours >= 0)", "The hours until an escalation are not negative."
    )

    @api.model
    def _select_channel(self):
        return self.env["print3d.alert.delivery"]._select_channel()

    @api.constrains("group_id", "user_ids", "user_id", "severity")
    def _check_does_something(self):
        for rule in self:
            if not (rule.group_id or rule.user_ids or rule.user_id or rule.severity):
                raise ValidationError(
                    self.env._(
                        "Say what %(name)s does: whom it tells, to whom it assigns, or "
                        "which severity it gives.",
                        name=rule.name,
                    )
                )

    def _get_domain(self, now):
        """Return which alerts this rule is for now, which it was not for before."""
        self.ensure_one()
        since = now - timedelta(hours=self.hours)
        domain = Domain("rank", ">=", RANKS[self.min_severity])
        domain &= Domain("escalation_ids", "not in", self.ids)
        if self.category != "all":
            domain &= Domain("category", "=", self.category)
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.condition == "overdue":
            return domain & Domain([("state", "in", HEARD), ("due_on", "<=", since)])
        states = HEARD if self.condition == "unresolved" else ("open",)
        return domain & Domain([("state", "in", states), ("opened_on", "<=", since)])

    @api.model
    def _cron_escalate(self):
        """Follow the rules, in their order."""
        now = fields.Datetime.now()
        for rule in self.search([("condition", "!=", False)]):
            alerts = self.env["print3d.alert"].search(rule._get_domain(now), limit=1000)
            if alerts:
                rule._escalate(alerts)
        return True

    def _escalate(self, alerts):
        """Do with alerts what this rule says."""
        self.ensure_one()
        alerts = alerts.sudo().with_context(print3d_alert_note=self.name)
        alerts.write({"escalation_ids": [fields.Command.link(self.id)]})
        alerts._journal("escalated", new=self.name)
        if self.severity:
            milder = alerts.filtered(lambda alert: alert.rank < RANKS[self.severity])
            milder.write({"severity": self.severity})
        if self.user_id:
            free = alerts.filtered(
                lambda alert: (
                    not alert.user_id and alert.company_id in self.user_id.company_ids
                )
            )
            free.write({"user_id": self.user_id.id})
            free._notify_assignees()
        self._tell(alerts)
        alerts._on_alerts(alerts, "escalated")

    def _tell(self, alerts):
        people = self.env["res.users"]._get_print3d_people()
        people &= self.user_ids | self.group_id.all_user_ids
        Delivery = self.env["print3d.alert.delivery"].sudo()
        vals_list = []
        for company, some in alerts.grouped("company_id").items():
            for user in people:
                if company in user.company_ids:
                    vals_list += Delivery._prepare(
                        some, user, self.channel, "escalated"
                    )
        Delivery._create_soon(vals_list)


class Print3dAlert(models.Model):
    _inherit = "print3d.alert"

    opened_on = fields.Datetime(
        string="Open Since",
        readonly=True,
        default=fields.Datetime.now,
        help="Since when it is open as severe as it is: raised, opened again, heard "
        "again, or worse since.",
    )
    escalation_ids = fields.Many2many(
        "print3d.alert.escalation", string="Escalated By", readonly=True, copy=False
    )

    @api.model
    def _prepare_new_vals(self, place, episode, told, tags):
        """What was seen an hour ago is open for an hour, whenever it is told."""
        vals = super()._prepare_new_vals(place, episode, told, tags)
        vals["opened_on"] = episode.first
        return vals

    def write(self, vals):
        """Begin anew to wait for somebody when an alert is opened again, or worse."""
        if vals.get("state") == "open" or "severity" in vals:
            vals = {**vals, "opened_on": fields.Datetime.now()}
        if vals.get("state") == "open" and any(
            alert.state not in OPEN for alert in self
        ):
            vals["escalation_ids"] = [fields.Command.clear()]
        return super().write(vals)
