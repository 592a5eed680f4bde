import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# What a gallery is made of: prefix of the key, model, field, small field.
SOURCES = {
    "picture": ("print3d.picture", "image", "image_256"),
    "plate": ("print3d.plate", "thumbnail", None),
    "mesh": ("print3d.mesh", "preview", "preview_256"),
}
COVER = "cover"
MOST = 200
NAME_LENGTH = 200


class Print3dGallery(models.AbstractModel):
    """The pictures of a model or a variant, in an order people choose.

    Pictures that were added are records; those of plates and meshes are shown where
    they are. An entry is named by a key like ``plate:7``. The first one is the main
    picture, Odoo's ``image_1920``, which quotations and the web shop show too.
    """

    _name = "print3d.gallery"
    _description = "Gallery"

    print3d_gallery_order = fields.Json(
        string="Order of the Pictures",
        copy=False,
        help="Keys in the order they are shown (order), and those left out (hidden).",
    )

    # === WHAT THE BROWSER ASKS === #

    def get_print3d_gallery(self):
        """The pictures, the main one first.

        :return: dicts of ``key``, ``kind`` (``cover``, ``picture``, ``plate``,
            ``mesh``), ``title``, ``url``, ``thumbnail``, ``is_main``, ``is_own`` (it
            can be deleted) and ``viewer``, the ``[model, id]`` to see in 3D or
            ``False``; ``can_write`` and ``hidden``, how many are left out
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        entries = self._get_print3d_gallery_entries()
        stored = self.print3d_gallery_order or {}
        hidden = set(stored.get("hidden") or [])
        place = {key: index for index, key in enumerate(stored.get("order") or [])}
        shown = [entry for entry in entries if entry["key"] not in hidden]
        # New ones come after those somebody put in order.
        shown.sort(key=lambda entry: place.get(entry["key"], len(place)))
        shown = self._join_cover(shown)
        return {
            "entries": shown[:MOST],
            "hidden": sum(entry["key"] in hidden for entry in entries),
            "can_write": self.has_access("write")
            and self.env["print3d.picture"].has_access("write"),
        }

    def add_print3d_picture(self, name, data):
        """Add a picture, or find it where it is there already.

        :param str name: file name
        :param str data: content in base64
        :return: its key
        :rtype: str
        """
        self.ensure_one()
        self.check_access("write")
        try:
            content = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise UserError(
                self.env._("The picture did not arrive whole. Add it again.")
            ) from error
        picture = self.env["print3d.picture"]._add(
            self._get_print3d_gallery_model(),
            name,
            content,
            self._get_print3d_gallery_variant(),
        )
        key = f"picture:{picture.id}"
        self._hide_gallery_key(key, False)
        return key

    def set_print3d_main_picture(self, key):
        """Make a picture the main one, which is shown in the library and the shop.

        :param str key: of :meth:`get_print3d_gallery`
        """
        self.ensure_one()
        self.check_access("write")
        if key != COVER:
            record, field, _small = self._find_gallery_record(key)
            self.image_1920 = record.with_context(bin_size=False)[field]
        return True

    def sort_print3d_gallery(self, keys):
        """Keep the order of the pictures.

        :param keys: list of keys, all that are shown
        """
        self.ensure_one()
        self.check_access("write")
        known = {entry["key"] for entry in self._get_print3d_gallery_entries()}
        self._write_gallery_order(
            order=[key for key in dict.fromkeys(keys) if key in known]
        )
        return True

    def rename_print3d_picture(self, key, name):
        """Give a picture that was added another name.

        :param str key: of :meth:`get_print3d_gallery`
        :param str name: what it is called; empty leaves it as it is
        :raises UserError: it is the picture of a file, which is called like that
        """
        self.ensure_one()
        self.check_access("write")
        record, _field, _small = self._find_gallery_record(key)
        if record._name != "print3d.picture":
            raise UserError(
                self.env._("This picture is called like the file it comes from.")
            )
        words = " ".join((name or "").split())
        if words:
            record.name = words[:NAME_LENGTH]
        return True

    def remove_print3d_picture(self, key):
        """Delete a picture that was added; leave another out of the gallery.

        Where it is the main one, the next takes its place.

        :param str key: of :meth:`get_print3d_gallery`
        :return: ``key`` and ``is_main`` for :meth:`restore_print3d_picture`; ``key`` is
            ``False`` where it cannot be brought back
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        entries = self.get_print3d_gallery()["entries"]
        is_main = any(entry["key"] == key and entry["is_main"] for entry in entries)
        following = [
            entry["key"] for entry in entries if entry["key"] not in (key, COVER)
        ]
        if key == COVER:
            key = self._keep_gallery_cover()
        else:
            record, _field, _small = self._find_gallery_record(key)
            if self._is_gallery_own(record):
                record.active = False
            else:
                self._hide_gallery_key(key, True)
        if is_main and following:
            self.set_print3d_main_picture(following[0])
        elif is_main:
            self.image_1920 = False
        return {"key": key, "is_main": is_main}

    def restore_print3d_picture(self, key, is_main=False):
        """Bring back a picture that was removed.

        :param str key: as :meth:`remove_print3d_picture` returned it
        :param bool is_main: make it the main one again
        :raises UserError: it was deleted for good
        """
        self.ensure_one()
        self.check_access("write")
        record, _field, _small = self._find_gallery_record(key, deleted=True)
        if self._is_gallery_own(record):
            record.active = True
        self._hide_gallery_key(key, False)
        if is_main:
            self.set_print3d_main_picture(key)
        return True

    def show_print3d_hidden(self):
        """Show all pictures again that were left out."""
        self.ensure_one()
        self.check_access("write")
        self._write_gallery_order(hidden=[])
        return True

    # === HOOKS === #

    def _get_print3d_gallery_model(self):
        """Hook: the model the pictures belong to.

        :rtype: product.template
        """
        raise NotImplementedError

    def _get_print3d_gallery_variant(self):
        """Hook: the variant the pictures belong to, none where it is the model's.

        :rtype: product.product
        """
        raise NotImplementedError

    def _get_print3d_gallery_domains(self):
        """Hook: which pictures, plates and meshes, by prefix of the key.

        :rtype: dict[str, Domain]
        """
        raise NotImplementedError

    # === ENTRIES === #

    def _get_print3d_gallery_entries(self):
        """Everything the gallery could show, in the order without one chosen.

        :rtype: list[dict]
        """
        domains = self._get_print3d_gallery_domains()
        entries = []
        for kind in SOURCES:
            model, field, small = SOURCES[kind]
            records = self.env[model].search(
                domains[kind] & Domain(field, "!=", False), limit=MOST
            )
            for record in records:
                entries.append(self._prepare_gallery_entry(kind, record, field, small))
        return entries

    def _prepare_gallery_entry(self, kind, record, field, small):
        base = f"/web/image/{record._name}/{record.id}"
        unique = int(record.write_date.timestamp() * 1000)
        if small:
            thumbnail = f"{base}/{small}?unique={unique}"
        else:
            thumbnail = f"{base}/{field}/256x192?unique={unique}"
        return {
            "key": f"{kind}:{record.id}",
            "kind": kind,
            "title": self._get_gallery_title(kind, record),
            "url": f"{base}/{field}?unique={unique}",
            "thumbnail": thumbnail,
            "is_main": False,
            "is_own": self._is_gallery_own(record),
            "viewer": [record._name, record.id]
            if kind != "picture" and record.has_viewer
            else False,
        }

    def _is_gallery_own(self, record):
        """Whether a picture can be deleted here: it was added, and not to the model
        where this is one of its variants.

        :rtype: bool
        """
        variant = self._get_print3d_gallery_variant()
        return record._name == "print3d.picture" and (
            not variant or record.product_id == variant
        )

    def _get_gallery_title(self, kind, record):
        """What a picture shows.

        :rtype: str
        """
        if kind == "plate" and record.slice_id.plate_count < 2:
            return record.slice_id.display_name
        return record.display_name or record.name

    def _join_cover(self, entries):
        """Put the main picture first; the entry it is a copy of is that one.

        Pictures with the same bytes are shown once.
        """
        sums = self._get_gallery_checksums([entry["key"] for entry in entries])
        cover_sum = sums.pop(COVER, None)
        seen, result = set(), []
        for entry in entries:
            checksum = sums.get(entry["key"])
            if checksum is None or checksum not in seen:
                entry["is_main"] = bool(checksum) and checksum == cover_sum
                result.append(entry)
                seen.add(checksum)
        if not cover_sum:
            return result
        main = [entry for entry in result if entry["is_main"]]
        if not main:
            main = [self._prepare_cover_entry()]
        return main + [entry for entry in result if not entry["is_main"]]

    def _prepare_cover_entry(self):
        base = f"/web/image/{self._name}/{self.id}"
        unique = int(self.write_date.timestamp() * 1000)
        return {
            "key": COVER,
            "kind": COVER,
            "title": self.display_name,
            "url": f"{base}/image_1920?unique={unique}",
            "thumbnail": f"{base}/image_256?unique={unique}",
            "is_main": True,
            "is_own": True,
            "viewer": False,
        }

    def _keep_gallery_cover(self):
        """Keep a main picture that was set elsewhere as one that was deleted.

        :return: its key; ``False`` where it is of a kind the gallery does not take
        :rtype: str | bool
        """
        content = base64.b64decode(self.with_context(bin_size=False).image_1920 or b"")
        try:
            picture = self.env["print3d.picture"]._add(
                self._get_print3d_gallery_model(),
                self.display_name,
                content,
                self._get_print3d_gallery_variant(),
            )
        except UserError:
            return False
        picture.active = False
        return f"picture:{picture.id}"

    def _get_gallery_checksums(self, keys):
        """Checksums of the stored pictures, in one query.

        :rtype: dict[str, str]
        """
        ids = {}
        for key in keys:
            kind, record_id = key.split(":")
            ids.setdefault(kind, []).append(int(record_id))
        domain = Domain.FALSE
        for model, field, record_ids in (
            *((SOURCES[k][0], SOURCES[k][1], found) for k, found in ids.items()),
            ("product.template", "image_1920", self._get_print3d_gallery_model().ids),
            (
                "product.product",
                "image_variant_1920",
                self._get_print3d_gallery_variant().ids,
            ),
        ):
            domain |= Domain(
                [
                    ("res_model", "=", model),
                    ("res_field", "=", field),
                    ("res_id", "in", record_ids),
                ]
            )
        prefixes = {SOURCES[kind][0]: kind for kind in SOURCES}
        sums, covers = {}, {}
        # The records themselves were read before; these are sums of their bytes.
        for attachment in (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(domain, ["res_model", "res_id", "checksum"])
        ):
            prefix = prefixes.get(attachment.res_model)
            if prefix:
                sums[f"{prefix}:{attachment.res_id}"] = attachment.checksum
            else:
                covers[attachment.res_model] = attachment.checksum
        cover = covers.get("product.product") or covers.get("product.template")
        if cover:
            sums[COVER] = cover
        return sums

    def _find_gallery_record(self, key, deleted=False):
        """The record behind a key.

        :param bool deleted: find those that were deleted, too
        :return: the record and the fields of its picture, large and small
        :raises UserError: it is no longer there
        """
        kind, _separator, record_id = str(key).partition(":")
        if kind in SOURCES and record_id.isdecimal():
            model, field, small = SOURCES[kind]
            domain = self._get_print3d_gallery_domains()[kind]
            found = self.env[model].with_context(active_test=not deleted)
            record = found.search(domain & Domain("id", "=", int(record_id)))
            if record:
                return record.with_env(self.env), field, small
        raise UserError(
            self.env._("This picture is no longer there. Open the page again.")
        )

    # === ORDER === #

    def _write_gallery_order(self, **vals):
        self.print3d_gallery_order = {**(self.print3d_gallery_order or {}), **vals}

    def _hide_gallery_key(self, key, hide):
        hidden = list((self.print3d_gallery_order or {}).get("hidden") or [])
        if hide and key not in hidden:
            self._write_gallery_order(hidden=[*hidden, key])
        elif not hide and key in hidden:
            hidden.remove(key)
            self._write_gallery_order(hidden=hidden)


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "print3d.gallery"]

    def _get_print3d_gallery_model(self):
        return self

    def _get_print3d_gallery_variant(self):
        return self.env["product.product"]

    def _get_print3d_gallery_domains(self):
        """Pictures of the model and its variants; plates that are printed or may be."""
        return {
            "picture": Domain("product_tmpl_id", "=", self.id),
            "plate": Domain("slice_id.product_tmpl_id", "=", self.id)
            & Domain("slice_id.state", "!=", "retired")
            & Domain("slice_id.product_id.active", "=", True),
            "mesh": Domain("product_tmpl_id", "=", self.id)
            & Domain("product_id.active", "=", True),
        }


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "print3d.gallery"]

    def _get_print3d_gallery_model(self):
        return self.product_tmpl_id

    def _get_print3d_gallery_variant(self):
        return self

    def _get_print3d_gallery_domains(self):
        """Its own pictures and those of the model as such; its plates and meshes."""
        return {
            "picture": Domain("product_tmpl_id", "=", self.product_tmpl_id.id)
            & Domain("product_id", "in", [self.id, False]),
            "plate": Domain("slice_id.product_id", "=", self.id)
            & Domain("slice_id.state", "!=", "retired"),
            "mesh": Domain("product_id", "=", self.id),
        }
