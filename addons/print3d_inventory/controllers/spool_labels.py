from odoo import http
from odoo.http import request

from ..reports import spool_labels

STAFF = "print3d_library.group_print3d_user"
MAX_LABELS = 500


class SpoolLabels(http.Controller):
    _labels_url = "/print3d/labels/spools"
    _scan_url = "/print3d/s/<int:lot_id>/<string:signature>"

    @http.route(_labels_url, type="http", auth="user", methods=["GET"])
    def print_labels(self, layout=None, **params):
        """Send the labels of the spools in ``ids`` as a PDF."""
        if not request.env.user.has_group(STAFF):
            return self._refuse(403)
        try:
            spool_ids = [int(part) for part in params.get("ids", "").split(",") if part]
        except ValueError:
            return self._refuse(400)
        spools = self._get_spools(spool_ids[:MAX_LABELS])
        if not spools:
            return self._refuse(404)
        content = spool_labels.render(spools._prepare_label_vals(), layout or "label")
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", 'inline; filename="spool-labels.pdf"'),
            ],
        )

    @http.route(_scan_url, type="http", auth="user", methods=["GET"])
    def scan_label(self, lot_id, signature):
        """Lead whoever scans a label to the spool, when the label is ours."""
        if not request.env.user.has_group(STAFF):
            return self._refuse(403)
        lot = request.env["stock.lot"].sudo().browse(lot_id)
        if not lot._check_label_signature(signature):
            return self._refuse(404)
        spool = self._get_spools([lot_id])
        if not spool:
            return self._refuse(404)
        return request.redirect(f"/odoo/spools/{spool.id}")

    def _get_spools(self, spool_ids):
        lots = request.env["stock.lot"].browse(spool_ids).exists()
        return lots._filtered_access("read").filtered("is_spool")

    def _refuse(self, status):
        """Answer with a page that says what is wrong and what to do."""
        response = request.render(
            "print3d_inventory.label_refused", {"status_code": status}
        )
        response.status_code = status
        return response
