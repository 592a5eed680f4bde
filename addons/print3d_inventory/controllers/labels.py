import re

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

STAFF = "print3d_library.group_print3d_user"
SCAN_APP = "/print3d/scan"
PHONE = re.compile(r"Mobi|Android|iPhone|iPad|iPod", re.IGNORECASE)
# What the plural in addresses printed before stands for.
OLD_KINDS = {"spools": "spool"}


class Labels(http.Controller):
    _labels_url = "/print3d/labels/<string:kind>"
    _spool_url = "/print3d/s/<int:record_id>/<string:signature>"
    _place_url = "/print3d/p/<int:record_id>/<string:signature>"

    @http.route(_labels_url, type="http", auth="user", methods=["GET"])
    def print_labels(self, kind, ids="", **params):
        """Send the labels of the records in ``ids`` as a PDF, or as ZPL."""
        if not request.env.user.has_group(STAFF):
            return self._refuse(403)
        try:
            record_ids = [int(part) for part in ids.split(",") if part]
        except ValueError:
            return self._refuse(400)
        choice = {key: params.get(key) for key in ("layout", "start", "copies", "dpi")}
        if params.get("colour") in ("0", "1"):
            choice["colour"] = params["colour"] == "1"
        try:
            content, mime, name = request.env["print3d.label"]._render(
                OLD_KINDS.get(kind, kind), record_ids, choice
            )
        except AccessError:
            return self._refuse(403)
        except UserError:
            return self._refuse(404)
        # A printer's language is not for looking at.
        place = "inline" if mime == "application/pdf" else "attachment"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mime),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", f'{place}; filename="{name}"'),
            ],
        )

    @http.route(_spool_url, type="http", auth="user", methods=["GET"])
    def open_spool(self, record_id, signature):
        """Lead whoever scans a spool's label to the spool."""
        return self._open("spool", record_id, signature)

    @http.route(_place_url, type="http", auth="user", methods=["GET"])
    def open_place(self, record_id, signature):
        """Lead whoever scans the label of a shelf or slot to that place."""
        return self._open("place", record_id, signature)

    def _open(self, kind, record_id, signature):
        """Lead to the record of a label, when the label is ours.

        On a phone that is the scan app, on a computer the record's own page.
        """
        if not request.env.user.has_group(STAFF):
            return self._refuse(403)
        found = request.env["print3d.scan"]._resolve_link(kind, record_id, signature)
        if found["type"] == "unknown":
            return self._refuse(404)
        record = request.env[found["model"]].browse(found["id"])
        if PHONE.search(request.httprequest.headers.get("User-Agent", "")):
            return request.redirect_query(SCAN_APP, {"code": record._get_label_path()})
        return request.redirect(record._get_desk_path())

    def _refuse(self, status):
        """Answer with a page that says what is wrong and what to do."""
        response = request.render(
            "print3d_inventory.label_refused", {"status_code": status}
        )
        response.status_code = status
        return response
