import json

from odoo.tests import tagged

from ..models.print3d_alert_bell import CHANNEL
from .alert_common import AlertCommon


@tagged("post_install", "-at_install")
class TestAlertBell(AlertCommon):
    """What the bell in the top bar shows, and who hears it."""

    def test_bell(self):
        Alert = self.Alert.with_user(self.operator)
        before = Alert.get_bell()
        mine = self._raise(name="Zebra alert", severity="critical", user=self.operator)
        other = self._raise(self._create_spool(), name="Zebra two", category="printer")
        for spool, deed in (
            (self._create_spool(), "action_acknowledge"),
            (self._create_spool(), "action_mute"),
            (self._create_spool(), "action_resolve"),
        ):
            getattr(self._raise(spool, name="Zebra three"), deed)()
        bell = Alert.get_bell()
        self.assertEqual(bell["open"], before["open"] + 2)
        self.assertEqual(bell["critical"], before["critical"] + 1)
        counts, was = (
            {tab["key"]: tab["count"] for tab in one["tabs"]} for one in (bell, before)
        )
        more = {key: count - was[key] for key, count in counts.items()}
        self.assertEqual(
            {key: count for key, count in more.items() if count},
            {"all": 3, "mine": 1, "printer": 1, "inventory": 2},
        )
        cards = Alert.get_bell(search="zebra")
        self.assertEqual(cards["total"], 3)
        self.assertEqual(cards["alerts"][0]["id"], mine.id)
        self.assertEqual(
            cards["alerts"][0]["user"],
            {"id": self.operator.id, "name": self.operator.display_name},
        )
        for words, found in (
            ({"tab": "printer"}, other),
            ({"tab": "mine"}, mine),
            ({"severity": "critical"}, mine),
            ({"search": "zebra two"}, other),
            ({"search": f"zebra {other.source_name}"}, other),
        ):
            answer = Alert.get_bell(**{"search": "zebra", **words})
            self.assertEqual([card["id"] for card in answer["alerts"]], found.ids)
            self.assertEqual(answer["total"], 1)
        page = Alert.get_bell(search="zebra", offset=1, limit=1)
        self.assertEqual(
            [card["id"] for card in page["alerts"]],
            [card["id"] for card in cards["alerts"][1:2]],
        )
        json.dumps(page, default=str)

    def test_bell_takes_no_query_an_alert(self):
        Alert = self.Alert.with_user(self.reader)
        Alert.get_bell(search="zebra")
        counts = []
        for number in range(12):
            self._tell(key=f"test_{number}", name="Zebra", user=self.operator)
            if number in (1, 11):
                self.Alert._take_in()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                found = Alert.get_bell(search="zebra")
                counts.append(self.cr.sql_log_count - before)
                self.assertEqual(len(found["alerts"]), number + 1)
        self.assertEqual(*counts)

    def _get_rings(self, company):
        """Return what the bells of a company were told, once it is committed."""
        self.env.cr.precommit.run()
        channel = json.dumps(
            [self.env.cr.dbname, company._name, company.id, CHANNEL],
            separators=(",", ":"),
        )
        rows = self.env["bus.bus"].search([("channel", "=", channel)], order="id")
        rings = [json.loads(message) for message in rows.mapped("message")]
        self.assertLessEqual({one["type"] for one in rings}, {"print3d_alert_count"})
        return [one["payload"] for one in rings]

    def test_the_bell_rings(self):
        company = self.env.company
        known = len(self._get_rings(company))
        self._tell(severity="warning")
        self._tell(key="test_fire", name="Fire", severity="critical")
        self.Alert._take_in()
        [ring] = self._get_rings(company)[known:]
        counts = self.Alert._count_bell(
            [("company_id", "=", company.id), ("state", "=", "open")]
        )
        self.assertEqual(
            (ring["open"], ring["critical"]), (counts["open"], counts["critical"])
        )
        self.assertEqual(ring["alert"]["name"], "Fire")
        alert = self._find()
        alert.action_acknowledge()
        ring = self._get_rings(company)[-1]
        self.assertEqual(ring["open"], counts["open"] - 1)
        self.assertIsNone(ring["alert"])
        known = len(self._get_rings(company))
        self._tell(key="test_fire", severity="critical")
        self.Alert._take_in()
        self.assertEqual(len(self._get_rings(company)), known)

    def test_who_hears_the_bell(self):
        Socket = self.env["ir.websocket"]
        other = self.env["res.company"].create({"name": "Another Shop"})
        guest = self.env["res.users"].create({"name": "A Guest", "login": "guest_x"})
        self.assertIn(
            (self.env.company, CHANNEL),
            Socket.with_user(self.reader)._get_print3d_bells(),
        )
        self.assertNotIn(
            (other, CHANNEL), Socket.with_user(self.reader)._get_print3d_bells()
        )
        self.assertFalse(Socket.with_user(guest)._get_print3d_bells())
