from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    print3d_royalty_until = fields.Date(
        string="Royalties until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The bill pays royalties of invoices until this day.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            # Whatever posts, resets or cancels an invoice passes here.
            self.env["print3d.royalty"]._sync(self)
            if vals["state"] == "cancel":
                self._free_print3d_royalties()
        return result

    def button_draft(self):
        """Override of `account`: the royalties of a cancelled bill are free again."""
        for bill in self:
            if bill.print3d_royalty_until and bill.state == "cancel":
                raise UserError(
                    self.env._(
                        "The royalties of “%s” were freed when it was cancelled. Bill "
                        "them anew under Orders, Royalties.",
                        bill.display_name,
                    )
                )
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account`: a bill taken back whole frees its royalties."""
        reversed_ = super()._reverse_moves(default_values_list, cancel)
        if cancel:
            self._free_print3d_royalties()
        return reversed_

    def _free_print3d_royalties(self):
        bills = self.filtered("print3d_royalty_until")
        if bills:
            self.env["print3d.royalty"].sudo().search(
                [("bill_id", "in", bills.ids)]
            ).bill_line_id = False

    def action_print3d_statement(self):
        """Print what the bill pays for, for the designer."""
        entries = self.env["print3d.royalty"].search([("bill_id", "in", self.ids)])
        return entries.action_print_statement()

    def action_print3d_view_royalties(self):
        """Open the royalties this bill pays."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_sales.print3d_royalty_action"
        )
        action["domain"] = [("bill_id", "in", self.ids)]
        action["context"] = {"create": False}
        action.pop("path", None)
        return action

    def _get_print3d_attributions(self):
        """Return the lines that name the designers on this invoice."""
        self.ensure_one()
        if not self.is_sale_document(include_receipts=True):
            return []
        return self.invoice_line_ids.product_id._get_print3d_attributions(
            self.company_id, self.invoice_date or fields.Date.context_today(self)
        )
