import base64
import contextlib
import hashlib
import io
import logging
import os
import re
import unicodedata
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, human_size

from .. import mesh
from ..slicer import SlicedFileError
from ..slicer.families import recognise
from ..slicer.source import opened
from ..tools import s3
from .print3d_file_copy import is_sha1_of, replace_file

_logger = logging.getLogger(__name__)

CHUNK = 1024 * 1024
NAME_LENGTH = 120
DEFAULT_MAX_FILE_MB = 100
SCANS_AT_ONCE = 50
MODEL_PART = r"(?i)3D/.*\.model"


@dataclass(frozen=True)
class Content:
    """What an uploaded file is.

    :param family: code of the slicer family, empty for a file of no slicer
    :param mesh_format: format of its geometry, empty where it has none
    """

    family: str = ""
    mesh_format: str = ""


@dataclass(frozen=True)
class Uploaded:
    """What an uploaded file became.

    :param file: its ``print3d.file``
    :param version: its ``print3d.slice``, none for a mesh
    :param mesh: its ``print3d.mesh``, none for a sliced file
    :param is_reused: everything was there before
    """

    file: models.BaseModel
    version: models.BaseModel
    mesh: models.BaseModel
    is_reused: bool


class Print3dFile(models.Model):
    """A file of a variant; its bytes are in one place or several (``copy_ids``).

    Bytes in Odoo's file store are an attachment that only this record owns: it names
    the record (``res_model``, ``res_id``), so it is as open as the record and goes with
    it. Other copies are objects of a ``print3d.storage``.
    """

    _name = "print3d.file"
    _description = "File of a 3D Model"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, index="trigram")
    kind = fields.Selection(
        [
            ("sliced", "Sliced File"),
            ("project", "Slicer Project"),
            ("mesh", "Mesh"),
            ("picture", "Picture"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
        readonly=True,
    )
    size = fields.Integer(string="Size (bytes)", readonly=True)
    size_text = fields.Char(string="Size", compute="_compute_size_text")
    sha256 = fields.Char(string="SHA-256", index=True, readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment",
        string="Content",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="product_id.company_id", store=True, index=True, precompute=True
    )
    download_url = fields.Char(compute="_compute_download_url")
    slice_ids = fields.One2many("print3d.slice", "file_id", string="Versions")
    mesh_ids = fields.One2many("print3d.mesh", "file_id", string="Meshes")
    used_for = fields.Char(compute="_compute_used_for")

    # Where the bytes are, and how they are
    copy_ids = fields.One2many("print3d.file.copy", "file_id", string="Copies")
    where = fields.Char(string="Kept in", compute="_compute_where", compute_sudo=True)
    condition = fields.Selection(
        [
            ("good", "Intact"),
            ("weak", "One Copy Is Bad"),
            ("damaged", "Damaged"),
        ],
        compute="_compute_condition",
        compute_sudo=True,
        store=True,
        index=True,
    )
    checked_on = fields.Datetime(
        compute="_compute_condition",
        compute_sudo=True,
        store=True,
        help="When the bytes of every copy were last read and compared.",
    )
    damage_message = fields.Char(
        string="Damage", compute="_compute_damage_message", compute_sudo=True
    )

    # Virus scan
    scan_state = fields.Selection(
        [
            ("off", "Not Scanned"),
            ("clean", "Clean"),
            ("waiting", "Waiting for the Scanner"),
            ("skipped", "Too Large for the Scanner"),
            ("infected", "Infected"),
        ],
        string="Virus Scan",
        default="off",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    scan_date = fields.Datetime(string="Scanned on", readonly=True, copy=False)
    scan_note = fields.Char(string="Scanner's Answer", readonly=True, copy=False)

    _content_uniq = models.Constraint(
        "UNIQUE(product_id, sha256)",
        "This file is already there: the variant has a file with the same content.",
    )

    @api.depends("size")
    def _compute_size_text(self):
        for file in self:
            file.size_text = human_size(file.size)

    @api.depends("name")
    def _compute_download_url(self):
        for file in self:
            file.download_url = f"/print3d/file/{file.id}" if file.id else False

    @api.depends("slice_ids.number", "mesh_ids")
    def _compute_used_for(self):
        for file in self:
            used = file.slice_ids.sorted("number").mapped("name")
            if file.mesh_ids:
                used.append(self.env._("Mesh"))
            file.used_for = ", ".join(used)

    @api.depends("copy_ids.storage_id")
    def _compute_where(self):
        for file in self:
            file.where = ", ".join(file.copy_ids._by_nearness().mapped("where"))

    @api.depends("copy_ids.state", "copy_ids.checked_on")
    def _compute_condition(self):
        for file in self:
            states = set(file.copy_ids.mapped("state"))
            if states <= {"ok"}:
                file.condition = "good"
            else:
                file.condition = "weak" if "ok" in states else "damaged"
            dates = file.copy_ids.mapped("checked_on")
            file.checked_on = min(dates) if dates and all(dates) else False

    @api.depends("condition", "copy_ids.message")
    def _compute_damage_message(self):
        for file in self:
            bad = file.copy_ids.filtered(lambda copy: copy.state != "ok")
            file.damage_message = bad[:1].message if file.condition != "good" else False

    # === CRUD METHODS === #

    def unlink(self):
        """Take the copies along here: their objects go after the transaction."""
        self.sudo().copy_ids.unlink()
        return super().unlink()

    # === ACTION METHODS === #

    def action_check_bytes(self):
        """Read every copy now, compare it, and heal what is damaged."""
        self.check_access("write")
        return self.sudo().copy_ids.action_check()

    def action_restore(self):
        """Ask for the original of a damaged file."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Upload the Original Again"),
            "res_model": "print3d.file.restore",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_file_id": self.id},
        }

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        self._check_harmless()
        return {
            "type": "ir.actions.act_url",
            "url": self.download_url,
            "target": "download",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _clean_name(self, name):
        """A file name without folders, control characters or excess length.

        :param str name: name as the sender states it
        :rtype: str
        """
        name = unicodedata.normalize("NFC", name or "")
        # Direction marks (Cf) would let a name show another ending than it has.
        name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
        name = re.split(r"[\\/]", name)[-1]
        name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
        if len(name) > NAME_LENGTH:
            stem, suffix = self._split_name(name)
            suffix = suffix[:20]
            name = stem[: NAME_LENGTH - len(suffix)] + suffix
        return name or self.env._("file")

    @api.model
    def _split_name(self, name):
        """Stem and ending of a file name, ``.gcode.3mf`` being one ending."""
        match = re.search(r"(\.gcode)?\.[A-Za-z0-9]{1,8}$", name)
        if not match:
            return name, ""
        return name[: match.start()], match[0]

    @api.model
    def _get_max_size(self):
        """Most bytes a file may have, from the parameter in MB.

        :rtype: int
        """
        stated = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("print3d_library.max_file_mb", DEFAULT_MAX_FILE_MB)
        )
        try:
            limit = int(float(stated))
        except ValueError:
            limit = DEFAULT_MAX_FILE_MB
        return max(limit, 1) * 1024 * 1024

    @api.model
    def _recognise(self, name, stream):
        """What a file is, by its content: a sliced file, a project, a mesh.

        A sliced package has pictures and G-code and no geometry; a project has the
        geometry of what it would print, so it is a mesh too; a 3MF of no slicer is a
        mesh only.

        :param str name: file name for messages only
        :param stream: seekable binary file object
        :rtype: Content
        :raises UserError: what the content is and what to do instead
        """
        self._check_size(name, stream)
        try:
            with opened(stream) as source:
                return self._recognise_source(source)
        except SlicedFileError as error:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be used. %(reason)s",
                    name=name,
                    reason=error.message,
                )
            ) from error

    @api.model
    def _recognise_source(self, source):
        """What an opened file is.

        :rtype: Content
        :raises SlicedFileError: neither sliced nor a mesh
        """
        family = recognise(source)
        mesh_format = mesh.sniff(source.head, source.size)
        if source.is_zip:
            # The names in the package say more than its first bytes.
            parts = source.container.matching(MODEL_PART)
            is_mesh = bool(parts) if mesh_format == "3mf" else bool(mesh_format)
            if family.code != "other":
                has_geometry = is_mesh and self._has_geometry(source.container, parts)
                return Content(family.code, "3mf" if has_geometry else "")
        else:
            is_mesh = bool(mesh_format)
            if family.code != "other":
                return Content(family.code)
        if is_mesh:
            return Content(mesh_format=mesh_format)
        # Reading it raises with what it is and what to do.
        family.parse(source)
        raise SlicedFileError(
            "unsupported",
            self.env._("This is neither a sliced file nor a mesh."),
        )

    @api.model
    def _has_geometry(self, container, parts):
        """Whether a model part of a package has a vertex.

        The vertices stand before the triangles and the metadata is short, so the
        beginning of a part tells.
        """
        return any(
            re.search(rb"<(?:\w+:)?vertex\s", container.head(match[0], CHUNK))
            for match in parts
        )

    @api.model
    def _check_size(self, name, stream):
        """Refuse a file above the limit.

        :raises UserError: how large it is, and the limit
        """
        size = stream.seek(0, os.SEEK_END)
        limit = self._get_max_size()
        if size > limit:
            raise UserError(
                self.env._(
                    "“%(name)s” is too large: %(size)s, and the limit is %(limit)s. "
                    "Ask the administrator to raise the limit "
                    "(print3d_library.max_file_mb), or export the plates one by one.",
                    name=name,
                    size=human_size(size),
                    limit=human_size(limit),
                )
            )

    @api.model
    def _hash(self, stream):
        """SHA-256 of a stream, in hexadecimal."""
        digest = hashlib.sha256()
        stream.seek(0)
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
        return digest.hexdigest()

    @api.model
    def _upload(self, name, content, product=None, template=None, staged=None):
        """Take in an uploaded file as what it is: a version, a mesh, or both.

        The content is recognised and scanned before anything is stored. A file the
        variant (or, without one, the library) has already is not stored again.

        :param str name: file name as the sender states it
        :param content: bytes or a seekable binary file object
        :param product: variant that gets the file
        :param template: model whose only variant gets it
        :param staged: tuple (``print3d.storage``, key) of an object that has the same
            content; it is copied on the server instead of being sent again
        :rtype: Uploaded
        :raises UserError: the content can be nothing here, is too large or is empty
        :raises RefusedContentError: the virus scanner is against it
        """
        self.check_access("create")
        Slice, Mesh = self.env["print3d.slice"], self.env["print3d.mesh"]
        name = self._clean_name(name)
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        found = self._recognise(name, stream)
        sha256 = self._hash(stream)
        scan = self.env["print3d.scanner"]._check_upload(name, stream, sha256)
        if not product and template:
            product = template._get_print3d_upload_variant()
        file = self._find_upload(sha256, product)
        if not file:
            if not product:
                product = Slice._create_upload_product(name)
            elif not product.is_print3d_model:
                product.product_tmpl_id.is_print3d_model = True
            kind = "sliced" if found.family else "mesh"
            file = self._create_from_stream(
                name, stream, product, kind=kind, sha256=sha256, staged=staged, **scan
            )
        elif file.condition != "good":
            file._restore(stream)
        version, mesh_record = file.slice_ids[:1], file.mesh_ids[:1]
        is_reused = True
        if found.family and not version:
            version = Slice.create(
                {"product_id": file.product_id.id, "file_id": file.id}
            )
            version._enqueue_read()
            is_reused = False
        if found.mesh_format and not mesh_record:
            mesh_record = Mesh.create({"file_id": file.id, "format": found.mesh_format})
            mesh_record._enqueue_inspect()
            is_reused = False
        return Uploaded(file, version, mesh_record, is_reused)

    @api.model
    def _import_mesh(self, name, data, product_id):
        """Store a mesh and measure it at once, for data files and scripts.

        :param str name: file name
        :param data: content in base64
        :param int product_id: variant that gets it
        :rtype: print3d.mesh
        """
        uploaded = self.with_context(queue_job__no_delay=True)._upload(
            name,
            base64.b64decode(data),
            product=self.env["product.product"].browse(product_id),
        )
        return uploaded.mesh

    @api.model
    def _find_upload(self, sha256, product):
        """The file with this content: of the variant, or of any without one.

        :rtype: print3d.file
        """
        domain = [("sha256", "=", sha256)]
        if product:
            domain.append(("product_id", "=", product.id))
        return self.search(domain, order="id", limit=1)

    @api.model
    def _create_from_stream(
        self, name, stream, product, kind="other", sha256=None, staged=None, **vals
    ):
        """Store a file of a variant.

        :param str name: cleaned name
        :param stream: seekable binary file object
        :param product: the variant that owns it
        :param staged: tuple (``print3d.storage``, key) of an object with this content
        :param vals: further values
        :rtype: print3d.file
        """
        file = self.create(
            {
                "name": name,
                "kind": kind,
                "size": stream.seek(0, os.SEEK_END),
                "sha256": sha256 or self._hash(stream),
                "product_id": product.id,
                **vals,
            }
        )
        storage = self.env["print3d.storage"]._get_for_company(file.company_id)
        try:
            file._add_copy(storage, stream, staged=staged)
        except s3.StorageError as error:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be stored in “%(storage)s”. %(reason)s",
                    name=name,
                    storage=storage.name,
                    reason=error.message,
                )
            ) from error
        return file

    # === COPIES === #

    def _add_copy(self, storage, stream, staged=None):
        """Keep the bytes in one more place.

        :param storage: ``print3d.storage``; empty for Odoo's file store
        :param stream: seekable binary file object with the content of the file
        :param staged: tuple (``print3d.storage``, key) of an object with this content
        :rtype: print3d.file.copy
        :raises StorageError: the storage did not take them
        """
        self.ensure_one()
        vals = {"file_id": self.id}
        if storage:
            key = self._share_object(storage)
            if not key:
                key = storage._get_new_key(self.company_id, self.sha256)
                bucket = storage._get_bucket()
                if staged and staged[0] == storage:
                    bucket.copy_object(staged[1], key, self.sha256)
                else:
                    bucket.put(key, stream, self.size, self.sha256)
            vals.update(storage_id=storage.id, key=key)
        else:
            self._attach(stream)
        return self.env["print3d.file.copy"].sudo().create(vals)

    def _share_object(self, storage):
        """Key of an object that another file of the company has with this content.

        The copy is locked until the end of the transaction, so that the object does not
        go meanwhile with the other file.

        :return: ``None`` where there is none
        """
        copies = (
            self.env["print3d.file.copy"]
            .sudo()
            .search(
                [
                    ("storage_id", "=", storage.id),
                    ("file_id.sha256", "=", self.sha256),
                    ("company_id", "=", self.company_id.id),
                    ("file_id", "!=", self.id),
                    ("state", "=", "ok"),
                ],
                limit=1,
            )
        )
        if not copies:
            return None
        self.env.cr.execute(
            SQL("SELECT key FROM print3d_file_copy WHERE id = %s FOR SHARE", copies.id)
        )
        found = self.env.cr.fetchone()
        return found and found[0]

    def _attach(self, stream):
        """Keep the bytes in Odoo's file store, as an attachment of the file."""
        stream.seek(0)
        content = stream.read()
        if content[:2] == b"PK":
            mimetype = "application/zip"
        elif self.kind == "sliced":
            mimetype = "text/x-gcode"
        else:
            # Odoo guesses anew, by the name, where this is application/octet-stream.
            mimetype = "model/mesh"
        vals = {
            "name": self.name,
            "raw": content,
            # Stated, so that the content is never taken for a page.
            "mimetype": mimetype,
            "res_model": self._name,
            "res_id": self.id,
            "company_id": self.company_id.id,
        }
        Attachment = self.env["ir.attachment"]
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        path = Attachment._full_path(f"{sha1[:2]}/{sha1}")
        if os.path.isfile(path) and not is_sha1_of(path, sha1):
            # Odoo would take the damaged bytes for these and not write them again.
            replace_file(path, stream)
        self.attachment_id = Attachment.create(vals)

    def _rewrite_attachment(self, stream):
        """Put good bytes in the place of the attachment's bad ones.

        Odoo's file store names a file by the SHA-1 of its content and never writes a
        name that is there again, so the damaged file itself is replaced.

        :param stream: seekable binary file object with the content of the file
        """
        attachment = self.sudo().attachment_id
        if attachment.store_fname:
            replace_file(attachment._full_path(attachment.store_fname), stream)
        elif attachment:
            stream.seek(0)
            attachment.raw = stream.read()
        else:
            self.sudo()._attach(stream)

    def _drop_copy(self, copy):
        """Let go of a copy; its bytes are removed after the transaction."""
        attachment = self.env["ir.attachment"]
        if not copy.storage_id:
            attachment = self.sudo().attachment_id
            self.sudo().attachment_id = False
        copy.unlink()
        attachment.unlink()

    def _restore(self, stream):
        """Heal the file's bad copies with the original.

        :param stream: seekable binary file object
        :return: whether every copy is intact now
        :rtype: bool
        :raises UserError: it is another file
        """
        self.ensure_one()
        if self._hash(stream) != self.sha256:
            raise UserError(
                self.env._(
                    "This is not the original of “%(name)s”: its content is another "
                    "one. Choose the file that was uploaded then.",
                    name=self.name,
                )
            )
        self.check_access("write")
        file_sudo = self.sudo()
        for copy in file_sudo.copy_ids.filtered(lambda copy: copy.state != "ok"):
            if copy._replace(stream):
                copy._journal("restored")
        file_sudo.invalidate_recordset(["condition"])
        return file_sudo.condition == "good"

    def _unlink_unused(self):
        """Remove files that are neither a version's nor a mesh's any more."""
        self.invalidate_recordset(["slice_ids", "mesh_ids"])
        self.filtered(lambda file: not file.slice_ids and not file.mesh_ids).unlink()

    @contextlib.contextmanager
    def _open(self):
        """The content as a seekable binary file object.

        :raises SlicedFileError: ``unreadable`` when the bytes are gone, ``infected``
            when the virus scanner found something in them
        """
        self.ensure_one()
        if self.scan_state == "infected":
            raise SlicedFileError("infected", self._get_infected_message())
        failure = None
        for copy in self.sudo().copy_ids._by_nearness():
            if copy.state == "damaged":
                failure = failure or copy._get_damaged_message()
                continue
            stack = contextlib.ExitStack()
            try:
                # What comes over the network is compared at once; what is on this
                # machine is read again by night.
                opened_copy = copy._open_intact() if copy.storage_id else copy._open()
                stream = stack.enter_context(opened_copy)
            except SlicedFileError as error:
                failure = failure or error.message
                continue
            with stack:
                yield stream
            return
        raise SlicedFileError(
            "unreadable",
            failure
            or self.env._(
                "“%(name)s” has no stored content. Upload the file again.",
                name=self.name,
            ),
        )

    def _get_local_attachment(self):
        """The attachment with the bytes, when an intact copy is on this server.

        :rtype: ir.attachment
        :return: with all rights; empty where there is none
        """
        self.ensure_one()
        near = self.sudo().copy_ids._by_nearness()[:1]
        attachment_sudo = self.sudo().attachment_id
        if near.state != "ok" or near.storage_id:
            return attachment_sudo.browse()
        path = attachment_sudo.store_fname
        if path and not os.path.isfile(attachment_sudo._full_path(path)):
            return attachment_sudo.browse()
        return attachment_sudo

    def _get_link(self):
        """A URL of a storage by which a browser saves the file, for a few minutes.

        :return: ``None`` where Odoo hands out the bytes itself
        """
        self.ensure_one()
        for copy in self.sudo().copy_ids._by_nearness():
            if copy.state != "ok":
                continue
            if not copy.storage_id:
                # Its bytes may be missing all the same: then the next one is asked.
                if self._get_local_attachment():
                    return None
                continue
            if not copy.storage_id.is_browser_reachable:
                return None
            try:
                return copy.storage_id._get_bucket().link_get(copy.key, self.name)
            except s3.StorageError as error:
                _logger.warning("Storage %s: %s", copy.storage_id.id, error.message)
        return None

    # === VIRUS SCAN === #

    def _get_infected_message(self):
        return self.env._(
            "The virus scanner found %(signature)s in “%(name)s”. The file is locked; "
            "delete it and export it again on a computer that is clean.",
            signature=self.scan_note or "?",
            name=self.name,
        )

    def _check_harmless(self):
        """Refuse to hand out what the scanner found something in.

        :raises UserError: the signature, and what to do
        """
        for file in self:
            if file.scan_state == "infected":
                raise UserError(file._get_infected_message())

    @api.model
    def _cron_scan_waiting(self):
        """Scan files that were taken while the scanner could not be reached."""
        files = self.search(
            [("scan_state", "=", "waiting")], order="id", limit=SCANS_AT_ONCE
        )
        remaining = self.search_count([("scan_state", "=", "waiting")])
        for file in files:
            locked = file.try_lock_for_update()
            if locked and not locked._scan():
                # The scanner is away still: the next run tries again.
                break
            remaining -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    def _scan(self):
        """Scan a stored file; lock it when something is found.

        :return: whether the scanner answered
        :rtype: bool
        """
        self.ensure_one()
        try:
            with self._open() as stream:
                vals = self.env["print3d.scanner"]._scan(stream)
        except SlicedFileError as error:
            vals = {"scan_state": "skipped", "scan_note": error.message}
        self.write(vals)
        if self.scan_state == "infected":
            self.env["print3d.scan.event"]._journal(
                {
                    "result": "found",
                    "name": self.name,
                    "size": self.size,
                    "sha256": self.sha256,
                    "message": self.scan_note,
                    "file_id": self.id,
                    "company_id": self.company_id.id,
                },
            )
            for version in self.slice_ids:
                version.message_post(body=self._get_infected_message())
        return self.scan_state != "waiting"
