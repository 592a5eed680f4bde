from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..restocking import Event


class Print3dDemandEvent(models.Model):
    """Days on which more is used than usual, or less: a market, a holiday."""

    _name = "print3d.demand.event"
    _description = "Expected Demand"
    _order = "date_from, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(string="From", required=True, index=True)
    date_to = fields.Date(
        string="To",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    scope = fields.Selection(
        [
            ("all", "Everything"),
            ("materials", "Filament of materials"),
            ("products", "These things"),
        ],
        string="Of What",
        required=True,
        default="all",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Things",
        domain="[('is_storable', '=', True)]",
        check_company=True,
    )
    material_ids = fields.Many2many("print3d.material", string="Materials")
    effect = fields.Selection(
        [("factor", "Times the usual use"), ("extra", "So much on top")],
        required=True,
        default="factor",
    )
    factor = fields.Float(
        string="Times",
        default=1.5,
        help="2: twice the usual use. 0: nothing is used, as on holidays.",
    )
    quantity = fields.Float(
        string="On Top",
        digits="Product Unit",
        help="In all, over all its days and things; shared by how much of each is "
        "usually used. In the unit of the things: grams of filament.",
    )
    effect_text = fields.Char(string="Expected", compute="_compute_effect_text")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "It cannot end before it begins."
    )
    _effect_not_negative = models.Constraint(
        "CHECK (factor >= 0 AND quantity >= 0)",
        "What is expected cannot be below zero. Less than usual is a factor below 1.",
    )

    # === COMPUTE === #

    @api.depends("date_from")
    def _compute_date_to(self):
        for event in self:
            if event.date_from and (
                not event.date_to or event.date_to < event.date_from
            ):
                event.date_to = event.date_from

    @api.depends("effect", "factor", "quantity", "scope", "product_ids")
    @api.depends_context("lang")
    def _compute_effect_text(self):
        for event in self:
            if event.effect == "factor":
                event.effect_text = self.env._(
                    "%(factor)s × the usual use", factor=f"{event.factor:g}"
                )
            else:
                unit = event._get_unit()
                event.effect_text = self.env._(
                    "%(quantity)s %(unit)s on top",
                    quantity=f"{event.quantity:g}",
                    unit=unit.name or "",
                )

    def _get_unit(self):
        """Return the unit (uom.uom) of what comes on top."""
        self.ensure_one()
        if self.scope == "products":
            return self.product_ids.uom_id[:1]
        return self.env.ref("uom.product_uom_gram")

    # === CONSTRAINTS === #

    @api.constrains("scope", "effect", "product_ids", "material_ids")
    def _check_scope(self):
        for event in self:
            if event.scope == "products" and not event.product_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the things %(event)s is about.", event=event.name
                    )
                )
            if event.scope == "materials" and not event.material_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the materials %(event)s is about.", event=event.name
                    )
                )
            if event.effect != "extra":
                continue
            if event.scope == "all":
                raise ValidationError(
                    self.env._(
                        "Grams and pieces cannot be added up. Say how much of which "
                        "things or materials comes on top, or give a factor."
                    )
                )
            if event.scope == "products" and len(event.product_ids.uom_id) > 1:
                raise ValidationError(
                    self.env._(
                        "These things are counted in different units, so that one "
                        "quantity cannot be shared among them. Make an event of each."
                    )
                )

    # === ASKING === #

    @api.model
    def _find_events(self, products, company, first, last):
        """Return what is expected of each product from ``first`` to ``last``.

        A quantity on top is shared by what is usually used of each, as it was learned
        last; in equal parts where nothing is known.

        :param products: product.product
        :return: {product id: list of Event}, in as many queries for many as for few
        :rtype: dict
        """
        found = {product.id: [] for product in products}
        events = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ]
        )
        for event in events:
            its = event._filter_products(products)
            if event.effect == "factor":
                one = Event(event.date_from, event.date_to, event.factor)
                for product in its:
                    found[product.id].append(one)
                continue
            parts = event._get_parts()
            for product in its:
                found[product.id].append(
                    Event(
                        event.date_from,
                        event.date_to,
                        extra=event.quantity * parts.get(product.id, 0.0),
                    )
                )
        return found

    def _filter_products(self, products):
        self.ensure_one()
        if self.scope == "products":
            return products & self.product_ids
        if self.scope == "materials":
            return products.filtered(
                lambda product: (
                    product.is_filament and product.material_id in self.material_ids
                )
            )
        return products

    def _get_parts(self):
        """Return {product id: its part, of 1} of what comes on top."""
        self.ensure_one()
        products = self.product_ids
        if self.scope == "materials":
            # Shared among what the shop uses, and not among a whole catalogue.
            products = self.env["product.product"].search(
                [
                    ("is_filament", "=", True),
                    ("material_id", "in", self.material_ids.ids),
                    ("company_id", "in", [self.company_id.id, False]),
                    "|",
                    ("orderpoint_ids", "!=", False),
                    ("stock_quant_ids.quantity", ">", 0),
                ]
            )
        known = {
            product.id: product.print3d_daily_use
            for product in products.with_company(self.company_id)
        }
        total = sum(known.values())
        if total:
            return {number: share / total for number, share in known.items()}
        return dict.fromkeys(known, 1 / len(known)) if known else {}
