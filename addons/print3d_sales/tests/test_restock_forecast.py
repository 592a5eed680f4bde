from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dSalesCommon

NOW = datetime(2027, 3, 10, 12, 0)


@tagged("post_install", "-at_install")
class TestRestockForecast(Print3dSalesCommon):
    """What is sold and not made yet needs filament, and what is quoted may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.company = cls.env.company
        cls.company.partner_id.tz = "UTC"
        cls.company.print3d_waste_percent = 0
        cls.Forecast = cls.env["print3d.restock.forecast"]
        # Its filament is in no other order of the shop.
        cls.shelf_ware = cls._create_product("Shelf ware", is_storable=True)
        cls._create_version(
            cls.shelf_ware,
            [{"copies": 2, "time_s": 3600, "filaments": [(cls.white, 50)]}],
        ).action_activate()
        cls.shelf_ware.route_ids = [Command.clear()]

    def _get_rows(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Forecast._get_planned_demand(
            self.white, NOW.date() + timedelta(days=60)
        )

    def _get_planned(self):
        kinds = {}
        for row in self._get_rows():
            kinds[row["kind"]] = kinds.get(row["kind"], 0.0) + row["qty"]
        return {kind: round(grams, 2) for kind, grams in kinds.items()}

    def test_sold_and_not_made(self):
        order = self._sell(6, self.shelf_ware)
        self.assertFalse(order.print3d_run_ids)
        self.assertEqual(self._get_planned(), {"sold": 150})
        [row] = self._get_rows()
        self.assertEqual((row["res_model"], row["res_id"]), ("sale.order", order.id))

    def test_sold_from_the_shelf(self):
        self._add_stock(4, self.shelf_ware)
        self._sell(6, self.shelf_ware)
        self.assertEqual(self._get_planned(), {"sold": 50})

    def test_sold_and_being_made(self):
        self._sell(6, self.shelf_ware)
        self._create_mo(6, self.shelf_ware)
        self.assertEqual(self._get_planned(), {"run": 150})

    def test_printed_to_order(self):
        self.shelf_ware.route_ids = self.route
        self._sell(4, self.shelf_ware)
        self.assertEqual(self._get_planned(), {"run": 100})

    def test_waste_goes_beside(self):
        self.company.print3d_waste_percent = 20
        self._sell(2, self.shelf_ware)
        self.assertEqual(self._get_planned(), {"sold": 60})

    # === QUOTATIONS === #

    def test_quotations_count_when_the_company_says_so(self):
        order = self._create_order(4, self.shelf_ware)
        self.assertEqual(self._get_planned(), {})
        self.company.print3d_quote_percent = 30
        self.assertEqual(self._get_planned(), {"quote": 30})
        order.action_quotation_sent()
        self.assertEqual(self._get_planned(), {"quote": 30})
        order.validity_date = NOW.date() - timedelta(days=1)
        self.assertEqual(self._get_planned(), {})

    def test_a_quotation_needs_filament_when_it_is_promised(self):
        self.company.print3d_quote_percent = 50
        self._create_order(4, self.shelf_ware, commitment_date=NOW + timedelta(days=9))
        [row] = self._get_rows()
        self.assertEqual(row["date"], NOW.date() + timedelta(days=9))
        self.assertIn("50 % likely", row["label"])

    def test_queries_do_not_depend_on_how_many(self):
        self.company.print3d_quote_percent = 50
        counts = []
        for _more in range(3):
            for _order in range(2):
                self._create_order(4, self.shelf_ware)
                self._sell(2, self.shelf_ware)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.Forecast._get_projection(self.white | self.black, 30)
            counts.append(self.env.cr.sql_log_count - start)
        # The first one filled the caches of the registry.
        self.assertEqual(counts[1], counts[2])
