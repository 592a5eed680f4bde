from itertools import combinations, permutations

from odoo import SUPERUSER_ID, api, fields, models

OPEN = ("waiting", "pending")


class PurchaseRequest(models.Model):
    """Who may decide about a request, and what that means in a small shop.

    Whoever asks for something, submits it or changes it afterwards never decides about
    it. Where that leaves too few people, approvers do with those who are there; others
    are refused.
    """

    _inherit = "purchase.request"

    named_approver_ids = fields.Many2many(
        "res.users",
        string="Named Approvers",
        compute="_compute_named_approver_ids",
        help="Who decides about equipment, as the settings of the company say.",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")
    decider_names = fields.Char(string="Waits for", compute="_compute_decider_names")

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

    # === SMALL SHOPS === #

    def _adapt_to_people(self, reviews):
        """Do with the people who are there, when an approver asks.

        A shop of one or two could otherwise order nothing that is dear. Nobody who is
        no approver profits from it: all who had a hand in the request have to be.

        :param reviews: the approvals that the settings want (tier.review)
        :return: those of them that are asked for, which may be none; as they were when
            people are missing for other reasons
        """
        self.ensure_one()
        if self._can_be_decided(reviews):
            return reviews
        askers = self._get_excluded_users().filtered(
            lambda user: user.id != SUPERUSER_ID
        )
        own = {review: askers & review._get_everybody() for review in reviews}
        approvers = self.env["res.users"].union(*own.values())
        if not askers or askers - approvers:
            return reviews
        self._let_group_decide(reviews.filtered(own.get))
        for count in range(len(reviews), -1, -1):
            for chosen in combinations(reviews.sorted("sequence"), count):
                kept = reviews.browse().union(*chosen)
                left_out = reviews - kept
                # Only what an asker could give somebody else is done without.
                if all(map(own.get, left_out)) and self._can_be_decided(kept):
                    return kept
        return reviews

    def _let_group_decide(self, reviews):
        """Ask the approvers where the named ones of equipment only ask themselves.

        :param reviews: approvals that whoever asks could give somebody else
        """
        first = self.env["tier.definition"].search(
            [
                ("company_id", "=", self._get_company().id),
                ("print3d_rule", "=", "first"),
            ]
        )
        for review in reviews:
            if (
                first
                and review.definition_id.print3d_rule == "equipment"
                and not review._get_reviewers()
            ):
                review.definition_id = first

    def _check_state_conditions(self, vals):
        """Let be approved what nobody else can decide about; the steps see to it."""
        if self.env.context.get("print3d_by_itself"):
            return False
        return super()._check_state_conditions(vals)
