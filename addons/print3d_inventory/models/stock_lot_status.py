from odoo import api, fields, models
from odoo.tools import SQL

# What a spool is at the moment; the first that holds counts, from the last one up.
STATUSES = [
    ("sealed", "Sealed"),
    ("stored", "Stored"),
    ("loaded", "Loaded"),
    ("reserved", "Reserved"),
    ("quarantine", "In quarantine"),
    ("away", "Away"),
    ("empty", "Empty"),
    ("scrapped", "Scrapped"),
]
# There is nothing on it.
GONE = ("empty", "scrapped")


class StockLot(models.Model):
    """What a spool is: sealed or opened, here or away, free or not; and its papers."""

    _inherit = "stock.lot"

    # === STATE === #
    # Stored, so that ten thousand spools are grouped and counted by it at once.
    spool_status = fields.Selection(
        STATUSES,
        string="Status",
        compute="_compute_spool_status",
        store=True,
        index="btree_not_null",
        readonly=True,
    )
    is_sealed = fields.Boolean(
        string="Sealed",
        compute="_compute_spool_status",
        store=True,
        help="Never opened, and full.",
    )
    expires_on = fields.Date(
        string="Best Before", index="btree_not_null", help="As its maker states it."
    )
    last_weighed_on = fields.Datetime(
        string="Last Weighed",
        compute="_compute_last_weighed_on",
        groups="print3d_library.group_print3d_user",
        help="When it was last weighed or counted.",
    )

    # === PAPERS === #
    vendor_id = fields.Many2one(
        "res.partner",
        string="Bought From",
        compute="_compute_receipt",
        compute_sudo=True,
    )
    received_on = fields.Datetime(
        string="Received", compute="_compute_receipt", compute_sudo=True
    )
    price_paid = fields.Monetary(
        compute="_compute_receipt",
        compute_sudo=True,
        currency_field="spool_currency_id",
        groups="base.group_user",
        help="What the spool cost when it came, full.",
    )

    # === COMPUTE === #

    @api.depends(
        "is_spool",
        "opened_on",
        "is_quarantined",
        "net_weight_g",
        "quant_ids.quantity",
        "quant_ids.location_id.usage",
        "quant_ids.location_id.print3d_kind",
        "quant_ids.location_id.is_off_site",
        "reservation_ids.state",
        # Only to know an emptied spool from one whose rest was thrown away.
        "spool_entry_ids.grams",
        "spool_entry_ids.undone_by_id",
    )
    def _compute_spool_status(self):
        others = self.filtered(lambda lot: not lot.is_spool)
        others.spool_status = False
        others.is_sealed = False
        gone = self.browse()
        for lot in self - others:
            there = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
            here = there.filtered(lambda quant: quant.location_id.usage == "internal")
            grams = sum(here.mapped("quantity"))
            lot.is_sealed = (
                not lot.opened_on
                and grams > 0
                and lot.product_id.uom_id.compare(grams, lot.net_weight_g) >= 0
            )
            if here:
                lot.spool_status = lot._get_status_of(here.location_id)
            elif "transit" in there.location_id.mapped("usage"):
                lot.spool_status = "away"
            else:
                gone |= lot
        scrapped = gone._filter_scrapped()
        scrapped.spool_status = "scrapped"
        (gone - scrapped).spool_status = "empty"

    def _get_status_of(self, places):
        """Return the status of a spool that lies at these places (stock.location)."""
        self.ensure_one()
        if self.is_quarantined:
            return "quarantine"
        if "slot" in places.mapped("print3d_kind"):
            return "loaded"
        if all(place.is_off_site for place in places):
            return "away"
        if any(item.state == "active" for item in self.reservation_ids):
            return "reserved"
        return "sealed" if self.is_sealed else "stored"

    def _filter_scrapped(self):
        """Return those of these spools, empty all of them, that were thrown away.

        What a print that failed took off last was used up, and is no such thing.
        """
        spools = self._origin
        if not spools:
            return self.browse()
        self.env["print3d.spool.entry"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id FROM (
                    SELECT DISTINCT ON (lot_id) lot_id, kind, res_model
                      FROM print3d_spool_entry
                     WHERE lot_id IN %s AND state = 'posted' AND grams < 0
                       AND undone_by_id IS NULL
                  ORDER BY lot_id, happened_on DESC, id DESC
                       ) entry
                 WHERE kind = 'scrap' AND COALESCE(res_model, 'stock.scrap')
                       = 'stock.scrap'
                """,
                tuple(spools.ids),
            )
        )
        found = {number for (number,) in rows}
        return self.filtered(lambda lot: lot._origin.id in found)

    @api.depends("spool_entry_ids.state", "spool_entry_ids.undone_by_id")
    def _compute_last_weighed_on(self):
        weighed = dict(
            self.env["print3d.spool.entry"]._read_group(
                [
                    ("lot_id", "in", self.ids),
                    ("kind", "in", self.env["print3d.spool.entry"]._get_statements()),
                    ("state", "=", "posted"),
                    ("undone_by_id", "=", False),
                ],
                ["lot_id"],
                ["happened_on:max"],
            )
        )
        for lot in self:
            lot.last_weighed_on = weighed.get(lot._origin, False)

    @api.depends("quant_ids.quantity", "standard_price")
    @api.depends_context("company")
    def _compute_receipt(self):
        """Tell by the move that brought the spool in."""
        lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", self.ids),
                ("state", "=", "done"),
                ("spool_entry_id.kind", "=", "receive"),
            ],
            order="date, id",
        )
        first = {}
        for line in lines:
            first.setdefault(line.lot_id, line)
        for lot in self:
            line = first.get(lot._origin, lines.browse())
            move = line.move_id
            grams = sum(move.move_line_ids.mapped("quantity_product_uom"))
            lot.received_on = line.date
            lot.vendor_id = move.picking_id.partner_id
            lot.price_paid = (
                move.value * line.quantity_product_uom / grams if grams else 0.0
            )

    # === OPENING === #

    def _get_page_action(self):
        """Return the action that opens the page of this spool."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_action"
        )
        # Core's own form of lots would be the default.
        view = self.env.ref("print3d_inventory.stock_lot_view_form_spool")
        action.update(view_mode="form", views=[(view.id, "form")], res_id=self.id)
        return action

    def action_open_spool(self):
        """Note that these spools are opened."""
        for lot in self:
            lot._print3d_record("open")
        return True

    @api.model
    def _get_next_order(self):
        """Return the order in which sealed spools are opened: the oldest first."""
        return "expires_on NULLS LAST, create_date, id"
