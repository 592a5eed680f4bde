from odoo import models


class StockMove(models.Model):
    """Receipts tell requests how much came, and how much is put away."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Tell the requests that what was done is for."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        (self.exists() | done)._get_served_requests()._sync_with_orders()
        return done

    def _action_cancel(self):
        """Tell the requests that something does not come."""
        res = super()._action_cancel()
        self._get_served_requests()._sync_with_orders()
        return res

    def _get_served_requests(self):
        """Return the requests that these moves are bought for, directly or on the way.

        Most moves of a shop are prints that take filament; those are not bought, and
        nothing is looked up for them.
        """
        lines = self.purchase_line_id
        inside = self.filtered(
            lambda move: not move.purchase_line_id and move.move_orig_ids
        )
        if inside:
            origins = self.browse(inside._rollup_move_origs())
            lines |= origins.purchase_line_id
        return lines._get_served_requests()

    def _is_put_away(self):
        """Tell whether what this brought in lies in stock, past any input place."""
        self.ensure_one()
        later = self.move_dest_ids.filtered(
            lambda move: move.state != "cancel" and not move.origin_returned_move_id
        )
        if later:
            return all(move.state == "done" for move in later) and all(
                move._is_put_away() for move in later
            )
        warehouse = self.picking_type_id.warehouse_id or self.warehouse_id
        stock = warehouse.lot_stock_id
        places = self.move_line_ids.location_dest_id
        lots = not self.product_id.is_filament or all(
            self.move_line_ids.mapped("lot_id")
        )
        return lots and all(
            not stock
            or place.usage != "internal"
            or (place.parent_path or "").startswith(stock.parent_path)
            for place in places
        )
