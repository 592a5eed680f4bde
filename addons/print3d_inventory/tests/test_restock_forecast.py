from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .restock_common import NOW, RestockCommon


@tagged("post_install", "-at_install")
class TestRestockForecast(RestockCommon):
    """The stock of the coming days, and what will do meanwhile."""

    def _get_ahead(self, product, days=30):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Forecast._get_projection(product, days)[product.id]

    def _plan(self, product, quantity, days, confirm=True):
        """Plan a delivery so many days ahead (stock.picking)."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": self.stock.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        },
                    )
                ],
            }
        )
        if confirm:
            picking.action_confirm()
        picking.move_ids.date = NOW + timedelta(days=days)
        return picking

    # === BURN === #

    def test_usual_use_goes_on(self):
        thing = self._create_thing()
        self._stock_up(thing, 100, ago=41)
        self._use_evenly(thing, 2)
        ahead = self._get_ahead(thing)
        self.assertEqual((ahead["on_hand"], ahead["daily_use"]), (20, 2))
        self.assertEqual(ahead["days"][0]["date"], self.today)
        self.assertEqual([day["stock"] for day in ahead["days"][:3]], [18, 16, 14])
        self.assertEqual(ahead["depletion_on"], self._day(-9))
        self.assertFalse(ahead["is_guess"])
        self.assertIsNone(ahead["rop"])

    def test_a_new_thing_is_not_used_up_by_its_first_day(self):
        """Thirty in one day are spread over as many days as a figure needs."""
        thing = self._create_thing()
        self._stock_up(thing, 60, ago=2)
        self._move(thing, 30, 1)
        ahead = self._get_ahead(thing)
        self.assertTrue(ahead["is_guess"])
        self.assertEqual(ahead["daily_use"], 1.5)

    def test_what_nobody_uses_lasts(self):
        thing = self._create_thing()
        self._stock_up(thing, 3)
        ahead = self._get_ahead(thing)
        self.assertIsNone(ahead["depletion_on"])
        self.assertEqual(ahead["days"][-1]["stock"], 3)

    def test_the_spread(self):
        thing = self._create_thing()
        self._stock_up(thing, 100, ago=41)
        self._use_evenly(thing, 2, every=2)
        day = self._get_ahead(thing)["days"][8]
        self.assertLess(day["low"], day["stock"])
        self.assertAlmostEqual(day["high"] - day["stock"], day["stock"] - day["low"], 6)

    # === WHAT COMES === #

    def test_orders_come_when_they_are_expected(self):
        thing = self._create_thing()
        order = self._order(thing, 50, 1)
        order.picking_ids.move_ids.date = NOW + timedelta(days=4)
        draft = self._order(thing, 90, 1, confirm=False)
        ahead = self._get_ahead(thing)
        self.assertEqual([day["in"] for day in ahead["days"][3:6]], [0, 50, 0])
        self.assertEqual(ahead["days"][-1]["stock"], 50)
        [source] = ahead["sources"]
        self.assertEqual((source["kind"], source["qty"]), ("arrival", 50))
        self.assertEqual(
            (source["res_model"], source["res_id"]), ("purchase.order", order.id)
        )
        self.assertEqual(draft.state, "draft")

    def test_what_is_overdue_is_awaited_today(self):
        thing = self._create_thing()
        order = self._order(thing, 50, 9)
        order.picking_ids.move_ids.date = NOW - timedelta(days=3)
        self.assertEqual(self._get_ahead(thing)["days"][0]["in"], 50)

    def test_what_came_does_not_come_again(self):
        thing = self._create_thing()
        order = self._order(thing, 50, 9)
        self._receive_order(order, 1, share=20)
        ahead = self._get_ahead(thing)
        self.assertEqual(ahead["on_hand"], 20)
        self.assertEqual(sum(day["in"] for day in ahead["days"]), 30)

    # === WHAT IS PLANNED === #

    def test_planned_use_takes_the_place_of_usual_use(self):
        thing = self._create_thing()
        self._stock_up(thing, 200, ago=41)
        self._use_evenly(thing, 2)
        before = self._get_ahead(thing)["days"][-1]["stock"]
        picking = self._plan(thing, 10, 8)
        ahead = self._get_ahead(thing)
        self.assertEqual(ahead["days"][8]["planned"], 10)
        self.assertEqual(ahead["days"][-1]["stock"], before)
        # Beyond the usual use of a week before and after, it comes on top.
        picking.move_ids.product_uom_qty = 45
        self.assertEqual(self._get_ahead(thing)["days"][-1]["stock"], before - 15)

    def test_what_is_not_confirmed_is_not_planned(self):
        thing = self._create_thing()
        self._stock_up(thing, 20)
        self._plan(thing, 10, 8, confirm=False)
        self.assertFalse(self._get_ahead(thing)["sources"])

    def test_reserved_grams_are_not_there(self):
        spool = self._create_old_spool()
        self.env["print3d.spool.reservation"].create(
            {"lot_id": spool.id, "grams": 300, "note": "A sample"}
        )
        ahead = self._get_ahead(self.filament)
        self.assertEqual(ahead["days"][0]["planned"], 300)
        self.assertEqual(ahead["days"][-1]["stock"], 700)
        self.assertIn("A sample", ahead["sources"][0]["label"])

    def test_spools_in_quarantine_are_not_there(self):
        spools = self._create_old_spool() + self._create_old_spool(400)
        spools[0]._print3d_record("quarantine", reason="Damp")
        self.assertEqual(self._get_ahead(self.filament)["on_hand"], 400)

    def test_other_companies_have_their_own(self):
        thing = self._create_thing()
        self._stock_up(thing, 20)
        other = self.env["res.company"].create({"name": "Other shop"})
        ahead = self.Forecast._get_projection(thing, 5, other)[thing.id]
        self.assertEqual(ahead["on_hand"], 0)

    # === EVENTS === #

    def test_events(self):
        thing = self._create_thing()
        self._stock_up(thing, 200, ago=41)
        self._use_evenly(thing, 2)
        self.env["print3d.demand.event"].create(
            [
                {
                    "name": "Twice",
                    "date_from": self._day(-2),
                    "date_to": self._day(-2),
                    "factor": 2,
                },
                {
                    "name": "Closed",
                    "date_from": self._day(-4),
                    "date_to": self._day(-4),
                    "factor": 0,
                },
            ]
        )
        days = self._get_ahead(thing)["days"]
        used = [day["burn"] + day["events"] for day in days[:6]]
        self.assertEqual(used, [2, 2, 4, 2, 0, 2])
        self.assertEqual(days[2]["events"], 2)

    # === SCREEN === #

    def test_the_chart_shows_what_the_reader_may_open(self):
        thing = self._create_thing()
        self._order(thing, 50, 1)
        owner = self._create_user("ahead_owner", "owner")
        sales = self._create_user("ahead_sales", "sales")
        self.env.flush_all()
        ahead = thing.with_user(owner).get_stock_ahead()
        self.assertEqual(ahead["sources"][0]["res_model"], "purchase.order")
        self.assertEqual(len(ahead["days"]), 60)
        self.assertEqual(ahead["days"][0]["date"], "2027-03-10")
        ahead = thing.with_user(sales).get_stock_ahead(9999)
        self.assertEqual(len(ahead["days"]), 180)
        if not self.env["purchase.order"].with_user(sales).has_access("read"):
            self.assertFalse(ahead["sources"][0]["res_model"])
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "ahead_stranger",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaises(AccessError):
            thing.with_user(stranger).get_stock_ahead()
        with self.assertRaises(AccessError):
            thing.with_user(stranger).read(["stock_ahead"])
        worker = self.env["res.users"].create(
            {
                "name": "Somebody else's",
                "login": "ahead_worker",
                "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
            }
        )
        with self.assertRaisesRegex(AccessError, "people of the shop"):
            thing.with_user(worker).get_stock_ahead()

    def test_queries_do_not_depend_on_how_many(self):
        things = self.env["product.product"]
        for index in range(12):
            thing = self._create_thing(f"Thing {index}")
            self._stock_up(thing, 50)
            self._use_evenly(thing, 1, days=12, every=4)
            self._order(thing, 5, 1)
            self._plan(thing, 4, 3)
            things |= thing
        self.Forecast._get_projection(things, 30)  # fill the caches of the registry
        counts = []
        for some in (things[:2], things):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.Forecast._get_projection(some, 30)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 70)

    # === SUBSTITUTES === #

    def test_substitutes(self):
        """Same material and diameter, near in colour, and there."""
        self.env["product.product"].search(
            [("is_filament", "=", True), ("id", "!=", self.filament.id)]
        ).action_archive()
        near = self._create_filament("Near", "#202020")
        nearer = self._create_filament("Nearer", "#1B1B1B")
        others = {
            "far": self._create_filament("Far", "#FFFFFF"),
            "petg": self._create_filament("PETG", material_id=self.petg.id),
            "thick": self._create_filament("Thick", diameter_mm=2.85),
        }
        self._create_filament("Nothing left", "#1A1A1B")
        for filament in (near, nearer, *others.values(), self.filament):
            self._create_old_spool(filament=filament)
        found = self.filament._get_substitutes()
        self.assertEqual([item["product"] for item in found], [nearer, near])
        self.assertLess(found[0]["delta_e"], 1)
        self.assertEqual(found[0]["available"], 1000)
        self.assertFalse(self.filament._get_substitutes(qty=5000))
        self.assertEqual(len(self.filament._get_substitutes(limit=1)), 1)
        chips = self.filament.print3d_substitutes
        self.assertEqual(chips[0]["id"], nearer.id)

    def test_what_is_reserved_is_no_substitute(self):
        near = self._create_filament("Near", "#1B1B1B")
        spool = self._create_old_spool(filament=near)
        self.env["print3d.spool.reservation"].create(
            {"lot_id": spool.id, "grams": 1000, "note": "All of it"}
        )
        found = self.filament._get_substitutes(limit=100)
        self.assertNotIn(near, [item["product"] for item in found])

    def test_things_have_no_substitutes(self):
        self.assertEqual(self._create_thing()._get_substitutes(), [])
