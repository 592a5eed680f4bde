import logging
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_amount, format_date, formatLang

_logger = logging.getLogger(__name__)


class Print3dRoyalty(models.Model):
    """What is owed to a designer for prints on one posted invoice or credit note.

    Entries are made and taken back with the invoice and billed at the end of the month;
    nobody writes them by hand. What is billed already is never changed: when its
    invoice changes afterwards an entry of the difference follows.
    """

    _name = "print3d.royalty"
    _description = "Royalty"
    _order = "date desc, id desc"
    _check_company_auto = True

    date = fields.Date(required=True, readonly=True, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    designer_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="restrict"
    )
    term_id = fields.Many2one(
        "print3d.licence.term",
        string="Terms",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    product_tmpl_id = fields.Many2one(
        related="product_id.product_tmpl_id", string="Model", store=True, index=True
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_name = fields.Char(string="Invoice Number", readonly=True)
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    units = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="Prints invoiced; below zero when they came back.",
    )
    net = fields.Monetary(
        string="Net Price",
        readonly=True,
        help="What the customer pays for them after discounts and without taxes, in "
        "the currency of the royalty at the rate of the invoice's date.",
    )
    royalty_type = fields.Selection(
        [("unit", "Per unit"), ("percent", "Share of the net price")],
        string="Kind",
        required=True,
        readonly=True,
    )
    rate = fields.Float(readonly=True, digits=(16, 4), aggregator=None)
    minimum = fields.Monetary(
        string="At Least per Unit", readonly=True, aggregator=None
    )
    rate_words = fields.Char(string="Agreed Rate", compute="_compute_rate_words")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Royalty", readonly=True, aggregator="sum_currency")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    company_amount = fields.Monetary(
        string="Royalty in Company Currency",
        readonly=True,
        currency_field="company_currency_id",
    )
    bill_line_id = fields.Many2one(
        "account.move.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    bill_id = fields.Many2one(
        related="bill_line_id.move_id", string="Bill", store=True, index=True
    )
    state = fields.Selection(
        [("due", "Due"), ("billed", "Billed"), ("paid", "Paid")],
        compute="_compute_state",
        store=True,
        index=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("designer_id", "product_id", "move_name")
    def _compute_display_name(self):
        for entry in self:
            names = [entry.designer_id.name, entry.product_id.name, entry.move_name]
            entry.display_name = ", ".join(filter(None, names))

    @api.depends("royalty_type", "rate", "minimum", "currency_id")
    @api.depends_context("lang")
    def _compute_rate_words(self):
        for entry in self:
            if entry.royalty_type == "unit":
                amount = format_amount(self.env, entry.rate, entry.currency_id)
                entry.rate_words = self.env._("%s per unit", amount)
                continue
            digits = 0 if entry.rate == int(entry.rate) else 2
            entry.rate_words = self.env._(
                "%s %%", formatLang(self.env, entry.rate, digits=digits)
            )

    @api.depends("bill_id.payment_state", "bill_id.state")
    def _compute_state(self):
        for entry in self:
            if not entry.bill_id:
                entry.state = "due"
            elif entry.bill_id.payment_state in ("paid", "in_payment"):
                entry.state = "paid"
            else:
                entry.state = "billed"

    # === ACTION METHODS === #

    def action_open_invoice(self):
        """Open the invoice the royalty comes from."""
        self.ensure_one()
        return self.move_id._get_records_action(
            context={**self.env.context, "create": False}
        )

    def action_print_statement(self):
        """Print what these entries say, one page a designer and currency."""
        if not self:
            raise UserError(
                self.env._(
                    "There is no royalty to tell about yet. It is written down when an "
                    "invoice with a model under terms is posted."
                )
            )
        return self.env.ref("print3d_sales.print3d_royalty_report").report_action(self)

    # === WHAT IS OWED === #

    @api.model
    def _sync(self, moves):
        """Make the entries of these invoices what they have to be.

        It may be called any number of times: what was billed already is counted, what
        was not is made anew.

        :param moves: account.move
        """
        moves = moves.sudo().filtered(lambda move: move.is_sale_document(True))
        if not moves:
            return
        existing = self.sudo().search([("move_id", "in", moves.ids)])
        billed = existing.filtered("bill_line_id")
        (existing - billed).unlink()
        wanted = self._prepare_entries(
            moves.filtered(lambda move: move.state == "posted")
        )
        self._subtract(wanted, billed)
        self.sudo().create(
            [
                vals
                for vals in wanted.values()
                if vals["units"] or vals["net"] or vals["amount"]
            ]
        )

    @api.model
    def _subtract(self, wanted, billed):
        """Leave of what is wanted the difference to what was billed already."""
        today = fields.Date.context_today(self)
        for entry in billed:
            key = entry._get_key()
            vals = wanted.get(key)
            if vals is None:
                vals = wanted[key] = {
                    **entry._prepare_copy(),
                    "units": 0.0,
                    "net": 0.0,
                    "amount": 0.0,
                    "company_amount": 0.0,
                }
            vals["date"] = today
            for name in ("units", "net", "amount", "company_amount"):
                vals[name] -= entry[name]
        for vals in wanted.values():
            currency = self.env["res.currency"].browse(vals["currency_id"])
            company = self.env["res.company"].browse(vals["company_id"])
            vals["net"] = currency.round(vals["net"])
            vals["amount"] = currency.round(vals["amount"])
            vals["company_amount"] = company.currency_id.round(vals["company_amount"])

    def _get_key(self):
        self.ensure_one()
        return (
            self.move_id.id,
            self.sale_line_id.id,
            self.product_id.id,
            self.term_id.id,
            self.currency_id.id,
            self.royalty_type,
            self.rate,
            self.minimum,
        )

    def _prepare_copy(self):
        """Return what an entry of the same sale says, without its figures."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "designer_id": self.designer_id.id,
            "term_id": self.term_id.id,
            "product_id": self.product_id.id,
            "move_id": self.move_id.id,
            "move_name": self.move_name,
            "sale_line_id": self.sale_line_id.id,
            "royalty_type": self.royalty_type,
            "rate": self.rate,
            "minimum": self.minimum,
            "currency_id": self.currency_id.id,
        }

    @api.model
    def _prepare_entries(self, moves):
        """Return what these posted invoices owe, by key.

        :rtype: dict[tuple, dict]
        """
        wanted = {}
        for company, its_moves in moves.grouped("company_id").items():
            lines = its_moves.invoice_line_ids.filtered(
                lambda line: line.display_type == "product" and line.product_id
            )
            pieces = self.env["product.product"]._get_print3d_pieces(
                [
                    (
                        line,
                        line.product_id,
                        line.product_uom_id._compute_quantity(
                            line.quantity, line.product_id.uom_id, round=False
                        ),
                    )
                    for line in lines
                ],
                company,
            )
            templates = (
                self.env["product.product"]
                .union(*(piece.product for its in pieces.values() for piece in its))
                .product_tmpl_id
            )
            terms = self.env["print3d.licence.term"]._find_by_model(templates, company)
            origins = self._find_origins(its_moves)
            shares = {move: self._get_share_left(move, pieces) for move in its_moves}
            # All lines together, so that what they need is read at once.
            for line in lines:
                move = line.move_id
                for piece in pieces.get(line, ()):
                    rate = self._find_rate(move, line, piece, terms, origins)
                    if rate:
                        self._add_entry(wanted, move, line, piece, rate, shares[move])
        return wanted

    @api.model
    def _find_origins(self, moves):
        """Return the entries of the invoices that these credit notes reverse."""
        return (
            self.sudo()
            .search([("move_id", "in", moves.reversed_entry_id.ids)], order="id")
            .grouped("move_id")
        )

    @api.model
    def _get_share_left(self, move, pieces):
        """Return which part of the prices is left after discounts on the whole.

        A discount on the whole order is a line of its own below zero; it is borne by
        all other lines alike. A deducted down payment is no discount.
        """
        positive = negative = 0.0
        for line in move.invoice_line_ids:
            if line.display_type != "product" or line.is_downpayment:
                continue
            if line.price_subtotal < 0 and not pieces.get(line):
                negative -= line.price_subtotal
            else:
                positive += line.price_subtotal
        return max(1.0 - negative / positive, 0.0) if positive > 0 else 1.0

    @api.model
    def _find_rate(self, move, line, piece, terms, origins):
        """Return at which rate a print on an invoice is owed, None when nothing is.

        A credit note goes by the invoice it reverses. Otherwise the terms in force at
        the invoice's date count, and those the order was confirmed under when they have
        ended since.
        """
        origin = move.reversed_entry_id
        if origin:
            entries = origins.get(origin, self).filtered(
                lambda entry: entry.product_id == piece.product
            )
            same_line = entries.filtered(
                lambda entry: entry.sale_line_id in line.sale_line_ids
            )
            entry = (same_line or entries)[:1]
            if not entry:
                return None
            return {
                **entry._prepare_copy(),
                "day": origin.invoice_date or origin.date,
            }
        day = move.invoice_date or move.date
        model = piece.product.product_tmpl_id
        country = (
            line.sale_line_ids.order_id.partner_shipping_id
            or move.partner_shipping_id
            or move.partner_id
        )[:1].country_id
        position = self.env["print3d.licence.term"]._get_position(
            model, terms[model.id], day, country
        )
        term = position.term
        if position.problem in ("expired", "upcoming"):
            uses = line.sale_line_ids.sudo().print3d_use_ids
            term = uses.filtered(lambda use: use.product_id == piece.product).term_id
        term = term[:1]
        if not term or term.royalty_type == "none":
            return None
        return {
            "company_id": move.company_id.id,
            "designer_id": term.designer_id.id,
            "term_id": term.id,
            "royalty_type": term.royalty_type,
            "rate": term._get_rate(),
            "minimum": term.royalty_minimum if term.royalty_type == "percent" else 0.0,
            "currency_id": term.currency_id.id,
            "day": day,
        }

    @api.model
    def _add_entry(self, wanted, move, line, piece, rate, share):
        sign = -1.0 if move.move_type == "out_refund" else 1.0
        rate = dict(rate)
        day = rate.pop("day")
        currency = self.env["res.currency"].browse(rate["currency_id"])
        units = sign * piece.units
        net = move.currency_id._convert(
            sign * line.price_subtotal * share * piece.share,
            currency,
            move.company_id,
            day,
            round=False,
        )
        amount = self.env["print3d.licence.term"]._compute_royalty(
            rate["royalty_type"], rate["rate"], rate["minimum"], units, net
        )
        amount = currency.round(amount)
        sale_line = line.sale_line_ids[:1]
        key = (
            move.id,
            sale_line.id,
            piece.product.id,
            rate["term_id"],
            currency.id,
            rate["royalty_type"],
            rate["rate"],
            rate["minimum"],
        )
        vals = wanted.setdefault(
            key,
            {
                **rate,
                "date": move.invoice_date or move.date,
                "move_id": move.id,
                "move_name": move.name,
                "sale_line_id": sale_line.id,
                "product_id": piece.product.id,
                "units": 0.0,
                "net": 0.0,
                "amount": 0.0,
                "company_amount": 0.0,
            },
        )
        vals["units"] += units
        vals["net"] += net
        vals["amount"] += amount
        vals["company_amount"] += currency._convert(
            amount, move.company_id.currency_id, move.company_id, day
        )

    # === THE BILL AT MONTH'S END === #

    @api.model
    def _get_last_month_end(self):
        """Return the last day of the month before this one."""
        return fields.Date.context_today(self).replace(day=1) - relativedelta(days=1)

    @api.model
    def _get_billable(self, until, companies, designers=None):
        """Return what is to be billed: entries by company, designer and currency.

        A designer whose bill reaches that far already waits for the next one; a sum
        that is not above zero is carried over. So is one below the smallest bill of the
        company, unless the designer is asked for.

        :param until: the last day that counts
        :param companies: res.company
        :param designers: res.partner, all when None
        :rtype: dict[tuple, print3d.royalty]
        """
        domain = (
            Domain("bill_line_id", "=", False)
            & Domain("date", "<=", until)
            & Domain("company_id", "in", companies.ids)
        )
        if designers is not None:
            domain &= Domain("designer_id", "in", designers.ids)
        keys = ["company_id", "designer_id", "currency_id"]
        closed = set(
            self.sudo()._read_group(
                Domain("bill_id.print3d_royalty_until", ">=", until)
                & Domain("bill_id.state", "!=", "cancel"),
                keys,
            )
        )
        found = {}
        groups = self.sudo()._read_group(
            domain, keys, ["amount:sum", "company_amount:sum", "id:recordset"]
        )
        for company, designer, currency, total, company_total, entries in groups:
            key = (company, designer, currency)
            if key in closed or currency.compare_amounts(total, 0.0) <= 0:
                continue
            if designers is None and (
                company.currency_id.compare_amounts(
                    company_total, company.print3d_royalty_threshold
                )
                < 0
            ):
                continue
            found[key] = entries
        return found

    @api.model
    def _bill(self, until, companies, designers=None):
        """Make one draft vendor bill per company, designer and currency.

        :param until: the last day that counts
        :return: the bills
        :rtype: account.move
        """
        bills = self.env["account.move"]
        for (company, designer, currency), entries in self._get_billable(
            until, companies, designers
        ).items():
            bills += self._bill_one(until, company, designer, currency, entries)
        return bills

    @api.model
    def _bill_one(self, until, company, designer, currency, entries):
        # Two runs at once: the later one waits here, then fails on what the first has
        # written since and is tried again, when nothing is left to bill.
        self.env.cr.execute(
            SQL(
                "SELECT id FROM print3d_royalty WHERE id IN %s ORDER BY id FOR UPDATE",
                tuple(entries.ids),
            )
        )
        groups = entries.sorted("id").grouped(
            lambda entry: (
                entry.product_tmpl_id,
                entry.royalty_type,
                entry.rate,
                entry.minimum,
            )
        )
        lines = [self._prepare_bill_line(group) for group in groups.values()]
        month = format_date(self.env, until, date_format="MMMM yyyy")
        bill = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "in_invoice",
                    "company_id": company.id,
                    "partner_id": designer.id,
                    "currency_id": currency.id,
                    "invoice_date": until,
                    "date": until,
                    "ref": self.env._("Royalties, %s", month),
                    "print3d_royalty_until": until,
                    "invoice_line_ids": [Command.create(vals) for vals in lines],
                }
            )
        )
        bill_lines = bill.invoice_line_ids.sorted("id")
        for line, group in zip(bill_lines, groups.values(), strict=True):
            group.sudo().bill_line_id = line
        return bill

    @api.model
    def _prepare_bill_line(self, entries):
        """Return the line of one model at one rate; its sum is that of the entries."""
        first, currency = entries[0], entries.currency_id
        units = sum(entries.mapped("units"))
        amount = currency.round(sum(entries.mapped("amount")))
        model = first.product_tmpl_id.display_name
        quantity, price = 1.0, amount
        if first.royalty_type == "unit" and not currency.compare_amounts(
            units * first.rate, amount
        ):
            quantity, price = units, first.rate
        if first.royalty_type == "unit":
            name = self.env._(
                "%(model)s: %(units)g units at %(rate)s",
                model=model,
                units=units,
                rate=format_amount(self.env, first.rate, currency),
            )
        else:
            name = self.env._(
                "%(model)s: %(units)g units, %(rate)s of %(net)s",
                model=model,
                units=units,
                rate=first.rate_words,
                net=format_amount(self.env, sum(entries.mapped("net")), currency),
            )
        return {
            "product_id": self.env.ref("print3d_sales.product_royalty").id,
            "name": name,
            "quantity": quantity,
            "price_unit": price,
        }

    @api.model
    def _cron_bill(self):
        """Bill what was owed until the end of last month, designer by designer."""
        until = self._get_last_month_end()
        companies = self.env["res.company"].search(
            [("print3d_royalty_auto", "=", True)]
        )
        billable = self._get_billable(until, companies)
        self.env["ir.cron"]._commit_progress(remaining=len(billable))
        for (company, designer, currency), entries in billable.items():
            try:
                with self.env.cr.savepoint():
                    self._bill_one(until, company, designer, currency, entries)
            except UserError as error:
                _logger.warning(
                    "Royalties of %s in %s are not billed: %s",
                    designer.display_name,
                    company.display_name,
                    error,
                )
            self.env["ir.cron"]._commit_progress(1)

    # === THE STATEMENT === #

    def _get_statements(self):
        """Return what a designer is told: a page per designer, company and currency.

        :return: dictionaries of `designer`, `company`, `currency`, `first`, `last`
            (dates), `bills`, `lines` (dictionaries of `model`, `rate`, `units`, `net`
            and `amount`), `units`, `net` and `amount`
        :rtype: list[dict]
        """
        statements = []
        for (designer, company, currency), entries in self.grouped(
            lambda entry: (entry.designer_id, entry.company_id, entry.currency_id)
        ).items():
            lines = defaultdict(self.browse)
            for entry in entries.sorted(lambda entry: entry.product_tmpl_id.name):
                lines[entry.product_tmpl_id, entry.royalty_type, entry.rate] += entry
            statements.append(
                {
                    "designer": designer,
                    "company": company,
                    "currency": currency,
                    "first": min(entries.mapped("date")),
                    "last": max(entries.mapped("date")),
                    "bills": entries.bill_id,
                    "lines": [
                        {
                            "model": model.with_context(lang=designer.lang).name,
                            "rate": its[0].with_context(lang=designer.lang).rate_words,
                            **its._get_sums(),
                        }
                        for (model, _type, _rate), its in lines.items()
                    ],
                    **entries._get_sums(),
                }
            )
        return statements

    def _get_sums(self):
        return {name: sum(self.mapped(name)) for name in ("units", "net", "amount")}
