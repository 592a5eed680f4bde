from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    print3d_production_ids = fields.One2many(
        "mrp.production",
        "sale_line_id",
        string="Prints",
        groups="print3d_library.group_print3d_user",
        help="What is manufactured for this line: the pieces stock could not give.",
    )
