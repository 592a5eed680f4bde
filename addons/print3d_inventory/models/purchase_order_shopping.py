from odoo import fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    is_print3d_shopping = fields.Boolean(
        string="From the Shopping List",
        readonly=True,
        copy=False,
        help="Made by the shopping list, which deletes it when it is undone.",
    )
