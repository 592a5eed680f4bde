from odoo import api, fields, models

from .print3d_alert import CLOSED, OPEN

# What is noted when it changes, and as what.
JOURNALED = {
    "state": None,
    "severity": "severity",
    "user_id": "assigned",
    "due_on": "due",
    "tag_ids": "tags",
    "active": None,
}


class Print3dAlert(models.Model):
    """Who did what with an alert, and when."""

    _inherit = "print3d.alert"

    def _journal(self, kind, old="", new="", note=""):
        """Add a line to the journal of each of these alerts.

        :param str kind: see ``print3d.alert.event``
        :param str old: what was there before, in words
        :param str new: what is there now
        :param str note: what was said about it
        """
        self.env["print3d.alert.event"].sudo().create(
            [
                alert._prepare_event_vals(kind, old=old, new=new, note=note)
                for alert in self
            ]
        )

    def _prepare_event_vals(self, kind, *, user_id=None, when=None, **words):
        self.ensure_one()
        return {
            "alert_id": self.id,
            "company_id": self.company_id.id,
            "kind": kind,
            "user_id": user_id or self.env.uid,
            "happened_on": when or fields.Datetime.now(),
            "old_value": words.get("old") or False,
            "new_value": words.get("new") or False,
            "note": words.get("note")
            or self.env.context.get("print3d_alert_note")
            or False,
        }

    def _journal_creation(self):
        """Begin the journals: raised then, and over already when told too late."""
        tellers = self.env.context.get("print3d_alert_tellers") or {}
        lines = []
        for alert in self:
            lines.append(
                alert._prepare_event_vals(
                    "raised",
                    user_id=tellers.get((alert.company_id.id, alert.key)),
                    when=alert.first_seen_on,
                    new=alert._get_word("severity"),
                )
            )
            if alert.state in CLOSED:
                lines.append(
                    alert._prepare_event_vals(
                        alert.state,
                        when=alert.resolved_on,
                        old=alert._get_word("state", "open"),
                        new=alert._get_word("state"),
                    )
                )
        self.env["print3d.alert.event"].sudo().create(lines)

    def _get_word(self, name, value=None):
        """Return what a value of a field is called, in words."""
        field = self._fields[name]
        value = self[name] if value is None else value
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "datetime":
            return fields.Datetime.to_string(value) or ""
        if field.relational:
            return ", ".join(value.sudo().mapped("display_name"))
        return str(value or "")

    @api.model
    def _get_journaled_names(self, vals):
        return [name for name in JOURNALED if name in vals]

    def _get_journaled(self, vals):
        """Return what is about to change and belongs into the journal.

        :rtype: dict of field name to dict of alert id to value
        """
        return {
            name: {alert.id: alert[name] for alert in self}
            for name in self._get_journaled_names(vals)
        }

    def _journal_changes(self, before):
        lines = []
        for name, values in before.items():
            for alert in self:
                old, new = values[alert.id], alert[name]
                if old != new:
                    lines.append(
                        alert._prepare_event_vals(
                            JOURNALED[name] or alert._get_deed(name, old),
                            old=alert._get_word(name, old),
                            new=alert._get_word(name),
                        )
                    )
        if lines:
            self.env["print3d.alert.event"].sudo().create(lines)

    def _get_deed(self, name, old):
        """Return what a change of the state or of the archive is called."""
        self.ensure_one()
        if name == "active":
            return "unarchived" if self.active else "archived"
        if self.state in ("open", "acknowledged") and old == "muted":
            return "unmuted"
        if self.state in OPEN and old in CLOSED:
            return "reopened"
        return "reopened" if self.state == "open" else self.state
