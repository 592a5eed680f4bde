from odoo import models


class MaintenanceRequest(models.Model):
    """What somebody should know about maintenance."""

    _name = "maintenance.request"
    _inherit = ["maintenance.request", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of maintenance are found."""
        return {
            **super()._get_alert_dimensions(),
            "workcenter_id": self.workcenter_id.id,
        }

    def _get_alert_actions(self, key):
        """Offer to note that it was done, or its page."""
        if key == "maintenance_due":
            return [
                {
                    "key": "done",
                    "label": self.env._("Done"),
                    "icon": "fa-check",
                },
                {
                    "key": "open",
                    "label": self.env._("Plan it anew"),
                    "icon": "fa-calendar",
                },
            ]
        return super()._get_alert_actions(key)

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of maintenance offer."""
        self.ensure_one()
        if action_key == "done":
            done = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
            self.check_access("write")
            self.stage_id = done or self.stage_id
            alert.action_resolve()
            return None
        return super()._do_alert_action(alert, action_key)
