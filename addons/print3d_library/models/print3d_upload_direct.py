import base64
import contextlib
import logging

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import s3
from .print3d_upload import UploadConflictError, UploadStorageError

_logger = logging.getLogger(__name__)


class Print3dUpload(models.Model):
    """Files that browsers send to the object storage by themselves.

    The server signs a request for each part, then has the parts joined, reads the whole
    back once, and compares its SHA-256 with the one the browser computed. Which parts
    arrived is asked of the storage, never of the browser.
    """

    _inherit = "print3d.upload"

    storage_id = fields.Many2one(
        "print3d.storage",
        string="Sent to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
        help="The object storage that has the bytes; empty: this server has them.",
    )
    direct_ref = fields.Char(
        string="Upload in Parts",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What the storage calls it, until the parts are joined.",
    )
    part_size = fields.Integer(
        string="Part (bytes)", readonly=True, copy=False, groups="base.group_system"
    )

    # === THE WAY === #

    def _choose_way(self, direct):
        """Have the bytes go to the company's object storage, or to this server.

        :param bool direct: whether the sender is able to reach an object storage
        """
        self.ensure_one()
        upload_sudo = self.sudo()
        if upload_sudo.storage_id:
            if not direct:
                self._leave_storage()
                upload_sudo.received = 0
        elif direct and not self.received:
            storage = self.env["print3d.storage"]._get_for_company(self.company_id)
            if storage.is_browser_reachable:
                self._enter_storage(storage)

    def _enter_storage(self, storage):
        """Begin an object; a storage that is of no use is as if there were none."""
        try:
            begun = storage._begin_direct(storage._get_staging_key(self), self.size)
        except UserError as error:
            _logger.warning("Upload %s goes through this server: %s", self.id, error)
            return
        self.sudo().write(
            {
                "storage_id": storage.id,
                "direct_ref": begun["upload_id"],
                "part_size": begun["part_size"],
                "received": 0,
            }
        )

    def _leave_storage(self):
        """Have what the storage got removed, once this transaction holds."""
        for upload_sudo in self.sudo():
            storage, reference = upload_sudo.storage_id, upload_sudo.direct_ref
            key = storage._get_staging_key(upload_sudo)
            storage._delete_keys([key])
            if reference:
                self._abort_after_commit(storage, key, reference)
            upload_sudo.write({"storage_id": False, "direct_ref": False})

    def _abort_after_commit(self, storage, key, reference):
        # What it cannot remove now is found when the storage is tidied.
        with contextlib.suppress(s3.StorageError):
            bucket = storage._get_bucket()

            @self.env.cr.postcommit.add
            def abort():
                with contextlib.suppress(s3.StorageError):
                    bucket.abort(key, reference)

    def _free(self):
        self.sudo().filtered("storage_id")._leave_storage()
        return super()._free()

    # === PARTS === #

    def _get_place(self):
        """Where the bytes are: the bucket, the key in it and the upload in parts.

        :rtype: tuple
        """
        upload_sudo = self.sudo()
        storage = upload_sudo.storage_id
        key = storage._get_staging_key(upload_sudo)
        return storage._get_bucket(), key, upload_sudo.direct_ref

    @contextlib.contextmanager
    def _reaching(self):
        """Turn a storage's failure into an error that is told.

        :raises UploadStorageError: it does not answer
        :raises UserError: it refuses
        """
        try:
            yield
        except s3.StorageError as error:
            kind = UploadStorageError if error.is_passing else UserError
            raise kind(error.message) from error

    def _get_sizes(self):
        """Bytes of each part, by number, counted from 1.

        :rtype: dict
        """
        size, step = self.size, self.sudo().part_size or self.size
        starts = range(0, size, step)
        return {
            number: min(step, size - start) for number, start in enumerate(starts, 1)
        }

    def _get_parts(self, bucket, key, reference):
        """The parts the storage has whole.

        :return: dicts with ``number``, ``etag`` and ``size``
        :rtype: list
        """
        sizes = self._get_sizes()
        return [
            part
            for part in bucket.parts(key, reference)
            if sizes.get(part["number"]) == part["size"]
        ]

    def _is_joined(self, bucket, key):
        """Whether the whole is there already: an answer was lost, or a commit."""
        try:
            return bucket.head(key).size == self.size
        except s3.StorageError as error:
            if error.code != "missing":
                raise
            return False

    def _get_direct(self):
        """How a browser sends the file to the storage, for a screen.

        :return: bytes of a part (``part_size``) and the numbers of those that need
            not be sent (``done``); ``None`` where the file comes to this server
        :rtype: dict or None
        :raises UserError: the storage does not answer, or refuses
        """
        self.ensure_one()
        upload_sudo = self.sudo()
        if self.state != "sending" or not upload_sudo.storage_id:
            return None
        done = []
        with self._reaching():
            bucket, key, reference = self._get_place()
            try:
                if reference:
                    parts = self._get_parts(bucket, key, reference)
                    done = sorted(part["number"] for part in parts)
            except s3.StorageError as error:
                if error.code != "missing":
                    raise
                if self._is_joined(bucket, key):
                    done = list(self._get_sizes())
                else:
                    # The storage gave it up, as it does with old ones.
                    storage = upload_sudo.storage_id
                    upload_sudo.write({"storage_id": False, "direct_ref": False})
                    self._enter_storage(storage)
        if not upload_sudo.storage_id:
            return None
        return {"part_size": upload_sudo.part_size, "done": done}

    def _sign(self, number):
        """How a browser sends one part.

        :param int number: counted from 1
        :return: ``{"url": str, "headers": dict}``, good for an hour
        :rtype: dict
        :raises UploadConflictError: the file is through, or has no such part
        :raises UserError: the storage's settings cannot be used
        """
        self.ensure_one()
        upload_sudo = self.sudo()
        storage = upload_sudo.storage_id
        sizes = self._get_sizes()
        if self.state != "sending" or not storage or number not in sizes:
            raise UploadConflictError(
                self.env._("A part of “%(name)s” is not expected.", name=self.name)
            )
        part = {"size": sizes[number]}
        if self.sha256 and not upload_sudo.direct_ref:
            part["sha256_b64"] = base64.b64encode(bytes.fromhex(self.sha256)).decode()
        key = storage._get_staging_key(upload_sudo)
        signed = storage._sign_parts(key, upload_sudo.direct_ref, {number: part})
        # Parts are sent in their order: those before are through.
        upload_sudo.received = sum(size for n, size in sizes.items() if n < number)
        return signed[number]

    # === THE WHOLE === #

    def _check_whole(self):
        """Have the parts joined.

        :raises UploadConflictError: parts are missing
        """
        upload_sudo = self.sudo()
        if not upload_sudo.storage_id:
            return super()._check_whole()
        with self._reaching():
            bucket, key, reference = self._get_place()
            if not self._is_joined(bucket, key):
                parts = self._get_parts(bucket, key, reference) if reference else []
                if len(parts) != len(self._get_sizes()):
                    raise self._get_missing_error()
                bucket.finish(key, reference, parts)
        upload_sudo.write({"received": self.size, "direct_ref": False})
        return None

    def _begin_again(self):
        """Forget bytes that are not what was sent."""
        upload_sudo = self.sudo()
        if storage := upload_sudo.storage_id:
            storage._abort_direct(storage._get_staging_key(upload_sudo), False)
            upload_sudo.write({"storage_id": False, "direct_ref": False})
        return super()._begin_again()

    @contextlib.contextmanager
    def _open(self):
        self.ensure_one()
        storage = self.sudo().storage_id
        with contextlib.ExitStack() as stack:
            if storage:
                with self._reaching():
                    key = storage._get_staging_key(self.sudo())
                    stream = stack.enter_context(storage._open_key(key))
            else:
                stream = stack.enter_context(super()._open())
            yield stream

    def _get_staged(self):
        """Where the storage has the content already, for ``print3d.file._upload``.

        :return: tuple (``print3d.storage``, key), or ``None``
        """
        if storage := self.sudo().storage_id:
            return storage, storage._get_staging_key(self.sudo())
        return None
