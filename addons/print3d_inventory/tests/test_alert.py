from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errors

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import print3d_alert_intake
from .alert_common import FAMILY, AlertCommon


@tagged("post_install", "-at_install")
class TestAlert(AlertCommon):
    """What is told becomes one alert, counted, and is resolved by itself."""

    # === RAISED ONCE === #

    def test_one_alert_of_what_is_told_often(self):
        self._tell(body="230 g left", severity="critical", tags=["Purchasing"])
        alert = self._raise(name="Still low", body="220 g left", severity="critical")
        self._tell(name="Lower", severity="critical")
        self.Alert._take_in()
        self.assertEqual(self._find(), alert)
        self.assertRecordValues(
            alert,
            [
                {
                    "name": "Lower",
                    "body": "220 g left",
                    "count": 3,
                    "severity": "critical",
                    "rank": 2,
                    "category": "inventory",
                    "state": "open",
                    "is_open": True,
                    "res_model": "stock.lot",
                    "res_id": self.spool.id,
                    "source_name": self.spool.name,
                    "key": f"stock.lot,{self.spool.id}:{FAMILY}",
                    "family": FAMILY,
                    "lot_id": self.spool.id,
                    "product_id": self.filament.id,
                    "company_id": self.env.company.id,
                }
            ],
        )
        self.assertEqual(alert.tag_ids.mapped("name"), ["Purchasing"])
        self.assertEqual(self._get_kinds(alert), ["raised"])
        self.assertFalse(self.env["print3d.alert.signal"].search_count([], limit=1))

    def test_nothing_happens_before_it_is_taken_in(self):
        self._tell()
        self.assertFalse(self._find())

    def test_keys_records_and_companies_are_told_apart(self):
        other = self._create_spool()
        company = self.env["res.company"].create({"name": "Another Shop"})
        self._tell()
        self._tell(other)
        self._tell(key="damp")
        self._tell(company=company)
        self.Alert._take_in()
        self.assertEqual(len(self._find()), 3)
        self.assertEqual(self._find().company_id, self.env.company | company)
        self.assertEqual(len(self._find(key="damp")), 1)

    def test_what_was_said_once_of_it_is_kept(self):
        """The second signal says less; what the first one said still counts."""
        due = fields.Datetime.now() + timedelta(hours=1)
        self._tell(user=self.operator, tags=["One"], partner_id=self.vendor, due_on=due)
        alert = self._raise(tags=["Two", "one"])
        self.assertRecordValues(
            alert,
            [
                {
                    "user_id": self.operator.id,
                    "partner_id": self.vendor.id,
                    "due_on": due,
                    "count": 2,
                }
            ],
        )
        self._tell(tags=["Three"])
        self.Alert._take_in()
        self.assertEqual(set(alert.tag_ids.mapped("name")), {"One", "Two", "Three"})

    def test_told_twice_with_one_token_counts_once(self):
        self._tell(token="batch 7, line 1")
        self._tell(token="batch 7, line 2")
        alert = self._raise(token="batch 7, line 1")
        self.assertEqual(alert.count, 2)
        self._tell(token="batch 7, line 2")
        self.Alert._take_in()
        self.assertEqual(alert.count, 2)

    def test_it_gets_worse(self):
        alert = self._raise(severity="warning")
        alert.action_acknowledge()
        self._tell(severity="info")
        self.Alert._take_in()
        self.assertEqual((alert.severity, alert.state), ("info", "acknowledged"))
        with patch.object(
            self.env.registry["print3d.alert"], "_on_alerts"
        ) as on_alerts:
            self._tell(severity="critical")
            self.Alert._take_in()
        self.assertEqual(
            [call.args for call in on_alerts.call_args_list], [(alert, "worse")]
        )
        # Nobody knows yet that it is that bad.
        self.assertRecordValues(
            alert,
            [{"severity": "critical", "state": "open", "acknowledged_on": False}],
        )
        self.assertIn("severity", self._get_kinds(alert))

    def test_listeners_hear_of_all_at_once(self):
        others = self._create_spool() | self._create_spool()
        with patch.object(
            self.env.registry["print3d.alert"], "_on_alerts"
        ) as on_alerts:
            for spool in others | self.spool:
                self._tell(spool)
            self.Alert._take_in()
            self._tell()
            self._clear(others)
            self.Alert._take_in()
        told = [
            (kind, len(alerts))
            for alerts, kind in (call.args for call in on_alerts.call_args_list)
        ]
        self.assertEqual(told, [("raised", 3), ("repeated", 1), ("resolved", 2)])

    # === NOTHING OF IT FAILS === #

    def test_nonsense_does_no_harm(self):
        with self.assertLogs(print3d_alert_intake.__name__, "ERROR"):
            self._tell(severity="dreadful", partner_id=2_000_000_000)
            self.spool._raise_alert(
                FAMILY, "A\x00B", body="nul \x00", occurred_on="yesterday"
            )
            self.Alert._raise_many([{"name": "Without a key"}])
        with self.assertLogs("odoo.addons.print3d_inventory", "ERROR"):
            self.Alert._take_in()
        self.assertRecordValues(
            self._find(),
            [
                {
                    "severity": "warning",
                    "name": "AB",
                    "body": "nul ",
                    "partner_id": False,
                }
            ],
        )

    def test_what_no_alert_can_be_made_of_stops_nobody(self):
        other = self._create_spool()
        Alert = self.env.registry["print3d.alert"]
        original = Alert._prepare_new_vals

        def fail(records, place, episode, told, tags):
            if told["res_id"] == other.id:
                raise ValueError("A rule of the shop fails")
            return original(records, place, episode, told, tags)

        self._tell(other)
        with (
            patch.object(Alert, "_prepare_new_vals", fail),
            self.assertLogs("odoo.addons.print3d_inventory", "ERROR"),
        ):
            self._raise()
        self.assertEqual(self._find().lot_id, self.spool)
        signal = self.env["print3d.alert.signal"].search([("problem", "!=", False)])
        self.assertEqual(signal.key, f"stock.lot,{other.id}:{FAMILY}")
        self.assertEqual(signal.problem, "A rule of the shop fails")
        # The rule is mended.
        self.Alert._gc_memory()
        self.env.invalidate_all()
        self.Alert._take_in()
        self.assertEqual(self._find().lot_id, self.spool | other)

    def test_what_meets_others_time_and_again_stops_nobody(self):
        other = self._create_spool()
        Alert = self.env.registry["print3d.alert"]
        original = Alert._create_episodes

        def clash(records, changes):
            if any(
                key.startswith(f"stock.lot,{other.id}:") for (_c, key), _e in changes
            ):
                raise errors.UniqueViolation
            return original(records, changes)

        self._tell()
        self._tell(other)
        with (
            patch.object(Alert, "_create_episodes", clash),
            self.assertLogs("odoo.addons.print3d_inventory", "ERROR"),
        ):
            self.assertFalse(self.Alert._take_in())
            self.Alert._fold_batch(is_alone=True)
        self.assertEqual(self._find().lot_id, self.spool)

    def test_a_company_that_is_gone(self):
        self.Alert._raise_many(
            [{"key": "x:gone", "company_id": 2_000_000_000, "name": "Gone"}]
        )
        self.Alert._take_in()
        self.assertFalse(self._find(key="x:gone"))

    def test_the_source_is_gone(self):
        spool = self._create_spool(location=self.shelf)
        lot = self.env["stock.lot"].create(
            {"name": "SHORT-LIVED", "product_id": spool.product_id.id}
        )
        alert = self._raise(lot)
        lot.unlink()
        self.Alert._take_in()
        self.assertEqual(alert.state, "auto_resolved")
        self.assertEqual(alert.source_name, "SHORT-LIVED")
        with self.assertRaisesRegex(UserError, "SHORT-LIVED is gone"):
            alert.action_open_source()

    # === ON THE RECORDS === #

    def test_alerts_of_records(self):
        other, third = self._create_spool(), self._create_spool()
        self._tell(severity="warning")
        self._tell(key="damp", severity="critical")
        self._tell(other, severity="info")
        self.Alert._take_in()
        alerts = self._find(key="damp") | self._find()
        spools = (self.spool | other | third).with_user(self.reader)
        self.assertEqual(
            self.spool.alert_ids,
            alerts.filtered(lambda alert: alert.lot_id == self.spool),
        )
        self.assertEqual(spools.mapped("alert_count"), [2, 1, 0])
        self.assertEqual(spools.mapped("alert_severity"), ["critical", "info", False])
        Lot = self.env["stock.lot"]
        mine = [("id", "in", spools.ids)]
        for value, expected in (
            ("critical", self.spool),
            ("info", other),
            ("warning", Lot),
            (False, third),
        ):
            found = Lot.search([*mine, ("alert_severity", "=", value)])
            self.assertEqual(found, expected, value)
            rest = Lot.search([*mine, ("alert_severity", "!=", value)])
            self.assertEqual(rest, (spools - expected).with_env(self.env), value)
        self._find(key="damp").action_mute(days=1)
        self.assertEqual(self.spool.alert_severity, "warning")
        self.assertEqual(self.spool.alert_count, 1)

    def test_queries_do_not_grow(self):
        few, many = self._create_spool(), self.env["stock.lot"]
        for _turn in range(12):
            many |= self._create_spool()
        counts = []
        # The first time, more is read that is kept.
        for spools in (self.spool, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            for spool in spools:
                self._tell(spool)
            told = self.cr.sql_log_count - before - len(spools)
            before = self.cr.sql_log_count
            self.Alert._take_in()
            self.env.invalidate_all()
            self.assertEqual(set(spools.mapped("alert_count")), {1})
            counts.append(self.cr.sql_log_count - before)
            self.assertLessEqual(told, 2 * len(spools) + 4)
        self.assertLessEqual(counts[2], counts[1] + 2)
