from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class PurchaseRequest(models.Model):
    """Approving and denying, from whichever button, page or dialog."""

    _inherit = "purchase.request"

    # === DECIDING === #

    def action_approve(self, comment=""):
        """Give one's approval; with the last one the request is approved.

        :param str comment: for the requester
        :raise AccessError: when it is not this person's to give
        """
        for request in self._begin("approve"):
            if request.state == "approved" and self.env.user in request._get_former():
                continue
            review = request._get_review_for(self.env.user)
            if not review and self.env.user in request._get_former():
                continue
            request._check_decider(review)
            request._decide(review, comment)
            request._validate_tier(review)
            if request.validation_status == "validated":
                request._set_state("approved", request._get_said("approved", comment))
                request._tell_requester("approved", comment)
            else:
                request.message_post(body=request._get_said("approved", comment))
                request._ask_deciders()
        return True

    def action_deny(self, comment=""):
        """Deny a request, and say why.

        :param str comment: what the requester reads; required
        :raise AccessError: when it is not this person's to decide
        """
        comment = (comment or "").strip()
        if not comment:
            raise UserError(self.env._("Say why, so that whoever asked knows."))
        for request in self._begin("deny"):
            if request.state == "rejected":
                if self.env.user in request._get_former():
                    continue
                raise UserError(self.env._("It was given up meanwhile."))
            review = request._get_review_for(self.env.user)
            request._check_decider(review)
            request._decide(review, comment)
            request._rejected_tier(review)
            request._set_state("rejected", request._get_said("denied", comment))
            request._tell_requester("denied", comment)
        return True

    def _get_former(self):
        """Return who decided about it."""
        return self.review_ids.done_by

    def _check_decider(self, review):
        self.ensure_one()
        if self.state != "to_approve":
            raise UserError(
                self.env._(
                    "%(request)s is “%(state)s” already.",
                    request=self.name,
                    state=self._get_state_word(),
                )
            )
        if not review or self.env.user in self._get_excluded_users():
            raise AccessError(self._get_decider_refusal(self.env.user))

    def _decide(self, review, comment):
        """Note what somebody said, and that it is theirs to say today."""
        review.write(
            {
                "comment": (comment or "").strip() or False,
                "reviewer_ids": [fields.Command.set(review._get_reviewers().ids)],
            }
        )

    def _get_said(self, verdict, comment):
        """Return who decided what, for the journal."""
        who = self.env.user.name
        if verdict == "approved":
            text = self.env._("Approved by %(who)s.", who=who)
        else:
            text = self.env._("Denied by %(who)s.", who=who)
        return f"{text} {comment}" if comment else text

    def _tell_requester(self, verdict, comment):
        """Tell whoever asked what was decided."""
        self.ensure_one()
        people = (self.requested_by | self.submitted_by_id) - self.env.user
        if people:
            self.message_notify(
                partner_ids=people.partner_id.ids,
                subject=(
                    self.env._("%(request)s is approved", request=self.name)
                    if verdict == "approved"
                    else self.env._("%(request)s is denied", request=self.name)
                ),
                body=self._get_said(verdict, comment),
            )

    def action_ask_denial(self):
        """Ask an approver why, and deny."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deny"),
            "res_model": "print3d.request.word",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_request_id": self.id, "default_deed": "deny"},
        }

    def action_ask_hold(self):
        """Ask why, and put on hold."""
        self.ensure_one()
        action = self.action_ask_denial()
        action["name"] = self.env._("Put on Hold")
        action["context"]["default_deed"] = "hold"
        return action

    # === THE DOORS OF TIER VALIDATION === #

    def validate_tier(self):
        """Go by our own rules, from whichever button; the same for the following."""
        return self.action_approve()

    def reject_tier(self):
        self.ensure_one()
        return self.action_ask_denial()

    def request_validation(self):
        if not self.env.su:
            return self.action_submit()
        return super().request_validation()

    def restart_validation(self):
        for request in self:
            request._begin("withdraw")._restart_approval()

    def _allow_to_remove_reviews(self, values):
        """Keep who approved and denied, as long as nobody takes the request back."""
        return values.get("state") == "draft"
