from odoo import api, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    @api.model
    def _set_print_average_cost(self, companies=None):
        """Value the category of prints at average cost in each company."""
        category = self.env.ref(
            "print3d_production.product_category_print", raise_if_not_found=False
        )
        if not category:
            return
        if companies is None:
            companies = self.env["res.company"].search([("active", "=", True)])
        for company in companies:
            category.sudo().with_company(company).property_cost_method = "average"
