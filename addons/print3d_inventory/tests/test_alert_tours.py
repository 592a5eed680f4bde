from odoo.tests import HttpCase, tagged

from .common_alerts import AlertCheckCommon


@tagged("post_install", "-at_install")
class TestAlertTours(HttpCase, AlertCheckCommon):
    """The bell, its drawer, the list, and the page of what an alert is about."""

    def test_bell(self):
        operator = self._create_user("tour_alerts", "operator")
        operator.password = "tour_alerts"
        self.env["print3d.alert"].search([]).action_resolve()
        spool = self._create_spool()
        spool._raise_alert(
            "spool_low", "Tour low spool", severity="critical", category="inventory"
        )
        self.env["print3d.alert"]._take_in()
        alert = self._get_alert(spool, "spool_low")
        self.start_tour("/odoo/spools", "print3d_alerts_bell", login="tour_alerts")
        self.assertEqual(alert.state, "resolved")
        self.assertEqual(
            alert.event_ids.sorted("id").mapped("kind"),
            [
                "raised",
                "done",
                "acknowledged",
                "resolved",
                "reopened",
                "muted",
                "unmuted",
                "resolved",
            ],
        )
