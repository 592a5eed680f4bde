from itertools import permutations

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DECIDE = "print3d_inventory.mail_activity_decide"
OPEN = ("waiting", "pending")


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

    named_approver_ids = fields.Many2many(
        "res.users",
        string="Named Approvers",
        compute="_compute_named_approver_ids",
        help="Who decides about equipment, as the settings of the company say.",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")
    decider_names = fields.Char(string="Waits for", compute="_compute_decider_names")
    decision_comment = fields.Char(
        string="Said", compute="_compute_decision_comment", compute_sudo=True
    )

    @api.depends("company_id")
    def _compute_named_approver_ids(self):
        for request in self:
            company = request.sudo().company_id or self.env.company
            request.named_approver_ids = company.print3d_request_equipment_ids

    @api.depends("state", "review_ids.status", "review_ids.reviewer_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        self._warm_deciders()
        for request in self:
            request.can_decide = (
                request.state == "to_approve"
                and self.env.user in request.sudo()._get_deciders()
            )

    @api.depends("state", "review_ids.status", "review_ids.reviewer_ids")
    def _compute_decider_names(self):
        self._warm_deciders()
        for request in self:
            names = request.sudo()._get_deciders().mapped("name")
            more = len(names) - 3
            text = ", ".join(names[:3])
            if more > 0:
                text = self.env._("%(names)s and %(more)s more", names=text, more=more)
            request.decider_names = text if request.state == "to_approve" else False

    @api.depends("review_ids.comment", "review_ids.status")
    def _compute_decision_comment(self):
        for request in self:
            told = request.review_ids.filtered("comment").sorted("reviewed_date")
            request.decision_comment = told[-1:].comment

    # === WHO === #

    def _warm_deciders(self):
        """Read for all of these at once what tells who decides about them."""
        requests = self.sudo()
        requests.fetch(["requested_by", "submitted_by_id", "create_uid", "company_id"])
        reviews = requests.review_ids
        reviews.fetch(
            ["status", "model", "res_id", "sequence", "definition_id", "done_by"]
        )
        reviews.definition_id.fetch(
            ["reviewer_id", "reviewer_group_id", "reviewer_field_id"]
        )

    def _get_excluded_users(self):
        """Return who never decides about this request."""
        self.ensure_one()
        return self.requested_by | self.submitted_by_id | self.create_uid

    def _get_deciders(self, with_former=False):
        """Return who may decide now.

        :param bool with_former: also who has decided already
        """
        self.ensure_one()
        reviews = self.review_ids
        open_reviews = reviews.filtered(lambda review: review.status in OPEN)
        former = reviews.done_by
        users = self.env["res.users"].union(
            *(review._get_reviewers() for review in open_reviews)
        )
        return users | former if with_former else users - former

    def _get_review_for(self, user):
        """Return the approval that is this person's to give, or empty."""
        self.ensure_one()
        if user in self.review_ids.done_by:
            return self.env["tier.review"]
        return self.review_ids.filtered(
            lambda review: review.status in OPEN and user in review._get_reviewers()
        ).sorted("sequence")[:1]

    def _get_decider_refusal(self, user):
        """Return the sentence for somebody who may not decide."""
        self.ensure_one()
        if user in self._get_excluded_users():
            return self.env._(
                "Somebody else has to decide about %(request)s: you asked for it, or "
                "changed it.",
                request=self.name,
            )
        return self.env._(
            "%(request)s waits for %(people)s.",
            request=self.name,
            people=self.decider_names or self.env._("nobody"),
        )

    def _can_be_decided(self, reviews):
        """Tell whether different people could give all of these approvals."""
        pools = [review._get_reviewers() for review in reviews]
        if not all(pools):
            return False
        # As many people as there are approvals are enough to try: three at most.
        pools = [list(pool)[: len(pools)] for pool in pools]
        people = {user for pool in pools for user in pool}
        return any(
            all(user in pool for user, pool in zip(chosen, pools, strict=True))
            for chosen in permutations(people, len(pools))
        )

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
        if not self._can_be_decided(reviews):
            raise UserError(
                self.env._(
                    "Nobody may approve %(request)s: whoever asks for something does "
                    "not decide about it, and two approvals take two people. An owner "
                    "can name more approvers, or change the amounts, in Settings › 3D "
                    "Printing › Requests.",
                    request=self.name,
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
        """Ask for approval anew, as the request is not what it was."""
        for request in self.sudo():
            if request.state != "to_approve":
                continue
            request._lock()
            request.review_ids.unlink()
            request._put_state("to_approve", submitted_by_id=self.env.uid)
            request.message_post(
                body=self.env._("Changed after it was submitted: approval begins anew.")
            )
            request._start_approval()

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
