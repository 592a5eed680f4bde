from odoo import api, fields, models


class Print3dLicenceUse(models.Model):
    """Units of a confirmed order that count against the terms of a licence."""

    _name = "print3d.licence.use"
    _description = "Use of Licence Terms"
    _order = "id desc"

    term_id = fields.Many2one(
        "print3d.licence.term", required=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "sale.order.line", required=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="line_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    designer_id = fields.Many2one(related="term_id.designer_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product", required=True, index=True, ondelete="cascade"
    )
    units_each = fields.Float(
        string="Units per Ordered Unit",
        digits="Product Unit",
        help="Prints of this model in one unit of the order line.",
    )
    price_share = fields.Float(
        default=1.0,
        help="Which part of the line's price is for this model, 0 to 1.",
    )
    units = fields.Float(
        compute="_compute_units",
        store=True,
        digits="Product Unit",
        help="Prints sold; none while the order is not confirmed.",
    )

    @api.depends("units_each", "line_id.product_uom_qty", "line_id.state")
    def _compute_units(self):
        for use in self:
            line = use.line_id
            use.units = (
                line.product_uom_qty * use.units_each if line.state == "sale" else 0.0
            )

    def _get_royalty_to_come(self):
        """Return what is still to be owed for what is not invoiced, in the currency of
        the company.

        :rtype: float
        """
        self.ensure_one()
        line, term = self.line_id, self.term_id
        quantity = line.product_uom_qty - line.qty_invoiced
        if line.state != "sale" or quantity <= 0 or not line.product_uom_qty:
            return 0.0
        day = fields.Date.to_date(line.order_id.date_order)
        net = line.currency_id._convert(
            line.price_subtotal * self.price_share * quantity / line.product_uom_qty,
            term.currency_id,
            line.company_id,
            day,
            round=False,
        )
        amount = term._get_royalty(quantity * self.units_each, net)
        return term.currency_id._convert(
            amount, line.company_id.currency_id, line.company_id, day
        )
