import base64
import gzip
import logging

import psycopg2

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..mesh.errors import MeshError
from ..slicer import SlicedFileError

_logger = logging.getLogger(__name__)

# A file up to this size is prepared while somebody waits, but no longer than this;
# everything else by a job.
AT_ONCE_BYTES = 4 * 1024 * 1024
AT_ONCE_SECONDS = 6
# Most bytes that are unpacked again for who takes no gzip.
MAX_DATA = 64 * 1024 * 1024


class Print3dViewable(models.AbstractModel):
    """Something that can be looked at in 3D.

    What the browser draws is made once from the file, by a process of its own that
    takes no harm from it, and kept with the record. The browser never reads the file.
    """

    _name = "print3d.viewable"
    _description = "Seen in 3D"

    viewer_data = fields.Binary(
        string="3D View", attachment=True, readonly=True, copy=False
    )
    viewer_key = fields.Char(string="Content of the 3D View", readonly=True, copy=False)
    viewer_state = fields.Selection(
        [("making", "Being Prepared"), ("ready", "Ready"), ("failed", "Not Possible")],
        string="State of the 3D View",
        readonly=True,
        copy=False,
    )
    viewer_error = fields.Char(string="Why No 3D View", readonly=True, copy=False)
    has_viewer = fields.Boolean(
        string="Has a 3D View", compute="_compute_has_viewer", compute_sudo=True
    )

    def _compute_has_viewer(self):
        """Hook: whether there is something to look at."""
        for record in self:
            record.has_viewer = bool(record._get_viewer_file())

    # === WHAT THE BROWSER ASKS === #

    def get_viewer(self, retry=False):
        """What the browser needs to show the record in 3D; prepares it at first.

        :param bool retry: try again what was not possible
        :return: ``state`` (``making``, ``ready`` or ``failed``), ``message``, ``url``
            of the binary when it is ready, and what :meth:`_prepare_viewer` adds
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        # Whoever may read the record may see it in 3D; what is kept is not theirs to
        # write.
        record_sudo = self.sudo()
        file = record_sudo._get_viewer_file()
        if not file:
            return self._viewer_failed(self.env._("There is nothing to show in 3D."))
        if file.scan_state == "infected":
            return self._viewer_failed(file._get_infected_message())
        key = record_sudo._get_viewer_key()
        is_known = record_sudo.viewer_key == key and not (
            retry and record_sudo.viewer_state == "failed"
        )
        if not is_known:
            record_sudo._begin_viewer(key)
        if record_sudo.viewer_state == "failed":
            return self._viewer_failed(record_sudo.viewer_error)
        result = {"state": record_sudo.viewer_state, "message": ""}
        if record_sudo.viewer_state == "ready":
            result.update(record_sudo._prepare_viewer())
            result["url"] = f"{record_sudo._get_viewer_url()}?unique={key}"
        return result

    @api.model
    def _viewer_failed(self, message):
        return {"state": "failed", "message": message or ""}

    def _get_viewer_data(self):
        """The binary, packed with gzip.

        :return: bytes, empty when it is not ready
        """
        self.ensure_one()
        if self.viewer_state != "ready":
            return b""
        return base64.b64decode(self.with_context(bin_size=False).viewer_data or b"")

    # === HOOKS === #

    def _get_viewer_file(self):
        """Hook: the file that is shown, none when it cannot be.

        :rtype: print3d.file
        """
        raise NotImplementedError

    def _get_viewer_version(self):
        """Hook: changes when the same file would be prepared otherwise.

        :rtype: str
        """
        raise NotImplementedError

    def _get_viewer_url(self):
        """Hook: where the binary is fetched.

        :rtype: str
        """
        raise NotImplementedError

    def _prepare_viewer(self):
        """Hook: what the browser should know that is not in the file.

        :rtype: dict
        """
        self.ensure_one()
        return {}

    def _make_viewer_data(self, stream, **limits):
        """Hook: the binary of a file.

        :param stream: binary file
        :param limits: ``memory``, ``cpu`` and ``wall`` of the process
        :rtype: bytes
        :raises MeshError: why there is none
        """
        raise NotImplementedError

    # === PREPARING === #

    def _get_viewer_key(self):
        """What a kept binary was made of and how."""
        self.ensure_one()
        return f"{self._get_viewer_version()}-{self._get_viewer_file().sha256}"

    def _begin_viewer(self, key):
        """Prepare the binary: a small file now, a large one by a job."""
        self.ensure_one()
        self.write({"viewer_state": "making", "viewer_error": False, "viewer_key": key})
        if self._get_viewer_file().size > AT_ONCE_BYTES or not self._make_viewer(
            at_once=True
        ):
            self.with_delay(
                description=self.env._("3D view of %(name)s", name=self.display_name),
                identity_key=f"{self._name}.viewer.{self.id}",
            )._make_viewer()

    def _make_viewer(self, at_once=False):
        """Prepare the binary and keep it, or why there is none.

        :param bool at_once: give up soon, as somebody is waiting
        :return: whether it is known now
        :rtype: bool
        """
        self.ensure_one()
        if not self.exists():
            return True
        limits = self.env["print3d.mesh"]._get_process_limits()
        if at_once:
            limits.update(cpu=AT_ONCE_SECONDS, wall=AT_ONCE_SECONDS)
        values = {"viewer_state": "ready", "viewer_error": False}
        values["viewer_key"] = self._get_viewer_key()
        try:
            with self._get_viewer_file()._open() as stream:
                data = self._make_viewer_data(stream, **limits)
            values["viewer_data"] = base64.b64encode(gzip.compress(data, 5, mtime=0))
        except (MeshError, SlicedFileError) as error:
            if at_once and error.code == "timeout":
                return False
            values.update(viewer_state="failed", viewer_error=error.message)
        except (psycopg2.OperationalError, RetryableJobError):
            # Another transaction was in the way: the job is run again.
            raise
        except Exception:
            _logger.exception("%s: no 3D view could be made", self)
            values.update(
                viewer_state="failed",
                viewer_error=self.env._(
                    "The 3D view could not be made because of a problem in the "
                    "program. Try again; when it stays, send the file to the "
                    "administrator."
                ),
            )
        self.write(values)
        return True
