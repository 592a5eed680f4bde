import logging

from odoo import fields, models

from odoo.addons.print3d_library.mesh import sandbox
from odoo.addons.print3d_library.mesh.errors import MeshError
from odoo.addons.print3d_library.slicer import SlicedFileError
from odoo.addons.print3d_library.slicer.timetable import share_at

_logger = logging.getLogger(__name__)


class Print3dPlate(models.Model):
    """How much of each tool a plate has used at which percent of its print."""

    _inherit = "print3d.plate"

    timetable_json = fields.Json(
        string="Use over Time",
        readonly=True,
        copy=False,
        help="Rows of percent and share of each tool, as the G-code tells them.",
    )
    timetable_key = fields.Char(readonly=True, copy=False)

    def _ask_for_timetable(self):
        """Have the timetable of these plates read by a job, where it is not known."""
        for plate in self.sudo():
            version = plate.slice_id
            file = version.file_id
            if (
                file
                and version.is_sliced
                and plate.timetable_key != plate._get_timetable_key()
            ):
                plate.with_delay(
                    description=self.env._(
                        "Use over time of %(name)s", name=plate.display_name
                    ),
                    identity_key=f"{self._name}.timetable.{plate.id}",
                )._read_timetable()

    def _get_timetable_key(self):
        """Return of which plate of which content the timetable is."""
        self.ensure_one()
        return f"{self.index}-{self.slice_id.file_id.sha256}"

    def _read_timetable(self):
        """Read the timetable and keep it; a file that has none is not asked again."""
        self.ensure_one()
        if not self.exists():
            return
        rows = []
        limits = self.env["print3d.mesh"]._get_process_limits()
        try:
            with self.slice_id.file_id._open() as stream:
                rows = sandbox.timetable(stream, self.index, **limits)
        except (MeshError, SlicedFileError) as error:
            _logger.info("%s: no use over time: %s", self, error.message)
        self.write(
            {
                "timetable_json": rows or False,
                "timetable_key": self._get_timetable_key(),
            }
        )

    def _get_used_share(self, tool, percent):
        """Return which share of a tool's grams is used so far into a print.

        :param int tool: its number
        :param float percent: of the print
        :return: by the file, or evenly where it says nothing
        :rtype: float
        """
        self.ensure_one()
        even = percent / 100.0
        if (
            not self.timetable_json
            or self.timetable_key != self.sudo()._get_timetable_key()
        ):
            return even
        share = share_at(self.timetable_json, tool, percent)
        return even if share is None else share


class Print3dRun(models.Model):
    """A print that fails on its way used what its file says for so far into it."""

    _inherit = "print3d.run"

    def _set_state(self, state, told=None, **vals):
        """Know the use over time of a plate by the end of its print."""
        res = super()._set_state(state, told=told, **vals)
        if state == "printing":
            self.plate_id._ask_for_timetable()
        return res

    def _get_used_share(self, need, percent):
        """Take the share from the file where it says it."""
        if need and need.plate_id:
            return need.plate_id._get_used_share(need.tool, percent)
        return super()._get_used_share(need, percent)
