from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestReceipt(Print3dInventoryCommon):
    def _get_spools(self, picking):
        return picking.move_line_ids.lot_id.sorted("name")

    def test_five_spools_become_five_lots_with_their_cost(self):
        picking = self._create_purchase(5, 18.5).picking_ids
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.move_line_ids.mapped("quantity"), [1000.0] * 5)
        names = picking.move_line_ids.mapped("lot_name")
        self.assertEqual(len(set(names)), 5)
        self.assertTrue(all(name.startswith("SP") for name in names))

        self.assertTrue(picking.button_validate())
        spools = self._get_spools(picking)
        self.assertEqual(spools.mapped("name"), sorted(names))
        self.assertEqual(spools.mapped("remaining_g"), [1000.0] * 5)
        self.assertEqual(spools.mapped("net_weight_g"), [1000.0] * 5)
        self.assertEqual(spools.company_id, self.env.company)
        for spool in spools:
            self.assertAlmostEqual(spool.standard_price, 0.0185, places=6)
            self.assertAlmostEqual(spool.spool_value, 18.5)
            self.assertAlmostEqual(spool.total_value, 18.5)
        self.assertAlmostEqual(picking.move_ids.value, 92.5)

    def test_two_prices_stay_with_their_spools(self):
        cheap = self._create_purchase(2, 18.0).picking_ids
        cheap.button_validate()
        dear = self._create_purchase(1, 32.0).picking_ids
        dear.button_validate()
        for spool in self._get_spools(cheap):
            self.assertAlmostEqual(spool.standard_price, 0.018)
        self.assertAlmostEqual(self._get_spools(dear).standard_price, 0.032)
        self.assertAlmostEqual(self.filament.standard_price, (18 * 2 + 32) / 3000)
        used = self._use_filament(self._get_spools(dear), 250)
        self.assertAlmostEqual(used.value, 8.0)
        self.assertAlmostEqual(self._get_spools(dear).spool_value, 24.0)

    def test_discount_currency_and_bill_are_in_the_cost(self):
        order = self._create_purchase(1, 20.0)
        order.order_line.discount = 10
        order.picking_ids.button_validate()
        spool = self._get_spools(order.picking_ids)
        self.assertAlmostEqual(spool.standard_price, 0.018)

    def test_foreign_currency_is_converted_unrounded(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [
                    Command.create(
                        {
                            "name": "2020-01-01",
                            "rate": 4,
                            "company_id": self.env.company.id,
                        }
                    )
                ],
            }
        )
        order = self._create_purchase(1, 20.0)
        order.currency_id = currency
        order.order_line.price_unit = 20.0
        self.assertAlmostEqual(order.order_line._get_stock_move_price_unit(), 0.005)

    def test_half_spool_makes_a_smaller_one(self):
        picking = self._create_purchase(4.5, 20).picking_ids
        self.assertEqual(
            picking.move_line_ids.mapped("quantity"), [1000.0] * 4 + [500.0]
        )
        picking.button_validate()
        spools = self._get_spools(picking)
        self.assertEqual(spools[-1].net_weight_g, 500)
        self.assertEqual(spools[-1].remaining_percent, 100)
        self.assertAlmostEqual(spools[-1].spool_value, 10)

    def test_partial_receipt_leaves_the_rest_for_later(self):
        picking = self._create_purchase(5, 20).picking_ids
        picking.move_ids.quantity = 2000
        action = picking.button_validate()
        Form.from_action(self.env, action).save().process()
        self.assertEqual(len(self._get_spools(picking)), 2)
        backorder = picking.backorder_ids
        self.assertEqual(backorder.move_line_ids.mapped("quantity"), [1000.0] * 3)
        backorder.button_validate()
        self.assertEqual(len(self._get_spools(backorder)), 3)
        self.assertEqual(self.filament.filament_stock_g, 5000)
        self.assertEqual(self.filament.spool_count, 5)

    def test_names_of_people_stay(self):
        picking = self._create_purchase(3, 20).picking_ids
        picking.move_line_ids[1].lot_name = "MINE-7"
        picking.button_validate()
        self.assertIn("MINE-7", self._get_spools(picking).mapped("name"))
        self.assertEqual(len(self._get_spools(picking)), 3)

    def test_weights_of_people_stay(self):
        picking = self._create_purchase(2, 20).picking_ids
        picking.move_line_ids[0].quantity = 980
        picking.move_line_ids[1].quantity = 1020
        picking.button_validate()
        self.assertEqual(
            sorted(self._get_spools(picking).mapped("net_weight_g")), [980, 1020]
        )

    def test_validated_twice_does_nothing_more(self):
        picking = self._create_purchase(2, 20).picking_ids
        picking.button_validate()
        before = self.env["stock.lot"].search_count([])
        picking.button_validate()
        picking.move_ids._action_done()
        picking.move_ids._split_into_spools()
        self.assertEqual(self.env["stock.lot"].search_count([]), before)
        self.assertEqual(self.filament.filament_stock_g, 2000)

    def test_more_ordered_makes_more_lines_not_bigger_spools(self):
        order = self._create_purchase(2, 20)
        first = order.picking_ids.move_line_ids.mapped("lot_name")
        order.order_line.product_qty = 4
        lines = order.picking_ids.move_line_ids
        self.assertEqual(lines.mapped("quantity"), [1000.0] * 4)
        self.assertLessEqual(set(first), set(lines.mapped("lot_name")))

    def test_more_received_than_ordered(self):
        picking = self._create_purchase(2, 20).picking_ids
        picking.move_ids.quantity = 3000
        picking.button_validate()
        self.assertEqual(self._get_spools(picking).mapped("remaining_g"), [1000.0] * 3)

    def test_spool_size_follows_the_unit_ordered(self):
        uom = self.env.ref("print3d_inventory.uom_spool_750g")
        self.filament.uom_ids += uom
        picking = self._create_purchase(2, 15, uom).picking_ids
        picking.button_validate()
        spools = self._get_spools(picking)
        self.assertEqual(spools.mapped("remaining_g"), [750.0, 750.0])
        self.assertAlmostEqual(spools[0].standard_price, 0.02)

    def test_ordered_by_the_kilo_comes_on_usual_spools(self):
        kilo = self.env.ref("uom.product_uom_kgm")
        self.filament.net_weight_g = 750
        picking = self._create_purchase(2, 20, kilo).picking_ids
        self.assertEqual(
            picking.move_line_ids.mapped("quantity"), [750.0, 750.0, 500.0]
        )

    def test_names_taken_by_people_are_not_given_again(self):
        sequence = self.env.ref("print3d_inventory.sequence_spool")
        taken = f"SP{sequence.number_next_actual:05d}"
        self.env["stock.lot"].create({"name": taken, "product_id": self.filament.id})
        picking = self._create_purchase(2, 20).picking_ids
        self.assertNotIn(taken, picking.move_line_ids.mapped("lot_name"))

    def test_order_line_starts_with_the_spool(self):
        with Form(self.env["purchase.order"]) as form:
            form.partner_id = self.vendor
            with form.order_line.new() as line:
                line.product_id = self.filament
                self.assertEqual(line.product_uom_id, self.spool_uom)
                line.price_unit = 20

    def test_return_to_the_vendor_and_exchange(self):
        picking = self._create_purchase(2, 20).picking_ids
        picking.button_validate()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1000
        back = wizard._create_return()
        back.action_assign()
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual(self.filament.filament_stock_g, 1000)

    def test_other_products_are_received_as_ever(self):
        plain = self.env["product.product"].create(
            {"name": "Plain", "is_storable": True, "tracking": "lot"}
        )
        order = self._create_purchase(3, 5, self.env.ref("uom.product_uom_unit"), plain)
        line = order.picking_ids.move_line_ids
        self.assertEqual(line.quantity, 3)
        self.assertFalse(line.lot_name)

    def test_labels_from_the_receipt(self):
        picking = self._create_purchase(2, 20).picking_ids
        self.assertTrue(picking.has_spools)
        picking.button_validate()
        action = picking.action_print_spool_labels()
        self.assertEqual(action["params"]["ids"], picking.move_line_ids.lot_id.ids)

    def test_duplicate_name_of_another_spool_is_its_spool(self):
        """Core adds to the lot of that name; the spool must not be valued twice."""
        spool = self._create_spool(500, 0.02)
        picking = self._create_purchase(1, 20).picking_ids
        picking.move_line_ids.lot_name = spool.name
        picking.button_validate()
        self.assertEqual(spool.remaining_g, 1500)
        self.assertEqual(spool.remaining_percent, 100)

    def test_unknown_spool_size_is_refused(self):
        with self.assertRaises(ValidationError):
            self.filament.net_weight_g = -1
