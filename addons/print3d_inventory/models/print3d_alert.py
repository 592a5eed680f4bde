from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

SEVERITIES = [("info", "Info"), ("warning", "Warning"), ("critical", "Critical")]
RANKS = {severity: rank for rank, (severity, _label) in enumerate(SEVERITIES)}
CATEGORIES = [
    ("inventory", "Inventory"),
    ("printer", "Printers"),
    ("job", "Jobs"),
    ("maintenance", "Maintenance"),
    ("billing", "Billing"),
    ("request", "Requests"),
    ("file", "Files"),
]
STATES = [
    ("open", "Open"),
    ("acknowledged", "Acknowledged"),
    ("muted", "Muted"),
    ("resolved", "Resolved"),
    ("auto_resolved", "Resolved by itself"),
]
# It is not over yet.
OPEN = ("open", "acknowledged", "muted")
CLOSED = ("resolved", "auto_resolved")
# What whoever may act on alerts changes on the page itself.
FREE = {"tag_ids", "due_on", "user_id"}


class Print3dAlert(models.Model):
    """Something that may need a person: told once, however often it is seen.

    Whoever sees something tells it under a key (``print3d.alert.mixin``). The first
    time makes an alert, further ones are counted on it, and it is resolved by itself
    when the thing is said to be over. What people do with it are deeds of the life of
    an alert (:meth:`action_acknowledge` and others), and all is in its journal.
    """

    _name = "print3d.alert"
    _description = "Alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "rank desc, last_seen_on desc, id desc"
    _mail_post_access = "read"

    # === WHAT === #
    name = fields.Char(string="Title", required=True, readonly=True)
    body = fields.Text(string="Details", readonly=True)
    severity = fields.Selection(
        SEVERITIES, required=True, readonly=True, default="warning"
    )
    rank = fields.Integer(
        string="Weight",
        compute="_compute_rank",
        store=True,
        precompute=True,
        aggregator="max",
        help="2 is critical, 1 a warning, 0 an information.",
    )
    category = fields.Selection(
        CATEGORIES, required=True, readonly=True, default="inventory", index=True
    )
    tag_ids = fields.Many2many("print3d.alert.tag", string="Tags")
    actions = fields.Json(
        string="What Can Be Done",
        readonly=True,
        help="A list of key, label and icon of what the source offers to do.",
    )

    # === OF WHAT === #
    res_model = fields.Char(string="Model of the Source", readonly=True)
    res_id = fields.Many2oneReference(
        string="Number of the Source",
        model_field="res_model",
        readonly=True,
        index="btree_not_null",
    )
    source_name = fields.Char(string="Source", readonly=True)
    key = fields.Char(required=True, readonly=True, copy=False)
    family = fields.Char(
        compute="_compute_family",
        store=True,
        precompute=True,
        help="The kind of thing it tells of: what is behind the source in the key.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Spool",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # === HOW OFTEN, SINCE WHEN === #
    count = fields.Integer(
        string="Times", readonly=True, default=1, help="How often it was raised."
    )
    first_seen_on = fields.Datetime(
        string="First Seen",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        index=True,
    )
    last_seen_on = fields.Datetime(
        string="Last Seen", required=True, readonly=True, default=fields.Datetime.now
    )

    # === STATE === #
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", index=True
    )
    is_open = fields.Boolean(
        string="Not Over", compute="_compute_is_open", search="_search_is_open"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assignee",
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    acknowledged_on = fields.Datetime(readonly=True)
    acknowledged_by_id = fields.Many2one(
        "res.users", string="Acknowledged By", readonly=True
    )
    muted_until = fields.Datetime(readonly=True)
    resolved_on = fields.Datetime(readonly=True)
    resolved_by_id = fields.Many2one("res.users", string="Resolved By", readonly=True)
    note = fields.Char(
        string="How It Was Solved",
        readonly=True,
        help="What was said when it was resolved.",
    )
    active = fields.Boolean(default=True)
    event_ids = fields.One2many(
        "print3d.alert.event", "alert_id", string="Journal", readonly=True
    )

    _key_uniq = models.UniqueIndex(
        "(key, company_id) WHERE state IN ('open', 'acknowledged', 'muted')",
        "There is an open alert about this already.",
    )
    _key_index = models.Index("(key, company_id, resolved_on)")
    _family_index = models.Index(
        "(family, company_id) WHERE state IN ('open', 'acknowledged', 'muted')"
    )
    _list_index = models.Index("(company_id, state, rank DESC, last_seen_on DESC)")

    # === COMPUTE === #

    @api.depends("severity")
    def _compute_rank(self):
        for alert in self:
            alert.rank = RANKS.get(alert.severity, 0)

    @api.depends("key", "res_model", "res_id")
    def _compute_family(self):
        for alert in self:
            source = f"{alert.res_model},{alert.res_id}:"
            alert.family = (alert.key or "").removeprefix(source)

    @api.depends("state")
    def _compute_is_open(self):
        for alert in self:
            alert.is_open = alert.state in OPEN

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [name for name, _label in STATES if (name in OPEN) in value]
        return [("state", "in", states)]

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Begin the journals of the alerts."""
        alerts = super(
            Print3dAlert,
            self.with_context(
                tracking_disable=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
            ),
        ).create(vals_list)
        alerts = alerts.with_env(self.env)
        alerts._journal_creation()
        alerts._tell_bell()
        return alerts

    def write(self, vals):
        """Note in the journal what changes.

        :raises AccessError: changed by somebody who may not
        :raises UserError: something that only the life of an alert changes
        """
        self._check_write(vals)
        before = self._get_journaled(vals)
        result = super(Print3dAlert, self.with_context(tracking_disable=True)).write(
            vals
        )
        if before:
            self._journal_changes(before)
        self._tell_bell(vals)
        return result

    def _check_write(self, vals):
        if self.env.su:
            return
        if not FREE.issuperset(vals):
            raise UserError(
                self.env._(
                    "What an alert says is not changed by hand. Acknowledge, assign, "
                    "mute or resolve it, or write a comment on it."
                )
            )
        self._check_may_act()

    def _check_may_act(self):
        """Refuse what only those who run the shop, or the assignee, may do.

        :raises AccessError: the user may not, or not in this company
        """
        self.check_access("read")
        if self.env.su or self.env.user.has_group(
            "print3d_library.group_print3d_operator"
        ):
            return
        if any(alert.user_id != self.env.user for alert in self):
            raise AccessError(
                self.env._(
                    "Only operators and owners assign, mute and resolve alerts, and "
                    "whoever an alert is assigned to. Acknowledge it, or ask one of "
                    "them."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("Alerts are kept. Resolve them; they are archived in time.")
        )

    # === HOOKS === #

    @api.model
    def _on_alerts(self, alerts, kind):
        """Hook: something happened to alerts; called once for all of a kind.

        :param alerts: print3d.alert, as superuser
        :param str kind: ``raised``, ``repeated``, ``worse`` (a higher severity than
            before), ``resolved`` (by itself or by a person), ``reopened``,
            ``unmuted``, ``breached`` (overdue) or ``escalated``
        """

    @api.model
    def _get_dimension_names(self):
        """Return the fields by which alerts are found: what they are about.

        :rtype: list[str]
        """
        others = {"company_id", "user_id", "acknowledged_by_id", "resolved_by_id"}
        return [
            name
            for name, field in self._fields.items()
            if field.type == "many2one"
            and field.store
            and not field.compute
            and name not in others
            and not name.startswith(("create_", "write_", "message_", "activity_"))
        ]
