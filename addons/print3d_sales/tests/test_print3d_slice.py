from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestPrint3dSlice(Print3dSalesCommon):
    def test_sold_before_it_can_be_printed(self):
        product = self._create_product("Test Bust")
        order = self._sell(2, product)
        production = order.order_line.print3d_production_ids
        self.assertRecordValues(production, [{"state": "draft", "bom_id": False}])
        self.assertFalse(order.print3d_run_ids)
        self._create_version(product).action_activate()
        self.assertEqual(production.state, "confirmed")
        order.invalidate_recordset()
        self.assertEqual(len(order.print3d_run_ids), 2)
        self.assertEqual(order.print3d_stage, "queued")

    def test_drafts_of_others_are_left_alone(self):
        product = self._create_product("Test Bust")
        production = self.env["mrp.production"].create(
            {"product_id": product.id, "product_qty": 1}
        )
        self._create_version(product).action_activate()
        self.assertEqual(production.state, "draft")
