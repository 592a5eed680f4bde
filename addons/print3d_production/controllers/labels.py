from odoo import http

from odoo.addons.print3d_inventory.controllers.labels import Labels


class JobLabels(Labels):
    _job_url = "/print3d/j/<int:record_id>/<string:signature>"

    @http.route(_job_url, type="http", auth="user", methods=["GET"])
    def open_job(self, record_id, signature):
        """Lead whoever scans a job packet to its run."""
        return self._open("job", record_id, signature)
