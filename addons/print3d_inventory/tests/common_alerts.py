from .common import Print3dInventoryCommon


class AlertCheckCommon(Print3dInventoryCommon):
    """Looks at the shop for alerts, and for what became of them."""

    @classmethod
    def _check(cls, *names):
        """Have the shop looked at, by some checks or all, and the alerts made."""
        cls.env["print3d.alert.check"]._run_checks(list(names) or None)
        cls.env["print3d.alert"]._take_in()

    @classmethod
    def _get_alert(cls, record, family):
        """Return the alert about a record that is not over."""
        return cls._get_alerts(record, family).filtered("is_open")

    @classmethod
    def _get_alerts(cls, record, family):
        """Return all alerts there ever were about a record."""
        return cls.env["print3d.alert"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("family", "=", family),
            ]
        )

    def _assert_over(self, record, family):
        """There was one alert, and it resolved by itself."""
        alerts = self._get_alerts(record, family)
        self.assertTrue(alerts, f"there was no alert {family} about {record}")
        self.assertEqual(set(alerts.mapped("state")), {"auto_resolved"})
