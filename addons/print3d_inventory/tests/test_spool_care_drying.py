from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpoolDrying(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["stock.lot"])
        cls.now = fields.Datetime.now()
        cls.nylon = cls.env["print3d.material"].create(
            {
                "name": "Test Nylon",
                "hygroscopy": "high",
                "drying_temp": 80,
                "drying_hours": 12,
            }
        )
        cls.filament = cls._create_filament(
            "Test Nylon Black", material_id=cls.nylon.id
        )
        cls.spool = cls._create_spool(filament=cls.filament)
        cls.operator = cls._create_user("dry_operator", "operator")

    def _ago(self, days):
        return self.now - timedelta(days=days)

    def _open(self, days):
        self.spool._print3d_record("open", happened_on=self._ago(days))

    # === WHEN === #

    def test_materials_say_how_often(self):
        self.assertEqual(self.nylon.drying_interval_days, 7)
        self.nylon.drying_interval_days = 3
        self._open(1)
        self.assertEqual(self.spool.drying_due_on, self.today + timedelta(days=2))
        self.nylon.hygroscopy = "low"
        self.assertEqual(self.nylon.drying_interval_days, 0)
        self.assertFalse(self.spool.drying_due_on)

    def test_it_is_due_from_opening_and_again_from_drying(self):
        self.assertFalse(self.spool.drying_due_on, "sealed")
        self._open(20)
        due = fields.Date.context_today(self.spool, self._ago(20)) + timedelta(days=7)
        self.assertEqual(self.spool.drying_due_on, due)
        to_dry = self.env["stock.lot"]._get_to_dry_domain()
        self.assertIn(self.spool, self.env["stock.lot"].search(to_dry))
        entry = self.spool._print3d_record("dry", None, happened_on=self._ago(2))
        self.assertEqual(self.spool.last_dried_on, entry.happened_on)
        self.assertEqual(
            self.spool.drying_due_on, self._ago(2).date() + timedelta(days=7)
        )
        self.assertNotIn(self.spool, self.env["stock.lot"].search(to_dry))
        # Told late: the last one counts.
        self.spool._print3d_record("dry", None, happened_on=self._ago(9))
        self.assertEqual(self.spool.last_dried_on, entry.happened_on)
        entry.action_undo()
        self.assertEqual(self.spool.last_dried_on, self._ago(9))
        self.assertTrue(entry.drying_ids.is_taken_back)

    def test_an_empty_spool_is_not_dried(self):
        self._open(20)
        self.spool._print3d_record("scrap")
        self.assertFalse(self.spool.drying_due_on)

    def test_a_dry_place_keeps_dry(self):
        box = self.env["stock.location"].create(
            {
                "name": "Dry box",
                "location_id": self.stock.id,
                "print3d_kind": "shelf",
                "keeps_dry": True,
            }
        )
        self._open(20)
        self.spool._print3d_record("dry", None, happened_on=self._ago(19))
        self.spool._print3d_record("move", box)
        self.assertFalse(self.spool.drying_due_on)
        self.spool._print3d_record("move", self.shelf)
        left = self.spool.dry_left_on
        self.assertTrue(left)
        self.assertEqual(self.spool.drying_due_on, left.date() + timedelta(days=7))
        self.spool._print3d_record("move", box)
        reading = self.spool._print3d_record("humidity", 55)
        self.assertEqual(self.spool.humidity_percent, 55)
        self.assertEqual(self.spool.drying_due_on, reading.happened_on.date())
        self.spool._print3d_record("humidity", 12)
        self.assertFalse(self.spool.drying_due_on)

    # === THE LOG === #

    def test_a_drying_is_logged(self):
        entry = self.spool._print3d_record(
            "dry",
            {
                "temperature_c": 75,
                "hours": 8.5,
                "humidity_percent": 11,
                "dryer": "Food dryer",
            },
            key="dry-1",
        )
        again = self.spool._print3d_record("dry", {"hours": 99}, key="dry-1")
        self.assertEqual(entry, again)
        self.assertRecordValues(
            self.spool.spool_drying_ids,
            [
                {
                    "kind": "dry",
                    "temperature_c": 75,
                    "hours": 8.5,
                    "has_humidity": True,
                    "humidity_percent": 11,
                    "dryer": "Food dryer",
                    "company_id": self.env.company.id,
                }
            ],
        )
        self.assertEqual(entry.stated_text, "75 °C, 8.5 h, 11 % humidity, Food dryer")
        self.assertTrue(self.spool.opened_on)
        self.assertEqual(self.spool.humidity_percent, 11)

    def test_readings_and_desiccant(self):
        entry = self.spool._print3d_record("humidity", 42.5)
        self.assertEqual(entry.stated_text, "42.5 % humidity")
        self.assertFalse(self.spool.opened_on)
        renewed = self.spool._print3d_record("desiccant")
        self.assertEqual(self.spool.desiccant_on, renewed.happened_on)
        self.assertEqual(self.spool.remaining_g, 1000)
        (entry | renewed).action_undo()
        self.assertFalse(self.spool.desiccant_on)
        self.assertFalse(self.spool.humidity_on)

    def test_nonsense_is_refused(self):
        for kind, value in (
            ("humidity", None),
            ("humidity", 101),
            ("humidity", -1),
            ("humidity", "wet"),
            ("humidity", float("nan")),
            ("dry", {"temperature_c": 900}),
            ("dry", {"hours": -1}),
            ("dry", {"hours": True}),
            ("dry", {"humidity_percent": 120}),
        ):
            with (
                self.subTest(kind=kind, value=value),
                self.assertRaisesRegex(UserError, "number from 0 to"),
            ):
                self.spool._print3d_record(kind, value)
        self.assertFalse(self.spool.spool_drying_ids)

    def test_advice(self):
        advice = self.spool._get_drying_advice()
        self.assertEqual((advice["temperature_c"], advice["hours"]), (80, 12))
        self.assertEqual(advice["text"], "Dry it at 80 °C for 12 h.")
        self.nylon.drying_temp = 0
        self.assertIn("Nobody has noted", self.spool._get_drying_advice()["text"])

    def test_dialog(self):
        other = self._create_spool(filament=self.filament)
        context = (self.spool + other).action_open_dry()["context"]
        Wizard = (
            self.env["print3d.spool.dry"]
            .with_user(self.operator)
            .with_context(**context)
        )
        wizard = Wizard.create({})
        self.assertEqual((wizard.temperature_c, wizard.hours), (80, 12))
        self.assertEqual(wizard.advice, "Dry it at 80 °C for 12 h.")
        wizard.action_save()
        self.assertTrue(all((self.spool + other).mapped("last_dried_on")))
        Wizard.create({"kind": "humidity", "humidity_percent": 33}).action_save()
        self.assertEqual((self.spool + other).mapped("humidity_percent"), [33, 33])

    # === REMINDERS === #

    def _run_cron(self):
        cron = self.env.ref("print3d_inventory.ir_cron_remind_drying")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def test_somebody_is_reminded_once(self):
        self.spool.with_user(self.operator)._print3d_record(
            "open", happened_on=self._ago(20)
        )
        self._run_cron()
        activity = self.spool.activity_ids
        self.assertRecordValues(
            activity,
            [
                {
                    "user_id": self.operator.id,
                    "date_deadline": self.spool.drying_due_on,
                    "activity_type_id": self.env.ref(
                        "print3d_inventory.mail_activity_type_dry"
                    ).id,
                }
            ],
        )
        self.assertIn("80 °C", activity.note)
        self._run_cron()
        self.assertEqual(self.spool.activity_ids, activity)
        activity.unlink()
        self._run_cron()
        self.assertFalse(self.spool.activity_ids, "whoever dismissed it is left alone")
        entry = self.spool._print3d_record("dry")
        entry.action_undo()
        self._run_cron()
        self.assertTrue(self.spool.activity_ids)
        self.spool._print3d_record("dry")
        self.assertFalse(self.spool.activity_ids, "it was done")

    def test_quarantined_and_sealed_ones_are_not_reminded_of(self):
        self._open(20)
        self.spool._print3d_record("quarantine", reason="Damp")
        self._run_cron()
        self.assertFalse(self.spool.activity_ids)

    def test_home_names_them(self):
        self._open(20)
        sales = self._create_user("dry_sales", "sales")
        data = self.env["print3d.home"].with_user(self.operator).get_data()["to_dry"]
        self.assertTrue(data["can_dry"])
        total = self.env["stock.lot"].search_count(
            self.env["stock.lot"]._get_to_dry_domain()
        )
        self.assertEqual(data["count"], total)
        data = self.env["print3d.home"].with_user(sales).get_data()["to_dry"]
        self.assertFalse(data["can_dry"])

    # === RIGHTS === #

    def test_rights(self):
        self.spool._print3d_record("dry")
        line = self.spool.spool_drying_ids
        with self.assertRaises(AccessError):
            line.with_user(self.operator).write({"hours": 1})
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.operator.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertFalse(
            self.env["print3d.spool.drying"]
            .with_user(self.operator)
            .search([("lot_id", "=", self.spool.id)])
        )
