from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .common import Print3dInventoryCommon

NOON = fields.Datetime.to_datetime("2026-03-10 12:00:00")
FAMILY = "test_low"


class AlertCommon(Print3dInventoryCommon):
    """Spools that raise alerts, and people who see to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Alert = cls.env["print3d.alert"]
        cls.Delivery = cls.env["print3d.alert.delivery"]
        # What the demo data have to tell is not what is looked at here.
        cls.env["print3d.alert.escalation"].search(
            [("name", "!=", False)]
        ).active = False
        cls.reader = cls._create_user("alert_reader", "user")
        cls.operator = cls._create_user("alert_operator", "operator")
        cls.owner = cls._create_user("alert_owner", "owner")
        # Nobody but these is told of anything.
        people = cls.env["res.users"]._get_print3d_people()
        (people - cls.reader - cls.operator - cls.owner).print3d_alert_critical = False
        cls.env["print3d.alert.subscription"].search(
            [("user_id", "!=", False)]
        ).unlink()
        cls.spool = cls._create_spool()
        cls.Alert._take_in()
        # As in a shop where nothing ever happened.
        cls.env.cr.execute("DELETE FROM print3d_alert")
        cls.env.invalidate_all()

    def _tell(self, spool=None, key=FAMILY, name="Low", minutes=0, **vals):
        """Raise an alert as seen some minutes ago."""
        when = fields.Datetime.now() - timedelta(minutes=minutes)
        (spool or self.spool)._raise_alert(key, name, occurred_on=when, **vals)

    def _clear(self, spool=None, key=FAMILY, minutes=0, note=""):
        when = fields.Datetime.now() - timedelta(minutes=minutes)
        (spool or self.spool)._resolve_alert(key, note=note, occurred_on=when)

    def _find(self, *domain, key=FAMILY):
        """Return alerts of the tests, the first raised first."""
        return self.Alert.with_context(active_test=False).search(
            [("family", "=", key), *domain], order="first_seen_on, id"
        )

    def _raise(self, *args, key=FAMILY, **vals):
        """Raise an alert, take it in, and return it."""
        self._tell(*args, key=key, **vals)
        self.Alert._take_in()
        return self._find(("is_open", "=", True), key=key)[-1:]

    def _get_last(self, alert):
        """Return the last line of the journal of an alert."""
        return alert.event_ids.sorted("id")[-1]

    def _get_kinds(self, alert):
        """Return what the journal of an alert says, the first first."""
        return alert.event_ids.sorted("id").mapped("kind")


class NotifyCommon(AlertCommon):
    """People with addresses, and what is sent to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in cls.reader | cls.operator | cls.owner:
            user.write({"email": f"{user.login}@example.com", "tz": "Europe/Berlin"})
        cls.Subscription = cls.env["print3d.alert.subscription"]

    def _subscribe(self, user, **vals):
        return self.Subscription.create({"user_id": user.id, **vals})

    def _get_waiting(self):
        return self._get_ours().filtered(lambda one: one.state == "waiting")

    def _get_ours(self):
        users = self.reader | self.operator | self.owner
        return self.Delivery.search([("user_id", "in", users.ids)], order="id")

    def _send(self):
        """Send what is due, as the cron does."""
        commit = patch.object(
            self.env.registry["ir.cron"], "_commit_progress", return_value=60
        )
        with commit, patch.object(self.env.registry["mail.mail"], "send"):
            self.Delivery._cron_send()

    def _get_mails(self):
        return self.env["mail.mail"].search(
            [("email_to", "ilike", "alert_")], order="id"
        )
