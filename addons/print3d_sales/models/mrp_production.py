from odoo import fields, models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    # Core leaves it without an index; orders read their productions through it.
    sale_line_id = fields.Many2one(index="btree_not_null")

    def _get_fill_customer(self):
        """Plates may be kept to the orders of one customer."""
        order = self.sudo().sale_line_id.order_id
        return order.partner_id.commercial_partner_id.id or super()._get_fill_customer()

    def _get_fill_order(self):
        """What is sold in one order may share a plate in any case."""
        order = self.sudo().sale_line_id.order_id
        return (order._name, order.id) if order else super()._get_fill_order()
