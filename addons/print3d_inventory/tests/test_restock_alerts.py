from datetime import timedelta

from odoo.tests import tagged

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

    def test_stock_of_two_warehouses_is_for_both_rules(self):
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": self.company.id}
        )
        self._create_rule(
            self.thing,
            location_id=warehouse.lot_stock_id.id,
            warehouse_id=warehouse.id,
            print3d_mode="par",
            par_level=50,
        )
        self._leave(55)
        # Fifty-five are less than the sixty that both want, soon.
        self.assertEqual(self._check().severity, "warning")

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
