from odoo import api, fields, models


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    print3d_rule = fields.Selection(
        [
            ("first", "One person"),
            ("second", "A second person"),
            ("equipment", "Named approver"),
        ],
        string="Kept from Settings",
        readonly=True,
        copy=False,
        help="Such a definition follows the settings of its company.",
    )

    _print3d_rule_unique = models.UniqueIndex(
        "(company_id, print3d_rule) WHERE print3d_rule IS NOT NULL",
        "There is one definition of a kind for each company.",
    )

    @api.model
    def _get_tier_validation_model_names(self):
        return [*super()._get_tier_validation_model_names(), "purchase.request"]
