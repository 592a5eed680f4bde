from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

# The first half of the advisory lock of a vendor's RFQs; the second is the vendor.
LOCK = 0x52465100


class Print3dShoppingLine(models.Model):
    """How lines of the list become RFQs, once."""

    _inherit = "print3d.shopping.line"

    # === RFQS === #

    def action_create_rfqs(self):
        """Put these lines into RFQs, and open them.

        :raise UserError: when one of them has no vendor
        """
        orders = self._create_rfqs()
        if not orders:
            raise UserError(
                self.env._(
                    "There is nothing left to buy of these: they are in RFQs already, "
                    "or not needed any more."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase.purchase_rfq")
        action["domain"] = [("id", "in", orders.ids)]
        action["context"] = {}
        if len(orders) == 1:
            action.update(res_id=orders.id, views=[(False, "form")], view_mode="form")
        return action

    def create_rfqs(self):
        """Put these lines into RFQs; the same as ``action_create_rfqs`` for a screen.

        :return: ``orders`` they are in by now: ``id``, ``name``, ``vendor``, ``lines``
        :rtype: dict
        """
        orders = self._create_rfqs()
        return {
            "orders": [
                {
                    "id": order.id,
                    "name": order.name,
                    "vendor": order.partner_id.display_name,
                    "lines": len(order.order_line),
                }
                for order in orders
            ]
        }

    def _create_rfqs(self):
        """Put lines into the draft RFQ of their vendor, or into a new one.

        Lines that are in an RFQ already stay there, so that a second click and a retry
        add nothing. Needs are looked at once more first: what came or was ordered
        meanwhile is not bought again.

        :return: the orders (purchase.order) these lines are in
        """
        self._check_may_buy()
        lines = self.exists()
        lines.check_access("read")
        lines = lines.sudo()
        for company in lines.company_id:
            self._refresh(company, wait=True)
        lines = lines.exists()
        lines._lock()
        done = lines.filtered(lambda line: line.state == "ordered")
        todo = lines - done
        if todo.filtered(lambda line: not line.partner_id):
            raise UserError(
                self.env._(
                    "Nobody is known to sell %(products)s. Add a vendor and a price to "
                    "it first, or leave it out.",
                    products=", ".join(
                        todo.filtered(lambda line: not line.partner_id).mapped(
                            "product_id.display_name"
                        )
                    ),
                )
            )
        for company in todo.company_id:
            mine = todo.filtered(
                lambda line, company=company: line.company_id == company
            )
            # What was put off is bought all the same when somebody ticked it.
            mine.write({"state": "todo", "dismissed_until": False})
            # What the others of a product would have left over is not there.
            mine._price()
            mine._put_into_rfqs(company)
        return (done | todo).purchase_line_id.order_id.with_env(self.env)

    def _lock(self):
        """Wait for whoever orders these lines now; begin again if they were faster."""
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM print3d_shopping_line WHERE id = ANY(%s)"
                    " ORDER BY id FOR UPDATE",
                    self.ids,
                )
            )
            self.invalidate_recordset()

    def _put_into_rfqs(self, company):
        """Make the order lines of these lines, all of one company."""
        by_order = defaultdict(self.browse)
        for line in self:
            by_order[line._get_order_key()] |= line
        for (partner, currency, picking_type), lines in by_order.items():
            self._lock_vendor(partner)
            order = lines._find_rfq(partner, currency, picking_type)
            if not order:
                order = (
                    self.env["purchase.order"]
                    .sudo(False)
                    .with_company(company)
                    .create(
                        lines._prepare_rfq_vals(
                            company, partner, currency, picking_type
                        )
                    )
                )
            lines._add_to_rfq(order)
        self._tell_engine()

    @api.model
    def _lock_vendor(self, partner):
        """Let two who order different things of one vendor use one RFQ.

        :raise ConcurrencyError: to be tried again, seeing the other's RFQ
        """
        [(taken,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, partner.id)
        )
        if not taken:
            raise ConcurrencyError("Somebody else makes an RFQ for this vendor")

    def _get_order_key(self):
        """Return vendor, currency and operation type: what an RFQ has one of."""
        self.ensure_one()
        if self.request_line_id:
            picking_type = self.request_line_id.request_id.picking_type_id
        elif self.orderpoint_id:
            rule = self.orderpoint_id.rule_ids.filtered(
                lambda rule: rule.action == "buy"
            )[:1]
            picking_type = (
                rule.picking_type_id or self.orderpoint_id.warehouse_id.in_type_id
            )
        else:
            picking_type = self.env["purchase.order"]._get_picking_type(
                self.company_id.id
            )
        return self.partner_id, self.currency_id, picking_type

    @api.model
    def _find_rfq(self, partner, currency, picking_type):
        """Return the oldest draft RFQ of a vendor that goes on.

        :rtype: purchase.order
        """
        return (
            self.env["purchase.order"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("state", "=", "draft"),
                    ("company_id", "=", picking_type.company_id.id),
                    ("currency_id", "=", currency.id),
                    ("picking_type_id", "=", picking_type.id),
                ],
                order="id",
                limit=1,
            )
        )

    @api.model
    def _prepare_rfq_vals(self, company, partner, currency, picking_type):
        """Hook: return the values of a new RFQ."""
        partner = partner.with_company(company)
        fiscal = (
            self.env["account.fiscal.position"]
            .with_company(company)
            ._get_fiscal_position(partner)
        )
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "currency_id": currency.id,
            "picking_type_id": picking_type.id,
            "user_id": partner.buyer_id.id or self.env.uid,
            "payment_term_id": partner.property_supplier_payment_term_id.id,
            "fiscal_position_id": fiscal.id,
            "origin": self.env._("Shopping list"),
            "is_print3d_shopping": True,
        }

    def _add_to_rfq(self, order):
        """Add lines to an RFQ and remember where they are.

        A line of which another one's pack leaves enough has no packs, and lies in the
        order line of that other one.
        """
        OrderLine = (
            self.env["purchase.order.line"].sudo().with_company(order.company_id)
        )
        bought = self.filtered("packs")
        order_lines = OrderLine.create(
            [line._prepare_order_line_vals(order.sudo()) for line in bought]
        )
        by_line = dict(zip(bought, order_lines, strict=True))
        by_product = {line.product_id: mine for line, mine in by_line.items()}
        now = fields.Datetime.now()
        for line in self:
            order_line = by_line.get(line) or by_product.get(line.product_id)
            if not order_line:
                continue
            line.write(
                {
                    "state": "ordered",
                    "purchase_line_id": order_line.id,
                    "ordered_on": now,
                    "ordered_by_id": self.env.uid,
                }
            )
            if line.request_line_id:
                line.request_line_id._print3d_link(order_line, line.qty_needed)

    def _prepare_order_line_vals(self, order):
        """Hook: return the values of the order line of one line."""
        self.ensure_one()
        company = self.company_id
        Line = self.env["purchase.order.line"].with_context(
            # In the vendor's own packs, rather than in what is cheapest by the unit.
            procurement_values={"force_uom": True}
        )
        vals = Line._prepare_purchase_order_line(
            self.product_id,
            self.packs,
            self.pack_uom_id,
            company,
            self.partner_id,
            order,
        )
        info = self.supplierinfo_id
        taxes = self.env["account.tax"].browse(vals["tax_ids"][0][2])
        price = self.env["account.tax"]._fix_tax_included_price_company(
            info.price, self.product_id.supplier_taxes_id, taxes, company
        )
        vals.update(
            price_unit=price,
            discount=info.discount or 0.0,
            date_planned=Line._get_date_planned(info, po=order),
        )
        rule = self.orderpoint_id or self.request_line_id.orderpoint_id
        if rule:
            # So does the engine when it orders, and so it knows what is on its way.
            vals.update(
                orderpoint_id=rule.id,
                location_final_id=rule.location_id.id,
                propagate_cancel=rule.rule_ids.filtered(
                    lambda each: each.action == "buy"
                )[:1].propagate_cancel,
            )
        return vals

    def _tell_engine(self):
        """Let the engine of replenishment see what is in progress now."""
        rules = self.orderpoint_id
        rules.action_remove_manual_qty_to_order()
        rules.invalidate_recordset(["qty_forecast", "qty_on_hand"])
        rules._compute_qty_to_order_computed()
        rules.invalidate_recordset(["qty_to_order"])
