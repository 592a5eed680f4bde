from odoo import api, fields, models


class Print3dAlertMute(models.TransientModel):
    """Asks until when nobody shall hear of alerts."""

    _name = "print3d.alert.mute"
    _description = "Mute Alerts"

    alert_ids = fields.Many2many("print3d.alert", required=True)
    span = fields.Selection(
        [("1", "A day"), ("7", "A week"), ("30", "A month"), ("until", "Until…")],
        string="How Long",
        required=True,
        default="1",
    )
    until = fields.Datetime()
    note = fields.Char(string="Why", help="For those who wonder why it is silent.")
    alert_count = fields.Integer(compute="_compute_alert_count")

    @api.depends("alert_ids")
    def _compute_alert_count(self):
        for wizard in self:
            wizard.alert_count = len(wizard.alert_ids)

    def action_mute(self):
        """Mute the alerts, and offer to take that back."""
        self.ensure_one()
        alerts = self.alert_ids.filtered("is_open")
        note = self.note or ""
        if self.span == "until":
            alerts.action_mute(until=self.until, note=note)
        else:
            alerts.action_mute(days=int(self.span), note=note)
        return alerts._get_done_action(
            alerts,
            "action_unmute",
            self.env._("%(count)s muted", count=len(alerts)),
        )


class Print3dAlertAssign(models.TransientModel):
    """Asks who shall see to alerts."""

    _name = "print3d.alert.assign"
    _description = "Assign Alerts"

    alert_ids = fields.Many2many("print3d.alert", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="To",
        domain=lambda self: [
            (
                "all_group_ids",
                "in",
                self.env.ref("print3d_library.group_print3d_user").ids,
            )
        ],
        help="Nobody, when it is empty.",
    )
    note = fields.Char(string="Remark")

    def action_assign(self):
        """Give the alerts to whoever was chosen."""
        self.ensure_one()
        self.alert_ids.action_assign(
            user_id=self.user_id.id or False, note=self.note or ""
        )
        return {"type": "ir.actions.act_window_close"}
