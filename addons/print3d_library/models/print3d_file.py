import contextlib
import hashlib
import io
import os
import re
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import human_size

from ..slicer import SlicedFileError
from ..slicer.families import recognise
from ..slicer.source import opened

CHUNK = 1024 * 1024
NAME_LENGTH = 120
DEFAULT_MAX_FILE_MB = 100


class Print3dFile(models.Model):
    """A file of a variant; its bytes are an attachment that only this record owns.

    The attachment names the record (``res_model``, ``res_id``): it is as open as the
    record, and goes with it.
    """

    _name = "print3d.file"
    _description = "File of a 3D Model"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, index="trigram")
    kind = fields.Selection(
        [
            ("sliced", "Sliced File"),
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
    def _check_sliced_content(self, name, stream):
        """Refuse what is no sliced file, by its first bytes and its table of contents.

        :param str name: file name for messages only
        :param stream: seekable binary file object
        :return: name of the slicer family
        :raises UserError: what the content is and what to export instead
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
        try:
            with opened(stream) as source:
                family = recognise(source)
                if family.code == "other" or (
                    source.is_zip and not source.container.matching(r".*\.gcode")
                ):
                    # Reading it raises with what it is and what to do.
                    family.parse(source)
        except SlicedFileError as error:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be used. %(reason)s",
                    name=name,
                    reason=error.message,
                )
            ) from error
        return family.code

    @api.model
    def _hash(self, stream):
        """SHA-256 of a stream, in hexadecimal."""
        digest = hashlib.sha256()
        stream.seek(0)
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
        return digest.hexdigest()

    @api.model
    def _create_from_stream(self, name, stream, product, kind="other", sha256=None):
        """Store a file of a variant.

        :param str name: cleaned name
        :param stream: seekable binary file object
        :param product: the variant that owns it
        :rtype: print3d.file
        """
        sha256 = sha256 or self._hash(stream)
        stream.seek(0)
        content = stream.read()
        file = self.create(
            {
                "name": name,
                "kind": kind,
                "size": len(content),
                "sha256": sha256,
                "product_id": product.id,
            }
        )
        zipped = content[:2] == b"PK"
        file.attachment_id = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                # Stated, so that the content is never taken for a page.
                "mimetype": "application/zip" if zipped else "text/x-gcode",
                "res_model": self._name,
                "res_id": file.id,
                "company_id": file.company_id.id,
            }
        )
        return file

    @contextlib.contextmanager
    def _open(self):
        """The content as a seekable binary file object.

        :raises SlicedFileError: ``unreadable`` when the bytes are gone
        """
        self.ensure_one()
        attachment = self.attachment_id
        if attachment.store_fname:
            # From the file store, so that a large file is not read into memory.
            path = attachment._full_path(attachment.store_fname)
            if not os.path.isfile(path):
                raise SlicedFileError(
                    "unreadable",
                    self.env._(
                        "The stored content of “%(name)s” is missing on the server. "
                        "Upload the file again.",
                        name=self.name,
                    ),
                )
            with open(path, "rb") as stream:
                yield stream
        else:
            yield io.BytesIO(attachment.raw or b"")
