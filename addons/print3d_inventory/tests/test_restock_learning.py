import math
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .restock_common import RestockCommon


@tagged("post_install", "-at_install")
class TestRestockLearning(RestockCommon):
    """Reorder rules learn their limits, and say why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.thing = cls._create_thing()
        cls._stock_up(cls.thing, 500, ago=41)

    def _teach(self, *quantities):
        """Use such quantities, day after day, for forty days."""
        uses = [
            (self.thing, quantities[ago % len(quantities)], ago)
            for ago in range(40, 0, -1)
        ]
        self._move_all([use for use in uses if use[1]])

    # === THE FORMULA === #

    def test_reorder_point(self):
        """Daily use × lead time + z √(L σd² + d² σL²), each from what happened."""
        self._teach(2, 6)
        for ago, came in ((38, 34), (28, 22), (18, 10)):
            self._receive_order(self._order(self.thing, 1, ago), came)
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.daily_use, 4)
        self.assertAlmostEqual(rule.daily_use_sd, math.sqrt(40 * 4 / 39), 3)
        self.assertEqual((rule.lead_days_learned, rule.lead_days_sd), (6, 2))
        safety = 1.644854 * math.sqrt(6 * 160 / 39 + 16 * 4)
        self.assertAlmostEqual(rule.safety_stock, safety, 2)
        self.assertEqual(rule.reorder_point, math.ceil(24 + safety))
        self.assertEqual(rule.product_min_qty, rule.reorder_point)
        # Thirty days of four are 120: 119 more than the point, and the one that lacks.
        self.assertEqual(rule.product_max_qty, rule.reorder_point + 119)
        self.assertFalse(rule.is_guess)

    def test_safety_by_days_of_cover(self):
        self._teach(5)
        self.policy.write({"formula": "cover", "safety_days": 4})
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.safety_stock, 20)
        self.assertEqual(rule.reorder_point, 5 * 5 + 20)

    def test_fixed_safety_and_days_between_orders(self):
        self._teach(5)
        self.policy.write({"formula": "fixed", "safety_quantity": 33, "review_days": 7})
        self.assertEqual(self._create_rule(self.thing).reorder_point, 5 * 12 + 33)

    def test_what_is_left_when_an_order_arrives(self):
        self._teach(2)
        rule = self._create_rule(self.thing)
        left = self.thing.qty_available
        self.assertEqual((rule.stock_now, rule.stock_then), (left, left - 10))

    def test_a_rule_may_want_more_service(self):
        self._teach(0, 9)
        rule = self._create_rule(self.thing)
        before = rule.safety_stock
        rule.service_level = 99.5
        self.assertGreater(rule.safety_stock, before)
        self.assertEqual(rule.product_min_qty, rule.reorder_point)

    # === LITTLE HISTORY === #

    def test_a_new_thing_follows_the_policy(self):
        thing = self._create_thing("New thing")
        self._stock_up(thing, 10, ago=2)
        self._move(thing, 9, 1)
        rule = self._create_rule(thing)
        self.assertTrue(rule.is_guess)
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (1, 1))
        self.assertIn("too little history", str(rule.explained))

    def test_a_thing_seldom_used_follows_the_policy(self):
        self._move(self.thing, 30, 20)
        self.policy.fallback_packs = 3
        rule = self._create_rule(self.thing)
        self.assertTrue(rule.is_guess)
        self.assertEqual(rule.product_min_qty, 3)

    def test_a_new_filament_is_kept_in_spools(self):
        rule = self._create_rule(self.filament)
        self.assertTrue(rule.is_guess)
        self.assertEqual(rule.product_min_qty, 1000)
        self.assertEqual(rule.replenishment_uom_id, self.spool_uom)

    # === LEAD TIMES === #

    def test_too_few_receipts_of_it(self):
        """Then those of its vendor count, or else what he says."""
        self._teach(5)
        self._receive_order(self._order(self.thing, 1, 30), 22)
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.lead_days_learned, 5)
        self.assertEqual(rule.restock_facts["lead"]["source"], "seller")
        other = self._create_thing("Other")
        for ago in (20, 15):
            self._receive_order(self._order(other, 1, ago), ago - 2)
        rule._learn()
        self.assertEqual(rule.restock_facts["lead"]["source"], "vendor")
        self.assertEqual(rule.lead_days_learned, 4)

    def test_no_vendor_at_all(self):
        self._teach(5)
        self.thing.seller_ids.unlink()
        self.policy.lead_days = 9
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.lead_days_learned, 9)
        self.assertEqual(rule.restock_facts["lead"]["source"], "policy")

    # === PACKS, PAR, VENDOR === #

    def test_orders_are_whole_packs(self):
        self._teach(4)
        pack = self.env["uom.uom"].create(
            {
                "name": "Pack of 50",
                "relative_uom_id": self.unit.id,
                "relative_factor": 50,
            }
        )
        self.thing.seller_ids.product_uom_id = pack
        rule = self._create_rule(self.thing)
        # 120 for thirty days are three packs of 50.
        self.assertEqual(rule.product_min_qty, 20)
        self.assertEqual(rule.product_max_qty, 20 + 150 - 50)
        self._move(self.thing, self.thing.qty_available - 19, 0)
        self.env.invalidate_all()
        self.assertEqual(rule.qty_to_order, 150)

    def test_the_pack_of_the_policy(self):
        self._teach(4)
        self.policy.pack_uom_id = self.env.ref("uom.product_uom_dozen")
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.replenishment_uom_id, self.policy.pack_uom_id)
        self.assertEqual(rule.restock_facts["order"], 120)

    def test_litres_are_not_rounded_to_whole_ones(self):
        litre = self.env.ref("uom.product_uom_litre")
        resin = self._create_thing("Resin", uom_id=litre.id)
        self._stock_up(resin, 50, ago=41)
        self._use_evenly(resin, 0.05)
        rule = self._create_rule(resin)
        self.assertAlmostEqual(rule.product_min_qty, 0.3)

    def test_par_level(self):
        self._teach(4)
        rule = self._create_rule(self.thing, print3d_mode="par", par_level=40)
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (40, 40))
        rule.par_level = 0
        self.policy.par_level = 25
        rule._learn()
        self.assertEqual(rule.product_min_qty, 25)

    def test_the_vendor_a_policy_prefers(self):
        other = self.env["res.partner"].create({"name": "Preferred"})
        seller = self.env["product.supplierinfo"].create(
            {
                "partner_id": other.id,
                "product_tmpl_id": self.thing.product_tmpl_id.id,
                "price": 9,
                "delay": 2,
                "sequence": 50,
            }
        )
        self._teach(4)
        self.policy.vendor_id = other
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.lead_days_learned, 2)
        values = rule._prepare_procurement_values()
        self.assertEqual(values["supplierinfo_id"], seller)
        rule.supplier_id = self.thing.seller_ids - seller
        self.assertEqual(rule.lead_days_learned, 5)

    # === BY HAND === #

    def test_by_hand_it_only_tells(self):
        self._teach(4)
        rule = self._create_rule(
            self.thing, print3d_mode="manual", product_min_qty=7, product_max_qty=9
        )
        self.assertFalse(rule.has_suggestion)
        rule.action_learn()
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (7, 9))
        self.assertEqual(rule.reorder_point, 20)
        self.assertTrue(rule.has_suggestion)
        rule.action_use_suggestion()
        self.assertEqual(rule.product_min_qty, 20)
        self.assertEqual(rule.print3d_mode, "manual")
        self.assertFalse(rule.has_suggestion)

    def test_nothing_to_use_yet(self):
        rule = self._create_rule(self.thing, print3d_mode="manual")
        with self.assertRaisesRegex(UserError, "Learn now"):
            rule.action_use_suggestion()

    # === EVENTS AND SEASON === #

    def test_an_event_in_the_lead_time_counts(self):
        self._teach(4)
        self.env["print3d.demand.event"].create(
            {
                "name": "Fair",
                "date_from": self._day(-2),
                "date_to": self._day(-3),
                "scope": "products",
                "product_ids": self.thing.ids,
                "effect": "extra",
                "quantity": 70,
            }
        )
        self.assertEqual(self._create_rule(self.thing).reorder_point, 20 + 70)

    def test_a_past_event_was_not_usual(self):
        self._teach(4)
        self._move(self.thing, 36, 10)
        self.env["print3d.demand.event"].create(
            {
                "name": "Fair",
                "date_from": self._day(10),
                "date_to": self._day(10),
                "effect": "factor",
                "factor": 10,
            }
        )
        self.assertEqual(self._create_rule(self.thing).daily_use, 4)

    def test_a_season_set_by_hand(self):
        """April is twice as much; five days from 29 March on are mostly April."""
        self._teach(4)
        self.policy.write({"season": "manual", "season_03": 1, "season_04": 2})
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.restock_facts["factor"], 1)
        self.policy.lead_days = 28
        self.thing.seller_ids.unlink()
        rule._learn()
        # 10 to 31 March are 22 days, and six of April follow.
        self.assertAlmostEqual(rule.restock_facts["factor"], (22 + 2 * 6) / 28)

    def test_a_season_is_learned_of_twelve_months(self):
        category = self.env["product.category"].create({"name": "Test things"})
        # What is counted in another unit has the same season, and no more weight.
        rope = self._create_thing("Rope", categ_id=category.id)
        self.thing.categ_id = category
        self.policy.write({"season": "learned", "category_ids": category.ids})
        self.policy._learn_seasons(self.company)
        self.assertFalse(self.policy.season_learned_on)
        self._stock_up(rope, 90000, ago=400)
        self._move_all(
            [
                (thing, (40 if months == 3 else 10) * size, 30 * months + 5)
                for months in range(1, 14)
                for thing, size in ((self.thing, 1), (rope, 90))
            ]
        )
        self.policy._learn_seasons(self.company)
        self.assertTrue(self.policy.season_learned_on)
        factors = self.policy._get_season()
        self.assertAlmostEqual(sum(factors) / 12, 1, 2)
        # 95 days before 10 March is 5 December.
        self.assertEqual(max(range(12), key=factors.__getitem__), 11)

    # === WHO FOLLOWS WHICH POLICY === #

    def test_the_first_policy_that_fits(self):
        rule = self._create_rule(self.filament, print3d_mode="manual")
        self.assertEqual(rule.policy_used_id, self.policy)
        petg = self.Policy.create(
            {"name": "PETG", "sequence": 1, "material_ids": self.petg.ids}
        )
        pla = self.Policy.create(
            {"name": "PLA", "sequence": 2, "material_ids": self.pla.ids}
        )
        kind = self.Policy.create(
            {"name": "Consumables", "sequence": 3, "kind": "consumable"}
        )
        category = self.Policy.create(
            {
                "name": "By category",
                "sequence": 4,
                "category_ids": self.env.ref("product.product_category_goods").ids,
            }
        )
        other = self._create_thing(
            "Other", kind="other", categ_id=category.category_ids.id
        )
        rules = rule | self._create_rule(self.thing) | self._create_rule(other)
        rules.invalidate_recordset(["policy_used_id"])
        self.assertEqual(rules.mapped("policy_used_id"), pla | kind | category)
        rule.restock_policy_id = petg
        self.assertEqual(rule.policy_used_id, petg)
        found = self.Rule.search([("policy_used_id", "=", petg.id)])
        self.assertIn(rule, found)
        self.assertNotIn(rules[1], found)
        petg.invalidate_recordset(["rule_count"])
        self.assertEqual(petg.rule_count, len(found))

    def test_without_any_policy_the_defaults_count(self):
        self.policy.active = False
        self._teach(4)
        rule = self._create_rule(self.thing)
        self.assertFalse(rule.policy_used_id)
        # By default ninety days count, of which there was stock on 41.
        self.assertAlmostEqual(rule.daily_use, 160 / 41, 2)

    @mute_logger("odoo.sql_db")
    def test_limits_of_policies(self):
        for values in (
            {"service_level": 100},
            {"history_days": 3},
            {"least_days": 99},
            {"season_05": 0},
        ):
            with self.subTest(values=values), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.policy.write(values)
                    self.env.flush_all()

    # === MAKING RULES === #

    def test_rules_for_all_filaments_that_are_used(self):
        used = self._create_filament("Used", "#123456")
        self._tell(self._create_old_spool(filament=used), "use", 200, 5)
        self.Rule.search([("product_id.is_filament", "=", True)]).unlink()
        self.Rule.action_make_filament_rules()
        rules = self.Rule.search([("product_id", "in", (used | self.filament).ids)])
        self.assertEqual(rules.product_id, used)
        self.assertEqual(rules.print3d_mode, "learned")
        self.assertEqual(rules.trigger, "manual")
        self.Rule.action_make_filament_rules()
        self.assertEqual(self.Rule.search_count([("product_id", "=", used.id)]), 1)

    def test_core_does_not_clear_our_rules_away(self):
        """It deletes what the superuser made once there is nothing to order."""
        self._teach(1)
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.create_uid.id, 1)
        self.Rule._unlink_processed_orderpoints()
        self.Rule.action_open_orderpoints()
        self.assertTrue(rule.exists())
        self._move(self.thing, self.thing.qty_available, 0)
        self.env.invalidate_all()
        self.assertGreater(rule.qty_to_order, 0)
        rule.action_replenish()
        self.assertTrue(rule.exists())

    def test_planned_use_is_not_counted_twice(self):
        """What is planned for the lead time is part of the use the minimum holds."""
        self._teach(4)
        rule = self._create_rule(self.thing)
        self.assertEqual(rule.product_min_qty, 20)
        self._move(self.thing, self.thing.qty_available - 30, 0)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        move = self.env["stock.move"].create(
            {
                "product_id": self.thing.id,
                "product_uom_qty": 15,
                "product_uom": self.unit.id,
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        picking.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(rule.qty_forecast, 15)
        self.assertEqual(rule.qty_to_order, 0)
        self.assertEqual(rule._get_shopping_needs(), {})
        # What is planned beyond the usual use of five days is no usual use.
        move.product_uom_qty = 31
        rule._compute_qty_to_order_computed()
        self.assertGreater(rule.qty_to_order, 0)
        self.assertIn(rule, rule._get_shopping_needs())

    # === CRON, QUERIES, RIGHTS === #

    def test_the_cron_learns_everything(self):
        self._teach(4)
        rule = self._create_rule(self.thing, print3d_mode="manual")
        rule.print3d_mode = "learned"
        self._move(self.thing, 40, 10)
        with self.enter_registry_test_mode():
            self.env.ref(
                "print3d_inventory.ir_cron_learn_restocking"
            ).method_direct_trigger()
        rule.invalidate_recordset()
        self.assertEqual(rule.daily_use, 5)
        self.assertEqual(rule.product_min_qty, rule.reorder_point)
        self.thing.invalidate_recordset()
        self.assertEqual(self.thing.print3d_daily_use, 5)
        left = self.thing.qty_available / 5
        self.assertEqual(
            self.thing.print3d_depletion_on,
            self.today + timedelta(days=math.ceil(left) - 1),
        )
        self.assertEqual(rule.depletion_on, self.thing.print3d_depletion_on)

    def test_queries_do_not_depend_on_how_many(self):
        rules = self.Rule.browse()
        for index in range(12):
            thing = self._create_thing(f"Thing {index}")
            self._stock_up(thing, 50)
            self._use_evenly(thing, 1, days=12, every=4)
            rules |= self._create_rule(thing)
        counts = []
        for some in (rules[:2], rules):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._learn()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 80)

    def test_rights(self):
        rule = self._create_rule(self.thing)
        for login in ("sales", "operator"):
            user = self._create_user(f"restock_{login}", login)
            policy = self.policy.with_user(user)
            self.assertEqual(policy.read(["name"])[0]["name"], "Test policy")
            with self.assertRaises(AccessError):
                policy.name = "Mine"
            with self.assertRaises(AccessError):
                rule.with_user(user).action_learn()
            with self.assertRaises(AccessError):
                self.Rule.with_user(user).action_make_filament_rules()
        owner = self._create_user("restock_owner", "owner")
        rule.with_user(owner).action_learn()
        rule.with_user(owner).print3d_mode = "manual"
        self.policy.with_user(owner).name = "Ours"

    def test_companies(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        theirs = self.Policy.create({"name": "Theirs", "company_id": other.id})
        event = self.env["print3d.demand.event"].create(
            {"name": "Theirs", "company_id": other.id, "date_from": self.today}
        )
        user = self._create_user("restock_one_company", "owner")
        self.assertNotIn(theirs, self.Policy.with_user(user).search([]))
        with self.assertRaises(AccessError):
            theirs.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            event.with_user(user).read(["name"])
        self.assertNotIn(theirs, self.Policy._find_all(self.company))

    # === EVENTS === #

    def test_events_that_make_no_sense(self):
        Event = self.env["print3d.demand.event"]
        day = {"name": "Fair", "date_from": self.today}
        for values in (
            {"scope": "products"},
            {"scope": "materials"},
            {"scope": "all", "effect": "extra", "quantity": 5},
            {
                "scope": "products",
                "effect": "extra",
                "product_ids": (self.thing | self.filament).ids,
            },
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                Event.create({**day, **values})

    def test_what_comes_on_top_is_shared(self):
        """Among the filaments of a material by their use, and no others."""
        black, red = (
            self._create_filament(name, colour)
            for name, colour in (("A", "#000000"), ("B", "#FF0000"))
        )
        self.env["product.product"].search(
            [("is_filament", "=", True), ("id", "not in", (black | red).ids)]
        ).action_archive()
        for filament, use in ((black, 30), (red, 10)):
            self._create_spool(filament=filament)
            filament.print3d_daily_use = use
        Event = self.env["print3d.demand.event"]
        Event.create(
            {
                "name": "Fair",
                "date_from": self.today,
                "date_to": self._day(-1),
                "scope": "materials",
                "material_ids": self.pla.ids,
                "effect": "extra",
                "quantity": 800,
            }
        )
        found = Event._find_events(
            black | red | self.thing, self.company, self.today, self._day(-5)
        )
        self.assertEqual(found[black.id][0].extra, 600)
        self.assertEqual(found[red.id][0].extra, 200)
        self.assertFalse(found[self.thing.id])
