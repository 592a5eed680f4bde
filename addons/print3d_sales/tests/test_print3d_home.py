from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestPrint3dHome(Print3dSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Orders of the database the tests run on are none of our business.
        cls.company = cls.env["res.company"].browse(cls.company.id)
        cls.now = fields.Datetime.now()

    def _get_section(self, key, user=None):
        home = self.env["print3d.home"].with_user(user or self.owner)
        return home.get_data()[key]

    def _get_row(self, order):
        rows = self._get_section("orders_due")["orders"]
        return next((row for row in rows if row["id"] == order.id), None)

    def test_open_order(self):
        order = self._sell(2, commitment_date=self.now - timedelta(days=400))
        row = self._get_row(order)
        self.assertEqual(
            {key: row[key] for key in ("customer", "what", "stage", "can_ship")},
            {
                "customer": "Test Customer",
                "what": "2 × Test Vase",
                "stage": "queued",
                "can_ship": False,
            },
        )
        self.assertEqual((row["run_count"], row["done_count"]), (2, 0))
        self.assertLess(row["days"], 0)
        self.assertGreaterEqual(self._get_section("orders_due")["late"], 1)

    def test_ready_order_can_be_shipped(self):
        order = self._sell(1, commitment_date=self.now - timedelta(days=400))
        self._print_order(order)
        self.assertTrue(self._get_row(order)["can_ship"])
        self._deliver(order)
        self.assertIsNone(self._get_row(order))

    def test_quotation_is_not_due(self):
        order = self._create_order(commitment_date=self.now - timedelta(days=400))
        self.assertIsNone(self._get_row(order))

    def test_most_urgent_first(self):
        later = self._sell(1, commitment_date=self.now - timedelta(days=400))
        sooner = self._sell(1, commitment_date=self.now - timedelta(days=500))
        ids = [row["id"] for row in self._get_section("orders_due")["orders"]]
        self.assertLess(ids.index(sooner.id), ids.index(later.id))

    def _get_numbers(self, user=None):
        return {
            number["key"]: number["value"]
            for number in self._get_section("today", user)["numbers"]
        }

    def test_numbers_of_the_day(self):
        before = self._get_numbers()
        order = self._sell(2, price=10)
        first, second = order.print3d_run_ids.sorted("id")
        self._print(first, [self.spool])
        self._start(second, [self.spool])
        second._do_end("failed", percent=50)
        after = self._get_numbers()
        self.assertEqual(after["done"] - before["done"], 1)
        self.assertEqual(after["failed"] - before["failed"], 1)
        self.assertAlmostEqual(after["grams"] - before["grams"], 75)
        self.assertAlmostEqual(after["sold"] - before["sold"], 20)

    def test_spark_line(self):
        before = self._get_section("today")["spark"]
        self.assertEqual(len(before), 14)
        order = self._sell(1)
        self._print_order(order)
        order.print3d_run_ids.date_end = self.now - timedelta(days=3)
        after = self._get_section("today")["spark"]
        grown = [
            day["day"]
            for day, old in zip(after, before, strict=True)
            if day["count"] > old["count"]
        ]
        self.assertEqual(len(grown), 1)

    def test_salesperson(self):
        self._sell(1)
        self.assertIn("sold", self._get_numbers(self.sales_user))
        self.assertTrue(self._get_section("orders_due", self.sales_user)["orders"])

    def test_operator(self):
        self._sell(1)
        self.assertNotIn("sold", self._get_numbers(self.operator))
        self.assertTrue(self._get_section("orders_due", self.operator)["orders"])
