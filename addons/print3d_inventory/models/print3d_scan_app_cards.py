from odoo import api, models
from odoo.tools import SQL

from .stock_lot import LOW_PERCENT

SHOWN_LOG = 10
MOST_MINIS = 200
# Where a line of the ledger says a spool went.
PLACING = ("move", "load", "unload")
LOG_FIELDS = (
    "lot_id",
    "kind",
    "state",
    "stated",
    "grams",
    "reason",
    "user_id",
    "happened_on",
    "undone_by_id",
    "res_model",
    "res_id",
    "key",
    "device_id",
)


class Print3dScanAppCards(models.AbstractModel):
    """The cards of the scan app: all that a phone shows of a thing.

    However many are asked for, the number of queries is the same.
    """

    _inherit = "print3d.scan.app"

    # === SPOOLS === #

    @api.model
    def _get_spool_cards(self, spools, log_size=SHOWN_LOG):
        """Return the cards of spools, in their order.

        :param int log_size: lines of the ledger on each
        :rtype: list[dict]
        """
        if not spools:
            return []
        places = self._get_spool_places(spools)
        logs = self._get_logs(spools, log_size)
        conflicts = self._get_conflicts(spools)
        tares = spools._get_tares()
        tags = dict(
            self.env["print3d.tag"]._read_group(
                [("lot_id", "in", spools.ids)], ["lot_id"], ["value:array_agg"]
            )
        )
        words = dict(spools._fields["spool_status"]._description_selection(self.env))
        return [
            {
                **self._get_mini(spool),
                "type": "spool",
                "subtitle": " · ".join(
                    filter(None, (self._get_material(spool), spool.brand_id.name))
                ),
                "material": self._get_material(spool),
                "brand": spool.brand_id.name or "",
                "full_g": spool.net_weight_g,
                "tare_g": tares[spool.id],
                "place": self._get_place_brief(places.get(spool.id)),
                "status": spool.spool_status,
                "status_text": words.get(spool.spool_status, ""),
                "sealed": not spool.opened_on
                and spool.remaining_g > 0
                and spool.remaining_g >= spool.net_weight_g,
                "opened_on": self._to_iso(spool.opened_on),
                "batch": spool.ref or "",
                "is_quarantined": spool.is_quarantined,
                "tags": tags.get(spool, []),
                "conflicts": conflicts.get(spool.id, []),
                "log": logs.get(spool.id, []),
                "path": spool._get_label_path(),
                "url": spool._get_desk_path(),
                **self._get_care(spool),
            }
            for spool in spools
        ]

    @api.model
    def _get_care(self, spool):
        """Hook: return what a spool needs and who waits for it."""
        return {"expires_on": None, "reserved": [], "dry": None}

    @api.model
    def _get_spool_minis(self, spools):
        return [self._get_mini(spool) for spool in spools]

    @api.model
    def _get_mini(self, spool):
        grams, percent = spool.remaining_g, spool.remaining_percent
        return {
            "id": spool.id,
            "name": spool.name,
            "title": spool.product_id.display_name,
            **self._get_looks(spool.product_id),
            "remaining_g": grams,
            "percent": round(percent, 1),
            "is_low": 0 < percent < LOW_PERCENT,
        }

    @api.model
    def _get_looks(self, product):
        swatch = product._get_swatch()
        return {"colours": swatch["colours"], "swatch": swatch}

    @api.model
    def _get_material(self, spool):
        return spool.material_id.code or spool.material_id.name or ""

    @api.model
    def _get_spool_places(self, spools):
        """Return {number of a spool: where most of it lies (stock.location)}."""
        rows = self.env["stock.quant"]._read_group(
            [("lot_id", "in", spools.ids), *spools._get_stock_domain()],
            ["lot_id", "location_id"],
            ["quantity:sum"],
            order="quantity:sum",
        )
        return {lot.id: place for lot, place, _grams in rows}

    @api.model
    def _get_place_brief(self, place):
        if not place:
            return None
        return {
            "id": place.id,
            "title": place._get_place_name(),
            "kind": place.print3d_kind or "",
        }

    # === THE LEDGER === #

    @api.model
    def _get_logs(self, spools, size):
        """Return {number of a spool: its last lines of the ledger}."""
        Entry = self.env["print3d.spool.entry"]
        Entry.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.id
                  FROM UNNEST(%s) AS spool (id)
            CROSS JOIN LATERAL (
                       SELECT id, happened_on FROM print3d_spool_entry
                        WHERE lot_id = spool.id
                     ORDER BY happened_on DESC, id DESC LIMIT %s) AS entry
              ORDER BY entry.happened_on DESC, entry.id DESC
                """,
                spools.ids,
                size,
            )
        )
        ids = [row[0] for row in rows]
        # Read at once: left to itself, Odoo reads a thousand at a time.
        visible = set(Entry.search_fetch([("id", "in", ids)], LOG_FIELDS)._ids)
        entries = Entry.browse(entry_id for entry_id in ids if entry_id in visible)
        went = self._get_destinations(
            entries.filtered(lambda entry: entry.kind in PLACING)
        )
        found = {}
        for entry in entries:
            found.setdefault(entry.lot_id.id, []).append(
                self._get_log_line(entry, went.get(entry.id))
            )
        return found

    @api.model
    def _get_destinations(self, entries):
        """Return {number of an entry: the place it put its spool (stock.location)}."""
        lines = self.env["stock.move.line"].search(
            [("spool_entry_id", "in", entries.ids)]
        )
        return {line.spool_entry_id.id: line.location_dest_id for line in lines}

    @api.model
    def _get_log_line(self, entry, place):
        kinds = dict(entry._fields["kind"]._description_selection(self.env))
        states = dict(entry._fields["state"]._description_selection(self.env))
        words = [
            kinds[entry.kind],
            entry.stated_text,
            place and place._get_place_name(),
            entry.reason if not place else "",
            states[entry.state] if entry.state != "posted" else "",
        ]
        return {
            "entry_id": entry.id,
            "kind": entry.kind,
            "state": entry.state,
            "text": " · ".join(filter(None, words)),
            "when": self._to_iso(entry.happened_on),
            "grams": entry.grams,
            # Everybody may know the name of a colleague.
            "by": entry.sudo().user_id.name or "",
            "can_undo": entry._can_undo(),
            "undone": bool(entry.undone_by_id),
        }

    @api.model
    def _get_conflicts(self, spools):
        """Return {number of a spool: what has to be decided about it}."""
        entries = self.env["print3d.spool.entry"].search(
            [("lot_id", "in", spools.ids), ("state", "=", "conflict")], order="id"
        )
        found = {}
        for entry in entries:
            found.setdefault(entry.lot_id.id, []).append(self._get_conflict(entry))
        return found

    @api.model
    def _get_conflict(self, entry):
        """Return what a person needs to decide about an entry."""
        rival = entry.rival_id.sudo()
        return {
            "entry_id": entry.id,
            "spool_id": entry.lot_id.id,
            "problem": entry.problem,
            "text": entry.problem_text or "",
            "expected_g": entry.expected_g,
            "found_g": entry.found_g,
            "mine_g": entry._get_claimed_grams(),
            "mine_text": entry.stated_text,
            "theirs_g": rival.measured_g if rival else None,
            "by": (rival.device_id.name or rival.user_id.name) if rival else None,
            "when": self._to_iso(rival.happened_on),
            "choices": entry._get_decisions(),
        }

    # === PLACES === #

    @api.model
    def _get_place_minis(self, places):
        kinds = dict(places._fields["print3d_kind"]._description_selection(self.env))
        looks = {
            spool.id: self._get_looks(spool.product_id) for spool in places.spool_id
        }
        return [
            {
                **looks.get(place.spool_id.id, {}),
                "id": place.id,
                "kind": place.print3d_kind,
                "title": place._get_place_name(),
                "subtitle": kinds.get(place.print3d_kind, ""),
                "code": place.barcode or "",
                "slot_of": place.location_id.name
                if place.print3d_kind == "slot"
                else "",
                "spool_id": place.spool_id.id or None,
                "path": place._get_label_path(),
            }
            for place in places
        ]

    @api.model
    def _get_place_card(self, place):
        """Return what lies at a place, and what belongs there and is loaded."""
        [mini] = self._get_place_minis(place)
        quants = self.env["stock.quant"].search(
            [
                ("location_id", "child_of", place.id),
                ("quantity", ">", 0),
                ("lot_id.is_spool", "=", True),
            ],
            order="lot_id",
            limit=MOST_MINIS,
        )
        is_slot = place.print3d_kind == "slot"
        return {
            **mini,
            "type": "place",
            "printer": place.location_id.name if is_slot else "",
            "spools": self._get_spool_minis(quants.lot_id),
            "away": [] if is_slot else self._get_away(place),
            "deeds": self._get_place_deeds(place),
            "url": place._get_desk_path(),
        }

    @api.model
    def _get_place_deeds(self, place):
        """Hook: return what can be done at a place, besides moving spools.

        :return: dicts of ``kind`` (of the action, told with the ``place_id``) and
            ``label``
        :rtype: list[dict]
        """
        return []

    @api.model
    def _get_away(self, shelf):
        """Return the spools that came from a shelf into the slots they are in."""
        self.env["stock.move.line"].flush_model()
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT loaded.lot_id
                  FROM stock_quant AS loaded
                  JOIN stock_location AS slot
                    ON slot.id = loaded.location_id AND slot.print3d_kind = 'slot'
            CROSS JOIN LATERAL (
                       SELECT line.location_id
                         FROM stock_move_line AS line
                         JOIN stock_location AS source
                           ON source.id = line.location_id
                         JOIN stock_location AS dest
                           ON dest.id = line.location_dest_id
                        WHERE line.lot_id = loaded.lot_id AND line.state = 'done'
                          AND dest.print3d_kind = 'slot'
                          AND source.usage = 'internal'
                          AND source.print3d_kind IS DISTINCT FROM 'slot'
                     ORDER BY line.date DESC, line.id DESC LIMIT 1) AS home
                 WHERE loaded.quantity > 0 AND home.location_id = %s
                 LIMIT %s
                """,
                shelf.id,
                MOST_MINIS,
            )
        )
        spools = self.env["stock.lot"].search(
            [("id", "in", [row[0] for row in rows]), ("is_spool", "=", True)]
        )
        places = self._get_spool_places(spools)
        return [
            {
                **self._get_mini(spool),
                "place_title": places[spool.id]._get_place_name()
                if spool.id in places
                else "",
            }
            for spool in spools
        ]

    # === FILAMENTS === #

    @api.model
    def _get_product_minis(self, ids):
        """Return the filaments of these numbers, in their order."""
        return [
            {
                "id": product.id,
                "title": product.display_name,
                **self._get_looks(product),
            }
            for product in self.env["product.product"].browse(ids)
        ]

    @api.model
    def _get_product_card(self, product):
        """Return how much there is of a filament, sealed and opened."""
        Lot = self.env["stock.lot"]
        spools = Lot.search(
            [
                ("product_id", "=", product.id),
                ("is_spool", "=", True),
                ("quant_ids", "any", Lot._get_stock_domain()),
            ]
        )
        opened = spools.filtered(
            lambda spool: spool.opened_on or spool.remaining_g < spool.net_weight_g
        )
        return {
            "type": "product",
            "id": product.id,
            "title": product.display_name,
            **self._get_looks(product),
            "is_filament": product.is_filament,
            "sealed": len(spools - opened),
            "open": self._get_spool_minis(opened[:MOST_MINIS]),
            "remaining_g": product.filament_stock_g,
            "url": f"/odoo/filaments/{product.id}",
        }
