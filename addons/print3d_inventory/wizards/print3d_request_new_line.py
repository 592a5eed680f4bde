from odoo import api, fields, models


class Print3dRequestNewLine(models.TransientModel):
    """One thing asked for."""

    _name = "print3d.request.new.line"
    _description = "Line of a New Request"

    wizard_id = fields.Many2one(
        "print3d.request.new", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one("product.product", domain=[("purchase_ok", "=", True)])
    image_128 = fields.Image(related="product_id.image_128")
    name = fields.Char(string="Description", help="When it is not among the products.")
    quantity = fields.Float(default=1, required=True, digits="Product Unit")
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
    )
    cost = fields.Monetary(
        string="Price, if You Know It",
        help="Of all of it. Without one it is estimated from what the vendor takes.",
    )
    amount = fields.Monetary(compute="_compute_amount")
    currency_id = fields.Many2one(related="wizard_id.currency_id")

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = (
                line.product_id._get_request_uom() if line.product_id else line.uom_id
            )

    @api.depends("product_id", "quantity", "uom_id", "cost")
    def _compute_amount(self):
        Line = self.env["purchase.request.line"]
        for line in self:
            probe = Line.new(
                {
                    "product_id": line.product_id.id,
                    "product_qty": line.quantity,
                    "product_uom_id": line.uom_id.id,
                    "company_id": self.env.company.id,
                }
            )
            line.amount = max(line.cost, probe._get_vendor_cost())

    def _prepare_request_line(self):
        """Return the values of the line of the request."""
        self.ensure_one()
        product = self.product_id
        Request = self.env["purchase.request"]
        return {
            "product_id": product.id,
            "name": self.name or product.display_name,
            "product_qty": self.quantity,
            "product_uom_id": (self.uom_id or product.uom_id).id,
            "estimated_cost": self.cost,
            "orderpoint_id": (
                Request._get_orderpoint(product, self.env.company).id
                if product
                else False
            ),
        }
