from math import ceil

from odoo import api, fields, models


class PurchaseRequestLine(models.Model):
    _inherit = "purchase.request.line"
    _order = "id"

    request_id = fields.Many2one(required=True)
    vendor_id = fields.Many2one(
        "res.partner",
        string="Vendor Wanted",
        index="btree_not_null",
        help="Empty: the one that is first in the list of the product.",
    )
    chosen_vendor_id = fields.Many2one(
        "res.partner",
        string="From",
        compute="_compute_chosen_vendor_id",
        store=True,
        index="btree_not_null",
    )
    target_location_id = fields.Many2one(
        "stock.location",
        string="Put It",
        domain="[('usage', '=', 'internal')]",
        index="btree_not_null",
        help="Where it shall be put when it comes.",
    )
    key = fields.Char(
        readonly=True,
        copy=False,
        help="Who asked by which word, so that the same asked twice is there once.",
    )
    closed_short = fields.Boolean(string="Rest Not Wanted", readonly=True, copy=False)
    amount = fields.Monetary(
        compute="_compute_amount", store=True, currency_field="currency_id"
    )
    product_chip = fields.Json(compute="_compute_product_chip")

    qty_asked = fields.Float(
        string="On RFQ", digits="Product Unit", compute="_compute_progress"
    )
    qty_coming = fields.Float(
        string="Coming", digits="Product Unit", compute="_compute_progress"
    )
    qty_received = fields.Float(
        string="Received", digits="Product Unit", compute="_compute_progress"
    )
    qty_stocked = fields.Float(
        string="Put Away", digits="Product Unit", compute="_compute_progress"
    )
    qty_to_order = fields.Float(
        string="To Order", digits="Product Unit", compute="_compute_progress"
    )

    _key_unique = models.UniqueIndex(
        "(company_id, key) WHERE key IS NOT NULL",
        "This was asked for already.",
    )

    @api.depends("vendor_id", "supplier_id")
    def _compute_chosen_vendor_id(self):
        for line in self:
            line.chosen_vendor_id = line.vendor_id or line.supplier_id

    @api.depends(
        "product_id.seller_ids.price",
        "product_id.seller_ids.currency_id",
        "product_id.seller_ids.min_qty",
        "product_id.seller_ids.discount",
        "product_id.seller_ids.product_uom_id",
        "product_qty",
        "product_uom_id",
        "estimated_cost",
        "chosen_vendor_id",
        "request_id.state",
    )
    def _compute_amount(self):
        """Keep what was approved: what vendors take later changes nothing of it."""
        for line in self.sudo():
            state = line.request_id.state
            if line._origin.amount and state not in ("draft", "to_approve", False):
                line.amount = line._origin.amount
            else:
                line.amount = max(line.estimated_cost, line._get_vendor_cost())

    def _get_seller(self):
        """Return the price list entry this would be bought by, or empty."""
        self.ensure_one()
        if not self.product_id:
            return self.env["product.supplierinfo"]
        product = self.product_id.sudo().with_company(
            self.company_id or self.env.company
        )
        return product._select_seller(
            partner_id=self.chosen_vendor_id or False,
            quantity=None,
            uom_id=False,
        )

    def _get_vendor_cost(self):
        """Return what the vendor takes, in money of the company; 0 when unknown."""
        self.ensure_one()
        seller = self._get_seller()
        if not seller:
            return 0.0
        company = self.company_id or self.env.company
        unit = self.product_id.uom_id
        packs = max(self._count_packs(self._get_quantity(), seller), seller.min_qty)
        # Core gives the price, without the discount, of one unit of the product.
        return seller.currency_id._convert(
            seller.price_discounted
            * seller.product_uom_id._compute_quantity(packs, unit, round=False),
            company.currency_id,
            company,
            fields.Date.context_today(self),
        )

    def _count_packs(self, quantity, seller):
        """Return how many whole packs of a vendor bring a quantity.

        :param float quantity: in the unit of the product
        :param seller: product.supplierinfo
        """
        unit = self.product_id.uom_id
        if not seller or seller.product_uom_id == unit:
            return quantity
        packs = unit._compute_quantity(quantity, seller.product_uom_id, round=False)
        return ceil(round(packs, 6))

    def _get_uom(self):
        """Return the unit its quantities are counted in: that of the product."""
        self.ensure_one()
        return self.product_id.uom_id or self.product_uom_id

    def _get_quantity(self):
        """Return how much is wanted, in the unit of the product."""
        self.ensure_one()
        unit = self._get_uom()
        if not self.product_uom_id or self.product_uom_id == unit:
            return self.product_qty
        return self.product_uom_id._compute_quantity(self.product_qty, unit)

    @api.depends(
        "product_qty",
        "cancelled",
        "closed_short",
        "purchase_lines.product_qty",
        "purchase_lines.order_id.state",
        "purchase_lines.qty_received",
        "purchase_lines.move_ids.state",
        "purchase_lines.move_ids.quantity",
    )
    def _compute_progress(self):
        """Count what of it is on an RFQ, coming, received and put away.

        All in the unit of the product. An order that serves several requests serves
        those first that need it first.
        """
        lines = self.sudo()
        shares = lines.purchase_lines._share_among_requests()
        for line in lines:
            mine = [share[line] for share in shares.values() if line in share]
            for name in ("asked", "coming", "received", "stocked"):
                line[f"qty_{name}"] = sum(share[name] for share in mine)
            rest = line._get_quantity() - line.qty_received - line.qty_coming
            line.qty_to_order = (
                0.0
                if line.cancelled or line.closed_short
                else max(rest - line.qty_asked, 0.0)
            )

    @api.depends("product_id", "product_qty")
    def _compute_product_chip(self):
        for line in self:
            line.product_chip = line._get_chip()

    def _get_chip(self):
        """Return how it is shown on a card: swatch or picture, name and quantity."""
        self.ensure_one()
        product = self.product_id
        chip = {
            "name": product.display_name or self.name or "",
            "quantity": self._get_quantity_text(),
            "product_id": product.id if self._has_picture() else False,
        }
        if product.is_filament:
            chip["filament"] = product._get_swatch()
        return chip

    def _has_picture(self):
        """Tell whether one of the products has a picture, without loading it."""
        return any(self.product_id.with_context(bin_size=True).mapped("image_128"))

    def _get_quantity_text(self):
        """Return the quantity with its unit, in the unit it was asked in."""
        self.ensure_one()
        unit = self.product_uom_id or self.product_id.uom_id
        number = f"{self.product_qty:.2f}".rstrip("0").rstrip(".")
        return f"{number} {unit.name or ''}".strip()

    def _get_text(self):
        """Return what is wanted in one line of text."""
        self.ensure_one()
        name = self.product_id.display_name or self.name or ""
        return f"{self._get_quantity_text()} {name}".strip()

    @api.depends("product_id", "name", "product_qty")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._get_text()

    def _is_short(self):
        """Tell whether some of it did not come."""
        self.ensure_one()
        missing = self._get_quantity() - self.qty_received
        return not self.closed_short and self._get_uom().compare(missing, 0) > 0
