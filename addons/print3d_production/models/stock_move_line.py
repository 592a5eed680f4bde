from odoo import fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    run_id = fields.Many2one(
        related="move_id.run_id", store=True, index="btree_not_null"
    )
