from collections import defaultdict

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL

# The first half of the advisory lock of a list; the second is the company.
LOCK = 0x53484F50
# A request somebody waits for, of which nothing may be ordered yet.
ASKED = ("to_approve", "on_hold")
# A request whose lines may be ordered.
GRANTED = ("approved", "in_progress", "partially_received", "backordered")


class Print3dShoppingLine(models.Model):
    """How the list follows what is needed, and keeps what people decided."""

    _inherit = "print3d.shopping.line"

    @api.model
    def _refresh(self, company=None, wait=False):
        """Bring the list of a company up to date.

        Vendors, packs and what was put off stay as people left them as long as the
        need lasts.

        :param bool wait: begin again later when somebody else is at it, rather than
            leave it to them
        :return: whether it was done here
        :raise ConcurrencyError: to be tried again
        """
        company = company or self.env.company
        lines = self.sudo().with_company(company).with_context(active_test=True)
        if not lines._take_lock(company):
            if wait:
                raise ConcurrencyError("Somebody else brings the list up to date")
            return False
        lines._drop_deleted_orders(company)
        known = lines.search(
            [("company_id", "=", company.id), ("state", "!=", "ordered")]
        )
        known._wake(fields.Date.context_today(lines))
        wanted = lines._get_wanted_requests(company)
        wanted.update(lines._get_wanted_rules(company, wanted, known))
        known -= known._drop_unwanted(wanted)
        known |= lines._add_wanted(company, wanted, known)
        known._price()
        return True

    @api.model
    def _take_lock(self, company):
        """Let nobody else refresh the list of a company until this is committed."""
        [(taken,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, company.id)
        )
        return taken

    @api.model
    def _cron_refresh(self):
        """Bring the lists of all companies that keep a stock up to date."""
        companies = (
            self.env["stock.warehouse"].search([("active", "=", True)]).company_id
        )
        for done, company in enumerate(companies, start=1):
            self._refresh(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done)

    # === WHAT IS WANTED === #

    @api.model
    def _get_wanted_requests(self, company):
        """Return the needs of approved requests, by requested line.

        :rtype: dict
        """
        wanted = {}
        domain = self._get_request_domain(company, GRANTED)
        for line in self.env["purchase.request.line"].search(domain, order="id"):
            qty = line.qty_to_order
            if line.product_id.uom_id.compare(qty, 0) <= 0:
                continue
            wanted[line] = {
                "qty": qty,
                "needed_on": line.request_id.needed_by,
                "user_id": line.requested_by.id,
                "reason": {
                    "request": line.request_id.name,
                    "by": line.requested_by.name,
                },
            }
        return wanted

    @api.model
    def _get_request_domain(self, company, states):
        return Domain(
            [
                ("company_id", "=", company.id),
                ("request_id.state", "in", states),
                ("cancelled", "=", False),
                ("product_id.active", "=", True),
                ("product_id.type", "!=", "service"),
            ]
        )

    @api.model
    def _get_wanted_rules(self, company, requests, known):
        """Return what reorder rules want beyond what people asked for already.

        :param dict requests: the needs of approved requests
        :param known: the lines on the list
        """
        rules = self.env["stock.warehouse.orderpoint"].search(
            [("company_id", "=", company.id)], order="id"
        )
        needs = rules._get_shopping_needs()
        products = {rule.product_id for rule in needs}
        asked = self._get_asked(company, products, requests, known)
        wanted = {}
        for rule, need in needs.items():
            names = asked.get(rule.product_id, [])
            taken = self._take_asked(names, rule, need["qty"])
            qty = need["qty"] - sum(qty for qty, _name in taken)
            if rule.product_uom.compare(qty, 0) <= 0:
                continue
            reason = {name: value for name, value in need.items() if name != "qty"}
            reason["asked"] = [list(pair) for pair in taken]
            wanted[rule] = {
                "qty": qty,
                "needed_on": rule._get_shopping_date(),
                "reason": reason,
            }
        return wanted

    @api.model
    def _get_asked(self, company, products, requests, known):
        """Return what people asked for of some products: ``[qty, name, warehouse]``.

        Requests made for a rule are left out: the engine counts these itself. So is
        what somebody added on top of what the rule wanted already.
        """
        asked = defaultdict(list)
        product_ids = [product.id for product in products]
        waiting = self.env["purchase.request.line"].search(
            self._get_request_domain(company, ASKED)
            & Domain("product_id", "in", product_ids),
            order="id",
        )
        granted = [line for line in requests if line.product_id in products]
        for line in [*granted, *waiting]:
            if not line.orderpoint_id:
                asked[line.product_id].append(
                    [
                        line.qty_to_order,
                        line.request_id.name,
                        line.request_id.picking_type_id.warehouse_id,
                    ]
                )
        for line in known:
            if line.origin != "manual" or line.is_on_top:
                continue
            if line.product_id in products:
                asked[line.product_id].append(
                    [line.qty_needed, "", self.env["stock.warehouse"]]
                )
        return asked

    @api.model
    def _take_asked(self, asked, rule, qty):
        """Take off ``asked`` what serves a need; return it as ``(qty, name)``."""
        taken = []
        for entry in asked:
            left, name, warehouse = entry
            if warehouse and warehouse != rule.warehouse_id:
                continue
            part = min(left, qty)
            if rule.product_uom.compare(part, 0) > 0:
                entry[0] -= part
                qty -= part
                taken.append((part, name))
        return taken

    # === KEEPING THE LINES === #

    @api.model
    def _drop_deleted_orders(self, company):
        """Forget what was put into an RFQ that somebody cancelled or deleted since.

        What a rule or a request still wants is noted anew. What somebody wrote down
        is nowhere else, so it comes back.
        """
        gone = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "ordered"),
                "|",
                ("purchase_line_id", "=", False),
                ("order_id.state", "=", "cancel"),
            ]
        )
        by_hand = gone.filtered(lambda line: line.origin == "manual")
        if by_hand:
            by_hand._reopen()
        (gone - by_hand).unlink()

    def _wake(self, today):
        """Bring back what was put off until now."""
        due = self.filtered(
            lambda line: (
                line.state == "dismissed"
                and line.dismissed_until
                and line.dismissed_until <= today
            )
        )
        if due:
            due.write(
                {"state": "todo", "dismissed_until": False, "dismissed_by_id": False}
            )

    def _drop_unwanted(self, wanted):
        """Delete lines whose need is gone, bring the others up to date.

        :return: the ids of those deleted, as records that are no more
        """
        gone = self.browse()
        for line in self:
            if line.origin == "manual":
                if not line.product_id.active:
                    gone |= line
                continue
            need = wanted.get(line.orderpoint_id or line.request_line_id)
            if need is None:
                gone |= line
                continue
            line._write_changed(self._prepare_need_vals(need))
        gone.unlink()
        return gone

    @api.model
    def _add_wanted(self, company, wanted, known):
        """Make the lines of new needs.

        :raise ConcurrencyError: when somebody made one of them this very moment
        """
        there = {line.orderpoint_id or line.request_line_id for line in known}
        vals_list = []
        for source, need in wanted.items():
            if source in there:
                continue
            is_rule = source._name == "stock.warehouse.orderpoint"
            vals_list.append(
                {
                    **self._prepare_need_vals(need),
                    "company_id": company.id,
                    "product_id": source.product_id.id,
                    "origin": "orderpoint" if is_rule else "request",
                    "orderpoint_id": source.id if is_rule else False,
                    "request_line_id": False if is_rule else source.id,
                    "user_id": need.get("user_id"),
                }
            )
        if not vals_list:
            return self.browse()
        return self._create_once(vals_list)

    @api.model
    def _create_once(self, vals_list):
        """Create lines; begin again when one of them is there meanwhile.

        :raise ConcurrencyError: for the transaction to be tried again
        """
        try:
            with self.env.cr.savepoint():
                lines = self.create(vals_list)
                lines.flush_recordset()
        except UniqueViolation as error:
            raise ConcurrencyError("Somebody else added it this moment") from error
        return lines

    @api.model
    def _prepare_need_vals(self, need):
        reason = dict(need["reason"])
        return {
            "qty_needed": need["qty"],
            "needed_on": need["needed_on"],
            "was_qty_manual": reason.pop("is_manual", False),
            "reason": reason,
        }

    def _write_changed(self, vals):
        """Write only what differs: a list that is looked at changes nothing."""
        self.ensure_one()
        changed = {}
        for name, value in vals.items():
            field = self._fields[name]
            old = self[name]
            if field.type == "many2one":
                old = old.id
            elif field.type in ("float", "monetary"):
                if abs((old or 0.0) - (value or 0.0)) < 1e-9:
                    continue
            elif field.type == "date":
                value = fields.Date.to_date(value) or False
            if (old or False) != (value or False):
                changed[name] = value
        if changed:
            self.write(changed)
