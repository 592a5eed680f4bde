import contextlib
import errno
import hashlib
import io
import os
import shutil
import tempfile
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import human_size

from ..slicer import SlicedFileError
from ..tools import s3

CHUNK = 1024 * 1024
DEFAULT_CHECK_DAYS = 30
DEFAULT_CHECK_MBPS = 50
CHECKS_AT_ONCE = 20


class Print3dFileCopy(models.Model):
    """Where the bytes of a file are: a file may have a copy in several places.

    A copy without a storage is the file's attachment, in Odoo's file store. Copies are
    hashed again, a share of all each night; one that is damaged or missing is written
    anew from any other whose bytes are intact.
    """

    _name = "print3d.file.copy"
    _description = "Copy of a File's Bytes"
    _order = "file_id desc, id"
    _rec_name = "where"
    _check_company_auto = True

    file_id = fields.Many2one(
        "print3d.file", required=True, index=True, readonly=True, ondelete="cascade"
    )
    storage_id = fields.Many2one(
        "print3d.storage",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Empty: Odoo's own file store.",
    )
    key = fields.Char(string="Object", index="btree_not_null", readonly=True)
    where = fields.Char(compute="_compute_where", compute_sudo=True)
    state = fields.Selection(
        [
            ("ok", "Intact"),
            ("damaged", "Damaged"),
            ("missing", "Missing"),
        ],
        required=True,
        default="ok",
        readonly=True,
        index=True,
    )
    checked_on = fields.Datetime(
        readonly=True,
        index=True,
        help="When its bytes were last read and their SHA-256 compared.",
    )
    tried_on = fields.Datetime(readonly=True, index=True)
    message = fields.Char(string="Found", readonly=True)
    size = fields.Integer(
        string="Size (bytes)", related="file_id.size", store=True, precompute=True
    )
    size_text = fields.Char(string="Size", compute="_compute_size_text")
    product_id = fields.Many2one(related="file_id.product_id")
    company_id = fields.Many2one(
        related="file_id.company_id", store=True, index=True, precompute=True
    )

    _place_uniq = models.UniqueIndex(
        "(file_id, (COALESCE(storage_id, 0)))",
        "The file has a copy there already.",
    )
    _key_check = models.Constraint(
        "CHECK ((storage_id IS NULL) = (key IS NULL))",
        "A copy in a storage has the key of its object.",
    )

    @api.depends("storage_id")
    def _compute_where(self):
        for copy in self:
            copy.where = copy.storage_id.name or self.env._("This server")

    @api.depends("size")
    def _compute_size_text(self):
        for copy in self:
            copy.size_text = human_size(copy.size)

    # === CRUD METHODS === #

    def unlink(self):
        """Have objects that no other copy has removed, after the transaction."""
        objects = {}
        for copy in self.sudo().filtered("storage_id"):
            objects.setdefault(copy.storage_id, set()).add(copy.key)
        result = super().unlink()
        for storage, keys in objects.items():
            still = self.sudo().search(
                [("storage_id", "=", storage.id), ("key", "in", list(keys))]
            )
            if unused := keys - set(still.mapped("key")):
                storage._delete_keys(unused)
        return result

    # === ACTION METHODS === #

    def action_check(self):
        """Read the bytes now, compare them, and heal what is damaged."""
        self.check_access("write")
        copies_sudo = self.sudo()
        bad = copies_sudo._check_bytes()
        healed = bad.filtered(lambda copy: copy.state == "ok")
        left = bad - healed
        if left:
            kind = "danger"
            message = self.env._(
                "Damaged and without an intact copy: %(names)s.",
                names=", ".join(sorted(set(left.mapped("file_id.name")))),
            )
        elif healed:
            kind = "warning"
            message = self.env._(
                "Damaged, and healed from another copy: %(names)s.",
                names=", ".join(sorted(set(healed.mapped("file_id.name")))),
            )
        else:
            kind = "success"
            message = self.env._("The bytes are as they were stored.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "sticky": bool(left),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === READING === #

    def _by_nearness(self):
        """The copies in the order to read them: intact first, here before afar."""
        return self.sorted(
            lambda copy: (copy.state != "ok", bool(copy.storage_id), copy.id)
        )

    @contextlib.contextmanager
    def _open(self):
        """The bytes of this copy, whatever they are by now.

        :return: seekable binary file object
        :raises SlicedFileError: ``unreadable`` when they cannot be had
        """
        self.ensure_one()
        if self.storage_id:
            try:
                opened = self.storage_id._open_key(self.key)
                stream = opened.__enter__()
            except s3.StorageError as error:
                raise SlicedFileError(
                    "missing" if error.code == "missing" else "unreadable",
                    error.message,
                ) from error
            with contextlib.closing(stream):
                yield stream
            return
        attachment = self.file_id.attachment_id
        if not attachment.store_fname:
            if not attachment.db_datas:
                raise SlicedFileError("missing", self._get_missing_message())
            yield io.BytesIO(attachment.raw)
            return
        # From the file store, so that a large file is not read into memory.
        try:
            stream = open(attachment._full_path(attachment.store_fname), "rb")
        except OSError as error:
            raise SlicedFileError("missing", self._get_missing_message()) from error
        with stream:
            yield stream

    def _get_missing_message(self):
        return self.env._(
            "The stored content of “%(name)s” is missing on the server. Upload the "
            "file again.",
            name=self.file_id.name,
        )

    @contextlib.contextmanager
    def _open_intact(self):
        """The bytes of this copy, if they are those that were uploaded.

        :raises SlicedFileError: they cannot be had, or are others
        """
        with self._open() as stream:
            if self.file_id._hash(stream) != self.file_id.sha256:
                raise SlicedFileError("damaged", self._get_damaged_message())
            stream.seek(0)
            yield stream

    @contextlib.contextmanager
    def _open_for_moving(self):
        """The bytes of this copy, healed first where they are bad.

        :raises SlicedFileError: they cannot be had, or are damaged for good
        :raises StorageError: the storage does not answer now
        """
        stack = contextlib.ExitStack()
        try:
            stream = stack.enter_context(self._open_intact())
        except SlicedFileError as error:
            if error.code == "unreadable":
                raise s3.StorageError("connection", error.message) from error
            self._check_bytes()
            if self.state != "ok":
                raise SlicedFileError(self.state, self.message) from error
            stream = stack.enter_context(self._open_intact())
        with stack:
            yield stream

    def _get_damaged_message(self):
        return self.env._(
            "The stored content of “%(name)s” was damaged: its SHA-256 is not that of "
            "the upload. Upload the original again.",
            name=self.file_id.name,
        )

    # === CHECKING === #

    def _check_bytes(self, pause=None, silent=None):
        """Hash the bytes, note what was found, heal what can be healed.

        :param pause: called with the bytes of each chunk that was read
        :param dict silent: storages that do not answer, with the reason; they are not
            asked again, and those that are found silent are added
        :return: the copies that were damaged or missing, healed or not
        """
        bad = self.browse()
        silent = {} if silent is None else silent
        now = fields.Datetime.now()
        for copy in self:
            if copy.storage_id in silent:
                continue
            state, message = copy._look(pause)
            if state is None:
                # Nobody answers: nothing is known about the bytes.
                silent[copy.storage_id] = message
                copy.write({"tried_on": now, "message": message})
                continue
            known = copy.state
            copy.write(
                {
                    "state": state,
                    "message": message,
                    "checked_on": now,
                    "tried_on": now,
                }
            )
            if state == "ok":
                continue
            bad += copy
            if known == "ok":
                copy._journal(state, message)
            if copy._heal():
                copy._journal("healed")
        return bad

    def _journal(self, result, message=False):
        """Note in the journal of files what was found or done."""
        self.env["print3d.file.event"]._journal(self, result, message)

    def _look(self, pause=None):
        """State of the bytes and a sentence; no state when nobody answers."""
        digest = hashlib.sha256()
        try:
            with self._open() as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    if pause:
                        pause(len(chunk))
        except SlicedFileError as error:
            if error.code == "missing":
                return "missing", error.message
            return None, error.message
        except OSError as error:
            # A disk that lost the bytes says so; anything else is the server's trouble.
            if error.errno != errno.EIO or self.storage_id:
                raise
            return "damaged", self._get_damaged_message()
        if digest.hexdigest() == self.file_id.sha256:
            return "ok", False
        return "damaged", self._get_damaged_message()

    # === HEALING === #

    def _heal(self):
        """Write the bytes anew from any other copy that is intact.

        :return: whether it is intact now
        :rtype: bool
        """
        self.ensure_one()
        for source in self._get_sources():
            try:
                with source._open_intact() as stream:
                    if self._replace(stream):
                        return True
            except SlicedFileError:
                continue
        return False

    def _get_sources(self):
        """Copies that may have the same bytes elsewhere, the likeliest first.

        The content is the same where the SHA-256 is; another company's is not touched.
        """
        file = self.file_id
        same = self.search(
            [
                ("file_id.sha256", "=", file.sha256),
                ("company_id", "=", file.company_id.id),
                ("id", "!=", self.id),
            ]
        )
        mine = self._get_place()
        return same.filtered(lambda copy: copy._get_place() != mine)._by_nearness()

    def _get_place(self):
        """What tells apart two places of bytes; copies may share one."""
        if self.storage_id:
            return self.storage_id.id, self.key
        attachment = self.file_id.attachment_id
        return 0, attachment.store_fname or f"db {attachment.id}"

    def _replace(self, stream):
        """Put good bytes where this copy has bad ones, and mark all that share them.

        :param stream: seekable binary file object with the content of the file
        :return: whether the copy is intact now
        :rtype: bool
        """
        file = self.file_id
        stream.seek(0)
        try:
            if self.storage_id:
                self.storage_id._get_bucket().put(
                    self.key, stream, file.size, file.sha256
                )
            else:
                file._rewrite_attachment(stream)
        except (s3.StorageError, OSError) as error:
            self.message = str(error)
            return False
        state, message = self._look()
        if state != "ok":
            self.message = message
            return False
        mine = self._get_place()
        same = self.search(
            [
                ("file_id.sha256", "=", file.sha256),
                ("storage_id", "=", self.storage_id.id),
            ]
        ).filtered(lambda copy: copy._get_place() == mine)
        now = fields.Datetime.now()
        same.write(
            {"state": "ok", "message": False, "checked_on": now, "tried_on": now}
        )
        return True

    # === EVERY NIGHT === #

    @api.model
    def _cron_check(self):
        """Hash a share of all copies, those first that were not looked at for longest.

        The share is such that each is looked at once in a number of days. A storage
        that does not answer is asked once; its copies have their turn the next night.
        """
        days = max(1, self._get_number("integrity_days", DEFAULT_CHECK_DAYS))
        pause = Pace(self._get_number("integrity_mbps", DEFAULT_CHECK_MBPS)).pause
        recent = fields.Datetime.now() - timedelta(hours=12)
        tonight = self.search_count([("checked_on", ">", recent)])
        todo = -(-self.search_count([]) // days) - tonight
        silent, answered = {}, self.env["print3d.storage"]
        while todo > 0:
            copies = self.search(
                [
                    "|",
                    ("checked_on", "=", False),
                    ("checked_on", "<=", recent),
                    ("storage_id", "not in", [storage.id for storage in silent]),
                ],
                order="checked_on NULLS FIRST, id",
                limit=min(todo, CHECKS_AT_ONCE),
            )
            if not copies:
                break
            copies._check_bytes(pause, silent)
            looked_at = copies.filtered(
                lambda copy: copy.checked_on and copy.checked_on > recent
            )
            answered |= looked_at.storage_id
            todo -= len(looked_at)
            if not self.env["ir.cron"]._commit_progress(
                len(looked_at), remaining=max(todo, 0)
            ):
                break
        for storage, message in silent.items():
            storage._note_silence(message)
        answered.filtered(lambda one: one not in silent)._note_answer()
        self.env["print3d.file.event"]._notify_owners()

    @api.model
    def _get_number(self, name, default):
        stated = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(f"print3d_library.{name}", str(default))
        )
        return int(stated) if stated.isdecimal() else default


class Pace:
    """Keeps reading at a number of megabytes a second; 0 is as fast as can be."""

    def __init__(self, megabytes, clock=time.monotonic, sleep=time.sleep):
        self.rate = megabytes * 1024 * 1024
        self.clock = clock
        self.sleep = sleep
        self.start = None
        self.read = 0

    def pause(self, size):
        """Wait as long as these bytes should have taken."""
        if not self.rate:
            return
        if self.start is None:
            self.start = self.clock()
        self.read += size
        ahead = self.read / self.rate - (self.clock() - self.start)
        if ahead > 0:
            self.sleep(ahead)


def is_sha1_of(path, sha1):
    """Whether a file of Odoo's file store has the content that its name says."""
    with open(path, "rb") as stream:
        digest = hashlib.sha1(usedforsecurity=False)
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == sha1


def replace_file(path, stream):
    """Write a file so that readers see the old bytes or the new, never a mixture."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    stream.seek(0)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as target:
        try:
            while chunk := stream.read(CHUNK):
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
            if os.path.exists(path):
                shutil.copymode(path, target.name)
            os.replace(target.name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(target.name)
            raise
