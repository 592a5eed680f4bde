from odoo import Command, models


class Print3dRequestReceiveLine(models.TransientModel):
    """What came otherwise than ordered: noted, sent back, thrown away, given up."""

    _inherit = "print3d.request.receive.line"

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
