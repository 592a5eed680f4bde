from collections import defaultdict

from odoo import api, fields, models

# Prices shown of each vendor, and order lines looked at to find them.
SHOWN = 3
LOOKED_AT = 80


class Print3dShoppingLine(models.Model):
    """What was paid before, vendor by vendor."""

    _inherit = "print3d.shopping.line"

    @api.model
    def _get_price_history(self, product, company):
        """Return the last prices paid for a product, the newest first, by vendor id.

        Without taxes, for one unit of the product, in the company's currency by the
        rate of the day.

        :return: lists of ``date``, ``price``, ``quantity`` (in the unit of the
            product), ``order`` (its number) and ``order_id``
        :rtype: dict
        """
        self._check_may_buy()
        lines = (
            self.env["purchase.order.line"]
            .sudo()
            .search(
                [
                    ("product_id", "=", product.id),
                    ("company_id", "=", company.id),
                    ("order_id.state", "=", "purchase"),
                    ("product_qty", ">", 0),
                ],
                order="date_approve desc, id desc",
                limit=LOOKED_AT,
            )
        )
        history = defaultdict(list)
        for line in lines:
            paid = history[line.partner_id.id]
            if len(paid) < SHOWN:
                day = fields.Date.to_date(line.order_id.date_approve or line.date_order)
                price = line.currency_id._convert(
                    line.price_unit * (1 - (line.discount or 0.0) / 100),
                    company.currency_id,
                    company,
                    day,
                    round=False,
                )
                paid.append(
                    {
                        "date": fields.Date.to_string(day),
                        "price": line.product_uom_id._compute_price(
                            price, product.uom_id
                        ),
                        "quantity": line.product_uom_qty,
                        "order": line.order_id.name,
                        "order_id": line.order_id.id,
                    }
                )
        return dict(history)
