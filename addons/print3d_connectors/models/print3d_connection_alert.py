from odoo import models


class Print3dConnection(models.Model):
    """What somebody should know about a connection."""

    _name = "print3d.connection"
    _inherit = ["print3d.connection", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of connections are found."""
        return {
            **super()._get_alert_dimensions(),
            "workcenter_id": self.workcenter_id.id,
        }

    def _get_alert_actions(self, key):
        """Offer the reports of the printer, or the connection."""
        if key in ("connection_quiet", "connection_refused"):
            return [
                {
                    "key": "reports",
                    "label": self.env._("See its reports"),
                    "icon": "fa-rss",
                },
                {
                    "key": "open",
                    "label": self.env._("Open the connection"),
                    "icon": "fa-plug",
                },
            ]
        return super()._get_alert_actions(key)

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of connections offer."""
        self.ensure_one()
        if action_key == "reports":
            return self.action_view_events()
        return super()._do_alert_action(alert, action_key)
