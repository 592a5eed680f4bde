from odoo import models


class CommentWizard(models.TransientModel):
    """Comments on approvals, as tier validation asks for them."""

    _inherit = "comment.wizard"

    def add_comment(self):
        """Let a comment on a request go the way of the request."""
        self.ensure_one()
        if self.res_model != "purchase.request":
            return super().add_comment()
        request = self.env["purchase.request"].browse(self.res_id)
        if self.validate_reject == "validate":
            return request.action_approve(self.comment)
        return request.action_deny(self.comment)
