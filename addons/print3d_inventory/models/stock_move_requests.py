from odoo import api, models


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

    def _get_put_away_share(self):
        """Return how much of what this brought in lies in stock, from 0 to 1.

        What lies at an input place, or was put aside as broken, does not.
        """
        self.ensure_one()
        later = self.move_dest_ids.filtered(
            lambda move: move.state != "cancel" and not move.origin_returned_move_id
        )
        if later:
            done = later.filtered(lambda move: move.state == "done")
            total = sum(later.mapped("product_qty"))
            put = sum(move.product_qty * move._get_put_away_share() for move in done)
            return put / total if total else 0.0
        warehouse = self.picking_type_id.warehouse_id or self.warehouse_id
        path = warehouse.lot_stock_id.parent_path
        total = put = 0.0
        for line in self.move_line_ids:
            place = line.location_dest_id
            total += line.quantity_product_uom
            is_made = line.lot_id or not self.product_id.is_filament
            inside = not path or (place.parent_path or "").startswith(path)
            if is_made and (inside or place.usage != "internal"):
                put += line.quantity_product_uom
        return put / total if total else 0.0


class StockMoveLine(models.Model):
    """What came is told to requests and on receipts in a few words."""

    _inherit = "stock.move.line"

    @api.model
    def _purchase_request_confirm_done_message_content(self, message_data):
        """Override to say what came, and with which receipt."""
        head = self.env._(
            "%(receipt)s to %(place)s",
            receipt=message_data["picking_name"],
            place=message_data["location_name"],
        )
        return self._describe_what_came(head, message_data)

    @api.model
    def _picking_confirm_done_message_content(self, message_data):
        """Override to say for whom it came."""
        head = self.env._(
            "For %(request)s of %(person)s",
            request=message_data["request_name"],
            person=message_data["requestor"],
        )
        return self._describe_what_came(head, message_data)

    @api.model
    def _describe_what_came(self, head, message_data):
        return self.env["purchase.request"]._describe_things(
            head,
            [
                (
                    message_data["product_name"],
                    message_data["product_qty"],
                    message_data["product_uom"],
                )
            ],
        )
