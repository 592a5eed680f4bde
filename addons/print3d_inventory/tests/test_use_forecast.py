from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .restock_common import NOW, RestockCommon

DAYS = 7


@tagged("post_install", "-at_install")
class TestUseForecast(RestockCommon):
    """What was expected of a week is kept beside what it really took."""

    # 10 March 2027 is a Wednesday.
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Row = cls.env["print3d.use.forecast"]
        cls.monday = cls._day(2)
        cls.thing = cls._create_thing()
        cls._stock_up(cls.thing, 500, ago=200)
        cls._use_evenly(cls.thing, 2, days=100)

    def _note(self, now=NOW):
        with freeze_time(now):
            self.env.flush_all()
            self.env.invalidate_all()
            self.Row._note(self.company)
        return self._get_rows()

    def _get_rows(self, thing=None):
        """Return {weeks before the running one: its row} of a thing."""
        rows = self.Row.search([("product_id", "=", (thing or self.thing).id)])
        return {(self.monday - row.week_on).days // DAYS: row for row in rows}

    def test_weeks_that_are_over(self):
        rows = self._note()
        self.assertEqual(sorted(rows), list(range(13)))
        for back in (1, 2, 5):
            self.assertRecordValues(
                rows[back],
                [
                    {
                        "forecast": 14,
                        "used": 14,
                        "difference": 0,
                        "accuracy": 100,
                        "is_over": True,
                        "is_afterwards": True,
                    }
                ],
            )

    def test_the_running_week(self):
        self._plan_out(30)
        row = self._note()[0]
        # Monday and Tuesday as usual, and thirty that are to go out instead of the
        # usual ten of the other days.
        self.assertEqual((row.forecast, row.used), (34, 4))
        self.assertFalse(row.is_over or row.is_afterwards)
        # A week later what was expected stands, and what was used is known.
        self._move(self.thing, 20, 0)
        row = self._note(NOW + timedelta(days=7))[0]
        self.assertEqual((row.forecast, row.used, row.difference), (34, 24, -10))
        self.assertAlmostEqual(row.accuracy, 100 * 24 / 34, 1)
        self.assertTrue(row.is_over)
        self.assertFalse(row.is_afterwards)

    def _plan_out(self, quantity):
        """Plan to send some tomorrow."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        self.env["stock.move"].create(
            {
                "product_id": self.thing.id,
                "product_uom_qty": quantity,
                "product_uom": self.unit.id,
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        picking.action_confirm()
        picking.move_ids.date = NOW + timedelta(days=1)

    def test_what_is_told_late_counts_and_the_forecast_stands(self):
        before = self._note()
        forecasts = {back: row.forecast for back, row in before.items()}
        self._move(self.thing, 6, 12)
        rows = self._note()
        self.assertEqual((rows[2].used, rows[2].difference), (20, 6))
        self.assertAlmostEqual(rows[2].accuracy, 70)
        self.assertEqual({back: row.forecast for back, row in rows.items()}, forecasts)
        # Nothing is noted twice.
        self.assertEqual(sorted(rows), sorted(before))

    def test_what_nobody_knew_is_not_expected(self):
        """The days before a week tell what it would take, and not itself."""
        glue = self._create_thing("New Glue")
        self._stock_up(glue, 500, ago=60)
        # Twenty days of four, up to the Monday of last week.
        self._move_all([(glue, 4, ago) for ago in range(29, 9, -1)])
        self._note()
        rows = self._get_rows(glue)
        self.assertEqual(rows[1].used, 0)
        self.assertEqual(rows[1].accuracy, 0)
        self.assertGreater(rows[1].forecast, 10)
        self.assertEqual(rows[2].used, 28)
        # Before its first use there is nothing to compare.
        self.assertNotIn(6, rows)

    def test_the_cron_notes_it(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "print3d_inventory.ir_cron_learn_restocking"
            ).method_direct_trigger()
        self.assertEqual(self._get_rows()[1].used, 14)

    def test_the_moves_of_the_week(self):
        action = self._note()[1].action_view_use()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(lines.mapped("quantity")), 14)

    def test_who_may_read(self):
        self._note()
        row = self._get_rows()[1]
        worker = self._create_user("use_worker", "user")
        self.assertEqual(row.with_user(worker).used, 14)
        with self.assertRaises(AccessError):
            row.with_user(worker).used = 3
        stranger = self._create_user("use_stranger", "owner")
        other = self.env["res.company"].create({"name": "Use shop"})
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            row.with_user(stranger).read(["used"])

    def test_looks_as_often_for_many_as_for_few(self):
        counts = []
        for more in (2, 1, 8):
            for index in range(more):
                thing = self._create_thing(f"Thing {more} {index}")
                self._stock_up(thing, 50)
            self._note()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.Row._note(self.company)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
