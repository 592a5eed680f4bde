from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Print3dProductionCommon

NOON = datetime(2026, 10, 12, 12)


class ServiceCommon(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch_rules_off()
        cls.owner = cls._create_user("service_owner", "owner")
        cls.nozzle = cls.env["product.product"].create(
            {"name": "Test Nozzle 0.4", "is_storable": True}
        )
        cls.printer.write(
            {
                "service_interval_h": 100,
                "spare_product_id": cls.nozzle.id,
                "spare_qty": 3,
            }
        )

    def _print_hours(self, hours, when=None, printer=None):
        """Let a printer have printed for so many hours, until a time."""
        run = self._create_mo(1).run_line_ids.run_id
        run.write(
            {
                "workcenter_id": (printer or self.printer).id,
                "duration_s": hours * 3600,
                "date_end": when or fields.Datetime.now(),
            }
        )
        return run

    def _plan(self, **values):
        return self.env["maintenance.request"].create(
            {
                "name": "Service",
                "workcenter_id": self.printer.id,
                "maintenance_type": "preventive",
                **values,
            }
        )

    def _get_done(self):
        return self.env["maintenance.stage"].search([("done", "=", True)], limit=1)


@tagged("post_install", "-at_install")
class TestPrinterService(ServiceCommon):
    def test_hours_are_those_really_printed(self):
        self._print_hours(30, NOON)
        self._print_hours(12.5, NOON + timedelta(days=1))
        self._print_hours(50, printer=self.other_printer)
        printer = self.printer
        self.assertEqual(printer.print_hours, 42.5)
        self.assertEqual(printer.hours_since_service, 42.5)
        self.assertEqual(printer.hours_to_service, 57.5)
        self.assertEqual(printer.service_state, "fine")
        printer.serviced_on = NOON + timedelta(hours=1)
        self.assertEqual(printer.print_hours, 42.5)
        self.assertEqual(printer.hours_since_service, 12.5)
        self.assertEqual(printer.hours_to_service, 87.5)
        self.assertFalse(self.other_printer.service_state)

    def test_when_it_is_due(self):
        Printer = self.env["mrp.workcenter"]

        def find(operator, hours):
            return Printer.search(
                [("hours_to_service", operator, hours), ("id", "=", self.printer.id)]
            )

        self._print_hours(79)
        self.assertFalse(find("<", 20))
        self.assertEqual(self.printer.service_state, "fine")
        self._print_hours(2)
        self.assertEqual(find("<", 20), self.printer)
        self.assertEqual(self.printer.service_state, "soon")
        self._print_hours(30)
        self.assertEqual(self.printer.hours_to_service, -11)
        self.assertEqual(self.printer.service_state, "due")
        self.assertFalse(find(">=", 0))

    @freeze_time(NOON)
    def test_maintenance_that_is_done_begins_anew(self):
        self._print_hours(90, NOON - timedelta(days=1))
        request = self._plan(user_id=self.operator.id)
        self.assertEqual(self.printer.hours_to_service, 10)
        self.assertEqual(self.printer.service_request_count, 1)
        self.assertEqual(self.printer.action_plan_service()["res_id"], request.id)
        operator = self.operator
        request.with_user(operator).stage_id = self._get_done()
        self.assertEqual(self.printer.serviced_on, NOON)
        self.assertEqual(self.printer.hours_to_service, 100)
        # Once more, or told late: nothing is counted twice, nor earlier.
        with freeze_time(NOON + timedelta(hours=2)):
            request.stage_id = self._get_done()
        self.assertEqual(self.printer.serviced_on, NOON)
        self.printer._note_service(NOON - timedelta(days=9))
        self.assertEqual(self.printer.serviced_on, NOON)

    @freeze_time(NOON)
    def test_a_repair_is_no_service(self):
        self._print_hours(90, NOON - timedelta(days=1))
        self._plan(maintenance_type="corrective").stage_id = self._get_done()
        self.assertFalse(self.printer.serviced_on)
        self._plan(stage_id=self._get_done().id)
        self.assertEqual(self.printer.serviced_on, NOON)

    def test_only_an_owner_notes_it_on_the_printer(self):
        with self.assertRaisesRegex(UserError, "Only an owner"):
            self.printer.with_user(self.operator).action_serviced()
        self.printer.with_user(self.owner).action_serviced()
        self.assertTrue(self.printer.serviced_on)

    def test_the_list_needs_no_more_queries_for_more_printers(self):
        names = ["name", "print_hours", "hours_to_service", "service_request_count"]
        printers = self.env["mrp.workcenter"].union(
            *(self._create_printer(f"P{number}") for number in range(9))
        )
        for printer in printers:
            self._print_hours(1, printer=printer)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(names)
            return self.env.cr.sql_log_count - before

        count(printers[:1])
        self.assertEqual(count(printers[:2]), count(printers))


@tagged("post_install", "-at_install")
class TestProductionAutomation(ServiceCommon):
    def test_ready_rule_for_service(self):
        rule = self.env.ref("print3d_production.automation_service_due")
        self.assertFalse(rule.active)
        rule.active = True
        self._print_hours(79)
        rule._watch()
        mine = rule.print3d_firing_ids.filtered(
            lambda item: item.res_id == self.printer.id
        )
        self.assertFalse(mine)
        self._print_hours(2)
        rule._watch()
        mine = rule.print3d_firing_ids.filtered(
            lambda item: item.res_id == self.printer.id
        )
        self.assertEqual(mine.state, "done", mine.error)
        lines = self.env["purchase.request.line"].search(
            [("product_id", "=", self.nozzle.id)]
        )
        self.assertEqual(lines.product_qty, 3)
        self.assertEqual(lines.request_id.print3d_type, "part")
        Alert = self.env["print3d.alert"]
        Alert._take_in()
        alert = Alert.search(
            [
                ("res_model", "=", "mrp.workcenter"),
                ("res_id", "=", self.printer.id),
                ("category", "=", "maintenance"),
            ]
        )
        self.assertEqual(alert.state, "open")
        self.assertIn(self.printer.name, alert.name)
        # Serviced: the alert goes, and the next time counts.
        self.printer._note_service(fields.Datetime.now() + timedelta(seconds=1))
        rule._watch()
        Alert._take_in()
        self.assertEqual(alert.state, "auto_resolved")
        self.assertFalse(mine.is_open)

    def test_simulated_by_the_prints_of_the_past(self):
        rule = self.env.ref("print3d_production.automation_service_due")
        now = fields.Datetime.now()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mrp_workcenter SET create_date = %s WHERE id = %s",
            [now - timedelta(days=200), self.printer.id],
        )
        self.printer.invalidate_recordset()
        for days, hours in ((40, 60), (12, 15), (8, 10), (3, 20)):
            self._print_hours(hours, now - timedelta(days=days))
        vals = self.env["print3d.automation.simulation"]._simulate(rule, 30)
        lines = [
            line[2] for line in vals["line_ids"] if line[2]["res_id"] == self.printer.id
        ]
        # 60, 75, 85 hours: with those of eight days ago less than 20 are left.
        self.assertEqual(
            {line["day"] for line in lines}, {(now - timedelta(days=8)).date()}
        )
        self.assertEqual(
            [line["quantity"] for line in lines if line["product_id"]], [3]
        )

    def test_a_request_names_the_prints_that_wait(self):
        rule = self.env.ref("print3d_inventory.automation_spool_low")
        rule.active = True
        self._create_version(
            self._create_product("Test White Vase"),
            [{"filaments": [(self.white, 20)]}],
        ).action_activate()
        waiting = self._create_mo(2).run_line_ids.run_id
        self.spool._print3d_record("count", 120)
        rule._watch()
        firing = rule.print3d_firing_ids.filtered(
            lambda item: item.res_id == self.spool.id
        )
        self.assertEqual(firing.state, "done", firing.error)
        request = (
            self.env["purchase.request.line"]
            .search([("product_id", "=", self.black.id)])
            .request_id
        )
        self.assertTrue(waiting)
        self.assertEqual(request.run_ids & waiting, waiting)

    def test_failed_prints_are_told(self):
        rule = self.env.ref("print3d_production.automation_run_failed")
        rule.active = True
        run = self._create_mo(1).run_line_ids.run_id
        self._start(run, [self.second_spool])
        run._do_end("failed", percent=40)
        firing = rule.print3d_firing_ids
        self.assertEqual((firing.res_id, firing.state), (run.id, "done"))
        told = self.env["mail.message"].search(
            [("model", "=", run._name), ("res_id", "=", run.id)]
        )
        self.assertIn(self.owner.partner_id, told.partner_ids)

    def test_reserve_and_request_what_is_short(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Reserve",
                "state": "print3d_reserve",
                "model_id": self.env["ir.model"]._get_id("mrp.production"),
            }
        )
        big = self._create_product("Test Big")
        self._create_version(
            big, [{"copies": 1, "filaments": [(self.red_petg, 400)]}]
        ).action_activate()
        spool = self._create_spool(700, filament=self.red_petg)
        production = self._create_mo(3, product=big)
        runs = production.run_line_ids.run_id
        self.assertEqual(len(runs), 3)
        plans = action._plan_print3d(production)
        self.assertEqual(
            [plan["quantity"] for plan in plans if plan.get("quantity")], [1000]
        )
        self.assertFalse(runs.reservation_ids)
        action.with_context(
            active_model="mrp.production", active_id=production.id
        ).run()
        self.assertEqual(sum(runs.reservation_ids.mapped("grams")), 700)
        self.assertEqual(spool.free_g, 0)
        lines = self.env["purchase.request.line"].search(
            [("product_id", "=", self.red_petg.id)]
        )
        self.assertEqual(lines.product_qty, 1000)
        self.assertEqual(lines.request_id.run_ids, runs)
        # Once more: what is reserved stays, and what is requested is on its way.
        action.with_context(
            active_model="mrp.production", active_id=production.id
        ).run()
        self.assertEqual(sum(runs.reservation_ids.mapped("grams")), 700)
        self.assertEqual(
            self.env["purchase.request.line"].search_count(
                [("product_id", "=", self.red_petg.id)]
            ),
            1,
        )
        small = action.copy({"print3d_min_g": 2000})
        self.assertIn("Nothing to reserve", small._plan_print3d(production)[0]["words"])
        other = action.copy({"print3d_material_id": self.pla.id})
        self.assertIn("Nothing to reserve", other._plan_print3d(production)[0]["words"])
