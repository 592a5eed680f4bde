from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dAlertEvent(models.Model):
    """One line of the journal of an alert: what changed, by whom, from what to what.

    Lines are only ever added, and by nobody but the alerts themselves.
    """

    _name = "print3d.alert.event"
    _description = "Journal of Alerts"
    _order = "happened_on desc, id desc"
    _rec_name = "alert_id"
    _log_access = False

    alert_id = fields.Many2one(
        "print3d.alert", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("raised", "Raised"),
            ("severity", "Severity changed"),
            ("acknowledged", "Acknowledged"),
            ("assigned", "Assigned"),
            ("muted", "Muted"),
            ("unmuted", "Heard again"),
            ("resolved", "Resolved"),
            ("auto_resolved", "Resolved by itself"),
            ("reopened", "Opened again"),
            ("due", "Due time changed"),
            ("breached", "Overdue"),
            ("tags", "Tags changed"),
            ("escalated", "Escalated"),
            ("done", "Acted upon"),
            ("archived", "Archived"),
            ("unarchived", "Taken out of the archive"),
        ],
        string="What",
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, index=True
    )
    happened_on = fields.Datetime(
        string="When", required=True, readonly=True, default=fields.Datetime.now
    )
    old_value = fields.Char(string="From", readonly=True)
    new_value = fields.Char(string="To", readonly=True)
    note = fields.Char(readonly=True)

    def write(self, vals):
        """Refuse: the journal stays as it was written."""
        if vals:
            raise UserError(
                self.env._(
                    "The journal of alerts is not changed. Write a comment on the "
                    "alert."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("The journal of alerts is kept. Archive the alert instead.")
        )
