from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpoolWeigh(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spool = cls._create_spool(1000)

    def _open(self):
        action = self.spool.action_open_weigh()
        return Form(self.env[action["res_model"]].with_context(**action["context"]))

    def test_it_asks_for_what_can_be_told(self):
        self.spool.tare_weight_g = 0
        self.env["print3d.tare.profile"].search([]).action_archive()
        self.assertEqual(self._open().mode, "left")
        self.spool.tare_weight_g = 200
        self.assertEqual(self._open().mode, "gross")

    def test_each_way(self):
        for mode, field, value, left in (
            ("gross", "gross_g", 1000, 800),
            ("used", "used_g", 50, 750),
            ("left", "left_g", 700, 700),
            ("percent", "percent", 25, 250),
        ):
            with self.subTest(mode=mode):
                form = self._open()
                form.mode = mode
                if mode == "gross":
                    form.tare_weight_g = 200
                form[field] = value
                self.assertEqual(form.left_after_g, left)
                form.save().action_save()
                self.assertEqual(self.spool.remaining_g, left)
        self.assertEqual(self.spool.tare_weight_g, 200)

    def test_more_than_full_asks(self):
        self.spool.tare_weight_g = 200
        form = self._open()
        form.gross_g = 1300
        self.assertTrue(form.is_above)
        with self.assertRaisesRegex(UserError, "weigh again"):
            form.save().action_save()
        form.above = "tare"
        form.save().action_save()
        self.assertRecordValues(
            self.spool,
            [{"remaining_g": 1000, "net_weight_g": 1000, "tare_weight_g": 300}],
        )
        form = self._open()
        form.gross_g = 1400
        form.above = "mine"
        form.save().action_save()
        self.assertRecordValues(
            self.spool, [{"remaining_g": 1100, "net_weight_g": 1100}]
        )

    def test_sales_does_not_weigh(self):
        sales = self._create_user("weigh_sales", "sales")
        with self.assertRaises(AccessError):
            self.env["print3d.spool.weigh"].with_user(sales).create(
                {"lot_id": self.spool.id}
            )
