from odoo.tests import Form, tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestStockWarehouse(Print3dSalesCommon):
    def _get_rules(self, warehouse):
        return self.route.with_context(active_test=False).rule_ids.filtered(
            lambda rule: rule.warehouse_id == warehouse
        )

    def assertHasRules(self, warehouse):
        pull, manufacture = (
            warehouse.print3d_order_pull_id,
            warehouse.print3d_order_manufacture_id,
        )
        self.assertEqual(pull | manufacture, self._get_rules(warehouse))
        self.assertRecordValues(
            pull,
            [
                {
                    "route_id": self.route.id,
                    "action": "pull",
                    "procure_method": "mts_else_mto",
                    "location_src_id": warehouse.lot_stock_id.id,
                    "company_id": warehouse.company_id.id,
                }
            ],
        )
        self.assertRecordValues(
            manufacture,
            [
                {
                    "route_id": self.route.id,
                    "action": "manufacture",
                    "location_dest_id": warehouse.lot_stock_id.id,
                    "picking_type_id": warehouse.manu_type_id.id,
                    "company_id": warehouse.company_id.id,
                }
            ],
        )

    def test_existing_warehouse(self):
        self.assertHasRules(self.warehouse)

    def test_new_warehouse(self):
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Second Hall", "code": "HALL2"}
        )
        self.assertHasRules(warehouse)

    def test_new_company(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        self.assertTrue(warehouse)
        for one in warehouse:
            self.assertHasRules(one)

    def test_delivery_steps_follow(self):
        self.warehouse.delivery_steps = "pick_ship"
        rule = self.warehouse.print3d_order_pull_id
        self.assertEqual(rule.location_src_id, self.warehouse.lot_stock_id)
        self.assertEqual(rule.picking_type_id, self.warehouse.pick_type_id)
        order = self._sell(2)
        self.assertEqual(order.order_line.print3d_production_ids.product_qty, 2)

    def test_no_manufacturing_no_rule(self):
        self.warehouse.manufacture_to_resupply = False
        self.assertFalse(self.warehouse.print3d_order_manufacture_id.active)
        self.warehouse.manufacture_to_resupply = True
        self.assertTrue(self.warehouse.print3d_order_manufacture_id.active)

    def test_deleted_route_does_no_harm(self):
        self.product.route_ids = False
        rules = (
            self.warehouse.print3d_order_pull_id
            | self.warehouse.print3d_order_manufacture_id
        )
        # Orders of a demo shop keep the rules that they came about by.
        self.env["stock.move"].search([("rule_id", "in", rules.ids)]).rule_id = False
        rules.unlink()
        self.route.unlink()
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Third Hall", "code": "HALL3"}
        )
        self.assertFalse(warehouse.print3d_order_pull_id)

    # === WHAT THE ROUTE DOES === #

    def test_nothing_on_hand_prints_all(self):
        order = self._sell(3)
        production = order.order_line.print3d_production_ids
        self.assertRecordValues(
            production,
            [{"product_qty": 3.0, "state": "confirmed", "origin": order.name}],
        )
        self.assertEqual(len(order.print3d_run_ids), 3)
        self.assertEqual(order.picking_ids.move_ids.quantity, 0)

    def test_stock_first_and_the_rest_printed(self):
        self._add_stock(2)
        order = self._sell(5)
        self.assertEqual(order.picking_ids.move_ids.quantity, 2)
        self.assertEqual(order.order_line.print3d_production_ids.product_qty, 3)
        self.assertEqual(len(order.print3d_run_ids), 3)
        self._print_order(order)
        self.assertRecordValues(
            order.picking_ids.move_ids, [{"quantity": 5.0, "state": "assigned"}]
        )
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_enough_on_hand_prints_nothing(self):
        self._add_stock(5)
        order = self._sell(5)
        self.assertFalse(order.order_line.print3d_production_ids)
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_stock_is_promised_once(self):
        self._add_stock(2)
        first, second = self._sell(2), self._sell(2)
        self.assertFalse(first.order_line.print3d_production_ids)
        self.assertEqual(second.order_line.print3d_production_ids.product_qty, 2)

    def test_two_orders_confirmed_at_once(self):
        self._add_stock(3)
        orders = self._create_order(2) | self._create_order(2)
        orders.action_confirm()
        printed = orders.order_line.print3d_production_ids
        self.assertEqual(sum(printed.mapped("product_qty")), 1)

    def test_salesperson_confirms(self):
        order = self._create_order(2).with_user(self.sales_user)
        order.action_confirm()
        self.assertEqual(len(order.print3d_run_ids), 2)

    def test_more_ordered_later(self):
        order = self._sell(1)
        with Form(order) as form:
            with form.order_line.edit(0) as line:
                line.product_uom_qty = 3
        productions = order.order_line.print3d_production_ids
        self.assertEqual(sum(productions.mapped("product_qty")), 3)
        self.assertEqual(len(order.print3d_run_ids), 3)

    def test_surplus_serves_the_next_order(self):
        product = self._create_product("Test Clip")
        version = self._create_version(
            product, [{"copies": 4, "filaments": [(self.black, 40)]}]
        )
        version.action_activate()
        order = self._sell(3, product)
        self.assertEqual(len(order.print3d_run_ids), 1)
        self._print_order(order)
        self._deliver(order)
        following = self._sell(1, product)
        self.assertFalse(following.order_line.print3d_production_ids)
        self.assertEqual(following.picking_ids.state, "assigned")
