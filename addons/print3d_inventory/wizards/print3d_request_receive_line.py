from math import floor

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.purchase_request_ordering import TO_COME


class Print3dRequestReceiveLine(models.TransientModel):
    """One product of a delivery: what was to come, what came, what of it is broken."""

    _name = "print3d.request.receive.line"
    _description = "Line of a Delivery"

    wizard_id = fields.Many2one(
        "print3d.request.receive", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    is_filament = fields.Boolean(related="product_id.is_filament")
    uom_id = fields.Many2one("uom.uom", string="Unit", required=True, readonly=True)
    expected = fields.Float(digits="Product Unit", readonly=True)
    received = fields.Float(string="Came", digits="Product Unit")
    defect = fields.Float(string="Defective of It", digits="Product Unit")
    over = fields.Float(compute="_compute_difference", digits="Product Unit")
    short = fields.Float(compute="_compute_difference", digits="Product Unit")
    over_action = fields.Selection(
        [("keep", "Keep all of it"), ("leave", "Keep what was ordered")],
        string="More Came Than Ordered",
    )
    rest = fields.Selection(
        [("backorder", "Comes later"), ("close", "Does not come")],
        string="The Rest",
        default="backorder",
        required=True,
    )
    defect_action = fields.Selection(
        [
            ("aside", "Put aside"),
            ("return", "Send back"),
            ("scrap", "Throw away"),
        ],
        string="Then",
        default="aside",
        required=True,
    )
    reason = fields.Char()
    target_location_id = fields.Many2one(
        "stock.location", string="Put It", domain="[('usage', '=', 'internal')]"
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "print3d_request_receive_line_attachment_rel",
        "line_id",
        "attachment_id",
        string="Photos",
    )

    @api.depends("expected", "received")
    def _compute_difference(self):
        for line in self:
            difference = line.received - line.expected
            line.over = max(difference, 0.0)
            line.short = max(-difference, 0.0)

    def _check_numbers(self):
        """Refuse numbers that make no sense, and what was not answered yet.

        :raise UserError: saying which
        """
        for line in self:
            name = line.product_id.display_name
            if line.received < 0 or line.defect < 0 or line.defect > line.received:
                raise UserError(
                    self.env._(
                        "%(product)s: at most as many are defective as came.",
                        product=name,
                    )
                )
            if line.uom_id.compare(line.over, 0) > 0 and not line.over_action:
                raise UserError(
                    self.env._(
                        "%(over)s %(unit)s more of %(product)s came than ordered. Say "
                        "whether you keep them.",
                        over=line.over,
                        unit=line.uom_id.name,
                        product=name,
                    )
                )
            if line._is_other() and not (line.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say in a word what is wrong with %(product)s.", product=name
                    )
                )

    def _is_other(self):
        """Tell whether something came otherwise than ordered."""
        self.ensure_one()
        return any(
            self.uom_id.compare(number, 0) > 0
            for number in (self.over, self.short, self.defect)
        )

    def _get_summary(self):
        """Return what is otherwise, for the chatter."""
        self.ensure_one()
        return self.env._(
            "%(product)s: %(received)s of %(expected)s %(unit)s came, %(defect)s "
            "defective (%(reason)s)",
            product=self.product_id.display_name,
            received=self.received,
            expected=self.expected,
            unit=self.uom_id.name,
            defect=self.defect,
            reason=self.reason,
        )

    # === BOOKING === #

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

    # === WHAT CAME OTHERWISE === #

    def _note_discrepancies(self, picking, order_line, kept, lots):
        """Keep what came otherwise than ordered.

        :return: print3d.receipt.discrepancy
        """
        kinds = [
            ("short", self.short, self.rest),
            ("over", self.over, self.over_action or "keep"),
            ("defect", min(self.defect, kept), self.defect_action),
        ]
        Discrepancy = self.env["print3d.receipt.discrepancy"].sudo()
        line_sudo = order_line.sudo()
        found = Discrepancy
        for kind, quantity, action in kinds:
            if self.uom_id.compare(quantity, 0) <= 0:
                continue
            amount = self.uom_id._compute_quantity(quantity, self.product_id.uom_id)
            found |= Discrepancy.create(
                {
                    "kind": kind,
                    "product_id": self.product_id.id,
                    "quantity": amount,
                    "value": line_sudo._get_print3d_value(amount),
                    "purchase_line_id": order_line.id,
                    "order_id": line_sudo.order_id.id,
                    "partner_id": (line_sudo.partner_id or picking.partner_id).id,
                    "picking_id": picking.id,
                    "request_ids": [Command.set(order_line._get_served_requests().ids)],
                    "lot_ids": [Command.set(lots.ids if kind == "defect" else [])],
                    "action": "close" if action == "leave" else action,
                    "reason": self.reason,
                    "attachment_ids": [Command.set(self.attachment_ids.ids)],
                    "company_id": picking.company_id.id,
                    "user_id": self.env.uid,
                }
            )
        return found

    def _send_back(self, moves, lots, broken):
        """Make the transfer that sends broken things back to the vendor.

        :return: the return (stock.picking), ready to be sent
        """
        picking = moves.picking_id[:1]
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        moves = wizard.product_return_moves.filtered(
            lambda line: line.product_id == self.product_id
        )
        left = broken
        for line in moves.sorted("id", reverse=True):
            part = min(left, line.move_id.product_qty)
            line.quantity = self.product_id.uom_id._compute_quantity(part, line.uom_id)
            left -= part
        result = wizard._create_return()
        place = self._get_defect_place(moves.move_id)
        result.move_ids.location_id = place
        result.location_id = place
        result.action_confirm()
        result.action_assign()
        for lot in lots:
            # A spool in quarantine is proposed for nothing, not even for this.
            result.move_ids[:1].move_line_ids = [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom_id": self.product_id.uom_id.id,
                        "company_id": result.company_id.id,
                        "picking_id": result.id,
                        "location_id": place.id,
                        "location_dest_id": result.location_dest_id.id,
                        "quantity": lot.remaining_g,
                        "lot_id": lot.id,
                    }
                )
            ]
        return result

    def _throw_away(self, lots, broken, moves):
        """Scrap what is broken.

        :return: stock.scrap
        """
        place = self._get_defect_place(moves)
        parts = [(lot, lot.remaining_g) for lot in lots] or [(lots, broken)]
        scraps = self.env["stock.scrap"].create(
            [
                {
                    "product_id": self.product_id.id,
                    "product_uom_id": self.product_id.uom_id.id,
                    "scrap_qty": quantity,
                    "lot_id": lot.id,
                    "location_id": place.id,
                    "company_id": moves[:1].company_id.id,
                    "origin": moves[:1].picking_id.name,
                }
                for lot, quantity in parts
                if quantity > 0
            ]
        )
        for scrap in scraps:
            scrap.action_validate()
        return scraps

    def _give_up_rest(self):
        """Tell the requests that the rest is neither waited for nor ordered again."""
        self.ensure_one()
        moves = self.wizard_id.picking_ids.move_ids
        lines = moves.filtered(lambda move: move.product_id == self.product_id)
        wanted = lines.purchase_line_id.sudo().purchase_request_lines.filtered(
            lambda line: line.product_id == self.product_id
        )
        wanted.invalidate_recordset()
        wanted.filtered(lambda line: line._is_short()).closed_short = True
