from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    print3d_labels = fields.Json(
        string="How Labels Are Printed",
        help="Paper, resolution and next free place, by kind of label.",
    )
