from odoo import fields, models
from odoo.exceptions import AccessError, UserError

# What orders and receipts say of a request; they come late and out of order, so that
# any of these may follow any other.
FACTS = (
    "approved",
    "in_progress",
    "partially_received",
    "backordered",
    "received",
    "stocked",
)
# From each state, the states it may go to. Nothing else ever moves a request.
MOVES = {
    "draft": ("to_approve",),
    "to_approve": ("approved", "rejected", "on_hold", "draft"),
    **{state: (*FACTS, "on_hold", "rejected", "draft", "done") for state in FACTS},
    "on_hold": ("to_approve", *FACTS, "rejected", "draft", "done"),
    "done": FACTS,
    "rejected": ("draft",),
}
# For each deed of a person: from which states, and who may.
STEPS = {
    "submit": (("draft", "to_approve"), ("requester", "keeper")),
    "withdraw": (
        ("draft", "to_approve", "approved", "rejected", "on_hold"),
        ("requester", "keeper"),
    ),
    "approve": (("to_approve", "approved"), ("reviewer",)),
    "deny": (("to_approve", "rejected"), ("reviewer",)),
    "cancel": (("to_approve", "approved", "on_hold"), ("requester", "keeper")),
    "hold": (
        ("to_approve", "approved", "in_progress", "partially_received", "backordered"),
        ("requester", "keeper"),
    ),
    "resume": (("on_hold",), ("requester", "keeper")),
    "order": (("approved", "partially_received", "backordered"), ("buyer",)),
    "ship": (("in_progress",), ("buyer", "hand")),
    "receive": (("in_progress", "partially_received", "backordered"), ("hand",)),
    "stock": (("received",), ("hand", "keeper")),
    "close": (FACTS, ("requester", "keeper")),
    "reopen": (("done",), ("keeper",)),
}
GROUPS = {
    "keeper": "purchase_request.group_purchase_request_manager",
    "buyer": "purchase.group_purchase_user",
    "hand": "stock.group_stock_user",
}
STAMPS = {
    "approved": "approved_on",
    "in_progress": "ordered_on",
    "received": "received_on",
    "stocked": "stocked_on",
}


class PurchaseRequest(models.Model):
    """The road of a request, in one place: what may follow what, and who may do it."""

    _inherit = "purchase.request"

    def _begin(self, step):
        """Begin a deed: check who does it and from where, and lock the requests.

        :param str step: one of ``STEPS``
        :return: the same requests with all rights; who acts stays who it is
        :raise AccessError: when this person may not
        :raise UserError: when it is not the time for it
        """
        self.check_access("read")
        states, roles = STEPS[step]
        requests = self.sudo()
        requests._lock()
        requests.invalidate_recordset()
        for request in requests:
            if not self.env.su and not request._has_role(self.env.user, roles):
                raise AccessError(request._get_refusal(step))
            if request.state not in states:
                raise UserError(
                    self.env._(
                        "%(request)s is “%(state)s”: that cannot be done now.",
                        request=request.name,
                        state=request._get_state_word(),
                    )
                )
        return requests

    def _has_role(self, user, roles):
        """Tell whether a person has one of some roles for this request."""
        self.ensure_one()
        if any(user.has_group(GROUPS[role]) for role in roles if role in GROUPS):
            return True
        if "requester" in roles and user in self.requested_by | self.create_uid:
            return True
        return "reviewer" in roles and (
            self.state != "to_approve" or user in self._get_deciders(with_former=True)
        )

    def _get_refusal(self, step):
        """Return the sentence for whoever may not do something."""
        self.ensure_one()
        if step in ("approve", "deny"):
            return self._get_decider_refusal(self.env.user)
        if step == "order":
            return self.env._("Ordering is for those who may buy. Ask an owner.")
        if step in ("receive", "ship", "stock"):
            return self.env._("Receiving is for those who keep the stock.")
        return self.env._(
            "%(request)s is for %(requester)s, or an approver, to change.",
            request=self.name,
            requester=self.requested_by.name,
        )

    def _get_state_word(self, state=None):
        """Return a state in words of this user's language."""
        self.ensure_one()
        words = dict(self._fields["state"]._description_selection(self.env))
        return words[state or self.state]

    def _set_state(self, state, note=""):
        """Move each of these on, and say why in its journal.

        :param str state: where to
        :param str note: why, for the chatter, which also tracks the state itself
        :raise UserError: when it may not go there from where it is
        """
        for request in self.sudo():
            old = request.state
            if old == state:
                continue
            if state not in MOVES[old]:
                raise UserError(
                    self.env._(
                        "%(request)s is “%(old)s” and cannot become “%(new)s”.",
                        request=request.name,
                        old=request._get_state_word(),
                        new=request._get_state_word(state),
                    )
                )
            values = {}
            stamp = STAMPS.get(state)
            if stamp and not request[stamp]:
                values[stamp] = fields.Datetime.now()
            if state == "on_hold":
                values["held_state"] = old
            elif old == "on_hold":
                values.update(held_state=False, hold_reason=False)
            if state in ("draft", "rejected"):
                values["decide_before"] = False
            request._put_state(state, **values)
            if note:
                request.message_post(body=note)
            request._after_move(old)

    def _after_move(self, old):
        """Hook: called for each request after it moved, with where it came from."""
        self.ensure_one()
        if old in ("to_approve", "on_hold") and self.state != "to_approve":
            self._end_waiting()

    def _step_to(self, state):
        """Take the step that leads to a state somebody wrote or dropped a card on.

        :raise UserError: when no step of a person leads there
        """
        deeds = {
            "draft": lambda request: request.action_withdraw(),
            "to_approve": lambda request: request.action_submit(),
            "approved": lambda request: request.action_approve(),
            "rejected": lambda request: request.action_cancel(),
            "on_hold": lambda request: request.action_hold(),
            "stocked": lambda request: request.action_stock(),
            "done": lambda request: request.action_close(),
        }
        for request in self.filtered(lambda request: request.state != state):
            if state not in deeds:
                raise UserError(request._get_fact_refusal(state))
            deeds[state](request)

    def _get_fact_refusal(self, state):
        """Return why a state that orders and receipts make is not chosen by hand."""
        self.ensure_one()
        if state == "in_progress":
            return self.env._(
                "%(request)s is ordered when its purchase order is confirmed. Make the "
                "RFQ with “Create RFQ”.",
                request=self.name,
            )
        return self.env._(
            "%(request)s follows what is received. Book it with “Receive”.",
            request=self.name,
        )
