from odoo import models


class PurchaseRequest(models.Model):
    """Requests that set rules of the shop off."""

    _inherit = "purchase.request"

    def _put_state(self, state, **values):
        """Let rules see the state, which is written past ``write``."""
        names = ["state", *values]
        with self.env["base.automation"]._follow_write(self, names):
            return super()._put_state(state, **values)
