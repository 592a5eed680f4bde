from odoo import api, models


class Print3dSalesDemo(models.AbstractModel):
    _name = "print3d.sales.demo"
    _description = "Orders of the Demo Shop"

    @api.model
    def load(self):
        """Make the orders."""
