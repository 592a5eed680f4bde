from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

REQUEST = "purchase.request"


class TierReview(models.Model):
    """Approvals of requests, which nobody writes past the request itself.

    Every internal user may write any review by the rights of the module that brings
    them; whoever asks for something could so approve it.
    """

    _inherit = "tier.review"

    @api.model_create_multi
    def create(self, vals_list):
        """Let only requests ask for their approvals."""
        if any(vals.get("model") == REQUEST for vals in vals_list):
            self._check_door()
        return super().create(vals_list)

    def write(self, vals):
        """Let only requests note what was decided."""
        if vals.get("model") == REQUEST or any(
            review.model == REQUEST for review in self
        ):
            self._check_door()
        return super().write(vals)

    def unlink(self):
        """Let only requests forget an approval."""
        if any(review.model == REQUEST for review in self):
            self._check_door()
        return super().unlink()

    def _check_door(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Approve or deny a request on its page; nowhere else.")
            )

    def _update_review_status(self):
        """Let the counter in the bar go on, which writes as whoever looks at it."""
        ours = self.filtered(lambda review: review.model == REQUEST)
        super(TierReview, ours.sudo())._update_review_status()
        return super(TierReview, self - ours)._update_review_status()

    def _get_reviewers(self):
        """Return who may give this approval of a request, as of today.

        Who asked, submitted or changed the request does not count.
        """
        if self.model != REQUEST or not self.res_id:
            return super()._get_reviewers()
        request = self.env[REQUEST].sudo().browse(self.res_id)
        return self._get_everybody() - request._get_excluded_users()

    def _get_everybody(self):
        """Return who could give such an approval of a request of somebody else.

        Groups count with whoever has them through another one; who left or works
        elsewhere does not count.
        """
        request = self.env[REQUEST].sudo().browse(self.res_id)
        users = self.reviewer_id | self.sudo().reviewer_group_id.all_user_ids
        if self.reviewer_field_id:
            users |= request[self.reviewer_field_id.name]
        company = request.company_id
        return users.sudo().filtered(
            lambda user: (
                user.active
                and user._is_internal()
                and user.id != SUPERUSER_ID
                and (not company or company in user.company_ids)
            )
        )
