from odoo import api, fields, models

# What a move between two sorts of places means for a spool.
INTERNAL = "internal"


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # Core looks lots up in lines without an index; a spool's story is such a look-up.
    lot_id = fields.Many2one(index="btree_not_null")
    spool_entry_id = fields.Many2one(
        "print3d.spool.entry",
        string="Line of the Ledger",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Enter what is added to moves that are done."""
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "done")._enter_into_ledgers()
        return lines

    def write(self, vals):
        """Enter anew what is changed in moves that are done."""
        result = super().write(vals)
        if {"lot_id", "location_id", "location_dest_id"} & vals.keys():
            moved = self.filtered(lambda line: line.spool_entry_id)
            if moved:
                moved.spool_entry_id = False
                moved._enter_into_ledgers()
        return result

    def _action_done(self):
        """Enter what is done into the ledgers of the spools."""
        result = super()._action_done()
        self.exists()._enter_into_ledgers()
        return result

    def _enter_into_ledgers(self):
        """Give each of these lines a line in the ledger of its spool.

        The context tells the entry when there is one; others get one, for all lines of
        one kind, spool and document.
        """
        spools = self.filtered(
            lambda line: line.lot_id.is_spool and not line.spool_entry_id
        )
        if not spools:
            return
        known = dict(self.env.context.get("print3d_spool_entries") or ())
        for line in spools.filtered(lambda line: line.lot_id.id in known):
            line.sudo().spool_entry_id = known[line.lot_id.id]
        Entry = self.env["print3d.spool.entry"].sudo()
        others = spools.filtered(lambda line: line.lot_id.id not in known)
        groups = others.grouped(
            lambda line: (
                line.lot_id,
                line._get_spool_kind(),
                line.move_id._get_spool_document(),
            )
        )
        entries = Entry.create(
            [
                lines[0]._prepare_spool_entry_vals(kind, document)
                for (_lot, kind, document), lines in groups.items()
            ]
        )
        is_told_late = "print3d_spool_happened_on" in self.env.context
        surplus = dict(self.env.context.get("print3d_spool_surplus") or {})
        for entry, lines in zip(entries, groups.values(), strict=True):
            lines.sudo().spool_entry_id = entry
            if is_told_late:
                # Of several lines about one spool the first accounts for all of it.
                entry._settle(surplus.pop(entry.lot_id.id, 0.0))

    def _prepare_spool_entry_vals(self, kind, document):
        """Hook: return the values of the entry of a move nobody told the ledger."""
        self.ensure_one()
        lot = self.lot_id
        happened_on = (
            self.env.context.get("print3d_spool_happened_on") or fields.Datetime.now()
        )
        # A count says what is left; that stands in the books by now.
        counted = lot._get_book_grams() if kind == "count" else 0.0
        return {
            "lot_id": lot.id,
            "company_id": (lot.company_id or self.company_id or self.env.company).id,
            "kind": kind,
            "state": "posted",
            "reason": self.move_id.reference or self.move_id.origin,
            "user_id": self.env.uid,
            "res_model": document._name if document else False,
            "res_id": document.id if document else False,
            "happened_on": happened_on.replace(microsecond=0),
            "stated": counted,
            "measured_g": counted,
        }

    def _get_spool_change(self):
        """Return the grams this line brings on its spool; below zero, takes off it."""
        self.ensure_one()
        came = self.location_dest_id.usage == INTERNAL
        went = self.location_id.usage == INTERNAL
        return self.quantity_product_uom * (came - went)

    def _get_spool_kind(self):
        """Return the kind of entry of this line when nobody told it."""
        self.ensure_one()
        told = self.env.context.get("print3d_spool_kind")
        source, dest = self.location_id, self.location_dest_id
        if source.usage == dest.usage == INTERNAL:
            if dest.print3d_kind == "slot":
                return "load"
            return "unload" if source.print3d_kind == "slot" else "move"
        if told:
            return told
        if dest.usage == INTERNAL:
            return "receive"
        if self.move_id.scrap_id:
            return "scrap"
        return "use" if dest.usage in ("production", "inventory") else "send"

    def _prepare_new_lot_vals(self):
        """Tell a new spool what was on it and whose it is.

        Core leaves the company empty for shared products; every company would then
        see the others' spools.
        """
        vals = super()._prepare_new_lot_vals()
        if self.product_id.is_filament:
            vals["net_weight_g"] = self.quantity_product_uom
            vals["company_id"] = self.company_id.id
        return vals
