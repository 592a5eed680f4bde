from odoo import models


class IrActionsServer(models.Model):
    """What rules of the shop do about orders."""

    _inherit = "ir.actions.server"

    def _get_print3d_runs(self, record):
        """Take the prints of an order."""
        if record._name == "sale.order":
            return record.sudo().print3d_run_ids
        return super()._get_print3d_runs(record)
