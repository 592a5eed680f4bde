from odoo import api, fields, models
from odoo.fields import Domain

# CIEDE2000: up to this, somebody may take one colour for the other; the same as the
# search for a colour.
NEAR = 12.0
SHOWN = 5


class ProductProduct(models.Model):
    """What else will do: filament of the same material whose colour comes near."""

    _inherit = "product.product"

    print3d_substitutes = fields.Json(
        string="Substitutes",
        compute="_compute_print3d_substitutes",
        groups="base.group_user",
        help="Filaments of the same material and diameter that are in stock, the "
        "nearest colour first.",
    )

    @api.depends("colour_hexes", "material_id", "diameter_mm", "is_filament")
    @api.depends_context("company")
    def _compute_print3d_substitutes(self):
        found = self._origin._get_all_substitutes()
        for product in self:
            product.print3d_substitutes = [
                {
                    "id": item["product"].id,
                    "delta_e": round(item["delta_e"], 1),
                    "chip": item["product"]._get_filament_chip(item["available"]),
                }
                for item in found.get(product._origin, ())
            ]

    def _get_substitutes(self, qty=0.0, limit=SHOWN):
        """Return what can be printed instead of this filament.

        :param float qty: grams that are wanted; less is not offered
        :param int limit: at most so many
        :return: dicts of ``product``, ``delta_e`` (CIEDE2000) and ``available`` grams
            that nobody reserved; the nearest colour first
        :rtype: list[dict]
        """
        self.ensure_one()
        return self._get_all_substitutes(qty, limit).get(self, [])

    def _get_all_substitutes(self, qty=0.0, limit=SHOWN):
        """Return the same of several filaments at once: {product: list of dicts}."""
        wanted = self.filtered(lambda product: product.is_filament)
        if not wanted:
            return {}
        company = self.env.company
        candidates = self.search(
            [
                ("is_filament", "=", True),
                ("material_id", "in", wanted.material_id.ids),
                ("company_id", "in", [company.id, False]),
                ("stock_quant_ids", "any", [("quantity", ">", 0)]),
            ]
        )
        free = candidates._get_free_grams(company)
        least = max(qty, 1e-6)
        by_sort = candidates.filtered(
            lambda product: free.get(product.id, 0.0) >= least
        ).grouped(lambda product: (product.material_id, product.diameter_mm))
        found = {}
        for product in wanted:
            sort = (product.material_id, product.diameter_mm)
            near = [
                {
                    "product": other,
                    "delta_e": product._get_colour_distance(other),
                    "available": free[other.id],
                }
                for other in by_sort.get(sort, product) - product
            ]
            found[product] = sorted(
                (item for item in near if item["delta_e"] <= NEAR),
                key=lambda item: (item["delta_e"], -item["available"]),
            )[:limit]
        return found

    def _get_free_grams(self, company):
        """Return {product id: grams that may be used and nobody reserved}."""
        stock = self.env["print3d.restock.forecast"]._get_usable_stock(self, company)
        reserved = (
            self.env["print3d.spool.reservation"]
            .sudo()
            ._read_group(
                Domain("product_id", "in", self.ids)
                & Domain("company_id", "=", company.id)
                & Domain("state", "in", ("active", "taken")),
                ["product_id"],
                ["grams:sum"],
            )
        )
        for product, grams in reserved:
            stock[product.id] = stock.get(product.id, 0.0) - grams
        return stock

    def _describe_substitutes(self, items):
        """Return substitutes in a sentence, or nothing without any.

        :param list items: what :meth:`_get_substitutes` returns
        """
        if not items:
            return ""
        return self.env._(
            "Meanwhile %(filaments)s will do.",
            filaments=self.env._(" or ").join(
                self.env._(
                    "%(filament)s (%(grams)s g, colour difference %(distance)s)",
                    filament=item["product"].display_name,
                    grams=f"{item['available']:.0f}",
                    distance=f"{item['delta_e']:.0f}",
                )
                for item in items
            ),
        )
