from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.quiet_hours import from_local, to_local
from .print3d_alert_message import DIGESTS

SPANS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
# A digest that could not be made for so long is not made up for.
LATE = timedelta(hours=12)


class Print3dAlertDelivery(models.Model):
    """Digests: what is to be seen to, once a day or once a week."""

    _inherit = "print3d.alert.delivery"

    @api.model
    def _cron_digest(self):
        """Write the digests whose hour has come to their readers."""
        now = fields.Datetime.now()
        people = self.env["res.users"]._get_print3d_people()
        subscriptions = self.env["print3d.alert.subscription"].search(
            [("rhythm", "in", DIGESTS), ("user_id", "in", people.ids)]
        )
        due = {}
        for one in subscriptions:
            hour = one.user_id._get_print3d_digest_time(one.rhythm, now)
            if hour <= now < hour + LATE:
                for company in one.user_id.company_ids:
                    key = f"{one.rhythm},{hour},{one.user_id.id},{one.channel},"
                    due[f"{key}{company.id}"] = (one, company, hour)
        told = set(self.search([("key", "in", list(due))]).mapped("key"))
        self._create_soon(
            [
                {
                    "user_id": one.user_id.id,
                    "company_id": company.id,
                    "channel": one.channel,
                    "reason": one.rhythm,
                    "key": key,
                    "since": hour - SPANS[one.rhythm],
                    "send_on": now,
                }
                for key, (one, company, hour) in due.items()
                if key not in told
            ]
        )
        return True

    def _get_digest_domain(self):
        """Return which alerts a digest tells of, of any state."""
        subscriptions = self.env["print3d.alert.subscription"].search(
            [
                ("user_id", "=", self.user_id.id),
                ("channel", "=", self.channel),
                ("rhythm", "=", self.reason),
            ]
        )
        if not subscriptions:
            # Cancelled since.
            return Domain.FALSE
        return subscriptions._get_domain() & Domain(
            "company_id", "=", self.company_id.id
        )

    def _get_alerts(self):
        """Of a digest: all that is not over, the worst first."""
        if self[0].reason not in DIGESTS:
            return super()._get_alerts()
        self.ensure_one()
        return self.env["print3d.alert"].search(
            self._get_digest_domain() & Domain("state", "in", ("open", "acknowledged"))
        )

    def _get_figures(self):
        """Return the figures at the head of a digest: pairs of label and number.

        :rtype: list
        """
        if self[0].reason not in DIGESTS:
            return []
        self.ensure_one()
        Alert = self.env["print3d.alert"].with_context(active_test=False)
        domain = self._get_digest_domain()
        there = domain & Domain("state", "in", ("open", "acknowledged"))
        return [
            (
                self.env._("New"),
                Alert.search_count(domain & Domain("first_seen_on", ">=", self.since)),
            ),
            (
                self.env._("Resolved"),
                Alert.search_count(domain & Domain("resolved_on", ">=", self.since)),
            ),
            (self.env._("To see to"), Alert.search_count(there)),
            (
                self.env._("Overdue"),
                Alert.search_count(there & Domain("sla_state", "=", "breached")),
            ),
        ]

    def _send(self):
        """Send no digest on a day on which there is nothing to tell."""
        digests = self.filtered(
            lambda one: (
                one.reason in DIGESTS
                and not any(number for _label, number in one._get_figures())
            )
        )
        digests.write({"state": "dropped"})
        rest = self - digests
        return super(Print3dAlertDelivery, rest)._send() if rest else None


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_print3d_digest_time(self, rhythm, now):
        """Return when (UTC) this user's last digest was due, ``now`` at the latest."""
        self.ensure_one()
        user, zone = self.sudo(), self._get_print3d_zone()
        day = to_local(now, zone).date()
        if rhythm == "weekly":
            day -= timedelta(days=day.weekday())
        due = from_local(day, user.print3d_digest_hour, zone)
        return due if due <= now else due - SPANS[rhythm]
