from odoo import models

from ..mesh import geometry, sandbox


class Print3dMesh(models.Model):
    """The mesh in 3D."""

    _name = "print3d.mesh"
    _inherit = ["print3d.mesh", "print3d.viewable"]

    def _get_viewer_file(self):
        self.ensure_one()
        return self.file_id if self.state == "done" else self.file_id.browse()

    def _get_viewer_version(self):
        return f"m{geometry.VERSION}"

    def _get_viewer_url(self):
        return f"/print3d/mesh/{self.id}/geometry"

    def _prepare_viewer(self):
        return {**super()._prepare_viewer(), "scale": self._get_scale()}

    def _make_viewer_data(self, stream, **limits):
        return sandbox.geometry(stream, self.name, **limits)
