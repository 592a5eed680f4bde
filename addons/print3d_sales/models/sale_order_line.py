from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    print3d_production_ids = fields.One2many(
        "mrp.production",
        "sale_line_id",
        string="Prints",
        groups="print3d_library.group_print3d_user",
        help="What is manufactured for this line: the pieces stock could not give.",
    )

    print3d_licence_warning = fields.Char(
        string="Licence Problem",
        compute="_compute_print3d_licence_warning",
        compute_sudo=True,
    )
    print3d_use_ids = fields.One2many(
        "print3d.licence.use",
        "line_id",
        string="Licence Terms Used",
        groups="print3d_library.group_print3d_owner",
    )

    @api.depends(
        "order_id.company_id.print3d_licence_rule",
        "order_id.order_line.product_id",
        "order_id.order_line.product_uom_id",
        "order_id.order_line.product_uom_qty",
        "order_id.partner_shipping_id.country_id",
        "order_id.print3d_licence_allowed",
        "state",
    )
    @api.depends_context("lang")
    def _compute_print3d_licence_warning(self):
        words = defaultdict(list)
        for problems in self.order_id._get_print3d_problems().values():
            for problem in problems:
                for line in problem.lines:
                    words[line].append(problem.reason)
        for line in self:
            line.print3d_licence_warning = " ".join(words[line]) or False

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "sale")._add_print3d_to_order()
        return lines

    def write(self, vals):
        more = self.browse()
        if "product_id" in vals or "product_uom_qty" in vals:
            more = self.filtered(
                lambda line: line.state == "sale"
                and (
                    "product_id" in vals
                    or vals["product_uom_qty"] > line.product_uom_qty
                )
            )
        result = super().write(vals)
        more._add_print3d_to_order()
        return result

    def _add_print3d_to_order(self):
        """Sell more in an order that is confirmed already.

        :raises UserError: a licence does not allow it
        """
        lines = self.filtered("product_id")
        if not lines:
            return
        lines.sudo().print3d_use_ids.unlink()
        lines.order_id._lock_print3d_terms()
        problems = lines.order_id._get_print3d_problems(("sale",), lines)
        blocked = [
            problem.reason
            for its in problems.values()
            for problem in its
            if problem.rule == "block"
        ]
        if blocked:
            raise UserError(
                self.env._(
                    "%(problems)s\n\nMake a quotation of its own for it, which an "
                    "owner can allow with a reason.",
                    problems="\n".join(dict.fromkeys(blocked)),
                )
            )
        lines._take_print3d_licences()

    def _get_print3d_pieces(self, company):
        """Return the prints these lines sell, by line."""
        lines = self.filtered(
            lambda line: line.product_id
            and not line.display_type
            and not line.is_downpayment
        )
        return self.env["product.product"]._get_print3d_pieces(
            [
                (
                    line,
                    line.product_id,
                    line.product_uom_id._compute_quantity(
                        line.product_uom_qty, line.product_id.uom_id, round=False
                    ),
                )
                for line in lines
            ],
            company,
        )

    def _take_print3d_licences(self):
        """Count what these lines sell against the terms that hold today."""
        lines = self.sudo().filtered("product_id")
        lines.print3d_use_ids.unlink()
        day = fields.Date.context_today(self)
        Term = self.env["print3d.licence.term"]
        uses = []
        for company, its_lines in lines.grouped("company_id").items():
            pieces = its_lines._get_print3d_pieces(company)
            templates = (
                self.env["product.product"]
                .union(*(piece.product for its in pieces.values() for piece in its))
                .product_tmpl_id
            )
            terms = Term._find_by_model(templates, company)
            for line, its_pieces in pieces.items():
                for piece in its_pieces:
                    model = piece.product.product_tmpl_id
                    term = Term._get_position(
                        model,
                        terms[model.id],
                        day,
                        line.order_id.partner_shipping_id.country_id,
                    ).term
                    if term and line.product_uom_qty:
                        uses.append(
                            {
                                "term_id": term[:1].id,
                                "line_id": line.id,
                                "product_id": piece.product.id,
                                "units_each": piece.units / line.product_uom_qty,
                                "price_share": piece.share,
                            }
                        )
        self.env["print3d.licence.use"].sudo().create(uses)
