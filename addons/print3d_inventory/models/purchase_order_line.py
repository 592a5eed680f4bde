from odoo import fields, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _product_id_change(self):
        """Order filament by the spool unless the vendor says otherwise."""
        res = super()._product_id_change()
        if self.product_id.is_filament:
            self.product_uom_id = self.product_id.product_tmpl_id._get_spool_uom()
        return res

    def _get_stock_move_price_unit(self):
        """Keep the price of a gram unrounded.

        Core rounds it to the digits of a product price: 18.50 for a kilo would be
        booked as 0.02 a gram, 20.00 a kilo.
        """
        self.ensure_one()
        if not self.product_id.is_filament:
            return super()._get_stock_move_price_unit()
        order = self.order_id
        price_unit = self._get_gross_price_unit()
        if order.currency_id != order.company_id.currency_id:
            price_unit = order.currency_id._convert(
                price_unit,
                order.company_id.currency_id,
                self.company_id,
                self.env.context.get("conversion_date", self.date_order)
                or fields.Date.today(),
                round=False,
            )
        return price_unit
