from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import quiet_hours

OWN = [
    "print3d_alert_critical",
    "print3d_quiet_from",
    "print3d_quiet_to",
    "print3d_quiet_pierced",
    "print3d_digest_hour",
]


class ResUsers(models.Model):
    """When a user wants to hear of alerts."""

    _inherit = "res.users"

    print3d_alert_critical = fields.Boolean(
        string="Critical Alerts",
        default=True,
        help="Critical alerts come into the inbox at once, without a subscription.",
    )
    print3d_quiet_from = fields.Float(
        string="Quiet From",
        help="Hour of the day, in the user's time zone, from which on nothing is sent.",
    )
    print3d_quiet_to = fields.Float(
        string="Quiet Until", help="The same hour as the first: it is never quiet."
    )
    print3d_quiet_pierced = fields.Boolean(
        string="Critical Alerts in Quiet Hours",
        default=True,
        help="Critical alerts are sent in quiet hours too.",
    )
    print3d_digest_hour = fields.Float(
        string="Digest At",
        default=8.0,
        help="Hour of the day, in the user's time zone, of daily and weekly digests.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        """Users see when they want to hear of alerts."""
        return [*super().SELF_READABLE_FIELDS, *OWN]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Users say themselves when they want to hear of alerts."""
        return [*super().SELF_WRITEABLE_FIELDS, *OWN]

    @api.constrains("print3d_quiet_from", "print3d_quiet_to", "print3d_digest_hour")
    def _check_print3d_hours(self):
        names = ("print3d_quiet_from", "print3d_quiet_to", "print3d_digest_hour")
        if any(not 0 <= user[name] < 24 for user in self for name in names):
            raise ValidationError(
                self.env._("Hours of the day are between 00:00 and 23:59.")
            )

    def _get_print3d_zone(self):
        """Return the time zone of this user (``zoneinfo.ZoneInfo``)."""
        self.ensure_one()
        return quiet_hours.get_zone(self.sudo().tz)

    def _get_print3d_send_time(self, when, severity):
        """Return when this user may be told of an alert seen at ``when`` (UTC)."""
        self.ensure_one()
        user = self.sudo()
        if severity == "critical" and user.print3d_quiet_pierced:
            return when
        return quiet_hours.end_of_quiet(
            when,
            self._get_print3d_zone(),
            user.print3d_quiet_from,
            user.print3d_quiet_to,
        )

    @api.model
    def _get_print3d_people(self):
        """Return who works with 3D printing here, and may be told of alerts."""
        group = self.env.ref("print3d_library.group_print3d_user").sudo()
        return group.all_user_ids.filtered(lambda user: user.active and not user.share)
