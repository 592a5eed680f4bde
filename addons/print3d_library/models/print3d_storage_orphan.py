import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import human_size

from ..tools import s3
from .print3d_upload_batch import GOING

_logger = logging.getLogger(__name__)

YOUNG = timedelta(days=1)
DEFAULT_GRACE_DAYS = 7
AT_ONCE = 200


class Print3dStorageOrphan(models.Model):
    """An object of a storage that no file has, and when it is removed.

    What is deleted is noted here in the same transaction and removed after it, so a
    roll-back keeps the object and a kill forgets nothing. What a search finds without
    a record (an upload that was rolled back, a browser that went away) waits for days
    first, and is shown.
    """

    _name = "print3d.storage.orphan"
    _description = "Object without a File"
    _order = "remove_after, id"
    _rec_name = "key"

    storage_id = fields.Many2one(
        "print3d.storage", required=True, index=True, readonly=True, ondelete="cascade"
    )
    key = fields.Char(string="Object", required=True, index=True, readonly=True)
    upload_ref = fields.Char(string="Upload in Parts", readonly=True)
    reason = fields.Selection(
        [
            ("deleted", "Its File Was Deleted"),
            ("unknown", "No File Has It"),
            ("staging", "Left by an Upload"),
            ("multipart", "Upload in Parts, Never Finished"),
        ],
        required=True,
        readonly=True,
    )
    size = fields.Float(string="Size (bytes)", digits=(16, 0), readonly=True)
    size_text = fields.Char(string="Size", compute="_compute_size_text")
    modified_on = fields.Datetime(string="Stored on", readonly=True)
    remove_after = fields.Datetime(
        string="Removed after", required=True, index=True, readonly=True
    )
    message = fields.Char(string="Last Failure", readonly=True)
    company_id = fields.Many2one(
        related="storage_id.company_id", store=True, index=True
    )

    _object_uniq = models.UniqueIndex(
        "(storage_id, key, (COALESCE(upload_ref, '')))",
        "This object is in the list already.",
    )

    @api.depends("size")
    def _compute_size_text(self):
        for orphan in self:
            orphan.size_text = human_size(orphan.size) if orphan.size else ""

    # === ACTION METHODS === #

    def action_remove_now(self):
        """Remove the objects without waiting any longer."""
        self.check_access("write")
        self.sudo().remove_after = fields.Datetime.now()
        self._trigger()
        return True

    # === REMOVING === #

    @api.model
    def _note_deleted(self, storage, keys):
        """Have objects removed after this transaction.

        :param storage: ``print3d.storage``
        :param keys: keys that no file has any more
        """
        orphans_sudo = self.sudo()
        keys = set(keys)
        known = orphans_sudo.search(
            [
                ("storage_id", "=", storage.id),
                ("key", "in", list(keys)),
                ("upload_ref", "=", False),
            ]
        )
        now = fields.Datetime.now()
        known.write({"reason": "deleted", "remove_after": now})
        orphans_sudo.create(
            [
                {
                    "storage_id": storage.id,
                    "key": key,
                    "reason": "deleted",
                    "remove_after": now,
                }
                for key in sorted(keys - set(known.mapped("key")))
            ]
        )
        self._trigger()

    @api.model
    def _trigger(self):
        self.env.ref("print3d_library.ir_cron_remove_orphans").sudo()._trigger()

    @api.model
    def _cron_remove(self):
        """Remove the objects whose time has come."""
        domain = [("remove_after", "<=", fields.Datetime.now())]
        orphans = self.search(domain, limit=AT_ONCE)
        remaining = self.search_count(domain)
        for storage, group in orphans.grouped("storage_id").items():
            done = group._remove(storage)
            remaining -= len(group)
            left = self.env["ir.cron"]._commit_progress(len(group), remaining=remaining)
            if not left or not done:
                break

    def _remove(self, storage):
        """Remove objects of one storage, unless a file has got them meanwhile.

        :return: whether the storage answers
        :rtype: bool
        """
        orphans = self.try_lock_for_update()
        try:
            bucket = storage._get_bucket()
            if not storage._is_ours(bucket):
                orphans._postpone(
                    self.env._("The folder in the bucket is another database's.")
                )
                return True
        except s3.StorageError as error:
            orphans._postpone(error.message)
            return False
        used = set(
            self.env["print3d.file.copy"]
            .sudo()
            .search(
                [
                    ("storage_id", "=", storage.id),
                    ("key", "in", orphans.mapped("key")),
                ]
            )
            .mapped("key")
        )
        gone = self.browse()
        for orphan in orphans:
            try:
                if orphan.upload_ref:
                    bucket.abort(orphan.key, orphan.upload_ref)
                elif orphan.key not in used:
                    bucket.delete(orphan.key)
                gone += orphan
            except s3.StorageError as error:
                orphan._postpone(error.message)
        _logger.info("Storage %s: %s objects removed", storage.id, len(gone))
        gone.unlink()
        return True

    def _postpone(self, message):
        self.write(
            {
                "message": message,
                "remove_after": fields.Datetime.now() + timedelta(hours=1),
            }
        )

    # === FINDING === #

    @api.model
    def _cron_find(self):
        """Compare every storage with the files' records."""
        storages = self.env["print3d.storage"].search([("active", "=", True)])
        for number, storage in enumerate(storages, 1):
            try:
                self._find(storage)
            except s3.StorageError as error:
                _logger.warning("Storage %s: %s", storage.id, error.message)
            self.env["ir.cron"]._commit_progress(1, remaining=len(storages) - number)

    @api.model
    def _find(self, storage):
        """List a storage, note what no file has, and report files without an object.

        :return: tuple (orphans that are new, copies whose object is missing)
        :raises StorageError: the storage does not answer
        """
        Copy = self.env["print3d.file.copy"].sudo()
        bucket = storage._get_bucket()
        if not storage._is_ours(bucket):
            return self.browse(), Copy
        # Before listing: what is stored meanwhile is younger than a day.
        copies = Copy.search([("storage_id", "=", storage.id)])
        by_key = copies.grouped("key")
        seen, strays = set(), []
        young = fields.Datetime.now() - YOUNG
        for found in bucket.list(storage._get_path("")):
            seen.add(found.key)
            stored = _naive(found.modified)
            if found.key in by_key or (stored and stored > young):
                continue
            reason = self._get_reason(storage, found.key)
            if reason:
                strays.append((found.key, None, reason, found.size, stored))
        for key, upload_id, begun in bucket.unfinished(storage._get_path("")):
            stored = _naive(begun)
            if not (stored and stored > young) and self._get_reason(storage, key):
                strays.append((key, upload_id, "multipart", 0, stored))
        lost = copies.filtered(lambda copy: copy.key not in seen)
        # An object that was put after the list passed its place is there all the same.
        lost = lost.filtered(lambda copy: copy.state != "missing")._check_bytes()
        return self._note_strays(storage, strays), lost

    @api.model
    def _get_reason(self, storage, key):
        """Why an object that no file has is one too many.

        :return: a reason, or ``None`` for what is not ours to remove
        """
        path = key[len(storage._get_path("")) :].split("/")
        if len(path) < 3 or not (path[0].isdecimal() or path[0] == "shared"):
            return None
        if path[1] == "files":
            return "unknown"
        if path[1] == "staging":
            return None if self._is_being_sent(path[2]) else "staging"
        return None

    @api.model
    def _is_being_sent(self, name):
        """Whether the upload that a staging key names goes on."""
        number = name.partition("-")[0]
        if not number.isdecimal():
            return False
        upload = self.env["print3d.upload"].sudo().browse(int(number)).exists()
        return bool(upload) and upload.state in (*GOING, "stored")

    @api.model
    def _note_strays(self, storage, strays):
        """Keep the list of a storage's orphans up to date.

        :param strays: tuples (key, upload id, reason, size, stored on)
        :return: the orphans that were not known
        """
        known = {
            (orphan.key, orphan.upload_ref or None): orphan
            for orphan in self.search([("storage_id", "=", storage.id)])
        }
        found = {(key, upload_id) for key, upload_id, *_rest in strays}
        stale = [
            orphan.id
            for place, orphan in known.items()
            if place not in found and orphan.reason != "deleted"
        ]
        self.browse(stale).unlink()
        after = fields.Datetime.now() + timedelta(days=self._get_grace_days())
        return self.create(
            [
                {
                    "storage_id": storage.id,
                    "key": key,
                    "upload_ref": upload_id,
                    "reason": reason,
                    "size": size,
                    "modified_on": stored,
                    "remove_after": after,
                }
                for key, upload_id, reason, size, stored in strays
                if (key, upload_id) not in known
            ]
        )

    @api.model
    def _get_grace_days(self):
        """Days for which an object without a file is kept."""
        stated = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("print3d_library.orphan_days", str(DEFAULT_GRACE_DAYS))
        )
        return int(stated) if stated.isdecimal() else DEFAULT_GRACE_DAYS


def _naive(moment):
    """A moment as the database keeps it: UTC, without a zone and microseconds."""
    if moment is None:
        return None
    if moment.tzinfo:
        moment = (moment - moment.utcoffset()).replace(tzinfo=None)
    return moment.replace(microsecond=0)
