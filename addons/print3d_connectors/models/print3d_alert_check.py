from datetime import timedelta

from odoo import api, fields, models

# What a printer told in vain is news for so long.
REFUSED_HOURS = 24


class Print3dAlertCheck(models.AbstractModel):
    """What somebody should know about connections to printers."""

    _inherit = "print3d.alert.check"

    @api.model
    def _get_checks(self):
        """Add the connections."""
        return [
            *super()._get_checks(),
            "_check_connections_quiet",
            "_check_connections_refused",
        ]

    @api.model
    def _check_connections_quiet(self):
        """Tell of printers that print, as far as we know, and do not say so.

        One that stands still has nothing to tell.
        """
        now = fields.Datetime.now()
        connections = self.env["print3d.connection"].search_fetch(
            [
                ("token_hash", "!=", False),
                ("last_seen", "!=", False),
                ("workcenter_id.run_ids", "any", [("state", "=", "printing")]),
            ],
            ["name", "workcenter_id", "company_id", "last_seen", "quiet_minutes"],
            order="id",
        )
        self.env["print3d.alert"]._sync_alerts(
            "connection_quiet",
            {
                connection: {
                    "name": self.env._(
                        "%(printer)s does not report",
                        printer=connection.workcenter_id.display_name,
                    ),
                    "body": self.env._(
                        "It is printing, and nothing was heard over “%(name)s” for "
                        "more than %(minutes)s minutes. Look whether it still prints, "
                        "and at its network.",
                        name=connection.name,
                        minutes=connection.quiet_minutes,
                    ),
                    "severity": "warning",
                    "category": "printer",
                }
                for connection in connections
                if now - connection.last_seen
                > timedelta(minutes=connection.quiet_minutes)
            },
        )

    @api.model
    def _check_connections_refused(self):
        """Tell of connections whose last reports could not be applied."""
        groups = self.env["print3d.connection.event"]._read_group(
            [
                ("outcome", "=", "refused"),
                ("connection_id.active", "=", True),
                (
                    "last_at",
                    ">",
                    fields.Datetime.now() - timedelta(hours=REFUSED_HOURS),
                ),
            ],
            ["connection_id"],
            ["__count", "id:recordset"],
            order="connection_id",
        )
        wanted = {}
        for connection, count, events in groups:
            last = events.sorted(lambda event: (event.last_at, event.id))[-1:]
            wanted[connection] = {
                "name": self.env._(
                    "%(printer)s: %(count)s reports were refused",
                    printer=connection.workcenter_id.display_name,
                    count=count,
                ),
                "body": self.env._(
                    "The last one: %(message)s What it told was not booked. Put the "
                    "print right by hand.",
                    message=last.message or "",
                ),
                "severity": "warning",
                "category": "printer",
            }
        self.env["print3d.alert"]._sync_alerts("connection_refused", wanted)
