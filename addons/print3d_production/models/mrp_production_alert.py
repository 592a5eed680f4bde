from odoo import models


class MrpProduction(models.Model):
    """What somebody should know about what is to be printed."""

    _name = "mrp.production"
    _inherit = ["mrp.production", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of manufacturing orders are found."""
        return {
            **super()._get_alert_dimensions(),
            "product_id": self.product_id.id,
        }

    def _get_alert_actions(self, key):
        """Offer the prints of the order, or its page."""
        if key == "production_due":
            return [
                {
                    "key": "runs",
                    "label": self.env._("See its prints"),
                    "icon": "fa-tasks",
                },
                {
                    "key": "open",
                    "label": self.env._("Open the order"),
                    "icon": "fa-industry",
                },
            ]
        return super()._get_alert_actions(key)

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of manufacturing orders offer."""
        self.ensure_one()
        if action_key == "runs":
            return self.action_view_runs()
        return super()._do_alert_action(alert, action_key)

    def _get_alert_links(self):
        """Add the alerts of its prints."""
        return {
            **super()._get_alert_links(),
            "run_id": [
                (run.id, production)
                for production in self
                for run in production.run_ids
            ],
        }
