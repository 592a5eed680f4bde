from odoo import fields, models
from odoo.exceptions import UserError

from .purchase_request_states import FACTS

# Receipts that may still bring something.
TO_COME = ("confirmed", "waiting", "assigned", "partially_available")


class PurchaseRequest(models.Model):
    """What purchase orders and receipts say of requests, and making the orders."""

    _inherit = "purchase.request"

    # === WHAT IS TRUE BY NOW === #

    def _sync_with_orders(self):
        """Follow what is ordered, came and was put away by now.

        Told as often as anything happens, in whatever order: what counts is what is
        true now. A request that somebody closed stays closed; on hold it stays until
        all came.
        """
        live = self.sudo().exists()
        live = live.filtered(lambda request: request.state in (*FACTS, "on_hold"))
        if not live:
            return
        live._lock()
        lines = live.line_ids
        lines.invalidate_recordset(
            ["qty_asked", "qty_coming", "qty_received", "qty_stocked", "qty_to_order"]
        )
        for request in live:
            state = request._derive_state()
            request._note_expected()
            if not state or state == request.state:
                continue
            if request.state == "on_hold" and state not in ("received", "stocked"):
                if request.held_state not in (state, "to_approve"):
                    request._put_state("on_hold", held_state=state)
                continue
            if request.state == "stocked" and state == "received":
                # Somebody said by hand that it is put away.
                continue
            request._set_state(state)

    def _derive_state(self):
        """Return the state that orders and receipts mean, or None without lines."""
        self.ensure_one()
        lines = self._get_lines()
        if not lines:
            return None
        got = any(line._is_some(line.qty_received) for line in lines)
        if all(line._has_all(line.qty_received) for line in lines):
            if all(line._has_all(line.qty_stocked) for line in lines):
                return "stocked"
            return "received"
        if got:
            pickings = self._get_open_receipts()
            later = pickings and all(picking.backorder_id for picking in pickings)
            return "backordered" if later else "partially_received"
        if any(line._is_some(line.qty_coming) for line in lines):
            return "in_progress"
        return "approved"

    def _note_expected(self):
        """Keep the day the last of what is ordered should come."""
        self.ensure_one()
        coming = self._get_lines().filtered(lambda line: line._is_some(line.qty_coming))
        days = [
            line.date_planned
            for line in coming.purchase_lines
            if line.order_id.state == "purchase" and line.date_planned
        ]
        day = max(days).date() if days else False
        if self.expected_on != day:
            self._put_state(self.state, expected_on=day)

    def _get_open_receipts(self):
        """Return the receipts by which something is still to come for these requests.

        Whoever receives may not see what was paid: the orders are looked at with all
        rights, the receipts are those this user may see.
        """
        moves = self.sudo().line_ids.purchase_lines.move_ids.filtered(
            lambda move: (
                move.state in TO_COME
                and not move._is_purchase_return()
                and move.picking_id.picking_type_code == "incoming"
            )
        )
        return moves.picking_id.with_env(self.env).sorted(
            lambda picking: (picking.scheduled_date, picking.id)
        )

    def _is_shipped(self):
        """Tell whether the vendors said that all that is ordered is on its way."""
        self.ensure_one()
        orders = self.sudo()._get_orders("purchase")
        return bool(orders) and all(order.shipped_on for order in orders)

    def _get_orders(self, *states):
        """Return the purchase orders of these requests that are not cancelled."""
        orders = self.line_ids.purchase_lines.order_id
        return orders.filtered(
            lambda order: order.state in states if states else order.state != "cancel"
        )

    def action_mark_shipped(self):
        """Note that the vendors sent what is ordered."""
        for request in self._begin("ship"):
            orders = request._get_orders("purchase")
            orders.filtered(
                lambda order: not order.shipped_on
            ).shipped_on = fields.Date.context_today(self)
        return True

    def action_unmark_shipped(self):
        """Take back that the vendors sent it."""
        for request in self._begin("ship"):
            request._get_orders("purchase").shipped_on = False
        return True

    # === ORDERING === #

    def action_order(self):
        """Put what is not ordered yet on RFQs, one a vendor, and open them.

        A draft RFQ of the same vendor goes on. Called twice, nothing is ordered twice:
        the second call finds it on the RFQ, and opens that.

        :raise UserError: when a line has no product, or nobody sells it
        """
        requests = self._begin("order")
        orders = self.env["purchase.order"]
        for request in requests:
            request._check_can_be_ordered()
            for line in request._get_lines():
                if line._is_some(line.qty_to_order):
                    orders |= line._put_on_rfq(self.env)
                else:
                    orders |= line.purchase_lines.order_id.filtered(
                        lambda order: order.state in ("draft", "sent", "to approve")
                    ).with_env(self.env)
        return self._get_orders_action(orders)

    def _check_can_be_ordered(self):
        """Refuse what no RFQ can be made of.

        :raise UserError: naming the lines
        """
        self.ensure_one()
        lines = self._get_lines()
        nameless = lines.filtered(lambda line: not line.product_id)
        if nameless:
            raise UserError(
                self.env._(
                    "Choose a product for “%(line)s” first: an order needs one.",
                    line=nameless[0].display_name,
                )
            )
        open_lines = lines.filtered(lambda line: line._is_some(line.qty_to_order))
        homeless = open_lines.filtered(lambda line: not line.chosen_vendor_id)
        if homeless:
            raise UserError(
                self.env._(
                    "Nobody is known who sells %(products)s. Add a vendor to the "
                    "product, or choose one on the line.",
                    products=", ".join(homeless.product_id.mapped("display_name")),
                )
            )

    def _get_orders_action(self, orders):
        """Return the action that opens some orders."""
        if not orders:
            raise UserError(self.env._("All of it is ordered already."))
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Requests for Quotation"),
            "res_model": "purchase.order",
        }
        if len(orders) == 1:
            return {**action, "res_id": orders.id, "views": [(False, "form")]}
        return {
            **action,
            "domain": [("id", "in", orders.ids)],
            "views": [(False, "list"), (False, "form")],
        }

    def _get_rfq(self, vendor, env):
        """Return the draft RFQ of a vendor that these requests go on, or a new one."""
        self.ensure_one()
        company = self.company_id or env.company
        Order = env["purchase.order"].with_company(company)
        values = {
            "partner_id": vendor.id,
            "company_id": company.id,
            "picking_type_id": self.picking_type_id.id,
        }
        order = Order.search(
            [(name, "=", value) for name, value in values.items()]
            + [("state", "=", "draft")],
            order="id desc",
            limit=1,
        )
        if not order:
            return Order.create({**values, "origin": self.name})
        names = (order.origin or "").split(", ") if order.origin else []
        if self.name not in names:
            order.origin = ", ".join([*names, self.name])
        return order

    # === RECEIVING === #

    def action_receive(self):
        """Receive what is to come for these requests."""
        self.check_access("read")
        return self.env["print3d.request.receive"]._open_for(
            self._get_open_receipts(), self[:1]
        )
