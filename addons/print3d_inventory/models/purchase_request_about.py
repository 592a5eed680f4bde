from odoo import Command, api, models


class StockLot(models.Model):
    """What is requested about a spool: more of its filament, or what alerts ask."""

    _name = "stock.lot"
    _inherit = ["stock.lot", "print3d.request.mixin"]

    def _get_request_links(self):
        """Add the requests for its product."""
        links = super()._get_request_links()
        return {**links, "product_id": self._link_by(lambda lot: lot.product_id)}

    def _get_request_alert_field(self):
        return "lot_id"

    def _get_requested_product(self):
        return self.product_id


class ProductProduct(models.Model):
    """What is requested of a filament, or another thing."""

    _name = "product.product"
    _inherit = ["product.product", "print3d.request.mixin"]

    def _get_request_links(self):
        """Add the requests that name it."""
        links = super()._get_request_links()
        return {**links, "product_id": self._link_by(lambda product: product)}

    def _get_requested_product(self):
        return self


class ProductTemplate(models.Model):
    """What is requested of the variants of a product, together."""

    _name = "product.template"
    _inherit = ["product.template", "print3d.request.mixin"]

    def _get_request_links(self):
        """Add the requests that name a variant."""
        links = super()._get_request_links()
        variants = self._link_by(lambda template: template.product_variant_ids)
        return {**links, "product_id": variants}

    def _get_requested_product(self):
        return self.product_variant_id


class PurchaseRequest(models.Model):
    """A request made from the page of something is about that."""

    _inherit = "purchase.request"

    @api.model
    def default_get(self, fields):
        """Fill in what it is about, and what is most likely asked for."""
        values = super().default_get(fields)
        subject = self.env["print3d.request.mixin"]._get_request_subject()
        if not subject:
            return values
        for name, value in subject._prepare_request_values().items():
            if name in fields:
                values.setdefault(name, value)
        product = subject._get_requested_product()
        if product and "line_ids" in fields and not values.get("line_ids"):
            [line] = self._prepare_quick_lines(product)
            vals = self._prepare_made_line(line, self.env.company, None)
            values["line_ids"] = [Command.create(vals)]
        return values
