from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestProductTemplate(Print3dSalesCommon):
    def test_model_gets_the_route(self):
        self.assertIn(self.route, self.product.route_ids)

    def test_other_products_do_not(self):
        product = self.env["product.template"].create({"name": "Screw"})
        self.assertNotIn(self.route, product.route_ids)

    def test_product_that_becomes_a_model(self):
        product = self.env["product.template"].create({"name": "Vase"})
        product.is_print3d_model = True
        self.assertIn(self.route, product.route_ids)

    def test_route_stays_off(self):
        template = self.product.product_tmpl_id
        template.route_ids = False
        template.write({"is_print3d_model": True, "name": "Vase for stock"})
        self.assertFalse(template.route_ids)

    def test_operator_makes_a_model(self):
        template = (
            self.env["product.template"]
            .with_user(self.operator)
            .create({"name": "Hook", "is_print3d_model": True})
        )
        self.assertIn(self.route, template.route_ids)

    def test_without_the_route_nothing_breaks(self):
        self.product.route_ids = False
        self.warehouse.print3d_order_pull_id.unlink()
        self.warehouse.print3d_order_manufacture_id.unlink()
        self.route.unlink()
        template = self.env["product.template"].create(
            {"name": "Hook", "is_print3d_model": True}
        )
        self.assertFalse(template.route_ids)

    def test_open_orders(self):
        template = self.product.product_tmpl_id
        self.assertEqual(template.print3d_order_count, 0)
        order = self._sell(1)
        self._create_order(1)
        template.invalidate_recordset()
        self.assertEqual(template.print3d_order_count, 1)
        action = template.action_print3d_view_orders()
        self.assertIn(order, self.env["sale.order"].search(action["domain"]))
        self._print_order(order)
        self._deliver(order)
        template.invalidate_recordset()
        self.assertEqual(template.print3d_order_count, 0)
