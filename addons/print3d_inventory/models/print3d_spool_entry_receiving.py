from odoo import Command, models
from odoo.exceptions import UserError


class Print3dSpoolEntryReceiving(models.Model):
    """Taking back that a spool was received."""

    _inherit = "print3d.spool.entry"

    def _get_undo_methods(self):
        return {**super()._get_undo_methods(), "receive": self._undo_receipt}

    def _can_undo(self):
        """What came by no receipt cannot be sent back."""
        if self.kind == "receive" and self.res_model != "stock.picking":
            return False
        return super()._can_undo()

    def _undo_receipt(self):
        """Send the spool back, and expect it on the receipt once more."""
        lot, gram = self.lot_id, self.product_id.uom_id
        lines = self.move_line_ids
        move = lines.move_id
        quants = lot._get_stock_quants()
        if (
            len(move) != 1
            or not move.picking_id
            or len(quants) != 1
            or gram.compare(quants.quantity, self.grams)
            or gram.compare(quants.reserved_quantity, 0) > 0
        ):
            raise UserError(
                self.env._(
                    "Spool %(spool)s was used since it came, or is wanted for "
                    "something, so that this cannot be taken back. Return it to the "
                    "vendor from its receipt.",
                    spool=lot.name,
                )
            )
        undoing = self.create(self._prepare_undo_vals("correct"))
        self.write({"undone_by_id": undoing.id})
        back = self.env["stock.move"].create(
            self._prepare_return_vals(move, quants.location_id)
        )
        back.with_context(print3d_spool_entries=((lot.id, undoing.id),))._action_done()
        move.picking_id._reopen_receipt(lot.product_id, self.grams)
        return undoing

    def _prepare_return_vals(self, move, place):
        """Hook: return the values of the stock move that undoes ``move``."""
        common = {
            "product_id": move.product_id.id,
            "company_id": move.company_id.id,
            "location_id": place.id,
            "location_dest_id": move.location_id.id,
        }
        return {
            **common,
            "product_uom": move.product_id.uom_id.id,
            "product_uom_qty": self.grams,
            "state": "confirmed",
            "origin": move.reference,
            "origin_returned_move_id": move.id,
            "purchase_line_id": move.purchase_line_id.id,
            "to_refund": True,
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "product_uom_id": move.product_id.uom_id.id,
                        "quantity": self.grams,
                        "lot_id": self.lot_id.id,
                    }
                )
            ],
        }
