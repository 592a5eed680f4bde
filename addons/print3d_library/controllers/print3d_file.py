import contextlib

from werkzeug.utils import send_file

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.print3d_scanner import RefusedContentError
from ..slicer import SlicedFileError

# A request may carry several files, each up to the limit.
FILES_PER_REQUEST = 10


class Closing:
    """A file object that closes more than itself once it is sent."""

    def __init__(self, stream, close):
        self._stream = stream
        self.close = close

    def __getattr__(self, name):
        return getattr(self._stream, name)


class Print3dFile(http.Controller):
    """Files in and out; what they mean is decided by the models."""

    _upload_url = "/print3d/upload"
    _download_url = "/print3d/file/<int:file_id>"

    def _get_max_content_length(self):
        return request.env["print3d.file"]._get_max_size() * FILES_PER_REQUEST

    @http.route(
        _upload_url,
        type="http",
        auth="user",
        methods=["POST"],
        max_content_length=_get_max_content_length,
    )
    def upload(self, product_id=None, template_id=None, **kwargs):
        """Take in each uploaded file; a bad one does not stop the others.

        :param product_id: variant that gets the files
        :param template_id: model whose only variant gets them
        :return: JSON ``{"results": [{"name", "ok", "message", "slice_id", "mesh_id",
            "product_id", "template_id", "reused"}]}``; a sliced file has a
            ``slice_id``, a mesh a ``mesh_id``, a project both
        """
        product = self._browse("product.product", product_id)
        template = self._browse("product.template", template_id)
        uploaded = [
            file
            for key in ("files", "files[]", "ufile")
            for file in request.httprequest.files.getlist(key)
        ]
        results = [self._upload_one(file, product, template) for file in uploaded]
        return request.make_json_response({"results": results})

    @http.route(_download_url, type="http", auth="user")
    def download(self, file_id, **kwargs):
        """The bytes of a file, to be saved and never shown as a page."""
        file = request.env["print3d.file"].browse(file_id).exists()
        if not file or not file.has_access("read"):
            raise request.not_found()
        if file.scan_state == "infected":
            return request.make_response(
                file._get_infected_message(),
                [("Content-Type", "text/plain; charset=utf-8")],
                status=403,
            )
        # The right was checked on the record that the bytes belong to.
        if link := file._get_link():
            response = request.redirect(link, code=303, local=False)
            # The link is good for minutes, and for this person.
            response.headers["Cache-Control"] = "no-store"
            return response
        try:
            response = self._send(file)
        except SlicedFileError as error:
            return request.make_response(
                error.message,
                [("Content-Type", "text/plain; charset=utf-8")],
                status=410,
            )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def _send(self, file):
        """The bytes, from wherever they are.

        :raises SlicedFileError: there are none that are intact
        """
        if attachment_sudo := file._get_local_attachment():
            # Odoo has the web server in front send it where that is set up.
            stream = request.env["ir.binary"]._get_stream_from(attachment_sudo)
            stream.mimetype = "application/octet-stream"
            stream.download_name = file.name
            return stream.get_response(as_attachment=True)
        stack = contextlib.ExitStack()
        stream = stack.enter_context(file._open())
        response = send_file(
            Closing(stream, stack.close),
            environ=request.httprequest.environ,
            mimetype="application/octet-stream",
            as_attachment=True,
            download_name=file.name,
            response_class=http.Response,
        )
        return response

    def _browse(self, model, record_id):
        if not record_id or not str(record_id).isdigit():
            return None
        return request.env[model].browse(int(record_id)).exists() or None

    def _upload_one(self, file, product, template):
        name = request.env["print3d.file"]._clean_name(file.filename)
        try:
            with request.env.cr.savepoint():
                uploaded = request.env["print3d.file"]._upload(
                    file.filename, file.stream, product=product, template=template
                )
        except RefusedContentError as error:
            # Here, because the savepoint took everything back.
            request.env["print3d.scan.event"]._journal(error.event)
            return {"name": name, "ok": False, "message": str(error)}
        except UserError as error:
            return {"name": name, "ok": False, "message": str(error)}
        return {
            "name": name,
            "ok": True,
            "reused": uploaded.is_reused,
            "message": request.env["print3d.upload"]._describe(uploaded),
            "slice_id": uploaded.version.id,
            "mesh_id": uploaded.mesh.id,
            "product_id": uploaded.file.product_id.id,
            "template_id": uploaded.file.product_id.product_tmpl_id.id,
        }
