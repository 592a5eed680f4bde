from odoo import api, models
from odoo.exceptions import ValidationError


class ProductCategory(models.Model):
    _inherit = "product.category"

    @api.constrains("property_cost_method")
    def _check_filament_cost_method(self):
        for category in self.filtered(lambda c: c.property_cost_method != "average"):
            filament = self.env["product.template"].search(
                [("is_filament", "=", True), ("categ_id", "=", category.id)], limit=1
            )
            if filament:
                raise ValidationError(
                    self.env._(
                        "%(category)s holds filaments such as %(filament)s, whose "
                        "spools keep what was paid for each of them. Leave its "
                        "costing method at Average Cost (AVCO).",
                        category=category.display_name,
                        filament=filament.display_name,
                    )
                )

    @api.model
    def _set_filament_average_cost(self, companies=None):
        """Value the filament category at average cost in each company.

        The costing method is stored by company, so that data files alone would set
        it in one company only.
        """
        category = self.env.ref(
            "print3d_inventory.product_category_filament", raise_if_not_found=False
        )
        if not category:
            return
        if companies is None:
            companies = self.env["res.company"].search([("active", "=", True)])
        for company in companies:
            category.sudo().with_company(company).property_cost_method = "average"
