import math

from werkzeug.exceptions import RequestEntityTooLarge

from odoo import http
from odoo.http import request

from ..models.print3d_scale import ScaleError
from ..tools.throttle import Throttle

# A reading with the whole memory of a tag is half of this.
MAX_BODY_BYTES = 16 * 1024
# A body sent as a form is torn apart before we see it.
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

# Within one worker; a scale tells every few seconds while a spool is put on it.
READINGS = Throttle(per_minute=120, burst=30)
WRONG_KEYS = Throttle(per_minute=10, burst=10)


class Scale(http.Controller):
    """The door for scales: the key in ``X-Device-Key`` says which one speaks.

    ==== =================================================================
    200  taken: ``state``, ``remaining_g``, ``entry``
    202  taken, and a person has to decide whether it counts
    400  the reading makes no sense
    401  no such key, or the person behind it is gone
    404  no such spool
    409  refused; ``message`` says why
    413  too large
    415  not sent as JSON
    429  too many; ``Retry-After`` says for how long to wait
    ==== =================================================================

    Refusals have ``error``, one word, and ``message``, a sentence.
    """

    @http.route(
        "/print3d/scale",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY_BYTES,
    )
    def scale(self, **_params):
        """Take one reading of a scale."""
        try:
            code, answer = self._take()
        except ScaleError as error:
            # Nothing of a refused reading is kept.
            request.env.cr.rollback()
            return self._refuse(error)
        return request.make_json_response(answer, status=code)

    def _take(self):
        address = request.httprequest.remote_addr
        self._check_rate(WRONG_KEYS.peek(address))
        device_sudo = request.env["print3d.device"]._find_by_key(
            request.httprequest.headers.get("X-Device-Key")
        )
        if not device_sudo:
            WRONG_KEYS.take(address)
            raise ScaleError(
                401,
                "wrong_key",
                request.env._(
                    "No device has this key. The owner makes a new one on the page of "
                    "the device."
                ),
            )
        self._check_rate(READINGS.take(device_sudo.id))
        if request.httprequest.mimetype in FORM_TYPES:
            raise ScaleError(
                415,
                "not_json",
                request.env._("Send the header Content-Type: application/json."),
            )
        try:
            # Read here, so that a body without a length is bounded as well.
            body = request.httprequest.get_data(cache=False)
        except RequestEntityTooLarge as error:
            raise ScaleError(
                413, "too_large", request.env._("The body is too large.")
            ) from error
        device_sudo._note_seen()
        return request.env["print3d.scale"]._weigh(device_sudo, body)

    def _check_rate(self, wait):
        if wait:
            text = request.env._("That is too often. Wait a little.")
            raise ScaleError(429, "too_many", text, wait)

    def _refuse(self, error):
        headers = {"Retry-After": str(math.ceil(error.wait))} if error.wait else None
        return request.make_json_response(
            {"error": error.code, "message": error.message},
            headers=headers,
            status=error.status,
        )
