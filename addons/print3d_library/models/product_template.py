from odoo import api, fields, models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_print3d_model = fields.Boolean(
        string="3D Model", index=True, help="The product is printed by the shop."
    )
    designer_id = fields.Many2one("res.partner", index="btree_not_null")
    licence_id = fields.Many2one("print3d.licence", index="btree_not_null")
    source_url = fields.Char(string="Source", help="Where the model comes from.")
    print3d_favourite_user_ids = fields.Many2many(
        "res.users",
        "print3d_favourite_rel",
        "product_tmpl_id",
        "user_id",
        string="Favourite of",
        copy=False,
    )
    is_favourite = fields.Boolean(
        string="My Favourite",
        compute="_compute_is_favourite",
        search="_search_is_favourite",
    )
    print3d_chips = fields.Json(
        string="Print Colours", compute="_compute_print3d_figures", store=True
    )
    print_time_s = fields.Integer(
        string="Print Time", compute="_compute_print3d_figures", store=True
    )
    print_weight_g = fields.Float(
        string="Print Filament (g)",
        compute="_compute_print3d_figures",
        store=True,
        digits=(16, 2),
    )
    print3d_slice_ids = fields.One2many(
        "print3d.slice",
        "product_tmpl_id",
        string="Versions of the Model",
        groups="print3d_library.group_print3d_user",
    )
    print3d_mesh_ids = fields.One2many(
        "print3d.mesh",
        "product_tmpl_id",
        string="Meshes of the Model",
        groups="print3d_library.group_print3d_user",
    )

    @api.depends_context("uid")
    @api.depends("print3d_favourite_user_ids")
    def _compute_is_favourite(self):
        for template in self:
            template.is_favourite = (
                self.env.user in template.sudo().print3d_favourite_user_ids
            )

    def _search_is_favourite(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("print3d_favourite_user_ids", "in", self.env.uid)]

    @api.depends(
        "product_variant_ids.active_slice_id",
        "product_variant_ids.print_time_s",
        "product_variant_ids.print_weight_g",
        "product_variant_ids.print3d_chips",
    )
    def _compute_print3d_figures(self):
        for template in self:
            ready = template.product_variant_ids.filtered("active_slice_id")
            template.print_time_s = ready[:1].print_time_s
            template.print_weight_g = ready[:1].print_weight_g
            chips = {}
            for chip in (
                chip for product in ready for chip in product.print3d_chips or []
            ):
                key = (tuple(chip.get("colours") or []), chip.get("material"))
                chips.setdefault(key, chip)
            template.print3d_chips = list(chips.values())

    def unlink(self):
        """A model whose versions were never used goes with them and its meshes."""
        variants = self.with_context(active_test=False).product_variant_ids
        versions = variants.slice_ids
        if all(version.state == "draft" for version in versions):
            variants.print3d_mesh_ids.unlink()
            versions.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_print3d_history(self):
        used = self.with_context(active_test=False).filtered(
            "product_variant_ids.slice_ids"
        )
        if used:
            raise UserError(
                self.env._(
                    "“%(model)s” has versions that were in use. Archive it: it leaves "
                    "the library and its history stays.",
                    model=used[0].display_name,
                )
            )

    def action_toggle_favourite(self):
        """Mark or unmark the model as a favourite of the current user.

        Whoever sees a model may mark it, also without the right to change it.
        """
        self.check_access("read")
        for template in self:
            # The user's own mark only.
            command = (
                fields.Command.unlink(self.env.uid)
                if template.is_favourite
                else fields.Command.link(self.env.uid)
            )
            template.sudo().print3d_favourite_user_ids = [command]
        return True

    def _get_print3d_upload_variant(self):
        """The variant a file dropped on the model belongs to.

        :raises UserError: there are several
        """
        self.ensure_one()
        if not self.product_variant_ids:
            raise UserError(
                self.env._(
                    "“%(model)s” has no variant yet. Choose its options first.",
                    model=self.display_name,
                )
            )
        if len(self.product_variant_ids) > 1:
            raise UserError(
                self.env._(
                    "“%(model)s” has %(count)s variants. Open the variant the file "
                    "prints and drop it there.",
                    model=self.display_name,
                    count=len(self.product_variant_ids),
                )
            )
        return self.product_variant_ids
