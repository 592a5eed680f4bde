from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dRoyaltyBilling(models.TransientModel):
    _name = "print3d.royalty.billing"
    _description = "Bill Royalties"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    until = fields.Date(
        string="Invoices until",
        required=True,
        default=lambda self: self.env["print3d.royalty"]._get_last_month_end(),
    )
    designer_ids = fields.Many2many(
        "res.partner",
        string="Designers",
        domain="[('is_print3d_designer', '=', True)]",
        help="Empty: all of them.",
    )
    line_ids = fields.One2many(
        "print3d.royalty.billing.line", "wizard_id", compute="_compute_line_ids"
    )

    @api.depends("company_id", "designer_ids", "until")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "designer_id": designer.id,
                        "currency_id": currency.id,
                        "units": sum(entries.mapped("units")),
                        "amount": sum(entries.mapped("amount")),
                    }
                )
                for (_company, designer, currency), entries in wizard._get_billable()
            ]

    def _get_billable(self):
        if not self.until:
            return ()
        designers = self.designer_ids._origin or None
        found = self.env["print3d.royalty"]._get_billable(
            self.until, self.company_id, designers
        )
        return found.items()

    def action_bill(self):
        """Make the bills and open them.

        :raises UserError: nothing is to be billed
        """
        self.ensure_one()
        bills = self.env["print3d.royalty"]._bill(
            self.until, self.company_id, self.designer_ids or None
        )
        if not bills:
            raise UserError(
                self.env._(
                    "There is nothing to bill until that day: what was owed is on a "
                    "bill already, or more came back than was sold and the rest is "
                    "carried over. Choose a later day."
                )
            )
        return bills._get_records_action(name=self.env._("Royalty Bills"))


class Print3dRoyaltyBillingLine(models.TransientModel):
    """A bill that would be made; shown, never stored."""

    _name = "print3d.royalty.billing.line"
    _description = "Royalty Bill to Be Made"

    wizard_id = fields.Many2one("print3d.royalty.billing", ondelete="cascade")
    designer_id = fields.Many2one("res.partner")
    currency_id = fields.Many2one("res.currency")
    units = fields.Float(digits="Product Unit")
    amount = fields.Monetary(string="Royalty")
