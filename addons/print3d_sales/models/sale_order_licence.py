from collections import defaultdict
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

OWNER = "print3d_library.group_print3d_owner"


class Problem(NamedTuple):
    """Why a model of an order may not be sold."""

    key: str
    reason: str
    # How many units of it are sold.
    units: float
    # What happens then: warn or block.
    rule: str
    lines: models.BaseModel


class SaleOrder(models.Model):
    """Sales outside a licence are seen before they happen."""

    _inherit = "sale.order"

    print3d_licence_rule = fields.Selection(
        [("warn", "Warn"), ("block", "Refuse")],
        string="Licence",
        compute="_compute_print3d_licence",
        compute_sudo=True,
        help="Whether something on the quotation may not be sold.",
    )
    print3d_licence_warning = fields.Text(
        string="Licence Problems",
        compute="_compute_print3d_licence",
        compute_sudo=True,
    )
    print3d_licence_allowed = fields.Json(
        string="Allowed Sales",
        copy=False,
        groups=OWNER,
        help="Units an owner allowed, by problem.",
    )
    print3d_licence_reason = fields.Char(
        string="Allowed Because",
        copy=False,
        readonly=True,
        groups=OWNER,
        help="Why an owner allowed the sale although the licence does not.",
    )

    print3d_licence_activity_id = fields.Many2one(
        "mail.activity",
        string="Owner Asked",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=OWNER,
        help="The note to an owner to allow the order.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "company_id.print3d_licence_rule",
        "order_line.product_id",
        "order_line.product_uom_id",
        "order_line.product_uom_qty",
        "partner_shipping_id.country_id",
        "print3d_licence_allowed",
        "state",
    )
    @api.depends_context("lang")
    def _compute_print3d_licence(self):
        found = self._get_print3d_problems()
        for order in self:
            problems = found[order]
            rules = {problem.rule for problem in problems}
            order.print3d_licence_rule = (
                "block" if "block" in rules else "warn" if rules else False
            )
            order.print3d_licence_warning = (
                "\n".join(dict.fromkeys(problem.reason for problem in problems))
                or False
            )

    # === ACTION METHODS === #

    def action_print3d_allow_sale(self):
        """Ask an owner why the order is to be sold although the licence says no."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Allow this sale"),
            "res_model": "print3d.licence.override",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_print3d_ask_owner(self):
        """Ask an owner to allow the order, once, and say who was asked."""
        self.ensure_one()
        self.check_access("write")
        if self.print3d_licence_rule != "block":
            return False
        owner = self._ask_print3d_owner()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%s was asked to allow this sale.", owner.sudo().name
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    def _get_print3d_problems(self, states=("draft", "sent"), lines=None):
        """Return what speaks against selling what is on these orders.

        :param states: orders in other states have none
        :param lines: look at these lines only
        :rtype: dict[sale.order, list[Problem]]
        """
        found = defaultdict(list)
        asked = self.sudo().filtered(lambda order: order.state in states)
        for company, orders in asked.grouped("company_id").items():
            company = company or self.env.company
            pieces = orders.order_line._get_print3d_pieces(company)
            templates = (
                self.env["product.product"]
                .union(*(piece.product for its in pieces.values() for piece in its))
                .product_tmpl_id
            )
            terms = self.env["print3d.licence.term"]._find_by_model(templates, company)
            day = fields.Date.context_today(self)
            for order in orders:
                wanted = [
                    (line, piece)
                    for line in order.order_line
                    if lines is None or line in lines
                    for piece in pieces.get(line, ())
                ]
                found[order] = self._find_print3d_problems(
                    wanted,
                    terms,
                    company,
                    day,
                    country=order.partner_shipping_id.country_id,
                    allowed=order.print3d_licence_allowed,
                )
        return found

    @api.model
    def _find_print3d_problems(
        self, wanted, terms, company, day, country=None, allowed=None
    ):
        """Return what speaks against selling pieces together.

        :param wanted: (order line, Piece)
        :param terms: terms by model id
        :param allowed: units an owner allowed, by problem
        :rtype: list[Problem]
        """
        Term = self.env["print3d.licence.term"]
        by_model, by_term = defaultdict(list), defaultdict(list)
        for line, piece in wanted:
            by_model[piece.product.product_tmpl_id].append((line, piece.units))
        problems = []

        def add(key, reason, term, sold):
            lines, units = zip(*sold, strict=True)
            units = sum(units)
            if units <= (allowed or {}).get(key, 0.0):
                return
            rule = term.outside or company.print3d_licence_rule
            lines = self.env["sale.order.line"].concat(*filter(None, lines))
            problems.append(Problem(key, reason, units, rule, lines))

        for model, sold in by_model.items():
            position = Term._get_position(
                model, terms.get(model.id, Term.browse()), day, country
            )
            if position.problem:
                key = f"{position.problem}:{model.id}:{position.term.id}"
                add(key, position.reason, position.term[:1], sold)
            elif position.term.max_units:
                by_term[position.term] += sold
        for term, sold in by_term.items():
            reason = term._get_units_problem(sum(units for _line, units in sold))
            if reason:
                add(f"units:{term.id}", reason, term, sold)
        return problems

    @api.model
    def _is_print3d_blocked(self, pieces, company, day, country=None):
        """Whether these pieces alone may not be sold."""
        if not pieces:
            return False
        Term = self.env["print3d.licence.term"]
        templates = (
            self.env["product.product"]
            .union(*(piece.product for piece in pieces))
            .product_tmpl_id.sudo()
        )
        problems = self._find_print3d_problems(
            [(None, piece) for piece in pieces],
            Term._find_by_model(templates, company),
            company.sudo(),
            day,
            country,
        )
        return any(problem.rule == "block" for problem in problems)

    def _confirmation_error_message(self):
        """Override of `sale` to refuse what a licence does not allow."""
        message = super()._confirmation_error_message()
        if message:
            return message
        self._lock_print3d_terms()
        blocked = [
            problem.reason
            for problem in self._get_print3d_problems()[self]
            if problem.rule == "block"
        ]
        if not blocked:
            return False
        return self.env._(
            "%(problems)s\n\nTake it off the quotation, or ask an owner to allow this "
            "sale with a reason.",
            problems="\n".join(dict.fromkeys(blocked)),
        )

    def _lock_print3d_terms(self):
        """Wait for orders that are confirmed at the same moment."""
        for company, orders in self.sudo().grouped("company_id").items():
            pieces = orders.order_line._get_print3d_pieces(company)
            templates = (
                self.env["product.product"]
                .union(*(piece.product for its in pieces.values() for piece in its))
                .product_tmpl_id
            )
            found = self.env["print3d.licence.term"]._find_by_model(templates, company)
            self.env["print3d.licence.term"].union(
                *found.values()
            )._lock_print3d_units()

    def _action_confirm(self):
        """Override of `sale` to count the units that are now sold."""
        result = super()._action_confirm()
        self.order_line._take_print3d_licences()
        return result

    def _validate_order(self):
        """Override of `sale`: what a customer signs outside a licence waits.

        The customer can do nothing about the licence, so that nobody is refused here.
        """
        held = self._hold_print3d_orders()
        if self - held:
            return super(SaleOrder, self - held)._validate_order()
        return None

    def _hold_print3d_orders(self):
        """Leave orders outside a licence unconfirmed and tell an owner, once.

        :return: the orders that wait
        """
        problems = self._get_print3d_problems()
        held = self.filtered(
            lambda order: any(p.rule == "block" for p in problems[order])
        )
        for order in held:
            if order.sudo().print3d_licence_activity_id.active:
                continue
            order._ask_print3d_owner()
            order.sudo().message_post(
                body=self.env._(
                    "The customer accepted the order. It waits for an owner, because "
                    "the licence does not cover it: %s",
                    order.print3d_licence_warning,
                )
            )
        return held

    def _ask_print3d_owner(self):
        """Leave an owner a note to allow this order or cancel it, unless one is there.

        :return: the owner (res.users)
        """
        self.ensure_one()
        # A customer who signs, or somebody who may not write activities for others.
        order = self.sudo()
        if not order.print3d_licence_activity_id.active:
            owner = order._get_print3d_owner()
            words = order.with_context(lang=owner.lang)
            order.print3d_licence_activity_id = order.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=words.env._(
                    "Allow or cancel: the licence does not cover this order"
                ),
                note=Markup("<br/>").join(
                    (words.print3d_licence_warning or "").splitlines()
                ),
                user_id=owner.id,
            )
        return order.print3d_licence_activity_id.user_id

    def _get_print3d_owner(self):
        """Return who decides about these orders: an owner of the company."""
        self.ensure_one()
        owners = (
            self.env.ref(OWNER)
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active
                and not user.share
                and self.company_id in user.company_ids
            )
        )
        if self.user_id in owners:
            return self.user_id
        people = owners - self.env.ref("base.user_root")
        return people.sorted("id")[:1] or self.env.user

    def _get_print3d_attributions(self):
        """Return the lines that name the designers on the papers of this order."""
        self.ensure_one()
        return self.order_line.product_id._get_print3d_attributions(
            self.company_id, fields.Date.to_date(self.date_order) or fields.Date.today()
        )

    # === THE SHOP ON THE WEBSITE === #

    def _verify_updated_quantity(
        self, order_line, product_id, new_qty, uom_id, **kwargs
    ):
        """Override of `website_sale`: the cart takes nothing a licence refuses."""
        product = self.env["product.product"].browse(product_id)
        uom = self.env["uom.uom"].browse(uom_id) or product.uom_id
        others = self.order_line.filtered(
            lambda line: line.product_id == product and line != order_line
        )
        units = uom._compute_quantity(new_qty, product.uom_id) + sum(
            line.product_uom_id._compute_quantity(line.product_uom_qty, product.uom_id)
            for line in others
        )
        company = self.company_id or self.env.company
        pieces = product._get_print3d_pieces([(0, product, units)], company)[0]
        if self._is_print3d_blocked(
            pieces,
            company,
            fields.Date.context_today(self),
            self.partner_shipping_id.country_id,
        ):
            had = order_line.product_uom_qty if order_line else 0.0
            return min(had, new_qty), self.env._(
                "%(product)s cannot be bought in this quantity: the licence of its "
                "designer does not allow it. Please contact us.",
                product=product.name,
            )
        return super()._verify_updated_quantity(
            order_line, product_id, new_qty, uom_id, **kwargs
        )

    def _check_cart_is_ready_to_be_paid(self):
        """Override of `website_sale`: nobody pays for what cannot be sold."""
        blocked = [
            line.product_id.name
            for problem in self._get_print3d_problems()[self]
            if problem.rule == "block"
            for line in problem.lines
        ]
        if blocked:
            raise ValidationError(
                self.env._(
                    "%s cannot be sold in this quantity or to this country: the "
                    "licence of the designer does not allow it. Please take it out of "
                    "the cart or contact us.",
                    ", ".join(dict.fromkeys(blocked)),
                )
            )
        return super()._check_cart_is_ready_to_be_paid()
