from collections import defaultdict

from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Where the pieces of an order come from: off the shelf, or off a printer."""

    _inherit = "sale.order.line"

    print3d_stock_qty = fields.Float(
        "From Stock",
        compute="_compute_print3d_source",
        compute_sudo=True,
        digits="Product Unit",
        help="Pieces that are not printed for this order.",
    )
    print3d_print_qty = fields.Float(
        "Printed for It",
        compute="_compute_print3d_source",
        compute_sudo=True,
        digits="Product Unit",
        help="Pieces that are printed for this order, or will be.",
    )
    print3d_source = fields.Char(
        "Where From",
        compute="_compute_print3d_source",
        compute_sudo=True,
        help="As long as it is a quotation, by what is free now.",
    )

    @api.depends(
        "display_type",
        "order_id.warehouse_id",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "state",
        "print3d_production_ids.product_qty",
        "print3d_production_ids.state",
    )
    @api.depends_context("lang")
    def _compute_print3d_source(self):
        prints = self.filtered(
            lambda line: (
                line.product_id.is_print3d_model
                and not line.display_type
                and line.state != "cancel"
            )
        )
        others = self - prints
        others.print3d_stock_qty = others.print3d_print_qty = 0.0
        others.print3d_source = False
        sold = prints.filtered(lambda line: line.state == "sale")
        free = (prints - sold)._get_print3d_free()
        for line in sold:
            orders = line.print3d_production_ids.filtered(
                lambda order, line=line: (
                    order.state != "cancel" and order.product_id == line.product_id
                )
            )
            made = sum(
                order.product_uom_id._compute_quantity(
                    order.product_qty, line.product_uom_id
                )
                for order in orders
            )
            line._set_print3d_source(made, all(mo.state == "done" for mo in orders))
        for line in prints - sold:
            key = (line.order_id, line.product_id)
            need = line.product_uom_id._compute_quantity(
                line.product_uom_qty, line.product_id.uom_id, round=False
            )
            taken = min(need, max(free[key], 0.0))
            free[key] -= taken
            line._set_print3d_source(
                line.product_id.uom_id._compute_quantity(
                    need - taken, line.product_uom_id, round=False
                )
            )

    def _get_print3d_free(self):
        """Return the pieces that nobody has reserved, {(order, product): pieces}."""
        free = defaultdict(float)
        lines = self.filtered("order_id.company_id.print3d_stock_first")
        for warehouse, its_lines in lines.grouped(
            lambda line: line.order_id.warehouse_id
        ).items():
            products = its_lines.product_id.with_context(warehouse_id=warehouse.id)
            there = {product.id: product.free_qty for product in products}
            for line in its_lines:
                free[line.order_id, line.product_id] = there[line.product_id.id]
        return free

    def _set_print3d_source(self, made, done=False):
        """Say how many pieces are printed for this line, and how many are not.

        :param float made: pieces printed for it, in the unit of the line
        :param bool done: they are printed already
        """
        self.ensure_one()
        uom = self.product_uom_id
        made = uom.round(min(made, self.product_uom_qty))
        stock = uom.round(self.product_uom_qty - made)
        self.print3d_print_qty, self.print3d_stock_qty = made, stock
        words = []
        if stock:
            words.append(self.env._("%(count)g from stock", count=stock))
        if made and done:
            words.append(self.env._("%(count)g printed", count=made))
        elif made:
            words.append(self.env._("%(count)g to print", count=made))
        self.print3d_source = ", ".join(words) or False


class SaleOrder(models.Model):
    _inherit = "sale.order"

    print3d_source = fields.Char(
        "Pieces",
        compute="_compute_print3d_source",
        compute_sudo=True,
        help="How many come from stock, and how many are printed for this order.",
    )

    @api.depends(
        "order_line.print3d_stock_qty",
        "order_line.print3d_print_qty",
        "order_line.print3d_source",
    )
    @api.depends_context("lang")
    def _compute_print3d_source(self):
        for order in self:
            lines = order.order_line.filtered("print3d_source")
            if len(lines) == 1:
                order.print3d_source = lines.print3d_source
                continue
            stock = sum(lines.mapped("print3d_stock_qty"))
            made = sum(lines.mapped("print3d_print_qty"))
            order.print3d_source = bool(lines) and self.env._(
                "%(stock)g from stock, %(made)g printed for this order",
                stock=stock,
                made=made,
            )
