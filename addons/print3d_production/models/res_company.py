from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    print3d_waste_percent = fields.Float(
        string="Waste (%)",
        digits=(5, 2),
        help="Added to planned grams in estimates as long as nothing was learned.",
    )
    print3d_waste_samples = fields.Integer(
        string="Weighings Needed",
        default=5,
        help="So many spans between two weighings a learned waste needs to count.",
    )

    _print3d_waste_percent_sane = models.Constraint(
        "CHECK (print3d_waste_percent BETWEEN 0 AND 100)",
        "The waste is between 0 and 100 percent of the planned grams.",
    )
    _print3d_waste_samples_positive = models.Constraint(
        "CHECK (print3d_waste_samples > 0)",
        "At least one weighing is needed to learn from.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Value prints at average cost in the new companies too."""
        companies = super().create(vals_list)
        self.env["product.category"]._set_print_average_cost(companies)
        return companies
