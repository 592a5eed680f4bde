from odoo import api, models

from .print3d_run import WAITING


class Print3dRun(models.Model):
    """Which prints depend on a filament; and the rules that prints set off."""

    _inherit = "print3d.run"

    def _set_state(self, state, told=None, **vals):
        """Let rules see the state, which is written past ``write``."""
        with self.env["base.automation"]._follow_write(self, ["state", *vals]):
            return super()._set_state(state, told=told, **vals)

    @api.model
    def _get_waiting_for(self, product, company, limit=None):
        """Return the prints that wait and need a filament, in order of the queue.

        :param product: product.product
        :param company: res.company
        :param int limit: at most so many
        """
        return self.search(
            [
                ("state", "in", WAITING),
                ("company_id", "=", company.id),
                ("plate_id.filament_ids.product_id", "=", product.id),
            ],
            limit=limit,
        )
