from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import human_size

from ..tools.clamd import Clamd, ScannerError

DEFAULT_SOCKET = "/run/clamav/clamd.ctl"
DEFAULT_PORT = 3310


class RefusedContentError(UserError):
    """A file the scanner refused, or could not look at.

    :param message: what the person who uploads is told
    :param event: values of the journal's line, written once the transaction that
        was refused is undone
    """

    def __init__(self, message, event):
        super().__init__(message)
        self.event = event


class Print3dScanner(models.AbstractModel):
    """The virus scanner of the shop: ClamAV's daemon, when there is one."""

    _name = "print3d.scanner"
    _description = "Virus Scanner"

    @api.model
    def _get_client(self):
        """The daemon as the settings name it.

        :rtype: ~odoo.addons.print3d_library.tools.clamd.Clamd
        :return: ``None`` when files are not scanned
        """
        mode = self._get_param("scanner", "off")
        if mode == "socket":
            return Clamd(self._get_param("scanner_socket", DEFAULT_SOCKET))
        if mode == "tcp":
            port = self._get_param("scanner_port", str(DEFAULT_PORT))
            return Clamd(
                (
                    self._get_param("scanner_host", "localhost"),
                    int(port) if port.isdecimal() else DEFAULT_PORT,
                )
            )
        return None

    @api.model
    def _get_param(self, name, default):
        return (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(f"print3d_library.{name}", default)
        )

    @api.model
    def _scan(self, stream):
        """Have a content scanned.

        :param stream: seekable binary file object
        :return: values of the fields ``scan_*`` of ``print3d.file``; without an answer
            the state is ``waiting``
        :rtype: dict
        """
        client = self._get_client()
        if client is None:
            return {"scan_state": "off", "scan_note": False, "scan_date": False}
        now = fields.Datetime.now()
        try:
            signature = client.scan(stream)
        except ScannerError as error:
            state = "skipped" if error.code == "too_large" else "waiting"
            return {"scan_state": state, "scan_note": error.message, "scan_date": now}
        return {
            "scan_state": "infected" if signature else "clean",
            "scan_note": signature or False,
            "scan_date": now,
        }

    @api.model
    def _check_upload(self, name, stream, sha256):
        """Have a file scanned before it is stored.

        :param str name: cleaned file name
        :param stream: seekable binary file object
        :param str sha256: of the content
        :return: values of the fields ``scan_*`` of ``print3d.file``
        :rtype: dict
        :raises RefusedContentError: something was found, or the scanner gave no verdict
            and files are refused then
        """
        vals = self._scan(stream)
        state, note = vals["scan_state"], vals["scan_note"]
        if state in ("off", "clean"):
            return vals
        size = stream.seek(0, 2)
        event = {"name": name, "size": size, "sha256": sha256, "message": note}
        if state == "infected":
            raise RefusedContentError(
                self.env._(
                    "“%(name)s” was refused: the virus scanner found %(signature)s in "
                    "it. Nothing was stored. Check the computer the file comes from, "
                    "and export it again.",
                    name=name,
                    signature=note,
                ),
                dict(event, result="refused"),
            )
        if self._get_param("scanner_policy", "refuse") == "accept":
            return vals
        if state == "skipped":
            message = self.env._(
                "“%(name)s” was refused: with %(size)s it is larger than the virus "
                "scanner looks at. Ask the administrator to raise StreamMaxLength of "
                "ClamAV.",
                name=name,
                size=human_size(size),
            )
        else:
            message = self.env._(
                "“%(name)s” was refused: the virus scanner cannot be reached, and "
                "files are not taken without it. Try again later, or ask the "
                "administrator.",
                name=name,
            )
        raise RefusedContentError(message, dict(event, result="unscanned"))
