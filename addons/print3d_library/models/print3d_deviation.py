from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime


class Print3dDeviation(models.Model):
    """A setting of a version that is not what its profile asks for."""

    _name = "print3d.deviation"
    _description = "Deviation from a Print Profile"
    _order = "slice_id, sequence, name, id"

    slice_id = fields.Many2one(
        "print3d.slice", string="Version", required=True, index=True, ondelete="cascade"
    )
    profile_id = fields.Many2one(
        "print3d.profile", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="slice_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char(string="Setting", required=True)
    sequence = fields.Integer()
    group = fields.Char()
    difference = fields.Json(
        help="What is asked for (old), what the version has (new), and the range."
    )
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted")],
        default="open",
        required=True,
        index=True,
    )
    user_id = fields.Many2one("res.users", string="Accepted by")
    date = fields.Datetime(string="Accepted on")
    reason = fields.Char()

    _name_uniq = models.UniqueIndex(
        "(slice_id, name)", "A version deviates in a setting once."
    )

    def action_accept(self, reason=False):
        """Let versions deviate, with a reason; until a value changes again."""
        self.slice_id.check_access("write")
        todo = self.filtered(lambda line: line.state == "open")
        reason = (reason or "").strip()[:256] or False
        todo.sudo().write(
            {
                "state": "accepted",
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "reason": reason,
            }
        )
        for version, lines in todo.grouped("slice_id").items():
            body = self.env._(
                "Deviates from %(profile)s on purpose: %(settings)s",
                profile=lines[:1].profile_id.name,
                settings=", ".join(lines.mapped("name")),
            )
            version._message_log(
                body=Markup("%s (%s)") % (body, reason)
                if reason
                else Markup("%s") % body
            )
        return True

    def action_reopen(self):
        """Take back that a deviation is right."""
        self.slice_id.check_access("write")
        self.sudo().write(self._prepare_open_vals())
        return True

    @api.model
    def _prepare_open_vals(self):
        """Values of a deviation that nobody has answered for.

        :rtype: dict
        """
        return {"state": "open", "user_id": False, "date": False, "reason": False}

    def _prepare_mark(self):
        """What the page of the version shows.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "group": self.group or "",
            **(self.difference or {}),
            "state": self.state,
            "user": self.user_id.sudo().name or "",
            "date": format_datetime(self.env, self.date, dt_format="medium")
            if self.date
            else "",
            "reason": self.reason or "",
        }
