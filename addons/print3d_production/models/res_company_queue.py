from odoo import fields, models


class ResCompany(models.Model):
    """How orders share plates."""

    _inherit = "res.company"

    print3d_fill_plates = fields.Selection(
        [
            ("always", "Of all orders"),
            ("customer", "Of one customer's orders"),
            ("never", "Of one order only"),
        ],
        string="Fill Plates",
        default="always",
        required=True,
        help="Whose pieces share a plate, so that it is printed full.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_fill_plates = fields.Selection(
        related="company_id.print3d_fill_plates", readonly=False
    )
