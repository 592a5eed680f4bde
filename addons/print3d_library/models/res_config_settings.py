from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.clamd import ScannerError
from .print3d_file import DEFAULT_MAX_FILE_MB
from .print3d_scanner import DEFAULT_PORT, DEFAULT_SOCKET
from .print3d_upload import DEFAULT_MAX_ARCHIVE_MB


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_scanner = fields.Selection(
        [
            ("off", "Off"),
            ("socket", "ClamAV on this machine (socket)"),
            ("tcp", "ClamAV over the network (host and port)"),
        ],
        string="Virus Scanner",
        default="off",
        required=True,
        config_parameter="print3d_library.scanner",
    )
    print3d_scanner_socket = fields.Char(
        string="Socket",
        default=DEFAULT_SOCKET,
        config_parameter="print3d_library.scanner_socket",
    )
    print3d_scanner_host = fields.Char(
        string="Host",
        default="localhost",
        config_parameter="print3d_library.scanner_host",
    )
    print3d_scanner_port = fields.Integer(
        string="Port",
        default=DEFAULT_PORT,
        config_parameter="print3d_library.scanner_port",
    )
    print3d_scanner_policy = fields.Selection(
        [
            ("refuse", "Refuse files"),
            ("accept", "Take files, mark them, scan them later"),
        ],
        string="Without an Answer",
        default="refuse",
        required=True,
        config_parameter="print3d_library.scanner_policy",
        help="What happens to an upload while the scanner cannot be reached.",
    )

    print3d_max_file_mb = fields.Integer(
        string="Largest File (MB)",
        default=DEFAULT_MAX_FILE_MB,
        config_parameter="print3d_library.max_file_mb",
    )
    print3d_max_archive_mb = fields.Integer(
        string="Largest Archive (MB)",
        default=DEFAULT_MAX_ARCHIVE_MB,
        config_parameter="print3d_library.max_archive_mb",
        help="A ZIP of a folder may be larger than one file; up to 2047 MB.",
    )
    print3d_upload_quota_mb = fields.Integer(
        string="Room per User (MB)",
        config_parameter="print3d_library.upload_quota_mb",
        help="Bytes of files each user may keep in the library; 0 is unlimited. A "
        "user's own page may say otherwise.",
    )

    def action_test_print3d_scanner(self):
        """Save the settings and say whether the scanner answers.

        :raises UserError: it does not, and why
        """
        self.ensure_one()
        self.set_values()
        client = self.env["print3d.scanner"]._get_client()
        if client is None:
            raise UserError(
                self.env._("Choose first how the virus scanner is reached.")
            )
        try:
            version = client.version()
        except ScannerError as error:
            raise UserError(error.message) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The virus scanner answers: %(version)s.", version=version
                ),
            },
        }
