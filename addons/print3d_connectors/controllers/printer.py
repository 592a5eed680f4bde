from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from odoo import http
from odoo.http import request

from ..adapters import PayloadError, parse_event

# The largest sensible report, with 64 tools, is a tenth of this.
MAX_BODY_BYTES = 16 * 1024
# A body sent as a form is torn apart before we see it.
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class PrinterWebhookController(http.Controller):
    """Door for printers: the token in the address says which one speaks."""

    _webhook_url = "/print3d/printer/<string:token>"

    @http.route(
        _webhook_url,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY_BYTES,
    )
    def printer_event(self, token, **_params):
        """Take in one report and say what became of it."""
        connection_sudo = request.env["print3d.connection"]._find_by_token(token)
        if not connection_sudo:
            # The same answer as for an address that does not exist.
            raise NotFound()
        if request.httprequest.mimetype in FORM_TYPES:
            return self._answer(
                415, error="Send the header Content-Type: application/json."
            )
        try:
            # Read here, so that a body without a length is bounded as well.
            body = request.httprequest.get_data(cache=False)
        except RequestEntityTooLarge:
            return self._answer(413, error="The body is too large.")
        try:
            event = parse_event(body)
        except PayloadError as error:
            return self._answer(400, error=error.message)
        return self._answer(200, **connection_sudo._receive(event))

    def _answer(self, code, **values):
        return request.make_json_response(values, status=code)
