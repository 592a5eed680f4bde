from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged

from .shopping_common import ShoppingCommon


@tagged("post_install", "-at_install")
class TestShoppingOrdering(ShoppingCommon):
    """Lines become RFQs, once, and come back when that is undone."""

    def _order(self, lines):
        """Put lines into RFQs as a buyer does; return the orders."""
        result = lines.with_user(self.buyer).create_rfqs()
        return self.env["purchase.order"].browse(
            [order["id"] for order in result["orders"]]
        )

    def test_rfqs_by_vendor(self):
        blue = self._create_filament("Shopping PLA Blue", "#1D4ED8")
        self._add_price(blue, self.barn, 18.0, product_code="B-18", discount=50)
        rule = self._add_rule(self.red, 500, 1500)
        self._add_rule(blue, 100, 900)
        lines = self._get_lines()
        orders = self._order(lines)
        self.assertEqual(orders.partner_id, self.depot | self.barn)
        self.assertEqual(set(orders.mapped("state")), {"draft"})
        self.assertEqual(orders.create_uid, self.buyer)
        line = orders.order_line.filtered(lambda each: each.product_id == self.red)
        self.assertRecordValues(
            line,
            [
                {
                    "product_qty": 2,
                    "product_uom_id": self.spool_uom.id,
                    "price_unit": 20,
                    "orderpoint_id": rule.id,
                    "location_final_id": self.stock.id,
                    "partner_id": self.depot.id,
                }
            ],
        )
        line = orders.order_line - line
        self.assertEqual((line.price_unit, line.discount), (18, 50))
        self.assertIn("B-18", line.name)
        self.assertEqual(set(lines.mapped("state")), {"ordered"})
        self.assertEqual(lines.ordered_by_id, self.buyer)
        self.assertFalse(self._get_lines())

    def test_engine_sees_what_is_ordered(self):
        rule = self._add_rule(self.red, 500, 1500)
        self.assertEqual(rule.qty_to_order, 2000)
        orders = self._order(self._get_lines())
        self.assertEqual(rule.qty_to_order, 0)
        self.assertEqual(rule.qty_forecast, 2000)
        self.assertNotIn(rule, rule.search([("qty_to_order", ">", 0)]))
        # What the engine would do now is nothing.
        rule.action_replenish()
        self.assertEqual(len(orders.order_line), 1)
        orders.button_confirm()
        self.assertEqual(rule.qty_to_order, 0)
        orders.picking_ids.button_validate()
        self.assertEqual(rule.qty_to_order, 0)
        self.assertFalse(self._get_lines())

    def test_second_click_and_retry_order_nothing_twice(self):
        self._add_rule(self.red)
        lines = self._get_lines()
        first = self._order(lines)
        self.assertEqual(self._order(lines), first)
        self.assertEqual(
            lines.with_user(self.buyer).action_create_rfqs()["res_id"], first.id
        )
        self.assertEqual(len(first.order_line), 1)
        self.assertEqual(first.order_line.product_qty, 2)

    def test_draft_rfq_of_the_vendor_goes_on(self):
        self._add_rule(self.red)
        first = self._order(self._get_lines())
        blue = self._create_filament("Shopping PLA Blue", "#1D4ED8")
        self._add_price(blue, self.depot, 18.0)
        self._add_request(blue, 800)
        self.assertEqual(self._order(self._get_lines()), first)
        self.assertEqual(len(first.order_line), 2)

    def test_rfq_that_was_sent_does_not_go_on(self):
        self._add_rule(self.red)
        first = self._order(self._get_lines())
        first.state = "sent"
        self._add_request(self.red, 3000)
        self.assertNotEqual(self._order(self._get_lines()), first)

    def test_currencies_have_rfqs_of_their_own(self):
        currency = self.env["res.currency"].create({"name": "X4C", "symbol": "C"})
        blue = self._create_filament("Shopping PLA Blue", "#1D4ED8")
        self._add_price(blue, self.depot, 18.0, currency_id=currency.id)
        self._add_request(blue, 800)
        self._add_rule(self.red)
        orders = self._order(self._get_lines())
        self.assertEqual(len(orders), 2)
        self.assertEqual(orders.currency_id, currency | self.company.currency_id)

    def test_what_came_meanwhile_is_not_ordered(self):
        self._add_rule(self.red)
        lines = self._get_lines()
        self._create_purchase(2, 20, filament=self.red)
        self.assertFalse(self._order(lines))
        with self.assertRaisesRegex(UserError, "nothing left to buy"):
            lines.with_user(self.buyer).action_create_rfqs()

    def test_one_of_two_that_share_a_pack(self):
        """Ticked alone, a line buys the pack it would have had from the other."""
        blue_request = self._add_request(self.red, 300)
        self._add_request(self.red, 400)
        lines = self._get_lines()
        self.assertEqual(lines.sorted("id").mapped("packs"), [1, 0])
        second = lines.filtered(lambda line: line.request_line_id != blue_request)
        orders = self._order(second)
        self.assertEqual(orders.order_line.product_qty, 1)

    def test_two_that_share_a_pack_lie_in_one_order_line(self):
        self._add_request(self.red, 300)
        self._add_request(self.red, 400)
        lines = self._get_lines()
        orders = self._order(lines)
        self.assertEqual(orders.order_line.product_qty, 1)
        self.assertEqual(lines.purchase_line_id, orders.order_line)
        self.assertEqual(
            orders.order_line.purchase_request_lines, lines.request_line_id
        )

    def test_request_knows_its_order(self):
        wanted = self._add_request(self.red, 1500)
        orders = self._order(self._get_lines())
        self.assertEqual(wanted.purchase_lines, orders.order_line)
        self.assertFalse(self._get_lines())
        self.Line.action_undo_rfqs(orders.ids)
        self.assertFalse(wanted.purchase_lines)
        self.assertEqual(wanted.request_id.state, "approved")
        self.assertEqual(self._get_lines().request_line_id, wanted)

    # === UNDO === #

    def test_undo(self):
        rule = self._add_rule(self.red)
        lines = self._get_lines()
        orders = self._order(lines)
        back = self.Line.with_user(self.buyer).action_undo_rfqs(orders.ids)
        self.assertEqual(back, lines.ids)
        self.assertFalse(orders.exists())
        self.assertEqual(rule.qty_to_order, 2000)
        self.assertEqual(self._get_lines(), lines)
        self.assertEqual(lines.packs, 2)

    def test_undo_leaves_what_others_put_there(self):
        self._add_rule(self.red)
        orders = self._order(self._get_lines())
        orders.order_line = [
            Command.create({"product_id": self.filament.id, "product_qty": 1000})
        ]
        self.Line.action_undo_rfqs(orders.ids)
        self.assertEqual(orders.order_line.product_id, self.filament)

    def test_undo_of_what_was_sent(self):
        self._add_rule(self.red)
        orders = self._order(self._get_lines())
        orders.state = "sent"
        with self.assertRaisesRegex(UserError, "not a draft any more"):
            self.Line.with_user(self.buyer).action_undo_rfqs(orders.ids)

    def test_undo_puts_a_typed_quantity_back(self):
        self._create_spool(filament=self.red)
        rule = self._add_rule(self.red)
        rule.qty_to_order = 3000
        orders = self._order(self._get_lines())
        self.assertEqual(rule.qty_to_order, 0)
        self.Line.action_undo_rfqs(orders.ids)
        self.assertEqual(rule.qty_to_order, 3000)
        self.assertEqual(self._get_lines().qty_needed, 3000)

    def test_undo_after_the_need_was_noted_anew(self):
        self._add_rule(self.red, 500, 1500)
        orders = self._order(self._get_lines())
        orders.order_line.product_qty = 0
        [line] = self._get_lines()
        self.Line.action_undo_rfqs(orders.ids)
        self.assertEqual(self._get_lines(), line)

    def test_cancelled_rfq_comes_back_by_itself(self):
        self._add_rule(self.red)
        orders = self._order(self._get_lines())
        orders.button_cancel()
        line = self._get_lines()
        self.assertEqual(line.state, "todo")
        orders.unlink()
        self.assertEqual(self._get_lines(), line)
        self.assertFalse(self.Line.search([("state", "=", "ordered")]))

    def test_what_was_added_by_hand_comes_back_too(self):
        line = self.Line.browse(self.Line.action_add_product(self.red.id, 2))
        orders = self._order(line)
        self.assertFalse(self._get_lines())
        orders.button_cancel()
        self.assertEqual(self._get_lines(), line)
        orders = self._order(line)
        orders.order_line.unlink()
        self.assertEqual(self._get_lines(), line)
        self.assertEqual((line.state, line.packs), ("todo", 2))

    def test_what_was_received_does_not_come_back(self):
        line = self.Line.browse(self.Line.action_add_product(self.red.id))
        orders = self._order(line)
        orders.button_confirm()
        orders.picking_ids.button_validate()
        self.assertFalse(self._get_lines())
        self.assertEqual(line.order_state, "purchase")

    # === RESULT ON THE PAGE === #

    def test_drafts_are_shown_until_they_are_sent(self):
        self._add_rule(self.red)
        orders = self._order(self._get_lines())
        [shown] = self._get_screen()["orders"]
        self.assertEqual((shown["id"], shown["lines"]), (orders.id, 1))
        self.assertEqual(shown["total"], 40)
        orders.state = "sent"
        self.assertFalse(self._get_screen()["orders"])

    def test_put_off_lines_that_are_ticked_are_bought(self):
        self._add_rule(self.red)
        lines = self._get_lines()
        lines.action_dismiss()
        self.assertTrue(self._order(lines))

    # === TWO AT ONCE === #

    def test_two_rfqs_for_one_vendor_at_once(self):
        self._add_rule(self.red)
        lines = self._get_lines()
        execute = type(self.env).execute_query

        def refuse(env, query):
            if "pg_try_advisory" in query.code and self.depot.id in query.params:
                return [(False,)]
            return execute(env, query)

        with (
            patch.object(type(self.env), "execute_query", refuse),
            self.assertRaises(ConcurrencyError),
        ):
            lines.create_rfqs()

    def test_old_lines_are_forgotten(self):
        self._add_rule(self.red)
        lines = self._get_lines()
        self._order(lines)
        lines.ordered_on = fields.Datetime.now() - timedelta(days=300)
        self.Line._gc_ordered()
        self.assertTrue(lines.exists())
        lines.ordered_on = fields.Datetime.now() - timedelta(days=370)
        self.Line._gc_ordered()
        self.assertFalse(lines.exists())
