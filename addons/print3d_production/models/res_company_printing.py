from odoo import fields, models


class ResCompany(models.Model):
    """How a company runs its printers."""

    _inherit = "res.company"

    print3d_any_printer_model = fields.Boolean(
        string="Print Files on Any Model",
        help="A file sliced for one model of printer is then planned and started on "
        "others too. Sliced paths are made for one bed and one head: leave it off "
        "unless all printers of the shop take the same files.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_any_printer_model = fields.Boolean(
        related="company_id.print3d_any_printer_model", readonly=False
    )
