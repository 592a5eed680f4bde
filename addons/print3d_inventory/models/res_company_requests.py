from odoo import api, fields, models
from odoo.exceptions import ValidationError

GROUP = "print3d_inventory.group_print3d_approver"
SETTINGS = frozenset(
    {
        "print3d_request_approval",
        "print3d_request_auto_below",
        "print3d_request_two_above",
        "print3d_request_equipment_ids",
    }
)


class ResCompany(models.Model):
    """How requests are approved and closed; tier definitions follow these settings."""

    _inherit = "res.company"

    print3d_request_approval = fields.Boolean(
        string="Requests Need Approval", default=True
    )
    print3d_request_auto_below = fields.Monetary(
        string="Approved by Itself under", default=100
    )
    print3d_request_two_above = fields.Monetary(
        string="Two People above", default=1000, help="0: one is always enough."
    )
    print3d_request_equipment_ids = fields.Many2many(
        "res.users",
        "print3d_request_equipment_approver_rel",
        "company_id",
        "user_id",
        string="Who Decides about Equipment",
        help="One of them, whatever it costs. Nobody named: as everything else.",
    )
    print3d_request_decide_hours = fields.Integer(
        string="Decide within (hours)", default=24
    )
    print3d_request_autoclose = fields.Boolean(
        string="Close Requests by Themselves", default=True
    )
    print3d_request_close_days = fields.Integer(
        string="Days after All Is Stocked", default=7
    )

    @api.constrains(
        "print3d_request_auto_below",
        "print3d_request_two_above",
        "print3d_request_decide_hours",
        "print3d_request_close_days",
    )
    def _check_print3d_requests(self):
        for company in self:
            numbers = (
                company.print3d_request_auto_below,
                company.print3d_request_two_above,
                company.print3d_request_decide_hours,
                company.print3d_request_close_days,
            )
            if min(numbers) < 0:
                raise ValidationError(
                    self.env._("Amounts, hours and days are not less than zero.")
                )
            two = company.print3d_request_two_above
            if two and two < company.print3d_request_auto_below:
                raise ValidationError(
                    self.env._(
                        "Two people approve what costs more than what is approved by "
                        "itself. Raise the amount for two people."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._keep_request_tiers()
        return companies

    def write(self, vals):
        res = super().write(vals)
        if not SETTINGS.isdisjoint(vals):
            self._keep_request_tiers()
        return res

    @api.model
    def _init_request_tiers(self):
        """Make the tier definitions of the companies that are there already."""
        self.search([("id", "!=", False)])._keep_request_tiers()

    def _keep_request_tiers(self):
        """Make the tier definitions say what the settings say.

        Those of a rule that does not apply are archived, so that who decided by them
        stays known.
        """
        Definition = self.env["tier.definition"].sudo().with_context(active_test=False)
        kept = Definition.search(
            [("company_id", "in", self.ids), ("print3d_rule", "!=", False)]
        ).grouped(lambda tier: (tier.company_id, tier.print3d_rule))
        model = self.env["ir.model"]._get("purchase.request")
        missing = []
        for company in self.sudo():
            for rule, vals in company._prepare_request_tiers().items():
                tier = kept.get((company, rule))
                if tier:
                    tier.write(vals)
                elif vals["active"]:
                    missing.append(
                        {
                            **vals,
                            "print3d_rule": rule,
                            "company_id": company.id,
                            "model_id": model.id,
                        }
                    )
        Definition.create(missing)

    def _prepare_request_tiers(self):
        """Return the values of the tier definitions of this company, by rule."""
        self.ensure_one()
        named = self.print3d_request_equipment_ids
        amount = ["|", ("is_amount_known", "=", False)]
        amount.append(("amount", ">=", self.print3d_request_auto_below))
        if named:
            amount = ["&", ("print3d_type", "!=", "equipment"), *amount]
        group = self.env.ref(GROUP)
        field = self.env["ir.model.fields"]._get(
            "purchase.request", "named_approver_ids"
        )
        on = self.print3d_request_approval
        by_group = {"review_type": "group", "reviewer_group_id": group.id}
        return {
            "first": {
                **by_group,
                "name": self.env._("Request: one person"),
                "active": on,
                "sequence": 30,
                "definition_domain": repr(amount),
                "exclude_requester": True,
            },
            "second": {
                **by_group,
                "name": self.env._("Request: a second person"),
                "active": on and bool(self.print3d_request_two_above),
                "sequence": 20,
                "definition_domain": repr(
                    [("amount", ">", self.print3d_request_two_above)]
                ),
                "exclude_requester": True,
            },
            "equipment": {
                "name": self.env._("Request: named approver for equipment"),
                "review_type": "field",
                "reviewer_field_id": field.id,
                "active": on and bool(named),
                "sequence": 40,
                "definition_domain": repr([("print3d_type", "=", "equipment")]),
                "exclude_requester": True,
            },
        }
