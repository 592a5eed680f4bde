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

    @api.model
    def _purchase_request_confirm_done_message_content(self, message_data):
        """Override to say what was done, without marks of HTML."""
        head = self.env._("%(order)s is done", order=message_data["po_name"])
        return self.env["purchase.request"]._describe_things(
            head,
            [
                (
                    message_data["product_name"],
                    message_data["product_qty"],
                    message_data["product_uom"],
                )
            ],
        )
