from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .shopping_common import ShoppingCommon


@tagged("post_install", "-at_install")
class TestShopping(ShoppingCommon):
    """The list follows what is needed, and keeps what people decided."""

    # === REORDER RULES === #

    def test_rule_below_its_minimum_is_on_the_list(self):
        self._create_spool(400, filament=self.red)
        rule = self._add_rule(self.red)
        line = self._get_lines()
        self.assertRecordValues(
            line,
            [
                {
                    "product_id": self.red.id,
                    "origin": "orderpoint",
                    "orderpoint_id": rule.id,
                    "qty_needed": 1100,
                    "partner_id": self.depot.id,
                    "packs": 2,
                    "pack_qty": 1000,
                    "quantity": 2000,
                    "left_over": 900,
                    "unit_price": 20,
                    "cost": 40,
                    "company_cost": 40,
                }
            ],
        )

    def test_need_is_not_rounded_to_the_pack_of_the_first_vendor(self):
        """The engine rounds up to a spool of the first vendor; others have smaller."""
        self._add_price(
            self.red, self.barn, 9.0, self.env["uom.uom"]._get_spool_uom(250)
        )
        rule = self._add_rule(self.red, 200, 200)
        line = self._get_lines()
        self.assertEqual(rule.qty_to_order, 1000)
        self.assertEqual(line.qty_needed, 200)
        self.Line.action_set_vendors({line.id: self.barn.id})
        self.assertEqual((line.packs, line.quantity), (1, 250))

    def test_multiple_of_the_rule_is_kept(self):
        self._add_rule(self.red, 200, 200, replenishment_uom_id=self.spool_uom.id)
        self.assertEqual(self._get_lines().qty_needed, 1000)

    def test_enough_in_stock_is_not_on_the_list(self):
        self._create_spool(filament=self.red)
        self._add_rule(self.red)
        self.assertFalse(self._get_lines())

    def test_need_that_is_met_goes(self):
        self._add_rule(self.red)
        self.assertTrue(self._get_lines())
        self._create_spool(filament=self.red)
        self.assertFalse(self._get_lines())

    def test_quantity_typed_in_the_replenishment_counts(self):
        self._create_spool(filament=self.red)
        rule = self._add_rule(self.red)
        rule.qty_to_order = 3000
        self.assertEqual(self._get_lines().packs, 3)

    def test_snoozed_archived_and_unpurchasable_are_not_bought(self):
        rule = self._add_rule(self.red)
        self.assertTrue(self._get_lines())
        rule.snoozed_until = fields.Date.today() + timedelta(days=2)
        self.assertFalse(self._get_lines())
        rule.snoozed_until = fields.Date.today()
        self.assertTrue(self._get_lines())
        self.red.purchase_ok = False
        self.assertFalse(self._get_lines())

    def test_what_comes_from_another_warehouse_is_not_bought(self):
        self._add_rule(self.red)
        other = self.env["stock.warehouse"].create(
            {"name": "Shopping Annexe", "code": "SHPA"}
        )
        self.warehouse.resupply_wh_ids = other
        route = self.warehouse.resupply_route_ids
        self.red.route_ids = route
        self.assertFalse(self._get_lines())

    def test_confirmed_order_is_not_bought_again(self):
        self._add_rule(self.red)
        self._create_purchase(2, 20, filament=self.red)
        self.assertFalse(self._get_lines())

    def test_draft_order_is_not_bought_again(self):
        self._add_rule(self.red)
        self._create_purchase(2, 20, filament=self.red).button_cancel()
        self.assertTrue(self._get_lines())
        self._create_purchase(2, 20, filament=self.red).write({"state": "draft"})
        order = self.env["purchase.order"].search(
            [("partner_id", "=", self.vendor.id)], limit=1
        )
        self.assertFalse(self._get_lines(), order.state)

    def test_order_that_comes_later_than_the_engine_looks_is_not_bought_again(self):
        """The engine looks as far as an order of today takes; this one takes longer."""
        self.company.horizon_days = 0
        rule = self._add_rule(self.red)
        order = self._create_purchase(1, 20, filament=self.red)
        late = fields.Datetime.now() + timedelta(days=90)
        order.picking_ids.move_ids.date = late
        line = self._get_lines()
        self.assertEqual(rule.qty_forecast, 0)
        self.assertEqual(line.qty_needed, 500)
        self.assertEqual(line.reason["late"], 1000)
        self.assertIn(
            "Ordered, and expected later", line._get_reason()["lines"][4]["label"]
        )

    # === REQUESTS === #

    def test_approved_request_is_on_the_list(self):
        wanted = self._add_request(self.red, 2500)
        line = self._get_lines()
        self.assertRecordValues(
            line,
            [
                {
                    "origin": "request",
                    "request_line_id": wanted.id,
                    "qty_needed": 2500,
                    "packs": 3,
                    "user_id": wanted.requested_by.id,
                }
            ],
        )
        self.assertIn(wanted.request_id.name, line.reason_text)

    def test_request_in_another_unit(self):
        self._add_request(self.red, 2, product_uom_id=self.spool_uom.id)
        self.assertEqual(self._get_lines().qty_needed, 2000)

    def test_request_nobody_granted_is_not_bought(self):
        for state in ("draft", "to_approve", "rejected"):
            self._add_request(self.red, 1000, state)
        self.assertFalse(self._get_lines())

    def test_request_takes_off_what_a_rule_wants(self):
        """Somebody asked for what the rule wants as well: it is bought once."""
        self._add_rule(self.red, 500, 1500)
        waiting = self._add_request(self.red, 600, "to_approve")
        line = self._get_lines()
        self.assertEqual((line.origin, line.qty_needed), ("orderpoint", 900))
        self.assertEqual(line.reason["asked"], [[600, waiting.request_id.name]])
        self._add_request(self.red, 500)
        lines = self._get_lines()
        self.assertEqual(
            {line.origin: line.qty_needed for line in lines},
            {"request": 500, "orderpoint": 400},
        )
        # One spool leaves enough for both.
        self.assertEqual(sum(lines.mapped("packs")), 1)
        self.assertEqual(sum(lines.mapped("left_over")), 100)

    def test_request_of_a_rule_is_counted_by_the_engine_alone(self):
        rule = self._add_rule(self.red, 500, 1500)
        self._add_request(self.red, 300, orderpoint_id=rule.id)
        lines = self._get_lines()
        self.assertEqual(
            {line.origin: line.qty_needed for line in lines},
            {"request": 300, "orderpoint": 1200},
        )

    # === BY HAND === #

    def test_added_by_hand(self):
        Line = self.Line.with_user(self.buyer)
        line = self.Line.browse(Line.action_add_product(self.red.id))
        self.assertRecordValues(
            line,
            [{"origin": "manual", "qty_needed": 1000, "user_id": self.buyer.id}],
        )
        self.assertEqual(Line.action_add_product(self.red.id, 2), line.id)
        self.assertEqual((line.qty_needed, line.packs), (3000, 3))
        line.with_user(self.buyer).action_remove()
        self.assertFalse(self._get_lines())

    def test_rule_wants_less_of_what_was_added_before(self):
        self.Line.action_add_product(self.red.id)
        self._add_rule(self.red, 500, 1500)
        lines = self._get_lines()
        self.assertEqual(
            {line.origin: line.qty_needed for line in lines},
            {"manual": 1000, "orderpoint": 500},
        )

    def test_added_on_top_of_what_is_there(self):
        """Who sees it on the list and adds it wants more of it."""
        self._add_rule(self.red, 500, 1000)
        self._get_lines()
        self.Line.action_add_product(self.red.id)
        self.assertEqual(sum(self._get_lines().mapped("packs")), 2)

    # === DECISIONS === #

    def test_decisions_outlast_a_refresh(self):
        self._add_price(self.red, self.barn, 25.0)
        rule = self._add_rule(self.red)
        line = self._get_lines()
        self.Line.action_set_vendors({line.id: self.barn.id})
        line.action_set_packs(5)
        rule.product_max_qty = 2200
        self.assertEqual(self._get_lines(), line)
        self.assertRecordValues(
            line,
            [
                {
                    "partner_id": self.barn.id,
                    "is_vendor_chosen": True,
                    "packs": 5,
                    "is_packs_chosen": True,
                    "qty_needed": 2200,
                    "left_over": 2800,
                }
            ],
        )
        line.action_release()
        self.assertEqual((line.packs, line.is_vendor_chosen), (3, False))

    def test_put_off_until_a_day(self):
        self._add_rule(self.red)
        line = self._get_lines()
        line.action_dismiss(days=7)
        self.assertFalse(self._get_lines())
        self.assertEqual(line.state, "dismissed")
        with freeze_time(fields.Datetime.now() + timedelta(days=6)):
            self.assertFalse(self._get_lines())
        with freeze_time(fields.Datetime.now() + timedelta(days=7, hours=1)):
            self.assertEqual(self._get_lines(), line)
        self.assertFalse(line.dismissed_until)

    def test_brought_back(self):
        self._add_rule(self.red)
        line = self._get_lines()
        line.action_dismiss()
        line.action_wake()
        self.assertEqual(self._get_lines(), line)

    def test_looking_again_writes_nothing(self):
        self._add_rule(self.red)
        self._add_request(self.red, 300)
        lines = self._get_lines()
        self.env.flush_all()
        with patch.object(
            type(self.Line), "write", side_effect=AssertionError("nothing changed")
        ):
            self.assertEqual(self._get_lines(), lines)

    # === TWO AT ONCE === #

    @mute_logger("odoo.sql_db")
    def test_a_need_is_there_once(self):
        rule = self._add_rule(self.red)
        self._get_lines()
        values = {
            "company_id": self.company.id,
            "product_id": self.red.id,
            "origin": "orderpoint",
            "orderpoint_id": rule.id,
        }
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.Line.create(values)
        # The other came between the look and the line: all begins again.
        with self.assertRaises(ConcurrencyError):
            self.Line._create_once([values])
        self.assertEqual(self.Line.search_count([("orderpoint_id", "=", rule.id)]), 1)

    def test_one_refresh_at_a_time(self):
        self._add_rule(self.red)
        with patch.object(type(self.Line), "_take_lock", return_value=False):
            self.assertFalse(self.Line._refresh(self.company))
            with self.assertRaises(ConcurrencyError):
                self.Line._refresh(self.company, wait=True)
        self.assertFalse(self.Line.search([("product_id", "=", self.red.id)]))

    def test_nightly_refresh_takes_all_companies(self):
        self._add_rule(self.red)
        with self.enter_registry_test_mode():
            self.env.ref(
                "print3d_inventory.ir_cron_refresh_shopping"
            ).method_direct_trigger()
        self.assertTrue(self.Line.search([("product_id", "=", self.red.id)]))
