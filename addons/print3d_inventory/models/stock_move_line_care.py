from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        """Note when a spool leaves a place that kept it dry."""
        result = super()._action_done()
        for line in self.exists():
            source, dest = line.location_id, line.location_dest_id
            if (
                source.keeps_dry
                and dest.usage == "internal"
                and not dest.keeps_dry
                and line.lot_id.is_spool
            ):
                line.sudo().lot_id.dry_left_on = (
                    line.sudo().spool_entry_id.happened_on or line.date
                )
        return result
