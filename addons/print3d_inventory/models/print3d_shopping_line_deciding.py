from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# Products offered to whoever writes on the list.
FOUND = 8


class Print3dShoppingLine(models.Model):
    """What people decide on the page of the shopping list."""

    _inherit = "print3d.shopping.line"

    def action_set_packs(self, packs):
        """Buy this many packs of a line, whatever is needed; 0 goes by the need."""
        self._check_may_buy()
        for line in self._get_open():
            if not line.partner_id:
                raise UserError(
                    self.env._("Choose a vendor first: packs are those of a vendor.")
                )
            line.write({"packs": packs or line.packs, "is_packs_chosen": bool(packs)})
            self._reprice(line.product_id, line.company_id)

    @api.model
    def action_set_vendors(self, choices, chosen=True):
        """Buy lines from other vendors.

        :param dict choices: ids of vendors by ids of lines
        :param bool chosen: by hand, so that looking for the cheapest leaves them there
        :return: what it was before, to go back: ``choices`` and ids that were
            ``chosen``
        :raise UserError: when a vendor does not offer it
        """
        self._check_may_buy()
        # Names in a message from a browser are always text.
        choices = {int(line_id): vendor for line_id, vendor in choices.items()}
        lines = self.browse(choices)._get_open()
        before = {
            "choices": {line.id: line.partner_id.id for line in lines},
            "chosen": lines.filtered("is_vendor_chosen").ids,
        }
        for company in lines.company_id:
            mine = lines.filtered(
                lambda line, company=company: line.company_id == company
            )
            prices = self._get_prices(mine.product_id, company)
            for line in mine:
                vendors = {price.vendor for price in prices[line.product_id]}
                if choices[line.id] not in vendors:
                    raise UserError(
                        self.env._(
                            "This vendor has no price for %(product)s any more.",
                            product=line.product_id.display_name,
                        )
                    )
                moves = line.partner_id.id != choices[line.id]
                line.write(
                    {
                        "partner_id": choices[line.id],
                        "is_vendor_chosen": chosen,
                        "is_packs_chosen": line.is_packs_chosen and not moves,
                    }
                )
            self._reprice(mine.product_id, company)
        return before

    def action_release(self):
        """Let vendor and packs be chosen by the list again."""
        self._check_may_buy()
        lines = self._get_open()
        lines.write({"is_vendor_chosen": False, "is_packs_chosen": False})
        for company in lines.company_id:
            self._reprice(
                lines.filtered(
                    lambda line, company=company: line.company_id == company
                ).product_id,
                company,
            )

    @api.model
    def _reprice(self, products, company):
        """Price all lines of some products anew, as they share packs."""
        self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("product_id", "in", products.ids),
                ("state", "!=", "ordered"),
            ]
        )._price()

    @api.model
    def action_apply_split(self):
        """Give every line to whom it is cheapest for the whole list.

        :return: the choice before, for ``action_set_vendors``
        """
        self._check_may_buy()
        split = self._get_best_split(self.env.company)
        choices = {
            line.id: move["to"] for move in split["moves"] for line in move["lines"]
        }
        return self.action_set_vendors(choices, chosen=False)

    def action_dismiss(self, days=7):
        """Put lines off for some days; they come back by themselves."""
        self._check_may_buy()
        until = fields.Date.context_today(self) + relativedelta(days=max(days, 1))
        lines = self._get_open()
        lines.write(
            {
                "state": "dismissed",
                "dismissed_until": until,
                "dismissed_by_id": self.env.uid,
            }
        )
        for company in lines.company_id:
            self._reprice(lines.product_id, company)

    def action_wake(self):
        """Bring back what was put off."""
        self._check_may_buy()
        lines = self._get_open()
        lines.write(
            {"state": "todo", "dismissed_until": False, "dismissed_by_id": False}
        )
        for company in lines.company_id:
            self._reprice(lines.product_id, company)

    @api.model
    def search_products(self, text):
        """Return products whose name or number has ``text``, to be added.

        :return: ``id``, ``name``, ``swatch``
        :rtype: list of dict
        """
        self._check_may_add()
        found = self.env["product.product"].name_search(
            text,
            [
                ("purchase_ok", "=", True),
                ("type", "=", "consu"),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            limit=FOUND,
        )
        products = self.env["product.product"].browse(key for key, _name in found)
        return [
            {
                "id": product.id,
                "name": name,
                "swatch": product._get_swatch() if product.is_filament else None,
            }
            for product, (_key, name) in zip(products, found, strict=True)
        ]

    @api.model
    def action_add_product(self, product_id, packs=1):
        """Write a product on the list by hand, or one pack more of what is there.

        :return: id of its line
        """
        self._check_may_add()
        company = self.env.company
        product = self.env["product.product"].browse(product_id).exists()
        if not product.purchase_ok:
            raise UserError(self.env._("This product is not bought. Choose another."))
        Line = self.sudo()
        packs = max(int(packs), 1)
        known = Line.search(
            [
                ("company_id", "=", company.id),
                ("product_id", "=", product.id),
                ("state", "!=", "ordered"),
            ],
            order="state desc, id",
        )
        by_hand = known.filtered(lambda line: line.origin == "manual")
        pack = self._get_usual_pack(product, company)
        if by_hand:
            by_hand.write(
                {"qty_needed": by_hand.qty_needed + packs * pack, "state": "todo"}
            )
        else:
            by_hand = Line._create_once(
                [
                    {
                        "company_id": company.id,
                        "product_id": product.id,
                        "origin": "manual",
                        "user_id": self.env.uid,
                        "qty_needed": packs * pack,
                        # Somebody who sees it there already wants more of it.
                        "is_on_top": bool(known),
                    }
                ]
            )
        self._refresh(company, wait=True)
        return by_hand.id

    @api.model
    def _get_usual_pack(self, product, company):
        """Return the quantity that one more of a product means."""
        prices = self._get_prices(product, company)[product]
        if prices:
            return prices[0].pack
        if product.is_filament:
            return product.net_weight_g
        return 1.0

    def action_remove(self):
        """Take off what was added by hand."""
        self._check_may_add()
        lines = self._get_open()
        if lines.filtered(lambda line: line.origin != "manual"):
            raise UserError(
                self.env._(
                    "Reorder rules and requests put it here. Put it off, or change the "
                    "rule or the request."
                )
            )
        companies = lines.company_id
        lines.unlink()
        for company in companies:
            self._refresh(company)
