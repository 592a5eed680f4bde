from odoo import fields, models

# States of runs whose pieces are there, or will be.
BEGUN = ("printing", "paused", "done")


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    # Core leaves it without an index; orders read their productions through it.
    sale_line_id = fields.Many2one(index="btree_not_null")

    def _get_fill_customer(self):
        """Plates may be kept to the orders of one customer."""
        order = self.sudo().sale_line_id.order_id
        return order.partner_id.commercial_partner_id.id or super()._get_fill_customer()

    def _get_fill_order(self):
        """What is sold in one order may share a plate in any case."""
        order = self.sudo().sale_line_id.order_id
        return (order._name, order.id) if order else super()._get_fill_order()

    def _get_waiting_moves(self):
        """Add the delivery of the order, which may take them from the stock."""
        line = self.sudo().sale_line_id
        return super()._get_waiting_moves() | line.move_ids.filtered(
            lambda move: move.product_id == self.product_id and not move.production_id
        )

    def _get_begun_pieces(self):
        """Return the pieces that cannot be taken back: they print, or are printed."""
        self.ensure_one()
        if any(
            workorder.state in ("progress", "done")
            for workorder in self.workorder_ids
            if not workorder.plate_id
        ):
            # Somebody works on its pieces by hand.
            return self._get_pieces()
        lines = self.run_line_ids.filtered(lambda line: line.run_id.state in BEGUN)
        begun = [
            sum(
                line.good_qty if line.run_id.state == "done" else line.quantity
                for line in its_lines
            )
            for its_lines in lines.grouped("workorder_id").values()
        ]
        # Parts of another plate make no piece where this one is not printed again.
        complete = [
            self._count_pieces(its_lines, waived=False)
            for its_lines in self.run_line_ids.grouped("workorder_id").values()
            if any(line.run_id.is_waived for line in its_lines)
        ]
        return min(max(begun, default=0.0), self._get_pieces(), *complete)

    def _print_less(self, pieces):
        """Make fewer pieces, or none at all.

        :param float pieces: in the unit of the product
        """
        self.ensure_one()
        if self.product_id.uom_id.is_zero(pieces):
            self.action_cancel()
            return
        wizard = self.env["change.production.qty"].create(
            {
                "mo_id": self.id,
                "product_qty": self.product_id.uom_id._compute_quantity(
                    pieces, self.product_uom_id
                ),
            }
        )
        wizard.change_prod_qty()
        self._close_if_printed()
