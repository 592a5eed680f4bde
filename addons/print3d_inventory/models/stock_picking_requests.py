from odoo import models


class StockPicking(models.Model):
    """Receipts of which something is short, too much or broken."""

    _inherit = "stock.picking"

    def action_print3d_receive(self):
        """Receive with what is short, too much or broken."""
        return self.env["print3d.request.receive"]._open_for(self)

    def _receive_spool(self, product, told, **words):
        """Keep in the books that a spool came that nobody ordered."""
        is_more = told.get("over") and not self._get_pending_spool_moves(product)
        lot = super()._receive_spool(product, told, **words)
        if is_more and not told.get("is_noted"):
            [line] = self.env["stock.move.line"].search(
                [("lot_id", "=", lot.id), ("state", "=", "done")], limit=1
            )
            self.env["print3d.receipt.discrepancy"]._note_move(
                line.move_id,
                "over",
                line.quantity_product_uom,
                "keep",
                self.env._("Received beyond the order"),
            )
        return lot

    def _finish_receipt(self, rest):
        """Keep in the books what is said not to come."""
        missing = self.env["stock.move"]
        if rest == "cancel":
            missing = self._get_pending_spool_moves()
        quantities = {move: move.product_qty for move in missing}
        res = super()._finish_receipt(rest)
        for move, quantity in quantities.items():
            self.env["print3d.receipt.discrepancy"]._note_move(
                move, "short", quantity, "close", self.env._("Finished without it")
            )
        return res
