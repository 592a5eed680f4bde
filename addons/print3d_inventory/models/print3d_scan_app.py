from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

STAFF = "print3d_library.group_print3d_user"
# What the scan app keeps for when there is no network.
MOST_SPOOLS = 500
MOST_PLACES = 2000
MOST_PURCHASES = 100
# Of each spool, what a phone keeps of the ledger; a card that is asked for says more.
KEPT_LOG = 3
# Lines of the ledger looked through for the spools touched last.
TOUCHED_LINES = 10_000
MOST_FOUND = 40
# What may be done to a spool by whoever may change it.
SPOOL_DEEDS = (
    "weigh",
    "use",
    "count",
    "percent",
    "move",
    "load",
    "dry",
    "scrap",
    "open",
    "quarantine",
    "merge",
    "undo",
    "decide",
)


class Print3dScanApp(models.AbstractModel):
    """What the scan app asks for: what to keep offline, what was scanned, cards."""

    _name = "print3d.scan.app"
    _description = "Scan App"

    @api.model
    def _check_staff(self):
        """Refuse whoever is not of the shop.

        :raise AccessError: saying so
        """
        if not self.env.user.has_group(STAFF):
            raise AccessError(
                self.env._(
                    "The scan app is for the staff of the shop. Ask the owner to give "
                    "you a role in 3D Printing."
                )
            )

    @api.model
    def _get_bootstrap(self):
        """Return what a phone keeps to work without a network.

        The number of queries does not depend on how many spools there are.

        :rtype: dict
        """
        self._check_staff()
        user, company, lang = self.env.user, self.env.company, self.env.lang or "en_US"
        spools = self._find_spools_touched_last(MOST_SPOOLS)
        places = self.env["stock.location"].search(
            [("print3d_kind", "in", ("shelf", "slot"))],
            order="print3d_kind, name, id",
            limit=MOST_PLACES,
        )
        return {
            "user": {"id": user.id, "name": user.name},
            "company": {"id": company.id, "name": company.name},
            "now": self._to_iso(fields.Datetime.now()),
            "lang": lang.replace("_", "-"),
            "rtl": self.env["res.lang"]._get_data(code=lang).direction == "rtl",
            "may": self._get_rights(),
            "spools": self._get_spool_cards(spools, KEPT_LOG),
            "places": self._get_place_minis(places),
            "scrap_reasons": self._get_scrap_reasons(),
            "purchases": self._get_purchases(),
        }

    @api.model
    def _get_rights(self):
        may_change = self.env["stock.lot"].has_access("write")
        return {
            **dict.fromkeys(SPOOL_DEEDS, may_change),
            "receive": may_change and self.env["stock.picking"].has_access("write"),
            "tie": self.env["print3d.tag"].has_access("create"),
        }

    @api.model
    def _get_scrap_reasons(self):
        reasons = self.env["stock.lot"]._get_scrap_reasons()
        return [{"id": tag_id, "name": name} for tag_id, name in reasons]

    @api.model
    def _find_spools_touched_last(self, limit):
        """Return the spools of the last lines of the ledger, and then the newest."""
        Entry, Lot = self.env["print3d.spool.entry"], self.env["stock.lot"]
        last = Entry._search([], order="id desc", limit=TOUCHED_LINES)
        rows = self.env.execute_query(last.select(SQL.identifier(last.table, "lot_id")))
        ids = list(dict.fromkeys(lot_id for (lot_id,) in rows))[:limit]
        touched = Lot.search([("id", "in", ids), ("is_spool", "=", True)])
        order = {lot_id: number for number, lot_id in enumerate(ids)}
        touched = touched.sorted(lambda lot: order[lot.id])
        if len(touched) == limit:
            return touched
        return touched + Lot.search(
            [
                ("is_spool", "=", True),
                ("id", "not in", touched.ids),
                ("quant_ids", "any", Lot._get_stock_domain()),
            ],
            order="id desc",
            limit=limit - len(touched),
        )

    # === SCANNED AND SEARCHED === #

    @api.model
    def _resolve(self, code):
        """Return what a scanned code or tag stands for, with its card."""
        self._check_staff()
        if isinstance(code, str):
            code = self._clean(code)
        found = self.env["print3d.scan"]._resolve(code)
        card = found["id"] and self._find_card(found["type"], found["id"])
        if not card and found.get("picking_ids"):
            card = self._find_card("receipt", found["picking_ids"][0])
        if found.get("candidates"):
            found["candidates"] = self._get_product_minis(found["candidates"])
        return {**found, "card": card} if card else found

    @api.model
    def _get_card(self, kind, record_id):
        """Return the card of a thing.

        :raise UserError: when it is gone, or belongs to another company
        """
        self._check_staff()
        number = record_id if isinstance(record_id, int) else 0
        card = self._find_card(kind, number)
        if not card:
            raise UserError(
                self.env._(
                    "That is gone, or belongs to a company you are not working for. "
                    "Scan it again."
                )
            )
        return card

    @api.model
    def _find_card(self, kind, record_id):
        """Hook: return the card of a thing, or None."""
        if kind == "spool":
            spool = self._find_spool(record_id)
            return self._get_spool_cards(spool)[0] if spool else None
        if kind == "place":
            place = self._find_record(
                "stock.location", record_id, Domain("print3d_kind", "!=", False)
            )
            return self._get_place_card(place) if place else None
        if kind == "product":
            product = self._find_record("product.product", record_id)
            return self._get_product_card(product) if product else None
        if kind in ("purchase", "receipt"):
            return self._find_purchase_card(kind, record_id)
        return None

    @api.model
    def _find_spool(self, lot_id):
        """Return a spool (stock.lot) that this user may see, or an empty one."""
        return self._find_record("stock.lot", lot_id, Domain("is_spool", "=", True))

    @api.model
    def _find_record(self, model, record_id, domain=Domain.TRUE):
        if not isinstance(record_id, int) or isinstance(record_id, bool):
            return self.env[model]
        if not 0 < record_id < 2**31:
            return self.env[model]
        return self.env[model].search(Domain("id", "=", record_id) & domain)

    @api.model
    def _search_text(self, text, limit=20):
        """Return spools, filaments and places that bear all words of ``text``."""
        self._check_staff()
        words = self._clean(text).split()[:8]
        if not words:
            return []
        if not isinstance(limit, int) or not 0 < limit <= MOST_FOUND:
            limit = 20
        scan = self.env["print3d.scan"]
        filament = Domain.AND(
            Domain("name", "ilike", word)
            | Domain("default_code", "ilike", word)
            | Domain("brand_id.name", "ilike", word)
            | Domain("material_id.code", "=ilike", word)
            | Domain("material_id.name", "ilike", word)
            | self.env["product.product"]._get_colour_name_domain(word)
            for word in words
        )
        products = self.env["product.product"].search(
            Domain("is_filament", "=", True) & filament, limit=limit
        )
        spools = self.env["stock.lot"].search(
            Domain("is_spool", "=", True)
            & (
                Domain.AND(Domain("name", "ilike", word) for word in words)
                | Domain("product_id", "in", products.ids)
            )
            & Domain("quant_ids", "any", self.env["stock.lot"]._get_stock_domain()),
            limit=limit,
            order="id desc",
        )
        places = self.env["stock.location"].search(
            Domain("print3d_kind", "in", ("shelf", "slot"))
            & Domain.AND(
                Domain("name", "ilike", word)
                | Domain("barcode", "=ilike", word)
                | Domain("location_id.name", "ilike", word)
                for word in words
            ),
            limit=limit,
        )
        minis = {mini["id"]: mini for mini in self._get_spool_minis(spools)}
        return [
            *(
                {**scan._describe(spool, "spool"), "mini": minis[spool.id]}
                for spool in spools
            ),
            *(
                {**scan._describe(product, "product"), **self._get_looks(product)}
                for product in products
            ),
            *(scan._describe(place, "place") for place in places),
        ]

    # === WORDS === #

    @api.model
    def _clean(self, text):
        """Return a text as the database can take it; nothing when it is none."""
        return text.replace("\x00", "") if isinstance(text, str) else ""

    @api.model
    def _to_iso(self, moment):
        """Return a time as ISO 8601 writes it in UTC, a date as it is, or None."""
        if not moment:
            return None
        if not hasattr(moment, "hour"):
            return fields.Date.to_string(moment)
        return moment.replace(tzinfo=timezone.utc).isoformat().replace("+00:00", "Z")
