from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import print3d_alert_delivery
from ..tools import quiet_hours
from .alert_common import FAMILY, NOON, AlertCommon

DIGESTS = ("daily", "weekly")


class NotifyCommon(AlertCommon):
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


@tagged("post_install", "-at_install")
class TestAlertNotify(NotifyCommon):
    """Who is told of alerts, how, and when; each once."""

    def test_critical_ones_reach_everybody_of_the_shop(self):
        self._raise(severity="warning")
        self.assertFalse(self._get_ours())
        alert = self._raise(key="test_fire", name="Fire", severity="critical")
        told = self._get_ours()
        self.assertEqual(told.user_id, self.reader | self.operator | self.owner)
        self.assertEqual(set(told.mapped("channel")), {"inbox"})
        self._send()
        self.assertEqual(set(told.mapped("state")), {"sent"})
        notes = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.reader.partner_id.id)]
        )
        message = notes.mail_message_id
        self.assertEqual(notes.notification_type, "inbox")
        self.assertRecordValues(
            message,
            [
                {
                    "model": "print3d.alert",
                    "res_id": alert.id,
                    "message_type": "user_notification",
                }
            ],
        )
        self.assertIn("Fire", message.subject)
        self.assertIn(f"/odoo/alerts/{alert.id}", message.body)
        # Repeated, and sent again: nobody hears of it twice.
        self._tell(key="test_fire", severity="critical")
        self.Alert._take_in()
        self._send()
        self.assertEqual(self._get_ours(), told)

    def test_who_does_not_want_to_hear(self):
        self.reader.with_user(self.reader).print3d_alert_critical = False
        company = self.env["res.company"].create({"name": "Another Shop"})
        self.operator.write({"company_ids": company.ids, "company_id": company.id})
        self._raise(severity="critical")
        self.assertEqual(self._get_ours().user_id, self.owner)

    def test_subscriptions(self):
        self._subscribe(self.operator, category="inventory", channel="email")
        self._subscribe(self.operator, category="printer", channel="email")
        self._subscribe(self.owner, min_severity="info")
        self._subscribe(self.owner, min_severity="critical", channel="email")
        self._subscribe(self.reader, min_severity="info", active=False)
        self._raise(severity="warning")
        self.assertEqual(
            set(self._get_ours().mapped(lambda one: (one.user_id, one.channel))),
            {(self.operator, "email"), (self.owner, "inbox")},
        )

    def test_what_comes_together_is_one_message(self):
        self._subscribe(self.operator, min_severity="info", channel="email")
        spools = self.spool | self._create_spool() | self._create_spool()
        for spool in spools:
            self._tell(spool, name=f"Low {spool.name}")
        self.Alert._take_in()
        self._raise(key="test_damp", name="Damp")
        self._send()
        mail = self._get_mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("4 alerts", mail.subject)
        for spool in spools:
            self.assertIn(f"Low {spool.name}", mail.body_html)
        self.assertIn("Damp", mail.body_html)

    def test_what_is_over_meanwhile_is_not_told(self):
        self._subscribe(self.operator, channel="email")
        alert = self._raise()
        alert.action_resolve()
        self._send()
        self.assertFalse(self._get_mails())
        self.assertEqual(self._get_ours().state, "dropped")

    def test_whoever_it_is_given_to(self):
        alert = self._raise()
        alert.with_user(self.operator).action_assign()
        self.assertFalse(self._get_ours())
        alert.with_user(self.operator).action_assign(self.reader.id)
        self.assertRecordValues(
            self._get_ours(),
            [{"user_id": self.reader.id, "reason": "assigned", "channel": "inbox"}],
        )

    def test_each_has_his_own_subscriptions(self):
        mine = self.Subscription.with_user(self.reader).create({"channel": "email"})
        self.assertEqual(mine.user_id, self.reader)
        theirs = self._subscribe(self.operator)
        found = self.Subscription.with_user(self.reader).search(
            [("id", "in", (mine | theirs).ids)]
        )
        self.assertEqual(found, mine)
        with self.assertRaises(AccessError):
            theirs.with_user(self.reader).min_severity = "info"
        with self.assertRaises(AccessError):
            self.Subscription.with_user(self.reader).create(
                {"user_id": self.operator.id, "channel": "email"}
            )
        self.assertIn(
            theirs,
            self.Subscription.with_user(self.owner).search(
                [("user_id", "=", self.operator.id)]
            ),
        )

    # === SENT ONCE === #

    def test_a_cron_that_is_killed_sends_nothing_twice(self):
        """What was not noted as sent was not sent either: it is one transaction."""
        self._subscribe(self.operator, channel="email")
        self._subscribe(self.owner, channel="email")
        self._raise()
        self.env.flush_all()
        Model = self.env.registry["print3d.alert.delivery"]
        original, sent = Model._send, []

        def send(records):
            sent.append(records.ids)
            if len(sent) == 1:
                return original(records)
            # The second one is written, and the process killed before the commit.
            with self.env.cr.savepoint():
                original(records)
                raise KeyboardInterrupt

        with patch.object(Model, "_send", send), suppress(KeyboardInterrupt):
            self._send()
        self.env.invalidate_all()
        self.assertEqual(len(sent), 2)
        self.assertEqual(len(self._get_mails()), 1)
        self.assertEqual(len(self._get_waiting()), 1)
        self._send()
        self.assertEqual(
            sorted(self._get_mails().mapped("email_to")),
            sorted([self.operator.email_formatted, self.owner.email_formatted]),
        )

    def _use_radio(self, sender):
        """Have messages go out by a channel that is not Odoo's."""
        self._raise(severity="critical")
        radio = self._get_waiting().filtered(lambda one: one.user_id == self.operator)
        (self._get_waiting() - radio).unlink()
        within = patch.object(print3d_alert_delivery, "WITHIN", {"email"})
        senders = patch.object(
            self.env.registry["print3d.alert.delivery"],
            "_get_senders",
            lambda records: {"inbox": sender},
        )
        return radio, within, senders

    def test_other_channels_note_first_that_it_is_on_its_way(self):
        states = []
        radio, within, senders = self._use_radio(
            lambda alerts: states.append(radio.state)
        )
        with within, senders:
            self._send()
        self.assertEqual(states, ["sending"])
        self.assertEqual(radio.state, "sent")

    def test_other_channels_that_were_interrupted_send_nothing_again(self):
        sent = []
        radio, within, senders = self._use_radio(sent.append)
        # A process was killed after it had noted that.
        radio.write({"state": "sending", "sent_on": fields.Datetime.now()})
        with within, senders:
            self._send()
            self.assertEqual(radio.state, "sending")
            with freeze_time(fields.Datetime.now() + timedelta(minutes=16)):
                self._send()
        self.assertEqual(radio.state, "failed")
        self.assertIn("may have been sent", radio.problem)
        self.assertFalse(sent)

    def test_what_fails_is_tried_again_and_given_up(self):
        def fail(alerts):
            raise UserError("No signal")

        radio, within, senders = self._use_radio(fail)
        with within, senders, freeze_time(fields.Datetime.now()) as clock:
            for tries in range(1, 6):
                self._send()
                self._send()
                self.assertEqual((radio.tries, radio.problem), (tries, "No signal"))
                clock.tick(timedelta(hours=3))
        self.assertEqual(radio.state, "failed")
        with self.assertRaises(AccessError):
            radio.with_user(self.operator).action_retry()
        radio.with_user(self.owner).action_retry()
        self.assertRecordValues(radio, [{"state": "waiting", "tries": 0}])

    def test_no_address(self):
        self.operator.email = False
        self._subscribe(self.operator, channel="email")
        self._raise()
        self._send()
        self.assertIn("has no e-mail address", self._get_waiting().problem)

    # === QUIET HOURS === #

    def _be_quiet(self, user, start, end, **vals):
        user.write({"print3d_quiet_from": start, "print3d_quiet_to": end, **vals})

    def test_quiet_hours(self):
        self._be_quiet(self.operator, 22, 7.5, print3d_quiet_pierced=False)
        self._be_quiet(self.owner, 22, 7.5)
        self._subscribe(self.operator, min_severity="info")
        self._subscribe(self.owner, min_severity="info")
        self._subscribe(self.reader, min_severity="info")
        night = fields.Datetime.to_datetime("2026-03-10 23:00:00")
        morning = fields.Datetime.to_datetime("2026-03-11 06:30:00")
        with freeze_time(night):
            self._tell(severity="warning")
            self._tell(key="test_fire", severity="critical")
            self.Alert._take_in()
            times = {
                user: set(
                    self._get_ours()
                    .filtered(lambda one, user=user: one.user_id == user)
                    .mapped("send_on")
                )
                for user in (self.operator, self.owner, self.reader)
            }
            self.assertEqual(
                times,
                {
                    self.operator: {morning},
                    # What is critical wakes the owner.
                    self.owner: {night, morning},
                    self.reader: {night},
                },
            )
            self._send()
            self.assertEqual(self._get_waiting().user_id, self.operator | self.owner)
        with freeze_time(morning):
            self._send()
        self.assertFalse(self._get_waiting())

    def test_quiet_hours_on_the_clock_of_the_person(self):
        zone = quiet_hours.get_zone("Europe/Berlin")

        def wait(text, start, end):
            when = fields.Datetime.to_datetime(text)
            until = quiet_hours.end_of_quiet(when, zone, start, end)
            return fields.Datetime.to_string(until)

        for told, start, end, heard in (
            ("2026-03-10 12:00:00", 22, 7, "2026-03-10 12:00:00"),
            ("2026-03-10 21:30:00", 22, 7, "2026-03-11 06:00:00"),
            ("2026-03-10 03:00:00", 22, 7, "2026-03-10 06:00:00"),
            ("2026-03-10 06:00:00", 22, 7, "2026-03-10 06:00:00"),
            ("2026-03-10 12:30:00", 13, 14.5, "2026-03-10 13:30:00"),
            ("2026-03-10 12:30:00", 13, 13, "2026-03-10 12:30:00"),
            # The clocks go forward that night, and back in the other one.
            ("2026-03-28 22:30:00", 22, 7, "2026-03-29 05:00:00"),
            ("2026-10-24 22:30:00", 22, 7, "2026-10-25 06:00:00"),
            ("2026-10-25 00:30:00", 22, 2.5, "2026-10-25 00:30:00"),
        ):
            self.assertEqual(wait(told, start, end), heard, (told, start, end))
        self.assertEqual(str(quiet_hours.get_zone("Moon/Crater")), "UTC")

    def test_hours_of_the_day(self):
        with self.assertRaises(ValidationError):
            self.reader.print3d_quiet_from = 24
        with self.assertRaises(AccessError):
            self.operator.with_user(self.reader).print3d_quiet_from = 3
        self.reader.with_user(self.reader).write(
            {"print3d_quiet_from": 21.5, "print3d_digest_hour": 6}
        )

    # === DIGESTS === #

    def test_daily_digest(self):
        self._subscribe(self.operator, channel="email", rhythm="daily")
        with freeze_time(NOON):
            resolved = self._raise(name="Was low")
            self._tell(self._create_spool(), name="Low two", severity="warning")
            self._tell(key="test_tidy", name="Tidy up", severity="info")
            self.Alert._take_in()
            resolved.action_resolve()
        with freeze_time("2026-03-11 06:59:00"):
            self.Delivery._cron_digest()
            self.assertFalse(
                self._get_ours()
                .filtered("key")
                .filtered(lambda one: one.send_on > NOON)
            )
        with freeze_time("2026-03-11 07:01:00"):
            # Eight o'clock in Berlin.
            self.Delivery._cron_digest()
            self.Delivery._cron_digest()
            digest = self._get_waiting()
            self.assertRecordValues(
                digest,
                [
                    {
                        "reason": "daily",
                        "channel": "email",
                        "since": NOON.replace(hour=7),
                    }
                ],
            )
            figures = [number for _label, number in digest._get_figures()]
            self.assertEqual(figures, [2, 1, 1, 0])
            self._send()
            self.Delivery._cron_digest()
            self._send()
        mail = self._get_mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("Low two", mail.body_html)
        self.assertNotIn("Tidy up", mail.body_html)
        self.assertNotIn("Was low", mail.body_html)

    def test_no_digest_of_nothing(self):
        self._subscribe(
            self.operator, channel="email", rhythm="daily", category="billing"
        )
        with freeze_time("2026-03-11 09:00:00"):
            self.Delivery._cron_digest()
            self._send()
        self.assertFalse(self._get_mails())
        self.assertEqual(self._get_ours().state, "dropped")

    def test_weekly_digest_comes_on_mondays(self):
        self._subscribe(self.operator, rhythm="weekly")
        self.operator.tz = "America/Los_Angeles"
        with freeze_time("2026-03-15 20:00:00"):
            self._raise()
        for time, count in (
            # Sunday; Monday before eight and after; the next day and Monday.
            ("2026-03-15 23:00:00", 0),
            ("2026-03-16 14:59:00", 0),
            ("2026-03-16 15:00:00", 1),
            ("2026-03-17 15:00:00", 1),
            ("2026-03-23 15:30:00", 2),
        ):
            with freeze_time(time):
                self.Delivery._cron_digest()
            digests = self._get_ours().filtered(lambda one: one.reason == "weekly")
            self.assertEqual(len(digests), count, time)

    # === ESCALATION === #

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

    def test_storms_take_no_more_queries(self):
        self._subscribe(self.operator, min_severity="info", channel="email")
        spools = self.env["stock.lot"]
        for _turn in range(11):
            spools |= self._create_spool()
        counts = []
        for some in (spools[:1], spools[1:3], spools[3:]):
            for spool in some:
                self._tell(spool)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Alert._take_in()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 2)
        self.assertEqual(len(self._find(key=FAMILY)), 11)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_the_mail_is_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.operator.lang = "fr_FR"
        self._subscribe(self.operator, channel="email")
        with freeze_time(NOON):
            self._raise(body="230 g\nleft <b>")
            self._send()
        mail = self._get_mails()
        self.assertIn('lang="fr_FR"', mail.body_html)
        # One o'clock in Berlin, as one writes it in France.
        self.assertIn("10/03/2026 13:00", mail.body_html)
        self.assertIn("left &lt;b&gt;", mail.body_html)
