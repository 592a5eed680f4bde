from datetime import timedelta

from odoo.tests import tagged

from .restock_common import NOW, RestockCommon


@tagged("post_install", "-at_install")
class TestRestockHistory(RestockCommon):
    """Which moves count as use, and how long orders took."""

    # === THINGS === #

    def test_what_goes_out_counts_and_what_comes_back_is_taken_off(self):
        thing = self._create_thing()
        customer = self.env.ref("stock.stock_location_customers")
        self._stock_up(thing, 100)
        out = self._move(thing, 10, 8, dest=customer)
        self._move(
            thing,
            4,
            6,
            source=customer,
            dest=self.stock,
            origin_returned_move_id=out.id,
        )
        self._move(thing, 7, 5)
        self._move(thing, 3, 5)
        self.assertEqual(self._get_used(thing), {8: 10, 6: -4, 5: 10})

    def test_what_comes_from_vendors_or_goes_back_is_no_use(self):
        thing = self._create_thing()
        supplier = self.env.ref("stock.stock_location_suppliers")
        self._stock_up(thing, 100, ago=20)
        self._move(thing, 15, 10, dest=supplier)
        self.assertEqual(self._get_used(thing), {})

    def test_moves_between_places_are_no_use(self):
        thing = self._create_thing()
        self._stock_up(thing, 100)
        self._move(thing, 15, 10, dest=self.shelf)
        self.assertEqual(self._get_used(thing), {})

    def test_what_is_made_is_no_use_below_zero(self):
        thing = self._create_thing(kind="finished")
        production = thing.property_stock_production
        self._move(thing, 15, 10, source=production, dest=self.stock)
        self.assertEqual(self._get_used(thing), {})

    def test_a_count_that_finds_less_is_use(self):
        thing = self._create_thing()
        Quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant = Quant.create(
            {
                "product_id": thing.id,
                "location_id": self.stock.id,
                "inventory_quantity": 50,
            }
        )
        quant.action_apply_inventory()
        quant.inventory_quantity = 42
        quant.action_apply_inventory()
        moves = self.env["stock.move"].search(
            [("product_id", "=", thing.id)], order="id"
        )
        moves[0].move_line_ids.date = NOW - timedelta(days=30)
        moves[1].move_line_ids.date = NOW - timedelta(days=9)
        self.assertEqual(self._get_used(thing), {9: 8})

    def test_a_nozzle_that_is_thrown_away_was_used(self):
        thing = self._create_thing(kind="spare")
        self._stock_up(thing, 10)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": thing.id,
                "product_uom_id": thing.uom_id.id,
                "location_id": self.stock.id,
                "scrap_qty": 2,
            }
        )
        scrap.do_scrap()
        self.assertEqual(self._get_used(thing), {0: 2})

    # === SPOOLS === #

    def test_new_spools_are_no_use(self):
        self._create_old_spool()
        self.assertEqual(self._get_used(self.filament), {})

    def test_uses_count_on_the_day_they_happened(self):
        spool = self._create_old_spool()
        self._tell(spool, "use", 120, 6)
        self._tell(spool, "use", 30, 6)
        self.assertEqual(self._get_used(self.filament), {6: 150})

    def test_what_a_weighing_finds_less_was_used(self):
        self.filament.tare_weight_g = 200
        spool = self._create_old_spool()
        self._tell(spool, "weigh", 1080, 6)
        self._tell(spool, "use", 100, 5)
        self._tell(spool, "weigh", 990, 4)
        self.assertEqual(self._get_used(self.filament), {6: 120, 5: 100, 4: -10})

    def test_uses_of_a_spool_are_what_came_with_it(self):
        """A use told late, before a weighing, is not counted twice."""
        self.filament.tare_weight_g = 200
        spool = self._create_old_spool()
        self._tell(spool, "weigh", 900, 4)
        self._tell(spool, "use", 250, 8)
        self.assertEqual(sum(self._get_used(self.filament).values()), 300)

    def test_what_is_wound_over_is_no_use(self):
        spools = self._create_old_spool() + self._create_old_spool()
        for spool in spools:
            self._tell(spool, "use", 700, 5)
        spools[0]._print3d_merge_into(spools[1], None)
        self.assertEqual(self._get_used(self.filament), {5: 1400})

    def test_spools_thrown_away_count_when_the_policy_says_so(self):
        spool = self._create_old_spool()
        self._tell(spool, "scrap", 400, 3, reason="Damp")
        self.assertEqual(self._get_used(self.filament), {})
        self.assertEqual(self._get_used(self.filament, has_scraps=True), {3: 400})

    def test_a_scrap_taken_back_was_none(self):
        spool = self._create_old_spool()
        self._tell(spool, "scrap", 400, 0).action_undo()
        self.assertEqual(sum(self._get_used(self.filament).values()), 0)
        used = self._get_used(self.filament, has_scraps=True)
        self.assertEqual(sum(used.values()), 0)

    def test_a_use_taken_back_was_none(self):
        spool = self._create_old_spool()
        self._tell(spool, "use", 400, 0).action_undo()
        self.assertEqual(sum(self._get_used(self.filament).values()), 0)

    # === DAYS === #

    def test_daily_use(self):
        thing = self._create_thing()
        self._stock_up(thing, 100, ago=41)
        self._use_evenly(thing, 2, days=40, every=2)
        history = self.History._get_histories(thing, self.company, self._day(40))
        use = self.History._measure_use(
            history[thing.id, self.warehouse.id], self.policy, self.today
        )
        self.assertEqual((use.mean, use.days, use.active), (1.0, 40, 20))

    def test_days_before_it_came_do_not_count(self):
        thing = self._create_thing()
        self._stock_up(thing, 100, ago=10)
        self._use_evenly(thing, 3, days=9)
        history = self.History._get_histories(thing, self.company, self._day(40))
        use = self.History._measure_use(
            history[thing.id, self.warehouse.id], self.policy, self.today
        )
        self.assertEqual((use.days, use.empty), (10, 30))
        self.assertAlmostEqual(use.mean, 2.7)

    def test_what_is_used_today_counts_tomorrow(self):
        thing = self._create_thing()
        self._stock_up(thing, 10, ago=30)
        self._move(thing, 10, 0)
        history = self.History._get_histories(thing, self.company, self._day(40))
        use = self.History._measure_use(
            history[thing.id, self.warehouse.id], self.policy, self.today
        )
        self.assertEqual((use.total, use.days), (0.0, 30))

    def test_the_date_is_that_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        thing = self._create_thing()
        self._stock_up(thing, 10)
        move = self._move(thing, 4, 3)
        move.move_line_ids.date = NOW.replace(day=7, hour=18)
        # 18:00 in London is the next morning in Auckland.
        self.assertEqual(self._get_used(thing), {2: 4})

    def test_other_companies_use_is_not_ours(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        thing = self._create_thing()
        self._stock_up(thing, 10)
        self._move(thing, 4, 3)
        self.assertFalse(self.History._get_histories(thing, other, self._day(40)))

    def test_queries_do_not_depend_on_how_many(self):
        things = [self._create_thing(f"Thing {index}") for index in range(12)]
        for thing in things:
            self._stock_up(thing, 10)
            self._move(thing, 4, 3)
        everything = self.env["product.product"].union(*things)
        counts = []
        for products in (everything[:2], everything):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = self.History._get_histories(products, self.company, self._day(40))
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(len(found), len(products))
        self.assertEqual(*counts)

    # === RECEIPTS === #

    def test_days_from_order_to_stock(self):
        thing = self._create_thing()
        for ago, came in ((30, 26), (20, 14)):
            self._receive_order(self._order(thing, 5, ago), came)
        own, orders = self.History._get_receipts(self.company)
        self.assertEqual(own[self.vendor.id, thing.id], [4.0, 6.0])
        self.assertEqual(orders[self.vendor.id], [4.0, 6.0])

    def test_an_order_comes_in_parts(self):
        thing = self._create_thing()
        order = self._order(thing, 10, 30)
        self._receive_order(order, 26, share=4)
        key = (self.vendor.id, thing.id)
        self.assertNotIn(key, self.History._get_receipts(self.company)[0])
        first = self.History._get_receipts(self.company, "first")[0]
        self.assertEqual(first[key], [4.0])
        self._receive_order(order, 20)
        self.assertEqual(self.History._get_receipts(self.company)[0][key], [10.0])
        first = self.History._get_receipts(self.company, "first")[0]
        self.assertEqual(first[key], [4.0])

    def test_an_order_of_many_lines_is_one_order(self):
        things = [self._create_thing(f"Thing {index}") for index in range(3)]
        order = self._order(things[0], 5, 30, confirm=False)
        for thing in things[1:]:
            order.order_line[0].copy({"order_id": order.id, "product_id": thing.id})
        order.button_confirm()
        order.date_approve = NOW - timedelta(days=30)
        self._receive_order(order, 27)
        own, orders = self.History._get_receipts(self.company)
        self.assertEqual(orders[self.vendor.id], [3.0])
        self.assertEqual({own[self.vendor.id, thing.id][0] for thing in things}, {3.0})
