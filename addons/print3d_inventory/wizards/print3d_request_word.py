from odoo import fields, models


class Print3dRequestWord(models.TransientModel):
    """A deed about a request that needs a word: why it is denied, or waits."""

    _name = "print3d.request.word"
    _description = "Say Why about a Request"

    request_id = fields.Many2one("purchase.request", required=True, readonly=True)
    deed = fields.Selection(
        [("deny", "Deny"), ("hold", "Put on hold"), ("approve", "Approve")],
        required=True,
        readonly=True,
    )
    comment = fields.Text()

    def action_save(self):
        """Do it."""
        self.ensure_one()
        request = self.request_id
        if self.deed == "deny":
            request.action_deny(self.comment)
        elif self.deed == "hold":
            request.action_hold(self.comment or "")
        else:
            request.action_approve(self.comment or "")
        return {"type": "ir.actions.act_window_close"}
