import base64
import io

from odoo import fields, models
from odoo.exceptions import UserError


class Print3dFileRestore(models.TransientModel):
    """Asks for the original of a damaged file."""

    _name = "print3d.file.restore"
    _description = "Upload the Original Again"

    file_id = fields.Many2one("print3d.file", required=True, readonly=True)
    content = fields.Binary(string="Original", attachment=False)
    content_name = fields.Char(string="Name of the Original")

    def action_restore(self):
        """Heal the file with what was chosen.

        :raises UserError: it is another file, or a storage does not take it
        """
        self.ensure_one()
        file = self.file_id
        file.check_access("write")
        if not self.content:
            raise UserError(self.env._("Choose the original first."))
        stream = io.BytesIO(base64.b64decode(self.content))
        if not file._restore(stream):
            raise UserError(
                self.env._(
                    "It is the original of “%(name)s”, yet it could not be stored: "
                    "%(reason)s Try again later.",
                    name=file.name,
                    reason=file.damage_message or "",
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("“%(name)s” is whole again.", name=file.name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
