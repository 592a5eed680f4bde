from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# What the machinery notes; nobody types it.
KEPT = frozenset(
    {
        "held_state",
        "hold_reason",
        "submitted_by_id",
        "submitted_on",
        "decide_before",
        "approved_on",
        "ordered_on",
        "expected_on",
        "received_on",
        "stocked_on",
        "review_ids",
        "validation_status",
    }
)


class PurchaseRequest(models.Model):
    """Who changes what of a request, and until when."""

    _inherit = "purchase.request"

    @api.model_create_multi
    def create(self, vals_list):
        """Let requests begin at the beginning, unless the system itself makes them."""
        for vals in vals_list:
            self._check_kept(vals)
            if vals.get("state", "draft") != "draft" and not self.env.su:
                raise AccessError(
                    self.env._("A request begins as a draft. Submit it afterwards.")
                )
        return super().create(vals_list)

    def write(self, vals):
        """Change a state by a step only, whoever writes it."""
        self._check_kept(vals)
        if "state" in vals:
            vals = dict(vals)
            self._step_to(vals.pop("state"))
            if not vals:
                return True
        if not self.env.su:
            self._check_change(vals)
        return super().write(vals)

    def _put_state(self, state, **values):
        """Write a state past the doors of ``write``."""
        return super().write({"state": state, **values})

    @api.model
    def _check_kept(self, vals):
        """Refuse to have typed what only a step notes.

        :raise AccessError: when it was tried
        """
        if not self.env.su and not KEPT.isdisjoint(vals):
            raise AccessError(
                self.env._("Who submitted and approved a request is not typed in.")
            )

    def _check_change(self, vals):
        """Refuse to change whose request it is, or its company, once it is on its way.

        :raise UserError: when it is too late for it
        """
        fixed = {"requested_by", "company_id", "picking_type_id", "print3d_type"}
        if fixed.isdisjoint(vals):
            return
        for request in self:
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "%(request)s was submitted. Take it back to draft to change "
                        "what kind of request it is, or whose.",
                        request=request.name,
                    )
                )
        if "requested_by" in vals and not self._is_keeper():
            raise AccessError(
                self.env._("Only approvers ask in the name of somebody else.")
            )

    def _check_allow_write_under_validation(self, vals):
        """Let words, dates and photos be added while it waits for approval.

        What was approved is in the lines, which restart the approval when they change.
        """
        return True

    @api.depends("state")
    def _compute_is_editable(self):
        """Let the lines be changed until somebody approved them."""
        for request in self:
            state = request.held_state if request.state == "on_hold" else request.state
            request.is_editable = state in ("draft", "to_approve")

    def _lock(self):
        """Let nobody else move these requests until this is done.

        Two who do something at once would each not see what the other did. Who comes
        second starts over, as the row was changed meanwhile.
        """
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(
                SQL("UPDATE purchase_request SET id = id WHERE id = ANY(%s)", self.ids)
            )

    def _is_keeper(self):
        """Tell whether this user looks after everybody's requests."""
        return self.env.su or self.env.user.has_group(
            "purchase_request.group_purchase_request_manager"
        )
