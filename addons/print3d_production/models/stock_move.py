from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    run_id = fields.Many2one(
        "print3d.run",
        string="Print Run",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        help="The run that used this filament.",
    )
