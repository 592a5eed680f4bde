from odoo import fields, models


class Print3dDevice(models.Model):
    """A thing that tells about spools: a scale, a phone, a reader, a printer."""

    _name = "print3d.device"
    _description = "Device"
    _order = "name, id"

    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("scale", "Scale"),
            ("phone", "Phone"),
            ("reader", "Reader"),
            ("printer", "Printer"),
        ],
        required=True,
        default="scale",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
