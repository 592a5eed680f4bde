from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="The printer this slot feeds.",
    )
