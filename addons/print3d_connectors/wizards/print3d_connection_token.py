import json

from odoo import api, fields, models


class Print3dConnectionToken(models.TransientModel):
    _name = "print3d.connection.token"
    _description = "Printer Address, Shown Once"

    connection_id = fields.Many2one(
        "print3d.connection", required=True, readonly=True, ondelete="cascade"
    )
    url = fields.Char("Address", readonly=True)
    example = fields.Text("Try It", compute="_compute_example")

    @api.depends("url")
    def _compute_example(self):
        for wizard in self:
            reports = (
                {"event": "started", "job": "42"},
                {"event": "progress", "job": "42", "progress": 35},
                {"event": "done", "job": "42", "duration_s": 5400},
            )
            wizard.example = "\n".join(
                f"curl {wizard.url} -H 'Content-Type: application/json' "
                f"-d '{json.dumps(report)}'"
                for report in reports
            )
