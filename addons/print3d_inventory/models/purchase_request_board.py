from odoo import api, fields, models
from odoo.exceptions import UserError

STAGES = [
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("ordered", "Ordered"),
    ("in_transit", "In Transit"),
    ("receiving", "Receiving"),
    ("done", "Done"),
]


class PurchaseRequest(models.Model):
    """The board: in which column a request lies, and what dropping its card means."""

    _inherit = "purchase.request"

    stage = fields.Selection(
        STAGES,
        string="Column",
        compute="_compute_stage",
        inverse="_inverse_stage",
        store=True,
        index=True,
        group_expand=True,
        copy=False,
    )

    @api.depends("state", "held_state", "line_ids.purchase_lines.order_id.shipped_on")
    def _compute_stage(self):
        for request in self:
            state = request.state
            if state == "on_hold":
                state = request.held_state
            stage = self._get_stages().get(state, False)
            if stage == "ordered" and request._is_shipped():
                stage = "in_transit"
            request.stage = stage

    @api.model
    def _get_stages(self):
        """Return the column of the board for each state that has one."""
        return {
            "to_approve": "submitted",
            "approved": "approved",
            "in_progress": "ordered",
            "partially_received": "receiving",
            "backordered": "receiving",
            "received": "receiving",
            "stocked": "done",
            "done": "done",
        }

    def _inverse_stage(self):
        """Take the step that a card dropped on another column means.

        :raise UserError: when a card does not go there by hand
        """
        for request in self:
            target, request_state = request.stage, request.state
            current = self._get_stages().get(
                request.held_state if request_state == "on_hold" else request_state
            )
            if current == "ordered" and request._is_shipped():
                current = "in_transit"
            if not target or target == current:
                continue
            request._drop_on(current, target)

    def _drop_on(self, current, target):
        """Do what dropping its card means.

        :param str current: the column it lies in
        :param str target: the column it was dropped on
        """
        self.ensure_one()
        if self.state == "on_hold":
            raise UserError(self.env._("It is on hold. Resume it first."))
        if (current, target) == ("submitted", "approved"):
            self.action_approve()
        elif (current, target) == ("ordered", "in_transit"):
            self.action_mark_shipped()
        elif (current, target) == ("in_transit", "ordered"):
            self.action_unmark_shipped()
        elif (current, target) == ("receiving", "done") and self.state == "received":
            self.action_stock()
        elif target == "done":
            raise UserError(
                self.env._(
                    "Not all of it came. Receive the rest, or open it and choose "
                    "“Close”."
                )
            )
        else:
            raise UserError(self._get_drop_refusal(target))

    def _get_drop_refusal(self, target):
        """Return why a card cannot be dropped on a column."""
        self.ensure_one()
        if target == "submitted":
            return self.env._("A request is asked for again from its page.")
        if target == "approved":
            return self.env._(
                "It becomes “Approved” again when its purchase order is cancelled."
            )
        if target in ("ordered", "in_transit"):
            return self._get_fact_refusal("in_progress")
        return self._get_fact_refusal("received")
