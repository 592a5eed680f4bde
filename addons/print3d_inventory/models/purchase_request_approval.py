from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

DECIDE = "print3d_inventory.mail_activity_decide"


class PurchaseRequest(models.Model):
    """Who approves a request: tiers kept from the settings of the company.

    Whoever asks for something, submits it or changes it afterwards never decides about
    it, and nobody gives two of its approvals.
    """

    _inherit = "purchase.request"

    _state_from = ["to_approve"]
    _state_to = ["approved"]
    _cancel_state = "rejected"
    # Our form has its own buttons.
    _tier_validation_manual_config = True

    decision_comment = fields.Char(
        string="Said", compute="_compute_decision_comment", compute_sudo=True
    )

    @api.depends("review_ids.comment", "review_ids.status")
    def _compute_decision_comment(self):
        for request in self:
            told = request.review_ids.filtered("comment").sorted("reviewed_date")
            request.decision_comment = told[-1:].comment

    # === ASKING === #

    def action_submit(self):
        """Ask for approval; what needs none is approved at once."""
        for request in self._begin("submit"):
            if request.state == "to_approve":
                continue
            request._check_complete()
            company = request.company_id or self.env.company
            now = fields.Datetime.now()
            hours = company.print3d_request_decide_hours
            request._set_state("to_approve")
            request._put_state(
                "to_approve",
                submitted_by_id=self.env.uid,
                submitted_on=now,
                decide_before=now + relativedelta(hours=hours) if hours else False,
                approved_on=False,
            )
            request._start_approval()
        return True

    def _check_complete(self):
        """Refuse requests nobody could decide about.

        :raise UserError: saying what is missing
        """
        for request in self:
            lines = request._get_lines()
            if not lines:
                raise UserError(self.env._("Say what is wanted: add a line."))
            wrong = lines.filtered(lambda line: line.product_qty <= 0)
            if wrong:
                raise UserError(
                    self.env._(
                        "Say how much of %(line)s is wanted.",
                        line=wrong[0].display_name,
                    )
                )

    def _start_approval(self):
        """Find out who has to approve, and ask them.

        :raise UserError: when those who would have to are not there
        """
        self.ensure_one()
        self.invalidate_recordset(["need_validation", "review_ids"])
        reviews = self.request_validation()
        self.invalidate_recordset(["review_ids"])
        if not reviews:
            self._set_state("approved", self._get_automatic_note())
            return
        asked = self._adapt_to_people(reviews)
        left_out = reviews - asked
        left_out.unlink()
        self.invalidate_recordset(["review_ids"])
        if not asked:
            self.with_context(print3d_by_itself=True)._set_state(
                "approved",
                self.env._(
                    "Approved by itself: nobody else of this shop could decide."
                ),
            )
            return
        if not self._can_be_decided(asked):
            raise UserError(
                self.env._(
                    "Nobody may approve %(request)s: whoever asks for something does "
                    "not decide about it, and two approvals take two people. An owner "
                    "can name more approvers, or change the amounts, in Settings › 3D "
                    "Printing › Requests.",
                    request=self.name,
                )
            )
        if left_out:
            self.message_post(
                body=self.env._(
                    "Approvals asked for: %(asked)s instead of %(wanted)s. Nobody else "
                    "of this shop could decide.",
                    asked=len(asked),
                    wanted=len(reviews),
                )
            )
        self._ask_deciders()

    def _get_automatic_note(self):
        """Return why no approval was needed."""
        self.ensure_one()
        company = self.company_id or self.env.company
        if not company.print3d_request_approval:
            return self.env._("Approved: requests need no approval here.")
        return self.env._(
            "Approved by itself: less than %(amount)s.",
            amount=company.currency_id.format(company.print3d_request_auto_below),
        )

    def _restart_approval(self):
        """Ask for approval anew, as the request is not what it was.

        Of what is on hold only who changed it is noted: whoever resumes it asks anew.
        """
        for request in self.sudo():
            if request.state == "on_hold" and request.held_state == "to_approve":
                request._put_state("on_hold", submitted_by_id=self.env.uid)
            if request.state != "to_approve":
                continue
            request._lock()
            request._put_state("to_approve", submitted_by_id=self.env.uid)
            request.message_post(
                body=self.env._("Changed after it was submitted: approval begins anew.")
            )
            request._ask_anew()

    def _ask_anew(self):
        """Forget what was said so far, and ask those who decide today."""
        self.ensure_one()
        self.review_ids.unlink()
        self._start_approval()

    def _ask_deciders(self):
        """Give those who may decide an activity, and tell them."""
        self.ensure_one()
        deciders = self._get_deciders()
        activities = self._get_decide_activities()
        over = activities.filtered(lambda activity: activity.user_id not in deciders)
        new = deciders - (activities - over).user_id
        over.unlink()
        deadline = fields.Date.context_today(self, self.decide_before or None)
        for user in new:
            # The message below is the notice, with a link to the page for phones.
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                DECIDE,
                date_deadline=deadline,
                summary=self.env._("Approve or deny %(request)s", request=self.name),
                user_id=user.id,
            )
        if new:
            self.message_subscribe(partner_ids=new.partner_id.ids)
            self.message_notify(
                partner_ids=new.partner_id.ids,
                subject=self.env._(
                    "Approve or deny %(request)s: %(amount)s",
                    request=self.name,
                    amount=self._get_amount_text(),
                ),
                body=self._get_ask_body(),
            )

    def _get_amount_text(self):
        """Return the amount in words for a message."""
        self.ensure_one()
        if not self.amount:
            return self.env._("price unknown")
        text = self.currency_id.format(self.amount)
        if not self.is_amount_known:
            return self.env._("%(amount)s or more", amount=text)
        return text

    def _get_ask_body(self):
        """Return the message to those who decide, with the way to the page."""
        self.ensure_one()
        lines = Markup("").join(
            Markup("<li>%s</li>") % line._get_text() for line in self._get_lines()
        )
        return Markup(
            "<p>%(asks)s</p><ul>%(lines)s</ul><p>%(why)s</p>"
            '<p><a href="%(url)s" class="btn btn-primary">%(decide)s</a></p>'
        ) % {
            "asks": self.env._(
                "%(person)s asks for (%(amount)s):",
                person=self.requested_by.name,
                amount=self._get_amount_text(),
            ),
            "lines": lines,
            "why": self.justification or "",
            "url": self._get_decide_url(),
            "decide": self.env._("Approve or deny"),
        }

    def _get_decide_url(self):
        """Return the address of the page where this is decided, made for phones."""
        self.ensure_one()
        return f"{self.get_base_url()}/print3d/requests/{self.id}"

    def _get_decide_activities(self):
        kind = self.env.ref(DECIDE, raise_if_not_found=False)
        return self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def _end_waiting(self):
        """Take the activities of those away who need not decide any more."""
        self._get_decide_activities().unlink()
