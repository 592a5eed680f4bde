from odoo import api, fields, models
from odoo.fields import Command


class Print3dRunCredit(models.TransientModel):
    """How many pieces, which a print lacks, the customer is not to pay."""

    _name = "print3d.run.credit"
    _description = "Credit for a Print"

    run_id = fields.Many2one("print3d.run", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "print3d.run.credit.line",
        "wizard_id",
        string="Missing Pieces",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("run_id")
    def _compute_line_ids(self):
        for wizard in self:
            lines = [Command.clear()]
            for sold, lacking in wizard.run_id._get_given_up().items():
                missing = sold.product_id.uom_id._compute_quantity(
                    sum(lacking.values()), sold.product_uom_id
                )
                lines.append(
                    Command.create(
                        {
                            "sale_line_id": sold.id,
                            "missing": missing,
                            "quantity": missing,
                        }
                    )
                )
            wizard.line_ids = lines

    def action_credit(self):
        """Order less of them; show the credit notes where there are any."""
        self.ensure_one()
        moves = self.run_id._credit(
            {line.sale_line_id: line.quantity for line in self.line_ids}
        )
        close = {"type": "ir.actions.act_window_close"}
        if not moves:
            return close
        if self.run_id._can_open_invoices():
            return moves._get_records_action(context={"create": False})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "A draft credit note of %(invoices)s is made. Accounting posts it.",
                    invoices=", ".join(moves.sudo().reversed_entry_id.mapped("name")),
                ),
                "next": close,
            },
        }


class Print3dRunCreditLine(models.TransientModel):
    _name = "print3d.run.credit.line"
    _description = "Pieces to Credit"

    wizard_id = fields.Many2one(
        "print3d.run.credit", required=True, ondelete="cascade", index=True
    )
    sale_line_id = fields.Many2one("sale.order.line", required=True, ondelete="cascade")
    order_id = fields.Many2one(related="sale_line_id.order_id")
    customer_id = fields.Many2one(
        related="sale_line_id.order_id.partner_id", string="Customer"
    )
    product_id = fields.Many2one(related="sale_line_id.product_id")
    product_uom_id = fields.Many2one(related="sale_line_id.product_uom_id")
    ordered = fields.Float(related="sale_line_id.product_uom_qty", string="Ordered Now")
    missing = fields.Float(readonly=True, digits="Product Unit")
    quantity = fields.Float(string="To Credit", digits="Product Unit")
    what = fields.Char(
        string="What Happens",
        compute="_compute_what",
        help="The order asks for less; what is invoiced already is credited.",
    )

    @api.depends("quantity", "sale_line_id")
    @api.depends_context("lang")
    def _compute_what(self):
        for line in self:
            line.what = line._get_what()

    def _get_what(self):
        """Say what crediting this means."""
        self.ensure_one()
        sold = self.sale_line_id
        if not sold or sold.product_uom_id.compare(self.quantity, 0.0) <= 0:
            return self.env._("Nothing: they are still owed")
        words = [
            self.env._(
                "%(count)g ordered instead of %(before)g",
                count=sold.product_uom_qty - self.quantity,
                before=sold.product_uom_qty,
            )
        ]
        for invoiced, part in sold._get_print3d_overpaid(self.quantity).items():
            invoice = invoiced.move_id
            words.append(
                self.env._("%(count)g less on the draft invoice", count=part)
                if invoice.state == "draft"
                else self.env._(
                    "draft credit note for %(count)g of %(invoice)s",
                    count=part,
                    invoice=invoice.name,
                )
            )
        return ", ".join(words)
