from odoo import api, fields, models


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
        inverse="_inverse_is_favourite",
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

    @api.depends_context("uid")
    @api.depends("print3d_favourite_user_ids")
    def _compute_is_favourite(self):
        for template in self:
            template.is_favourite = (
                self.env.user in template.sudo().print3d_favourite_user_ids
            )

    def _inverse_is_favourite(self):
        pass

    def _search_is_favourite(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("print3d_favourite_user_ids", "in", self.env.uid)]

    @api.depends(
        "product_variant_ids.print_time_s",
        "product_variant_ids.print_weight_g",
        "product_variant_ids.print3d_chips",
    )
    def _compute_print3d_figures(self):
        for template in self:
            ready = template.product_variant_ids.filtered("active_slice_id")
            template.print_time_s = ready[:1].print_time_s
            template.print_weight_g = ready[:1].print_weight_g
            template.print3d_chips = [
                chip for product in ready for chip in product.print3d_chips or []
            ]
