from odoo import api, fields, models

from .print3d_alert import CATEGORIES, RANKS, SEVERITIES

RHYTHMS = [
    ("now", "At once"),
    ("daily", "Daily digest"),
    ("weekly", "Weekly digest, on Mondays"),
]


class Print3dAlertSubscription(models.Model):
    """Which alerts a user wants to hear of, by which channel, and how soon.

    Other addons add channels: a value of ``channel`` by ``selection_add``, and who
    sends by it in ``print3d.alert.delivery`` (``_get_senders``).
    """

    _name = "print3d.alert.subscription"
    _description = "Subscription to Alerts"
    _order = "user_id, sequence, id"
    _rec_name = "user_id"

    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    category = fields.Selection(
        [("all", "Everything"), *CATEGORIES],
        string="About",
        required=True,
        default="all",
    )
    min_severity = fields.Selection(
        SEVERITIES, string="From Severity", required=True, default="warning"
    )
    channel = fields.Selection(
        [("inbox", "Inbox"), ("email", "E-mail")],
        string="By",
        required=True,
        default="inbox",
    )
    rhythm = fields.Selection(RHYTHMS, string="When", required=True, default="now")
    active = fields.Boolean(default=True)

    _same_uniq = models.UniqueIndex(
        "(user_id, category, channel, rhythm) WHERE active",
        "There is a subscription to these alerts by this channel already. Change that "
        "one.",
    )

    @api.depends("category", "min_severity", "channel", "rhythm")
    def _compute_display_name(self):
        for one in self:
            words = [
                dict(self._fields[name]._description_selection(self.env)).get(one[name])
                for name in ("category", "min_severity", "channel", "rhythm")
            ]
            one.display_name = " · ".join(filter(None, words))

    @api.model
    def action_open_preferences(self, *_args):
        """Ask the user when he wants to be told."""
        view = self.env.ref("print3d_inventory.res_users_view_form_alert_preferences")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("When I am told"),
            "res_model": "res.users",
            "res_id": self.env.uid,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def _covers(self, alert):
        """Tell whether an alert is one of those this subscription is to."""
        self.ensure_one()
        return (
            self.category in ("all", alert.category)
            and alert.rank >= RANKS[self.min_severity]
        )

    def _get_domain(self):
        """Return which alerts these subscriptions are to, of any state and company."""
        domains = []
        for one in self:
            domain = fields.Domain("rank", ">=", RANKS[one.min_severity])
            if one.category != "all":
                domain &= fields.Domain("category", "=", one.category)
            domains.append(domain)
        return fields.Domain.OR(domains)
