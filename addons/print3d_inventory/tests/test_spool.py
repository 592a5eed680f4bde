from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpool(Print3dInventoryCommon):
    def _search(self, *domain):
        return self.env["stock.lot"].search(
            [("product_id", "=", self.filament.id), *domain]
        )

    def test_left_follows_the_stock(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 812.5)
        self.assertRecordValues(
            spool,
            [
                {
                    "is_spool": True,
                    "material_id": self.pla.id,
                    "remaining_g": 187.5,
                    "remaining_percent": 18.75,
                    "spool_colour": "#1A1A1A",
                    "spool_status": "stored",
                    "location_id": self.shelf.id,
                }
            ],
        )
        self.assertEqual(spool.spool_chip[0]["grams"], 187.5)
        self._use_filament(spool, 187.5)
        self.assertEqual(spool.spool_status, "empty")
        self.assertFalse(spool.location_id)

    def test_spool_keeps_its_place_when_used(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 100)
        self.assertEqual(spool.location_id, self.shelf)
        spool.location_id = self.stock
        self.assertEqual(spool._get_stock_quants().location_id, self.stock)

    def test_search_by_what_is_left(self):
        full, low, empty = (self._create_spool() for _index in range(3))
        self._use_filament(low, 850)
        self._use_filament(empty, 1000)
        self.assertEqual(self._search(("remaining_percent", "<", 20)), low + empty)
        self.assertEqual(
            self._search(
                ("remaining_percent", "<", 20), ("spool_status", "!=", "empty")
            ),
            low,
        )
        self.assertEqual(self._search(("remaining_g", ">=", 1000)), full)
        self.assertEqual(self._search(("remaining_g", "=", 150)), low)
        self.assertEqual(self._search(("remaining_g", ">", 0)), full + low)

    def test_tare_comes_from_the_filament(self):
        self.filament.tare_weight_g = 212
        self.assertEqual(self._create_spool().tare_weight_g, 212)

    def test_groups_offer_shelves_and_not_customers(self):
        self._create_spool()
        Lot = self.env["stock.lot"].with_context(print3d_spools=True)
        places = Lot._read_group_location_id(self.env["stock.location"], [])
        self.assertIn(self.shelf, places)
        self.assertNotIn("customer", places.mapped("usage"))

    def test_movements_of_a_spool(self):
        spool = self._create_spool()
        self._use_filament(spool, 10)
        spool.invalidate_recordset(["spool_move_count"])
        self.assertEqual(spool.spool_move_count, 2)
        action = spool.action_view_spool_moves()
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), 2
        )

    def test_other_lots_are_left_alone(self):
        plain = self.env["product.product"].create(
            {"name": "Plain", "is_storable": True, "tracking": "lot"}
        )
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": plain.id})
        self.env["stock.quant"]._update_available_quantity(
            plain, self.stock, 5, lot_id=lot
        )
        self.assertFalse(lot.is_spool)
        self.assertFalse(lot.spool_chip)
        lot.location_id = self.shelf
        self.assertEqual(lot.location_id, self.shelf)
        with self.assertRaisesRegex(UserError, "nothing here"):
            lot.action_print_labels()

    def test_home_names_what_runs_low(self):
        before = self.env["print3d.home"].get_data()["low_spools"]["spool_count"]
        low = self._create_spool()
        self._use_filament(low, 900)
        data = self.env["print3d.home"].get_data()["low_spools"]
        self.assertEqual(data["spool_count"], before + 1)
        self.assertIn(low.id, [spool["id"] for spool in data["spools"]])
        self.assertIn(
            self.filament.id, [filament["id"] for filament in data["filaments"]]
        )
