from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

LOW_PERCENT = 20


class StockLot(models.Model):
    _inherit = "stock.lot"

    # === IDENTITY === #
    is_spool = fields.Boolean(
        related="product_id.is_filament", store=True, index=True, string="Spool"
    )
    material_id = fields.Many2one(
        related="product_id.material_id", store=True, index="btree_not_null"
    )
    brand_id = fields.Many2one(related="product_id.brand_id")
    spool_colour = fields.Char(related="product_id.colour_hexes")

    # === WEIGHT === #
    net_weight_g = fields.Float(
        string="Full weight (g)",
        digits="Product Unit",
        compute="_compute_spool_weights",
        store=True,
        readonly=False,
        precompute=True,
        help="Filament on this spool when it was full.",
    )
    tare_weight_g = fields.Float(
        string="Empty spool (g)",
        digits="Product Unit",
        compute="_compute_spool_weights",
        store=True,
        readonly=False,
        precompute=True,
        help="Weight of the bare spool.",
    )
    remaining_g = fields.Float(
        string="Left (g)",
        digits="Product Unit",
        compute="_compute_remaining",
        search="_search_remaining_g",
    )
    remaining_percent = fields.Float(
        string="Left (%)",
        compute="_compute_remaining",
        search="_search_remaining_percent",
    )
    spool_chip = fields.Json(compute="_compute_spool_chip")

    # === STATE === #
    opened_on = fields.Date(
        help="Set when the spool is loaded or used for the first time."
    )
    # === COST === #
    spool_currency_id = fields.Many2one(
        "res.currency", compute="_compute_spool_value", string="Currency"
    )
    price_per_kg = fields.Monetary(
        string="Cost per kg",
        compute="_compute_spool_value",
        currency_field="spool_currency_id",
        groups="base.group_user",
    )
    spool_value = fields.Monetary(
        string="Value left",
        compute="_compute_spool_value",
        currency_field="spool_currency_id",
        groups="base.group_user",
        help="Grams left at what was paid for this very spool.",
    )
    spool_move_count = fields.Integer(
        string="Movements", compute="_compute_spool_move_count"
    )

    _tare_not_negative = models.Constraint(
        "CHECK (tare_weight_g >= 0)", "A spool cannot weigh less than nothing."
    )

    # === COMPUTE === #

    @api.depends("product_id")
    def _compute_spool_weights(self):
        """Start from the filament's weights; a receipt tells the real ones."""
        for lot in self:
            lot.net_weight_g = lot.net_weight_g or lot.product_id.net_weight_g
            lot.tare_weight_g = (
                lot.tare_weight_g or lot.product_id.tare_weight_g or lot._get_tare_g()
            )

    @api.depends(
        "quant_ids.quantity",
        "quant_ids.location_id",
        "net_weight_g",
        "spool_entry_ids.state",
    )
    def _compute_remaining(self):
        """Tell what is in stock, less what was told and is not booked yet."""
        left = dict(
            self.env["stock.quant"]._read_group(
                [("lot_id", "in", self.ids), ("location_id.usage", "=", "internal")],
                ["lot_id"],
                ["quantity:sum"],
            )
        )
        waiting = self._get_waiting_entries()
        for lot in self:
            grams = max(0.0, left.get(lot._origin, 0.0))
            if lot._origin.id in waiting:
                grams = waiting[lot._origin.id]._apply_waiting(grams)
            lot.remaining_g = grams
            full = lot.net_weight_g
            lot.remaining_percent = min(100.0 * grams / full, 100.0) if full else 0.0

    @api.depends(
        "remaining_g", "is_spool", "product_id.colour_hexes", "product_id.name"
    )
    def _compute_spool_chip(self):
        for lot in self:
            lot.spool_chip = (
                [lot.product_id._get_filament_chip(lot.remaining_g)]
                if lot.is_spool
                else False
            )

    @api.depends("remaining_g", "standard_price", "company_id")
    @api.depends_context("company")
    def _compute_spool_value(self):
        for lot in self:
            company = lot.company_id or self.env.company
            lot.spool_currency_id = company.currency_id
            price = lot.with_company(company).standard_price
            lot.price_per_kg = price * 1000
            lot.spool_value = price * lot.remaining_g

    def _compute_spool_move_count(self):
        counts = dict(
            self.env["stock.move.line"]._read_group(
                [("lot_id", "in", self.ids), ("state", "=", "done")],
                ["lot_id"],
                ["__count"],
            )
        )
        for lot in self:
            lot.spool_move_count = counts.get(lot, 0)

    @api.depends("quant_ids", "quant_ids.quantity")
    def _compute_single_location(self):
        """Tell where a spool is by what is left of it.

        Core counts what was used as well, which lies at a virtual place: a spool would
        lose its location with the first print.
        """
        spools = self.filtered("is_spool")
        for lot in spools:
            places = lot.quant_ids.filtered(
                lambda quant: quant.quantity > 0
                and quant.location_id.usage in ("internal", "transit")
            ).location_id
            lot.location_id = places if len(places) == 1 else False
        return super(StockLot, self - spools)._compute_single_location()

    def _set_single_location(self):
        """Move spools as spools: in whole, and never two into one slot."""
        spools = self.filtered("is_spool")
        for lot in spools:
            # The new place is what was just written on the record.
            lot._move_to(lot.location_id)
        others = self - spools
        # Core takes the place of all from the first one.
        for lot in others[1:]:
            super(StockLot, lot)._set_single_location()
        return super(StockLot, others[:1])._set_single_location()

    def _read_group_location_id(self, locations, domain):
        """Offer shelves and slots, not customers and vendors, as columns of spools."""
        if self.env.context.get("print3d_spools"):
            return locations | locations.search(
                [("print3d_kind", "in", ("shelf", "away"))]
            )
        return super()._read_group_location_id(locations, domain)

    # === SEARCH === #

    def _search_remaining_g(self, operator, value):
        return self._search_by_stock(SQL("COALESCE(stock.grams, 0)"), operator, value)

    def _search_remaining_percent(self, operator, value):
        return self._search_by_stock(
            SQL(
                "LEAST(100, 100 * COALESCE(stock.grams, 0)"
                " / NULLIF(stock_lot.net_weight_g, 0))"
            ),
            operator,
            value,
        )

    def _search_by_stock(self, expression, operator, value):
        comparisons = {
            "<": SQL("<"),
            "<=": SQL("<="),
            ">": SQL(">"),
            ">=": SQL(">="),
        }
        if operator == "in":
            comparison = SQL("%s = ANY(%s)", expression, [float(v) for v in value])
        elif operator in comparisons:
            comparison = SQL("%s %s %s", expression, comparisons[operator], value)
        else:
            return NotImplemented
        self.flush_model(["net_weight_g", "is_spool"])
        self.env["stock.quant"].flush_model(["lot_id", "quantity", "location_id"])
        return [
            (
                "id",
                "in",
                SQL(
                    """(
                    SELECT stock_lot.id
                      FROM stock_lot
                 LEFT JOIN (
                        SELECT quant.lot_id, SUM(quant.quantity) AS grams
                          FROM stock_quant quant
                          JOIN stock_location place ON place.id = quant.location_id
                         WHERE quant.lot_id IS NOT NULL
                           AND place.usage = 'internal'
                      GROUP BY quant.lot_id
                           ) stock ON stock.lot_id = stock_lot.id
                     WHERE stock_lot.is_spool AND %s
                )""",
                    comparison,
                ),
            )
        ]

    @api.model
    def _get_stock_domain(self):
        return [("quantity", ">", 0), ("location_id.usage", "=", "internal")]

    # === ACTIONS === #

    def action_load(self, location):
        """Put this spool into a slot.

        :param location: the slot (stock.location, or its id when called by RPC)
        :raise UserError: when the slot holds another spool, or the spool cannot be used
        """
        self.ensure_one()
        if isinstance(location, int):
            location = self.env["stock.location"].browse(location)
        if location.print3d_kind != "slot":
            raise UserError(
                self.env._(
                    "%(place)s is not a slot. Choose a slot of a printer.",
                    place=location._get_place_name(),
                )
            )
        if self.remaining_g <= 0:
            raise UserError(
                self.env._(
                    "Spool %(spool)s is empty. Load one that has filament left.",
                    spool=self.name,
                )
            )
        self._check_not_quarantined()
        self._move_to(
            location,
            self.env._("Loaded into %(slot)s", slot=location._get_place_name()),
        )
        if not self.opened_on:
            self.opened_on = fields.Date.context_today(self)
        return True

    def action_unload(self):
        """Take these spools out of their slots, back to where each came from."""
        for lot in self:
            slot = lot._get_stock_quants().location_id.filtered(
                lambda place: place.print3d_kind == "slot"
            )
            if slot:
                lot._move_to(
                    lot._get_home_location(slot[:1]),
                    self.env._(
                        "Unloaded from %(slot)s", slot=slot[:1]._get_place_name()
                    ),
                )
        return True

    def action_open_move(self):
        """Ask where to put these spools."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_move_action"
        )
        action["context"] = {"default_lot_ids": self.ids, "print3d_spools": True}
        return action

    def action_view_spool_moves(self):
        """Open what happened to this spool."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.stock_move_line_action"
        )
        action.update(
            name=self.env._("Movements of %(spool)s", spool=self.name),
            domain=[("lot_id", "=", self.id), ("state", "=", "done")],
            context={"create": False},
        )
        return action

    # === BUSINESS === #

    def _move_to(self, location, reason=None):
        """Move the whole content of these spools to one place.

        Real stock moves are posted. What was reserved on a spool is freed by core and
        reserved again where the spool now is, when the waiting document draws from
        there.

        :param location: the place (stock.location) to move to
        :param reason: what the stock moves say; a plain sentence by default
        """
        for lot in self:
            quants = lot._get_stock_quants()
            if not quants:
                raise UserError(
                    self.env._(
                        "Spool %(spool)s is empty, there is nothing to move.",
                        spool=lot.name,
                    )
                )
            company = quants.company_id
            if location.company_id and location.company_id != company:
                raise UserError(
                    self.env._(
                        "%(place)s belongs to %(theirs)s and spool %(spool)s to "
                        "%(ours)s. Choose a place of the same company.",
                        place=location._get_place_name(),
                        theirs=location.company_id.display_name,
                        spool=lot.name,
                        ours=", ".join(company.mapped("display_name")),
                    )
                )
            location._check_slot_takes(lot)
            quants.filtered(lambda quant: quant.location_id != location).move_quants(
                location_dest_id=location,
                message=reason
                or self.env._("Moved to %(place)s", place=location._get_place_name()),
                unpack=True,
            )

    def _without_defaults(self):
        """Return these spools without the defaults of a dialog in their context.

        They would be taken for those of the stock moves that are made: these have lots
        as well.
        """
        return self.with_context(  # pylint: disable=context-overridden
            clean_context(self.env.context)
        )

    def _get_stock_quants(self):
        return self.env["stock.quant"].search(
            [("lot_id", "in", self.ids), *self._get_stock_domain()]
        )

    def _get_home_location(self, slot):
        """Return where a spool goes when it leaves ``slot``.

        That is where it came from, or else the stock of the slot's warehouse.
        """
        self.ensure_one()
        line = self.env["stock.move.line"].search(
            [
                ("lot_id", "=", self.id),
                ("state", "=", "done"),
                ("location_dest_id.print3d_kind", "=", "slot"),
                ("location_id.usage", "=", "internal"),
                "|",
                ("location_id.print3d_kind", "=", False),
                ("location_id.print3d_kind", "!=", "slot"),
            ],
            order="date desc, id desc",
            limit=1,
        )
        return line.location_id.filtered("active") or slot.warehouse_id.lot_stock_id

    @api.model
    def _next_spool_names(self, product, count):
        """Return ``count`` names no spool of this filament bears or is to bear."""
        names = []
        while len(names) < count:
            batch = [
                product.lot_sequence_id.next_by_id()
                or self.env["ir.sequence"].next_by_code("stock.lot.serial")
                for _index in range(count - len(names))
            ]
            taken = set(
                self.sudo()
                .search([("product_id", "=", product.id), ("name", "in", batch)])
                .mapped("name")
            )
            taken.update(
                self.env["stock.move.line"]
                .sudo()
                .search(
                    [
                        ("product_id", "=", product.id),
                        ("lot_name", "in", batch),
                        ("state", "not in", ("done", "cancel")),
                    ]
                )
                .mapped("lot_name")
            )
            names += [name for name in batch if name not in taken]
        return names
