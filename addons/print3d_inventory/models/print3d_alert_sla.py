from datetime import timedelta

from odoo import api, fields, models

from .print3d_alert import OPEN

# The last part of the time there is, in which an alert is at risk.
RISK = 0.25


class Print3dAlert(models.Model):
    """Until when somebody should have seen to an alert, and whether that holds."""

    _inherit = "print3d.alert"

    due_on = fields.Datetime(
        string="Due",
        index="btree_not_null",
        help="Until when it should be resolved: as the source says, or by its severity "
        "(see the settings).",
    )
    risk_on = fields.Datetime(
        string="At Risk From",
        compute="_compute_risk_on",
        store=True,
        precompute=True,
        help="When three quarters of the time there is are over.",
    )
    # Stored, so that lists are grouped by it and rules hear of it; a cron keeps it.
    sla_state = fields.Selection(
        [("on_track", "On track"), ("risk", "At risk"), ("breached", "Overdue")],
        string="In Time",
        compute="_compute_sla_state",
        store=True,
        precompute=True,
        index="btree_not_null",
    )

    @api.depends("due_on", "first_seen_on")
    def _compute_risk_on(self):
        for alert in self:
            alert.risk_on = alert.due_on and (
                alert.due_on
                - max(alert.due_on - alert.first_seen_on, timedelta()) * RISK
            )

    @api.depends("due_on", "risk_on", "state", "resolved_on")
    def _compute_sla_state(self):
        now = fields.Datetime.now()
        for alert in self:
            alert.sla_state = alert._get_sla_state(now)

    def _get_sla_state(self, now):
        """Return whether this alert is, or was closed, in time."""
        self.ensure_one()
        if not self.due_on:
            return False
        if self.state not in OPEN:
            late = self.resolved_on and self.resolved_on > self.due_on
            return "breached" if late else "on_track"
        if now >= self.due_on:
            return "breached"
        return "risk" if now >= self.risk_on else "on_track"

    @api.model
    def _cron_sla(self):
        """Look which alerts became due, or nearly so, since."""
        now = fields.Datetime.now()
        changed = self.search(
            [
                ("state", "in", OPEN),
                "|",
                "&",
                ("due_on", "<=", now),
                ("sla_state", "!=", "breached"),
                "&",
                ("risk_on", "<=", now),
                ("sla_state", "=", "on_track"),
            ],
            limit=1000,
        )
        self.env.add_to_compute(self._fields["sla_state"], changed)
        breached = changed.filtered(lambda alert: alert.sla_state == "breached")
        self.flush_model(["sla_state"])
        if breached:
            breached._journal("breached")
            self._on_alerts(breached, "breached")
        return True

    @api.model
    def _get_due_on(self, company, severity, since):
        """Return until when an alert should be resolved of which no source says so.

        :param company: res.company
        :param datetime since: when it was first seen
        """
        hours = company.sudo()._get_alert_hours().get(severity)
        return since + timedelta(hours=hours) if hours else False

    @api.model
    def _prepare_new_vals(self, place, episode, told, tags):
        """Say until when it should be resolved, if the source does not."""
        vals = super()._prepare_new_vals(place, episode, told, tags)
        if not vals.get("due_on"):
            vals["due_on"] = self._get_due_on(
                self.env["res.company"].browse(vals["company_id"]),
                vals.get("severity", "warning"),
                episode.first,
            )
        return vals

    def _prepare_change_vals(self, episode, told):
        """Leave less time when it gets worse."""
        vals = super()._prepare_change_vals(episode, told)
        if "severity" in vals and not told.get("due_on"):
            due_on = self._get_due_on(self.company_id, vals["severity"], episode.last)
            if due_on and (not self.due_on or due_on < self.due_on):
                vals["due_on"] = due_on
        return vals

    @api.model
    def _cron_minute(self):
        """Do what is to be done with alerts each minute."""
        self._cron_take_in()
        self._cron_unmute()
        self._cron_sla()
        self.env["print3d.alert.escalation"]._cron_escalate()
