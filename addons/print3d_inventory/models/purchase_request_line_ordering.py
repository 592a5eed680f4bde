from math import ceil

from odoo import api, fields, models


class PurchaseRequestLine(models.Model):
    """Putting lines on RFQs, and how far that is."""

    _inherit = "purchase.request.line"

    # === WHAT THE MODULE BELOW COUNTS === #

    @api.depends("purchase_lines.state", "purchase_lines.order_id.state", "product_qty")
    def _compute_purchase_state(self):
        """Call a line done when all of it came, not one of its orders.

        The rest of a short delivery may be ordered from somebody else.
        """
        result = super()._compute_purchase_state()
        for line in self.filtered(lambda line: line.purchase_state == "done"):
            if line._is_short() and line.qty_to_order:
                line.purchase_state = "purchase"
        return result

    def _print3d_link(self, order_line, quantity):
        """Tie lines to the line of an RFQ that orders them.

        :param order_line: purchase.order.line
        :param float quantity: how much of it is for this line, in the product's unit
        """
        self.ensure_one()
        allocations = self.env["purchase.request.allocation"].sudo()
        unit = self.product_uom_id or self.product_id.uom_id
        amount = self.product_id.uom_id._compute_quantity(quantity, unit)
        found = allocations.search(
            [
                ("purchase_request_line_id", "=", self.id),
                ("purchase_line_id", "=", order_line.id),
                ("stock_move_id", "=", False),
            ],
            limit=1,
        )
        if found:
            found.requested_product_uom_qty += amount
        else:
            allocations.create(
                {
                    "purchase_request_line_id": self.id,
                    "purchase_line_id": order_line.id,
                    "requested_product_uom_qty": amount,
                }
            )
        order_line.sudo().purchase_request_lines = [fields.Command.link(self.id)]
        self.request_id._sync_with_orders()

    def _is_some(self, quantity):
        """Tell whether a quantity of this line is more than nothing."""
        self.ensure_one()
        return self._get_uom().compare(quantity, 0) > 0

    def _has_all(self, quantity):
        """Tell whether a quantity is all that is wanted of this line."""
        self.ensure_one()
        if self.closed_short:
            return True
        return self._get_uom().compare(quantity, self._get_quantity()) >= 0

    def _put_on_rfq(self, env):
        """Put what is not ordered yet on the RFQ of the vendor.

        :param env: of whoever orders, so that the order is made with their rights
        :return: the RFQ (purchase.order)
        """
        self.ensure_one()
        missing = self.qty_to_order
        order = self.request_id._get_rfq(self.chosen_vendor_id, env)
        seller = self._get_seller()
        product = self.product_id.with_env(env)
        unit = seller.product_uom_id or product.uom_id
        found = order.order_line.filtered(
            lambda line: line.product_id == product and line.product_uom_id == unit
        )[:1]
        if found:
            # What is on it beyond other requests covers this one too.
            needed = missing - found._get_spare_quantity()
            if self._is_some(needed):
                found.product_qty += self._count_packs(needed, seller)
        else:
            packs = self._count_packs(missing, seller)
            found = env["purchase.order.line"].create(
                {
                    "order_id": order.id,
                    "product_id": product.id,
                    "product_qty": max(packs, seller.min_qty),
                    "product_uom_id": unit.id,
                    "analytic_distribution": self.analytic_distribution,
                    "orderpoint_id": self.orderpoint_id.id,
                }
            )
        self._print3d_link(found, missing)
        return order

    def _get_product_catalog_lines_data(self, **kwargs):
        """Return how much is asked for already, for the catalogue."""
        line = self[:1]
        return {
            "quantity": sum(self.mapped("product_qty")),
            "price": line.request_id._get_unit_price(
                line.product_id, line.product_uom_id
            )
            if line
            else 0,
            "readOnly": len(self) > 1 or (line and not line.request_id.is_editable),
            "uomDisplayName": line.product_uom_id.display_name or "",
        }
