from datetime import timedelta

from odoo import Command
from odoo.tests import tagged
from odoo.tools import format_date

from .restock_common import NOW, RestockCommon


@tagged("post_install", "-at_install")
class TestRestockAlerts(RestockCommon):
    """What is to be ordered is told once, and clears when it is ordered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["stock.warehouse.orderpoint"].search([]).action_archive()
        cls.thing = cls._create_thing()
        cls._stock_up(cls.thing, 200, ago=41)
        cls._use_evenly(cls.thing, 2)
        # Two a day, five days from order to stock: ordered below ten.
        cls.rule = cls._create_rule(cls.thing)

    def _leave(self, quantity):
        """Let only so many be left."""
        self._move(self.thing, self.thing.qty_available - quantity, 0)

    def _check(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["print3d.alert.check"]._run_checks(["_check_restock"])
        self.env["print3d.alert"]._take_in()
        return self.env["print3d.alert"].search(
            [
                ("res_model", "=", "stock.warehouse.orderpoint"),
                ("res_id", "=", self.rule.id),
                ("state", "in", ("open", "acknowledged", "muted")),
            ]
        )

    def test_enough(self):
        self._leave(60)
        self.assertFalse(self._check())

    def test_to_order_soon(self):
        self._leave(19)
        alert = self._check()
        self.assertEqual(alert.severity, "warning")
        self.assertEqual(alert.product_id, self.thing)
        self.assertEqual(alert.category, "inventory")
        actions = {action["key"] for action in alert.actions}
        self.assertLessEqual({"request", "threshold"}, actions)
        self.assertEqual(self._check(), alert)

    def test_says_today_when_it_is_today(self):
        self._leave(13)
        # Five days' use is less than what is there: only the point is undercut.
        later = self._check()
        self.assertEqual(later.severity, "warning")
        self.assertIn(self._name_day(1), later.body)
        self.rule.write({"print3d_mode": "par", "par_level": 50})
        now = self._check()
        self.assertEqual(now, later)
        self.assertIn("from today on", now.body)
        self.assertNotIn(self._name_day(0), now.body)

    def _name_day(self, ahead):
        return format_date(self.env, NOW.date() + timedelta(days=ahead))

    def test_what_is_ordered_need_not_be_ordered(self):
        self._leave(19)
        alert = self._check()
        order = self._order(self.thing, 100, 0)
        order.picking_ids.move_ids.date = NOW + timedelta(days=5)
        self.assertFalse(self._check())
        self.assertEqual(alert.state, "auto_resolved")

    def test_runs_out_before_more_can_come(self):
        self._leave(6)
        alert = self._check()
        self.assertEqual(alert.severity, "critical")
        self.assertIn("6 Units are left", alert.body)
        order = self._order(self.thing, 100, 0)
        order.picking_ids.move_ids.date = NOW + timedelta(days=5)
        # It still runs out before.
        self.assertEqual(self._check(), alert)
        self.assertIn(order.name, alert.body)
        order.picking_ids.move_ids.date = NOW + timedelta(days=1)
        self.assertFalse(self._check())

    def _open_second(self, **values):
        """Make a second warehouse with a rule of its own for the same thing."""
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": self.company.id}
        )
        return self._create_rule(
            self.thing,
            location_id=warehouse.lot_stock_id.id,
            warehouse_id=warehouse.id,
            **{"print3d_mode": "par", "par_level": 50, **values},
        )

    def _find_of(self, rule):
        return self.env["print3d.alert"].search(
            [("res_model", "=", rule._name), ("res_id", "=", rule.id)]
        )

    def test_each_warehouse_is_told_of_its_own(self):
        self.assertFalse(self.rule._get_restock_places()[self.rule])
        second = self._open_second()
        self._leave(55)
        # What lies in the first one does not help the second.
        self.assertFalse(self._check())
        alert = self._find_of(second)
        self.assertEqual(alert.severity, "warning")
        self.assertEqual(alert.name, "Order Test Glue (Second)")
        # Most of it is carried over: from then on it is the first one that runs low.
        self._move(self.thing, 50, 0, source=self.stock, dest=second.location_id)
        first = self._check()
        self.assertEqual(first.severity, "critical")
        self.assertIn(f"Test Glue ({self.warehouse.name})", first.name)
        self.assertIn("5 Units are left", first.body)
        self.assertEqual(alert.state, "auto_resolved")

    def test_the_chart_of_a_rule_shows_its_warehouse(self):
        second = self._open_second()
        self._move(self.thing, 50, 0, source=self.stock, dest=second.location_id)
        owner = self._create_user("places_owner", "owner")
        self.env.flush_all()
        shown = [
            rule.with_user(owner).get_stock_ahead(30)["on_hand"]
            for rule in (self.rule, second)
        ]
        self.assertEqual(shown[1], 50)
        everything = self.thing.with_user(owner).get_stock_ahead()["on_hand"]
        self.assertEqual(sum(shown), everything)

    def test_says_what_the_policy_says(self):
        policy = self.rule.policy_used_id
        policy.write({"service_level": 91, "par_level": 12})
        self.assertEqual(self.rule.policy_service_level, 91)
        self.assertEqual(self.rule.policy_par_level, 12)

    def test_what_another_warehouse_sends_is_awaited(self):
        second = self._open_second(par_level=20)
        self._leave(75)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": second.location_id.id,
                "scheduled_date": NOW + timedelta(days=3),
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.thing.id,
                            "product_uom_qty": 70,
                            "product_uom": self.unit.id,
                            "location_id": self.stock.id,
                            "location_dest_id": second.location_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.date = NOW + timedelta(days=3)
        first = self._check()
        self.assertIn(f"({self.warehouse.name})", first.name)
        # It wants less than what is sent.
        self.assertFalse(self._find_of(second))
        picking.move_ids._action_cancel()
        self.assertFalse(self._check())
        self.assertEqual(self._find_of(second).severity, "warning")

    def test_days_and_stock_of_a_rule_are_those_of_its_warehouse(self):
        second = self._open_second()
        self._leave(60)
        self.env.flush_all()
        self.env.invalidate_all()
        (self.rule | second)._learn()
        self.assertEqual(self.rule.stock_now, 60)
        self.assertEqual(second.stock_now, 0)
        # Two a day, today's among them.
        self.assertEqual(self.rule.depletion_on, self._day(-29))
        self.assertFalse(second.depletion_on)

    def test_ran_out(self):
        self._leave(0)
        self.assertIn("has run out", self._check().name)

    def test_what_will_do_meanwhile(self):
        near = self._create_filament("Near Black", "#1B1B1B")
        self._create_old_spool(filament=near)
        self.rule = self._create_rule(self.filament)
        self.assertIn("Near Black", self._check().body)

    def test_the_threshold_is_one_click_away(self):
        self._leave(6)
        action = self._check().action_run("threshold")
        self.assertEqual(action["res_model"], "stock.warehouse.orderpoint")
        self.assertEqual(action["res_id"], self.rule.id)

    def test_each_company_is_told_of_its_own(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        theirs = self.Rule.with_company(other).create(
            {
                "product_id": self.thing.id,
                "company_id": other.id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "product_min_qty": 5,
                "product_max_qty": 9,
            }
        )
        self._leave(60)
        self.assertFalse(self._check())
        alert = self.env["print3d.alert"].search(
            [("res_model", "=", theirs._name), ("res_id", "=", theirs.id)]
        )
        self.assertEqual(alert.company_id, other)

    def test_queries_do_not_depend_on_how_many(self):
        Check = self.env["print3d.alert.check"].with_company(self.company)
        rules = self.rule
        for index in range(9):
            thing = self._create_thing(f"Thing {index}")
            self._stock_up(thing, 9)
            self._use_evenly(thing, 1, days=8, every=2)
            rules |= self._create_rule(thing, print3d_mode="par", par_level=50)
        Check._find_restock_alerts(rules)  # fill the caches of the registry
        counts = []
        for some in (rules[-2:], rules[1:]):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = Check._find_restock_alerts(some)
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(len(found), len(some))
        self.assertEqual(*counts)
