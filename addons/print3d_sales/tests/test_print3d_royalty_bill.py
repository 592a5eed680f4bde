from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_licence import TODAY, LicenceCommon

MAY, JUNE, JULY = date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)


@tagged("post_install", "-at_install")
class TestRoyaltyBill(LicenceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term = cls._agree(royalty_type="unit", royalty_unit=1.5)
        cls.Royalty = cls.env["print3d.royalty"]

    def _bill(self, until=JUNE):
        return self.Royalty._bill(until, self.env.company)

    def test_one_bill(self):
        moves = self._create_invoice((self.product, 2, 9))
        moves += self._create_invoice((self.product, 3, 9), day=date(2026, 6, 3))
        bill = self._bill()
        self.assertRecordValues(
            bill,
            [
                {
                    "move_type": "in_invoice",
                    "state": "draft",
                    "partner_id": self.anna.id,
                    "currency_id": self.currency.id,
                    "invoice_date": JUNE,
                    "ref": "Royalties, June 2026",
                    "amount_untaxed": 7.5,
                    "print3d_royalty_until": JUNE,
                }
            ],
        )
        line = bill.invoice_line_ids
        self.assertEqual((line.quantity, line.price_unit), (5, 1.5))
        self.assertEqual(line.product_id.name, "Royalties")
        self.assertEqual(line.account_id.internal_group, "expense")
        self.assertIn("5 units", line.name)
        entries = self._get_royalties(moves)
        self.assertEqual(entries.bill_id, bill)
        self.assertEqual(set(entries.mapped("state")), {"billed"})
        self.assertFalse(self._bill())

    def test_share_of_the_price(self):
        self.term.write({"royalty_type": "percent", "royalty_percent": 7})
        self._create_invoice((self.product, 3, 9.99))
        self._create_invoice((self.product, 1, 9.99))
        bill = self._bill()
        self.assertAlmostEqual(
            bill.amount_untaxed, sum(self._get_royalties().mapped("amount")), 2
        )
        self.assertIn("4 units, 7 % of", bill.invoice_line_ids.name)

    def test_a_line_per_model(self):
        second = self._create_product("Test Clip")
        second.designer_id = self.anna
        self._create_invoice((self.product, 2, 9), (second, 1, 9))
        self.assertEqual(len(self._bill().invoice_line_ids), 2)

    def test_a_bill_per_designer_and_currency(self):
        ben = self.env["res.partner"].create({"name": "Ben"})
        clip = self._create_product("Test Clip")
        clip.designer_id = ben
        self._agree(designer_id=ben.id, royalty_type="unit", royalty_unit=2)
        self._create_invoice((self.product, 2, 9), (clip, 1, 9))
        euro = self.env["res.currency"].create(
            {
                "name": "TSE",
                "symbol": "T",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2.0})],
            }
        )
        self.term.currency_id = euro
        self._create_invoice((self.product, 1, 9))
        bills = self._bill()
        self.assertEqual(
            {
                (bill.partner_id.name, bill.currency_id): bill.amount_untaxed
                for bill in bills
            },
            {
                ("Anna", self.currency): 3,
                ("Anna", euro): 1.5,
                ("Ben", self.currency): 2,
            },
        )

    def test_later_months_wait(self):
        self._create_invoice((self.product, 2, 9))
        self.assertFalse(self._bill(MAY))
        self.assertTrue(self._bill())

    def test_after_closing(self):
        """What comes late for a closed month is on the next bill."""
        self._create_invoice((self.product, 2, 9))
        first = self._bill()
        late = self._create_invoice((self.product, 1, 9), day=date(2026, 6, 2))
        self.assertFalse(self._bill())
        second = self._bill(JULY)
        self.assertEqual(self._get_royalties(late).bill_id, second)
        self.assertEqual((first.amount_untaxed, second.amount_untaxed), (3, 1.5))

    def test_invoice_taken_back_after_billing(self):
        move = self._create_invoice((self.product, 4, 9))
        first = self._bill()
        move.button_draft()
        self.assertEqual(self._get_royalties(move).mapped("units"), [4, -4])
        move.invoice_line_ids.quantity = 5
        move.action_post()
        self.assertEqual(self._get_royalties(move).mapped("units"), [4, 1])
        self.assertEqual(first.amount_untaxed, 6)
        self.assertEqual(self._bill(JULY).amount_untaxed, 1.5)

    def test_less_than_nothing_is_carried_over(self):
        move = self._create_invoice((self.product, 4, 9))
        self._bill()
        self._reverse(move, day=date(2026, 7, 2))
        self.assertFalse(self._bill(JULY))
        self._create_invoice((self.product, 10, 9), day=date(2026, 8, 3))
        bill = self._bill(date(2026, 8, 31))
        self.assertEqual(bill.amount_untaxed, 9)
        self.assertFalse(self._get_royalties().filtered(lambda e: e.state == "due"))

    def test_cancelled_bill_frees(self):
        self._create_invoice((self.product, 2, 9))
        bill = self._bill()
        bill.button_cancel()
        self.assertEqual(self._get_royalties().state, "due")
        with self.assertRaisesRegex(UserError, "Bill them anew"):
            bill.button_draft()
        again = self._bill()
        self.assertEqual(again.amount_untaxed, 3)
        self.assertEqual(self._get_royalties().bill_id, again)

    def test_deleted_bill_frees(self):
        self._create_invoice((self.product, 2, 9))
        self._bill().unlink()
        entry = self._get_royalties()
        self.assertEqual(
            (entry.state, entry.bill_id), ("due", self.env["account.move"])
        )
        self.assertTrue(self._bill())

    def test_deleted_line_frees(self):
        second = self._create_product("Test Clip")
        second.designer_id = self.anna
        self._create_invoice((self.product, 2, 9), (second, 1, 9))
        bill = self._bill()
        bill.invoice_line_ids[0].unlink()
        self.assertEqual(
            sorted(self._get_royalties().mapped("state")), ["billed", "due"]
        )

    def test_reversed_bill_frees(self):
        self._create_invoice((self.product, 2, 9))
        bill = self._bill()
        bill.action_post()
        bill._reverse_moves([{"invoice_date": TODAY}], cancel=True)
        self.assertEqual(self._get_royalties().state, "due")

    def test_paid(self):
        self._create_invoice((self.product, 2, 9))
        bill = self._bill()
        bill.action_post()
        self.assertEqual(self._get_royalties().state, "billed")
        self._pay(bill)
        self.assertEqual(self._get_royalties().state, "paid")

    def test_cron(self):
        self._create_invoice((self.product, 2, 9), day=date(2026, 5, 20))
        self._create_invoice((self.product, 7, 9))
        cron = self.env.ref("print3d_sales.ir_cron_bill_royalties")
        self.env.company.print3d_royalty_auto = False
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(self._get_royalties().bill_id)
        self.env.company.print3d_royalty_auto = True
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        bill = self._get_royalties().bill_id
        self.assertEqual(bill.print3d_royalty_until, MAY)
        self.assertEqual(bill.amount_untaxed, 3)

    def test_wizard(self):
        Wizard = self.env["print3d.royalty.billing"].with_user(self.owner)
        self._create_invoice((self.product, 2, 9))
        wizard = Wizard.create({})
        self.assertEqual(wizard.until, MAY)
        with self.assertRaisesRegex(UserError, "nothing to bill"):
            wizard.action_bill()
        wizard.until = JUNE
        self.assertEqual(
            [(line.designer_id, line.amount) for line in wizard.line_ids],
            [(self.anna, 3)],
        )
        action = wizard.action_bill()
        self.assertEqual(action["res_id"], self._get_royalties().bill_id.id)

    def test_little_waits(self):
        self.env.company.print3d_royalty_threshold = 5
        self._create_invoice((self.product, 2, 9))
        self.assertFalse(self._bill())
        wizard = self.env["print3d.royalty.billing"].create({"until": JUNE})
        self.assertFalse(wizard.line_ids)
        # Who is asked for is paid whatever it is.
        wizard.designer_ids = self.anna
        self.assertEqual(wizard.line_ids.amount, 3)
        self._create_invoice((self.product, 2, 9), day=date(2026, 7, 10))
        self.assertEqual(self._bill(JULY).amount_untaxed, 6)

    def test_wizard_is_the_owners(self):
        for user in (self.sales_user, self.operator):
            self.assertFalse(
                self.env["print3d.royalty.billing"].with_user(user).has_access("create")
            )

    def test_statement(self):
        move = self._create_invoice((self.product, 2, 9))
        self._reverse(move, quantity=1)
        statement = self._get_royalties()._get_statements()
        self.assertEqual(
            [(line["units"], line["amount"]) for line in statement[0]["lines"]],
            [(1, 1.5)],
        )
        html = (
            self.env["ir.actions.report"]
            .with_user(self.owner)
            ._render_qweb_html(
                "print3d_sales.royalty_statement", self._get_royalties().ids
            )[0]
            .decode()
        )
        for words in ("Royalty statement", "Anna", self.model.name, "1.50"):
            self.assertIn(words, html)
        bill = self._bill()
        action = bill.with_user(self.owner).action_print3d_statement()
        self.assertEqual(action["report_name"], "print3d_sales.royalty_statement")
        with self.assertRaisesRegex(UserError, "no royalty"):
            self.anna.with_user(self.owner).action_print3d_statement()
