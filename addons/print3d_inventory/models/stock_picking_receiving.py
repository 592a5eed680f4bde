from odoo import Command, models
from odoo.exceptions import UserError

OPEN = ("confirmed", "waiting", "assigned", "partially_available")


class StockPicking(models.Model):
    """Receiving spool by spool: each is in stock as soon as it was in the hand.

    Every spool becomes a stock move of its own on the receipt, which is done at once;
    the receipt stays open until nothing is left of it.
    """

    _inherit = "stock.picking"

    def _get_open_receipts(self):
        """Return those of these transfers that can still bring in spools."""
        return self.filtered(
            lambda picking: picking.picking_type_id.code == "incoming"
            and picking.state in OPEN
        ).sorted(lambda picking: (picking.scheduled_date, picking.id))

    def _get_pending_spool_moves(self, product=None):
        """Return the moves of these receipts that spools are still to come of."""
        moves = self._get_open_receipts().move_ids.filtered(
            lambda move: move._is_spool_receipt()
            and (product is None or move.product_id == product)
        )
        return moves.sorted(
            lambda move: (move.picking_id.scheduled_date, move.picking_id.id, move.id)
        )

    def _receive_spool(self, product, told, **words):
        """Bring one spool in.

        :param product: its filament (product.product)
        :param dict told: what is known of it: ``grams`` on it, ``name``, ``batch``,
            ``expires_on``, ``place`` (stock.location), ``over`` when more may come
            than was ordered
        :param words: for the ledger: ``key``, ``device``, ``happened_on``
        :return: the spool (stock.lot)
        :raise UserError: when it cannot be received
        """
        self._check_ordered(product)
        moves = self._get_pending_spool_moves(product)
        if not moves and told.get("over"):
            moves = self._reopen_receipt(product)
        if not moves:
            raise UserError(
                self.env._(
                    "All spools of %(filament)s that were ordered are in.",
                    filament=product.display_name,
                )
            )
        moves.filtered(lambda move: not move.move_line_ids)._action_assign()
        lines = moves.move_line_ids.filtered(lambda line: line.quantity > 0)
        line = self._choose_spool_line(moves, lines, told.get("name"))
        name = self._get_new_spool_name(product, told.get("name") or line.lot_name)
        return self._book_spool(line, name, told, words)

    def _check_ordered(self, product):
        """Return the moves that bring a product in, the first ones first.

        :raise UserError: when there are none
        """
        moves = self.move_ids.filtered(
            lambda move: move.product_id == product
            and move.state in ("done", *OPEN)
            and not move.origin_returned_move_id
        )
        if not moves:
            raise UserError(
                self.env._(
                    "%(filament)s is not on this order. Add it to the order first.",
                    filament=product.display_name,
                )
            )
        return moves.sorted("id")

    def _choose_spool_line(self, moves, lines, name):
        """Return the line that bears this name, or else the first one."""
        named = lines.filtered(lambda line: name and line.lot_name == name)
        order = {move.id: number for number, move in enumerate(moves)}
        found = (named or lines).sorted(lambda line: (order[line.move_id.id], line.id))
        if not found:
            raise UserError(
                self.env._(
                    "The receipt names no spools. Open it, and enter what is to come."
                )
            )
        return found[0]

    def _get_new_spool_name(self, product, name):
        if not name:
            return self.env["stock.lot"]._next_spool_names(product, 1)[0]
        if (
            self.env["stock.lot"]
            .sudo()
            .search_count([("product_id", "=", product.id), ("name", "=", name)])
        ):
            raise UserError(
                self.env._(
                    "There is a spool %(name)s already. Give this one another name, or "
                    "leave it to us.",
                    name=name,
                )
            )
        return name

    def _book_spool(self, line, name, told, words):
        """Take one line of a receipt for a spool, and book it."""
        move, picking, gram = line.move_id, line.picking_id, line.product_id.uom_id
        ordered = line.quantity_product_uom
        grams = told.get("grams") or ordered
        place = told.get("place") or self.env["stock.location"]
        lot = self.env["stock.lot"].create(
            {
                "name": name,
                "product_id": move.product_id.id,
                "company_id": move.company_id.id,
                "net_weight_g": grams,
                "ref": told.get("batch") or False,
                "expires_on": told.get("expires_on") or False,
            }
        )
        entry = lot._print3d_record(
            "receive", reason=picking.name, document=picking, **words
        ).sudo()
        line.unlink()
        own = move
        if gram.compare(move.product_qty, ordered) > 0:
            [vals] = move._split(ordered)
            own = move.create({**vals, "state": "confirmed"})
        elif move.move_line_ids:
            # More spools are named than were ordered; the others are still to come.
            own = move.copy(
                {
                    "product_uom": gram.id,
                    "product_uom_qty": ordered,
                    "state": "confirmed",
                }
            )
        spot = place.filtered(lambda place: place.print3d_kind != "slot")
        own.write(
            {
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": move.product_id.id,
                            "product_uom_id": gram.id,
                            "company_id": move.company_id.id,
                            "picking_id": picking.id,
                            "location_id": move.location_id.id,
                            "location_dest_id": (spot or move.location_dest_id).id,
                            "quantity": grams,
                            "lot_id": lot.id,
                            "picked": True,
                        }
                    )
                ],
            }
        )
        own.with_context(print3d_spool_entries=((lot.id, entry.id),))._action_done(
            cancel_backorder=True
        )
        picking._finish_when_all_is_in()
        return lot

    def _action_done(self):
        """Leave what is to come to another receipt, also when all else came before.

        Core looks for the rest only when it has just done something.
        """
        res = super()._action_done()
        if not self.env.context.get("cancel_backorder"):
            self.filtered(
                lambda picking: picking.state in OPEN
                and any(move.state == "done" for move in picking.move_ids)
            )._create_backorder()
        return res

    def _finish_when_all_is_in(self):
        """Validate these receipts as soon as nothing of them is to come."""
        for picking in self:
            if all(move.state in ("done", "cancel") for move in picking.move_ids):
                picking._action_done()

    def _finish_receipt(self, rest):
        """Close these receipts with what is in.

        :param str rest: what is still to come: ``later``, on a receipt of its own, or
            ``cancel``, not any more
        :raise UserError: when nothing was received yet
        """
        begun = self._get_open_receipts().filtered(
            lambda picking: any(move.state == "done" for move in picking.move_ids)
        )
        if not begun:
            raise UserError(
                self.env._(
                    "Nothing was received yet. Receive the first spool, or open the "
                    "receipt to cancel it."
                )
            )
        for picking in begun:
            if rest == "cancel":
                picking._get_pending_spool_moves()._action_cancel()
            else:
                picking._create_backorder()
            picking._finish_when_all_is_in()

    def _reopen_receipt(self, product, grams=None):
        """Make room for one more spool of what was ordered on these receipts.

        :param float grams: on the spool; a usual one by default
        :return: the move (stock.move) it is to come by
        :raise UserError: when nothing of the kind was ordered
        """
        done = self._check_ordered(product)
        model = done[-1]
        picking = (self._get_open_receipts() or model.picking_id)[0]
        if picking.state not in OPEN:
            picking = picking._create_backorder_picking()
        gram = product.uom_id
        move = model.copy(
            {
                "picking_id": picking.id,
                "product_uom": gram.id,
                "product_uom_qty": grams or model._get_spool_size(),
                "price_unit": model.price_unit,
            }
        )
        return move._action_confirm(merge=False)
