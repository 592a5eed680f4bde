import csv
import io
import json
from datetime import timedelta
from urllib.parse import quote

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .alert_common import FAMILY, NOON, AlertCommon


@tagged("post_install", "-at_install")
class TestAlertKeeping(AlertCommon):
    """Until when alerts are due, how long they are kept, and how they leave."""

    # === IN TIME === #

    def test_due_by_severity(self):
        company = self.env.company
        company.print3d_alert_hours_critical = 4
        company.print3d_alert_hours_warning = 10
        company.print3d_alert_hours_info = 0
        with freeze_time(NOON):
            self._tell(severity="warning", minutes=60)
            self._tell(key="test_info", severity="info")
            self._tell(key="test_own", due_on=NOON + timedelta(days=3))
            self.Alert._take_in()
        hours = {
            key: self._find(key=key).due_on
            and (self._find(key=key).due_on - NOON) / timedelta(hours=1)
            for key in (FAMILY, "test_info", "test_own")
        }
        self.assertEqual(hours, {FAMILY: 9, "test_info": False, "test_own": 72})
        # There is less time when it gets worse.
        with freeze_time(NOON + timedelta(hours=1)):
            self._tell(severity="critical")
            self._tell(key="test_own", severity="critical")
            self.Alert._take_in()
        self.assertEqual(self._find().due_on, NOON + timedelta(hours=5))

    def test_on_track_at_risk_overdue(self):
        with freeze_time(NOON):
            alert = self._raise(due_on=NOON + timedelta(hours=8))
            early = self._raise(self._create_spool(), due_on=NOON + timedelta(hours=8))
            none = self._raise(key="test_info", severity="info")
        self.assertFalse(none.sla_state)
        steps = ((0, "on_track"), (5.9, "on_track"), (6, "risk"), (8, "breached"))
        for hours, state in steps:
            with freeze_time(NOON + timedelta(hours=hours)):
                self.Alert._cron_sla()
                self.assertEqual(alert.sla_state, state, hours)
                self.assertIn(alert, self.Alert.search([("sla_state", "=", state)]))
            if state == "risk":
                with freeze_time(NOON + timedelta(hours=hours)):
                    early.action_resolve()
        self.assertEqual(early.sla_state, "on_track")
        groups = self.Alert._read_group(
            [("id", "in", (alert | early | none).ids)],
            ["sla_state"],
            ["id:recordset"],
        )
        self.assertEqual(
            dict(groups), {"breached": alert, "on_track": early, False: none}
        )
        with freeze_time(NOON + timedelta(hours=9)):
            self.Alert._cron_sla()
            alert.action_resolve()
        self.assertEqual(alert.sla_state, "breached")
        self.assertEqual(self._get_kinds(alert), ["raised", "breached", "resolved"])

    def test_found_by_whether_they_are_in_time(self):
        self.env.company.print3d_alert_hours_info = 0
        hours = {"early": 40, "soon": 4, "late": -1, "whenever": False}
        with freeze_time(NOON):
            found = {
                name: self._raise(
                    self._create_spool(),
                    key=f"test_{name}",
                    severity="info",
                    due_on=left and NOON + timedelta(hours=left),
                )
                for name, left in hours.items()
            }
        with freeze_time(NOON + timedelta(hours=3.5)):
            self.Alert._cron_sla()
            self._check_sla_filters(found)

    def _check_sla_filters(self, found):
        """Compare what the filters of the search view find with what they should."""
        arch = etree.fromstring(self.Alert.get_view(view_type="search")["arch"])
        ours = [("id", "in", [alert.id for alert in found.values()])]
        expected = {
            "on_track": {"early"},
            "risk": {"soon"},
            "breached": {"late"},
            "due_by_today": {"soon", "late"},
            "no_due": {"whenever"},
        }
        for name, names in expected.items():
            domain = safe_eval(arch.find(f".//filter[@name='{name}']").get("domain"))
            there = self.Alert.search(domain + ours)
            self.assertEqual(
                {which for which, alert in found.items() if alert in there}, names, name
            )
        for name, count in (("group_sla", 4), ("group_due", 3)):
            context = safe_eval(arch.find(f".//filter[@name='{name}']").get("context"))
            groups = self.Alert._read_group(ours, [context["group_by"]], ["__count"])
            self.assertEqual(len(groups), count, name)

    def test_settings(self):
        settings = self.env["res.config.settings"].create(
            {"print3d_alert_hours_warning": 7, "print3d_alert_days_kept": 30}
        )
        settings.execute()
        company = self.env.company
        self.assertEqual(company._get_alert_hours()["warning"], 7)
        self.assertEqual(company.print3d_alert_days_kept, 30)

    # === KEPT === #

    def test_archived_in_time(self):
        company = self.env.company
        company.print3d_alert_days_kept = 90
        old, open_ = self._raise(), self._raise(self._create_spool())
        with freeze_time(NOON):
            old.action_resolve()
        with freeze_time(NOON + timedelta(days=89)):
            self.Alert._cron_archive()
            self.assertTrue(old.active)
        with freeze_time(NOON + timedelta(days=91)):
            company.print3d_alert_days_kept = 0
            self.Alert._cron_archive()
            self.assertTrue(old.active)
            company.print3d_alert_days_kept = 90
            self.Alert._cron_archive()
        self.assertFalse(old.active)
        self.assertTrue(open_.active)
        self.assertEqual(self._get_kinds(old)[-1], "archived")
        self.assertNotIn(old, self.Alert.search([("family", "=", FAMILY)]))
        old.action_reopen()
        self.assertTrue(old.active)

    def test_what_was_told_is_forgotten(self):
        self._clear()
        self._tell(token="seven")
        self.Alert._take_in()
        Memory = self.env["print3d.alert.memory"]
        mine = [("word", "in", ("seven", f"stock.lot,{self.spool.id}:{FAMILY}"))]
        self.assertEqual(Memory.search_count(mine), 2)
        self.Alert._gc_memory()
        self.assertEqual(Memory.search_count(mine), 2)
        with freeze_time(fields.Datetime.now() + timedelta(days=31)):
            self.Alert._gc_memory()
        self.assertFalse(Memory.search_count(mine))

    # === TABLE === #

    def test_table(self):
        alert = self._raise(name="=SUM(A1)", body="a, b\nc", tags=["One"])
        [head, row] = csv.reader(io.StringIO(alert._get_csv()))
        found = dict(zip(head, row, strict=True))
        self.assertEqual(found["Title"], "'=SUM(A1)")
        self.assertEqual(found["Details"], "a, b\nc")
        self.assertEqual(found["Severity"], "Warning")
        self.assertEqual(found["Tags"], "One")
        self.assertEqual(found["Source"], self.spool.name)
        self.assertEqual(found["Times"], "1")

    def test_table_takes_no_query_a_row(self):
        for number in range(8):
            self._tell(key=f"test_{number}", user=self.operator, tags=["One"])
        self.Alert._take_in()
        alerts = self.Alert.search([("lot_id", "=", self.spool.id)])
        counts = []
        for some in (alerts[:2], alerts):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._get_csv()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestAlertTable(AlertCommon, HttpCase):
    """Alerts leave as a table for whoever may see them."""

    def _get_table(self, login, **words):
        self.authenticate(login, login)
        query = "&".join(f"{name}={quote(text)}" for name, text in words.items())
        return self.url_open(f"/print3d/alerts.csv?{query}")

    def test_table_of_a_filter(self):
        self._raise(name="Zebra one")
        two = self._raise(self._create_spool(), name="Zebra two", severity="critical")
        answer = self._get_table(
            "alert_reader",
            domain=json.dumps(
                [["name", "like", "Zebra"], ["severity", "=", "critical"]]
            ),
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("text/csv", answer.headers["Content-Type"])
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        self.assertEqual([row[0] for row in rows[1:]], [str(two.id)])
        self.assertNotIn("Zebra one", answer.text)

    def _export(self, login, alerts):
        """Choose alerts as a user, and return the number of that choice."""
        user = self.env["res.users"].search([("login", "=", login)])
        url = alerts.with_user(user).action_export_csv()["url"]
        return url.removeprefix("/print3d/alerts.csv?export=")

    def test_table_of_what_was_chosen(self):
        alert = self._raise(name="Zebra one")
        alert.action_resolve()
        alert.action_archive()
        self._raise(self._create_spool(), name="Zebra two")
        export = self._export("alert_reader", alert)
        answer = self._get_table("alert_reader", export=export)
        self.assertIn("Zebra one", answer.text)
        self.assertNotIn("Zebra two", answer.text)
        # What one chose is no business of another one.
        answer = self._get_table("alert_operator", export=export)
        self.assertEqual(answer.status_code, 403)

    def test_table_of_others(self):
        company = self.env["res.company"].create({"name": "Another Shop"})
        self._tell(name="Zebra theirs", company=company)
        self.Alert._take_in()
        theirs = self._find()
        with self.assertRaises(AccessError):
            self._export("alert_owner", theirs)
        only = json.dumps([["id", "=", theirs.id]])
        answer = self._get_table("alert_owner", domain=only)
        self.assertNotIn("Zebra", answer.text)
        self.env["res.users"].create(
            {"name": "A Guest", "login": "alert_guest", "password": "alert_guest"}
        )
        answer = self._get_table("alert_guest", domain=only)
        self.assertEqual(answer.status_code, 403)

    def test_nonsense(self):
        for words in (
            {"export": "one"},
            {"domain": "["},
            {"domain": '[["nix", "=", 1]]'},
        ):
            answer = self._get_table("alert_reader", **words)
            self.assertEqual(answer.status_code, 400, words)
