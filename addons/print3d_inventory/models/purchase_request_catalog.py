from odoo import api, models
from odoo.fields import Command, Domain


class PurchaseRequest(models.Model):
    """Choosing products by their pictures, as in Odoo's catalogue of products."""

    _name = "purchase.request"
    _inherit = ["purchase.request", "product.catalog.mixin"]

    def _get_product_catalog_domain(self):
        return super()._get_product_catalog_domain() & Domain("purchase_ok", "=", True)

    def _is_readonly(self):
        self.ensure_one()
        return not self.is_editable

    def _get_action_add_from_catalog_extra_context(self):
        return {
            **super()._get_action_add_from_catalog_extra_context(),
            "product_catalog_currency_id": self.currency_id.id,
        }

    def _get_product_catalog_order_data(self, products, **kwargs):
        """Add the unit one asks in, and what one of it costs."""
        res = super()._get_product_catalog_order_data(products, **kwargs)
        for product in products:
            unit = product._get_request_uom()
            res[product.id].update(
                price=self._get_unit_price(product, unit),
                uomDisplayName=unit.display_name,
            )
        return res

    @api.model
    def _get_unit_price(self, product, unit):
        """Return what one unit costs at the vendor asked first; 0 when unknown."""
        line = self.env["purchase.request.line"].new(
            {
                "product_id": product.id,
                "product_uom_id": unit.id,
                "product_qty": 1,
                "company_id": (self.company_id or self.env.company).id,
            }
        )
        return line._get_vendor_cost()

    def _get_product_catalog_record_lines(self, product_ids, **kwargs):
        return (
            self._get_lines()
            .filtered(lambda line: line.product_id.id in product_ids)
            .grouped("product_id")
        )

    def _update_order_line_info(self, product_id, quantity, **kwargs):
        """Ask for so many of a product, or for none of it any more."""
        self.ensure_one()
        product = self.env["product.product"].browse(product_id)
        lines = self._get_lines().filtered(lambda line: line.product_id == product)
        unit = lines[:1].product_uom_id or product._get_request_uom()
        if lines and quantity:
            lines[0].product_qty = quantity
            lines = lines[1:]
        elif quantity:
            self.line_ids = [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_id": unit.id,
                        "product_qty": quantity,
                    }
                )
            ]
        if self.state == "draft":
            lines.unlink()
        else:
            lines.do_cancel()
        return self._get_unit_price(product, unit)
