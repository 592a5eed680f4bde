from odoo import http


class Print3dUpload(http.Controller):
    _upload_url = "/print3d/upload"
