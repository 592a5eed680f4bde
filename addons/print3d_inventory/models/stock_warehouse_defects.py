from odoo import fields, models


class StockWarehouse(models.Model):
    """A place for what came broken, beside the stock and not in it."""

    _inherit = "stock.warehouse"

    print3d_defect_location_id = fields.Many2one(
        "stock.location",
        string="Place for Defects",
        domain="[('usage', '=', 'internal')]",
        index="btree_not_null",
        ondelete="restrict",
        help="What is found broken when it comes is put here, until it is sent back.",
    )

    def _get_defect_location(self):
        """Return the place for defects, made when it is needed first."""
        self.ensure_one()
        if not self.print3d_defect_location_id:
            self.sudo().print3d_defect_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Defect"),
                        "location_id": self.view_location_id.id,
                        "usage": "internal",
                        "company_id": self.company_id.id,
                    }
                )
            )
        return self.print3d_defect_location_id
