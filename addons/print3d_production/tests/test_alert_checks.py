from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.print3d_inventory.tests.common_alerts import AlertCheckCommon

from .common import Print3dProductionCommon

NOON = "2026-05-04 12:00:00"


@tagged("post_install", "-at_install")
class TestAlertChecks(Print3dProductionCommon, AlertCheckCommon):
    """What somebody should know about prints, orders to print, and printers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOON, tick=True))
        cls.env.company.write(
            {"print3d_alert_overrun_percent": 150, "print3d_alert_due_hours": 24}
        )

    def _create_rare_vase(self):
        """Make a print of a filament that no other one can stand in for."""
        material = self.env["print3d.material"].create({"name": "Test Unobtainium"})
        self.rare = self._create_filament(
            "Test Rare", "#123456", material_id=material.id
        )
        vase = self._create_product("Test Rare Vase")
        self._create_version(
            vase, [{"copies": 1, "time_s": 600, "filaments": [(self.rare, 80)]}]
        ).action_activate()
        return vase

    def _start_one(self):
        production = self._create_mo(1)
        self.spool.action_load(self.printer.slot_ids[0])
        return self._start(production.run_ids, [self.spool])

    # === FAILED PRINTS === #

    def test_failed_print_is_told_at_once_and_over_when_printed_again(self):
        run = self._start_one()
        cause = self.env["print3d.failure.cause"].search([], limit=1)
        run._do_end("failed", percent=40, cause=cause)
        self.env["print3d.alert"]._take_in()
        alert = self._get_alert(run, "run_failed")
        self.assertEqual((alert.severity, alert.category), ("warning", "job"))
        self.assertEqual(alert.run_id, run)
        self.assertEqual(alert.workcenter_id, self.printer)
        self.assertIn("40 %", alert.name)
        self.assertIn(cause.name, alert.body)
        reprint = run.reprint_ids
        self.assertIn(reprint.name, alert.body)
        self._print(reprint, [self.spool])
        self.env["print3d.alert"]._take_in()
        self._assert_over(run, "run_failed")
        self.assertIn(reprint.name, alert.note)

    def test_print_that_failed_twice_is_over_with_the_third(self):
        run = self._start_one()
        run._do_end("failed", percent=40)
        again = run.reprint_ids
        self._start(again, [self.spool])
        again._do_end("failed", percent=60)
        self.env["print3d.alert"]._take_in()
        both = self._get_alert(run, "run_failed") | self._get_alert(again, "run_failed")
        self.assertEqual(len(both), 2)
        self._print(again.reprint_ids, [self.spool])
        self.env["print3d.alert"]._take_in()
        self.assertEqual(set(both.mapped("state")), {"auto_resolved"})

    def test_end_told_twice_is_one_failure(self):
        run = self._start_one()
        run._do_end("failed", percent=40)
        run._do_end("failed", percent=40)
        self.env["print3d.alert"]._take_in()
        self.assertEqual(self._get_alert(run, "run_failed").count, 1)

    def test_seen_is_enough(self):
        run = self._start_one()
        run._do_end("failed", percent=40, reprint=False)
        self.env["print3d.alert"]._take_in()
        alert = self._get_alert(run, "run_failed")
        self.assertIn("not queued again", alert.body)
        alert.with_user(self.operator).action_run("seen")
        self.assertEqual(alert.state, "resolved")
        self._check()
        self.assertFalse(self._get_alert(run, "run_failed"), "it is not told anew")

    # === PRINTS THAT TAKE TOO LONG === #

    def test_print_takes_much_longer(self):
        run = self._start_one()
        self.assertEqual(run.time_s, 3600)
        run._set_state("paused")
        run._set_state("printing", date_start=fields.Datetime.now())
        with freeze_time("2026-05-04 13:25:00", tick=True):
            self._check("_check_runs_overrun")
            self.assertFalse(self._get_alerts(run, "run_overrun"), "not yet by half")
        with freeze_time("2026-05-04 13:35:00", tick=True):
            self._check("_check_runs_overrun")
            alert = self._get_alert(run, "run_overrun")
            self.assertEqual(alert.sla_state, "breached")
            self.assertIn("1 h 00", alert.body)
            action = alert.with_user(self.operator).action_run("end")
            self.assertEqual(action["res_model"], "print3d.run.end")
            run._do_end("done")
            self._check("_check_runs_overrun")
        self._assert_over(run, "run_overrun")

    def test_overrun_can_be_switched_off(self):
        run = self._start_one()
        self.env.company.print3d_alert_overrun_percent = 0
        with freeze_time("2026-05-08 12:00:00", tick=True):
            self._check("_check_runs_overrun")
        self.assertFalse(self._get_alerts(run, "run_overrun"))

    # === FILAMENT THAT IS MISSING === #

    def test_queue_runs_out_of_filament(self):
        production = self._create_mo(3, self._create_rare_vase())
        runs = production.run_ids.sorted("sequence")
        self._check("_check_runs_short")
        alert = self._get_alert(runs[0], "run_short")
        self.assertEqual(alert.product_id, self.rare, "what is missing is asked for")
        self.assertIn("240 g", alert.body)
        self.assertIn(runs[1].display_name, alert.body)
        self.assertFalse(self._get_alerts(runs[1], "run_short"), "once a filament")
        spool = self._create_spool(100, filament=self.rare)
        self._check("_check_runs_short")
        self._assert_over(runs[0], "run_short")
        self.assertIn("140 g", self._get_alert(runs[1], "run_short").body)
        self._use_filament(spool, 100)
        self._create_spool(1000, filament=self.rare)
        self._check("_check_runs_short")
        self._assert_over(runs[1], "run_short")

    def test_alert_of_the_queue_follows_what_arrives_and_what_is_held(self):
        production = self._create_mo(1, self._create_rare_vase())
        run = production.run_ids
        self.assertEqual(run.feasibility, "no_stock")
        self._check("_check_runs_short")
        self.assertNotIn("on their way", self._get_alert(run, "run_short").body)
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.rare.id,
                            "product_qty": 50.0,
                            "product_uom_id": self.gram.id,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        self._check("_check_runs_short")
        self.assertIn("50 g are on their way", self._get_alert(run, "run_short").body)
        run.is_held = True
        self._check("_check_runs_short")
        self._assert_over(run, "run_short")
        run.is_held = False
        self._check("_check_runs_short")
        self._create_spool(1000, filament=self.rare)
        self._check("_check_runs_short")
        self._assert_over(run, "run_short")

    # === ORDERS === #

    def test_order_is_due_and_late(self):
        production = self._create_mo(1)
        production.date_deadline = "2026-05-05 13:00:00"
        self._check("_check_productions_due")
        self.assertFalse(self._get_alerts(production, "production_due"), "25 hours")
        production.date_deadline = "2026-05-05 11:00:00"
        self._check("_check_productions_due")
        alert = self._get_alert(production, "production_due")
        self.assertEqual(alert.severity, "warning")
        self.assertEqual(alert.due_on, production.date_deadline)
        action = alert.action_run("runs")
        self.assertEqual(
            self.env["print3d.run"].search(action["domain"]), production.run_ids
        )
        with freeze_time("2026-05-05 11:30:00", tick=True):
            self._check("_check_productions_due")
            self.assertEqual(alert.severity, "critical")
            self._print(production.run_ids, [self.spool])
            self._check("_check_productions_due")
        self._assert_over(production, "production_due")

    # === PRINTERS === #

    def test_blocked_printer(self):
        loss = self.env["mrp.workcenter.productivity.loss"].search(
            [("loss_type", "=", "availability")], limit=1
        )
        self.env["mrp.workcenter.productivity"].create(
            {
                "workcenter_id": self.printer.id,
                "loss_id": loss.id,
                "date_start": fields.Datetime.now() - timedelta(hours=1),
            }
        )
        self.assertEqual(self.printer.working_state, "blocked")
        self._check("_check_printers")
        alert = self._get_alert(self.printer, "printer_blocked")
        self.assertEqual((alert.severity, alert.category), ("critical", "printer"))
        self.assertEqual(self.printer.alert_count, 1)
        action = alert.action_run("maintenance")
        self.assertEqual(action["context"]["default_workcenter_id"], self.printer.id)
        alert.action_run("unblock")
        self.assertNotEqual(self.printer.working_state, "blocked")
        self.assertEqual(alert.state, "resolved")
        self._check("_check_printers")
        self.assertFalse(self._get_alert(self.printer, "printer_blocked"))

    def test_printer_without_a_slot(self):
        self.printer.slot_ids.active = False
        self._check("_check_printers")
        alert = self._get_alert(self.printer, "printer_without_slot")
        self.assertEqual(alert.action_run("open")["res_model"], "mrp.workcenter")
        self.printer.slot_count = 1
        self._check("_check_printers")
        self._assert_over(self.printer, "printer_without_slot")

    def test_overdue_maintenance(self):
        request = self.env["maintenance.request"].create(
            {"name": "Grease the rods", "schedule_date": "2026-05-04 13:00:00"}
        )
        self._check("_check_maintenance")
        self.assertFalse(self._get_alerts(request, "maintenance_due"))
        request.schedule_date = "2026-05-04 11:00:00"
        self._check("_check_maintenance")
        alert = self._get_alert(request, "maintenance_due")
        self.assertEqual(alert.category, "maintenance")
        alert.action_run("done")
        self.assertTrue(request.stage_id.done)
        self._check("_check_maintenance")
        self.assertFalse(self._get_alert(request, "maintenance_due"))

    # === PAGES AND HOME === #

    def test_pages_tell_of_what_concerns_them(self):
        run = self._start_one()
        production = run.production_ids
        run._do_end("failed", percent=40)
        self.env["print3d.alert"]._take_in()
        for record in (run, production, self.printer, self.product):
            with self.subTest(record=record):
                record.invalidate_recordset()
                self.assertEqual(record.alert_count, 1)
                band = self.env["print3d.alert"].get_band(record._name, record.id)
                self.assertEqual(band["count"], 1)
        self.other_printer.invalidate_recordset()
        self.assertEqual(self.other_printer.alert_count, 0)

    def test_home_says_a_print_once(self):
        run = self._start_one()
        run._set_state("paused")
        run._set_state("printing", date_start="2026-05-04 09:00:00")
        Home = self.env["print3d.home"].with_user(self.operator)

        def in_queue():
            return [row["id"] for row in Home._get_queue_section()["runs"]]

        self.assertIn(run.id, in_queue())
        self._check("_check_runs_overrun")
        self.assertNotIn(run.id, in_queue())
        today = [alert["res_id"] for alert in Home._get_today_alerts()["alerts"]]
        self.assertIn(run.id, today)

    def test_limits_are_in_the_dialog(self):
        limits = self.env["print3d.alert.limits"].create({})
        self.assertEqual(limits.print3d_alert_overrun_percent, 150)
        limits.print3d_alert_due_hours = 48
        limits.action_save()
        self.assertEqual(self.env.company.print3d_alert_due_hours, 48)

    # === HOW OFTEN THE DATABASE IS ASKED === #

    def test_checks_ask_as_often_for_many_as_for_few(self):
        names = [
            "_check_runs_overrun",
            "_check_runs_short",
            "_check_productions_due",
            "_check_printers",
            "_check_maintenance",
        ]
        vase = self._create_rare_vase()

        def make(count):
            for number in range(count):
                production = self._create_mo(1, vase)
                production.date_deadline = "2026-05-03 12:00:00"
                printer = self._create_printer(f"Slow {number}")
                printer.slot_ids.active = False
                self.env["maintenance.request"].create(
                    {"name": f"Old {number}", "schedule_date": "2026-05-01 12:00:00"}
                )
            self._check()

        self.assertChecksCost(make, names)
