from odoo import api, fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    active_slice_id = fields.Many2one(
        "print3d.slice",
        string="Active Version",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="set null",
        help="The version this variant is printed with.",
    )
    slice_ids = fields.One2many(
        "print3d.slice",
        "product_id",
        string="Versions",
        groups="print3d_library.group_print3d_user",
    )
    print_time_s = fields.Integer(
        related="active_slice_id.time_s", store=True, string="Print Time"
    )
    print_weight_g = fields.Float(
        related="active_slice_id.weight_g", store=True, string="Print Filament (g)"
    )
    print3d_chips = fields.Json(
        related="active_slice_id.chips", store=True, string="Print Colours"
    )
