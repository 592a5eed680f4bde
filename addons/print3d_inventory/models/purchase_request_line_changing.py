from odoo import api, models
from odoo.exceptions import AccessError, UserError

# What was approved; changing it begins the approval anew.
CONTENT = frozenset(
    {
        "product_id",
        "product_qty",
        "product_uom_id",
        "estimated_cost",
        "cancelled",
        "request_id",
        "vendor_id",
        "name",
    }
)


class PurchaseRequestLine(models.Model):
    """Who changes lines, and until when: what was approved stays what it was."""

    _inherit = "purchase.request.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Add lines as long as nobody approved the request."""
        for vals in vals_list:
            if not self.env.su and not {"key", "closed_short"}.isdisjoint(vals):
                raise AccessError(self.env._("Keys are not typed in."))
        lines = super().create([self._complete_vals(vals) for vals in vals_list])
        lines._check_open_to_change()
        lines._restart_approvals()
        return lines

    def write(self, vals):
        """Begin the approval anew when something changes that it was about."""
        if not self.env.su and not {"key", "closed_short"}.isdisjoint(vals):
            raise AccessError(self.env._("Keys are not typed in."))
        changed = self._get_changed(vals)
        changed._check_open_to_change()
        before = changed.request_id
        res = super().write(vals)
        changed._check_open_to_change()
        (before | changed.request_id)._restart_approval()
        return res

    def _complete_vals(self, vals):
        """Return values with the unit and the words of lines that name a product."""
        product = self.env["product.product"].browse(vals.get("product_id"))
        if not product:
            return vals
        return {
            **vals,
            "product_uom_id": vals.get("product_uom_id") or product.uom_id.id,
            "name": vals.get("name") or product.display_name,
        }

    def _get_changed(self, vals):
        """Return those of these lines that some values really change."""
        names = CONTENT.intersection(vals)
        if not names:
            return self.browse()
        return self.filtered(
            lambda line: any(line._is_other_value(name, vals[name]) for name in names)
        )

    def _is_other_value(self, name, value):
        """Tell whether a field would be another one with this value."""
        self.ensure_one()
        field = self._fields[name]
        now = field.convert_to_cache(self[name], self)
        return field.convert_to_cache(value, self) != now

    def _check_open_to_change(self):
        """Refuse to change what was approved already.

        :raise UserError: naming the request
        """
        for request in self.request_id:
            if not request.is_editable and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(request)s is “%(state)s”. Take it back to draft to change "
                        "what is asked for.",
                        request=request.name,
                        state=request._get_state_word(),
                    )
                )

    def _restart_approvals(self):
        self.request_id._restart_approval()

    def do_cancel(self):
        """Cancel lines nothing was ordered of.

        :raise UserError: when something was
        """
        for line in self:
            if line.purchase_lines.filtered(lambda each: each.state != "cancel"):
                raise UserError(
                    self.env._(
                        "%(line)s is on an order already. Remove it there first.",
                        line=line.display_name,
                    )
                )
        return super().do_cancel()
