from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestSalesAutomation(Print3dSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch_rules_off()
        cls.big = cls._create_product(
            "Test PETG Housing", route_ids=[(4, cls.route.id)]
        )
        cls._create_version(
            cls.big, [{"copies": 1, "filaments": [(cls.red_petg, 300)]}]
        ).action_activate()
        cls.petg_spool = cls._create_spool(700, filament=cls.red_petg)

    def _get_lines(self, product):
        return self.env["purchase.request.line"].search(
            [("product_id", "=", product.id)]
        )

    def test_ready_rule_for_large_orders(self):
        rule = self.env.ref("print3d_sales.automation_order_reserve")
        self.assertFalse(rule.active)
        rule.active = True
        order = self._create_order(3, self.big)
        order.action_confirm()
        runs = order.print3d_run_ids
        self.assertEqual(len(runs), 3)
        firing = rule.print3d_firing_ids
        # After the work is saved, when the prints are there.
        self.assertEqual((firing.res_id, firing.state), (order.id, "waiting"))
        self.assertFalse(runs.reservation_ids)
        self.env["base.automation"]._carry_out_waiting()
        self.assertEqual(firing.state, "done", firing.error)
        self.assertEqual(sum(runs.reservation_ids.mapped("grams")), 700)
        self.assertEqual(self.petg_spool.spool_status, "reserved")
        line = self._get_lines(self.red_petg)
        self.assertEqual(line.product_qty, 1000)
        self.assertEqual(line.request_id.run_ids, runs)
        # Told again, in whatever order: nothing is doubled.
        order.write({"state": "sale"})
        self.env["base.automation"]._carry_out_waiting()
        self.assertEqual(len(rule.print3d_firing_ids), 1)
        self.assertEqual(len(self._get_lines(self.red_petg)), 1)
        self.assertEqual(sum(runs.reservation_ids.mapped("grams")), 700)

    def test_small_orders_are_left_alone(self):
        rule = self.env.ref("print3d_sales.automation_order_reserve")
        rule.active = True
        order = self._sell(1, self.big)
        self.env["base.automation"]._carry_out_waiting()
        self.assertEqual(rule.print3d_firing_ids.state, "done")
        self.assertIn("Nothing to reserve", rule.print3d_firing_ids.result)
        self.assertFalse(order.print3d_run_ids.reservation_ids)
        # Nor of another material.
        self._sell(20)
        self.env["base.automation"]._carry_out_waiting()
        self.assertFalse(self._get_lines(self.black))

    def test_what_is_cancelled_meanwhile_is_skipped(self):
        rule = self.env.ref("print3d_sales.automation_order_reserve")
        rule.active = True
        order = self._sell(3, self.big)
        order._action_cancel()
        self.env["base.automation"]._carry_out_waiting()
        self.assertEqual(set(rule.print3d_firing_ids.mapped("state")), {"skipped"})
        self.assertFalse(self._get_lines(self.red_petg))

    def test_simulated_by_orders_of_the_past(self):
        rule = self.env.ref("print3d_sales.automation_order_reserve")
        order = self._sell(3, self.big)
        vals = self.env["print3d.automation.simulation"]._simulate(rule, 30)
        words = [
            line[2]["words"]
            for line in vals["line_ids"]
            if line[2]["res_id"] == order.id
        ]
        self.assertTrue(any("Reserve" in text for text in words), words)
        self.assertTrue(any("are short" in text for text in words), words)
        self.assertFalse(order.print3d_run_ids.reservation_ids)

    def test_ready_rule_for_late_orders(self):
        rule = self.env.ref("print3d_sales.automation_order_late")
        rule.active = True
        now = fields.Datetime.now()
        order = self._sell(1, commitment_date=now + timedelta(days=2))
        rule._watch()
        self.assertNotIn(order.id, rule.print3d_firing_ids.mapped("res_id"))
        order.commitment_date = now - timedelta(days=3)
        rule._watch()
        firing = rule.print3d_firing_ids.filtered(lambda item: item.res_id == order.id)
        self.assertEqual(firing.state, "done", firing.error)
        rule.active = False
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = %s WHERE id = %s",
            [now - timedelta(days=20), order.id],
        )
        order.invalidate_recordset()
        vals = self.env["print3d.automation.simulation"]._simulate(rule, 30)
        days = [
            line[2]["day"] for line in vals["line_ids"] if line[2]["res_id"] == order.id
        ]
        self.assertEqual(days, [(now - timedelta(days=3)).date()])
