from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    spool_value_entry_id = fields.Many2one(
        "print3d.spool.entry",
        string="Worth as Much as",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Filament from another spool: it is worth what went off there.",
    )

    def _get_value_from_returns(self, quantity, at_date=None):
        """Value what was wound over at what it was worth on the other spool."""
        entry = self.spool_value_entry_id
        if not entry:
            return super()._get_value_from_returns(quantity, at_date)
        moves = entry.move_line_ids.move_id
        return {
            "value": sum(moves.mapped("value")),
            "quantity": quantity,
            "description": self.env._(
                "What it was worth on spool %(spool)s", spool=entry.lot_id.name
            ),
        }
