import contextlib
import errno
import hashlib
import logging
import os
import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config, human_size

from .print3d_scanner import RefusedContentError
from .print3d_upload_batch import GOING

_logger = logging.getLogger(__name__)

CHUNK = 4 * 1024 * 1024
# What a client may send at once; larger pieces would be held in memory whole.
MAX_CHUNK = 2 * CHUNK
READ = 1024 * 1024
FOLDER = "print3d_upload"
PATH_LENGTH = 500
SHA256 = re.compile(r"[0-9a-f]{64}")


class UploadConflictError(UserError):
    """A piece that does not go where the file ends on the server.

    :param received: bytes the server has, where the next piece belongs
    """

    def __init__(self, message, received):
        super().__init__(message)
        self.received = received


class Print3dUpload(models.Model):
    """A file on its way in: begun, sent in pieces, checked, and taken into the library.

    The bytes received wait in a file of their own below Odoo's file store, which every
    server of an installation shares. A piece counts once ``received`` is committed;
    what a server that died had written beyond it is written over by the next piece.
    """

    _name = "print3d.upload"
    _description = "Uploaded File on Its Way"
    _order = "batch_id desc, path, name, id"

    batch_id = fields.Many2one(
        "print3d.upload.batch",
        string="Upload",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    name = fields.Char(string="File Name", required=True, readonly=True)
    path = fields.Char(
        string="Folder",
        readonly=True,
        help="Folder the file lay in, with slashes; empty at the top.",
    )
    size = fields.Integer(string="Size (bytes)", readonly=True)
    received = fields.Integer(string="Received (bytes)", readonly=True)
    sha256 = fields.Char(string="SHA-256", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [
            ("sending", "Being Sent"),
            ("unpacking", "Being Unpacked"),
            ("stored", "Waiting to Be Grouped"),
            ("done", "Taken In"),
            ("failed", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="sending",
        required=True,
        readonly=True,
        index=True,
    )
    message = fields.Char(readonly=True, help="What became of it, or why not.")
    staged_name = fields.Char(readonly=True, copy=False, groups="base.group_system")

    # Where it goes
    product_id = fields.Many2one(
        "product.product",
        string="For the Variant",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="For the Model",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # Archives
    is_archive = fields.Boolean(string="Archive", readonly=True)
    parent_id = fields.Many2one(
        "print3d.upload",
        string="From the Archive",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    child_ids = fields.One2many("print3d.upload", "parent_id", string="Unpacked Files")
    member = fields.Char(string="Name in the Archive", readonly=True)

    # What became of it
    file_id = fields.Many2one(
        "print3d.file",
        string="File",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    slice_id = fields.Many2one(
        "print3d.slice",
        string="Version",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    mesh_id = fields.Many2one(
        "print3d.mesh",
        string="Mesh",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    is_reused = fields.Boolean(string="There Already", readonly=True)

    # === STAGED BYTES === #

    @api.model
    def _get_staging_folder(self):
        """Where bytes wait: beside the attachments of this database.

        Odoo's servers share that folder already, and a database that is dropped or
        duplicated takes it along.
        """
        return os.path.join(config.filestore(self.env.cr.dbname), FOLDER)

    def _get_staged_path(self):
        """The file with the bytes received; its name is nothing a sender chose."""
        self.ensure_one()
        name = self.sudo().staged_name
        return os.path.join(self._get_staging_folder(), name) if name else None

    def _write_staged(self, offset, data):
        """Write bytes at a place and have them on the disk.

        :raises UserError: the disk is full
        """
        path = self._get_staged_path()
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                view = memoryview(data)
                while view:
                    done = os.pwrite(handle, view, offset)
                    view, offset = view[done:], offset + done
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise UserError(
                self.env._(
                    "The server's disk is full. Ask the administrator to make room, "
                    "and send the file again: it goes on where it stopped."
                )
            ) from error

    @contextlib.contextmanager
    def _open(self):
        """The bytes received, as a seekable binary file object.

        :raises UserError: they are gone
        """
        self.ensure_one()
        path = self._get_staged_path()
        try:
            stream = open(path or "", "rb")
        except OSError as error:
            raise UserError(
                self.env._(
                    "What was sent of “%(name)s” is no longer on the server. Send it "
                    "again.",
                    name=self.name,
                )
            ) from error
        with stream:
            yield stream

    def _free(self):
        """Remove the bytes received, once this transaction holds."""
        paths = [path for upload in self if (path := upload._get_staged_path())]
        self.sudo().filtered("staged_name").write({"staged_name": False})

        @self.env.cr.postcommit.add
        def remove():
            for path in paths:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)

    def unlink(self):
        self._free()
        return super().unlink()

    # === TAKING IN === #

    def _take(self, product=None, template=None):
        """Take a complete file into the library, and free its bytes.

        :param product: variant that gets it, instead of the one it was sent for
        :param template: model whose only variant gets it
        :return: what it became
        :rtype: ~odoo.addons.print3d_library.models.print3d_file.Uploaded
        :raises UserError: it can be nothing here
        :raises RefusedContentError: the virus scanner is against it
        """
        self.ensure_one()
        if not product and not template:
            product, template = self.product_id, self.product_tmpl_id
        with self._open() as stream:
            uploaded = self.env["print3d.file"]._upload(
                self.name, stream, product=product or None, template=template or None
            )
        self.sudo().write(
            {
                "state": "done",
                "message": self._describe(uploaded),
                "file_id": uploaded.file.id,
                "slice_id": uploaded.version.id,
                "mesh_id": uploaded.mesh.id,
                "is_reused": uploaded.is_reused,
            }
        )
        self._free()
        return uploaded

    @api.model
    def _describe(self, uploaded):
        """What a file became, for who uploaded it.

        :rtype: str
        """
        version, mesh = uploaded.version, uploaded.mesh
        where = uploaded.file.product_id.display_name
        if uploaded.is_reused:
            return self.env._(
                "This file is in the library already: %(what)s.",
                what=version.display_name
                or self.env._("a mesh of %(variant)s", variant=where),
            )
        if uploaded.file.scan_state in ("waiting", "skipped"):
            return self.env._("Stored for %(variant)s, not yet scanned.", variant=where)
        if version and mesh:
            return self.env._(
                "A project: stored as %(version)s, and its mesh.",
                version=version.display_name,
            )
        if mesh:
            return self.env._("Stored as a mesh of %(variant)s.", variant=where)
        return self.env._("Stored as %(version)s.", version=version.display_name)

    def _cancel(self, message=None):
        """Give up files that became nothing yet; the others stay as they are."""
        given_up = self.filtered(lambda upload: upload.state in (*GOING, "stored"))
        given_up.sudo().write(
            {"state": "cancelled", "message": message or self.env._("Cancelled.")}
        )
        given_up._free()

    def _fail(self, message):
        """Refuse files, with the reason."""
        self.sudo().write({"state": "failed", "message": message})
        self._free()

    # === BEGINNING === #

    @api.model
    def _clean_path(self, path):
        """A folder path without tricks: plain names, with slashes between them.

        :param str path: as the sender states it, ``a/b`` or ``a\\b``
        :rtype: str
        """
        clean = self.env["print3d.file"]._clean_name
        parts = [part for part in re.split(r"[\\/]", path or "") if part.strip(" .")]
        return "/".join(clean(part) for part in parts)[:PATH_LENGTH].strip("/")

    @api.model
    def _prepare_vals(self, batch, name, size, path="", **vals):
        """Values of a new upload.

        :rtype: dict
        """
        return {
            "batch_id": batch.id,
            "name": self.env["print3d.file"]._clean_name(name),
            "path": self._clean_path(path),
            "size": size,
            "staged_name": secrets.token_hex(16),
            "user_id": batch.user_id.id,
            "company_id": batch.company_id.id,
            **vals,
        }

    @api.model
    def _add_to_batch(self, batch, name, content, path=""):
        """A complete file of a batch, from bytes or a stream.

        :rtype: print3d.upload
        """
        upload = (
            self.sudo().create(self._prepare_vals(batch, name, 0, path)).sudo(False)
        )
        upload._store(content)
        return upload

    def _store(self, content):
        """Stage a whole content and mark the file complete.

        :param content: bytes or chunks of bytes, or a readable binary file object
        """
        self.ensure_one()
        if isinstance(content, bytes):
            content = [content]
        elif hasattr(content, "read"):
            content = iter(lambda stream=content: stream.read(READ), b"")
        digest, size = hashlib.sha256(), 0
        for data in content:
            self._write_staged(size, data)
            digest.update(data)
            size += len(data)
        if not size:
            self._write_staged(0, b"")
        self.sudo().write(
            {
                "size": size,
                "received": size,
                "sha256": digest.hexdigest(),
                "state": "stored",
            }
        )
