from collections import defaultdict

from odoo import api, models
from odoo.tools import format_date

# Rows of a section on the screen; papers and files have them all.
SHOWN = 200


class Print3dTraceSections(models.AbstractModel):
    """What is shown of a trail: tables alike on the screen, on paper and in a file.

    A section is ``key``, ``title``, ``icon``, ``columns`` and ``rows``. A column is
    ``name``, ``label`` and ``type``: text, number, grams, date, link, links or sure.
    A row is ``group`` (a heading, when it changes), ``cells`` by name of the column and
    ``follow``, the subject to follow from there. A link is ``text``, ``model`` and
    ``id``; the last two are left out for whoever may not open it.
    """

    _inherit = "print3d.trace"

    # === TO THE BROWSER === #

    @api.model
    @api.readonly
    def get_trace(self, subject, limit=SHOWN):
        """Return where filament went, or came from.

        :param dict subject: see :meth:`_trace`
        :param limit: most rows of a section; None for all
        :return: ``subject``, ``title``, ``subtitle``, ``figures``, ``sections``,
            ``spools_to_stop``, how many spools of it are not in quarantine, and
            ``may``, what the reader may do
        :rtype: dict
        """
        records, trail = self._trace(subject)
        parts = self._get_parts()
        sections = [
            section for section in self._get_sections(trail, parts) if section["rows"]
        ]
        self._strip_links(sections)
        for section in sections:
            section["total"] = len(section["rows"])
            section["rows"] = section["rows"][:limit]
        may_write = "shop" in parts and self.env["print3d.recall"].has_access("create")
        return {
            "subject": subject,
            **self._describe_subject(subject, records),
            "figures": self._get_figures(trail, parts),
            "sections": sections,
            "spools_to_stop": len(self._get_spools_to_stop(trail)),
            "may": {"stop": may_write, "recall": may_write},
        }

    @api.model
    def stop_spools(self, subject, reason):
        """Put all spools found into quarantine.

        :param dict subject: see :meth:`_trace`
        :param str reason: why
        :return: how many spools were put there
        :rtype: int
        """
        _records, trail = self._trace(subject)
        spools = self._get_spools_to_stop(trail).with_env(self.env)
        spools.check_access("write")
        for spool in spools:
            spool._print3d_record("quarantine", None, reason=reason)
        return len(spools)

    @api.model
    def _get_spools_to_stop(self, trail):
        """Return the spools (stock.lot) that still have filament and may be used."""
        return (
            self.env["stock.lot"]
            .sudo()
            .browse(trail.spools)
            .filtered(lambda spool: not spool.is_quarantined and spool.remaining_g > 0)
        )

    # === SECTIONS === #

    @api.model
    def _get_sections(self, trail, parts):
        """Hook: return the sections of a trail, in the order of the way they tell of.

        :param trail: what was found (Trail)
        :param set parts: what the reader may see, see :meth:`_get_parts`
        :rtype: list[dict]
        """
        return [
            *([self._get_sources_section(trail, parts)] if "shop" in parts else []),
            self._get_spools_section(trail, parts),
            *([self._get_uses_section(trail)] if "shop" in parts else []),
            self._get_pieces_section(trail),
            self._get_deliveries_section(trail),
            self._get_customers_section(trail),
        ]

    @api.model
    def _get_lines(self, ids):
        """Return lines of stock moves, the newest first, whatever the rights."""
        return (
            self.env["stock.move.line"].sudo().browse(ids).sorted("date", reverse=True)
        )

    @api.model
    def _link(self, record, text=None):
        """Return the cell of a link."""
        if not record:
            return False
        return {
            "text": text or record.display_name or "",
            "model": record._name,
            "id": record.id,
        }

    @api.model
    def _strip_links(self, sections):
        """Leave out where links lead that the reader may not open."""
        links = defaultdict(list)
        for section in sections:
            for row in section["rows"]:
                for cell in row["cells"].values():
                    for link in cell if isinstance(cell, list) else [cell]:
                        if isinstance(link, dict) and link.get("id"):
                            links[link["model"]].append(link)
        for model, its_links in links.items():
            records = self.env[model].browse({link["id"] for link in its_links})
            allowed = set(records._filtered_access("read").ids)
            for link in its_links:
                if link["id"] not in allowed:
                    del link["model"], link["id"]

    @api.model
    def _count_spools(self, count):
        if count == 1:
            return self.env._("1 spool")
        return self.env._("%(count)s spools", count=count)

    @api.model
    def _make_columns(self, *columns):
        return [
            {"name": name, "label": label, "type": kind}
            for name, label, kind in columns
            if label
        ]

    @api.model
    def _get_sources_section(self, trail, parts):
        """From whom the spools came: purchases, receipts, bills."""
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("lot_id", "in", list(trail.spools)),
                    ("state", "=", "done"),
                    ("location_id.usage", "=", "supplier"),
                    ("company_id", "in", self.env.companies.ids),
                ],
                order="date, id",
            )
        )
        groups = lines.grouped(
            lambda line: (
                line.move_id.purchase_line_id.order_id,
                line.picking_id,
                line.product_id,
            )
        )
        rows = []
        for (order, picking, product), its_lines in groups.items():
            purchase_lines = its_lines.move_id.purchase_line_id
            bills = purchase_lines.invoice_lines.move_id.filtered(
                lambda bill: bill.state != "cancel"
            )
            partner = order.partner_id or picking.partner_id
            cells = {
                "vendor": partner.display_name or "",
                "purchase": self._link(order),
                "receipt": self._link(picking),
                "date": its_lines[:1].date.date(),
                "filament": self._link(product),
                "spools": len(its_lines.lot_id),
                "grams": sum(its_lines.mapped("quantity_product_uom")),
                "bills": [
                    self._link(bill, bill.name or bill.ref or self.env._("Draft bill"))
                    for bill in bills
                ],
            }
            if "prices" in parts:
                cells["price"] = ", ".join(
                    f"{line.price_unit:g} {line.currency_id.name} "
                    f"/ {line.product_uom_id.name}"
                    for line in purchase_lines
                )
            rows.append(
                {
                    "group": "",
                    "cells": cells,
                    "follow": order and {"model": "purchase.order", "ids": order.ids},
                }
            )
        return {
            "key": "sources",
            "title": self.env._("Where it came from"),
            "icon": "fa-truck",
            "columns": self._make_columns(
                ("vendor", self.env._("Vendor"), "text"),
                ("purchase", self.env._("Purchase"), "link"),
                ("receipt", self.env._("Receipt"), "link"),
                ("date", self.env._("Received"), "date"),
                ("filament", self.env._("Filament"), "link"),
                ("spools", self.env._("Spools"), "number"),
                ("grams", self.env._("Grams"), "grams"),
                ("bills", self.env._("Bills"), "links"),
                ("price", "prices" in parts and self.env._("Price"), "text"),
            ),
            "rows": rows,
        }

    @api.model
    def _get_spools_section(self, trail, parts):
        """The spools, by batch, with what is left of them and where."""
        spools = self.env["stock.lot"].sudo().browse(trail.spools)
        with_value = "prices" in parts
        states = dict(
            self.env["stock.lot"]
            ._fields["spool_status"]
            ._description_selection(self.env)
        )
        rows = []
        for spool in spools.sorted(lambda spool: (spool.ref or "", spool.name)):
            batch = (spool.ref or "").strip()
            place = spool.location_id
            cells = {
                "spool": self._link(spool, spool.name),
                "filament": self._link(spool.product_id),
                "left": spool.remaining_g,
                "place": place._get_place_name() if place else "",
                "state": states.get(spool.spool_status, ""),
                "quarantine": bool(spool.is_quarantined),
            }
            if with_value:
                cells["value"] = spool.spool_currency_id.format(spool.spool_value)
            rows.append(
                {
                    "group": self.env._("Batch %(name)s", name=batch)
                    if batch
                    else self.env._("Without a batch"),
                    "group_follow": batch and {"model": "batch", "name": batch},
                    "cells": cells,
                    "follow": {"model": "stock.lot", "ids": spool.ids},
                }
            )
        return {
            "key": "spools",
            "title": self.env._("Spools"),
            "icon": "fa-circle-o-notch",
            "columns": self._make_columns(
                ("spool", self.env._("Spool"), "link"),
                ("filament", self.env._("Filament"), "link"),
                ("left", self.env._("Left"), "grams"),
                ("place", self.env._("Where"), "text"),
                ("state", self.env._("Status"), "text"),
                ("value", with_value and self.env._("Value left"), "text"),
            ),
            "rows": rows,
        }

    @api.model
    def _is_print_use(self, line):
        """Hook: tell whether another section tells of a line that took filament."""
        return line.location_dest_id.usage == "customer"

    @api.model
    def _get_uses_section(self, trail):
        """What was taken off the spools by hand."""
        kinds = dict(
            self.env["print3d.spool.entry"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        rows = []
        for line in self._get_lines(trail.used):
            if self._is_print_use(line):
                continue
            entry = line.spool_entry_id
            rows.append(
                {
                    "group": "",
                    "cells": {
                        "spool": self._link(line.lot_id, line.lot_id.name),
                        "what": kinds.get(entry.kind) or line.reference or "",
                        "grams": line.quantity_product_uom,
                        "date": (entry.happened_on or line.date).date(),
                        "by": (entry.user_id or line.create_uid).name,
                        "reason": entry.reason or "",
                    },
                    "follow": False,
                }
            )
        return {
            "key": "uses",
            "title": self.env._("Taken by hand"),
            "icon": "fa-hand-paper-o",
            "columns": self._make_columns(
                ("spool", self.env._("Spool"), "link"),
                ("what", self.env._("What"), "text"),
                ("grams", self.env._("Grams"), "grams"),
                ("date", self.env._("Date"), "date"),
                ("by", self.env._("By"), "text"),
                ("reason", self.env._("Why"), "text"),
            ),
            "rows": rows,
        }

    # === FIGURES === #

    @api.model
    def _get_figures(self, trail, parts):
        """Hook: return the figures above the sections.

        :return: dicts of ``key``, ``label`` and ``value``
        :rtype: list[dict]
        """
        spools = self.env["stock.lot"].sudo().browse(trail.spools)
        left = sum(spools.mapped("remaining_g"))
        made = self._get_lines(trail.made)
        contacts = self._get_contacts(trail)
        return [
            {"key": "spools", "label": self.env._("Spools"), "value": len(spools)},
            {
                "key": "left",
                "label": self.env._("Left on them"),
                "value": self.env._("%(grams)s g", grams=f"{left:.0f}"),
            },
            {
                "key": "pieces",
                "label": self.env._("Pieces made"),
                "value": f"{sum(made.mapped('quantity_product_uom')):g}",
            },
            {
                "key": "customers",
                "label": self.env._("Customers"),
                "value": len(contacts),
            },
        ]

    @api.model
    def _format_cell(self, column, cell):
        """Return what a cell says in plain text, for papers and files."""
        kind = column["type"]
        if kind == "sure":
            return self.env._("Yes") if cell else self.env._("Possible")
        if kind == "link":
            return cell["text"] if cell else ""
        if kind == "links":
            return ", ".join(link["text"] for link in cell)
        if kind == "date":
            return format_date(self.env, cell) if cell else ""
        if kind == "grams":
            return self.env._("%(grams)s g", grams=f"{cell or 0.0:,.1f}")
        if kind == "number":
            return f"{cell or 0.0:g}"
        return str(cell or "")
