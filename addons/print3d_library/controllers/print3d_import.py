from odoo import http
from odoo.http import content_disposition, request

from ..tools import catalogue


class Print3dImport(http.Controller):
    @http.route("/print3d/import/<int:import_id>/problems", type="http", auth="user")
    def problems(self, import_id, **kwargs):
        """The rows of a catalogue that have a problem, as CSV with the reasons."""
        record = request.env["print3d.import"].browse(import_id).exists()
        if not record or not record.has_access("read"):
            raise request.not_found()
        name = request.env._("Problems of %(name)s.csv", name=record.name)
        return self._send_table(record._get_problem_table(), name)

    @http.route("/print3d/import/template", type="http", auth="user")
    def template(self, **kwargs):
        """A catalogue to begin with, as CSV."""
        if not request.env["print3d.import"].has_access("create"):
            raise request.not_found()
        return self._send_table(
            catalogue.make_template(), request.env._("Catalogue.csv")
        )

    def _send_table(self, content, name):
        return request.make_response(
            content,
            [
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
