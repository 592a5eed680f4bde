from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

BUYERS = "purchase.group_purchase_user"
OPEN = ("todo", "dismissed")


class Print3dShoppingLine(models.Model):
    """Something to buy: why, how much of it, from whom, and what became of it.

    How lines come about is in ``print3d_shopping_line_refresh.py``, what vendors ask
    for them in ``print3d_shopping_line_offers.py``, and how they become RFQs in
    ``print3d_shopping_line_ordering.py``.
    """

    _name = "print3d.shopping.line"
    _description = "Shopping List Line"
    _order = "state desc, partner_id, product_id, id"
    _check_company_auto = True

    # === WHAT, AND WHY === #
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    product_uom_id = fields.Many2one(
        related="product_id.uom_id", string="Unit of the Product"
    )
    origin = fields.Selection(
        [
            ("orderpoint", "Reorder rule"),
            ("request", "Request"),
            ("manual", "Added by hand"),
        ],
        string="Wanted by",
        required=True,
        readonly=True,
        default="manual",
    )
    orderpoint_id = fields.Many2one(
        "stock.warehouse.orderpoint",
        string="Reorder Rule",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    request_line_id = fields.Many2one(
        "purchase.request.line",
        string="Requested Line",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Added by",
        readonly=True,
        index="btree_not_null",
        help="Who asked for it or wrote it down.",
    )
    is_on_top = fields.Boolean(
        string="On Top",
        readonly=True,
        help="Added by hand when it was on the list already: more than that is wanted.",
    )
    qty_needed = fields.Float(
        string="Needed",
        digits="Product Unit",
        readonly=True,
        help="In the unit of the product.",
    )
    needed_on = fields.Date(
        string="Needed by",
        readonly=True,
        help="When it is wanted, or when the stock is expected to run out.",
    )
    reason = fields.Json(
        readonly=True, export_string_translation=False, help="Figures behind the need."
    )
    reason_text = fields.Char(string="Why", compute="_compute_reason_text")

    # === FROM WHOM === #
    partner_id = fields.Many2one(
        "res.partner",
        string="Vendor",
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    supplierinfo_id = fields.Many2one(
        "product.supplierinfo",
        string="Vendor Price",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    is_vendor_chosen = fields.Boolean(
        string="Vendor Chosen by Hand",
        readonly=True,
        help="Stays with this vendor when the list looks for the cheapest.",
    )
    packs = fields.Integer(readonly=True, help="Whole packs of the vendor.")
    is_packs_chosen = fields.Boolean(string="Packs Chosen by Hand", readonly=True)
    pack_uom_id = fields.Many2one("uom.uom", string="Pack", readonly=True)
    pack_qty = fields.Float(
        string="In One Pack",
        digits="Product Unit",
        readonly=True,
        help="In the unit of the product.",
    )
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="In the unit of the product."
    )
    left_over = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="What comes beyond the need; below zero when it is less.",
    )
    lead_days = fields.Integer(string="Lead Time (days)", readonly=True)
    product_code = fields.Char(string="Vendor's Number", readonly=True)
    purchase_url = fields.Char(string="Where to Buy", readonly=True)

    # === MONEY === #
    currency_id = fields.Many2one(
        "res.currency", string="Vendor's Currency", readonly=True, groups=BUYERS
    )
    unit_price = fields.Float(
        string="Price of a Pack",
        min_display_digits="Product Price",
        readonly=True,
        groups=BUYERS,
        help="In the vendor's currency, its discount taken off, without taxes.",
    )
    cost = fields.Monetary(readonly=True, groups=BUYERS)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    company_cost = fields.Monetary(
        string="Cost in the Company's Currency",
        currency_field="company_currency_id",
        readonly=True,
        groups=BUYERS,
    )

    # === WHAT BECAME OF IT === #
    state = fields.Selection(
        [("todo", "To buy"), ("dismissed", "Put off"), ("ordered", "In an RFQ")],
        required=True,
        readonly=True,
        default="todo",
        index=True,
    )
    dismissed_until = fields.Date(readonly=True, help="On this day it comes back.")
    dismissed_by_id = fields.Many2one("res.users", string="Put Off by", readonly=True)
    purchase_line_id = fields.Many2one(
        "purchase.order.line",
        string="Order Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    order_id = fields.Many2one(
        related="purchase_line_id.order_id", string="Purchase Order", store=True
    )
    order_state = fields.Selection(
        related="order_id.state", string="State of the Order"
    )
    ordered_on = fields.Datetime(readonly=True)
    ordered_by_id = fields.Many2one(
        "res.users", string="Put Into an RFQ by", readonly=True
    )
    was_qty_manual = fields.Boolean(
        readonly=True,
        help="The quantity was typed in the replenishment, and is put back there when "
        "the RFQ is undone.",
    )

    # A need is on the list once, however many look for needs at the same moment.
    _orderpoint_once = models.UniqueIndex(
        "(orderpoint_id) WHERE orderpoint_id IS NOT NULL AND state != 'ordered'",
        "This reorder rule is on the shopping list already.",
    )
    _request_once = models.UniqueIndex(
        "(request_line_id) WHERE request_line_id IS NOT NULL AND state != 'ordered'",
        "This request is on the shopping list already.",
    )
    _by_hand_once = models.UniqueIndex(
        "(company_id, product_id) WHERE origin = 'manual' AND state != 'ordered'",
        "This product is on the shopping list already.",
    )
    _packs_not_negative = models.Constraint(
        "CHECK (packs >= 0)", "Less than no pack cannot be bought."
    )

    # === COMPUTE === #

    @api.depends("product_id", "qty_needed")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.product_id.display_name

    @api.depends("reason", "needed_on", "origin")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for line in self:
            line.reason_text = line._get_reason()["text"]

    # === CONSTRAINTS === #

    @api.constrains("origin", "orderpoint_id", "request_line_id")
    def _check_origin(self):
        for line in self:
            if (line.origin == "orderpoint") != bool(line.orderpoint_id) or (
                line.origin == "request"
            ) != bool(line.request_line_id):
                raise ValidationError(
                    self.env._(
                        "A line is wanted by a reorder rule, by a request, or by hand."
                    )
                )

    # === RIGHTS === #

    @api.model
    def _may_buy(self):
        """Tell whether this user makes RFQs and sees what things cost."""
        return self.env.su or self.env.user.has_group(BUYERS)

    @api.model
    def _may_add(self):
        """Tell whether this user writes down what is to be bought."""
        return self._may_buy() or self.env.user.has_group(
            "print3d_library.group_print3d_operator"
        )

    @api.model
    def _check_may_buy(self):
        """:raise AccessError: for whoever does not buy"""
        if not self._may_buy():
            raise AccessError(
                self.env._(
                    "Vendors, packs and RFQs are for those who may buy. Ask an owner."
                )
            )

    @api.model
    def _check_may_add(self):
        """:raise AccessError: for whoever only reads the list"""
        if not self._may_add():
            raise AccessError(
                self.env._(
                    "Operators and buyers write on the shopping list. Ask one of them."
                )
            )

    def _get_open(self):
        """Return these lines with all rights, once the user may see them.

        Lines that went meanwhile are left out: the list changes while it is looked at.
        """
        lines = self.exists()
        lines.check_access("read")
        return lines.sudo().filtered(lambda line: line.state in OPEN)

    @api.autovacuum
    def _gc_ordered(self):
        """Forget after a year what was ordered; the orders themselves stay."""
        self.search(
            [("state", "=", "ordered"), ("ordered_on", "<", "-1y")], limit=10_000
        ).unlink()
