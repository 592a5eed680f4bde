from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Requests that no longer bring anything.
ENDED_REQUESTS = ("done", "rejected", "stocked", "received")
ROLES = {
    "owner": "print3d_library.group_print3d_owner",
    "operator": "print3d_library.group_print3d_operator",
    "sales": "print3d_library.group_print3d_sales",
    "purchase": "purchase_request.group_purchase_request_manager",
}


class IrActionsServerRunning(models.Model):
    """What rules of the shop do: carried out, described before, and taken back.

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
        waiting = self.print3d_is_once and self._get_print3d_coming(product, company)
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

    # === RUNNERS === #

    def _run_action_print3d_request_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            self._carry_out_requests(record, self._plan_request(record, {}))

    def _run_action_print3d_alert_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            self.env["print3d.alert"].sudo()._raise_many(
                [self._prepare_print3d_alert_vals(record)]
            )
            self._tell_print3d(self._plan_alert(record, {}))

    def _run_action_print3d_reserve_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            plans = self._plan_reserve(record, {})
            for plan in plans:
                if plan.get("need"):
                    self._carry_out_reservation(plan["need"])
            self._carry_out_requests(record, plans)

    def _run_action_print3d_notify_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            people = self._get_print3d_people(record)
            self._notify_print3d(record, people, self._get_print3d_text(record))
            self._tell_print3d(self._plan_notify(record, {}))

    def _run_action_print3d_escalate_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            people = self._get_print3d_people(record)
            if people:
                self._escalate_print3d(record, people)
            self._tell_print3d(self._plan_escalate(record, {}))

    def _carry_out_requests(self, record, plans):
        """Make the requests that are planned, each once, and say so."""
        for plan in plans:
            if not plan.get("quantity"):
                self._tell_print3d([plan])
                continue
            product = plan["product"]
            # Two rules for two spools of one filament: the later one looks again.
            self.env.execute_query(
                SQL("SELECT pg_advisory_xact_lock(%s, %s)", 0x3D60, product.id)
            )
            request = self._make_print3d_request(record, product, plan["quantity"])
            self._link_print3d_request(request, record, product)
            plan = {**plan, "words": f"{plan['words']} ({request.display_name})"}
            self._tell_print3d([plan])

    def _make_print3d_request(self, record, product, quantity):
        """Return the request for it; the same one when it was made before."""
        is_alert = record._name == "print3d.alert"
        values = {}
        if self.print3d_user_id:
            values["assigned_to"] = self.print3d_user_id.id
        return (
            self.env["purchase.request"]
            .sudo()
            .with_company(self._get_print3d_company(record))
            ._print3d_create(
                lines=[{"product": product, "qty": quantity}],
                kind=self.print3d_request_type or None,
                alert=record if is_alert else None,
                reason=self._get_print3d_reason(record),
                submit=self.print3d_is_submitted,
                key=self._get_print3d_key(record, product.id),
                **values,
            )
        )

    def _carry_out_reservation(self, need):
        """Reserve what was found for a need.

        :param dict need: see :meth:`_get_print3d_needs`, with ``found``
        """
        for lot, grams in need["found"].items():
            lot._print3d_reserve(
                lot.product_id.uom_id.round(grams),
                document=need["document"],
                wanted=need["product"],
                **need.get("values", {}),
            )
        self._tell_print3d(
            [
                {
                    "words": self.env._(
                        "Reserved for %(name)s: %(spools)s",
                        name=need["document"].display_name,
                        spools=", ".join(
                            f"{lot.name} {grams:g} g"
                            for lot, grams in need["found"].items()
                        ),
                    )
                }
            ]
        )

    def _notify_print3d(self, record, people, text):
        """Tell people, each in the way he set, also by mail after the commit."""
        partners = people.sudo().partner_id
        if not partners:
            return
        thread = (
            record if hasattr(record, "message_notify") else self.env["mail.thread"]
        )
        thread.sudo().message_notify(
            partner_ids=partners.ids,
            subject=text,
            body=text,
            model=record._name,
            res_id=record.id,
            # In the queue: what is undone with the rule is not sent.
            force_send=False,
        )

    def _escalate_print3d(self, record, people):
        """Make somebody higher up look at a record."""
        record = record.sudo()
        person = people[:1]
        if record._name == "print3d.alert":
            record.action_assign(person.id)
            if record.severity != "critical":
                record.severity = "critical"
            record._journal("escalated", new=", ".join(people.mapped("name")))
        elif "user_id" in record._fields and record._fields["user_id"].store:
            record.user_id = person
        self._notify_print3d(
            record,
            people,
            self.env._("Escalated: %(text)s", text=self._get_print3d_text(record)),
        )

    def _undo_print3d(self, firing, record):
        """Take back what stands only as long as the condition holds: the alert."""
        self.ensure_one()
        if self.state != "print3d_alert":
            return
        key = self._get_print3d_alert_key(firing.res_model, firing.res_id)
        self.env["print3d.alert"].sudo()._tell(
            "clear", [{"key": key, "company_id": firing.company_id.id}]
        )

    # === WHAT A RECORD IS ABOUT === #

    def _get_print3d_targets(self, eval_context):
        """Return the records that the action is for."""
        self.ensure_one()
        eval_context = eval_context or {}
        model = self.env[self.sudo().model_name]
        records = eval_context.get("records") or eval_context.get("record") or model
        return model.browse(records.ids).sudo()

    def _get_print3d_company(self, record):
        """Return the company that something is done for."""
        company = "company_id" in record._fields and record.sudo().company_id
        return company or self.env.company

    def _get_print3d_products(self, record):
        """Hook: return the products (product.product) that a record is about."""
        self.ensure_one()
        if self.print3d_product_mode == "fixed":
            return self.print3d_product_id
        if record._name == "product.product":
            return record
        products = self.env["product.product"]
        for name in ("product_id", "lot_id", "line_ids", "order_line"):
            field = record._fields.get(name)
            if field is None or not field.relational:
                continue
            value = record.sudo()[name]
            if field.comodel_name == "product.product":
                products |= value
            elif "product_id" in value._fields:
                products |= value.product_id
            if products:
                break
        return products

    def _get_print3d_needs(self, record):
        """Hook: return what filament a record waits for.

        :rtype: list[dict]
        :return: ``product`` (product.product), ``products`` (those that will do,
            the best first, when there are others), ``grams`` (float), ``document``
            (what it is reserved for) and ``values`` of the reservation, such as
            ``tool``; less what is reserved for it already
        """
        return []

    def _filter_print3d_needs(self, needs):
        """Return those of the needs that the action is for: one material, or much."""
        self.ensure_one()
        if self.print3d_material_id:
            needs = [
                need
                for need in needs
                if need["product"].material_id == self.print3d_material_id
            ]
        if sum(need["grams"] for need in needs) < self.print3d_min_g:
            return []
        return needs

    def _fill_print3d_needs(self, needs):
        """Tell which spools would do for what is needed, opened ones first.

        :param list needs: of :meth:`_get_print3d_needs`
        :return: the needs, each with ``found`` {spool: grams} and ``missing`` (grams)
        :rtype: list[dict]
        """
        products = self.env["product.product"].union(
            *(need.get("products", need["product"]) for need in needs)
        )
        lots = self.env["stock.lot"].search(
            [
                ("product_id", "in", products.ids),
                ("is_spool", "=", True),
                ("spool_status", "in", ("sealed", "stored", "loaded", "reserved")),
            ],
            order="opened_on, id",
        )
        free = lots._get_free_grams()
        filled = []
        for need in needs:
            left, found = need["grams"], {}
            wanted = need.get("products", need["product"])
            by_product = lots.grouped("product_id")
            # Concatenated: the order is that of the products, then of the spools.
            for lot in lots.browse().concat(
                *(by_product.get(product, lots.browse()) for product in wanted)
            ):
                if left <= 0 or free[lot.id] <= 0:
                    continue
                take = min(left, free[lot.id])
                found[lot] = take
                free[lot.id] -= take
                left -= take
            filled.append({**need, "found": found, "missing": max(0.0, round(left, 2))})
        return filled

    def _link_print3d_request(self, request, record, product):
        """Hook: say on a request what waits for it."""

    # === FIGURES === #

    def _get_print3d_pack(self, product, company):
        """Return the content of the vendor's pack, in the unit of the product."""
        seller = product.with_company(company)._select_seller(quantity=None)
        if seller.product_uom_id:
            pack = seller.product_uom_id._compute_quantity(1, product.uom_id)
            return pack or 1.0
        if product.is_filament:
            return product.net_weight_g or 1000.0
        return 1.0

    def _get_print3d_quantity(self, product, company, record):
        """Hook: return how much is requested, in the unit of the product.

        :param product: product.product
        :param company: for whom (res.company)
        :param record: what the rule is about
        :rtype: float
        """
        self.ensure_one()
        if self.print3d_qty_mode == "packs":
            return self.print3d_qty * self._get_print3d_pack(product, company)
        if self.print3d_qty_mode == "policy":
            points = self.env["stock.warehouse.orderpoint"].search(
                [("product_id", "=", product.id), ("company_id", "=", company.id)]
            )
            if points:
                return sum(points.mapped("qty_to_order"))
            return self._get_print3d_pack(product, company)
        return self.print3d_qty

    def _get_print3d_cost(self, product, quantity, company):
        """Return what that much costs: the vendor's price, or else the product's."""
        product = product.with_company(company)
        seller = product._select_seller(quantity=None)
        if not seller:
            return product.standard_price * quantity
        # The discounted price is for one unit of the product, not of the vendor.
        return seller.currency_id._convert(
            seller.price_discounted * quantity, company.currency_id, company
        )

    def _get_print3d_coming(self, product, company):
        """Return the name of what brings the product already, or nothing."""
        line = (
            self.env["purchase.request.line"]
            .sudo()
            .search(
                [
                    ("product_id", "=", product.id),
                    ("company_id", "=", company.id),
                    ("cancelled", "=", False),
                    ("request_state", "not in", ENDED_REQUESTS),
                ],
                limit=1,
            )
        )
        if line:
            return line.request_id.display_name
        bought = (
            self.env["purchase.order.line"]
            .sudo()
            .search(
                [
                    ("product_id", "=", product.id),
                    ("company_id", "=", company.id),
                    ("state", "not in", ("cancel",)),
                    ("order_id.receipt_status", "!=", "full"),
                ],
                limit=10,
            )
            .filtered(lambda item: item.qty_received < item.product_qty)
        )
        return bought[:1].order_id.display_name

    # === WORDS AND KEYS === #

    def _say_amount(self, product, quantity):
        """Return a quantity with its unit."""
        return f"{quantity:g} {product.uom_id.name}"

    def _get_print3d_text(self, record):
        """Return the text with the name of the record in it."""
        self.ensure_one()
        text = self.print3d_text or self.sudo().base_automation_id.name or self.name
        # Not format(): a text may hold other braces.
        return text.replace("{name}", record.display_name or "")

    def _get_print3d_reason(self, record):
        rule = self.sudo().base_automation_id
        return self.env._(
            "%(rule)s: %(name)s", rule=rule.name or self.name, name=record.display_name
        )

    def _get_print3d_key(self, record, *parts):
        """Return what a deed of this firing is told apart by from any other."""
        self.ensure_one()
        firing = self.env.context.get("print3d_firing_id")
        moment = f"firing {firing}" if firing else str(fields.Date.context_today(self))
        words = ("automation", self.id, record._name, record.id, moment, *parts)
        return ",".join(str(word) for word in words)

    def _get_print3d_alert_key(self, model, number):
        self.ensure_one()
        return f"{model},{number}:automation_{self.id}"

    def _prepare_print3d_alert_vals(self, record):
        """Return the values of the alert about a record."""
        vals = {
            "name": self._get_print3d_text(record),
            "body": self._get_print3d_reason(record),
            "severity": self.print3d_alert_severity or "warning",
            "category": self.print3d_alert_category or "inventory",
            "user_id": self.print3d_user_id.id or None,
        }
        if hasattr(record, "_prepare_alert_vals") and "alert_ids" in record._fields:
            vals = record._prepare_alert_vals(f"automation_{self.id}", vals)
        return {
            **vals,
            "key": self._get_print3d_alert_key(record._name, record.id),
            "res_model": record._name,
            "res_id": record.id,
            "company_id": self._get_print3d_company(record).id,
        }

    def _get_print3d_people(self, record):
        """Return who is told: the person, and the role within the record's company."""
        self.ensure_one()
        people = self.print3d_user_id.sudo()
        if self.print3d_group:
            group = self.env.ref(ROLES[self.print3d_group]).sudo()
            company = self._get_print3d_company(record)
            people |= group.all_user_ids.filtered(
                lambda user: user.active
                and not user.share
                and company in user.company_ids
                and user.id != self.env.ref("base.user_root").id
            )
        return people

    def _tell_print3d(self, plans):
        """Say what was done, to whoever notes it."""
        said = self.env.context.get("print3d_said")
        if said is not None:
            said += [plan["words"] for plan in plans]

    def _check_print3d_people(self):
        """Refuse to tell or escalate to nobody.

        :raise UserError: what is missing
        """
        for action in self:
            if action.state in ("print3d_notify", "print3d_escalate") and not (
                action.print3d_user_id or action.print3d_group
            ):
                raise UserError(
                    self.env._(
                        "%(action)s: say who is to be told, a person or a role.",
                        action=action.name,
                    )
                )
