from odoo import api, fields, models


class ResCompany(models.Model):
    """Whether orders take what is on the shelf."""

    _inherit = "res.company"

    print3d_stock_first = fields.Boolean(
        string="Sell from Stock First",
        default=True,
        help="An order takes what is free on the shelf, and only the rest is printed. "
        "Otherwise everything that is ordered is printed for it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Give the rules of new companies their way of supply."""
        companies = super().create(vals_list)
        companies._set_print3d_supply()
        return companies

    def write(self, vals):
        """Change the rules that supply orders along with the setting."""
        res = super().write(vals)
        if "print3d_stock_first" in vals:
            self._set_print3d_supply()
        return res

    def _set_print3d_supply(self):
        """Write how the route "Print to order" supplies orders of these companies."""
        # The owner of a shop need not be allowed to set up rules of stock.
        warehouses = (
            self.env["stock.warehouse"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", self.ids)])
        )
        for company, its_warehouses in warehouses.grouped("company_id").items():
            its_warehouses.print3d_order_pull_id.procure_method = (
                company._get_print3d_supply()
            )

    def _get_print3d_supply(self):
        """Return how the rule of "Print to order" finds what is ordered."""
        self.ensure_one()
        return "mts_else_mto" if self.print3d_stock_first else "make_to_order"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_stock_first = fields.Boolean(
        related="company_id.print3d_stock_first", readonly=False
    )
