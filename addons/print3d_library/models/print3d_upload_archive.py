import logging
import posixpath
import re
import time

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..slicer import SlicedFileError
from ..slicer.families import recognise
from ..slicer.source import opened
from .print3d_file import MODEL_PART

_logger = logging.getLogger(__name__)

# Seconds of a job's step, so that it is over long before a worker's limit.
STEP_SECONDS = 20
# Left by systems in archives they make, and meant for themselves only.
LITTER = re.compile(
    r"(?i)(^|/)(__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)"
)
# Packages of other programs, whose parts mean nothing alone: Open Packaging
# Conventions (ISO/IEC 29500-2) and OpenDocument (ISO/IEC 26300-3).
PACKAGE_MARKS = ("[Content_Types].xml", "mimetype")


class Print3dUpload(models.Model):
    """Archives that are unpacked: a step of a job at a time, each file an upload.

    The archive is read by the container that reads slicers' packages, with its limits
    to number, sizes and ratios, and nothing in it chooses where it is written.
    """

    _inherit = "print3d.upload"

    def _is_packed(self, stream):
        """Whether the file is an archive of files and no package of one thing.

        :param stream: its bytes
        :raises UserError: it is one and damaged, or made to do harm
        """
        self.ensure_one()
        try:
            with opened(stream) as source:
                if not source.is_zip:
                    return False
                container = source.container
                names = container.names
                return not (
                    recognise(source).code != "other"
                    or container.matching(MODEL_PART)
                    or any(mark in container for mark in PACKAGE_MARKS)
                    # ISO/ASTM 52915, section 9: a zipped AMF holds that file alone.
                    or (len(names) == 1 and names[0].lower().endswith(".amf"))
                )
        except SlicedFileError as error:
            raise UserError(self._get_unusable_message(error)) from error

    def _get_unusable_message(self, error):
        """Why a file is not unpacked or taken.

        The container speaks of slicers' packages; of an archive that somebody packed
        other advice helps.
        """
        advice = {
            "truncated": self.env._("It is cut short: copy or download it again."),
            "bad_zip": self.env._("It is damaged: copy it or pack the folder again."),
            "bad_name": self.env._(
                "It names a file twice or outside of itself: pack the folder again."
            ),
            "encrypted": self.env._(
                "It has a password: unpack it on your computer and send the files."
            ),
            "too_large": self.env._(
                "It holds more than is unpacked here: split it into several archives."
            ),
            "zip_bomb": self.env._(
                "It unpacks to far more than its size allows: it is damaged, or was "
                "made to do harm."
            ),
        }
        named_archive = (self.parent_id or self).name.lower().endswith(".zip")
        return self.env._(
            "“%(name)s” cannot be used. %(reason)s",
            name=self.name,
            reason=(named_archive and advice.get(error.code)) or error.message,
        )

    def _enqueue_unpack(self):
        """Have archives unpacked by a background job."""
        for archive in self:
            archive.with_delay(
                description=self.env._("Unpack %(name)s", name=archive.name),
                identity_key=f"print3d.upload.unpack.{archive.id}",
            )._unpack()

    def _unpack(self):
        """List an archive's files once, and unpack some of them; the next job goes on.

        Body of the background job. A step that is run again does what is left.
        """
        self.ensure_one()
        if not self.exists() or self.state != "unpacking":
            return
        until = time.monotonic() + STEP_SECONDS
        try:
            with self.env.cr.savepoint(), self._open() as stream:
                with opened(stream) as source:
                    container = source.container
                    if not self.child_ids:
                        self._create_members(container)
                    left = self.child_ids.filtered(
                        lambda child: child.state == "unpacking"
                    )
                    for child in left:
                        child._unpack_member(container)
                        if time.monotonic() > until:
                            break
        except (psycopg2.OperationalError, RetryableJobError):
            # Another transaction was in the way: the job is run again.
            raise
        except (SlicedFileError, UserError) as error:
            message = (
                self._get_unusable_message(error)
                if isinstance(error, SlicedFileError)
                else str(error)
            )
            self.child_ids.filtered(lambda child: child.state == "unpacking")._fail(
                message
            )
            self._fail(message)
        self._go_on()

    def _go_on(self):
        """Unpack what is left, or be done with the archive."""
        left = self.child_ids.filtered(lambda child: child.state == "unpacking")
        if left:
            # Another identity: the job that is running has the other one still.
            self.with_delay(
                description=self.env._("Unpack %(name)s", name=self.name),
                identity_key=f"print3d.upload.unpack.{self.id}.{left[0].id}",
            )._unpack()
        elif self.state == "unpacking":
            self.sudo().write(
                {
                    "state": "done",
                    "message": self.env._(
                        "Unpacked: %(count)s files.", count=len(self.child_ids)
                    ),
                }
            )
            self._free()
        self.user_id.sudo()._bus_send("print3d_upload_unpacked", {"id": self.id})

    def _create_members(self, container):
        """A record for each file of an archive.

        :raises UserError: there is none, or they are over the quota
        """
        names = [name for name in container.names if not LITTER.search(name)]
        if not names:
            raise UserError(
                self.env._("“%(name)s” holds no file. Send another.", name=self.name)
            )
        sizes = {name: container.stated_size(name) for name in names}
        # The archive's own bytes go when it is unpacked.
        self._check_quota(self.user_id, sum(sizes.values()) - self.size, self.name)
        folder = self._get_inner_folder(names)
        limit = self.env["print3d.file"]._get_max_size()
        values = []
        for name in names:
            path, base = posixpath.split(name)
            vals = self._prepare_vals(
                self.batch_id,
                base,
                sizes[name],
                posixpath.join(self.path or "", folder, path),
                state="unpacking",
                parent_id=self.id,
                member=name,
                product_id=self.product_id.id,
                product_tmpl_id=self.product_tmpl_id.id,
            )
            if sizes[name] > limit:
                vals["state"] = "failed"
                vals["message"] = self._get_too_large_message(
                    vals["name"], sizes[name], limit
                )
            values.append(vals)
        self.sudo().create(values)
        self.invalidate_recordset(["child_ids"])

    @api.model
    def _get_inner_folder(self, names):
        """The folder that stands for the archive: its name, or the only one in it."""
        tops = {name.split("/", 1)[0] for name in names}
        if len(tops) == 1 and all("/" in name for name in names):
            return ""
        stem, _suffix = self.env["print3d.file"]._split_name(self.name)
        return stem

    def _unpack_member(self, container):
        """Unpack one file of the archive, and decide what becomes of it."""
        self.ensure_one()
        try:
            self._store(container.stream(self.member))
        except SlicedFileError as error:
            self._fail(self._get_unusable_message(error))
            return
        if not self.size:
            self._fail(
                self.env._(
                    "“%(name)s” is empty (0 bytes). Export it again.", name=self.name
                )
            )
            return
        self._settle()
