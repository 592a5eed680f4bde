from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .print3d_alert import CLOSED, OPEN

MUTED_DAYS = 7


class Print3dAlert(models.Model):
    """What people do with alerts: open → acknowledged → resolved, or muted for a while.

    Every deed may be done to many at once, and twice: what it does not fit is left as
    it is. Nothing else changes the state of an alert but signals (see
    ``_take_in``).
    """

    _inherit = "print3d.alert"

    def _act(self, vals, note=""):
        """Change these alerts in the name of the user, who may, and say why."""
        if self:
            self.sudo().with_context(print3d_alert_note=note or False).write(vals)
        return True

    def action_acknowledge(self, note=""):
        """Say that somebody knows of these alerts.

        :param str note: a remark for the journal
        """
        self.check_access("read")
        return self.filtered(lambda alert: alert.state == "open")._act(
            {
                "state": "acknowledged",
                "acknowledged_on": fields.Datetime.now(),
                "acknowledged_by_id": self.env.uid,
            },
            note,
        )

    def action_assign(self, user_id=None, note=""):
        """Give these alerts to a user, or to oneself.

        :param int user_id: the user; the one who asks when there is none, nobody when
            it is False
        :raises UserError: the user is none of those who see the alerts
        """
        self._check_may_act()
        user = self.env["res.users"].browse(
            self.env.uid if user_id is None else user_id or []
        )
        if user:
            self._check_assignee(user.sudo())
        return self.filtered(lambda alert: alert.user_id != user)._act(
            {"user_id": user.id}, note
        )

    def _check_assignee(self, user):
        if not user.exists() or not user.has_group(
            "print3d_library.group_print3d_user"
        ):
            raise UserError(
                self.env._(
                    "%(name)s does not work with 3D printing here. Choose somebody "
                    "who does.",
                    name=user.exists().name or self.env._("This user"),
                )
            )
        if self.sudo().company_id - user.company_ids:
            raise UserError(
                self.env._(
                    "%(name)s does not work for %(companies)s. Choose somebody who "
                    "does.",
                    name=user.name,
                    companies=", ".join(
                        (self.sudo().company_id - user.company_ids).mapped("name")
                    ),
                )
            )

    def action_mute(self, until=None, days=None, note=""):
        """Hear nothing of these alerts for a while, whatever is told meanwhile.

        :param until: when they are heard again (UTC)
        :type until: datetime or str
        :param float days: for how long, from now on, when ``until`` is not given; a
            week when neither is
        :raises UserError: that time is over already
        """
        self._check_may_act()
        now = fields.Datetime.now()
        until = fields.Datetime.to_datetime(until) or now + timedelta(
            days=MUTED_DAYS if days is None else float(days)
        )
        if until <= now:
            raise UserError(
                self.env._("Choose a time to come until which it is muted.")
            )
        return self.filtered(
            lambda alert: alert.state in OPEN and alert.muted_until != until
        )._act({"state": "muted", "muted_until": until}, note)

    def action_unmute(self, note=""):
        """Hear of muted alerts again, before their time."""
        self._check_may_act()
        muted = self.filtered(lambda alert: alert.state == "muted")
        return muted._unmute(note)

    def _unmute(self, note=""):
        """Give muted alerts back the state they had before."""
        known = self.filtered("acknowledged_on")
        known._act({"state": "acknowledged", "muted_until": False}, note)
        return (self - known)._act({"state": "open", "muted_until": False}, note)

    def action_resolve(self, note=""):
        """Say that these alerts need nobody any more.

        :param str note: how it was solved
        """
        self._check_may_act()
        alerts = self.filtered(lambda alert: alert.state in OPEN)
        alerts._act(
            {
                "state": "resolved",
                "resolved_on": fields.Datetime.now(),
                "resolved_by_id": self.env.uid,
                "muted_until": False,
                "note": note or False,
            },
            note,
        )
        if alerts:
            self.sudo()._on_alerts(alerts.sudo(), "resolved")
        return True

    def action_reopen(self, note=""):
        """Take alerts up again that were closed, unless they were raised anew since.

        :raises UserError: all of them were
        """
        self._check_may_act()
        closed = self.filtered(lambda alert: alert.state in CLOSED)
        raised = {
            (alert.company_id, alert.key)
            for alert in self.sudo().search(
                [
                    ("key", "in", closed.mapped("key")),
                    ("company_id", "in", closed.company_id.ids),
                    ("state", "in", OPEN),
                ]
            )
        }
        # Of several alerts about one thing, the last one is taken up.
        alerts = self.browse()
        for alert in closed.sorted(lambda alert: (alert.resolved_on, alert.id))[::-1]:
            if (alert.company_id, alert.key) not in raised:
                raised.add((alert.company_id, alert.key))
                alerts |= alert
        if closed and not alerts:
            raise UserError(
                self.env._("This was raised again since. Go on with that alert.")
            )
        alerts._act(
            {
                "state": "open",
                "active": True,
                "resolved_on": False,
                "resolved_by_id": False,
                "acknowledged_on": False,
                "acknowledged_by_id": False,
                "note": False,
            },
            note,
        )
        if alerts:
            self.sudo()._on_alerts(alerts.sudo(), "reopened")
        return True

    @api.model
    def _cron_unmute(self):
        """Hear again of alerts whose time of silence is over."""
        muted = self.search(
            [("state", "=", "muted"), ("muted_until", "<=", fields.Datetime.now())],
            limit=1000,
        )
        muted._unmute()
        if muted:
            self._on_alerts(muted, "unmuted")
        return True

    # === WHAT THE SOURCE OFFERS === #

    def action_open_source(self):
        """Open what this alert is about.

        :raises UserError: that is gone
        """
        self.ensure_one()
        return self._get_source().get_formview_action()

    def _get_source(self):
        """Return what this alert is about, which the user may see.

        :raises UserError: there is no such thing, or no more
        """
        self.ensure_one()
        if self.res_model not in self.env:
            raise UserError(self.env._("There is nothing to open for this alert."))
        source = self.env[self.res_model].browse(self.res_id).exists()
        if not source:
            raise UserError(
                self.env._(
                    "%(name)s is gone. Resolve the alert.", name=self.source_name or ""
                )
            )
        source.check_access("read")
        return source

    def action_run(self, key):
        """Do something that this alert offers to do.

        :param str key: one of those in ``actions``
        :return: what the web client does then, or None
        :raises UserError: it does not offer that
        """
        self.ensure_one()
        self.check_access("read")
        labels = {action["key"]: action["label"] for action in self._get_actions()}
        if key not in labels:
            raise UserError(
                self.env._("This cannot be done any more. Reload the page.")
            )
        result = self._do_action(key)
        self._journal("done", new=labels[key])
        return result or None

    def _get_actions(self):
        """Hook: return what can be done about this alert, as in ``actions``.

        :rtype: list of dict of ``key``, ``label`` and ``icon``
        """
        self.ensure_one()
        return [dict(action) for action in self.actions or []]

    def _do_action(self, key):
        """Hook: do something that can be done about this alert.

        :param str key: one of :meth:`_get_actions`
        :return: a client action or None
        """
        self.ensure_one()
        if key == "open":
            return self.action_open_source()
        return self._get_source()._do_alert_action(self, key)
