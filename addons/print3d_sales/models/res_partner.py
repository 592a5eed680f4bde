from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    print3d_sold_units = fields.Float(
        string="Prints Sold",
        compute="_compute_print3d_sold_units",
        compute_sudo=True,
        digits="Product Unit",
        groups="print3d_library.group_print3d_user",
        help="Prints of the designer's models in confirmed orders.",
    )
    print3d_royalty_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_print3d_royalty_due",
        groups="print3d_library.group_print3d_owner",
    )
    print3d_royalty_due = fields.Monetary(
        string="Royalties Due",
        compute="_compute_print3d_royalty_due",
        currency_field="print3d_royalty_currency_id",
        groups="print3d_library.group_print3d_owner",
        help="What was accrued and is on no bill yet, in the company's currency.",
    )
    print3d_royalty_billed = fields.Monetary(
        string="Royalties on Bills",
        compute="_compute_print3d_royalty_due",
        currency_field="print3d_royalty_currency_id",
        groups="print3d_library.group_print3d_owner",
        help="What is on bills that are not paid, in the company's currency.",
    )
    print3d_royalty_paid = fields.Monetary(
        string="Royalties Paid",
        compute="_compute_print3d_royalty_due",
        currency_field="print3d_royalty_currency_id",
        groups="print3d_library.group_print3d_owner",
    )
    print3d_royalty_count = fields.Integer(
        string="Number of Royalties",
        compute="_compute_print3d_royalty_due",
        groups="print3d_library.group_print3d_owner",
    )

    @api.depends_context("company")
    def _compute_print3d_sold_units(self):
        sold = dict(
            self.env["print3d.licence.use"]._read_group(
                [
                    ("designer_id", "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                ["designer_id"],
                ["units:sum"],
            )
        )
        # What was sold without terms is counted by the lines.
        for product, uom, quantity in self.env["sale.order.line"]._read_group(
            [
                ("product_id.product_tmpl_id.designer_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "sale"),
                ("print3d_use_ids", "=", False),
            ],
            ["product_id", "product_uom_id"],
            ["product_uom_qty:sum"],
        ):
            designer = product.product_tmpl_id.designer_id
            sold[designer] = sold.get(designer, 0.0) + uom._compute_quantity(
                quantity, product.uom_id
            )
        for partner in self:
            partner.print3d_sold_units = sold.get(partner._origin, 0.0)

    @api.depends_context("company")
    def _compute_print3d_royalty_due(self):
        groups = self.env["print3d.royalty"]._read_group(
            [
                ("designer_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["designer_id", "state"],
            ["company_amount:sum", "__count"],
        )
        amounts, counts = {}, {}
        for designer, state, amount, count in groups:
            counts[designer] = counts.get(designer, 0) + count
            amounts[designer, state] = amount
        for partner in self:
            partner.print3d_royalty_currency_id = self.env.company.currency_id
            for state in ("due", "billed", "paid"):
                amount = amounts.get((partner._origin, state), 0.0)
                partner[f"print3d_royalty_{state}"] = amount
            partner.print3d_royalty_count = counts.get(partner._origin, 0)

    def action_print3d_view_royalties(self):
        """Open the royalties of these designers.

        The context may name the state to look at first: `print3d_royalty_state`.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_sales.print3d_royalty_action"
        )
        action["domain"] = [("designer_id", "in", self.ids)]
        action["context"] = {"create": False}
        state = self.env.context.get("print3d_royalty_state")
        if state in ("due", "billed", "paid"):
            action["context"][f"search_default_{state}"] = 1
        action.pop("path", None)
        return action

    def action_print3d_view_bills(self):
        """Open the bills of the royalties of these designers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_in_invoice_type"
        )
        action["domain"] = [
            ("print3d_royalty_until", "!=", False),
            ("partner_id", "in", self.ids),
        ]
        action["context"] = {"default_move_type": "in_invoice", "create": False}
        action.pop("path", None)
        return action

    def action_print3d_view_sales(self):
        """Open the orders with models of these designers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_sales.sale_order_action"
        )
        action["domain"] = [
            ("order_line.product_id.product_tmpl_id.designer_id", "in", self.ids)
        ]
        action["context"] = {}
        action.pop("path", None)
        return action

    def action_print3d_statement(self):
        """Print what is due to these designers."""
        entries = self.env["print3d.royalty"].search(
            [("designer_id", "in", self.ids), ("state", "=", "due")]
        )
        return entries.action_print_statement()
