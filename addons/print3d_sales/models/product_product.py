from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models


class Piece(NamedTuple):
    """A print that is part of what is sold."""

    product: models.BaseModel
    # How many, in the unit of the product.
    units: float
    # Which part of the price is for it, 0 to 1.
    share: float


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _get_print3d_pieces(self, wanted, company):
        """Take what is sold apart into the models somebody designed.

        A kit is the sum of its components; its price is shared among them as their own
        sales prices are.

        :param wanted: (key, product, units in the unit of the product)
        :param company: res.company, the one that sells
        :return: pieces by key
        :rtype: dict[object, list[Piece]]
        """
        wanted = [(key, product, units) for key, product, units in wanted if product]
        products = self.browse({product.id for _key, product, _units in wanted}).sudo()
        kits = self.env["mrp.bom"].sudo()
        if products:
            kits = kits._bom_find(products, company_id=company.id, bom_type="phantom")
        pieces = defaultdict(list)
        for key, product, units in wanted:
            product = product.sudo()
            if kits and kits[product]:
                pieces[key] = self._get_print3d_kit_pieces(
                    kits[product], product, units
                )
            elif product.is_print3d_model:
                pieces[key] = [Piece(product, units, 1.0)]
        return pieces

    @api.model
    def _get_print3d_kit_pieces(self, kit, product, units):
        ordered = product.uom_id._compute_quantity(units, kit.product_uom_id)
        _kits, lines = kit.explode(product, ordered / (kit.product_qty or 1.0))
        parts = defaultdict(float)
        for line, values in lines:
            parts[line.product_id] += line.product_uom_id._compute_quantity(
                values["qty"], line.product_id.uom_id, round=False
            )
        values = {part: part.lst_price * units_ for part, units_ in parts.items()}
        whole = sum(values.values())
        if not whole:
            values, whole = parts, sum(parts.values())
        return [
            Piece(part, quantity, values[part] / whole if whole else 0.0)
            for part, quantity in parts.items()
            if part.is_print3d_model
        ]

    def _get_print3d_attributions(self, company, day):
        """Return the lines that name the designers of what is sold.

        :param company: res.company, the one that sells
        :param day: the date of the sale
        :return: "Cable Clip, Planter: Designed by Mira (CC BY 4.0)", one a wording
        :rtype: list[str]
        """
        pieces = self._get_print3d_pieces(
            [(product.id, product, 1.0) for product in self], company
        )
        products = self.browse().union(
            *(piece.product for its in pieces.values() for piece in its)
        )
        templates = products.product_tmpl_id
        names = defaultdict(list)
        found = templates._get_print3d_attributions(company, day)
        for template in templates:
            if template.id in found:
                names[found[template.id]].append(template.with_env(self.env).name)
        return [f"{', '.join(its)}: {words}" for words, its in names.items()]

    # === THE SHOP ON THE WEBSITE === #

    def _is_print3d_sellable_online(self):
        """Whether the licence lets a visitor of the shop buy one of these."""
        self.ensure_one()
        company = (
            self.env["website"].get_current_website().company_id or self.env.company
        )
        pieces = self._get_print3d_pieces([(self.id, self, 1.0)], company)[self.id]
        return not self.env["sale.order"]._is_print3d_blocked(
            pieces, company, fields.Date.context_today(self)
        )

    def _is_add_to_cart_allowed(self):
        return super()._is_add_to_cart_allowed() and self._is_print3d_sellable_online()

    def _website_show_quick_add(self):
        return super()._website_show_quick_add() and self._is_print3d_sellable_online()
