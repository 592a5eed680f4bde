from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models

# An approver looks at it within so many hours of the end of the time given.
RISK_HOURS = 4
# What is promised for so many days before it is wanted is on its way in time.
RISK_DAYS = 2


class PurchaseRequest(models.Model):
    """What the screens show of a request, and where one goes from it."""

    _inherit = "purchase.request"

    sla_state = fields.Selection(
        [("on_track", "On track"), ("risk", "At risk"), ("breached", "Too late")],
        string="In Time",
        compute="_compute_sla_state",
    )
    product_chips = fields.Json(compute="_compute_product_chips")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    can_order = fields.Boolean(compute="_compute_can_order")
    can_receive = fields.Boolean(compute="_compute_can_receive")
    job_names = fields.Char(string="For", compute="_compute_job_names")
    receipt_count = fields.Integer(compute="_compute_counts", compute_sudo=True)
    discrepancy_ids = fields.Many2many(
        "print3d.receipt.discrepancy",
        "print3d_discrepancy_request_rel",
        "request_id",
        "discrepancy_id",
        readonly=True,
        copy=False,
    )
    discrepancy_count = fields.Integer(compute="_compute_counts", compute_sudo=True)

    @api.depends_context("uid")
    def _compute_is_mine(self):
        for request in self:
            request.is_mine = request.requested_by == self.env.user

    @api.depends("state", "decide_before", "needed_by", "expected_on")
    def _compute_sla_state(self):
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        for request in self:
            request.sla_state = request._get_sla_state(now, today)

    def _get_sla_state(self, now, today):
        """Tell whether the next step is in time, or False when nothing waits."""
        self.ensure_one()
        if self.state == "to_approve" and self.decide_before:
            if now > self.decide_before:
                return "breached"
            soon = self.decide_before - relativedelta(hours=RISK_HOURS)
            return "risk" if now > soon else "on_track"
        if self.state not in ("approved", "in_progress", "partially_received"):
            if self.state != "backordered":
                return False
        due = min(filter(None, (self.needed_by, self.expected_on)), default=None)
        if due is None:
            return False
        if today > due:
            return "breached"
        if self.needed_by and self.expected_on and self.expected_on > self.needed_by:
            return "risk"
        return "risk" if today > due - relativedelta(days=RISK_DAYS) else "on_track"

    @api.depends("line_ids.product_id", "line_ids.product_qty", "line_ids.cancelled")
    def _compute_product_chips(self):
        # Read for all of them at once.
        self.line_ids.product_id.mapped("display_name")
        self.line_ids.product_uom_id.mapped("name")
        self.line_ids._has_picture()
        for request in self:
            request.product_chips = [
                line._get_chip() for line in request._get_lines()[:4]
            ]

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_order(self):
        is_buyer = self.env.user.has_group("purchase.group_purchase_user")
        if is_buyer:
            # Counted for all of them at once.
            self.line_ids.mapped("qty_to_order")
        for request in self:
            request.can_order = (
                is_buyer
                and request.state in ("approved", "partially_received", "backordered")
                and any(
                    line._get_uom().compare(line.qty_to_order, 0) > 0
                    for line in request._get_lines()
                )
            )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_receive(self):
        is_hand = self.env.user.has_group("stock.group_stock_user")
        for request in self:
            request.can_receive = (
                is_hand
                and request.state
                in ("in_progress", "partially_received", "backordered")
                and bool(request.sudo()._get_open_receipts())
            )

    @api.depends("line_ids.purchase_lines.move_ids.picking_id", "discrepancy_ids")
    def _compute_counts(self):
        for request in self:
            moves = request.line_ids.purchase_lines.move_ids
            request.receipt_count = len(moves.picking_id)
            request.discrepancy_count = len(request.discrepancy_ids)

    def _compute_job_names(self):
        for request in self:
            request.job_names = ", ".join(name for _m, _i, name in request._get_jobs())

    def _get_jobs(self):
        """Hook: return what waits for it, as (model, id, name)."""
        return []

    @api.model
    def _describe_things(self, head, things):
        """Return a line and a list of things, for a message.

        :param str head: what the list is about
        :param list[tuple] things: of each its name, quantity and unit
        :rtype: markupsafe.Markup
        """
        Forecast = self.env["print3d.restock.forecast"]
        points = Markup().join(
            Markup("<li><b>%(quantity)s</b> %(name)s</li>")
            % {
                "quantity": Forecast._format_quantity(quantity, unit or ""),
                "name": name or "",
            }
            for name, quantity, unit in things
        )
        return Markup("<p>%(head)s</p><ul>%(points)s</ul>") % {
            "head": head,
            "points": points,
        }

    def action_open(self):
        """Open its page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_view_receipts(self):
        """Open the transfers that bring it, and those that sent some of it back."""
        pickings = self.sudo().line_ids.purchase_lines.move_ids.picking_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action.update(domain=[("id", "in", pickings.ids)], context={"create": False})
        return action

    def action_view_discrepancies(self):
        """Open what came otherwise than ordered."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_receipt_discrepancy_action"
        )
        action.update(domain=[("request_ids", "in", self.ids)], context={})
        return action

    def action_view_alert(self):
        """Open the alert it answers."""
        self.ensure_one()
        return self.alert_id.get_formview_action()
