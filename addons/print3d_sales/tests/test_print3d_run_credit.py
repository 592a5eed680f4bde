from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import HttpCase, tagged

from .common import Print3dSalesCommon


class CreditCommon(Print3dSalesCommon):
    """Vases that are invoiced as they are ordered, four on a plate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.print3d_fill_plates = "always"
        cls.vase = cls._create_product("Credit Vase", invoice_policy="order")
        cls._create_version(
            cls.vase, [{"copies": 4, "time_s": 3600, "filaments": [(cls.black, 40)]}]
        ).action_activate()
        cls.cause = cls.env.ref("print3d_production.cause_spaghetti")

    def _sell_vases(self, quantity=4, **values):
        return self._sell(quantity, self.vase, **values)

    def _lose(self, run, good=3, **kwargs):
        """End a print of which what is missing is given up."""
        self._start(run, [self.spool])
        kwargs = {"good": good, **kwargs} if good else {"percent": 40, **kwargs}
        run._do_end(
            "done" if good else "failed", cause=self.cause, reprint=False, **kwargs
        )
        return run

    def _open(self, run, user=None):
        """Open the dialog as somebody, as the button does."""
        run = run.with_user(user or self.sales_user)
        action = run.action_credit()
        return (
            self.env[action["res_model"]]
            .with_user(run.env.user)
            .with_context(**action["context"])
            .create({})
        )

    def _credit(self, run, user=None):
        """Credit what the dialog proposes; return the credit notes."""
        self._open(run, user).action_credit()
        return run.credit_ids


@tagged("post_install", "-at_install")
class TestRunCredit(CreditCommon):
    def test_not_invoiced(self):
        order = self._sell_vases()
        run = self._lose(order.print3d_run_ids)
        self.assertTrue(run.with_user(self.sales_user).can_credit)
        wizard = self._open(run)
        self.assertRecordValues(
            wizard.line_ids,
            [{"order_id": order.id, "missing": 1, "quantity": 1}],
        )
        self.assertEqual(wizard.line_ids.what, "3 ordered instead of 4")
        wizard.action_credit()
        self.assertEqual(order.order_line.product_uom_qty, 3)
        production = order.order_line.print3d_production_ids
        self.assertEqual((production.product_qty, production.state), (3, "done"))
        self.assertEqual(order.print3d_run_ids, run)
        self.assertFalse(run.credit_ids)
        self.assertFalse(run.can_credit)
        self.assertTrue(run.is_waived)
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(self._invoice(order).amount_untaxed, 90)
        self.assertFalse(run._find_differences())

    def test_invoiced(self):
        order = self._sell_vases()
        invoice = self._invoice(order)
        run = self._lose(order.print3d_run_ids)
        wizard = self._open(run)
        self.assertIn(invoice.name, wizard.line_ids.what)
        action = wizard.action_credit()
        credit = run.credit_ids
        # Core opens invoices to those of accounting only.
        self.assertEqual(action["tag"], "display_notification")
        self.assertRecordValues(
            credit,
            [
                {
                    "state": "draft",
                    "move_type": "out_refund",
                    "reversed_entry_id": invoice.id,
                    "amount_total": 30.0,
                    "print3d_run_ids": run.ids,
                    "print3d_run_count": 1,
                }
            ],
        )
        self.assertIn(self.cause.name, credit.ref)
        self.assertIn(run.name, credit.ref)
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(order.order_line.qty_invoiced, 3)
        self.assertEqual(order.invoice_status, "invoiced")
        with self.assertRaises(AccessError):
            credit.with_user(self.sales_user).action_post()
        credit.with_user(self.owner).action_post()
        self.assertEqual(credit.state, "posted")
        self.assertEqual(
            run.with_user(self.owner).action_view_credits()["res_id"], credit.id
        )
        action = run.with_user(self.sales_user).action_view_credits()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", order.id)
        )
        self.assertEqual(credit.action_print3d_view_runs()["res_id"], run.id)

    def test_partly_invoiced(self):
        """Of three that are invoiced, two are still to be paid."""
        order = self._sell_vases()
        invoice = self._invoice(order)
        refund = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        refund = refund.create({"journal_id": invoice.journal_id.id})
        refund.refund_moves()
        refund.new_move_ids.invoice_line_ids.quantity = 1
        refund.new_move_ids.action_post()
        self.assertEqual(order.order_line.qty_invoiced, 3)
        run = self._lose(order.print3d_run_ids, 2)
        credit = self._credit(run)
        self.assertEqual(credit.invoice_line_ids.quantity, 1)
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertEqual(order.order_line.qty_invoiced, 2)

    def test_draft_invoice_asks_for_less(self):
        order = self._sell_vases()
        invoice = order._create_invoices()
        run = self._lose(order.print3d_run_ids)
        self.assertFalse(self._credit(run))
        self.assertEqual(invoice.invoice_line_ids.quantity, 3)
        self.assertEqual(invoice.amount_total, 90)

    def test_nothing_came_out(self):
        order = self._sell_vases()
        self._invoice(order)
        credit = self._credit(self._lose(order.print3d_run_ids, 0))
        self.assertEqual(credit.amount_total, 120)
        self.assertEqual(order.order_line.product_uom_qty, 0)
        self.assertEqual(order.order_line.print3d_production_ids.state, "cancel")

    def test_only_what_is_missing_is_credited(self):
        """Other lines of the invoice stay, taxes go along."""
        order = self._create_order(4, self.vase)
        tax = self.env["account.tax"].create({"name": "Credit 10%", "amount": 10})
        order.order_line.tax_ids = tax
        other = order.order_line.copy(
            {
                "order_id": order.id,
                "product_id": self._create_product("Other", invoice_policy="order").id,
                "price_unit": 7,
            }
        )
        order.action_confirm()
        self._invoice(order)
        line = order.order_line - other
        run = self._lose(line.print3d_production_ids.run_ids)
        credit = self._credit(run)
        self.assertEqual(credit.invoice_line_ids.sale_line_ids, line)
        self.assertAlmostEqual(credit.amount_total, 33.0)
        self.assertEqual(other.product_uom_qty, 4)

    def test_another_print_goes_on(self):
        """What waits of the same order is still printed, and what failed is not."""
        order = self._sell_vases(8)
        first, second = order.print3d_run_ids.sorted("id")
        self._lose(first)
        self._credit(first)
        production = order.order_line.print3d_production_ids
        self.assertEqual((production.product_qty, second.state), (7, "queued"))
        self.assertEqual(second.quantity, 4)
        self.assertFalse(first.with_user(self.operator)._get_given_up())
        with self.assertRaisesRegex(UserError, "was credited"):
            first.action_reopen()
        self._print(second, [self.spool])
        self.assertEqual(production.state, "done")
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 7)

    def test_part_of_it_is_still_owed(self):
        order = self._sell_vases()
        run = self._lose(order.print3d_run_ids, 2)
        wizard = self._open(run)
        wizard.line_ids.quantity = 1
        wizard.action_credit()
        production = order.order_line.print3d_production_ids
        self.assertEqual((production.product_qty, production.state), (3, "progress"))
        self.assertEqual(production.run_ids, run)
        self.assertEqual(self._open(run).line_ids.missing, 1)
        production.action_print_missing()
        self.assertFalse(run.can_credit)
        self.assertEqual((production.run_ids - run).state, "queued")

    def test_two_orders_on_a_plate(self):
        first, second = self._sell_vases(3), self._sell_vases(1)
        invoice = self._invoice(second)
        run = first.print3d_run_ids
        self.assertEqual(run, second.print3d_run_ids)
        self._start(run, [self.spool])
        good = {
            line.id: 2.0 if line.production_id.sale_line_id.order_id == first else 0.0
            for line in run.line_ids
        }
        run._do_end("done", good=good, reprint=False)
        wizard = self._open(run)
        self.assertEqual(wizard.line_ids.order_id, first | second)
        wizard.action_credit()
        self.assertEqual(first.order_line.product_uom_qty, 2)
        self.assertEqual(second.order_line.product_uom_qty, 0)
        self.assertEqual(run.credit_ids.reversed_entry_id, invoice)
        self.assertEqual(run.credit_ids.amount_total, 30)
        self.assertEqual(sum(run.line_ids.mapped("credited_qty")), 2)

    def test_foreign_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "PCT",
                "symbol": "¤",
                "rate_ids": [
                    fields.Command.create({"name": "2020-01-01", "rate": 4.0})
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Credit", "currency_id": currency.id}
        )
        order = self._sell_vases(pricelist_id=pricelist.id)
        self._invoice(order)
        credit = self._credit(self._lose(order.print3d_run_ids))
        self.assertEqual(credit.currency_id, currency)
        self.assertEqual(credit.amount_total, 30.0)
        self.assertAlmostEqual(abs(credit.amount_total_signed), 7.5)

    def test_order_closed_short(self):
        """Somebody closed it with the three that are good before."""
        order = self._sell_vases()
        self._invoice(order)
        run = self._lose(order.print3d_run_ids)
        production = order.order_line.print3d_production_ids
        production.qty_producing = 3
        production._set_qty_producing(False)
        action = production.button_mark_done()
        if isinstance(action, dict):
            self.env[action["res_model"]].with_context(**action["context"]).create(
                {}
            ).action_close_mo()
        self.assertEqual(production.state, "done")
        credit = self._credit(run)
        self.assertEqual(credit.amount_total, 30)
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(order.delivery_status, "full")
        with self.assertRaises(RedirectWarning):
            run.action_credit()

    # === REFUSED === #

    def test_told_twice(self):
        order = self._sell_vases()
        self._invoice(order)
        run = self._lose(order.print3d_run_ids)
        open_too = self._open(run)
        credit = self._credit(run)
        for told, where in (
            (open_too.action_credit, order),
            (run.with_user(self.owner).action_credit, credit),
        ):
            with self.assertRaisesRegex(RedirectWarning, "has been credited") as caught:
                told()
            action = caught.exception.args[1]
            self.assertEqual(
                (action["res_model"], action["res_id"]), (where._name, where.id)
            )
        self.assertEqual(run.credit_ids, credit)
        self.assertEqual(order.order_line.product_uom_qty, 3)

    def test_more_than_is_missing(self):
        order = self._sell_vases()
        wizard = self._open(self._lose(order.print3d_run_ids))
        wizard.line_ids.quantity = 2
        with self.assertRaisesRegex(UserError, "lacks 1 of"):
            wizard.action_credit()
        wizard.line_ids.quantity = 0
        with self.assertRaisesRegex(UserError, "how many"):
            wizard.action_credit()
        self.assertEqual(order.order_line.product_uom_qty, 4)

    def test_what_is_printed_again_is_not_credited(self):
        order = self._sell_vases()
        run = self._start(order.print3d_run_ids, [self.spool])
        run._do_end("failed", percent=10)
        self.assertFalse(run.can_credit)
        with self.assertRaisesRegex(UserError, "printed again"):
            run.with_user(self.sales_user).action_credit()

    def test_for_the_shelf(self):
        run = self._lose(self._create_mo(4, self.vase).run_ids)
        self.assertFalse(run.can_credit)

    def test_locked_order(self):
        order = self._sell_vases()
        run = self._lose(order.print3d_run_ids)
        order.locked = True
        with self.assertRaisesRegex(UserError, "Unlock it first"):
            self._credit(run)

    def test_wrong_user(self):
        order = self._sell_vases()
        run = self._lose(order.print3d_run_ids)
        line = order.order_line
        for user in (self.operator, self._create_user("credit_reader", "user")):
            mine = run.with_user(user)
            with self.assertRaisesRegex(AccessError, "Ask one of them"):
                mine.action_credit()
            with self.assertRaisesRegex(AccessError, "Ask one of them"):
                mine._credit({line.with_user(user): 1})
            with self.assertRaises(AccessError):
                mine.read(["credit_ids"])
            with self.assertRaises(AccessError):
                self.env["print3d.run.credit"].with_user(user).create(
                    {"run_id": run.id}
                )
        self.assertEqual(line.product_uom_qty, 4)
        self._credit(run, self.owner)
        self.assertEqual(line.product_uom_qty, 3)


@tagged("post_install", "-at_install")
class TestRunCreditTour(CreditCommon, HttpCase):
    def test_credit(self):
        order = self._sell_vases()
        self._invoice(order)
        run = self._lose(order.print3d_run_ids)
        self.start_tour(
            f"/odoo/print3d.run/{run.id}",
            "print3d_sales_credit",
            login=self.owner.login,
        )
        self.assertEqual(run.credit_ids.state, "draft")
        self.assertEqual(run.credit_ids.amount_total, 30)
