from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Override of `sale`: a paid order outside a licence waits for an owner.

        The money has come, perhaps late; refusing now would lose its trace.
        """
        held = self.filtered(
            lambda tx: len(tx.sale_order_ids) == 1
            and tx.sale_order_ids.state in ("draft", "sent")
            and tx.sale_order_ids._hold_print3d_orders()
        )
        return super(PaymentTransaction, self - held)._check_amount_and_confirm_order()
