from odoo import fields, models


class Print3dDeviceKeyShow(models.AbstractModel):
    """Shows a new key once; it is kept nowhere."""

    _name = "print3d.device.key.show"
    _description = "New Key of a Device"

    # Forms of models without a table need it to read their default.
    id = fields.Id()
    key = fields.Char(readonly=True)
