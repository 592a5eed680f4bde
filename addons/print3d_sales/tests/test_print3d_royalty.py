from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_licence import TODAY, LicenceCommon


@tagged("post_install", "-at_install")
class TestRoyalty(LicenceCommon):
    def assertRoyalty(self, moves, units, amount, **values):
        entries = self._get_royalties(moves)
        self.assertAlmostEqual(sum(entries.mapped("units")), units, 2)
        self.assertAlmostEqual(sum(entries.mapped("amount")), amount, 2)
        for name, value in values.items():
            self.assertEqual(entries[:1][name], value, name)

    def test_share_of_the_net_price(self):
        self._agree(royalty_type="percent", royalty_percent=8)
        tax = self.env["account.tax"].create(
            {
                "name": "Included",
                "amount": 25,
                "price_include_override": "tax_included",
            }
        )
        move = self._create_invoice(
            (self.product, 2, 125, {"tax_ids": [Command.set(tax.ids)]})
        )
        # 250 with 25 % tax in it is 200 net.
        self.assertRoyalty(move, 2, 16, net=200, date=TODAY, state="due")

    def test_amount_per_unit(self):
        self._agree(royalty_type="unit", royalty_unit=1.25)
        self.assertRoyalty(self._create_invoice((self.product, 4, 30)), 4, 5)

    def test_no_royalty(self):
        self._agree()
        self.assertFalse(
            self._get_royalties(self._create_invoice((self.product, 1, 9)))
        )

    def test_discounts(self):
        self._agree(royalty_type="percent", royalty_percent=10)
        line = self._create_invoice((self.product, 2, 50, {"discount": 20}))
        self.assertRoyalty(line, 2, 8)
        # A discount of 30 on an invoice of 150, of which 100 are Anna's.
        other = self.env["product.product"].create({"name": "Screws"})
        rebate = self.env["product.product"].create(
            {"name": "Rebate", "type": "service"}
        )
        whole = self._create_invoice(
            (self.product, 2, 50), (other, 1, 50), (rebate, 1, -30)
        )
        self.assertRoyalty(whole, 2, 8)

    def test_minimum(self):
        self._agree(royalty_type="percent", royalty_percent=10, royalty_minimum=2)
        self.assertRoyalty(self._create_invoice((self.product, 3, 10)), 3, 6)
        self.assertRoyalty(self._create_invoice((self.product, 3, 30)), 3, 9)
        self.assertRoyalty(self._create_invoice((self.product, 1, 0)), 1, 2)

    def test_dozen(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        dozen = self.env.ref("uom.product_uom_dozen")
        move = self._create_invoice((self.product, 2, 99, {"product_uom_id": dozen.id}))
        self.assertRoyalty(move, 24, 24)

    def test_variants_are_kept_apart(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        second = self._create_product("Test Clip")
        second.designer_id = self.anna
        move = self._create_invoice((self.product, 2, 10), (second, 3, 10))
        self.assertEqual(
            {entry.product_id: entry.units for entry in self._get_royalties(move)},
            {self.product: 2, second: 3},
        )

    def test_kit(self):
        """A set of two vases at 30 and a magnet at 40 gives the vases 60 % of it."""
        self.product.lst_price = 30
        magnet = self.env["product.product"].create(
            {"name": "Magnet", "list_price": 40}
        )
        kit = self._create_kit((self.product, 2), (magnet, 1))
        self._agree(royalty_type="percent", royalty_percent=10)
        move = self._create_invoice((kit, 3, 50))
        self.assertRoyalty(move, 6, 9, net=90)

    def test_foreign_currency(self):
        euro = self.env["res.currency"].create(
            {
                "name": "TSE",
                "symbol": "T",
                "rate_ids": [
                    Command.create({"name": "2026-01-01", "company_rate": 2.0}),
                    Command.create({"name": "2026-06-10", "company_rate": 4.0}),
                ],
            }
        )
        self._agree(royalty_type="percent", royalty_percent=10)
        early = self._create_invoice(
            (self.product, 1, 100), day=date(2026, 6, 9), currency_id=euro.id
        )
        late = self._create_invoice((self.product, 1, 100), currency_id=euro.id)
        self.assertRoyalty(early, 1, 5)
        self.assertRoyalty(late, 1, 2.5)
        # Terms in the foreign currency, invoice in ours.
        self.env["print3d.licence.term"].search([]).currency_id = euro
        ours = self._create_invoice((self.product, 1, 100))
        self.assertRoyalty(ours, 1, 40, currency_id=euro)
        self.assertEqual(self._get_royalties(ours).company_amount, 10)

    def test_terms_of_the_invoice_date(self):
        self._agree(royalty_type="unit", royalty_unit=1, date_until=date(2026, 5, 31))
        self._agree(royalty_type="unit", royalty_unit=2, date_from=date(2026, 6, 1))
        self.assertRoyalty(
            self._create_invoice((self.product, 1, 9), day=date(2026, 5, 31)), 1, 1
        )
        self.assertRoyalty(
            self._create_invoice((self.product, 1, 9), day=date(2026, 6, 1)), 1, 2
        )

    def test_sold_before_the_end(self):
        """Sold under terms, invoiced after their end: the designer is paid."""
        term = self._agree(royalty_type="unit", royalty_unit=1, date_until=TODAY)
        order = self._sell(1)
        term.date_until = TODAY - timedelta(1)
        self._add_stock(1)
        invoice = self._invoice_order(order)
        self.assertRoyalty(invoice, 1, 1)
        # Without an order nothing says under which terms it was sold.
        self.assertRoyalty(self._create_invoice((self.product, 1, 9)), 0, 0)

    def _invoice_order(self, order, quantity=None):
        line = order.order_line.filtered(lambda line: line.product_id == self.product)
        line.qty_delivered_method = "manual"
        line.qty_delivered = quantity or line.product_uom_qty
        invoice = order._create_invoices(final=True)
        invoice.invoice_date = TODAY
        invoice.action_post()
        return invoice

    def test_partial_invoices(self):
        self._agree(royalty_type="percent", royalty_percent=10)
        self.model.invoice_policy = "delivery"
        order = self._sell(5, price=20)
        first = self._invoice_order(order, 2)
        self.assertRoyalty(first, 2, 4)
        second = self._invoice_order(order, 5)
        self.assertRoyalty(second, 3, 6)
        self.assertEqual(
            self._get_royalties(first | second).sale_line_id, order.order_line
        )

    def test_down_payment(self):
        self._agree(royalty_type="percent", royalty_percent=10)
        order = self._sell(2, price=50)
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "percentage",
                "amount": 40,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        wizard.create_invoices()
        down = order.invoice_ids
        down.action_post()
        self.assertRoyalty(down, 0, 0)
        final = self._invoice_order(order)
        self.assertRoyalty(final, 2, 10)

    # === TAKEN BACK === #

    def test_draft_cancel_and_post_again(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        move = self._create_invoice((self.product, 2, 9))
        self.assertRoyalty(move, 2, 2)
        move.button_draft()
        self.assertFalse(self._get_royalties(move))
        move.invoice_line_ids.quantity = 3
        move.action_post()
        self.assertRoyalty(move, 3, 3)
        move.button_draft()
        move.button_cancel()
        self.assertFalse(self._get_royalties(move))

    def test_counted_once(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        move = self._create_invoice((self.product, 2, 9))
        for _time in range(2):
            self.env["print3d.royalty"]._sync(move)
        self.assertEqual(len(self._get_royalties(move)), 1)

    def test_draft_owes_nothing(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        move = self._create_invoice((self.product, 2, 9), post=False)
        self.assertFalse(self._get_royalties(move))

    def test_credit_note(self):
        term = self._agree(royalty_type="percent", royalty_percent=10)
        move = self._create_invoice((self.product, 4, 25))
        # What is taken back is taken back at the rate it was given at.
        term.royalty_percent = 50
        part = self._reverse(move, quantity=1)
        self.assertRoyalty(part, -1, -2.5)
        self.assertRoyalty(move | part, 3, 7.5)

    def test_credit_note_of_what_owed_nothing(self):
        move = self._create_invoice((self.product, 4, 25))
        self._agree(royalty_type="percent", royalty_percent=10)
        self.assertFalse(self._get_royalties(self._reverse(move)))

    def test_credit_note_alone(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        refund = self._create_invoice((self.product, 2, 9), move_type="out_refund")
        self.assertRoyalty(refund, -2, -2)

    def test_vendor_bills_owe_nothing(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        bill = self._create_invoice((self.product, 2, 9), move_type="in_invoice")
        self.assertFalse(self._get_royalties(bill))

    # === COMPANIES AND RIGHTS === #

    def test_two_companies(self):
        other = self.env["res.company"].create(
            {"name": "Other Shop", "currency_id": self.env.ref("base.CHF").id}
        )
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=other, install_demo=False
        )
        self._agree(royalty_type="unit", royalty_unit=1)
        self._agree(
            royalty_type="unit",
            royalty_unit=3,
            company_id=other.id,
            currency_id=other.currency_id.id,
        )
        ours = self._create_invoice((self.product, 1, 9))
        theirs = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": other.id,
                    "partner_id": self.customer.id,
                    "invoice_date": TODAY,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "quantity": 2,
                                "price_unit": 9,
                            }
                        )
                    ],
                }
            )
        )
        theirs.action_post()
        self.assertRoyalty(ours, 1, 1, company_id=self.env.company)
        self.assertRoyalty(theirs, 2, 6, company_id=other)
        until = date(2026, 6, 30)
        bills = self.env["print3d.royalty"]._bill(until, self.env.company | other)
        self.assertEqual(
            {bill.company_id: bill.amount_untaxed for bill in bills},
            {self.env.company: 1, other: 6},
        )
        other_owner = new_test_user(
            self.env,
            "print3d_other_owner",
            "print3d_library.group_print3d_owner",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        royalties = self.env["print3d.royalty"].with_user(other_owner)
        self.assertEqual(royalties.search([]), self._get_royalties(theirs))
        with self.assertRaises(AccessError):
            self._get_royalties(ours).with_user(other_owner).read(["amount"])
        with self.assertRaises(AccessError):
            self.env["print3d.licence.term"].search(
                [("company_id", "=", self.env.company.id)]
            ).with_user(other_owner).read(["royalty_unit"])

    def test_salesperson_posts_without_reading(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        self.sales_user.group_ids = [
            Command.link(self.env.ref("account.group_account_invoice").id)
        ]
        move = self._create_invoice((self.product, 1, 9), post=False)
        move.with_user(self.sales_user).action_post()
        self.assertRoyalty(move, 1, 1)
        with self.assertRaises(AccessError):
            self._get_royalties(move).with_user(self.sales_user).read(["amount"])

    # === THE MARGIN OF AN ORDER === #

    def test_margin(self):
        self._agree(royalty_type="percent", royalty_percent=10)
        quotation = self._create_order(2, price=30)
        self.assertEqual(quotation.print3d_royalty_cost, 0)
        order = self._sell(2, price=30)
        self.assertAlmostEqual(order.print3d_royalty_cost, 6)
        self.assertAlmostEqual(order.print3d_margin, 54)
        self._invoice_order(order)
        order.invalidate_recordset()
        self.assertAlmostEqual(order.print3d_royalty_cost, 6)
        explained = order.print3d_explanation
        self.assertAlmostEqual(explained["royalty"], 6)
        self.assertEqual(
            [(line["kind"], line["name"]) for line in explained["lines"]],
            [("royalty", "Anna")],
        )

    def test_accountant_reads(self):
        """Who posts the bills sees what they pay, and no contract."""
        term = self._agree(royalty_type="unit", royalty_unit=1.5)
        move = self._create_invoice((self.product, 2, 9))
        accountant = new_test_user(
            self.env, "bookkeeper", "base.group_user,account.group_account_manager"
        )
        entries = self._get_royalties(move).with_user(accountant)
        self.assertTrue(entries.has_access("read"))
        self.assertFalse(entries.has_access("write"))
        self.assertFalse(term.with_user(accountant).has_access("read"))
        bill = self.env["print3d.royalty"]._bill(TODAY, self.env.company)
        bill = bill.with_user(accountant)
        action = bill.action_print3d_view_royalties()
        views = self.env["print3d.royalty"].with_user(accountant)
        arch = views.get_views([(False, "list"), (False, "form")])["views"]
        self.assertNotIn("term_id", arch["form"]["arch"])
        self.assertNotIn("Bill Royalties", arch["list"]["arch"])
        found = views.search(action["domain"])
        found.web_read({"rate_words": {}, "amount": {}, "bill_id": {}})
        self.assertEqual(found, entries)
        self.assertEqual(
            bill.action_print3d_statement()["report_name"],
            "print3d_sales.royalty_statement",
        )
        with self.assertRaises(AccessError):
            self.env["print3d.royalty.billing"].with_user(accountant).create({})

    def test_designer_sold_without_terms(self):
        order = self._create_order(2)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self._create_order(7)
        order.action_confirm()
        self.assertEqual(self.anna.with_user(self.sales_user).print3d_sold_units, 24)

    def test_designer_figures(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        order = self._sell(3)
        self._invoice_order(order)
        self.assertEqual(self.anna.print3d_sold_units, 3)
        self.assertEqual(self.anna.with_user(self.owner).print3d_royalty_due, 3)
        bill = self.env["print3d.royalty"]._bill(TODAY, self.env.company)
        bill.action_post()
        figures = ["print3d_royalty_due", "print3d_royalty_billed"]
        figures.append("print3d_royalty_paid")
        anna = self.anna.with_user(self.owner)
        self.env.invalidate_all()
        self.assertEqual([anna[name] for name in figures], [0, 3, 0])
        self.assertEqual(
            self.env["account.move"].search(anna.action_print3d_view_bills()["domain"]),
            bill,
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({})._create_payments()
        self.env.invalidate_all()
        self.assertEqual([anna[name] for name in figures], [0, 0, 3])
        action = anna.with_context(
            print3d_royalty_state="paid"
        ).action_print3d_view_royalties()
        self.assertEqual(action["context"]["search_default_paid"], 1)
        for name in figures:
            with self.assertRaises(AccessError):
                self.anna.with_user(self.sales_user).read([name])

    def test_posting_many_costs_few_queries(self):
        self._agree(royalty_type="unit", royalty_unit=1)
        moves = self.env["account.move"]
        for _index in range(40):
            moves += self._create_invoice((self.product, 1, 9))
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["print3d.royalty"]._sync(some)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(moves)
        few = count(moves[:10])
        self.assertEqual(count(moves), few)
        self.assertLess(few, 40)
        self.assertEqual(len(self._get_royalties(moves)), 40)
