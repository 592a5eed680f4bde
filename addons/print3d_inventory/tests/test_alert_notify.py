from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import print3d_alert_delivery
from .alert_common import FAMILY, NOON, NotifyCommon

DIGESTS = ("daily", "weekly")


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

    def test_who_left_is_not_told(self):
        self._subscribe(self.operator, channel="email")
        self._subscribe(self.owner, channel="email")
        self._raise()
        company = self.env["res.company"].create({"name": "Another Shop"})
        self.operator.write({"company_ids": company.ids, "company_id": company.id})
        self.owner.group_ids = self.env.ref("base.group_user")
        self._send()
        self.assertEqual(self._get_ours().mapped("state"), ["dropped"] * 2)
        self.assertFalse(self._get_mails())

    def test_each_says_when(self):
        mine = self.Subscription.with_user(self.reader)
        action = mine.action_open_preferences()
        self.assertEqual(action["res_id"], self.reader.id)
        Users = self.env["res.users"].with_user(self.reader)
        view = Users.get_view(action["views"][0][0], "form")
        self.assertIn("print3d_quiet_from", view["arch"])
        Users.browse(self.reader.id).web_save(
            {"print3d_quiet_from": 21, "print3d_quiet_to": 6}, {"tz": {}}
        )
        self.assertEqual(self.reader.print3d_quiet_to, 6)

    def test_outbox(self):
        self._subscribe(self.operator)
        self._tell(name="Low")
        self._tell(self._create_spool(), name="Low")
        self.Alert._take_in()
        one = self._get_ours().with_user(self.owner)
        self.assertEqual(one.summary, "Low and 1 more")
        with self.assertRaises(AccessError):
            one.with_user(self.operator).mapped("state")

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
        problem = "No signal"

        def fail(alerts):
            raise UserError(problem)

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
