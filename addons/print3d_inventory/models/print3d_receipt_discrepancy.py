from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError


class Print3dReceiptDiscrepancy(models.Model):
    """What came otherwise than ordered: too little, too much, broken or wrong."""

    _name = "print3d.receipt.discrepancy"
    _description = "Discrepancy of a Receipt"
    _inherit = ["mail.thread"]
    _order = "happened_on desc, id desc"
    _check_company_auto = True

    kind = fields.Selection(
        [
            ("short", "Too little"),
            ("over", "Too much"),
            ("defect", "Defective"),
        ],
        string="What",
        required=True,
        readonly=True,
        index=True,
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True
    )
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        readonly=True,
        help="How much, in the unit of the product.",
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    value = fields.Monetary(
        string="Worth", readonly=True, help="At the price of the order."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    purchase_line_id = fields.Many2one(
        "purchase.order.line",
        string="Order Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    order_id = fields.Many2one(
        "purchase.order",
        string="Order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Vendor", readonly=True, index=True
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Receipt",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    return_id = fields.Many2one(
        "stock.picking",
        string="Return to Vendor",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    scrap_id = fields.Many2one("stock.scrap", string="Thrown Away", readonly=True)
    request_ids = fields.Many2many(
        "purchase.request",
        "print3d_discrepancy_request_rel",
        "discrepancy_id",
        "request_id",
        string="Requests",
        readonly=True,
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        "print3d_discrepancy_lot_rel",
        "discrepancy_id",
        "lot_id",
        string="Spools",
        readonly=True,
    )
    action = fields.Selection(
        [
            ("backorder", "Comes later"),
            ("close", "Does not come"),
            ("keep", "Kept"),
            ("aside", "Put aside"),
            ("return", "Sent back"),
            ("scrap", "Thrown away"),
        ],
        string="Then",
        required=True,
        readonly=True,
    )
    reason = fields.Char(tracking=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "print3d_discrepancy_attachment_rel",
        "discrepancy_id",
        "attachment_id",
        string="Photos",
    )
    happened_on = fields.Datetime(
        string="When", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        string="Found by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    settled_on = fields.Datetime(string="Settled", readonly=True, copy=False)
    is_settled = fields.Boolean(
        string="With the Vendor Settled", compute="_compute_is_settled"
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A discrepancy is of some quantity."
    )

    @api.depends("settled_on")
    def _compute_is_settled(self):
        for discrepancy in self:
            discrepancy.is_settled = bool(discrepancy.settled_on)

    @api.depends("product_id", "kind", "quantity")
    def _compute_display_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for discrepancy in self:
            discrepancy.display_name = (
                f"{words.get(discrepancy.kind)}: {discrepancy.product_id.display_name}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the photos with what was found, and not with the dialog they came by."""
        found = super().create(vals_list)
        for discrepancy in found:
            discrepancy.attachment_ids.sudo().write(
                {"res_model": self._name, "res_id": discrepancy.id}
            )
        return found

    @api.model
    def _note_move(self, move, kind, quantity, action, reason):
        """Keep what came otherwise than ordered, told without the dialog.

        :param move: of the receipt (stock.move)
        :param float quantity: in the unit of the product
        """
        line = move.purchase_line_id.sudo()
        return self.sudo().create(
            {
                "kind": kind,
                "product_id": move.product_id.id,
                "quantity": quantity,
                "value": line._get_print3d_value(quantity),
                "purchase_line_id": line.id,
                "order_id": line.order_id.id,
                "partner_id": (line.partner_id or move.picking_id.partner_id).id,
                "picking_id": move.picking_id.id,
                "request_ids": [Command.set(line._get_served_requests().ids)],
                "action": action,
                "reason": reason,
                "company_id": move.company_id.id,
                "user_id": self.env.uid,
            }
        )

    def _is_lost_here(self):
        """Tell whether it lies here, or was thrown away, without being of any use.

        What was sent back is counted by its own transfer once that is done.
        """
        self.ensure_one()
        if self.kind != "defect":
            return False
        return self.action != "return" or self.return_id.state != "done"

    def write(self, vals):
        """Let words and photos be added; what was found stays as it was found.

        :raise AccessError: when something else is changed
        """
        told = {"reason", "attachment_ids", "settled_on"}
        told |= set(self.env["mail.thread"]._fields)
        if not self.env.su and not told.issuperset(vals):
            raise AccessError(
                self.env._(
                    "What was found stays as it was found. Add to the reason instead."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        """Keep what was found; the score of a vendor is made of it."""
        if not self.env.user.has_group("base.group_system"):
            raise UserError(
                self.env._("What came otherwise than ordered stays in the books.")
            )

    def action_settle(self):
        """Note that the vendor made it good."""
        self.filtered(
            lambda each: not each.settled_on
        ).settled_on = fields.Datetime.now()
        return True

    def action_unsettle(self):
        """Note that the vendor did not make it good after all."""
        self.settled_on = False
        return True

    def action_open_order(self):
        """Open the order it belongs to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
