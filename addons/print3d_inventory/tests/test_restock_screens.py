from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestRestockScreens(HttpCase, Print3dInventoryCommon):
    """Things and reorder rules in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_user("restock_tour", "owner")
        cls.owner.password = "restock_tour"

    def test_make_a_thing_and_its_rule(self):
        self.start_tour(
            "/odoo/things", "print3d_make_thing_and_rule", login="restock_tour"
        )
        thing = self.env["product.product"].search([("name", "=", "Tour Nozzle")])
        self.assertTrue(thing.is_storable)
        self.assertEqual(thing.print3d_kind, "consumable")
        self.assertEqual(thing.orderpoint_ids.print3d_mode, "learned")

    def test_a_reorder_point_is_explained(self):
        thing = self.env["product.product"].create(
            {"name": "Tour Glue", "is_storable": True, "print3d_kind": "consumable"}
        )
        self.env["stock.quant"]._update_available_quantity(thing, self.stock, 40)
        move = self.env["stock.move"].create(
            {
                "product_id": thing.id,
                "product_uom": thing.uom_id.id,
                "product_uom_qty": 5,
                "location_id": self.stock.id,
                "location_dest_id": thing.property_stock_production.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        move.move_line_ids.date -= timedelta(days=2)
        rule = self.env["stock.warehouse.orderpoint"]._print3d_ensure_rules(thing)
        self.start_tour(
            "/odoo/reorder-rules", "print3d_explain_reorder_point", login="restock_tour"
        )
        self.assertEqual(rule.print3d_mode, "manual")
        self.assertEqual(rule.product_min_qty, rule.reorder_point)
