from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .alert_common import NOON, NotifyCommon


@tagged("post_install", "-at_install")
class TestAlertEscalation(NotifyCommon):
    """What happens when nobody sees to an alert in time."""

    def _add_rule(self, **vals):
        return self.env["print3d.alert.escalation"].create(
            {"name": "Tell the boss", "user_ids": self.owner.ids, **vals}
        )

    def test_escalation_takes_each_step_once(self):
        self._add_rule(hours=2)
        self._add_rule(
            name="Loudly",
            hours=4,
            user_ids=False,
            group_id=self.env.ref("print3d_library.group_print3d_owner").id,
            channel="email",
        )
        with freeze_time(NOON):
            alert = self._raise(severity="critical")
            self._raise(self._create_spool(), severity="warning")
            seen = self._raise(self._create_spool(), severity="critical")
            seen.action_acknowledge()
            self._send()
        told = self._get_ours()
        for hours, names in (
            (1.9, set()),
            (2, {"inbox"}),
            (2.1, {"inbox"}),
            (4, {"inbox", "email"}),
            (5, {"inbox", "email"}),
        ):
            with freeze_time(NOON + timedelta(hours=hours)):
                self.env["print3d.alert.escalation"]._cron_escalate()
            new = self._get_ours() - told
            self.assertEqual(set(new.mapped("channel")), names, hours)
            self.assertEqual(len(new), len(names), hours)
            self.assertLessEqual(new.user_id, self.owner)
        self.assertEqual(new.alert_ids, alert)
        self.assertEqual(self._get_kinds(alert), ["raised", "escalated", "escalated"])
        alert.action_resolve()
        with freeze_time(NOON + timedelta(hours=6)):
            alert.action_reopen()
            self.env["print3d.alert.escalation"]._cron_escalate()
        self.assertFalse(alert.escalation_ids)
        with freeze_time(NOON + timedelta(hours=8)):
            self.env["print3d.alert.escalation"]._cron_escalate()
        self.assertEqual(alert.escalation_ids.mapped("name"), ["Tell the boss"])

    def test_escalation_assigns_and_makes_it_severe(self):
        self._add_rule(
            min_severity="info",
            condition="unresolved",
            hours=24,
            user_id=self.operator.id,
            severity="critical",
            category="inventory",
        )
        with freeze_time(NOON):
            alert = self._raise(severity="info")
            alert.action_acknowledge()
            other = self._raise(self._create_spool(), category="file", severity="info")
        with freeze_time(NOON + timedelta(hours=24)):
            self.env["print3d.alert.escalation"]._cron_escalate()
        self.assertRecordValues(
            alert | other,
            [
                {"severity": "critical", "user_id": self.operator.id},
                {"severity": "info", "user_id": False},
            ],
        )

    def test_escalation_of_what_is_overdue(self):
        self._add_rule(min_severity="info", condition="overdue", hours=1)
        with freeze_time(NOON):
            alert = self._raise(due_on=NOON + timedelta(hours=3))
        for hours, count in ((3.9, 0), (4, 1)):
            with freeze_time(NOON + timedelta(hours=hours)):
                self.env["print3d.alert.escalation"]._cron_escalate()
            self.assertEqual(len(alert.escalation_ids), count)

    def test_only_owners_change_escalation(self):
        rule = self._add_rule()
        rule.with_user(self.owner).hours = 3
        with self.assertRaises(AccessError):
            rule.with_user(self.operator).hours = 300
        with self.assertRaisesRegex(ValidationError, "Say what"):
            rule.user_ids = [Command.clear()]
        company = self.env["res.company"].create({"name": "Another Shop"})
        theirs = self._add_rule(company_id=company.id)
        with self.assertRaises(AccessError):
            theirs.with_user(self.owner).hours = 3
        with freeze_time(NOON):
            alert = self._raise(severity="critical")
        with freeze_time(NOON + timedelta(hours=3)):
            self.env["print3d.alert.escalation"]._cron_escalate()
        self.assertEqual(alert.escalation_ids, rule)
