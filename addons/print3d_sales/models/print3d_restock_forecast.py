from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

# Most pieces of a quotation a forecast looks at; a shop that has more sends fewer.
MOST_LINES = 5000


class Print3dRestockForecast(models.AbstractModel):
    """What is sold and not made yet, and what quotations may bring."""

    _inherit = "print3d.restock.forecast"

    @api.model
    def _get_planned_demand(self, products, until):
        """Add what sold pieces need before anybody makes them, and quotations."""
        rows = super()._get_planned_demand(products, until)
        pieces = self._get_sold_pieces(until)
        pieces += self._get_quoted_pieces(until)
        return rows + self._explode_pieces(pieces, products)

    # === PIECES === #

    @api.model
    def _get_sold_pieces(self, until):
        """Return pieces that go out and are neither in stock nor being made.

        :return: dicts of ``product``, ``date``, ``qty`` and the document
        :rtype: list[dict]
        """
        company = self.env.company
        moves = self.env["stock.move"].search(
            Domain("sale_line_id", "!=", False)
            & Domain("company_id", "=", company.id)
            & Domain("state", "in", ("waiting", "confirmed", "partially_available"))
            & Domain("product_id.is_print3d_model", "=", True)
            & Domain("location_id.usage", "=", "internal")
            & Domain("location_dest_id.usage", "=", "customer"),
            order="date, id",
        )
        if not moves:
            return []
        products = moves.product_id
        free = self._get_usable_stock(products, company)
        for arrival in self._get_arrivals(products, until + timedelta(days=365)):
            number = arrival["product_id"]
            free[number] = free.get(number, 0.0) + arrival["qty"]
        pieces = []
        for move in moves:
            number = move.product_id.id
            there = max(0.0, free.get(number, 0.0))
            missing = move.product_qty - there
            free[number] = there - move.product_qty + max(0.0, missing)
            if missing <= 0 or self._to_date(move.date) > until:
                continue
            order = move.sale_line_id.order_id
            pieces.append(
                {
                    "product": move.product_id,
                    "date": self._to_date(move.date),
                    "qty": missing,
                    "warehouse_id": move.location_id.warehouse_id.id,
                    "kind": "sold",
                    "label": order.display_name,
                    "res_model": "sale.order",
                    "res_id": order.id,
                }
            )
        return pieces

    @api.model
    def _get_quoted_pieces(self, until):
        """Return pieces of open quotations, each as probable as the company says."""
        company = self.env.company
        share = company.print3d_quote_percent / 100
        if not share:
            return []
        today = self.env["print3d.restock.history"]._get_today(company)
        lines = self.env["sale.order.line"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("draft", "sent")),
                ("product_id.is_print3d_model", "=", True),
                ("product_uom_qty", ">", 0),
                "|",
                ("order_id.validity_date", "=", False),
                ("order_id.validity_date", ">=", today),
            ],
            limit=MOST_LINES,
            order="id desc",
        )
        pieces = []
        for line in lines:
            order = line.order_id
            promised = order.commitment_date
            day = (
                max(today, self._to_date(promised))
                if promised
                else today + timedelta(days=line.customer_lead)
            )
            if day > until:
                continue
            pieces.append(
                {
                    "product": line.product_id,
                    "date": day,
                    "qty": share
                    * line.product_uom_id._compute_quantity(
                        line.product_uom_qty, line.product_id.uom_id, round=False
                    ),
                    "warehouse_id": order.warehouse_id.id,
                    "kind": "quote",
                    "label": self.env._(
                        "%(order)s, %(percent)s %% likely",
                        order=order.display_name,
                        percent=f"{company.print3d_quote_percent:g}",
                    ),
                    "res_model": "sale.order",
                    "res_id": order.id,
                }
            )
        return pieces

    # === WHAT THEY ARE MADE OF === #

    @api.model
    def _explode_pieces(self, pieces, products):
        """Return what pieces need of ``products``, by their bills of materials.

        What is made of something made is not followed further down.
        """
        made = self.env["product.product"].union(*(one["product"] for one in pieces))
        if not made:
            return []
        needs = self._get_needs_by_piece(made, products)
        rows = []
        for piece in pieces:
            for number, quantity in needs.get(piece["product"].id, {}).items():
                rows.append(
                    {
                        "product_id": number,
                        "date": piece["date"],
                        "qty": piece["qty"] * quantity,
                        "warehouse_id": piece["warehouse_id"],
                        "kind": piece["kind"],
                        "label": piece["label"],
                        "res_model": piece["res_model"],
                        "res_id": piece["res_id"],
                    }
                )
        return rows

    @api.model
    def _get_needs_by_piece(self, made, products):
        """Return {number of a product: {number of a component: how much of it a piece
        takes}}, with the waste of filament, in a fixed number of queries."""
        company = self.env.company
        boms = self.env["mrp.bom"].search(
            Domain("product_tmpl_id", "in", made.product_tmpl_id.ids)
            & Domain("type", "=", "normal")
            & Domain("company_id", "in", [company.id, False]),
            order="sequence, product_id, id",
        )
        wanted = set(products.ids)
        waste = self.env["print3d.waste.factor"]._get_waste(
            boms.bom_line_ids.product_id.material_id
        )
        by_variant = boms.grouped("product_id")
        by_template = boms.filtered(lambda bom: not bom.product_id).grouped(
            "product_tmpl_id"
        )
        found = {}
        for product in made:
            bom = by_variant.get(product) or by_template.get(product.product_tmpl_id)
            if not bom:
                continue
            bom = bom[0]
            size = bom.product_uom_id._compute_quantity(
                bom.product_qty, product.uom_id, round=False
            )
            needs = defaultdict(float)
            for line in bom.bom_line_ids:
                part = line.product_id
                if part.id not in wanted or not size or line._skip_bom_line(product):
                    continue
                factor = 1.0
                if part.is_filament and part.material_id in waste:
                    factor += waste[part.material_id].share
                needs[part.id] += (
                    factor
                    * line.product_uom_id._compute_quantity(
                        line.product_qty, part.uom_id, round=False
                    )
                    / size
                )
            found[product.id] = needs
        return found
