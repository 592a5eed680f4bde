from odoo import api, models
from odoo.fields import Domain

SUGGESTED = 6


class Print3dTraceNames(models.AbstractModel):
    """What can be followed, by its name."""

    _inherit = "print3d.trace"

    @api.model
    def _describe_subject(self, subject, records):
        """Hook: return ``title`` and ``subtitle`` of what is looked for."""
        if subject["model"] == "batch":
            return {
                "title": self.env._("Batch %(name)s", name=records[0].ref),
                "subtitle": ", ".join(
                    sorted(set(records.product_id.mapped("display_name")))
                ),
            }
        kind = self._get_words()[records._name]
        names = records[:5].mapped("display_name")
        if len(records) > 5:
            names.append(self.env._("%(count)s more", count=len(records) - 5))
        subtitle = ""
        if records._name == "stock.lot":
            subtitle = ", ".join(sorted(set(records.product_id.mapped("display_name"))))
            if records[0].is_spool:
                kind = self.env._("Spool")
        return {"title": f"{kind} {', '.join(names)}", "subtitle": subtitle}

    @api.model
    def _get_words(self):
        """Hook: return what a record of each model is called."""
        return {
            "product.product": self.env._("Filament"),
            "stock.lot": self.env._("Lot"),
            "purchase.order": self.env._("Purchase"),
            "stock.picking": self.env._("Transfer"),
            "account.move": self.env._("Invoice"),
        }

    @api.model
    def search_subjects(self, text):
        """Return what can be followed, by its name or what was scanned.

        :return: dicts of ``subject``, ``title``, ``subtitle``, ``icon``
        :rtype: list[dict]
        """
        self._check_may_trace()
        text = (text or "").strip()[:200]
        if not text:
            return []
        found, seen = [], set()
        for entry in [*self._suggest_scanned(text), *self._suggest(text)]:
            key = str(entry["subject"])
            if key not in seen:
                seen.add(key)
                found.append(entry)
        return found

    @api.model
    def _suggest_scanned(self, text):
        """Return what a label, a tag or a number stands for."""
        answer = self.env["print3d.scan"]._resolve(text)
        if answer.get("model") not in self._get_starts() or not answer["id"]:
            return []
        return [
            {
                "subject": {"model": answer["model"], "ids": [answer["id"]]},
                "title": answer["title"],
                "subtitle": answer["subtitle"],
                "icon": "fa-qrcode",
            }
        ]

    @api.model
    def _suggest(self, text):
        """Hook: return what goes by a name, the likeliest first."""
        mine = Domain("company_id", "in", [*self.env.companies.ids, False])
        spools = Domain("is_spool", "=", True) & mine
        batches = self.env["stock.lot"]._read_group(
            spools & Domain("ref", "ilike", text),
            ["ref"],
            ["__count", "product_id:recordset"],
            limit=SUGGESTED,
        )
        return [
            *(
                {
                    "subject": {"model": "batch", "name": batch},
                    "title": self.env._("Batch %(name)s", name=batch),
                    "subtitle": " · ".join(
                        (
                            self._count_spools(count),
                            ", ".join(products[:2].mapped("display_name")),
                        )
                    ),
                    "icon": "fa-cubes",
                }
                for batch, count, products in batches
            ),
            *self._suggest_records("stock.lot", spools, text, "fa-circle-o-notch"),
            *self._suggest_records(
                "product.product",
                Domain("is_filament", "=", True),
                text,
                "fa-tint",
            ),
            *self._suggest_records(
                "purchase.order", mine, text, "fa-shopping-cart", "partner_id"
            ),
            *self._suggest_records(
                "stock.lot",
                Domain("is_spool", "=", False) & mine,
                text,
                "fa-cube",
            ),
        ]

    @api.model
    def _suggest_records(self, model, domain, text, icon, subtitle="product_id"):
        """Return the records of a model that go by a name, if the reader may see any.

        :param subtitle: the field whose name stands below
        """
        Model = self.env[model]
        if not Model.has_access("read"):
            return []
        records = Model.search(
            Domain("display_name", "ilike", text) & Domain(domain), limit=SUGGESTED
        )
        return [
            {
                "subject": {"model": model, "ids": record.ids},
                "title": record.display_name,
                "subtitle": (
                    record[subtitle].display_name if subtitle in record._fields else ""
                )
                or "",
                "icon": icon,
            }
            for record in records
        ]
