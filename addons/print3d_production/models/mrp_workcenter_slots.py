from odoo import api, fields, models
from odoo.exceptions import UserError


class MrpWorkcenterSlots(models.Model):
    """The place of a printer in the stock, and its slots, in which spools hang."""

    _inherit = "mrp.workcenter"

    location_id = fields.Many2one(
        "stock.location",
        string="Place",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        help="Where the spools in its slots are, for the stock.",
    )
    slot_ids = fields.One2many(
        "stock.location",
        "workcenter_id",
        string="Slots",
        domain=[("print3d_kind", "=", "slot")],
        readonly=True,
        copy=False,
    )
    slot_count = fields.Integer(
        string="Number of Slots",
        compute="_compute_slot_count",
        inverse="_inverse_slot_count",
        help="Spools it can hold at once: 1, or more with an AMS or MMU.",
    )
    slots_json = fields.Json(compute="_compute_slots_json")

    # === COMPUTE === #

    @api.depends("slot_ids")
    def _compute_slot_count(self):
        for printer in self:
            printer.slot_count = len(printer.slot_ids)

    def _inverse_slot_count(self):
        for printer in self.filtered("is_printer"):
            printer._set_slot_count(printer.slot_count)

    @api.depends("slot_ids.quant_ids.quantity")
    def _compute_slots_json(self):
        slots = self.slot_ids.sudo()
        loaded = {slot: slot.spool_id for slot in slots}
        # One read for all spools instead of one a slot.
        self.env["stock.lot"].sudo().union(*loaded.values()).mapped("remaining_g")
        for printer in self:
            printer.slots_json = [
                {
                    "id": slot.id,
                    "number": slot.slot_number,
                    "name": slot.name,
                    "spool": loaded[slot]._get_gauge() if loaded[slot] else False,
                }
                for slot in printer.slot_ids.sudo().sorted("slot_number")
            ]

    # === BUSINESS === #

    def _ensure_location(self):
        """Give each printer a place under the stock of its warehouse."""
        for printer in self.filtered(lambda printer: not printer.location_id):
            company = printer.company_id or self.env.company
            warehouse = self.env["stock.warehouse"].search(
                [("company_id", "=", company.id)], limit=1
            )
            printer.location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": printer.name,
                        "usage": "internal",
                        "print3d_kind": "printer",
                        "location_id": warehouse.lot_stock_id.id,
                        "company_id": company.id,
                    }
                )
            )

    def _set_slot_count(self, count):
        """Add slots, or take away empty ones from the end."""
        self.ensure_one()
        if count < 1:
            raise UserError(
                self.env._(
                    "%(printer)s needs a slot at least, from which its filament comes.",
                    printer=self.name,
                )
            )
        self._ensure_location()
        slots = self.slot_ids.sorted("slot_number").sudo()
        if count > len(slots):
            archived = (
                self.env["stock.location"]
                .sudo()
                .with_context(active_test=False)
                .search(
                    [("workcenter_id", "=", self.id), ("active", "=", False)],
                    order="slot_number",
                )
            )
            known = archived.grouped("slot_number")
            for number in range(len(slots) + 1, count + 1):
                if number in known:
                    known[number][0].active = True
                else:
                    self.env["stock.location"].sudo().create(
                        self._prepare_slot_vals(number)
                    )
        surplus = slots[count:]
        loaded = surplus.filtered("spool_id")
        if loaded:
            raise UserError(
                self.env._(
                    "%(slot)s still holds spool %(spool)s. Unload it before the slot "
                    "goes.",
                    slot=loaded[0].display_name,
                    spool=loaded[0].spool_id.name,
                )
            )
        surplus.active = False
        self.invalidate_recordset(["slot_ids", "slot_count"])

    def _prepare_slot_vals(self, number):
        """Hook: return the values of a slot.

        :param int number: its position, from 1
        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": self.env._("Slot %(number)s", number=number),
            "usage": "internal",
            "print3d_kind": "slot",
            "slot_number": number,
            "workcenter_id": self.id,
            "location_id": self.location_id.id,
            "company_id": self.location_id.company_id.id,
        }
