from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.print3d_alert_check import CRON
from .common_alerts import AlertCheckCommon

NOW = "2026-05-04 10:00:00"


@tagged("post_install", "-at_install")
class TestAlertChecks(AlertCheckCommon):
    """What the shop is looked at for: raised when so, over when not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW, tick=True))
        cls.slot = cls._create_slot()
        cls.company = cls.env.company
        cls.company.write({"print3d_alert_low_percent": 15, "print3d_alert_low_g": 0})

    # === HOW CHECKS RUN === #

    def test_found_again_is_one_alert(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 900)
        self._check("_check_spools_low")
        alert = self._get_alert(spool, "spool_low")
        self.assertEqual(alert.count, 1)
        self._check("_check_spools_low")
        self._check("_check_spools_low")
        self.assertEqual(self._get_alerts(spool, "spool_low"), alert)
        self.assertEqual(alert.count, 1, "it holds; it did not happen again")

    def test_what_it_says_follows(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 900)
        self._check("_check_spools_low")
        alert = self._get_alert(spool, "spool_low")
        self.assertIn("100 g", alert.name)
        self._use_filament(spool, 60)
        self._check("_check_spools_low")
        self.assertIn("40 g", alert.name)

    def test_one_check_that_fails_does_not_stop_the_others(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 900)
        checks = type(self.env["print3d.alert.check"])
        with (
            patch.object(checks, "_check_spools_empty", side_effect=UserError("x")),
            mute_logger("odoo.addons.print3d_inventory.models.print3d_alert_check"),
        ):
            self._check()
        self.assertTrue(self._get_alert(spool, "spool_low"))

    def test_every_check_runs_on_this_shop(self):
        """None of them fails, whatever is in the database."""
        with self.assertNoLogs(
            "odoo.addons.print3d_inventory.models.print3d_alert_check", "ERROR"
        ):
            self._check()

    def test_many_deeds_are_followed_by_one_look(self):
        cron = self.env.ref(CRON)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        for _deed in range(3):
            # Each as in a transaction of its own.
            self.env.cr.precommit.data.pop(CRON, None)
            self._create_spool()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(triggers), 1)
        self.assertLess(triggers.call_at, fields.Datetime.now() + timedelta(minutes=1))

    def test_alerts_are_written_in_the_language_of_the_shop(self):
        lang = self.env["res.lang"]._activate_lang("he_IL")
        self.env.ref("base.main_company").partner_id.lang = lang.code
        self.assertEqual(
            self.env["print3d.alert.check"]._as_shop().env.context["lang"], "he_IL"
        )

    # === HOW MUCH IS LEFT === #

    def test_last_spool_runs_low(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 840)
        self._check("_check_spools_low")
        self.assertFalse(self._get_alerts(spool, "spool_low"), "160 g are enough")
        self._use_filament(spool, 20)
        self._check("_check_spools_low")
        alert = self._get_alert(spool, "spool_low")
        self.assertEqual((alert.severity, alert.category), ("warning", "inventory"))
        self.assertEqual(alert.lot_id, spool)
        self.assertEqual(alert.product_id, self.filament)
        self.assertIn("140 g", alert.name)
        self.assertIn("request", [action["key"] for action in alert.actions])
        self._create_spool(1000)
        self._check("_check_spools_low")
        self._assert_over(spool, "spool_low")

    def test_low_in_a_printer_with_others_is_news_only(self):
        spool = self._create_spool(1000)
        self._create_spool(1000)
        self._use_filament(spool, 900)
        self._check("_check_spools_low")
        self.assertFalse(self._get_alerts(spool, "spool_low"), "it lies on the shelf")
        spool.action_load(self.slot)
        self._check("_check_spools_low")
        alert = self._get_alert(spool, "spool_low")
        self.assertEqual(alert.severity, "info")
        self.assertIn("1 more", alert.body)
        spool.action_unload()
        self._check("_check_spools_low")
        self._assert_over(spool, "spool_low")

    def test_low_by_grams_and_never(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 700)
        self.company.write({"print3d_alert_low_percent": 0, "print3d_alert_low_g": 350})
        self._check("_check_spools_low")
        self.assertTrue(self._get_alert(spool, "spool_low"))
        self.company.print3d_alert_low_g = 0
        self._check("_check_spools_low")
        self._assert_over(spool, "spool_low")

    def test_what_nobody_may_use_is_not_low(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 950)
        spool._print3d_record("quarantine", reason="Damp")
        self._check("_check_spools_low")
        self.assertFalse(self._get_alerts(spool, "spool_low"))

    def test_each_company_hears_of_its_own(self):
        other = self.env["res.company"].create({"name": "Test Other Shop"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        ours = self._create_spool(1000)
        self._use_filament(ours, 900)
        theirs = self.env["stock.lot"].create(
            {
                "name": "THEIRS-1",
                "product_id": self.filament.id,
                "company_id": other.id,
                "net_weight_g": 1000,
            }
        )
        self.env["stock.quant"].with_company(other)._update_available_quantity(
            self.filament, warehouse.lot_stock_id, 100, lot_id=theirs
        )
        self._check("_check_spools_low")
        self.assertEqual(self._get_alert(ours, "spool_low").company_id, self.company)
        alert = self._get_alert(theirs, "spool_low")
        self.assertEqual(alert.company_id, other)
        other.print3d_alert_low_percent = 0
        self._check("_check_spools_low")
        self._assert_over(theirs, "spool_low")
        self.assertTrue(self._get_alert(ours, "spool_low"))

    def test_used_up_in_its_slot(self):
        spool = self._create_spool(1000)
        spool.action_load(self.slot)
        self._check("_check_spools_empty")
        self.assertFalse(self._get_alerts(spool, "spool_empty"))
        self._use_filament(spool, 1000)
        self._check("_check_spools_empty")
        alert = self._get_alert(spool, "spool_empty")
        self.assertEqual(alert.severity, "warning")
        self.assertIn("Test Slot", alert.body)
        self._create_spool(1000).action_load(self.slot)
        self._check("_check_spools_empty")
        self._assert_over(spool, "spool_empty")

    def test_used_up_elsewhere_or_long_ago(self):
        unloaded = self._create_spool(1000)
        unloaded.action_load(self.slot)
        unloaded.action_unload()
        self._use_filament(unloaded, 1000)
        self._check("_check_spools_empty")
        self.assertFalse(self._get_alerts(unloaded, "spool_empty"))
        spool = self._create_spool(1000)
        spool.action_load(self.slot)
        self._use_filament(spool, 1000)
        self._check("_check_spools_empty")
        self.assertTrue(self._get_alert(spool, "spool_empty"))
        with freeze_time("2026-05-12 10:00:00", tick=True):
            self._check("_check_spools_empty")
        self._assert_over(spool, "spool_empty")

    # === HOW OLD IT IS === #

    def test_best_before(self):
        self.company.print3d_alert_expiry_days = 30
        spool = self._create_spool()
        spool.expires_on = "2026-06-04"
        self._check("_check_spools_best_before")
        self.assertFalse(self._get_alerts(spool, "spool_best_before"))
        spool.expires_on = "2026-06-03"
        self._check("_check_spools_best_before")
        alert = self._get_alert(spool, "spool_best_before")
        self.assertEqual(alert.severity, "info")
        spool.expires_on = "2026-05-03"
        self._check("_check_spools_best_before")
        self.assertEqual(alert.severity, "warning")
        self.assertIn("past its date", alert.name)
        self._use_filament(spool, 1000)
        self._check("_check_spools_best_before")
        self._assert_over(spool, "spool_best_before")

    def test_best_before_only_once_it_has_passed(self):
        self.company.print3d_alert_expiry_days = 0
        soon, past = self._create_spool(), self._create_spool()
        soon.expires_on, past.expires_on = "2026-05-05", "2026-05-03"
        self._check("_check_spools_best_before")
        self.assertFalse(self._get_alerts(soon, "spool_best_before"))
        self.assertTrue(self._get_alert(past, "spool_best_before"))

    def test_open_for_long(self):
        self.company.print3d_alert_open_days = 90
        spool, young = self._create_spool(), self._create_spool()
        spool.opened_on, young.opened_on = "2026-02-03", "2026-02-04"
        self._check("_check_spools_open_long")
        self.assertEqual(self._get_alert(spool, "spool_open_long").severity, "info")
        self.assertFalse(self._get_alerts(young, "spool_open_long"))
        self.company.print3d_alert_open_days = 0
        self._check("_check_spools_open_long")
        self._assert_over(spool, "spool_open_long")

    def test_to_dry(self):
        self.pla.drying_interval_days = 20
        spool = self._create_spool()
        spool.opened_on = "2026-04-01"
        self.env.flush_all()
        self._check("_check_spools_to_dry")
        alert = self._get_alert(spool, "spool_to_dry")
        self.assertEqual(alert.severity, "info")
        spool._print3d_record("dry")
        self._check("_check_spools_to_dry")
        self._assert_over(spool, "spool_to_dry")

    # === WHAT WAITS FOR A DECISION === #

    def test_to_decide(self):
        spool = self._create_spool(1000)
        spool._print3d_record("count", 1500)
        entry = spool.spool_entry_ids.filtered(lambda item: item.state == "conflict")
        self.assertTrue(entry, "more than the full spool is to be decided")
        self._check("_check_spools_to_decide")
        alert = self._get_alert(spool, "spool_to_decide")
        self.assertEqual(alert.severity, "warning")
        self.assertIn("more than", alert.body)
        action = alert.action_run("decide")
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), entry)
        entry.action_decide_theirs()
        self._check("_check_spools_to_decide")
        self._assert_over(spool, "spool_to_decide")

    def test_long_in_quarantine(self):
        self.company.print3d_alert_quarantine_days = 14
        spool = self._create_spool()
        with freeze_time("2026-04-20 11:00:00"):
            spool._print3d_record("quarantine", reason="Smells odd")
        self._check("_check_spools_in_quarantine")
        self.assertFalse(self._get_alerts(spool, "spool_quarantine"), "not 14 days")
        with freeze_time("2026-05-04 12:00:00", tick=True):
            self._check("_check_spools_in_quarantine")
        alert = self._get_alert(spool, "spool_quarantine")
        self.assertIn("Smells odd", alert.body)
        with freeze_time("2026-05-04 12:30:00", tick=True):
            spool.action_release()
            self._check("_check_spools_in_quarantine")
        self._assert_over(spool, "spool_quarantine")

    # === HOW OFTEN THE DATABASE IS ASKED === #

    def test_checks_ask_as_often_for_many_as_for_few(self):
        names = [
            "_check_spools_low",
            "_check_spools_empty",
            "_check_spools_best_before",
            "_check_spools_open_long",
            "_check_spools_to_dry",
            "_check_spools_to_decide",
            "_check_spools_in_quarantine",
        ]
        self.pla.drying_interval_days = 20
        checks = self.env["print3d.alert.check"]

        def make(count):
            for _number in range(count):
                spool = self._create_spool(1000, filament=self._create_filament())
                self._use_filament(spool, 900)
                spool.write({"opened_on": "2024-01-01", "expires_on": "2024-01-01"})
                spool._print3d_record("count", 1500)
            self._check()

        def measure(name):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            checks._run_checks([name])
            return self.env.cr.sql_log_count - start

        make(2)
        few = {name: measure(name) for name in names}
        make(8)
        many = {name: measure(name) for name in names}
        for name in names:
            with self.subTest(name):
                self.assertLessEqual(many[name], few[name])
                self.assertLess(many[name], 25)
