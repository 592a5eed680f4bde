from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpoolAdd(Print3dInventoryCommon):
    def test_spools_come_in_with_their_value(self):
        with Form(self.env["print3d.spool.add"]) as form:
            form.product_id = self.filament
            form.count = 3
            form.price_per_kg = 18.5
            form.location_id = self.shelf
            self.assertEqual(form.net_weight_g, 1000)
            self.assertEqual(form.total, 55.5)
        action = form.record.action_add()
        spools = self.env["stock.lot"].search(action["domain"])
        self.assertEqual(len(spools), 3)
        for spool in spools:
            self.assertAlmostEqual(spool.standard_price, 0.0185)
            self.assertAlmostEqual(spool.total_value, 18.5)
            self.assertEqual(spool.location_id, self.shelf)
        moves = self.env["stock.move"].search([("product_id", "=", self.filament.id)])
        self.assertAlmostEqual(sum(moves.mapped("value")), 55.5)
        self.assertAlmostEqual(self.filament.standard_price, 0.0185)

    def test_price_starts_from_the_average(self):
        self._create_spool(1000, 0.02)
        with Form(self.env["print3d.spool.add"]) as form:
            form.product_id = self.filament
            self.assertEqual(form.price_per_kg, 20)
            form.location_id = self.shelf

    def test_one_spool_opens_itself(self):
        wizard = self.env["print3d.spool.add"].create(
            {"product_id": self.filament.id, "location_id": self.shelf.id}
        )
        action = wizard.action_add()
        self.assertEqual(action["view_mode"], "form")
        self.assertTrue(self.env["stock.lot"].browse(action["res_id"]).is_spool)

    def test_free_spool_costs_nothing(self):
        self._create_spool(1000, 0.02)
        gift = self._create_spool(1000, 0)
        self.assertEqual(gift.standard_price, 0)
        self.assertEqual(gift.spool_value, 0)

    def test_nonsense_is_refused(self):
        for values, message in (
            ({"count": 0}, "at least one"),
            ({"net_weight_g": 0}, "grams"),
            ({"price_per_kg": -1}, "below zero"),
        ):
            wizard = self.env["print3d.spool.add"].create(
                {
                    "product_id": self.filament.id,
                    "location_id": self.shelf.id,
                    **values,
                }
            )
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, message),
            ):
                wizard.action_add()

    def test_first_shelf_is_proposed(self):
        wizard = self.env["print3d.spool.add"].new({})
        self.assertEqual(wizard.location_id.print3d_kind, "shelf")
