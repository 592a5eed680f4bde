from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """Ordering less of what will not be printed, and crediting what was invoiced."""

    _inherit = "sale.order.line"

    def _get_print3d_uncovered(self):
        """Return the pieces to be delivered that are neither there nor to be made.

        :return: in the unit of the product
        :rtype: float
        """
        self.ensure_one()
        moves = self.sudo().move_ids.filtered(
            lambda move: (
                move.product_id == self.product_id
                and move.state not in ("done", "cancel")
                and not move.production_id
            )
        )
        leaving = moves.filtered(lambda move: move.location_dest_id.usage == "customer")
        # A piece is reserved by one move only, of however many steps a delivery has.
        missing = sum(leaving.mapped("product_qty")) - sum(
            move.product_uom._compute_quantity(
                move.quantity, self.product_id.uom_id, round=False
            )
            for move in moves
        )
        for order in self.sudo().print3d_production_ids:
            if order.state not in ("draft", "done", "cancel"):
                missing -= order._get_pieces() - order._get_given_up_pieces()
        return max(missing, 0.0)

    def _get_print3d_overpaid(self, less):
        """Return what would be invoiced too much, if so much less were ordered.

        Invoices that are not posted come first, then the latest ones.

        :param float less: in the unit of the line
        :return: {account.move.line: quantity in the unit of this line}
        :rtype: dict
        """
        self.ensure_one()
        line = self.sudo()
        unit = line.product_uom_id
        over = min(less, line.qty_invoiced - (line.product_uom_qty - less))
        kept = line.invoice_lines.filtered(lambda its: its.move_id.state != "cancel")
        refunds = kept.filtered(lambda its: its.move_id.move_type == "out_refund")
        found = {}
        for invoiced in kept.sorted(
            lambda its: (its.move_id.state == "draft", its.move_id.id), reverse=True
        ):
            if invoiced.move_id.move_type != "out_invoice":
                continue
            free = invoiced._get_print3d_quantity(unit) - sum(
                refund._get_print3d_quantity(unit)
                for refund in refunds
                if refund.move_id.reversed_entry_id == invoiced.move_id
            )
            part = min(over, free)
            if unit.compare(part, 0.0) > 0:
                found[invoiced] = part
                over -= part
        return found

    def _credit_print3d(self, less, reasons):
        """Order less, and credit what is invoiced beyond it.

        :param dict less: {line: how much less, in its unit}
        :param dict reasons: {sale.order: why, in the language of its customer}
        :return: draft credit notes (account.move)
        :raises UserError: an order is locked
        """
        found = defaultdict(dict)
        for line, quantity in less.items():
            if line.order_id.locked:
                raise UserError(
                    self.env._(
                        "%s is locked, so that nothing of it can be changed. Unlock it "
                        "first.",
                        line.order_id.name,
                    )
                )
            line.check_access("write")
            overpaid = line._get_print3d_overpaid(quantity)
            line.write(
                {
                    "product_uom_qty": line.product_uom_id.round(
                        line.product_uom_qty - quantity
                    ),
                    # Who gets fewer than ordered does not pay more for each.
                    "price_unit": line.price_unit,
                    "discount": line.discount,
                }
            )
            for invoiced, part in overpaid.items():
                found[invoiced.move_id][line] = (invoiced, part)
        credits_ = self.env["account.move"].sudo()
        for invoice, its in found.items():
            if invoice.state == "draft":
                # Not sent yet: it asks for less.
                for line, (invoiced, part) in its.items():
                    invoiced.quantity -= line.product_uom_id._compute_quantity(
                        part, invoiced.product_uom_id, round=False
                    )
                continue
            orders = self.browse().union(*its).order_id
            credits_ |= invoice._credit_print3d(
                {line: part for line, (_invoiced, part) in its.items()},
                ", ".join(dict.fromkeys(reasons[order] for order in orders)),
            )
        return credits_


class AccountMove(models.Model):
    _inherit = "account.move"

    def _credit_print3d(self, wanted, reason):
        """Make a draft credit note of some lines of this invoice, and no others.

        :param dict wanted: {sale.order.line: quantity in its unit}
        :param str reason: goes into the reference
        :return: the draft (account.move)
        """
        self.ensure_one()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.ids)
            .create({"reason": reason, "journal_id": self.journal_id.id})
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        left = dict(wanted)
        for line in refund.invoice_line_ids:
            sold = line.sale_line_ids & self.env["sale.order.line"].union(*left)
            if line.display_type != "product" or not sold:
                line.unlink()
                continue
            line.quantity = sold.product_uom_id._compute_quantity(
                left.pop(sold), line.product_uom_id, round=False
            )
        return refund


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_print3d_quantity(self, unit):
        """Return the quantity in another unit (uom.uom)."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(self.quantity, unit, round=False)
