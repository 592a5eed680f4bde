from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpoolReservation(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spool = cls._create_spool(1000)
        cls.operator = cls._create_user("reserve_operator", "operator")
        cls.sales = cls._create_user("reserve_sales", "sales")

    def test_what_is_free(self):
        first = self.spool._print3d_reserve(600, note="The lamp")
        self.assertEqual((self.spool.reserved_g, self.spool.free_g), (600, 400))
        self.assertEqual(self.spool.spool_status, "reserved")
        with self.assertRaisesRegex(UserError, "400 g .* are free.*The lamp"):
            self.spool._print3d_reserve(401, note="The vase")
        self.spool._print3d_reserve(400, note="The vase")
        self.assertEqual(self.spool.free_g, 0)
        first.action_release()
        self.spool.invalidate_recordset()
        self.assertEqual((self.spool.reserved_g, self.spool.free_g), (400, 600))
        self.assertTrue(first.ended_on)

    def test_changing_it_is_checked_too(self):
        item = self.spool._print3d_reserve(600, note="The lamp")
        item.grams = 1000
        with self.assertRaisesRegex(UserError, "1000 g .* are free"):
            item.grams = 1001
        for grams in (0, -5):
            with self.assertRaisesRegex(UserError, "more than nothing"):
                item.grams = grams
        item.invalidate_recordset()
        item.action_release()
        with self.assertRaisesRegex(UserError, "is over"):
            item.grams = 1

    def test_material_and_colour_must_fit(self):
        petg = self._create_filament("Test PETG", "#1A1A1A", material_id=self.petg.id)
        near = self._create_filament("Test PLA Coal", "#1C1C1C")
        red = self._create_filament("Test PLA Red", "#E00000")
        with self.assertRaisesRegex(UserError, "PETG is wanted .* is PLA"):
            self.spool._print3d_reserve(10, wanted=petg, accept_colour=True)
        with self.assertRaisesRegex(UserError, "another colour .* Say that it will do"):
            self.spool._print3d_reserve(10, wanted=red)
        self.assertTrue(self.spool._print3d_reserve(10, wanted=near))
        self.assertTrue(self.spool._print3d_reserve(10, wanted=red, accept_colour=True))
        self.assertEqual(self.spool.reserved_g, 20)

    def test_only_spools(self):
        plain = self.env["product.product"].create(
            {"name": "Plain", "is_storable": True, "tracking": "lot"}
        )
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": plain.id})
        with self.assertRaisesRegex(UserError, "no spool"):
            lot._print3d_reserve(1, note="X")

    def test_documents(self):
        order = self._create_purchase(1, 20)
        item = self.spool._print3d_reserve(10, document=order)
        self.assertEqual(item.document_name, order.name)
        self.assertEqual(item.action_open_document()["res_id"], order.id)
        # What the document itself keeps is free for it.
        self.assertEqual(self.spool._get_free_grams()[self.spool.id], 990)
        free = self.spool._get_free_grams(document=order)
        self.assertEqual(free[self.spool.id], 1000)
        Reservation = self.env["print3d.spool.reservation"]
        self.assertEqual(Reservation._find_for(order), item)
        # Whoever may not see the order sees that it is reserved, not for what.
        self.assertFalse(item.with_user(self.sales).document_name)

    def test_scrapping_it_is_told(self):
        order = self._create_purchase(1, 20)
        self.spool._print3d_reserve(900, document=order)
        before = order.message_ids
        self.spool._print3d_record("scrap", 50)
        self.assertEqual(order.message_ids, before)
        self.spool._print3d_record("scrap", 850)
        self.assertIn("100 g are left", (order.message_ids - before).body)

    def test_dialog(self):
        self.spool._print3d_reserve(300, note="The lamp")
        spool = self.spool.with_user(self.operator)
        wizard = (
            self.env["print3d.spool.reserve"]
            .with_user(self.operator)
            .with_context(**spool.action_open_reserve()["context"])
            .create({"note": "The vase"})
        )
        self.assertEqual((wizard.free_g, wizard.grams), (700, 700))
        wizard.action_save()
        item = self.spool.reservation_ids.sorted("id")[-1:]
        self.assertEqual((item.grams, item.note), (700, "The vase"))
        self.assertEqual(item.user_id, self.operator)

    def test_rights(self):
        item = self.spool.with_user(self.operator)._print3d_reserve(1, note="X")
        self.assertEqual(item.with_user(self.sales).grams, 1)
        self.assertEqual(self.spool.with_user(self.sales).free_g, 999)
        with self.assertRaises(AccessError):
            self.spool.with_user(self.sales)._print3d_reserve(1, note="X")
        with self.assertRaises(AccessError):
            item.with_user(self.sales).action_release()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.operator.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        Reservation = self.env["print3d.spool.reservation"].with_user(self.operator)
        self.assertFalse(Reservation.search([("lot_id", "=", self.spool.id)]))
        with self.assertRaises(AccessError):
            item.with_user(self.operator).grams = 2
