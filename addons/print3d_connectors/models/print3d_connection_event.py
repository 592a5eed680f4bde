from odoo import fields, models

from ..adapters import EVENTS


class Print3dConnectionEvent(models.Model):
    _name = "print3d.connection.event"
    _description = "Printer Report"
    _order = "last_at desc, id desc"
    _rec_name = "job"

    connection_id = fields.Many2one(
        "print3d.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, index=True
    )
    job = fields.Char(required=True, help="The printer's own id of the print.")
    event = fields.Selection(
        lambda self: self._selection_event(), required=True, string="Report"
    )
    outcome = fields.Selection(
        [
            ("applied", "Applied"),
            ("ignored", "Nothing to Change"),
            ("refused", "Refused"),
        ],
        required=True,
        help="What became of the report when it first came.",
    )
    message = fields.Char(help="Why nothing was changed.")
    run_id = fields.Many2one("print3d.run", index="btree_not_null", ondelete="set null")
    count = fields.Integer(
        "Received", default=1, help="How many times the same report came."
    )
    first_at = fields.Datetime("First Received", default=fields.Datetime.now)
    last_at = fields.Datetime("Last Received", default=fields.Datetime.now)
    told_at = fields.Datetime(
        "Happened", help="When it happened, by the clock of the printer."
    )

    _event_uniq = models.Constraint(
        "UNIQUE(connection_id, job, event)",
        "A printer's report on a print is kept once.",
    )

    def _selection_event(self):
        labels = {
            "started": self.env._("Started"),
            "progress": self.env._("Progress"),
            "paused": self.env._("Paused"),
            "resumed": self.env._("Resumed"),
            "done": self.env._("Done"),
            "failed": self.env._("Failed"),
        }
        return [(event, labels[event]) for event in EVENTS]
