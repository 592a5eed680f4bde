from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    print_cost = fields.Monetary(
        related="active_slice_id.print_cost",
        currency_field="cost_currency_id",
        groups="print3d_library.group_print3d_owner",
    )
    print_cost_explained = fields.Json(
        related="active_slice_id.print_cost_explained",
        groups="print3d_library.group_print3d_owner",
    )

    def _get_print3d_success(self):
        """Return how many of the prints that ended went well, in one query."""
        counts = {}
        for product, state, count in (
            self.env["print3d.run"]
            .sudo()
            ._read_group(
                [("product_id", "in", self.ids), ("state", "in", ("done", "failed"))],
                ["product_id", "state"],
                ["__count"],
            )
        ):
            counts.setdefault(product.id, {})[state] = count
        return {
            product_id: (
                states.get("done", 0) / sum(states.values()),
                sum(states.values()),
            )
            for product_id, states in counts.items()
        }

    def _get_print3d_cards(self):
        """Let owners see what a piece costs."""
        cards = super()._get_print3d_cards()
        if not self.env.user.has_group("print3d_library.group_print3d_owner"):
            return cards
        currency = self.env.company.currency_id
        for product, card in zip(self, cards, strict=True):
            if product.active_slice_id:
                card["cost"] = {
                    "amount": product.print_cost,
                    "currency_id": currency.id,
                }
        return cards

    def _get_gram_price(self):
        """Return what a gram of this filament costs: on average, or else to buy."""
        self.ensure_one()
        if self.standard_price:
            return self.standard_price
        seller = self.seller_ids[:1]
        if not seller:
            return 0.0
        price = seller.currency_id._convert(
            seller.price,
            self.env.company.currency_id,
            self.env.company,
            fields.Date.context_today(self),
        )
        return seller.product_uom_id._compute_price(price, self.uom_id)

    def _get_print_bom(self):
        """Return the bill of materials of this variant alone, archived ones too."""
        self.ensure_one()
        bom = (
            self.env["mrp.bom"]
            .with_context(active_test=False)
            .search(
                [
                    ("product_id", "=", self.id),
                    ("type", "=", "normal"),
                    ("company_id", "in", [self.env.company.id, False]),
                ],
                order="active desc, sequence, id",
                limit=1,
            )
        )
        # Its operations and lines are read without the archived ones.
        return bom.with_env(self.env)
