from odoo import models

from .print3d_spool_entry import RESTATING


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Write one line for each spool as soon as a receipt is ready.

        Core adds a raised demand to the first line that has no lot yet; that growth
        belongs to new spools and not to the one already written.
        """
        moves = self.filtered(lambda move: move._is_spool_receipt())
        before = {line: line.quantity for line in moves.move_line_ids}
        res = super()._action_assign(force_qty=force_qty)
        for move in moves:
            for line in move.move_line_ids & self.env["stock.move.line"].union(*before):
                grown = line.quantity - before[line]
                if line.lot_name and line.product_uom_id.compare(grown, 0) > 0:
                    line.quantity = before[line]
                    line.copy({"quantity": grown, "lot_name": False})
        moves._split_into_spools()
        return res

    def _action_done(self, cancel_backorder=False):
        """Name the spools nobody named."""
        self.filtered(lambda move: move.picked)._split_into_spools()
        moves = self.with_context(print3d_newly_done=True)
        done = super(StockMove, moves)._action_done(cancel_backorder=cancel_backorder)
        return done.with_env(self.env)

    def _set_value(self, correction_quantity=None):
        """Value filament that comes in without going through its whole past.

        Core calculates the average cost anew from every move the filament ever had.
        With thousands of prints behind it, each weighing that finds a gram more would
        take seconds. What comes in now is the newest move there is, so the average
        follows from what it was.
        """
        quick = self.browse()
        if correction_quantity is None and "print3d_newly_done" in self.env.context:
            quick = self.filtered(lambda move: move._is_filament_in())
        res = super(StockMove, self - quick)._set_value(correction_quantity)
        for product, moves in quick.grouped("product_id").items():
            product._take_into_average(moves)
        # What is found on a spool costs what the spool costs: nothing to calculate.
        # What comes back from another one costs what it did there.
        bought = quick.move_line_ids.filtered(
            lambda line: (
                line.spool_entry_id.kind not in RESTATING
                or line.move_id.spool_value_entry_id
            )
        )
        bought.lot_id._update_standard_price()
        return res

    def _is_filament_in(self):
        """Tell whether this brings in filament at an average cost, spool by spool."""
        self.ensure_one()
        product = self.product_id
        return (
            self.is_in
            and not self.is_dropship
            and product.is_filament
            and product.lot_valuated
            and product.cost_method == "average"
        )

    def _get_spool_document(self):
        """Hook: return what this move was done for, as the ledger of spools names it.

        :return: one record, or an empty recordset
        """
        self.ensure_one()
        return self.scrap_id or self.picking_id

    def _is_spool_receipt(self):
        """Tell whether this move brings filament that becomes new spools."""
        self.ensure_one()
        return (
            self.product_id.is_filament
            and self.state not in ("done", "cancel")
            and self.picking_type_id.code == "incoming"
            and self.picking_type_id.use_create_lots
            and not self.origin_returned_move_id
            and not self.move_orig_ids
        )

    def _get_spool_size(self):
        """Return the grams of one full spool of this receipt.

        The unit it was ordered in tells; ordered in grams or kilos, the filament does.
        """
        self.ensure_one()
        if self.packaging_uom_id.is_spool:
            return self.packaging_uom_id._compute_quantity(1, self.product_id.uom_id)
        return self.product_id.net_weight_g

    def _split_into_spools(self):
        """Give each spool of a receipt its own line and its own name.

        Lines that already name a lot are left as they are, so that what a person
        wrote stays, and calling this again changes nothing.
        """
        for move in self.filtered(lambda move: move._is_spool_receipt()):
            size = move._get_spool_size()
            gram = move.product_id.uom_id
            pending = move.move_line_ids.filtered(
                lambda line: not line.lot_id and not line.lot_name
            )
            for line in pending:
                grams = line.quantity_product_uom
                if gram.compare(grams, 0) <= 0:
                    continue
                weights = self._get_spool_weights(grams, size, gram)
                names = self.env["stock.lot"]._next_spool_names(
                    move.product_id, len(weights)
                )
                line.write(
                    {
                        "product_uom_id": gram.id,
                        "quantity": weights[0],
                        "lot_name": names[0],
                    }
                )
                for weight, name in zip(weights[1:], names[1:], strict=True):
                    line.copy({"quantity": weight, "lot_name": name})

    def _get_spool_weights(self, grams, size, gram):
        """Return the weights of the spools ``grams`` come on."""
        weights = []
        while size > 0 and gram.compare(grams, size) > 0:
            weights.append(size)
            grams = gram.round(grams - size)
        return weights + [grams]
