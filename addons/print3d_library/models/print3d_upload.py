import contextlib
import errno
import hashlib
import logging
import os
import re
import secrets
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config, human_size

from .print3d_scanner import RefusedContentError
from .print3d_upload_batch import GOING

_logger = logging.getLogger(__name__)

MB = 1024 * 1024
CHUNK = 4 * 1024 * 1024
# What a client may send at once; larger pieces would be held in memory whole.
MAX_CHUNK = 2 * CHUNK
READ = 1024 * 1024
FOLDER = "print3d_upload"
PATH_LENGTH = 500
SHA256 = re.compile(r"[0-9a-f]{64}")
DEFAULT_MAX_ARCHIVE_MB = 2000
# A field of whole numbers holds no more; archives above it could not be unpacked.
MAX_SIZE = 2**31 - 1
# Days after which what nobody finished is given up, and records are forgotten.
DAYS_SENDING = 3
DAYS_HELD = 30
DAYS_KEPT = 30


class UploadConflictError(UserError):
    """A piece that does not go where the file ends on the server."""


class UploadDamagedError(UserError):
    """Bytes that did not arrive as they were sent."""


class UploadStorageError(UserError):
    """The object storage does not answer now; later the same may work."""


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
    size_text = fields.Char(string="Size", compute="_compute_size_text")
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

    @api.depends("size")
    def _compute_size_text(self):
        for upload in self:
            upload.size_text = human_size(upload.size)

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

    @contextlib.contextmanager
    def _opened(self, stream=None):
        """The stream that is open already, at its beginning, or one that is opened."""
        if stream is None:
            with self._open() as opened:
                yield opened
        else:
            stream.seek(0)
            yield stream

    def _get_staged(self):
        """Bytes that wait here are stored like any others."""
        return None

    def _free(self):
        """Remove the bytes received, once this transaction holds.

        What a savepoint takes back keeps its bytes: only at the end it is looked up
        which names are still of a record.
        """
        staged = self.sudo().filtered("staged_name")
        if not staged:
            return
        precommit = self.env.cr.precommit
        names = precommit.data.get(FOLDER)
        if names is None:
            names = precommit.data[FOLDER] = set()
            precommit.add(self.browse().sudo()._remove_freed)
        names.update(staged.mapped("staged_name"))
        staged.write({"staged_name": False})

    def _remove_freed(self):
        """Remove the files whose record is gone or freed, after the commit."""
        names = self.env.cr.precommit.data.pop(FOLDER, set())
        kept = self.search([("staged_name", "in", list(names))]).mapped("staged_name")
        folder = self._get_staging_folder()

        @self.env.cr.postcommit.add
        def remove():
            for name in names.difference(kept):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(folder, name))

    def unlink(self):
        self._free()
        return super().unlink()

    # === TAKING IN === #

    def _take(self, product=None, template=None, stream=None):
        """Take a complete file into the library, and free its bytes.

        :param product: variant that gets it, instead of the one it was sent for
        :param template: model whose only variant gets it
        :param stream: the bytes, where they are open already
        :return: what it became
        :rtype: ~odoo.addons.print3d_library.models.print3d_file.Uploaded
        :raises UserError: it can be nothing here
        :raises RefusedContentError: the virus scanner is against it
        """
        self.ensure_one()
        if not product and not template:
            product, template = self.product_id, self.product_tmpl_id
        with self._opened(stream) as stream:
            uploaded = self.env["print3d.file"]._upload(
                self.name,
                stream,
                product=product or None,
                template=template or None,
                staged=self._get_staged(),
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
            return self._describe_known(uploaded.file, True)["message"]
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

    # === PROTOCOL === #
    #
    # Begin, pieces, finish. Each call may be repeated, come late or be lost: beginning
    # the same file again goes on with it, a piece goes nowhere but to the end of what
    # is there, and finishing twice gives the same answer.

    @api.model
    def get_limits(self):
        """What the screen has to know before it sends anything.

        :return: ``chunk`` and the limits in bytes, and the ``quota`` with what is
            ``used`` of it (none: 0)
        :rtype: dict
        """
        self.env["print3d.file"].check_access("create")
        quota = self.env.user._get_print3d_quota()
        return {
            "chunk": CHUNK,
            "file": self.env["print3d.file"]._get_max_size(),
            "archive": self._get_max_archive_size(),
            "quota": quota,
            "used": self._get_used(self.env.user) if quota else 0,
        }

    def get_results(self):
        """What became of files, and of what was in archives, for a screen.

        :rtype: list of dict
        """
        self.check_access("read")
        children = self.search([("parent_id", "in", self.ids)])
        # One record set, so that what is read of one is read of all.
        return self.browse((self | children).ids)._get_result()

    @api.model
    def _get_max_archive_size(self):
        """Most bytes of an archive that is unpacked here."""
        stated = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("print3d_library.max_archive_mb", DEFAULT_MAX_ARCHIVE_MB)
        )
        try:
            limit = int(float(stated))
        except ValueError:
            limit = DEFAULT_MAX_ARCHIVE_MB
        return min(max(limit, 1) * MB, MAX_SIZE)

    @api.model
    def _begin(
        self,
        batch,
        name,
        size,
        sha256=False,
        path="",
        product=None,
        template=None,
        direct=False,
    ):
        """Begin a file, or go on with one that was begun.

        :param batch: the upload it belongs to
        :param str name: file name as the sender states it
        :param int size: in bytes
        :param str sha256: of the whole file in hexadecimal, where the sender knows it
        :param str path: folder it is in
        :param product: variant that gets it
        :param template: model whose only variant gets it
        :param bool direct: whether the sender is able to send to an object storage
        :rtype: print3d.upload
        :raises UserError: it is empty, too large or over the quota
        """
        self.env["print3d.file"].check_access("create")
        vals = self._prepare_vals(batch, name, size, path)
        vals["product_id"] = product.id if product else False
        vals["product_tmpl_id"] = template.id if template else False
        found = self._find_begun(batch, vals, sha256)
        if found:
            if found.batch_id != batch:
                found.sudo().batch_id = batch
            if found.state == "sending":
                found._choose_way(direct)
            return found
        self._check_begin(vals["name"], size)
        self._check_quota(batch.user_id, size, vals["name"])
        upload = self.sudo().create({**vals, "sha256": sha256}).sudo(False)
        upload._choose_way(direct)
        return upload

    @api.model
    def _find_begun(self, batch, vals, sha256):
        """The same file, when it was begun before and can be gone on with.

        Files that are complete are found within the same upload only: those of
        another one may be in a plan already.
        """
        if not sha256:
            return self.browse()
        domain = [
            ("user_id", "=", batch.user_id.id),
            ("company_id", "=", batch.company_id.id),
            ("sha256", "=", sha256),
            *((key, "=", vals[key]) for key in ("size", "name", "product_id")),
            ("path", "=", vals["path"] or False),
            ("product_tmpl_id", "=", vals["product_tmpl_id"]),
            ("parent_id", "=", False),
            ("batch_id.hold", "=", batch.hold),
            "|",
            ("state", "=", "sending"),
            "&",
            ("state", "in", ["stored", "unpacking", "done"]),
            ("batch_id", "=", batch.id),
        ]
        return self.search(domain, order="received desc, id desc", limit=1)

    @api.model
    def _find_known(self, sha256, product, template):
        """The file of the library with this content, as far as the user may see it.

        :return: the one of the target first, and whether it is the target's
        :rtype: tuple
        """
        files = self.env["print3d.file"].search([("sha256", "=", sha256)], order="id")
        variants = product or (template and template.product_variant_ids)
        if not variants:
            return files[:1], bool(files)
        here = files.filtered(lambda file: file.product_id in variants)
        return (here or files)[:1], bool(here)

    @api.model
    def _describe_known(self, file, is_here):
        """A file of the library, for a screen that offers it instead of sending."""
        version, mesh = file.slice_ids[:1], file.mesh_ids[:1]
        return {
            "file_id": file.id,
            "slice_id": version.id,
            "mesh_id": mesh.id,
            "product_id": file.product_id.id,
            "template_id": file.product_id.product_tmpl_id.id,
            "is_here": is_here,
            "message": self.env._(
                "This file is in the library already: %(what)s.",
                what=version.display_name
                or self.env._(
                    "a mesh of %(variant)s", variant=file.product_id.display_name
                ),
            ),
        }

    @api.model
    def _check_begin(self, name, size):
        """Refuse a file that need not be sent.

        :raises UserError: it is empty, or larger than the limit
        """
        if size <= 0:
            raise UserError(
                self.env._("“%(name)s” is empty (0 bytes). Export it again.", name=name)
            )
        limit = self.env["print3d.file"]._get_max_size()
        if name.lower().endswith(".zip"):
            limit = max(limit, self._get_max_archive_size())
        if size > min(limit, MAX_SIZE):
            raise UserError(self._get_too_large_message(name, size, limit))

    @api.model
    def _get_too_large_message(self, name, size, limit):
        return self.env._(
            "“%(name)s” is too large: %(size)s, and the limit is %(limit)s. Ask the "
            "administrator to raise it, or export the plates one by one.",
            name=name,
            size=human_size(size),
            limit=human_size(limit),
        )

    @api.model
    def _get_used(self, user):
        """Bytes that count against a user's quota: stored, and on their way.

        :rtype: int
        """
        ((stored,),) = (
            self.env["print3d.file"]
            .sudo()
            ._read_group([("create_uid", "=", user.id)], [], ["size:sum"])
        )
        ((going,),) = self.sudo()._read_group(
            [("user_id", "=", user.id), ("state", "in", (*GOING, "stored"))],
            [],
            ["size:sum"],
        )
        return (stored or 0) + (going or 0)

    @api.model
    def _check_quota(self, user, size, name):
        """Refuse what would go over a user's quota.

        :raises UserError: what is used, the limit, and what to do
        """
        quota = user.sudo()._get_print3d_quota()
        if not quota:
            return
        used = self._get_used(user)
        if used + size > quota:
            raise UserError(
                self.env._(
                    "“%(name)s” (%(size)s) does not fit: you use %(used)s of your "
                    "%(limit)s. Delete files you do not need, or ask the "
                    "administrator for more room.",
                    name=name,
                    size=human_size(size),
                    used=human_size(used) or self.env._("nothing"),
                    limit=human_size(quota),
                )
            )

    def _lock(self):
        """Have the record for this transaction alone.

        :raises UploadConflictError: another request is writing it
        """
        if not self.try_lock_for_update():
            raise UploadConflictError(
                self.env._("Another part of “%(name)s” is arriving.", name=self.name)
            )

    def _receive(self, offset, data, sha256):
        """Add a piece at the end of what was received.

        :param int offset: where it belongs in the file, in bytes
        :param bytes data: the piece
        :param str sha256: of the piece, in hexadecimal
        :raises UploadDamagedError: it did not arrive as it was sent
        :raises UploadConflictError: it belongs elsewhere, or the file is through
        """
        self.ensure_one()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise UploadDamagedError(
                self.env._(
                    "A part of “%(name)s” was damaged on the way. It is sent again.",
                    name=self.name,
                )
            )
        self._lock()
        end = offset + len(data)
        is_expected = self.state == "sending" and not self._get_staged()
        if not is_expected or offset != self.received or end > self.size:
            raise UploadConflictError(
                self.env._(
                    "A part of “%(name)s” came twice or out of order.", name=self.name
                )
            )
        limit = self.env["print3d.file"]._get_max_size()
        if not offset and self.size > limit and data[:2] != b"PK":
            # It was let in as an archive by its name.
            message = self._get_too_large_message(self.name, self.size, limit)
            self._fail(message)
            return
        self._write_staged(offset, data)
        self.sudo().received = end

    def _finish(self, sha256=False):
        """Check a file that is through, and take it in unless it is to wait.

        What it became or why it was refused is in its ``state`` and ``message``.

        :param str sha256: of the whole file, where it was not known at the beginning
        :raises UploadConflictError: parts are missing
        :raises UploadDamagedError: it is not what was sent; it has to be sent again
        """
        self.ensure_one()
        self._lock()
        if self.state != "sending":
            return
        self._check_whole()
        with contextlib.ExitStack() as stack:
            try:
                stream = stack.enter_context(self._open())
            except UploadStorageError:
                raise
            except UserError:
                # The bytes are gone: as good as damaged.
                digest = ""
            else:
                digest = self.env["print3d.file"]._hash(stream)
            if digest != (self.sha256 or sha256):
                self._begin_again()
                raise UploadDamagedError(
                    self.env._(
                        "“%(name)s” did not arrive as it was sent. It is sent again.",
                        name=self.name,
                    )
                )
            self.sudo().sha256 = digest
            self._settle(stream)

    def _check_whole(self):
        """Make sure that all bytes are there, and none that do not count.

        :raises UploadConflictError: parts are missing
        """
        if self.received != self.size:
            raise self._get_missing_error()
        path = self._get_staged_path()
        if path and os.path.exists(path):
            # What a server that died had written beyond it is cut off.
            os.truncate(path, self.received)

    def _get_missing_error(self):
        return UploadConflictError(
            self.env._("Parts of “%(name)s” are missing.", name=self.name)
        )

    def _begin_again(self):
        """Forget bytes that are not what was sent."""
        self.sudo().received = 0

    def _settle(self, stream=None):
        """Decide what becomes of a complete file: unpack it, hold it, take it in.

        :param stream: the bytes, where they are open already
        """
        self.ensure_one()
        try:
            with self._opened(stream) as content:
                self._settle_content(content)
        except RefusedContentError as error:
            # Here, because the savepoint took everything back.
            self.env["print3d.scan.event"]._journal(error.event)
            self._fail(str(error))
        except UserError as error:
            self._fail(str(error))

    def _settle_content(self, stream):
        if self._is_packed(stream):
            if self.parent_id:
                raise UserError(
                    self.env._(
                        "An archive inside an archive is not unpacked. Unpack it on "
                        "your computer and send its files."
                    )
                )
            self.sudo().write({"is_archive": True, "state": "unpacking"})
            self._enqueue_unpack()
        elif self.batch_id.hold:
            self.env["print3d.file"]._check_size(self.name, stream)
            self.sudo().state = "stored"
        else:
            with self.env.cr.savepoint():
                self._take(stream=stream)

    def _get_result(self):
        """What became of files so far, for a screen.

        :rtype: list of dict
        """
        return [
            {
                "id": upload.id,
                "batch_id": upload.batch_id.id,
                "name": upload.name,
                "path": upload.path or "",
                "size": upload.size,
                "received": upload.received,
                "state": upload.state,
                "message": upload.message or "",
                "is_archive": upload.is_archive,
                "parent_id": upload.parent_id.id,
                "reused": upload.is_reused,
                "slice_id": upload.slice_id.id,
                "mesh_id": upload.mesh_id.id,
                "product_id": upload.file_id.product_id.id,
                "template_id": upload.file_id.product_id.product_tmpl_id.id,
            }
            for upload in self
        ]

    # === COLLECTING === #

    @api.model
    def _cron_collect(self):
        """Give up what nobody finishes, forget what is old, remove what is nobody's."""
        now = fields.Datetime.now()
        self.search(
            [
                ("state", "=", "sending"),
                ("write_date", "<", now - timedelta(days=DAYS_SENDING)),
            ]
        )._cancel(
            self.env._(
                "Given up: nothing came for %(days)s days. Send the file again.",
                days=DAYS_SENDING,
            )
        )
        self.search(
            [
                ("state", "=", "stored"),
                ("write_date", "<", now - timedelta(days=DAYS_HELD)),
            ]
        )._cancel(
            self.env._(
                "Given up: it was not grouped for %(days)s days. Send the file again.",
                days=DAYS_HELD,
            )
        )
        # Jobs that were lost, with the queue or before they were written.
        self.search(
            [
                ("state", "=", "unpacking"),
                ("is_archive", "=", True),
                ("write_date", "<", now - timedelta(hours=1)),
            ]
        )._enqueue_unpack()
        self.search(
            [
                ("state", "in", ["done", "failed", "cancelled"]),
                ("write_date", "<", now - timedelta(days=DAYS_KEPT)),
            ]
        ).unlink()
        self.env["print3d.upload.batch"].search(
            [
                ("upload_ids", "=", False),
                ("create_date", "<", now - timedelta(days=1)),
            ]
        ).unlink()
        self._remove_strays(now - timedelta(days=1))

    @api.model
    def _remove_strays(self, before):
        """Remove staged files of no record that nobody wrote lately."""
        folder = self._get_staging_folder()
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            old = {
                entry.name
                for entry in entries
                if entry.stat().st_mtime
                < before.replace(tzinfo=timezone.utc).timestamp()
            }
            kept = self.sudo().search([("staged_name", "in", list(old))])
            for name in old.difference(kept.mapped("staged_name")):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(folder, name))
