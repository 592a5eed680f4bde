from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestMrpWorkcenter(Print3dProductionCommon):
    def test_new_printer_gets_place_slots_and_hours(self):
        view = "print3d_production.mrp_workcenter_view_form_printer"
        form = Form(
            self.env["mrp.workcenter"].with_context(default_is_printer=True), view
        )
        form.name = "Printer C"
        printer = form.save()
        self.assertEqual(printer.slot_count, 1)
        self.assertEqual(printer.location_id.location_id, self.stock)
        self.assertRecordValues(
            printer.slot_ids,
            [
                {
                    "name": "Slot 1",
                    "slot_number": 1,
                    "print3d_kind": "slot",
                    "location_id": printer.location_id.id,
                }
            ],
        )
        calendar = self.env.ref("print3d_production.resource_calendar_24_7")
        self.assertEqual(printer.resource_calendar_id, calendar)

    def test_slots_come_and_go(self):
        self.printer.slot_count = 4
        self.assertEqual(self.printer.slot_ids.mapped("slot_number"), [1, 2, 3, 4])
        last = self.printer.slot_ids[3]
        self.spool.action_load(last)
        with self.assertRaisesRegex(UserError, "still holds spool"):
            self.printer.slot_count = 2
        self.spool.action_unload()
        self.printer.slot_count = 2
        self.assertFalse(last.active)
        self.printer.slot_count = 4
        self.assertTrue(last.active)
        with self.assertRaisesRegex(UserError, "a slot at least"):
            self.printer.slot_count = 0

    def test_name_of_the_place_follows(self):
        self.printer.name = "Left One"
        self.assertEqual(self.printer.location_id.name, "Left One")

    def test_state_and_figures(self):
        first, second = self._create_mo(2).run_ids
        second.workcenter_id = self.printer
        self.assertEqual(self.printer.printer_state, "free")
        self._start(first, [self.spool])
        self.printer.invalidate_recordset()
        self.assertRecordValues(
            self.printer,
            [
                {
                    "printer_state": "printing",
                    "current_run_id": first.id,
                    "current_product_id": self.product.id,
                    "waiting_count": 1,
                    "waiting_time_s": 3600,
                }
            ],
        )
        slots = self.printer.slots_json
        self.assertEqual(slots[0]["spool"]["name"], self.spool.name)
        self.assertFalse(slots[1]["spool"])

    def test_a_print_over_its_time_needs_a_person(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool], started_at=datetime(2024, 1, 1, 8))
        self.assertEqual(self.printer.printer_state, "overdue")
        self.assertEqual(run.progress_shown, 99)
        sections = self.env["print3d.home"].get_data()
        rows = [row for row in sections["queue"]["runs"] if row["id"] == run.id]
        self.assertEqual(rows[0]["method"], "action_done")

    def test_printer_that_printed_is_not_deleted(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        with self.assertRaisesRegex(UserError, "has printed"):
            self.printer.unlink()

    def test_home_names_one_run_a_free_printer(self):
        self.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        runs = self._create_mo(3).run_ids
        runs.workcenter_id = self.printer
        queue = self.env["print3d.home"].get_data()["queue"]
        ours = [row["id"] for row in queue["runs"] if row["id"] in runs.ids]
        self.assertEqual(ours, runs[0].ids)

    def test_home_spares_whoever_has_no_role(self):
        user = new_test_user(self.env, "print3d_nobody", "base.group_user")
        sections = self.env["print3d.home"].with_user(user).get_data()
        self.assertNotIn("queue", sections)
        self.assertNotIn("printers", sections)

    def test_rights(self):
        run = self._create_mo(1).run_ids
        as_sales = run.with_user(self.sales_user)
        self.assertIn(as_sales.feasibility, ("ready", "swap"))
        as_sales.read(["name", "state", "chips", "spool_ids", "thumbnail_url"])
        self.assertTrue(self.printer.with_user(self.sales_user).slots_json)
        self.env["print3d.home"].with_user(self.sales_user).get_data()
        with self.assertRaises(AccessError):
            as_sales.workcenter_id = self.printer
        with self.assertRaises(AccessError):
            as_sales.action_start({1: self.spool.id})
        with self.assertRaises(AccessError):
            self.printer.with_user(self.operator).costs_hour = 1
        with self.assertRaises(AccessError):
            self.product._get_print_bom().with_user(self.operator).product_qty = 2
        with self.assertRaises(AccessError):
            run.with_user(self.operator).unlink()
        owner = self._create_user("print3d_owner", "owner")
        self.printer.with_user(owner).costs_hour = 2
        self.product._get_print_bom().with_user(owner).code = "X"
        self.env["mrp.workcenter"].with_user(owner).create(
            {"name": "Printer D", "is_printer": True, "slot_count": 2}
        )
        run.action_cancel()
        run.with_user(owner).unlink()

    def test_other_companies_see_nothing(self):
        run = self._create_mo(1).run_ids
        company = self.env["res.company"].create({"name": "Other Shop"})
        stranger = self._create_user("print3d_stranger", "owner")
        stranger.write({"company_id": company.id, "company_ids": [(6, 0, company.ids)]})
        env = self.env(user=stranger, context={"allowed_company_ids": company.ids})
        self.assertFalse(env["print3d.run"].search([("id", "=", run.id)]))
        with self.assertRaises(AccessError):
            run.with_env(env).read(["name"])
        data = env["print3d.home"].get_data()
        self.assertFalse(data["queue"]["runs"])
        self.assertFalse(data["printers"]["printers"])
        printer = env["mrp.workcenter"].create(
            {"name": "Theirs", "is_printer": True, "slot_count": 2}
        )
        self.assertEqual(printer.slot_ids.company_id, company)
        self.assertEqual(
            self.env["product.category"]
            .browse(self.env.ref("print3d_production.product_category_print").id)
            .with_company(company)
            .property_cost_method,
            "average",
        )
