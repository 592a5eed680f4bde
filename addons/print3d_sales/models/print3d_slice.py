from odoo import models


class Print3dSlice(models.Model):
    _inherit = "print3d.slice"

    def _action_activate(self):
        """Override of `print3d_library` to print what was sold before it could be.

        An order may come in before its model has a version; the production then waits
        without a bill of materials. The version that comes first sets it going.
        """
        result = super()._action_activate()
        waiting = (
            self.env["mrp.production"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("sale_line_id", "!=", False),
                    ("state", "=", "draft"),
                    ("bom_id", "=", False),
                ]
            )
        )
        for production in waiting:
            bom = (
                self.env["mrp.bom"]
                .sudo()
                ._bom_find(
                    production.product_id,
                    picking_type=production.picking_type_id,
                    company_id=production.company_id.id,
                    bom_type="normal",
                )[production.product_id]
            )
            if bom:
                production.bom_id = bom
                production.action_confirm()
        return result
