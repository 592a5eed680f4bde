import gzip
import io

from odoo import http
from odoo.http import request

from ..models.print3d_viewable import MAX_DATA


class Print3dViewer(http.Controller):
    """What the 3D view draws: binaries made here, never a file that somebody sent."""

    @http.route(
        "/print3d/mesh/<int:mesh_id>/geometry",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def geometry(self, mesh_id, **kwargs):
        """The triangles of a mesh, see ``mesh/geometry.py``."""
        return self._answer(request.env["print3d.mesh"].browse(mesh_id))

    @http.route(
        "/print3d/plate/<int:plate_id>/toolpath",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def toolpath(self, plate_id, **kwargs):
        """The way of the nozzle on a plate, see ``slicer/toolpath.py``."""
        return self._answer(request.env["print3d.plate"].browse(plate_id))

    def _answer(self, record):
        """The binary; 202 while it is prepared, 422 with a sentence without one."""
        record = record.exists()
        if not record or not record.has_access("read"):
            raise request.not_found()
        view = record.get_viewer()
        if view["state"] != "ready":
            status = 202 if view["state"] == "making" else 422
            answer = {"state": view["state"], "message": view["message"]}
            return request.make_json_response(answer, status=status)
        headers = [
            ("Content-Type", "application/octet-stream"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
            ("Cache-Control", "private, no-cache"),
            ("Vary", "Accept-Encoding"),
        ]
        # The right was checked on the record that owns it.
        record_sudo = record.sudo()
        etag = record_sudo.viewer_key
        headers.append(("ETag", f'"{etag}"'))
        asked = request.httprequest.headers
        if etag in asked.get("If-None-Match", ""):
            return request.make_response("", headers, status=304)
        data = record_sudo._get_viewer_data()
        if "gzip" in asked.get("Accept-Encoding", ""):
            headers.append(("Content-Encoding", "gzip"))
        else:
            with gzip.open(io.BytesIO(data)) as stream:
                data = stream.read(MAX_DATA)
        return request.make_response(data, headers)
