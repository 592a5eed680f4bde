from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..tools import quiet_hours
from .alert_common import NOON, NotifyCommon


@tagged("post_install", "-at_install")
class TestAlertDigest(NotifyCommon):
    """What is sent later: after quiet hours, once a day, once a week."""

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
