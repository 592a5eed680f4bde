from odoo import api, fields, models


class PurchaseRequest(models.Model):
    """The alert a request answers, and what somebody should know about requests."""

    _name = "purchase.request"
    _inherit = ["purchase.request", "print3d.alert.mixin"]

    alert_id = fields.Many2one(
        "print3d.alert",
        string="Answers Alert",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _prepare_alert_link(self, alert):
        """Tie a request to the alert it answers."""
        return {"alert_id": alert.id} if alert else {}

    def _get_alert_dimensions(self):
        """Say by what alerts of requests are found."""
        products = self._get_lines().product_id
        return {
            **super()._get_alert_dimensions(),
            "partner_id": self.vendor_id.id,
            "product_id": products.id if len(products) == 1 else False,
        }

    def _get_alert_actions(self, key):
        """Offer the next step of a request."""
        actions = super()._get_alert_actions(key)
        if key == "request_approval":
            decide = {
                "key": "decide",
                "label": self.env._("Approve or deny"),
                "icon": "fa-gavel",
            }
            return [decide, *actions]
        if key in ("request_late", "request_receipt"):
            receive = {
                "key": "receive",
                "label": self.env._("Receive"),
                "icon": "fa-truck",
            }
            return [receive, *actions]
        return actions

    def _do_alert_action(self, alert, action_key):
        """Go to the page where it is decided, or receive it."""
        self.ensure_one()
        if action_key == "decide":
            return {
                "type": "ir.actions.act_url",
                "url": f"/print3d/requests/{self.id}",
                "target": "self",
            }
        if action_key == "receive":
            return self.action_receive()
        return super()._do_alert_action(alert, action_key)


class Print3dAlert(models.Model):
    """What is offered about requests is what the user may do."""

    _inherit = "print3d.alert"

    can_open_source = fields.Boolean(
        string="Source Is Open to the User", compute="_compute_can_open_source"
    )

    def _get_actions(self):
        """Offer to decide to approvers, and to receive to those who handle stock."""
        actions = super()._get_actions()
        if self.res_model != "purchase.request":
            return actions
        user = self.env.user
        named = self.company_id.sudo().print3d_request_equipment_ids
        is_allowed = {
            "decide": user in named
            or user.has_group("print3d_inventory.group_print3d_approver"),
            "receive": user.has_group("stock.group_stock_user"),
        }
        return [action for action in actions if is_allowed.get(action["key"], True)]

    def _get_closed(self):
        """Return those whose request the user may not read; asked once for all."""
        alerts = self.filtered(lambda alert: alert.res_model == "purchase.request")
        requests = self.env["purchase.request"].browse(set(alerts.mapped("res_id")))
        readable = set(requests.exists()._filtered_access("read").ids)
        return alerts.filtered(lambda alert: alert.res_id not in readable)

    def _get_cards(self):
        """Offer no way to requests that are not for the user."""
        closed = set(self._get_closed().ids)
        return [
            {
                **card,
                "can_open_source": card["id"] not in closed,
                "actions": [] if card["id"] in closed else card["actions"],
            }
            for card in super()._get_cards()
        ]

    def _compute_offered_actions(self):
        """Offer nothing to do about requests that are not for the user."""
        closed = self._get_closed()
        closed.offered_actions = []
        return super(Print3dAlert, self - closed)._compute_offered_actions()

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_can_open_source(self):
        closed = self._get_closed()
        for alert in self:
            alert.can_open_source = bool(alert.res_model) and alert not in closed
