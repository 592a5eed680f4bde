import json
import re

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from ..models.print3d_upload import (
    MAX_CHUNK,
    MAX_SIZE,
    SHA256,
    UploadConflictError,
    UploadDamagedError,
    UploadStorageError,
)

MAX_JSON = 64 * 1024


class RequestError(Exception):
    """A request that no client of this protocol makes."""


class Print3dUpload(http.Controller):
    """Files in pieces: begin, send at an offset, finish.

    Every answer is JSON and says how many bytes of the file the server has
    (``received``), so that a client that lost its way knows where to go on. Requests
    carry the session's token in ``X-CSRF-Token``, because the body is the file's.

    ==== ==================================================================
    200  done, or it was done before
    400  the request makes no sense
    404  no such upload, or somebody else's
    409  the piece belongs elsewhere: go on at ``received``
    422  refused (``error`` is ``refused``; ``message`` says why) or damaged on
         the way (``error`` is ``damaged``: send again from ``received``)
    503  the object storage does not answer: the same again, later
    ==== ==================================================================
    """

    @http.route(
        "/print3d/upload/begin",
        type="http",
        auth="user",
        methods=["POST"],
        csrf=False,
        max_content_length=MAX_JSON,
    )
    def begin(self, **kwargs):
        """Begin a file or go on with it.

        Takes JSON ``{"batch_id", "name", "size", "path"?, "sha256"?, "product_id"?,
        "template_id"?, "again"?, "direct"?}``. With the hash of a file that is in the
        library the answer is ``{"known": {…}}`` and nothing begins, unless ``again``.

        Who states ``direct`` may get ``{"direct": {"part_size", "done"}}``: the file
        goes to the object storage, in parts that :meth:`sign` has addresses for.
        """
        return self._answer(self._begin)

    @http.route(
        "/print3d/upload/copy",
        type="http",
        auth="user",
        methods=["POST"],
        csrf=False,
        max_content_length=MAX_JSON,
    )
    def copy_file(self, **kwargs):
        """Use a file of the library again, without sending it.

        Takes the JSON of :meth:`begin` with a ``file_id``.
        """
        return self._answer(self._copy)

    @http.route(
        "/print3d/upload/<int:upload_id>/chunk",
        type="http",
        auth="user",
        methods=["POST"],
        csrf=False,
        max_content_length=MAX_CHUNK,
    )
    def chunk(self, upload_id, **kwargs):
        """Add a piece: the body, at ``X-Upload-Offset``, with ``X-Upload-SHA256``."""
        return self._answer(self._chunk, upload_id)

    @http.route(
        "/print3d/upload/<int:upload_id>/sign",
        type="http",
        auth="user",
        methods=["POST"],
        csrf=False,
        max_content_length=MAX_JSON,
    )
    def sign(self, upload_id, **kwargs):
        """How to send one part to the object storage.

        Takes JSON ``{"number"}``, counted from 1; answers ``{"url", "headers"}`` of a
        PUT with the part as its body.
        """
        return self._answer(self._sign, upload_id)

    @http.route(
        "/print3d/upload/<int:upload_id>/finish",
        type="http",
        auth="user",
        methods=["POST"],
        csrf=False,
        max_content_length=MAX_JSON,
    )
    def finish(self, upload_id, **kwargs):
        """Check the whole and take it in; JSON ``{"sha256"?}``."""
        return self._answer(self._finish, upload_id)

    @http.route(
        "/print3d/upload/<int:upload_id>/abort",
        type="http",
        auth="user",
        methods=["POST"],
        csrf=False,
        max_content_length=MAX_JSON,
    )
    def abort(self, upload_id, **kwargs):
        """Give the file up; what was taken in stays."""
        return self._answer(self._abort, upload_id)

    @http.route(
        "/print3d/upload/<int:upload_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def status(self, upload_id, **kwargs):
        """How far the file is."""
        return self._answer(self._status, upload_id)

    # === WHAT THEY DO === #

    def _begin(self):
        vals = self._read_json()
        batch = self._get_batch(vals)
        product = self._browse("product.product", vals.get("product_id"))
        template = self._browse("product.template", vals.get("template_id"))
        sha256 = self._get_hash(vals.get("sha256") or "", optional=True)
        size = vals.get("size")
        if not isinstance(size, int) or not isinstance(vals.get("name"), str):
            raise RequestError("name and size")
        Upload = request.env["print3d.upload"]
        Upload.env["print3d.file"].check_access("create")
        if sha256 and not vals.get("again"):
            file, is_here = Upload._find_known(sha256, product, template)
            if file:
                return {"known": Upload._describe_known(file, is_here)}
        upload = Upload._begin(
            batch,
            vals["name"],
            size,
            sha256,
            str(vals.get("path") or ""),
            product,
            template,
            direct=vals.get("direct") is True,
        )
        return {**upload._get_result()[0], "direct": upload._get_direct()}

    def _copy(self):
        vals = self._read_json()
        batch = self._get_batch(vals)
        file = self._browse("print3d.file", vals.get("file_id"))
        if not file:
            raise RequestError("file_id")
        upload = batch._copy_file(
            file,
            name=str(vals.get("name") or file.name),
            path=str(vals.get("path") or ""),
            product=self._browse("product.product", vals.get("product_id")),
            template=self._browse("product.template", vals.get("template_id")),
        )
        return upload._get_result()[0]

    def _chunk(self, upload_id):
        upload = self._get_upload(upload_id)
        headers = request.httprequest.headers
        offset = headers.get("X-Upload-Offset", "")
        if not re.fullmatch(r"\d{1,12}", offset):
            raise RequestError("X-Upload-Offset")
        digest = self._get_hash(headers.get("X-Upload-SHA256", ""))
        data = request.httprequest.get_data()
        if not data:
            raise RequestError("no content")
        upload._receive(int(offset), data, digest)
        return upload._get_result()[0]

    def _sign(self, upload_id):
        upload = self._get_upload(upload_id)
        number = self._read_json().get("number")
        if not isinstance(number, int) or number < 1:
            raise RequestError("number")
        return upload._sign(number)

    def _finish(self, upload_id):
        upload = self._get_upload(upload_id)
        vals = self._read_json()
        upload._finish(self._get_hash(vals.get("sha256") or "", optional=True))
        return upload._get_result()[0]

    def _abort(self, upload_id):
        upload = self._get_upload(upload_id)
        upload._lock()
        upload._cancel()
        return upload._get_result()[0]

    def _status(self, upload_id):
        return self._get_upload(upload_id)._get_result()[0]

    # === FRAME === #

    def _answer(self, call, upload_id=None):
        """The answer of a call as JSON, or its refusal as status and JSON."""
        arguments = (upload_id,) if upload_id is not None else ()
        method = request.httprequest.method
        token = request.httprequest.headers.get("X-CSRF-Token")
        if method != "GET" and not request.validate_csrf(token):
            return self._refuse(
                400,
                "session",
                request.env._("Your session has expired. Reload the page."),
            )
        try:
            return request.make_json_response(call(*arguments))
        except RequestError as error:
            return self._refuse(400, "request", str(error))
        except MissingError as error:
            return self._refuse(404, "missing", str(error))
        except AccessError as error:
            return self._refuse(403, "access", str(error))
        except UploadConflictError as error:
            return self._refuse(409, "conflict", str(error), upload_id)
        except UploadDamagedError as error:
            return self._refuse(422, "damaged", str(error), upload_id)
        except UploadStorageError as error:
            return self._refuse(503, "storage", str(error))
        except UserError as error:
            return self._refuse(422, "refused", str(error))

    def _refuse(self, status, code, message, upload_id=None):
        answer = {"error": code, "message": message}
        if upload_id:
            answer.update(self._get_upload(upload_id)._get_result()[0], message=message)
        return request.make_json_response(answer, status=status)

    def _read_json(self):
        try:
            vals = json.loads(request.httprequest.get_data() or b"{}")
        except ValueError as error:
            raise RequestError("JSON") from error
        if not isinstance(vals, dict):
            raise RequestError("JSON")
        return vals

    def _get_hash(self, text, optional=False):
        if SHA256.fullmatch(str(text)):
            return text
        if optional and not text:
            return False
        raise RequestError("SHA-256")

    def _get_upload(self, upload_id):
        """One's own upload; somebody else's is as if it were not there."""
        gone = request.env._("This upload is no longer there. Send the file again.")
        upload = self._browse("print3d.upload", upload_id, gone)
        if upload.user_id != request.env.user:
            raise MissingError(gone)
        self._enter_company(upload.company_id)
        return upload.with_env(request.env)

    def _get_batch(self, vals):
        gone = request.env._("This upload is no longer there. Send the files again.")
        batch = self._browse("print3d.upload.batch", vals.get("batch_id"), gone)
        if not batch or batch.user_id != request.env.user:
            raise MissingError(gone)
        self._enter_company(batch.company_id)
        return batch.with_env(request.env)

    def _enter_company(self, company):
        """Work for the company the upload was begun for, and see no other's files."""
        request.update_context(allowed_company_ids=company.ids)

    def _browse(self, model, record_id, gone=None):
        """A record that is there and that the user may see, or none.

        :raises MissingError: it is not, or not for this user
        """
        if not record_id:
            return None
        if not isinstance(record_id, int) or not 0 < record_id <= MAX_SIZE:
            raise RequestError(model)
        record = request.env[model].browse(record_id).exists()
        if not record or not record.has_access("read"):
            raise MissingError(
                gone
                or request.env._(
                    "What the file was meant for is no longer there. Choose again."
                )
            )
        return record
