from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.purchase_request_ordering import TO_COME


class Print3dRequestReceive(models.TransientModel):
    """Receive what was ordered, and say what of it is otherwise than ordered."""

    _name = "print3d.request.receive"
    _description = "Receive What Was Ordered"

    picking_ids = fields.Many2many("stock.picking", string="Receipts", readonly=True)
    request_id = fields.Many2one("purchase.request", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Vendor", compute="_compute_partner_id"
    )
    delivery_note = fields.Char(string="Delivery Note Number")
    line_ids = fields.One2many("print3d.request.receive.line", "wizard_id")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "print3d_request_receive_attachment_rel",
        "wizard_id",
        "attachment_id",
        string="Photos",
    )
    print_labels = fields.Boolean(string="Print Labels of New Spools", default=True)
    has_spools = fields.Boolean(compute="_compute_asks")
    has_over = fields.Boolean(compute="_compute_asks")

    @api.depends("picking_ids")
    def _compute_partner_id(self):
        for wizard in self:
            partners = wizard.picking_ids.partner_id
            wizard.partner_id = partners[:1]

    @api.depends("line_ids.over", "line_ids.product_id")
    def _compute_asks(self):
        for wizard in self:
            wizard.has_spools = any(wizard.line_ids.mapped("is_filament"))
            wizard.has_over = any(line.over > 0 for line in wizard.line_ids)

    # === OPENING === #

    @api.model
    def _open_for(self, pickings, request=None):
        """Return the action that receives what some receipts still bring.

        :param pickings: stock.picking
        :param request: the purchase.request it is for, if any
        :raise UserError: when nothing is to come
        """
        pickings = pickings.filtered(lambda picking: picking.state in TO_COME)
        moves = pickings.move_ids.filtered(lambda move: move.state in TO_COME)
        if not moves:
            raise UserError(self.env._("All of it is in. Nothing is to come."))
        wizard = self.create(
            {
                "picking_ids": [Command.set(pickings.ids)],
                "request_id": request.id if request else False,
                "line_ids": [
                    Command.create(self._prepare_line(product, some, request))
                    for product, some in moves.grouped("product_id").items()
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _prepare_line(self, product, moves, request):
        """Return the values of the line for one product."""
        unit = moves[0].packaging_uom_id or moves[0].product_uom
        expected = product.uom_id._compute_quantity(
            sum(moves.mapped("product_qty")), unit
        )
        asked = request and request.sudo().line_ids.filtered(
            lambda line: line.product_id == product
        )
        return {
            "product_id": product.id,
            "uom_id": unit.id,
            "expected": expected,
            "received": expected,
            "target_location_id": asked.target_location_id[:1].id if asked else False,
        }

    # === BOOKING === #

    def action_receive(self):
        """Book what came, all of it or nothing.

        :return: the labels to print when spools came, or the closing of this dialog
        """
        self.ensure_one()
        self.line_ids._check_numbers()
        pickings = self.picking_ids.filtered(lambda picking: picking.state in TO_COME)
        if not pickings:
            # Sent twice, or received at the desk meanwhile.
            raise UserError(
                self.env._("It was received meanwhile. Open the receipt to see it.")
            )
        lots = self.env["stock.lot"]
        for line in self.line_ids:
            lots |= line._receive()
        self._finish(pickings)
        self._note()
        requests = pickings.move_ids._get_served_requests()
        requests._sync_with_orders()
        if self.print_labels and lots:
            return lots.action_print_labels()
        return {"type": "ir.actions.act_window_close"}

    def _finish(self, pickings):
        """Close the receipts: the rest gets a receipt of its own, or does not come."""
        given_up = self.line_ids.filtered(lambda line: line.rest == "close")
        for picking in pickings:
            moves = picking.move_ids.filtered(lambda move: move.state in TO_COME)
            moves.filtered(
                lambda move: move.product_id in given_up.product_id
            )._action_cancel()
            left = picking.move_ids.filtered(lambda move: move.state in TO_COME)
            done = picking.move_ids.filtered(lambda move: move.state == "done")
            if left and done:
                picking._create_backorder()
            picking._finish_when_all_is_in()
        for line in given_up:
            line._give_up_rest()

    def _note(self):
        """Say in the chatter of the receipts what came otherwise than ordered."""
        text = ", ".join(
            line._get_summary() for line in self.line_ids if line._is_other()
        )
        photos = self.attachment_ids.sudo()
        for picking in self.picking_ids[:1]:
            # The dialog is gone in a while, and what belongs to it.
            photos.write({"res_model": picking._name, "res_id": picking.id})
        for picking in self.picking_ids:
            if self.delivery_note or text or self.attachment_ids:
                picking.message_post(
                    body=" ".join(filter(None, (self.delivery_note, text))),
                    attachment_ids=self.attachment_ids.ids,
                )
