from odoo import api, fields, models

from .print3d_alert import OPEN, RANKS, SEVERITIES


class Print3dAlertMixin(models.AbstractModel):
    """For models whose records raise alerts, and show their own.

    Telling is cheap, and safe wherever it happens: it adds a row and looks at nothing.
    The alerts themselves are made after the commit.
    """

    _name = "print3d.alert.mixin"
    _description = "Raises Alerts"

    alert_ids = fields.One2many(
        "print3d.alert",
        "res_id",
        string="Alerts",
        domain=lambda self: [
            ("res_model", "=", self._name),
            ("state", "in", OPEN),
        ],
        groups="print3d_library.group_print3d_user",
        copy=False,
    )
    alert_count = fields.Integer(
        string="Open Alerts",
        compute="_compute_open_alerts",
        groups="print3d_library.group_print3d_user",
    )
    alert_severity = fields.Selection(
        SEVERITIES,
        string="Worst Alert",
        compute="_compute_open_alerts",
        search="_search_alert_severity",
        groups="print3d_library.group_print3d_user",
        help="The highest severity of the alerts that are not over, nor muted.",
    )

    @api.depends("alert_ids.state", "alert_ids.severity")
    def _compute_open_alerts(self):
        found = {}
        if self.ids:
            for number, severity, count in self.env["print3d.alert"]._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "in", ("open", "acknowledged")),
                ],
                ["res_id", "severity"],
                ["__count"],
            ):
                found.setdefault(number, {})[severity] = count
        for record in self:
            counts = found.get(record._origin.id, {})
            record.alert_count = sum(counts.values())
            record.alert_severity = max(counts, key=RANKS.get, default=False)

    def _search_alert_severity(self, operator, value):
        """Find records by the worst of their alerts; False finds those without."""
        if operator != "in":
            return NotImplemented
        worst = dict(
            self.env["print3d.alert"]._read_group(
                [
                    ("res_model", "=", self._name),
                    ("state", "in", ("open", "acknowledged")),
                ],
                ["res_id"],
                ["rank:max"],
            )
        )
        wanted = {RANKS[severity] for severity in value if severity}
        ids = [number for number, rank in worst.items() if rank in wanted]
        if False in value:
            others = list(worst.keys() - ids)
            return [("id", "not in", others)]
        return [("id", "in", ids)]

    def unlink(self):
        """Resolve the alerts of what is gone."""
        self._forget_alerts()
        return super().unlink()

    def _forget_alerts(self):
        Alert = self.env["print3d.alert"].sudo()
        gone = Alert.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("state", "in", OPEN),
            ]
        )
        Alert._tell(
            "clear",
            [{"key": alert.key, "company_id": alert.company_id.id} for alert in gone],
        )

    # === TELLING === #

    def _raise_alert(self, key, name, *, company=None, occurred_on=None, **vals):
        """Tell that something about these records may need a person.

        :param str key: what it is, the same each time; with the record, it is what
            an alert is raised once for
        :param str name: the title, a short sentence
        :param company: res.company; that of the record, or the current one
        :param datetime occurred_on: when it was seen, now if not given
        :param vals: ``severity`` (info, warning, critical), ``category``, ``body``,
            ``actions`` (see :meth:`_get_alert_actions`, which is asked when it is not
            given), ``due_on`` (datetime), ``user`` (res.users, the assignee),
            ``tags`` (words), ``token`` (told twice with one, it counts once), and
            dimensions (``product_id`` and others, numbers or records, beside those
            of :meth:`_get_alert_dimensions`)
        """
        self.env["print3d.alert"]._tell(
            "raise",
            [
                record._prepare_alert_vals(
                    key, {"name": name, **vals}, company, occurred_on
                )
                for record in self
            ],
        )

    def _resolve_alert(self, key, note="", occurred_on=None, *, company=None):
        """Tell that something about these records is no longer so.

        :param str key: as it was raised
        :param str note: why
        :param datetime occurred_on: when that was seen, now if not given
        """
        self.env["print3d.alert"]._tell(
            "clear",
            [
                {
                    "key": record._get_alert_key(key),
                    "company_id": record._get_alert_company(company).id,
                    "occurred_on": occurred_on,
                    "note": note,
                }
                for record in self
            ],
        )

    def _get_alert_key(self, key):
        """Return the key of an alert of this record, in full."""
        self.ensure_one()
        return f"{self._name},{self.id}:{key}"

    def _get_alert_company(self, company=None):
        """Hook: return the company (res.company) whose people are told."""
        self.ensure_one()
        own = self.sudo().company_id if "company_id" in self._fields else None
        return company or own or self.env.company

    def _prepare_alert_vals(self, key, vals, company=None, occurred_on=None):
        """Return what is told of this record, for ``print3d.alert._raise_many``."""
        self.ensure_one()
        vals = dict(vals)
        user = vals.pop("user", None)
        if user:
            vals.setdefault("user_id", user.id)
        if vals.get("actions") is None:
            vals["actions"] = self._get_alert_actions(key)
        return {
            **self._get_alert_dimensions(),
            **vals,
            "key": self._get_alert_key(key),
            "company_id": self._get_alert_company(company).id,
            "res_model": self._name,
            "res_id": self.id,
            "occurred_on": occurred_on or vals.get("occurred_on"),
        }

    # === HOOKS === #

    def _get_alert_dimensions(self):
        """Hook: return what alerts of this record are about.

        :rtype: dict of a field of ``print3d.alert`` to a number
        """
        self.ensure_one()
        return {}

    def _get_alert_actions(self, key):
        """Hook: return what can be done about an alert of this record.

        :param str key: what it is about, without the record
        :rtype: list of dict of ``key``, ``label`` and ``icon`` (of Font Awesome)
        """
        self.ensure_one()
        return [{"key": "open", "label": self.env._("Open"), "icon": "fa-eye"}]

    def _do_alert_action(self, alert, action_key):
        """Hook: do what can be done about an alert of this record.

        :param alert: print3d.alert
        :param str action_key: one of :meth:`_get_alert_actions`
        :return: a client action or None
        """
        self.ensure_one()
        return None
