from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    has_spools = fields.Boolean(compute="_compute_has_spools")

    @api.depends("move_ids.product_id.is_filament")
    def _compute_has_spools(self):
        for picking in self:
            picking.has_spools = any(picking.move_ids.product_id.mapped("is_filament"))

    def _sanity_check(self, separate_pickings=True):
        """Name the spools nobody named before core asks for lot numbers."""
        self.move_ids._split_into_spools()
        return super()._sanity_check(separate_pickings=separate_pickings)

    def action_print_spool_labels(self):
        """Open the labels of the spools received here."""
        return self.move_line_ids.lot_id.filtered("is_spool").action_print_labels()
