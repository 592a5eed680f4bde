from odoo import models
from odoo.exceptions import UserError

from .purchase_request_states import MOVES


class PurchaseRequest(models.Model):
    """What people do with requests on their road, besides deciding and ordering."""

    _inherit = "purchase.request"

    def action_withdraw(self):
        """Take requests back to draft, to change them."""
        requests = self._begin("withdraw")
        requests._check_nothing_ordered()
        for request in requests.filtered(lambda request: request.state != "draft"):
            request.review_ids.unlink()
            request.line_ids.closed_short = False
            request._set_state("draft")
        return True

    def action_cancel(self):
        """Give up requests of which nothing is ordered."""
        requests = self._begin("cancel")
        requests._check_nothing_ordered()
        requests._set_state("rejected", self.env._("Not wanted any more."))
        return True

    def action_hold(self, reason=""):
        """Stop requests for a while.

        :param str reason: why, for whoever wonders
        """
        for request in self._begin("hold"):
            request._set_state("on_hold", reason)
            request._put_state("on_hold", hold_reason=reason or False)
        return True

    def action_resume(self):
        """Go on where it was, or where orders and receipts are by now."""
        for request in self._begin("resume"):
            held = request.held_state
            if held == "to_approve":
                request._set_state("to_approve")
                request._ask_anew()
            else:
                request._set_state(request._derive_state() or "approved")
        return True

    def action_stock(self):
        """Say that all that came is put away."""
        self._begin("stock")._set_state("stocked", self.env._("Put away."))
        return True

    def action_close(self):
        """Close requests; what did not come is not waited for any more."""
        for request in self._begin("close"):
            request._check_nothing_coming()
            short = request._get_lines().filtered(lambda line: line._is_short())
            short.closed_short = True
            note = ""
            if short:
                note = self.env._(
                    "Closed without: %(lines)s",
                    lines=", ".join(short.mapped("display_name")),
                )
            request._set_state("done", note)
        return True

    def action_reopen(self):
        """Open closed requests again, as what came says."""
        for request in self._begin("reopen"):
            request.line_ids.closed_short = False
            request._set_state(request._derive_state() or "approved")
        return True

    def _check_nothing_ordered(self):
        """Refuse while purchase orders or RFQs are made for these requests.

        :raise UserError: naming them
        """
        orders = self.line_ids.purchase_lines.order_id.filtered(
            lambda order: order.state != "cancel"
        )
        if orders:
            raise UserError(
                self.env._(
                    "%(orders)s was made for it. Cancel that first, or remove the "
                    "lines from it.",
                    orders=", ".join(orders.mapped("name")),
                )
            )

    def _check_nothing_coming(self):
        """Refuse while something ordered for these requests is still to come.

        :raise UserError: naming the receipts
        """
        pickings = self._get_open_receipts()
        if pickings:
            raise UserError(
                self.env._(
                    "%(pickings)s is still to come. Receive it, or cancel the rest.",
                    pickings=", ".join(pickings.mapped("name")),
                )
            )

    # === WHAT OTHERS CALL === #

    def button_draft(self):
        """Go by our own steps; the same for the following."""
        return self.action_withdraw()

    def button_to_approve(self):
        return self.action_submit()

    def button_approved(self):
        return self.action_approve()

    def button_rejected(self):
        return self.action_cancel()

    def button_in_progress(self):
        """Told when an RFQ was made: what its lines say by now."""
        return self._sync_with_orders()

    def button_done(self):
        return self.action_close()

    def check_auto_reject(self):
        """Give up requests none of whose lines is wanted."""
        for request in self.sudo().filtered(lambda request: not request._get_lines()):
            if "rejected" in MOVES[request.state]:
                request._set_state("rejected", self.env._("All lines are cancelled."))
