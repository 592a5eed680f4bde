from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class PurchaseOrder(models.Model):
    """Orders tell the requests they serve how far they are."""

    _inherit = "purchase.order"

    shipped_on = fields.Date(
        string="Sent by the Vendor",
        copy=False,
        tracking=True,
        help="When the vendor said that it is on its way.",
    )
    tracking_ref = fields.Char(string="Parcel Number", copy=False)
    print3d_request_count = fields.Integer(
        string="Requests Served", compute="_compute_print3d_request_count"
    )

    @api.depends("order_line.purchase_request_lines")
    def _compute_print3d_request_count(self):
        for order in self:
            order.print3d_request_count = len(order.order_line._get_served_requests())

    def write(self, vals):
        """Tell requests when an order is confirmed, cancelled or put off."""
        res = super().write(vals)
        if {"state", "date_planned", "shipped_on"} & vals.keys():
            self.order_line._get_served_requests()._sync_with_orders()
        return res

    def button_approve(self, force=False):
        """Tell requests once the receipts are there."""
        res = super().button_approve(force=force)
        self.order_line._get_served_requests()._sync_with_orders()
        return res

    def unlink(self):
        """Tell requests that they are not ordered any more."""
        requests = self.order_line._get_served_requests()
        res = super().unlink()
        requests._sync_with_orders()
        return res

    def _purchase_request_line_check(self):
        """Refuse to order what is not wanted, or came already from somewhere else.

        :raise UserError: naming the request
        """
        for line in self.order_line.sudo().purchase_request_lines:
            request = line.request_id
            if request.state in ("rejected", "draft", "to_approve"):
                raise UserError(
                    self.env._(
                        "%(request)s is “%(state)s”. Remove its lines from the order, "
                        "or have it approved first.",
                        request=request.name,
                        state=request._get_state_word(),
                    )
                )
            unit = line._get_uom()
            if (
                unit.compare(line.qty_received + line.qty_coming, line._get_quantity())
                >= 0
            ):
                raise UserError(
                    self.env._(
                        "%(line)s of %(request)s is ordered already. Remove it from "
                        "this order.",
                        line=line.display_name,
                        request=request.name,
                    )
                )
        return True

    def _purchase_request_confirm_message_content(self, request, request_dict=None):
        """Override to say what is ordered in a sentence and a list.

        The message it comes from shows its own marks of HTML to whoever reads it.

        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        wanted = (request_dict or {}).values()
        days = sorted(line["date_planned"] for line in wanted if line["date_planned"])
        words = {"order": self.name, "vendor": self.partner_id.display_name}
        if days:
            words["day"] = format_date(
                self.env, fields.Datetime.context_timestamp(self, days[-1])
            )
            head = self.env._("%(vendor)s, %(order)s, expected on %(day)s", **words)
        else:
            head = self.env._("%(vendor)s, %(order)s", **words)
        return request._describe_things(
            head,
            [
                (line["name"], line["product_qty"], line["product_uom"])
                for line in wanted
            ],
        )

    def action_view_print3d_requests(self):
        """Open the requests these orders serve."""
        requests = self.order_line._get_served_requests()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.purchase_request_action"
        )
        action["context"] = {}
        if len(requests) == 1:
            action.update(res_id=requests.id, views=[(False, "form")])
        else:
            action["domain"] = [("id", "in", requests.ids)]
        return action

    def action_print3d_receive(self):
        """Receive with what is short, too much or broken."""
        return self.picking_ids.action_print3d_receive()
