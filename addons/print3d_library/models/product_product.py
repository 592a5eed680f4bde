from odoo import fields, models


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
        tracking=True,
        help="The version this variant is printed with.",
    )
    slice_ids = fields.One2many(
        "print3d.slice",
        "product_id",
        string="Versions",
        groups="print3d_library.group_print3d_user",
    )
    slice_count = fields.Integer(
        string="Number of Versions",
        compute="_compute_slice_count",
        groups="print3d_library.group_print3d_user",
    )
    print3d_file_ids = fields.One2many(
        "print3d.file",
        "product_id",
        string="Files",
        groups="print3d_library.group_print3d_user",
    )
    print3d_mesh_ids = fields.One2many(
        "print3d.mesh",
        "product_id",
        string="Meshes",
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

    def _compute_slice_count(self):
        counts = dict(
            self.env["print3d.slice"]._read_group(
                [("product_id", "in", self.ids)], ["product_id"], ["__count"]
            )
        )
        for product in self:
            product.slice_count = counts.get(product._origin, 0)

    def _filter_to_unlink(self):
        """Override of `product`: a variant with versions or files is archived."""
        products = super()._filter_to_unlink()
        used = {
            product.id
            for model in ("print3d.slice", "print3d.file")
            for (product,) in self.env[model]._read_group(
                [("product_id", "in", products.ids)], ["product_id"]
            )
        }
        return products.browse(set(products.ids) - used)

    def action_open_print3d_variant(self):
        """Open the library's page of the variant."""
        self.ensure_one()
        view = self.env.ref("print3d_library.product_product_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
        }
