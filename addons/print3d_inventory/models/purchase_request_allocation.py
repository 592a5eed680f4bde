from odoo import api, models
from odoo.exceptions import AccessError


class PurchaseRequestAllocation(models.Model):
    """What of an order is for which request, noted by those who order and receive.

    Every internal user may write it by the rights of the module that brings it; whoever
    asks for something could so have it look as if it had come.
    """

    _inherit = "purchase.request.allocation"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_hand()
        return super().create(vals_list)

    def write(self, vals):
        self._check_hand()
        return super().write(vals)

    def _check_hand(self):
        user = self.env.user
        if not self.env.su and not user.has_groups(
            "stock.group_stock_user,purchase.group_purchase_user"
        ):
            raise AccessError(
                self.env._("What is ordered for whom is noted by those who order.")
            )
