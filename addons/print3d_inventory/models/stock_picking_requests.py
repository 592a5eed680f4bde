from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_print3d_receive(self):
        """Receive with what is short, too much or broken."""
        return self.env["print3d.request.receive"]._open_for(self)
