from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _prepare_forecast_row(self):
        """Hook: return what a forecast of stock tells of this move.

        :return: ``product_id``, ``date``, ``qty`` in the unit of the product, the
            warehouse it comes to or goes from (``warehouse_id``), and the document:
            ``label``, ``res_model``, ``res_id``
        :rtype: dict
        """
        self.ensure_one()
        document = self._get_forecast_document()
        dest, source = self.location_dest_id, self.location_id
        place = dest if dest.usage == "internal" else source
        return {
            "product_id": self.product_id.id,
            "date": self.env["print3d.restock.forecast"]._to_date(self.date),
            "qty": self.product_qty,
            "warehouse_id": place.warehouse_id.id,
            "label": document.display_name,
            "res_model": document._name,
            "res_id": document.id,
        }

    def _get_forecast_document(self):
        """Hook: return the record people know this move by."""
        self.ensure_one()
        return self.purchase_line_id.order_id or self.picking_id or self
