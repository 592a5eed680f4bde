from odoo import models

# What kind of request a kind of thing makes.
TYPES = {
    "filament": "restock",
    "finished": "restock",
    "accessory": "consumable",
    "hardware": "consumable",
    "consumable": "consumable",
    "spare": "part",
}


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_request_type(self):
        """Return the kind of request that asks for this product."""
        self.ensure_one()
        if self.type == "service":
            return "service"
        if self.is_filament:
            return "restock"
        return TYPES.get(self.print3d_kind, "consumable")

    def _get_request_uom(self):
        """Return the unit people ask for it in: a spool, a pack, or its own."""
        self.ensure_one()
        if self.is_filament:
            return self.uom_ids[:1] or self.uom_id
        seller = self._select_seller(quantity=None)
        return seller.product_uom_id or self.uom_id

    def _get_request_quantity(self, orderpoints):
        """Return how much one click asks for, in the unit of the product.

        :param orderpoints: its reordering rules (stock.warehouse.orderpoint)
        """
        self.ensure_one()
        wanted = sum(orderpoints.mapped("qty_to_order"))
        if self.uom_id.compare(wanted, 0) > 0:
            return wanted
        if self.is_filament:
            return self.net_weight_g or 1000
        seller = self._select_seller(quantity=None)
        if seller:
            return seller.product_uom_id._compute_quantity(
                max(seller.min_qty, 1), self.uom_id
            )
        return 1

    def action_request(self):
        """Ask for these products with one click, and open the request."""
        Request = self.env["purchase.request"]
        request = Request._print3d_create(
            Request._prepare_quick_lines(self), submit=False
        )
        return request.action_open()
