from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.print3d_inventory.tests.common_alerts import AlertCheckCommon

from .common import Print3dConnectorsCommon


@tagged("post_install", "-at_install")
class TestAlertChecks(Print3dConnectorsCommon, AlertCheckCommon):
    """What somebody should know about connections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-05-04 12:00:00", tick=True))
        cls._make_token()
        cls.connection.quiet_minutes = 30

    def test_printer_falls_silent_while_it_prints(self):
        self.spool.action_load(self.printer.slot_ids[0])
        self._tell("started")
        self.assertEqual(self.waiting.state, "printing")
        self._check("_check_connections_quiet")
        self.assertFalse(self._get_alerts(self.connection, "connection_quiet"))
        with freeze_time("2026-05-04 12:31:00", tick=True):
            self._check("_check_connections_quiet")
            alert = self._get_alert(self.connection, "connection_quiet")
            self.assertEqual(alert.category, "printer")
            self.assertEqual(alert.workcenter_id, self.printer)
            action = alert.action_run("reports")
            self.assertEqual(action["res_model"], "print3d.connection.event")
            self._tell("progress", progress=50)
            self._check("_check_connections_quiet")
        self._assert_over(self.connection, "connection_quiet")

    def test_printer_that_stands_still_may_be_silent(self):
        self._tell("progress", job="none")
        with freeze_time("2026-05-06 12:00:00", tick=True):
            self._check("_check_connections_quiet")
        self.assertFalse(self._get_alerts(self.connection, "connection_quiet"))

    def test_refused_reports_are_news_for_a_day(self):
        self.env["print3d.connection.event"].create(
            {
                "connection_id": self.connection.id,
                "job": "7",
                "event": "started",
                "outcome": "refused",
                "message": "No spool is loaded.",
            }
        )
        self._check("_check_connections_refused")
        alert = self._get_alert(self.connection, "connection_refused")
        self.assertIn("No spool is loaded.", alert.body)
        self.assertEqual(self.printer.alert_count, 1)
        with freeze_time("2026-05-05 13:00:00", tick=True):
            self._check("_check_connections_refused")
        self._assert_over(self.connection, "connection_refused")
