from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class StockLocation(models.Model):
    _inherit = "stock.location"

    print3d_kind = fields.Selection(
        [("shelf", "Shelf"), ("printer", "Printer"), ("slot", "Slot")],
        string="Kind of Place",
        index="btree_not_null",
        help="A slot feeds a printer and holds one spool.",
    )
    slot_number = fields.Integer(help="Position at the printer, starting from 1.")
    spool_id = fields.Many2one(
        "stock.lot",
        string="Loaded Spool",
        compute="_compute_spool_id",
        help="The spool in this slot.",
    )
    spool_count = fields.Integer(string="Spools", compute="_compute_spool_id")

    @api.depends("quant_ids.quantity", "quant_ids.lot_id")
    def _compute_spool_id(self):
        spools = {
            location: lots
            for location, lots in self.env["stock.quant"]._read_group(
                [
                    ("location_id", "in", self.ids),
                    ("quantity", ">", 0),
                    ("lot_id.is_spool", "=", True),
                ],
                ["location_id"],
                ["lot_id:recordset"],
            )
        }
        none = self.env["stock.lot"]
        for location in self:
            lots = spools.get(location._origin, none)
            location.spool_id = lots[:1] if location.print3d_kind == "slot" else none
            location.spool_count = len(lots)

    @api.depends("print3d_kind", "location_id.name", "location_id.print3d_kind")
    @api.depends_context("print3d_spools")
    def _compute_display_name(self):
        """Call places as people do where only filament is spoken of."""
        res = super()._compute_display_name()
        if self.env.context.get("print3d_spools"):
            for location in self.filtered("print3d_kind"):
                location.display_name = location._get_place_name()
        return res

    @api.constrains("print3d_kind", "usage")
    def _check_print3d_kind(self):
        for location in self:
            if location.print3d_kind and location.usage != "internal":
                raise ValidationError(
                    self.env._(
                        "%(place)s holds filament, so that its type must be Internal.",
                        place=location.display_name,
                    )
                )

    def action_view_spools(self):
        """Open the spools lying here."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_action"
        )
        action["domain"] = [
            ("is_spool", "=", True),
            ("quant_ids", "any", self._get_spool_quant_domain()),
        ]
        action["context"] = {"print3d_spools": True}
        return action

    def action_unload(self):
        """Take the spools out of these slots."""
        return self.spool_id.action_unload()

    def _get_place_name(self):
        """Return what people call this place: "Shelf A", "MK4 · Slot 1"."""
        self.ensure_one()
        parent = self.location_id
        if self.print3d_kind == "slot" and parent.print3d_kind == "printer":
            return f"{parent.name} · {self.name}"
        return self.name

    @api.model
    def _enable_print3d_places(self):
        """Do what core's setting "Storage Locations" does besides granting its group.

        Internal transfers become visible and places can be made by hand.
        """
        warehouses = self.env["stock.warehouse"].search([("active", "=", True)])
        warehouses.int_type_id.active = True
        for name in (
            "stock.stock_location_view_tree2_editable",
            "stock.stock_location_view_form_editable",
        ):
            view = self.env.ref(name, raise_if_not_found=False)
            if view:
                view.active = False

    def _get_spool_quant_domain(self):
        return [("location_id", "in", self.ids), ("quantity", ">", 0)]

    def _check_slot_takes(self, lot):
        """Refuse a second spool in a slot.

        The slot's row is written, so that of two people loading it at the same time
        the second is told to retry on what the first one left, and then gets the
        message: under snapshot isolation a plain lock would not show him the other
        spool.

        :param lot: the spool (stock.lot) on its way into the slots in ``self``
        """
        for slot in self.filtered(lambda place: place.print3d_kind == "slot"):
            self.env.cr.execute(
                SQL(
                    "UPDATE stock_location SET slot_number = slot_number WHERE id = %s",
                    slot.id,
                ),
                log_exceptions=False,
            )
            other = (
                self.env["stock.quant"]
                .sudo()
                .search(
                    [
                        ("location_id", "=", slot.id),
                        ("quantity", ">", 0),
                        ("lot_id", "!=", lot.id),
                        ("product_id.is_filament", "=", True),
                    ],
                    limit=1,
                )
                .lot_id
            )
            if other:
                raise UserError(
                    self.env._(
                        "%(slot)s already holds spool %(spool)s (%(filament)s). "
                        "Unload that spool first, or load %(new)s into another slot.",
                        slot=slot._get_place_name(),
                        spool=other.name,
                        filament=other.product_id.display_name,
                        new=lot.name,
                    )
                )
