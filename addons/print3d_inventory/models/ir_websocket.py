from odoo import api, models

from .print3d_alert_bell import CHANNEL


class IrWebsocket(models.AbstractModel):
    """Who hears the bell of alerts: those who work for the company."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Add the bells of the companies of whoever may read their alerts."""
        return super()._build_bus_channel_list([*channels, *self._get_print3d_bells()])

    @api.model
    def _get_print3d_bells(self):
        """Return the channels of the bells of the user.

        :rtype: list of (res.company, str)
        """
        user = self.env.user
        if not user.has_group("print3d_library.group_print3d_user"):
            return []
        return [(company, CHANNEL) for company in user.company_ids]
