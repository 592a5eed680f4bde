import csv
import io
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .print3d_alert import CLOSED

# Signals that overtake others by more than this are not told from new ones.
REMEMBERED = timedelta(days=30)
# Rows of one file.
MOST = 100_000
COLUMNS = (
    "id",
    "severity",
    "state",
    "category",
    "name",
    "body",
    "source_name",
    "count",
    "first_seen_on",
    "last_seen_on",
    "user_id",
    "tag_ids",
    "due_on",
    "sla_state",
    "acknowledged_on",
    "acknowledged_by_id",
    "muted_until",
    "resolved_on",
    "resolved_by_id",
    "note",
    "key",
    "company_id",
)
# What a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Print3dAlert(models.Model):
    """How long alerts are at hand, and how they leave the house as a table."""

    _inherit = "print3d.alert"

    @api.model
    def _cron_archive(self):
        """Archive what has been over for as long as each company wants."""
        now = fields.Datetime.now()
        for company in self.env["res.company"].search([("id", "!=", False)]):
            days = company.print3d_alert_days_kept
            if days <= 0:
                continue
            while True:
                old = self.search(
                    [
                        ("company_id", "=", company.id),
                        ("state", "in", CLOSED),
                        ("resolved_on", "<", now - timedelta(days=days)),
                    ],
                    limit=1000,
                )
                old.action_archive()
                if len(old) < 1000:
                    break
                self.env["ir.cron"]._commit_progress(len(old))
        return True

    @api.autovacuum
    def _gc_memory(self):
        """Forget what no signal on its way can ask for any more.

        What no alert could be made of is tried once a day until then.
        """
        self.env.cr.execute(
            SQL(
                "DELETE FROM print3d_alert_signal"
                " WHERE problem IS NOT NULL AND happened_on < %s",
                fields.Datetime.now() - REMEMBERED,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE print3d_alert_signal SET problem = NULL"
                " WHERE problem IS NOT NULL"
            )
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM print3d_alert_memory WHERE noted_on < %s",
                fields.Datetime.now() - REMEMBERED,
            )
        )

    # === CSV === #

    @api.model
    def _get_csv_columns(self):
        """Hook: return the fields of the table.

        :rtype: list[str]
        """
        return list(COLUMNS)

    def _get_csv(self):
        """Return these alerts as a table, in the words of the user (str)."""
        names = self._get_csv_columns()
        labels = self.fields_get(names, ["string"])
        target = io.StringIO()
        writer = csv.writer(target)
        writer.writerow([labels[name]["string"] for name in names])
        selections = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in names
            if self._fields[name].type == "selection"
        }
        for alert in self:
            writer.writerow(
                [alert._get_csv_cell(name, selections.get(name)) for name in names]
            )
        return target.getvalue()

    def _get_csv_cell(self, name, words=None):
        self.ensure_one()
        value, field = self[name], self._fields[name]
        if words is not None:
            return words.get(value, "")
        if field.relational:
            value = ", ".join(value.sudo().mapped("display_name"))
        elif field.type == "datetime":
            return fields.Datetime.to_string(value) or ""
        elif field.type == "integer":
            return value
        value = str(value or "")
        # Text stays text, also when it begins like a formula.
        return f"'{value}" if value.startswith(FORMULA) else value

    def action_export_csv(self):
        """Send these alerts as a table (CSV)."""
        self.check_access("read")
        export = self.env["print3d.alert.export"].create(
            {"alert_ids": [fields.Command.set(self.ids)]}
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/print3d/alerts.csv?export={export.id}",
            "target": "download",
        }

    @api.model
    def _find_for_csv(self, domain):
        """Return the alerts of a domain, for a table.

        :raises UserError: there are too many for one
        """
        alerts = self.search(domain, limit=MOST + 1)
        if len(alerts) > MOST:
            raise UserError(
                self.env._(
                    "These are more than %(count)s alerts. Choose a shorter time.",
                    count=MOST,
                )
            )
        return alerts
