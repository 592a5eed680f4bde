from odoo import models

from ..mesh import sandbox
from ..slicer import toolpath


class Print3dPlate(models.Model):
    """What the nozzle lays down on a plate, in 3D."""

    _name = "print3d.plate"
    _inherit = ["print3d.plate", "print3d.viewable"]

    def _get_viewer_file(self):
        self.ensure_one()
        version = self.slice_id
        return version.file_id if version.is_sliced else version.file_id.browse()

    def _get_viewer_version(self):
        return f"t{toolpath.VERSION}-{self.index}"

    def _get_viewer_url(self):
        return f"/print3d/plate/{self.id}/toolpath"

    def _prepare_viewer(self):
        tools = [
            {
                "tool": line.tool,
                "colour": line.colour or "",
                "name": " · ".join(
                    filter(None, [line.filament_type, line.filament_name])
                ),
            }
            for line in self.filament_ids
        ]
        return {**super()._prepare_viewer(), "tools": tools}

    def _make_viewer_data(self, stream, **limits):
        return sandbox.toolpath(stream, self.index, **limits)
