from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .shopping_common import ShoppingCommon


@tagged("post_install", "-at_install")
class TestShoppingOffers(ShoppingCommon):
    """What vendors ask, and who should get what."""

    def _get_offer(self, line, vendor):
        return next(
            offer for offer in line._get_offers() if offer["vendor_id"] == vendor.id
        )

    def test_what_lies_in_stock_and_will_do(self):
        # Not what a demo has in stock.
        self.env["product.product"].search(
            [("is_filament", "=", True), ("id", "!=", self.red.id)]
        ).action_archive()
        near = self._create_filament("Shopping PLA Nearly Red", "#C0121E")
        self._add_rule(self.red, 500, 500)
        line = self._get_lines(self.red)
        names = [found["name"] for found in line.get_comparison()["substitutes"]]
        self.assertNotIn(near.display_name, names)
        # As much as is needed, and not less.
        self._create_spool(400, filament=near)
        names = [found["name"] for found in line.get_comparison()["substitutes"]]
        self.assertNotIn(near.display_name, names)
        self._create_spool(500, filament=near)
        found = line.get_comparison()["substitutes"][0]
        self.assertEqual(found["product_id"], near.id)
        self.assertLess(found["delta_e"], 1)

    # === PRICES === #

    def test_price_breaks(self):
        """More spools at a better price are taken where they cost less."""
        self._add_price(self.red, self.depot, 15.0, min_qty=10)
        self._add_rule(self.red, 6500, 6500)
        line = self._get_lines()
        self.assertEqual((line.packs, line.unit_price), (7, 20))
        line.orderpoint_id.product_max_qty = 8000
        self._get_lines()
        self.assertEqual((line.packs, line.unit_price, line.cost), (10, 15, 150))

    def test_chosen_packs_take_the_price_for_so_many(self):
        self._add_price(self.red, self.depot, 15.0, min_qty=10)
        self._add_rule(self.red, 500, 500)
        line = self._get_lines()
        line.action_set_packs(12)
        self.assertEqual((line.packs, line.unit_price, line.cost), (12, 15, 180))
        line.action_set_packs(9)
        self.assertEqual((line.packs, line.unit_price), (9, 20))
        line.action_set_packs(0)
        self.assertEqual((line.packs, line.is_packs_chosen), (1, False))

    def test_smallest_quantity_of_a_vendor(self):
        self.red.seller_ids.min_qty = 3
        self._add_rule(self.red, 500, 500)
        line = self._get_lines()
        self.assertEqual(line.packs, 3)
        line.action_set_packs(2)
        self.assertEqual(line.packs, 3)

    def test_discount_and_other_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "X4A",
                "symbol": "S",
                "rate_ids": [fields.Command.create({"name": "2020-01-01", "rate": 4})],
            }
        )
        self.red.seller_ids.write(
            {"currency_id": currency.id, "price": 100, "discount": 20}
        )
        self._add_rule(self.red, 500, 1500)
        line = self._get_lines()
        self.assertRecordValues(
            line,
            [
                {
                    "unit_price": 80,
                    "cost": 160,
                    "currency_id": currency.id,
                    "company_cost": 40,
                }
            ],
        )
        offer = line._get_offers()[0]
        self.assertEqual((offer["cost"], offer["in_currency"]), (40, 160))
        self.assertEqual(offer["currency"], "X4A")

    def test_only_prices_that_hold(self):
        today = fields.Date.today()
        self._add_price(self.red, self.barn, 1.0, date_end=today - timedelta(days=1))
        self._add_price(
            self.red, self.vendor, 1.0, date_start=today + timedelta(days=1)
        )
        company = self.env["res.company"].create({"name": "Shopping Elsewhere"})
        self._add_price(self.red, self.barn, 2.0, company_id=company.id)
        self._add_rule(self.red)
        [offer] = self._get_lines()._get_offers()
        self.assertEqual(offer["vendor_id"], self.depot.id)

    def test_price_of_another_variant_or_unit_is_none(self):
        unit = self.env.ref("uom.product_uom_unit")
        self._add_price(self.red, self.barn, 1.0, unit)
        self._add_rule(self.red)
        self.assertEqual(len(self._get_lines()._get_offers()), 1)

    def test_price_of_zero_is_one_nobody_knows(self):
        self._add_price(self.red, self.barn, 0.0)
        self._add_rule(self.red)
        line = self._get_lines()
        known, unknown = line._get_offers()
        self.assertTrue(known["is_known"])
        self.assertEqual(unknown["vendor_id"], self.barn.id)
        self.assertFalse(unknown["is_known"])
        self.assertFalse(self.Line._get_best_split(self.company)["moves"])

    def test_nobody_sells_it(self):
        product = self.env["product.product"].create(
            {"name": "Shopping Magnet", "is_storable": True}
        )
        self._add_rule(product, 5, 20)
        line = self._get_lines()
        self.assertFalse(line.partner_id)
        with self.assertRaisesRegex(UserError, "Shopping Magnet"):
            line.action_create_rfqs()
        with self.assertRaisesRegex(UserError, "vendor"):
            line.action_set_packs(2)
        self._add_price(product, self.barn, 0.4)
        self.assertEqual(self._get_lines().partner_id, self.barn)

    def test_vendor_of_the_rule_comes_first(self):
        info = self._add_price(self.red, self.barn, 30.0)
        self._add_rule(self.red, supplier_id=info.id)
        self.assertEqual(self._get_lines().partner_id, self.barn)

    def test_vendor_who_stops_selling_it(self):
        info = self._add_price(self.red, self.barn, 25.0)
        self._add_rule(self.red)
        line = self._get_lines()
        self.Line.action_set_vendors({line.id: self.barn.id})
        info.unlink()
        self._get_lines()
        self.assertEqual(line.partner_id, self.depot)
        with self.assertRaisesRegex(UserError, "no price"):
            self.Line.action_set_vendors({line.id: self.barn.id})

    # === FREIGHT === #

    def test_freight_in_the_comparison(self):
        self.depot.write({"print3d_freight_cost": 6, "print3d_free_freight_from": 50})
        self._add_price(self.red, self.barn, 22.0, delay=9)
        self._add_rule(self.red, 500, 1500)
        line = self._get_lines()
        depot, barn = (self._get_offer(line, one) for one in (self.depot, self.barn))
        self.assertEqual((depot["cost"], depot["freight_share"]), (40, 6))
        self.assertEqual((barn["landed"], barn["lead_days"]), (44, 9))
        self.assertAlmostEqual(depot["landed_per_unit"], 46 / 2000)
        self.assertAlmostEqual(barn["price_per_unit"], 0.022)
        self.assertEqual(
            [offer["vendor_id"] for offer in line._get_offers()],
            [self.barn.id, self.depot.id],
        )

    def test_freight_in_another_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "X4B",
                "symbol": "F",
                "rate_ids": [fields.Command.create({"name": "2020-01-01", "rate": 2})],
            }
        )
        self.depot.write(
            {"print3d_freight_cost": 6, "print3d_freight_currency_id": currency.id}
        )
        self.assertEqual(self.depot._get_freight(self.company).cost, 3)

    def test_terms_of_the_firm_hold_for_its_address(self):
        self.depot.write({"print3d_freight_cost": 6, "is_company": True})
        address = self.env["res.partner"].create(
            {"name": "Depot Yard", "parent_id": self.depot.id}
        )
        self.assertEqual(address._get_freight(self.company).cost, 6)

    def test_bar_and_top_up(self):
        self.depot.write(
            {
                "print3d_freight_cost": 6,
                "print3d_free_freight_from": 52.4,
                "print3d_minimum_order": 30,
            }
        )
        self._add_rule(self.red, 500, 1500)
        [vendor] = self._get_screen()["vendors"]
        self.assertEqual(vendor["to_free"], 12.4)
        self.assertEqual((vendor["goods"], vendor["total"]), (40, 46))
        self.assertFalse(vendor["to_minimum"])
        self.assertEqual(vendor["top_up"]["more"], 1)
        self.assertEqual(vendor["top_up"]["cost"], 20)
        self.assertEqual(vendor["top_up"]["saved"], 6)
        line = self._get_lines()
        line.action_set_packs(vendor["top_up"]["packs"])
        [vendor] = self._get_screen()["vendors"]
        self.assertEqual((vendor["to_free"], vendor["freight"]), (0, 0))
        self.assertFalse(vendor["top_up"])

    def test_order_too_small(self):
        self.depot.print3d_minimum_order = 100
        self._add_rule(self.red, 500, 1500)
        [vendor] = self._get_screen()["vendors"]
        self.assertEqual(vendor["to_minimum"], 60)
        self.assertEqual(vendor["top_up"]["more"], 3)

    def test_open_rfq_counts_towards_free_freight(self):
        self.depot.write({"print3d_freight_cost": 6, "print3d_free_freight_from": 50})
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.depot.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": self.filament.id,
                            "product_qty": 1,
                            "product_uom_id": self.spool_uom.id,
                            "price_unit": 15,
                        }
                    )
                ],
            }
        )
        self._add_rule(self.red, 500, 1500)
        [vendor] = self._get_screen()["vendors"]
        self.assertEqual(vendor["order"], {"id": order.id, "name": order.name})
        self.assertEqual((vendor["already"], vendor["freight"]), (15, 0))
        self.assertEqual(vendor["total"], 55)

    def test_terms_are_not_negative(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.cr.savepoint(),
        ):
            self.depot.print3d_freight_cost = -1
            self.depot.flush_recordset()

    # === THE WHOLE LIST === #

    def test_cheapest_for_the_whole_list(self):
        """A spool that is dearer there makes freight free for both."""
        blue = self._create_filament("Shopping PLA Blue", "#1D4ED8")
        self.depot.write({"print3d_freight_cost": 6, "print3d_free_freight_from": 50})
        self.barn.print3d_freight_cost = 3
        self._add_price(blue, self.barn, 10.0)
        self._add_price(blue, self.depot, 12.0)
        self._add_rule(self.red, 1500, 1500)
        self._add_rule(blue, 500, 500)
        lines = self._get_lines()
        self.assertEqual(self._get_lines(blue).partner_id, self.barn)
        split = self._get_screen()["split"]
        # 40 + 6 and 10 + 3 become 40 and 12.
        self.assertEqual((split["present"], split["total"]), (59, 52))
        self.assertEqual((split["saving"], split["exact"]), (7, True))
        [move] = split["moves"]
        self.assertEqual((move["from"], move["to"]), (self.barn.name, self.depot.name))
        before = self.Line.with_user(self.buyer).action_apply_split()
        self.assertEqual(lines.partner_id, self.depot)
        self.assertFalse(any(lines.mapped("is_vendor_chosen")))
        self.assertEqual(self._get_screen()["split"]["saving"], 0)
        # And back.
        self.Line.action_set_vendors(before["choices"], chosen=False)
        self.assertEqual(self._get_lines(blue).partner_id, self.barn)

    def test_vendor_chosen_by_hand_stays(self):
        self._add_price(self.red, self.barn, 10.0)
        self._add_rule(self.red)
        line = self._get_lines()
        self.assertEqual(self._get_screen()["split"]["saving"], 20)
        self.Line.action_set_vendors({line.id: self.depot.id})
        self.assertFalse(self._get_screen()["split"]["moves"])

    # === WHAT WAS PAID === #

    def test_prices_paid(self):
        old = self._create_purchase(2, 18, filament=self.red)
        old.date_approve = fields.Datetime.now() - timedelta(days=30)
        new = self._create_purchase(1, 19.5, filament=self.red)
        new.order_line.discount = 10
        draft = self._create_purchase(1, 1, filament=self.red)
        draft.button_cancel()
        # Confirming an order notes the vendor at the product; this one left again.
        self.red.seller_ids.filtered(
            lambda info: info.partner_id == self.vendor
        ).unlink()
        self._add_request(self.red, 900)
        line = self._get_lines()
        history = line._get_price_history(self.red, self.company)
        paid = history[self.vendor.id]
        self.assertEqual([entry["order"] for entry in paid], [new.name, old.name])
        self.assertAlmostEqual(paid[0]["price"], 0.01755)
        self.assertAlmostEqual(paid[1]["price"], 0.018)
        self.assertEqual(paid[1]["quantity"], 2000)
        data = line.with_user(self.buyer).get_comparison()
        self.assertEqual(data["others"][0]["vendor"], self.vendor.display_name)
        self.assertEqual(data["offers"][0]["paid"], [])
        self.assertTrue(data["offers"][0]["is_present"])
        self.assertFalse(data["offers"][0]["is_late"])

    def test_only_addresses_of_the_web_are_links(self):
        self.red.seller_ids.purchase_url = "javascript:alert(1)"
        self._add_request(self.red, 900)
        line = self._get_lines()
        self.assertEqual(line._get_safe_url(), "")
        data = line.with_user(self.buyer).get_comparison()
        self.assertEqual(data["offers"][0]["url"], "")
        self.red.seller_ids.purchase_url = "https://shop.example/red"
        self._get_lines()
        self.assertEqual(line._get_safe_url(), "https://shop.example/red")
