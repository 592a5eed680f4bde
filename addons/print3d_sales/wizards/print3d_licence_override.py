from odoo import fields, models
from odoo.exceptions import UserError

from ..models.sale_order_licence import OWNER


class Print3dLicenceOverride(models.TransientModel):
    _name = "print3d.licence.override"
    _description = "Sale Allowed by an Owner"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    problems = fields.Text(related="order_id.print3d_licence_warning")
    reason = fields.Char(required=True)

    def action_allow(self):
        """Let the order be confirmed as it stands, and write down why.

        :raises UserError: it is not an owner who asks
        """
        self.ensure_one()
        if not self.env.user.has_group(OWNER):
            raise UserError(
                self.env._("Only an owner may sell outside a licence. Ask one.")
            )
        order = self.order_id
        problems = order._get_print3d_problems()[order]
        allowed = dict(order.print3d_licence_allowed or {})
        allowed.update({problem.key: problem.units for problem in problems})
        order.write(
            {
                "print3d_licence_allowed": allowed,
                "print3d_licence_reason": self.reason,
            }
        )
        # Whoever was asked need not be asked any more.
        order.print3d_licence_activity_id.sudo().action_done()
        order.message_post(
            body=self.env._(
                "Sale outside the licence allowed: %(reason)s (%(problems)s)",
                reason=self.reason,
                problems=" ".join(problem.reason for problem in problems),
            )
        )
        return {"type": "ir.actions.act_window_close"}
