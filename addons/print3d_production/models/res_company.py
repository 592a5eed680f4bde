from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        """Value prints at average cost in the new companies too."""
        companies = super().create(vals_list)
        self.env["product.category"]._set_print_average_cost(companies)
        return companies
