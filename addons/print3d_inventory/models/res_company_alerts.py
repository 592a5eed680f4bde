from odoo import fields, models


class ResCompany(models.Model):
    """How long alerts may take, and how long they are kept at hand."""

    _inherit = "res.company"

    print3d_alert_hours_critical = fields.Float(
        string="Critical Alerts: Hours", default=4
    )
    print3d_alert_hours_warning = fields.Float(string="Warnings: Hours", default=48)
    print3d_alert_hours_info = fields.Float(string="Information: Hours", default=0)
    print3d_alert_days_kept = fields.Integer(
        string="Days Until Alerts Are Archived", default=90
    )

    def _get_alert_hours(self):
        """Return in how many hours alerts should be resolved, by severity.

        :rtype: dict[str, float]
        """
        self.ensure_one()
        return {
            "critical": self.print3d_alert_hours_critical,
            "warning": self.print3d_alert_hours_warning,
            "info": self.print3d_alert_hours_info,
        }
