from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dProductionCommon

NOW = datetime(2027, 3, 10, 12, 0)


@tagged("post_install", "-at_install")
class TestRestockForecast(Print3dProductionCommon):
    """What is to be printed is planned use, and what failed was used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.company = cls.env.company
        cls.company.partner_id.tz = "UTC"
        cls.company.print3d_waste_percent = 0
        cls.Forecast = cls.env["print3d.restock.forecast"]

    def _get_rows(self, product=None, days=60):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Forecast._get_planned_demand(
            product or self.black, NOW.date() + timedelta(days=days)
        )

    def _get_planned(self, product=None):
        rows = self._get_rows(product)
        kinds = {}
        for row in rows:
            kinds[row["kind"]] = kinds.get(row["kind"], 0.0) + row["qty"]
        return {kind: round(grams, 2) for kind, grams in kinds.items()}

    def test_the_queue_is_planned_once(self):
        """Orders need what their prints take, and no more."""
        production = self._create_mo(3)
        self.assertEqual(self._get_planned(), {"run": 150})
        row = self._get_rows()[0]
        self.assertEqual(row["res_model"], "print3d.run")
        self.assertIn(row["res_id"], production.run_ids.ids)

    def test_waste_goes_beside(self):
        self._create_mo(2)
        self.company.print3d_waste_percent = 10
        self.assertEqual(self._get_planned(), {"run": 110})

    def test_what_was_printed_is_planned_no_more(self):
        production = self._create_mo(3)
        before = self.Forecast._get_projection(self.black, 60)[self.black.id]
        self._print(production.run_ids[0], [self.second_spool])
        self.assertEqual(self._get_planned(), {"run": 100})
        after = self.Forecast._get_projection(self.black, 60)[self.black.id]
        self.assertEqual(after["on_hand"], before["on_hand"] - 50)
        self.assertEqual(
            sum(day["planned"] for day in after["days"]),
            sum(day["planned"] for day in before["days"]) - 50,
        )

    def test_a_print_that_runs_takes_its_own_spools(self):
        production = self._create_mo(1)
        self._start(production.run_ids, [self.second_spool])
        self.assertEqual(self._get_planned(), {"run": 50})

    def test_orders_without_prints_are_planned(self):
        production = self._create_mo(3)
        production.run_ids.filtered(lambda run: run.state == "queued")[
            0
        ].action_cancel()
        planned = self._get_planned()
        self.assertEqual(planned, {"run": 100, "component": 50})

    def test_hardware_of_orders_is_planned(self):
        insert = self.env["product.product"].create(
            {"name": "Insert M3", "is_storable": True, "print3d_kind": "hardware"}
        )
        self.product._get_print_bom().bom_line_ids = [
            Command.create({"product_id": insert.id, "product_qty": 4})
        ]
        production = self._create_mo(3, date_start=NOW + timedelta(days=2))
        [row] = self._get_rows(insert)
        self.assertEqual((row["kind"], row["qty"]), ("component", 12))
        self.assertEqual(row["date"], NOW.date() + timedelta(days=2))
        self.assertEqual(
            (row["res_model"], row["res_id"]), ("mrp.production", production.id)
        )

    def test_what_is_reserved_for_a_print_is_planned_once(self):
        production = self._create_mo(1)
        self.env["print3d.spool.reservation"].create(
            {
                "lot_id": self.second_spool.id,
                "wanted_id": self.black.id,
                "grams": 50,
                "res_model": "print3d.run",
                "res_id": production.run_ids.id,
            }
        )
        self.assertEqual(self._get_planned(), {"run": 50})

    def test_one_after_the_other(self):
        """A printer that is busy until tomorrow takes filament tomorrow."""
        self.version.plate_ids.time_s = 20 * 3600
        runs = self._create_mo(3).run_ids
        runs.workcenter_id = self.printer
        days = self.Forecast._get_run_days(runs.sorted("id"))
        self.assertEqual(
            [(days[run] - NOW.date()).days for run in runs.sorted("id")], [0, 1, 2]
        )

    def test_what_is_made_takes_as_long_as_its_bill_says(self):
        bom = self.product._get_print_bom()
        bom.produce_delay = 4
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.product.id,
                "location_id": self.stock.id,
                "warehouse_id": self.warehouse.id,
                "print3d_mode": "learned",
            }
        )
        self.assertEqual(rule.lead_days_learned, 4)
        self.assertIn("bill of materials", rule.explained["lines"][1]["sum"])

    def test_what_a_failed_print_took_was_used(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.second_spool])
        run._do_end("failed", percent=40)
        self.env.flush_all()
        History = self.env["print3d.restock.history"]
        [history] = History._get_histories(
            self.black, self.company, NOW.date() - timedelta(days=3)
        ).values()
        self.assertEqual(History._get_used(history, False), {NOW.date(): 20})

    def test_queries_do_not_depend_on_how_long_the_queue_is(self):
        counts = []
        for _more in range(3):
            self._create_mo(4)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.Forecast._get_projection(self.black | self.white, 30)
            counts.append(self.env.cr.sql_log_count - start)
        # The first one filled the caches of the registry.
        self.assertEqual(counts[1], counts[2])
