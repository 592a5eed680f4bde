from odoo import api, fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    run_id = fields.Many2one(
        "print3d.run",
        string="Print Run",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        help="The run that failed.",
    )

    undone_run_id = fields.Many2one(
        "print3d.run",
        string="End Taken Back",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        help="The run that failed, until its end was taken back.",
    )

    @api.depends("move_ids", "move_ids.move_line_ids.quantity", "product_id")
    def _compute_scrap_qty(self):
        """Compute one by one.

        Core leaves after the first scrap of a batch that is no kit
        (mrp/models/stock_scrap.py), which would make 1 g of all the others.
        """
        result = None
        for scrap in self:
            result = super(StockScrap, scrap)._compute_scrap_qty()
        return result

    def _prepare_move_values(self):
        """Let the stock move know the run, so that the run knows its cost."""
        return {**super()._prepare_move_values(), "run_id": self.run_id.id}
