import json
import re

from odoo import api, models

from ..tools import colour, tags

MAX_TEXT = 8000
MAX_ID = 2**31 - 1

# The link of a label, whatever server's name stands before it: shops change theirs.
LINK = re.compile(r"(?:^|/)print3d/([a-z])/(\d{1,10})/([0-9a-f]{20})/?(?:[?#].*)?$")
# GS1 element strings, as scanners hand them over: a mark of the symbology, the GTIN
# with its number 01, and what follows.
GS1 = re.compile(r"^(?:\][A-Za-z]\d)?\(?01\)?(\d{14})")


class Print3dScan(models.AbstractModel):
    """Tells what was scanned: a label, a tag, a bar code, or something typed."""

    _name = "print3d.scan"
    _description = "Scan Resolver"

    @api.model
    def _resolve(self, text):
        """Return what a scanned text or tag stands for.

        :param text: of a QR or bar code, typed, or a dict of what a reader read of a
            tag (see ``tools.tags``)
        :return: ``type`` (spool, place, job, purchase, tag, product or unknown),
            ``id``, ``model``, ``title``, ``subtitle``; of an unknown one ``reason``,
            and of a tag tied to nothing ``facts`` and ``candidates``, product ids
        :rtype: dict
        """
        if isinstance(text, dict):
            return self._resolve_tag(tags.read(text))
        text = text.strip() if isinstance(text, str) else ""
        if not text or len(text) > MAX_TEXT:
            return self._get_unknown(
                text,
                self.env._(
                    "That is no code of ours. Scan a label, a bar code or a tag."
                ),
            )
        for step in self._get_steps():
            found = getattr(self, step)(text)
            if found:
                return found
        return self._get_unknown(
            text,
            self.env._(
                "Nothing here is called %(code)s. Scan the label again, or search for "
                "it by name.",
                code=text[:64],
            ),
        )

    @api.model
    def _get_steps(self):
        """Hook: return the methods asked in turn what a text stands for."""
        return [
            "_resolve_label",
            "_resolve_json",
            "_resolve_number",
            "_resolve_spool_name",
            "_resolve_place",
            "_resolve_purchase",
            "_resolve_product",
        ]

    # === LABELS === #

    @api.model
    def _resolve_label(self, text):
        match = LINK.search(text)
        if not match:
            return None
        letter, record_id, signature = match.groups()
        kind = next(
            (
                kind
                for kind, model in self.env["print3d.label"]._get_kinds().items()
                if self.env[model]._label_letter == letter
            ),
            None,
        )
        return self._resolve_link(kind, int(record_id), signature)

    @api.model
    def _resolve_link(self, kind, record_id, signature):
        """Return what the link of a label stands for.

        :param kind: of the label; nothing is known of None
        """
        model = self.env["print3d.label"]._get_kinds().get(kind)
        unknown = self._get_unknown(
            "",
            self.env._(
                "This label was not printed here, or what it was on is gone. Look it "
                "up by its name, and print a new label."
            ),
        )
        if not model or not 0 < record_id <= MAX_ID:
            return unknown
        record = self.env[model].browse(record_id)
        # The signature comes first: without it nobody learns what exists.
        if not record._check_label_signature(signature):
            return unknown
        record = record.exists()
        if not record:
            return unknown
        if not record._filtered_access("read")._filter_labelled():
            return self._get_unknown(
                "",
                self.env._(
                    "This label belongs to a company you are not working for. Switch "
                    "to that company, then scan it again."
                ),
            )
        return self._describe(record, kind)

    # === TAGS === #

    @api.model
    def _resolve_json(self, text):
        if not text.startswith("{"):
            return None
        try:
            payload = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return self._resolve_tag(tags.read(payload))

    @api.model
    def _resolve_number(self, text):
        """The number of a tag, as readers type it."""
        identities = [
            ("tray_uuid", tags.normalise_tray_uuid(text)),
            ("uid", tags.normalise_uid(text)),
        ]
        spool = self.env["print3d.tag"]._find_spool(identities)
        return self._describe(spool, "spool") if spool else None

    @api.model
    def _resolve_tag(self, facts):
        """Return the spool a tag is tied to, or what the tag says of its filament."""
        if not facts:
            return self._get_unknown(
                "",
                self.env._(
                    "This tag says nothing that is understood here. Scan the spool's "
                    "label, and tie the tag to it."
                ),
            )
        spool = self.env["print3d.tag"]._find_spool(facts.identities)
        if spool:
            return {**self._describe(spool, "spool"), "facts": facts.to_dict()}
        if facts.url:
            found = self._resolve_label(facts.url)
            if found and found["type"] != "unknown":
                return {**found, "facts": facts.to_dict()}
        number = facts.identities[-1][1] if facts.identities else ""
        return {
            "type": "tag",
            "id": False,
            "model": False,
            "title": facts.title or self.env._("Tag %(number)s", number=number),
            "subtitle": self.env._("Not tied to a spool yet"),
            "facts": facts.to_dict(),
            "candidates": self._find_products(facts).ids,
        }

    @api.model
    def _find_products(self, facts, limit=5):
        """Return the filaments a tag may mean, the nearest colour first."""
        Product = self.env["product.product"]
        if facts.gtin:
            products = self._find_by_code(facts.gtin)
            if products:
                return products.filtered("is_filament")[:limit]
        material = facts.material and self.env["print3d.material"]._find(facts.material)
        if not material:
            return Product
        domain = [("is_filament", "=", True), ("material_id", "=", material.id)]
        products = Product.search(domain)
        if facts.brand:
            brand = facts.brand.casefold()
            own = products.filtered(
                lambda product: (product.brand_id.name or "").casefold() == brand
            )
            products = own or products
        if facts.hexes:
            wanted = [code[:7] for code in facts.hexes]

            def get_distance(product):
                hexes = [code[:7] for code in product._get_colours()]
                return colour.distance(wanted, hexes) if hexes else 1000.0

            products = products.sorted(get_distance)
        return products[:limit]

    # === NAMES AND NUMBERS === #

    @api.model
    def _resolve_spool_name(self, text):
        lots = self.env["stock.lot"].search(
            [("is_spool", "=", True), ("name", "in", self._get_spellings(text))]
        )
        if len(lots) > 1:
            # The number may have been used again after a spool was empty.
            lots = lots.filtered(lambda lot: lot.remaining_g > 0) or lots
        if len(lots) > 1:
            return {
                **self._get_unknown(
                    text,
                    self.env._(
                        "%(count)s spools are called %(name)s. Choose one, or scan its "
                        "label.",
                        count=len(lots),
                        name=text[:64],
                    ),
                ),
                "choices": [self._describe(lot, "spool") for lot in lots[:20]],
            }
        return self._describe(lots, "spool") if lots else None

    @api.model
    def _resolve_place(self, text):
        spellings = self._get_spellings(text)
        places = self.env["stock.location"].search(
            [
                ("print3d_kind", "!=", False),
                "|",
                ("barcode", "in", spellings),
                ("name", "in", spellings),
            ]
        )
        exact = places.filtered(lambda place: place.barcode in spellings) or places
        return self._describe(exact, "place") if len(exact) == 1 else None

    @api.model
    def _resolve_purchase(self, text):
        """A purchase order, or the receipt that belongs to it."""
        spellings = self._get_spellings(text)
        companies = ("company_id", "in", self.env.companies.ids)
        # Operators receive what they may not buy.
        order_sudo = (
            self.env["purchase.order"]
            .sudo()
            .search([("name", "in", spellings), companies], limit=1)
        )
        pickings_sudo = order_sudo.picking_ids or self.env[
            "stock.picking"
        ].sudo().search(
            [
                ("name", "in", spellings),
                ("picking_type_code", "=", "incoming"),
                companies,
            ],
            limit=1,
        )
        pickings = pickings_sudo.with_env(self.env)._filtered_access("read")
        order = order_sudo.with_env(self.env)._filtered_access("read")
        if not order and not pickings:
            return None
        order_sudo = order_sudo or pickings_sudo.purchase_id
        open_pickings = pickings.filtered(
            lambda picking: picking.state in ("confirmed", "waiting", "assigned")
        )
        return {
            "type": "purchase",
            "id": order_sudo.id,
            "model": "purchase.order",
            "title": order_sudo.name or pickings[:1].name,
            "subtitle": (order_sudo.partner_id or pickings[:1].sudo().partner_id).name
            or "",
            "picking_ids": (open_pickings or pickings).ids,
        }

    @api.model
    def _resolve_product(self, text):
        products = self._find_by_code(text)
        product = products.filtered("is_filament")[:1] or products[:1]
        return self._describe(product, "product") if product else None

    @api.model
    def _find_by_code(self, text):
        """Return the products of an EAN, UPC, GTIN, GS1 code or article number."""
        codes = set(self._get_spellings(text))
        match = GS1.match(text)
        digits = match[1] if match else text
        if digits.isdigit() and len(digits) in (8, 12, 13, 14):
            # One number is written with 8, 12, 13 or 14 digits: with zeros before it.
            bare = digits.lstrip("0")
            codes.update(
                bare.zfill(size) for size in (8, 12, 13, 14) if len(bare) <= size
            )
        codes = list(codes)
        Product = self.env["product.product"]
        products = Product.search(
            ["|", ("barcode", "in", codes), ("default_code", "in", codes)], limit=20
        )
        if not products:
            products = (
                self.env["product.uom"]
                .sudo()
                .search([("barcode", "in", codes)], limit=20)
                .product_id.with_env(self.env)
                ._filtered_access("read")
            )
        if not products:
            infos = (
                self.env["product.supplierinfo"]
                .sudo()
                .search(
                    [
                        ("product_code", "in", codes),
                        ("company_id", "in", [*self.env.companies.ids, False]),
                    ],
                    limit=20,
                )
            )
            products = (
                (infos.product_id or infos.product_tmpl_id.product_variant_ids)
                .with_env(self.env)
                ._filtered_access("read")
            )
        return products

    # === ANSWERS === #

    @api.model
    def _get_spellings(self, text):
        return list({text, text.upper(), text.lower()})

    @api.model
    def _describe(self, record, kind):
        """Hook: return the answer for a record that was found."""
        record.ensure_one()
        if kind == "spool":
            title, subtitle = record.name, record.product_id.display_name
        elif kind == "place":
            words = dict(
                record._fields["print3d_kind"]._description_selection(self.env)
            )
            title = record._get_place_name()
            subtitle = words.get(record.print3d_kind, "")
        else:
            title, subtitle = record.display_name, ""
        return {
            "type": kind,
            "id": record.id,
            "model": record._name,
            "title": title,
            "subtitle": subtitle,
        }

    @api.model
    def _get_unknown(self, text, reason):
        return {
            "type": "unknown",
            "id": False,
            "model": False,
            "title": text[:64],
            "subtitle": "",
            "reason": reason,
        }
