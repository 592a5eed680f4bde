from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .alert_common import FAMILY, NOON, AlertCommon


@tagged("post_install", "-at_install")
class TestAlertLifecycle(AlertCommon):
    """What people do with alerts, and who may; and that all of it is noted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spools = cls.spool | cls._create_spool() | cls._create_spool()

    def setUp(self):
        super().setUp()
        for spool in self.spools:
            self._tell(spool, minutes=60)
        self.Alert._take_in()
        self.alerts = self._find()
        self.alert = self.alerts[0]

    # === DEEDS === #

    def test_acknowledge(self):
        self.alert.with_user(self.reader).action_acknowledge()
        stamp = self.alert.acknowledged_on
        self.assertTrue(stamp)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.alerts.with_user(self.operator).action_acknowledge(note="I go")
        self.assertEqual(set(self.alerts.mapped("state")), {"acknowledged"})
        # Twice changes nothing.
        self.assertRecordValues(
            self.alert,
            [{"acknowledged_on": stamp, "acknowledged_by_id": self.reader.id}],
        )
        self.assertEqual(self._get_kinds(self.alert), ["raised", "acknowledged"])
        self.assertRecordValues(
            self._get_last(self.alerts[1]),
            [
                {
                    "kind": "acknowledged",
                    "user_id": self.operator.id,
                    "old_value": "Open",
                    "new_value": "Acknowledged",
                    "note": "I go",
                }
            ],
        )

    def test_assign(self):
        alerts = self.alerts.with_user(self.operator)
        alerts.action_assign()
        self.assertEqual(alerts.user_id, self.operator)
        alerts.action_assign(self.reader.id)
        alerts.action_assign(self.reader.id)
        self.assertEqual(alerts.user_id, self.reader)
        self.assertEqual(
            self._get_kinds(self.alert), ["raised", "assigned", "assigned"]
        )
        self.assertRecordValues(
            self._get_last(self.alert),
            [
                {
                    "old_value": self.operator.display_name,
                    "new_value": self.reader.display_name,
                }
            ],
        )
        alerts.action_assign(False)
        self.assertFalse(alerts.user_id)

    def test_assign_to_somebody_who_cannot(self):
        portal = self.env["res.users"].create(
            {"name": "A Guest", "login": "alert_guest"}
        )
        with self.assertRaisesRegex(UserError, "A Guest does not work with 3D"):
            self.alerts.action_assign(portal.id)
        company = self.env["res.company"].create({"name": "Another Shop"})
        stranger = self._create_user("alert_stranger", "operator")
        stranger.write({"company_ids": company.ids, "company_id": company.id})
        with self.assertRaisesRegex(UserError, "does not work for"):
            self.alerts.action_assign(stranger.id)

    def test_mute_and_hear_again(self):
        self.alert.action_acknowledge()
        with freeze_time(NOON):
            self.alerts.with_user(self.operator).action_mute(days=2, note="Holiday")
            self.assertEqual(set(self.alerts.mapped("state")), {"muted"})
            self.assertEqual(
                set(self.alerts.mapped("muted_until")), {NOON + timedelta(days=2)}
            )
            self.alerts[2].action_unmute()
        with freeze_time(NOON + timedelta(days=1)):
            self.Alert._cron_unmute()
        self.assertEqual(self.alerts.mapped("state"), ["muted", "muted", "open"])
        with (
            freeze_time(NOON + timedelta(days=2)),
            patch.object(self.env.registry["print3d.alert"], "_on_alerts") as heard,
        ):
            self.Alert._cron_unmute()
            self.Alert._cron_unmute()
        # As far as people were with it before.
        self.assertEqual(self.alerts.mapped("state"), ["acknowledged", "open", "open"])
        self.assertEqual(
            [call.args for call in heard.call_args_list],
            [(self.alerts[:2], "unmuted")],
        )
        self.assertEqual(
            self._get_kinds(self.alert), ["raised", "acknowledged", "muted", "unmuted"]
        )

    def test_mute_until(self):
        self.alert.action_mute(until="2035-01-01 10:00:00")
        self.assertEqual(
            self.alert.muted_until, fields.Datetime.to_datetime("2035-01-01 10:00:00")
        )
        self.alert.action_mute()
        self.assertGreater(
            self.alert.muted_until, fields.Datetime.now() + timedelta(days=6)
        )
        with self.assertRaisesRegex(UserError, "a time to come"):
            self.alert.action_mute(until="2001-01-01")

    def test_resolve_and_reopen(self):
        self.alert.action_acknowledge()
        alerts = self.alerts.with_user(self.operator)
        alerts.action_resolve(note="Bought more")
        alerts.action_resolve(note="Again")
        self.assertEqual(
            set(alerts.mapped(lambda one: (one.state, one.note, one.resolved_by_id))),
            {("resolved", "Bought more", self.operator)},
        )
        alerts.action_acknowledge()
        alerts.action_mute(days=1)
        self.assertEqual(set(alerts.mapped("state")), {"resolved"})
        alerts.action_reopen()
        self.assertRecordValues(
            self.alert,
            [
                {
                    "state": "open",
                    "resolved_on": False,
                    "resolved_by_id": False,
                    "acknowledged_on": False,
                    "note": False,
                }
            ],
        )
        self.assertEqual(
            self._get_kinds(self.alert),
            ["raised", "acknowledged", "resolved", "reopened"],
        )

    def test_what_was_raised_again_is_not_reopened(self):
        self.alert.action_resolve()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            again = self._raise()
        with self.assertRaisesRegex(UserError, "raised again since"):
            self.alert.action_reopen()
        again.action_resolve()
        self.alerts[1].action_resolve()
        # Of two about one thing, the last one.
        (self.alert | again | self.alerts[1]).action_reopen()
        self.assertEqual(self.alert.state, "resolved")
        self.assertEqual((again.state, self.alerts[1].state), ("open", "open"))

    def test_there_are_never_two_open_ones(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.Alert.create({"name": "Twin", "key": self.alert.key})

    def test_actions_of_the_source(self):
        class_ = self.env.registry["stock.lot"]
        offered = [{"key": "weigh", "label": "Weigh", "icon": "fa-balance-scale"}]
        with (
            patch.object(class_, "_get_alert_actions", return_value=offered),
            patch.object(
                class_, "_do_alert_action", return_value={"type": "x"}
            ) as done,
        ):
            alert = self._raise(key="test_heavy")
            result = alert.with_user(self.operator).action_run("weigh")
        self.assertEqual(result, {"type": "x"})
        self.assertEqual(done.call_args.args, (alert, "weigh"))
        self.assertRecordValues(
            self._get_last(alert),
            [{"kind": "done", "new_value": "Weigh", "user_id": self.operator.id}],
        )
        with self.assertRaisesRegex(UserError, "Reload"):
            alert.action_run("explode")

    # === RIGHTS === #

    def test_readers_read_and_acknowledge(self):
        alerts = self.alerts.with_user(self.reader)
        self.assertEqual(alerts.mapped("name"), ["Low"] * 3)
        alerts.action_acknowledge()
        for deed in (
            alerts.action_resolve,
            alerts.action_assign,
            alerts.action_mute,
            alerts.action_unmute,
            alerts.action_reopen,
        ):
            with self.assertRaisesRegex(AccessError, "Only operators and owners"):
                deed()
        with self.assertRaises(AccessError):
            alerts.write({"user_id": self.reader.id})
        self.alert.action_assign(self.reader.id)
        # Whoever has it may see to it.
        self.alert.with_user(self.reader).action_resolve()
        self.assertEqual(self.alert.state, "resolved")

    def test_nobody_writes_what_an_alert_says(self):
        for user in (self.operator, self.owner):
            alert = self.alert.with_user(user)
            for vals in ({"state": "resolved"}, {"name": "Fine"}, {"count": 1}):
                with self.assertRaisesRegex(UserError, "not changed by hand"):
                    alert.write(vals)
            with self.assertRaises(AccessError):
                self.Alert.with_user(user).create({"name": "Mine", "key": "mine"})
            with self.assertRaises(AccessError):
                alert.unlink()
        tag = self.env["print3d.alert.tag"].create({"name": "Test Purchasing"})
        self.alert.with_user(self.operator).write(
            {"tag_ids": tag.ids, "due_on": NOON, "user_id": self.operator.id}
        )
        self.assertEqual(
            set(self._get_kinds(self.alert)), {"raised", "tags", "due", "assigned"}
        )

    def test_the_journal_stays(self):
        event = self.alert.event_ids
        for user in (self.operator, self.owner):
            with self.assertRaisesRegex(UserError, "is not changed"):
                event.with_user(user).write({"note": "It was not me"})
            with self.assertRaises(AccessError):
                event.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, "is not changed"):
            event.sudo().write({"note": "It was not me"})
        with self.assertRaises(AccessError):
            event.with_user(self.owner).create(
                {"alert_id": self.alert.id, "kind": "resolved"}
            )

    def test_comments_of_readers(self):
        self.alert.with_user(self.reader).message_post(body="I saw it too")
        self.assertIn("I saw it too", self.alert.message_ids[0].body)

    def test_other_companies(self):
        company = self.env["res.company"].create({"name": "Another Shop"})
        self._tell(company=company)
        self.Alert._take_in()
        alert = self._find(("company_id", "=", company.id))
        for user in (self.reader, self.operator, self.owner):
            theirs = alert.with_user(user)
            self.assertFalse(self.Alert.with_user(user).search([("id", "=", alert.id)]))
            with self.assertRaises(AccessError):
                theirs.mapped("name")
            with self.assertRaises(AccessError):
                theirs.action_acknowledge()
            with self.assertRaises(AccessError):
                theirs.action_resolve()
            with self.assertRaises(AccessError):
                alert.event_ids.with_user(user).mapped("kind")
            bell = self.Alert.with_user(user).get_bell(search=FAMILY)
            self.assertNotIn(alert.id, [card["id"] for card in bell["alerts"]])
        self.operator.company_ids |= company
        alert.with_user(self.operator).with_context(
            allowed_company_ids=company.ids
        ).action_resolve()
        self.assertEqual(alert.state, "resolved")

    # === QUERIES === #

    def test_queries_of_deeds_do_not_grow(self):
        many = self.env["stock.lot"]
        for _turn in range(9):
            many |= self._create_spool()
        for spool in many:
            self._tell(spool, key="test_many")
        self.Alert._take_in()
        many = self._find(key="test_many")
        few, many = many[:2], many[2:]
        for deed in ("action_acknowledge", "action_mute", "action_resolve"):
            counts = []
            for alerts in (few, many):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                getattr(alerts.with_user(self.operator), deed)()
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
            self.assertLessEqual(counts[1], counts[0] + 1, deed)
