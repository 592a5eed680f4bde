from odoo import api, models


class ProductProduct(models.Model):
    """What somebody should know about a filament, or another thing in stock."""

    _name = "product.product"
    _inherit = ["product.product", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of products are found."""
        return {**super()._get_alert_dimensions(), "product_id": self.id}

    def _get_alert_links(self):
        """Add the alerts of its spools, files and prints."""
        return {
            **super()._get_alert_links(),
            "product_id": [(product.id, product) for product in self],
        }


class ProductTemplate(models.Model):
    """What somebody should know about the variants of a product, together."""

    _name = "product.template"
    _inherit = ["product.template", "print3d.alert.mixin"]

    def _get_alert_links(self):
        """Add the alerts of all its variants."""
        return {
            **super()._get_alert_links(),
            "product_id": [
                (product.id, template)
                for template in self
                for product in template.product_variant_ids
            ],
        }
