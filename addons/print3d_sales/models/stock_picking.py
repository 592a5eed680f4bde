from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _get_print3d_attributions(self):
        """Return the lines that name the designers of what is sent."""
        self.ensure_one()
        if self.picking_type_code != "outgoing":
            return []
        day = self.date_done or self.scheduled_date or fields.Datetime.now()
        return self.move_ids.product_id._get_print3d_attributions(
            self.company_id, day.date()
        )
