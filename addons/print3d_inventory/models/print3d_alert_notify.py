from odoo import api, models

# What somebody who wants to hear of alerts is told of.
TOLD = ("raised", "worse", "reopened", "unmuted", "breached")


class Print3dAlert(models.Model):
    """Who is told of an alert: who subscribed, and who has to see to it."""

    _inherit = "print3d.alert"

    @api.model
    def _on_alerts(self, alerts, kind):
        """Write messages to those who want to hear of these alerts."""
        result = super()._on_alerts(alerts, kind)
        if kind in TOLD:
            alerts._notify_subscribers(kind)
        return result

    def _notify_subscribers(self, reason):
        """Write to the outbox who is told of these alerts, each once by a channel."""
        people = self.env["res.users"]._get_print3d_people()
        subscriptions = (
            self.env["print3d.alert.subscription"]
            .sudo()
            .search([("rhythm", "=", "now"), ("user_id", "in", people.ids)])
        )
        Delivery = self.env["print3d.alert.delivery"].sudo()
        vals_list = []
        for company, alerts in self.sudo().grouped("company_id").items():
            wanted = {}
            for user in people:
                if company not in user.company_ids:
                    continue
                wanted[user, "inbox"] = alerts.filtered(
                    lambda alert, user=user: alert._concerns(user)
                )
            for one in subscriptions:
                if company in one.user_id.company_ids:
                    place = one.user_id, one.channel
                    wanted[place] = wanted.get(place, alerts.browse()) | (
                        alerts.filtered(one._covers)
                    )
            for (user, channel), some in wanted.items():
                vals_list += Delivery._prepare(some, user, channel, reason)
        Delivery._create_soon(vals_list)

    def _concerns(self, user):
        """Tell whether a user is told of this alert without having subscribed."""
        self.ensure_one()
        if self.severity == "critical" and user.print3d_alert_critical:
            return True
        return self.user_id == user

    def action_assign(self, user_id=None, note=""):
        """Tell whom alerts were given to by somebody else."""
        before = {alert.id: alert.user_id for alert in self}
        result = super().action_assign(user_id=user_id, note=note)
        given = self.filtered(
            lambda alert: alert.user_id not in (before[alert.id], self.env.user)
        )
        given.sudo()._notify_assignees()
        return result

    def _notify_assignees(self):
        Delivery = self.env["print3d.alert.delivery"].sudo()
        vals_list = []
        for (user, _company), alerts in self.grouped(
            lambda alert: (alert.user_id, alert.company_id)
        ).items():
            if user:
                vals_list += Delivery._prepare(alerts, user, "inbox", "assigned")
        Delivery._create_soon(vals_list)
