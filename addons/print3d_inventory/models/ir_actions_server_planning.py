from odoo import fields, models


class IrActionsServerPlanning(models.Model):
    """What rules of the shop would do for a record, described before it is done.

    Each kind has a ``_plan_*`` that only reads and says what would be done; carrying
    out does what was planned. So a simulation and the deed cannot differ.

    A plan is a dict: ``words`` (one line), ``does`` (whether anything happens), and
    for requests ``product`` (product.product), ``quantity`` (float, in its unit) and
    ``cost`` (float, in the company's currency).
    """

    _inherit = "ir.actions.server"

    # === PLANS === #

    def _plan_print3d(self, record, asked=None):
        """Return what would be done for a record, without doing any of it.

        :param record: one record of the action's model
        :param dict asked: {number of a product: when} that were requested before, in a
            simulation; is not changed
        :return: plans, see the class
        :rtype: list[dict]
        """
        self.ensure_one()
        plans = {
            "print3d_request": self._plan_request,
            "print3d_alert": self._plan_alert,
            "print3d_reserve": self._plan_reserve,
            "print3d_notify": self._plan_notify,
            "print3d_escalate": self._plan_escalate,
        }
        plan = plans.get(self.state)
        if plan:
            return plan(record, asked or {})
        words = self.print3d_words or self.name
        if self.state in ("code", "multi", "webhook"):
            return [
                {
                    "words": self.env._(
                        "%(what)s: what it does is known only when it runs", what=words
                    ),
                    "does": None,
                }
            ]
        return [{"words": words, "does": True}]

    def _plan_request(self, record, asked):
        products = self._get_print3d_products(record)
        if not products:
            return [
                {
                    "words": self.env._(
                        "Nothing to request: %(name)s names no product",
                        name=record.display_name,
                    ),
                    "does": False,
                }
            ]
        company = self._get_print3d_company(record)
        return [
            self._plan_purchase(
                product,
                self._get_print3d_quantity(product, company, record),
                company,
                asked,
            )
            for product in products
        ]

    def _plan_purchase(self, product, quantity, company, asked):
        """Return the plan to request so much of a product."""
        name = product.display_name
        shown = self._say_amount(product, quantity)
        plan = {"does": False, "product": product, "quantity": 0.0, "cost": 0.0}
        if product.uom_id.compare(quantity, 0) <= 0:
            plan["words"] = self.env._(
                "Nothing to request of %(product)s: there is enough", product=name
            )
            return plan
        if product.id in asked:
            plan["words"] = self.env._(
                "Nothing to request of %(product)s: requested on %(date)s already",
                product=name,
                date=fields.Date.to_string(asked[product.id]),
            )
            return plan
        # What a reorder rule says is less what is on its way already.
        is_once = self.print3d_is_once and self.print3d_qty_mode != "policy"
        waiting = is_once and self._get_print3d_coming(product, company)
        if waiting:
            plan["words"] = self.env._(
                "Nothing to request of %(product)s: %(document)s brings it already",
                product=name,
                document=waiting,
            )
            return plan
        people = self._say_people()
        text = self.env._(
            "Request %(amount)s of %(product)s", amount=shown, product=name
        )
        if people:
            text += self.env._(", assigned to %(people)s", people=people)
        return {
            "words": text,
            "does": True,
            "product": product,
            "quantity": quantity,
            "cost": self._get_print3d_cost(product, quantity, company),
        }

    def _plan_alert(self, record, asked):
        return [
            {
                "words": self.env._(
                    "Raise an alert: %(text)s", text=self._get_print3d_text(record)
                ),
                "does": True,
            }
        ]

    def _plan_notify(self, record, asked):
        people = self._get_print3d_people(record)
        if not people:
            return [{"words": self.env._("Nobody is there to be told"), "does": False}]
        return [
            {
                "words": self.env._(
                    "Tell %(people)s: %(text)s",
                    people=", ".join(people.mapped("name")),
                    text=self._get_print3d_text(record),
                ),
                "does": True,
            }
        ]

    def _plan_escalate(self, record, asked):
        people = self._get_print3d_people(record)
        if not people:
            return [
                {
                    "words": self.env._("Nobody is there to escalate it to"),
                    "does": False,
                }
            ]
        return [
            {
                "words": self.env._(
                    "Escalate %(name)s to %(people)s",
                    name=record.display_name,
                    people=", ".join(people.mapped("name")),
                ),
                "does": True,
            }
        ]

    def _plan_reserve(self, record, asked):
        company = self._get_print3d_company(record)
        needs = self._filter_print3d_needs(self._get_print3d_needs(record))
        if not needs:
            return [
                {
                    "words": self.env._(
                        "Nothing to reserve for %(name)s",
                        name=record.display_name,
                    ),
                    "does": False,
                }
            ]
        plans, short = [], {}
        for need in self._fill_print3d_needs(needs):
            if need["found"]:
                plans.append(
                    {
                        "words": self.env._(
                            "Reserve %(grams)s g of %(product)s for %(name)s",
                            grams=f"{sum(need['found'].values()):g}",
                            product=need["product"].display_name,
                            name=need["document"].display_name,
                        ),
                        "does": True,
                        "need": need,
                    }
                )
            if need["missing"]:
                product = need["product"]
                short[product] = short.get(product, 0.0) + need["missing"]
        for product, grams in short.items():
            plans.append(
                {
                    "words": self.env._(
                        "%(grams)s g of %(product)s are short",
                        grams=f"{grams:g}",
                        product=product.display_name,
                    ),
                    "does": False,
                }
            )
            if self.print3d_is_short_requested:
                pack = self._get_print3d_pack(product, company)
                packs = -(-product.uom_id.round(grams) // pack)
                plans.append(self._plan_purchase(product, packs * pack, company, asked))
        return plans
