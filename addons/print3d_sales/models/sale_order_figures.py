from collections import defaultdict

from odoo import api, fields, models

COST_GROUP = "print3d_sales.group_print3d_cost"


class SaleOrder(models.Model):
    """Revenue against real cost; every figure is read, none is kept."""

    _inherit = "sale.order"

    print3d_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    print3d_revenue = fields.Monetary(
        "Revenue",
        compute="_compute_print3d_revenue",
        currency_field="print3d_currency_id",
        help="What the order brings, without taxes, in the company's currency.",
    )
    print3d_material_cost = fields.Monetary(
        "Material Cost",
        compute="_compute_print3d_figures",
        compute_sudo=True,
        currency_field="print3d_currency_id",
        groups=COST_GROUP,
        help="What was used for this order at the price of the very spools: the "
        "order's share of the filament in its prints, and all that its failed "
        "prints threw away.",
    )
    print3d_machine_cost = fields.Monetary(
        "Machine Cost",
        compute="_compute_print3d_figures",
        compute_sudo=True,
        currency_field="print3d_currency_id",
        groups=COST_GROUP,
        help="Hours the printers worked for this order at their rates, failed "
        "prints included.",
    )
    print3d_stock_cost = fields.Monetary(
        "Cost of Goods from Stock",
        compute="_compute_print3d_figures",
        compute_sudo=True,
        currency_field="print3d_currency_id",
        groups=COST_GROUP,
        help="Value of the delivered pieces that were not printed for this order.",
    )
    print3d_royalty_cost = fields.Monetary(
        "Royalties",
        compute="_compute_print3d_figures",
        compute_sudo=True,
        currency_field="print3d_currency_id",
        groups=COST_GROUP,
        help="What the designers get: for what is invoiced as accrued, for the rest of "
        "a confirmed order as the terms it was confirmed under say.",
    )
    print3d_margin = fields.Monetary(
        "Real Margin",
        compute="_compute_print3d_figures",
        compute_sudo=True,
        currency_field="print3d_currency_id",
        groups=COST_GROUP,
    )
    print3d_margin_percent = fields.Float(
        "Real Margin %",
        compute="_compute_print3d_figures",
        compute_sudo=True,
        groups=COST_GROUP,
        help="Margin over revenue, as a share.",
    )
    print3d_scrap_g = fields.Float(
        "Wasted Filament (g)",
        compute="_compute_print3d_figures",
        compute_sudo=True,
        digits="Product Unit",
        groups=COST_GROUP,
        help="Grams the failed prints of this order threw away.",
    )
    print3d_explanation = fields.Json(
        "Cost Explained",
        compute="_compute_print3d_explanation",
        compute_sudo=True,
        groups=COST_GROUP,
        help="The lines the costs are the sum of.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount_untaxed", "currency_rate", "state")
    def _compute_print3d_revenue(self):
        for order in self:
            amount = 0.0 if order.state == "cancel" else order.amount_untaxed
            order.print3d_revenue = amount / (order.currency_rate or 1.0)

    @api.depends("print3d_revenue")
    def _compute_print3d_figures(self):
        costs = self._get_print3d_cost_lines()
        for order in self:
            lines = costs[order.id]
            round_ = order.print3d_currency_id.round
            material = round_(sum(line["material"] for line in lines))
            machine = round_(sum(line["machine"] for line in lines))
            stock = round_(sum(line["stock"] for line in lines))
            royalty = round_(sum(line["royalty"] for line in lines))
            margin = order.print3d_revenue - material - machine - stock - royalty
            order.print3d_material_cost = material
            order.print3d_machine_cost = machine
            order.print3d_stock_cost = stock
            order.print3d_royalty_cost = royalty
            order.print3d_margin = margin
            order.print3d_margin_percent = (
                margin / order.print3d_revenue if order.print3d_revenue else 0.0
            )
            order.print3d_scrap_g = sum(line["scrap_g"] for line in lines)

    @api.depends("print3d_revenue")
    def _compute_print3d_explanation(self):
        costs = self._get_print3d_cost_lines()
        for order in self:
            order.print3d_explanation = {
                "currency_id": order.print3d_currency_id.id,
                "revenue": order.print3d_revenue,
                "material": order.print3d_material_cost,
                "machine": order.print3d_machine_cost,
                "stock": order.print3d_stock_cost,
                "royalty": order.print3d_royalty_cost,
                "margin": order.print3d_margin,
                "lines": costs[order.id],
            }

    # === BUSINESS METHODS === #

    def _get_print3d_cost_lines(self):
        """Read what these orders really cost.

        One line a run, part, stock take or designer. The order carries its share of
        what its productions used: when a plate gave more pieces than were sold, the
        surplus went to stock at its own value. What failed prints threw away is in no
        piece's value, so the order carries it all.

        :return: by order id, dictionaries of `kind` (run, part, stock, royalty), `id`,
            `name`, `state`, `grams`, `scrap_g`, `minutes`, `share`, `material`,
            `machine`, `stock` and `royalty`
        :rtype: dict[int, list[dict]]
        """
        orders = self.sudo()
        productions = (
            self.env["mrp.production"]
            .sudo()
            .search_fetch(
                [
                    ("sale_line_id.order_id", "in", self.ids),
                    ("state", "!=", "cancel"),
                ],
                ["sale_line_id", "product_id", "product_qty", "state"],
            )
        )
        shares = orders._get_print3d_shares(productions)
        lines = defaultdict(dict)
        orders._add_print3d_material(lines, productions, shares)
        orders._add_print3d_machine(lines, productions, shares)
        orders._add_print3d_stock(lines, productions)
        orders._add_print3d_royalties(lines)
        return {order.id: list(lines[order.id].values()) for order in self}

    def _get_print3d_shares(self, productions):
        """Return by production which share of it was for the order, 0 to 1."""
        produced = dict(
            self.env["stock.move"]._read_group(
                [
                    ("production_id", "in", productions.ids),
                    ("scrap_id", "=", False),
                    ("state", "=", "done"),
                    ("byproduct_id", "=", False),
                ],
                ["production_id"],
                ["quantity:sum"],
            )
        )
        shares = {}
        for production in productions:
            quantity = max(produced.get(production, 0.0), production.product_qty)
            shares[production] = production.product_qty / quantity if quantity else 1.0
        return shares

    def _get_print3d_cost_line(self, lines, order, run, product):
        """Return the line of a run, or of a part no run used, made when missing."""
        key = ("run", run.id) if run else ("part", product.id)
        return lines[order.id].setdefault(
            key,
            {
                "kind": key[0],
                "id": key[1],
                "name": run.name if run else product.display_name,
                "state": run.state if run else False,
                "grams": 0.0,
                "scrap_g": 0.0,
                "minutes": 0.0,
                "share": 1.0,
                "material": 0.0,
                "machine": 0.0,
                "stock": 0.0,
                "royalty": 0.0,
            },
        )

    def _add_print3d_material(self, lines, productions, shares):
        for wasted in (False, True):
            groups = self.env["stock.move"]._read_group(
                [
                    ("raw_material_production_id", "in", productions.ids),
                    ("state", "=", "done"),
                    ("scrap_id", "!=" if wasted else "=", False),
                ],
                ["raw_material_production_id", "run_id", "product_id"],
                ["quantity:sum", "value:sum"],
            )
            for production, run, product, quantity, value in groups:
                order = production.sale_line_id.order_id
                share = 1.0 if wasted else shares[production]
                line = self._get_print3d_cost_line(lines, order, run, product)
                line["material"] += value * share
                if not wasted:
                    line["share"] = share
                if product.is_filament:
                    line["scrap_g" if wasted else "grams"] += quantity * share

    def _add_print3d_machine(self, lines, productions, shares):
        logs = (
            self.env["mrp.workcenter.productivity"]
            .sudo()
            .search(
                [
                    ("workorder_id.production_id", "in", productions.ids),
                    ("date_end", "!=", False),
                ]
            )
        )
        for log in logs:
            production = log.workorder_id.production_id
            order = production.sale_line_id.order_id
            share = 1.0 if log._is_print_defect() else shares[production]
            line = self._get_print3d_cost_line(
                lines, order, log.run_id, production.product_id
            )
            line["minutes"] += log.duration * share
            line["machine"] += log._get_cost() * share

    def _add_print3d_stock(self, lines, productions):
        made = defaultdict(float)
        for production in productions:
            made[production.sale_line_id] += production.product_qty
        groups = self.env["stock.move"]._read_group(
            [
                ("sale_line_id.order_id", "in", self.ids),
                ("state", "=", "done"),
                ("is_out", "=", True),
            ],
            ["sale_line_id", "product_id"],
            ["quantity:sum", "value:sum"],
        )
        for sale_line, product, quantity, value in groups:
            taken = quantity - made[sale_line]
            if product.uom_id.compare(taken, 0.0) <= 0:
                continue
            key = ("stock", sale_line.id)
            lines[sale_line.order_id.id][key] = {
                "kind": "stock",
                "id": product.id,
                "name": product.display_name,
                "state": False,
                "grams": 0.0,
                "scrap_g": 0.0,
                "minutes": 0.0,
                "share": 1.0,
                "quantity": taken,
                "material": 0.0,
                "machine": 0.0,
                "stock": value * taken / quantity,
                "royalty": 0.0,
            }

    def _add_print3d_royalties(self, lines):
        owed = defaultdict(float)
        groups = self.env["print3d.royalty"]._read_group(
            [("sale_line_id.order_id", "in", self.ids)],
            ["sale_line_id", "designer_id"],
            ["company_amount:sum"],
        )
        for sale_line, designer, amount in groups:
            owed[sale_line.order_id, designer] += amount
        uses = self.env["print3d.licence.use"].search(
            [
                ("order_id", "in", self.ids),
                ("term_id.royalty_type", "!=", "none"),
                ("units", "!=", 0),
            ]
        )
        for use in uses:
            amount = use._get_royalty_to_come()
            if amount:
                owed[use.order_id, use.designer_id] += amount
        for (order, designer), amount in owed.items():
            lines[order.id]["royalty", designer.id] = {
                "kind": "royalty",
                "id": designer.id,
                "name": designer.display_name,
                "state": False,
                "grams": 0.0,
                "scrap_g": 0.0,
                "minutes": 0.0,
                "share": 1.0,
                "material": 0.0,
                "machine": 0.0,
                "stock": 0.0,
                "royalty": amount,
            }
