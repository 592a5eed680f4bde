from math import floor

from odoo import Command, models
from odoo.exceptions import UserError

from ..models.purchase_request_ordering import TO_COME


class Print3dRequestReceiveLine(models.TransientModel):
    """Booking what came: the good ones where they belong, the broken ones apart."""

    _inherit = "print3d.request.receive.line"

    def _get_moves(self):
        """Return the moves of the receipts that bring this product, oldest first."""
        self.ensure_one()
        return self.wizard_id.picking_ids.move_ids.filtered(
            lambda move: move.product_id == self.product_id and move.state in TO_COME
        ).sorted(lambda move: (move.picking_id.scheduled_date, move.id))

    def _receive(self):
        """Book this line.

        :return: the spools made (stock.lot), empty for anything else
        """
        self.ensure_one()
        moves = self._get_moves()
        picking = moves.picking_id[:1]
        order_line = moves.purchase_line_id[:1]
        kept = self.received
        if self.over_action == "leave":
            kept = min(kept, self.expected)
        unit = self.product_id.uom_id
        quantity = self.uom_id._compute_quantity(kept, unit)
        broken = self.uom_id._compute_quantity(min(self.defect, kept), unit)
        lots = bad_lots = self.env["stock.lot"]
        scraps = self.env["stock.scrap"]
        done = self.env["stock.move"]
        if self.is_filament:
            lots, bad_lots = self._receive_spools(moves, quantity, broken)
            done = self._get_done(lots)
        elif quantity:
            done = self._receive_goods(moves, quantity, broken)
        found = self._note_discrepancies(picking, order_line, kept, bad_lots)
        defect = found.filtered(lambda each: each.kind == "defect")
        if defect and self.defect_action == "return":
            defect.return_id = self._send_back(done, bad_lots, broken)
        elif defect and self.defect_action == "scrap":
            scraps = self._throw_away(bad_lots, broken, done)
            defect.scrap_id = scraps[:1]
        return lots - bad_lots

    def _get_defect_place(self, moves):
        """Return where broken things of these moves are put."""
        warehouse = moves[:1].picking_type_id.warehouse_id
        return warehouse._get_defect_location()

    def _receive_spools(self, moves, quantity, broken):
        """Make a spool for each that came.

        :return: all the spools, and the broken ones of them
        """
        size = moves[:1]._get_spool_size() or self.product_id.net_weight_g
        weights = []
        if quantity:
            unit = self.product_id.uom_id
            weights = moves[:1]._get_spool_weights(quantity, size, unit)
        bad_count = -floor(-broken / size) if broken and size else 0
        pickings = self.wizard_id.picking_ids
        Lot = self.env["stock.lot"]
        lots = bad = Lot
        for index, grams in enumerate(weights):
            is_bad = index >= len(weights) - bad_count
            place = self.target_location_id
            if is_bad:
                place = self._get_defect_place(moves)
            lot = pickings._receive_spool(
                self.product_id,
                {
                    "grams": grams,
                    "place": place,
                    "over": self.over_action == "keep",
                    "is_noted": True,
                },
            )
            lots |= lot
            if is_bad:
                bad |= lot
                lot._print3d_record("quarantine", reason=self.reason)
        return lots, bad

    def _get_done(self, lots):
        """Return the done moves that brought some spools in."""
        lines = self.env["stock.move.line"].search(
            [("lot_id", "in", lots.ids), ("state", "=", "done")]
        )
        return lines.move_id

    def _receive_goods(self, moves, quantity, broken):
        """Book goods that are counted, the good ones and the broken ones apart.

        :return: the done moves
        """
        if self.product_id.tracking != "none":
            raise UserError(
                self.env._(
                    "%(product)s has numbers of its own. Receive it on %(picking)s, "
                    "where they are entered.",
                    product=self.product_id.display_name,
                    picking=moves.picking_id[:1].name,
                )
            )
        unit = self.product_id.uom_id
        left, bad = quantity, broken
        done = moves.browse()
        for move in moves:
            is_last = move == moves[-1]
            takes = left if is_last else min(left, move.product_qty)
            if unit.compare(takes, 0) <= 0:
                continue
            left -= takes
            broken_here = min(bad, takes)
            bad -= broken_here
            self._write_move(move, takes, broken_here)
            # What is left stays on this receipt until all lines are booked.
            move._action_done(cancel_backorder=True)
            done |= move
        return done

    def _write_move(self, move, quantity, broken):
        """Write the lines of a move: where the good ones go, and the broken ones."""
        unit = self.product_id.uom_id
        place = self.target_location_id or move.location_dest_id
        parts = [(quantity - broken, place)]
        if unit.compare(broken, 0) > 0:
            parts.append((broken, self._get_defect_place(move)))
        rest = move.product_qty - quantity
        move.move_line_ids.unlink()
        if unit.compare(rest, 0) > 0:
            [vals] = move._split(rest)
            move.create({**vals, "state": "confirmed"})
        move.write(
            {
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product_id.id,
                            "product_uom_id": unit.id,
                            "company_id": move.company_id.id,
                            "picking_id": move.picking_id.id,
                            "location_id": move.location_id.id,
                            "location_dest_id": where.id,
                            "quantity": part,
                            "picked": True,
                        }
                    )
                    for part, where in parts
                    if unit.compare(part, 0) > 0
                ],
            }
        )
