from odoo import models

from .print3d_alert_bell import CHANNEL


class IrWebsocket(models.AbstractModel):
    """Who hears the bell of alerts: those who work for the company."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Add the bells of the companies of whoever may read their alerts."""
        channels = list(channels)
        user = self.env.user
        if user.has_group("print3d_library.group_print3d_user"):
            channels += [(company, CHANNEL) for company in user.company_ids]
        return super()._build_bus_channel_list(channels)
