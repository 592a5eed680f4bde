from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _prepare_forecast_row(self):
        """Hook: return what a forecast of stock tells of this move.

        :return: ``product_id``, ``date``, ``qty`` in the unit of the product, and the
            document: ``label``, ``res_model``, ``res_id``
        :rtype: dict
        """
        self.ensure_one()
        document = self._get_forecast_document()
        return {
            "product_id": self.product_id.id,
            "date": self.env["print3d.restock.forecast"]._to_date(self.date),
            "qty": self.product_qty,
            "label": document.display_name,
            "res_model": document._name,
            "res_id": document.id,
        }

    def _get_forecast_document(self):
        """Hook: return the record people know this move by."""
        self.ensure_one()
        return self.purchase_line_id.order_id or self.picking_id or self
