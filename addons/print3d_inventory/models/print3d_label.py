from urllib.parse import urlencode

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..reports import labels
from ..reports.labels.layouts import RESOLUTIONS
from ..reports.labels.sheet import count_pages

STAFF = "print3d_library.group_print3d_user"
MAX_RECORDS = 500
MAX_COPIES = 50
MAX_LABELS = 2000


class Print3dLabel(models.AbstractModel):
    """Printing labels: which papers there are, what it will look like, the file."""

    _name = "print3d.label"
    _description = "Label Printing"

    # === FOR THE DIALOG === #

    @api.model
    def get_dialog(self, kind, record_ids):
        """Return what the print dialog starts from.

        :param kind: a kind of label (``spool``, ``place``, …)
        :param list record_ids: what to print labels of
        """
        records = self._get_records(kind, record_ids)
        return {
            "count": len(records),
            "layouts": [
                {
                    "key": layout.key,
                    "name": layout.name,
                    "family": layout.family,
                    "per_page": layout.per_page,
                    "colour": layout.colour,
                }
                for layout in labels.LAYOUTS.values()
            ],
            "resolutions": list(RESOLUTIONS),
            "max_copies": MAX_COPIES,
            "choice": self._get_choice(kind),
            "starts": self._get_memory().get("starts", {}),
        }

    @api.model
    def preview(self, kind, record_ids, choice, page=0):
        """Return one page as a picture, and the places of its labels in per cent.

        :param dict choice: ``layout``, ``start``, ``copies``, ``dpi``, ``colour``
        """
        layout, choice = self._read_choice(kind, choice)
        records = self._get_records(kind, record_ids)
        count = len(records) * choice["copies"]
        pages, after = count_pages(count, layout, choice["start"])
        page = max(0, min(int(page), pages - 1))
        # Only the labels of that page are composed.
        first = page * layout.per_page - choice["start"]
        numbers = range(max(0, first), min(count, first + layout.per_page))
        shown = [number // choice["copies"] for number in numbers]
        wanted = sorted(set(shown))
        values = dict(
            zip(
                wanted,
                records.browse([records.ids[i] for i in wanted])._prepare_label_vals(),
                strict=True,
            )
        )
        drawn = next(
            labels.place(
                [values[index] for index in shown],
                layout,
                start=max(0, -first),
                colour=choice["colour"],
            )
        )
        width, height = layout.page
        return {
            "svg": labels.render_svg(drawn, layout),
            "ratio": drawn.width / drawn.height,
            "page": page,
            "pages": pages,
            "labels": count,
            "after": after,
            "cells": [
                {
                    "index": index,
                    "left": 100 * left / width,
                    "top": 100 * top / height,
                    "width": 100 * layout.label[0] / width,
                    "height": 100 * layout.label[1] / height,
                }
                for index in range(layout.per_page)
                for left, top in [layout.get_place(index)]
            ]
            if layout.family == "sheet"
            else [],
        }

    @api.model
    def print_labels(self, kind, record_ids, choice):
        """Remember how this user prints, and return the address of the file.

        :param dict choice: as for :meth:`preview`
        """
        layout, choice = self._read_choice(kind, choice)
        records = self._get_records(kind, record_ids)
        count = len(records) * choice["copies"]
        if count > MAX_LABELS:
            raise UserError(
                self.env._(
                    "%(count)s labels at once are too many. Print up to %(most)s, then "
                    "the rest.",
                    count=count,
                    most=MAX_LABELS,
                )
            )
        _pages, after = count_pages(count, layout, choice["start"])
        self._remember(kind, layout, choice, after)
        records._mark_labels_printed()
        return {
            "url": self._get_url(kind, records.ids, choice),
            "download": layout.family == "zpl",
        }

    # === BUSINESS === #

    @api.model
    def _get_kinds(self):
        """Hook: return the models that have labels, by the kind of label.

        :rtype: dict[str, str]
        """
        return {"spool": "stock.lot", "place": "stock.location"}

    @api.model
    def _get_model(self, kind):
        model = self._get_kinds().get(kind)
        if not model:
            raise UserError(
                self.env._("There are no labels of the kind %(kind)s.", kind=kind)
            )
        return self.env[model]

    @api.model
    def _get_records(self, kind, record_ids):
        """Return the records with a label this user may see, in the order given.

        :raise AccessError: when the user is not staff
        :raise UserError: when there is none, or too many
        """
        if not self.env.user.has_group(STAFF):
            raise AccessError(
                self.env._("Labels are printed by the staff of the shop only.")
            )
        ids = list(dict.fromkeys(int(record_id) for record_id in record_ids))
        if len(ids) > MAX_RECORDS:
            raise UserError(
                self.env._(
                    "Labels of %(count)s records at once are too many. Select up to "
                    "%(most)s of them.",
                    count=len(ids),
                    most=MAX_RECORDS,
                )
            )
        records = self._get_model(kind).browse(
            record_id for record_id in ids if 0 < record_id < 2**31
        )
        records = records.exists()._filtered_access("read")._filter_labelled()
        if not records:
            raise UserError(self.env._("There is nothing here to print a label for."))
        return records

    @api.model
    def _read_choice(self, kind, choice):
        """Return the paper and what was chosen, within its limits.

        :raise UserError: when the paper is unknown
        """

        def number(key, default, low, high):
            try:
                value = int(choice.get(key) or default)
            except (TypeError, ValueError):
                value = default
            return max(low, min(value, high))

        dpi = number("dpi", RESOLUTIONS[0], 0, 10_000)
        key = choice.get("layout") or labels.DEFAULT_LAYOUTS.get(kind, "dk-62x29")
        layout = labels.find_layout(key, dpi)
        if not layout:
            raise UserError(
                self.env._(
                    "The paper %(paper)s is not known. Choose another one.", paper=key
                )
            )
        colour = choice.get("colour")
        return layout, {
            "layout": layout.key,
            "start": number("start", 0, 0, layout.per_page - 1),
            "copies": number("copies", 1, 1, MAX_COPIES),
            "dpi": dpi if dpi in RESOLUTIONS else RESOLUTIONS[0],
            "colour": layout.colour if colour is None else bool(colour),
        }

    @api.model
    def _get_url(self, kind, record_ids, choice):
        """Return the address of the file with these labels."""
        layout, choice = self._read_choice(kind, choice)
        query = {"ids": ",".join(map(str, record_ids)), "layout": layout.key}
        if layout.family == "sheet":
            query["start"] = choice["start"]
        if layout.family == "zpl":
            query["dpi"] = choice["dpi"]
        if choice["copies"] > 1:
            query["copies"] = choice["copies"]
        if choice["colour"] != layout.colour:
            query["colour"] = int(choice["colour"])
        return f"/print3d/labels/{kind}?{urlencode(query, safe=',')}"

    @api.model
    def _render(self, kind, record_ids, choice):
        """Return the file with these labels.

        :return: its bytes, MIME type and name
        :rtype: tuple
        """
        layout, choice = self._read_choice(kind, choice)
        records = self._get_records(kind, record_ids)
        if len(records) * choice["copies"] > MAX_LABELS:
            choice["copies"] = max(1, MAX_LABELS // len(records))
        values = records._prepare_label_vals()
        if layout.family == "zpl":
            content = labels.render_zpl(values, layout, choice["copies"])
            return content.encode(), "text/plain; charset=utf-8", f"{kind}-labels.zpl"
        content = labels.render_pdf(
            values, layout, choice["start"], choice["copies"], choice["colour"]
        )
        return content, "application/pdf", f"{kind}-labels.pdf"

    # === MEMORY === #

    @api.model
    def _get_memory(self):
        """Return how this user printed labels before."""
        return self.env.user.sudo().res_users_settings_id.print3d_labels or {}

    @api.model
    def _get_choice(self, kind):
        """Return what the dialog proposes: what this user chose last for that kind."""
        memory = self._get_memory()
        kept = memory.get(kind) or {}
        if not labels.find_layout(kept.get("layout")):
            kept = {}
        layout, choice = self._read_choice(kind, kept)
        # The next free place of the sheet begun last.
        choice["start"] = min(
            memory.get("starts", {}).get(layout.key, 0), layout.per_page - 1
        )
        return choice

    @api.model
    def _remember(self, kind, layout, choice, after):
        settings = self.env["res.users.settings"]._find_or_create_for_user(
            self.env.user
        )
        memory = dict(settings.print3d_labels or {})
        memory[kind] = {key: choice[key] for key in ("layout", "dpi", "colour")}
        if layout.family == "sheet":
            memory["starts"] = {**memory.get("starts", {}), layout.key: after}
        if memory != settings.print3d_labels:
            settings.sudo().print3d_labels = memory
