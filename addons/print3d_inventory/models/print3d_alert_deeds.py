from odoo import api, models


class Print3dSpoolEntry(models.Model):
    """What is told of a spool may raise alerts, or be what one waits for."""

    _inherit = "print3d.spool.entry"

    @api.model_create_multi
    def create(self, vals_list):
        """Have the shop looked at in a moment."""
        entries = super().create(vals_list)
        self.env["print3d.alert.check"]._check_soon()
        return entries


class StockPicking(models.Model):
    """What came or left may be what an alert waits for."""

    _inherit = "stock.picking"

    def _action_done(self):
        """Have the shop looked at in a moment."""
        result = super()._action_done()
        self.env["print3d.alert.check"]._check_soon()
        return result
