from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestMultiCompany(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other Shop"})
        cls.other_warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.other_company.id)], limit=1
        )
        cls.operator = cls._create_user("company_operator", "operator")

    def test_spools_of_another_company_are_not_seen(self):
        mine = self._create_spool()
        theirs = (
            self.env["print3d.spool.add"]
            .with_company(self.other_company)
            .create(
                {
                    "product_id": self.filament.id,
                    "company_id": self.other_company.id,
                    "price_per_kg": 50,
                    "location_id": self.other_warehouse.lot_stock_id.id,
                }
            )
            ._add_spools()
        )
        self.assertEqual(theirs.company_id, self.other_company)
        Lot = self.env["stock.lot"].with_user(self.operator)
        domain = [("product_id", "=", self.filament.id)]
        self.assertEqual(Lot.search(domain), mine)
        with self.assertRaises(AccessError):
            theirs.with_user(self.operator).read(["name"])
        self.assertAlmostEqual(self.filament.standard_price, 0.02)
        self.assertAlmostEqual(
            self.filament.with_company(self.other_company).standard_price, 0.05
        )
        self.assertEqual(self.filament.with_user(self.operator).filament_stock_g, 1000)

    def test_receipt_gives_spools_to_its_company(self):
        picking = self._create_purchase(1, 20).picking_ids
        picking.button_validate()
        self.assertEqual(picking.move_line_ids.lot_id.company_id, self.env.company)

    def test_no_move_into_another_company(self):
        spool = self._create_spool()
        with self.assertRaisesRegex(UserError, "Other Shop"):
            spool._move_to(self.other_warehouse.lot_stock_id)
