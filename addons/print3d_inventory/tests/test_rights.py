from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestRights(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_user("inv_owner", "owner")
        cls.operator = cls._create_user("inv_operator", "operator")
        cls.sales = cls._create_user("inv_sales", "sales")
        cls.spool = cls._create_spool()
        cls.slot = cls._create_slot()

    def test_operator_does_the_work_of_the_stock(self):
        picking = self._create_purchase(2, 20).picking_ids
        picking.with_user(self.operator).button_validate()
        self.assertEqual(picking.state, "done")
        spool = self.spool.with_user(self.operator)
        spool.action_load(self.slot.with_user(self.operator))
        spool.action_unload()
        spool._print3d_record("quarantine", reason="Damp")
        spool.action_release()
        wizard = (
            self.env["print3d.spool.add"]
            .with_user(self.operator)
            .create({"product_id": self.filament.id, "location_id": self.shelf.id})
        )
        self.assertEqual(len(wizard._add_spools()), 1)

    def test_operator_does_not_buy_nor_keep_materials(self):
        with self.assertRaises(AccessError):
            self.pla.with_user(self.operator).write({"density": 1})
        with self.assertRaises(AccessError):
            self.env["purchase.order"].with_user(self.operator).create(
                {"partner_id": self.vendor.id}
            )
        with self.assertRaises(AccessError):
            self.env["stock.location"].with_user(self.operator).create({"name": "X"})

    def test_sales_reads(self):
        spool = self.spool.with_user(self.sales)
        self.assertEqual(spool.remaining_g, 1000)
        self.assertEqual(spool.spool_status, "sealed")
        self.assertEqual(spool.spool_value, 20)
        self.assertEqual(self.filament.with_user(self.sales).filament_stock_g, 1000)
        self.assertTrue(self.pla.with_user(self.sales).density)
        self.assertIn(
            "low_spools", self.env["print3d.home"].with_user(self.sales).get_data()
        )

    def test_home_spares_whoever_has_no_role(self):
        home = self.env["print3d.home"].with_user(self.user_plain)
        self.assertNotIn("low_spools", home._get_sections())

    def test_sales_does_not_touch_stock(self):
        with self.assertRaises(AccessError):
            self.spool.with_user(self.sales).write({"net_weight_g": 1})
        with self.assertRaises(AccessError):
            self.spool.with_user(self.sales).action_load(self.slot)
        with self.assertRaises(AccessError):
            self.env["print3d.spool.add"].with_user(self.sales).create(
                {"product_id": self.filament.id, "location_id": self.shelf.id}
            )

    def test_owner_keeps_materials_filaments_and_purchases(self):
        env = self.env(user=self.owner)
        material = env["print3d.material"].create({"name": "PEEK", "density": 1.3})
        filament = env["product.product"].create(
            {
                "name": "PEEK Natural",
                "is_filament": True,
                "material_id": material.id,
                "net_weight_g": 333,
            }
        )
        self.assertEqual(filament.uom_ids.name, "Spool 333 g")
        env["stock.location"].create(
            {"name": "Shelf Z", "location_id": self.stock.id, "print3d_kind": "shelf"}
        )
        order = env["purchase.order"].create({"partner_id": self.vendor.id})
        self.assertTrue(order)

    def test_portal_sees_nothing(self):
        portal = self.env["res.users"].create(
            {
                "name": "P",
                "login": "inv_portal",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        for record in (self.spool, self.pla):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(portal).read(["name"])
