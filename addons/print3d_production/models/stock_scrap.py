from odoo import fields, models


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

    def _prepare_move_values(self):
        """Let the stock move know the run, so that the run knows its cost."""
        return {**super()._prepare_move_values(), "run_id": self.run_id.id}
