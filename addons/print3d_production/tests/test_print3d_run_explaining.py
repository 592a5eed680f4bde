from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_print3d_run_farm import FarmCommon


class AdviceCommon(FarmCommon):
    """A plate that wants a surface that the printer does not have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_user("print3d_owner", "owner")
        cls.smooth, cls.rough = cls.env["print3d.surface"].create(
            [
                {"name": "Test Smooth", "slicer_names": "Test Smooth Plate"},
                {"name": "Test Rough", "slicer_names": "Test Rough Plate"},
            ]
        )
        cls.spool.action_load(cls.printer.slot_ids[0])

    def _queue_smooth(self, **printer):
        run = self._queue(1)
        run.slice_id.common = {"bed_type": "Test Smooth Plate"}
        self.printer.write(
            printer or {"surface_ids": self.rough.ids, "surface_id": self.rough.id}
        )
        return run


@tagged("post_install", "-at_install")
class TestPrint3dRunExplaining(FarmCommon):
    def _explain(self, run, user=None):
        return run.with_user(user or self.operator).get_feasibility_explained()

    def test_the_sum_of_a_spool(self):
        runs = self._queue(3)
        self.spool.action_load(self.printer.slot_ids[0])
        self.spool._print3d_reserve(50.0, note="A gift")
        self._start(runs[0], [self.spool])
        found = self._explain(runs[2])
        self.assertEqual(found["status"], "short")
        [tool] = found["tools"]
        self.assertEqual((tool["grams"], tool["missing"]), (200.0, 150.0))
        [spool] = tool["spools"]
        self.assertEqual((spool["total"], spool["kept"]), (500.0, 50.0))
        self.assertEqual(
            [(run["id"], run["grams"], run["printing"]) for run in spool["earlier"]],
            [(runs[0].id, 200.0, True), (runs[1].id, 200.0, False)],
        )
        self.assertEqual(
            (spool["before"], spool["takes"], spool["after"]), (50.0, 50.0, 0.0)
        )
        self.assertFalse(spool["load"])
        self.assertEqual(found["printer"]["name"], "Printer A")

    def test_what_is_on_its_way_is_named_by_its_order(self):
        run = self._queue(1, grams=700)
        order = self._order_filament(150.0, "2027-03-02 10:00:00")
        [tool] = self._explain(run)["tools"]
        self.assertEqual((tool["missing"], tool["uncovered"]), (200.0, 50.0))
        [arrival] = tool["arrivals"]
        self.assertEqual(arrival["name"], order.name)
        self.assertEqual(arrival["grams"], 150.0)

    def test_many_earlier_prints_are_summed_up(self):
        runs = self._queue(9, grams=10)
        [tool] = self._explain(runs[8])["tools"]
        [spool] = tool["spools"]
        self.assertEqual(len(spool["earlier"]), 5)
        self.assertEqual((spool["more"], spool["more_grams"]), (3, 30.0))
        self.assertEqual(spool["before"], 420.0)

    def test_rights(self):
        runs = self._queue(3)
        self.assertEqual(
            {key for key, may in self._explain(runs[0])["may"].items() if may},
            {"start", "reserve", "find"},
        )
        self.assertIn(
            "buy", [key for key, may in self._explain(runs[2])["may"].items() if may]
        )
        may = self._explain(runs[2], self.sales_user)["may"]
        self.assertFalse(any(may.values()), "sales looks on")

    def test_an_ended_run_has_nothing_to_explain(self):
        run = self._queue(1)
        self._print(run, [self.spool])
        self.assertFalse(self._explain(run)["status"])

    # === DOING SOMETHING ABOUT IT === #

    def test_reserve_and_release(self):
        run = self._queue(1)
        run.with_user(self.operator).action_reserve_spools()
        may = self._explain(run)["may"]
        self.assertFalse(may["reserve"])
        self.assertTrue(may["release"])

    def test_buy_asks_once(self):
        runs = self._queue(3)
        self._order_filament(30.0, "2027-03-02 10:00:00")
        action = runs[2].with_user(self.operator).action_buy_missing()
        request = self.env["purchase.request"].browse(action["res_id"])
        self.assertEqual(request.run_ids, runs[2])
        line = request.line_ids
        self.assertEqual(line.product_id, self.black)
        self.assertGreaterEqual(line.product_qty, 70.0, "30 of 100 g are on their way")
        again = runs[2].with_user(self.operator).action_buy_missing()
        self.assertEqual(again["res_id"], request.id)
        self.assertEqual(
            [item["id"] for item in self._explain(runs[2])["requests"]], request.ids
        )
        with self.assertRaisesRegex(UserError, "Nothing has to be bought"):
            runs[0].with_user(self.operator).action_buy_missing()
        with self.assertRaises(AccessError):
            runs[2].with_user(self.sales_user).action_buy_missing()

    def test_other_printers(self):
        run = self._queue(1)
        self.spool.action_load(self.other_printer.slot_ids)
        third = self._create_printer("Printer C", nozzle_diameter=0.8)
        run.slice_id.nozzle_diameter = 0.4
        found = run.with_user(self.operator).get_other_printers()
        self.assertTrue(found["may"])
        self.assertEqual(
            [(item["id"], item["status"]) for item in found["printers"]],
            [
                (self.other_printer.id, "ready"),
                (self.printer.id, "swap"),
                (third.id, "no_printer"),
            ],
        )
        self.assertTrue(found["printers"][1]["current"])
        self.assertIn("0.4 mm", found["printers"][2]["note"])
        run.with_user(self.operator).action_choose_printer(self.other_printer.id)
        self.assertEqual(run.feasibility, "ready")
        self.assertFalse(run.with_user(self.sales_user).get_other_printers()["may"])
        with self.assertRaises(AccessError):
            run.with_user(self.sales_user).action_choose_printer(self.printer.id)

    def test_another_company_cannot_look(self):
        run = self._queue(1)
        company = self.env["res.company"].create({"name": "Other Farm"})
        self.operator.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        foreign = run.with_user(self.operator).with_company(company)
        for method in ("get_feasibility_explained", "get_other_printers"):
            with self.assertRaises(AccessError):
                getattr(foreign, method)()


@tagged("post_install", "-at_install")
class TestPrint3dRunAdvice(AdviceCommon):
    def test_an_owner_allows_with_a_reason(self):
        run = self._queue_smooth()
        self.assertEqual(run.feasibility, "no_printer")
        self.assertIn("Test Smooth", run.feasibility_note)
        with self.assertRaisesRegex(UserError, "An owner can allow it"):
            run.with_user(self.operator)._do_start()
        self.assertTrue(
            run.with_user(self.operator).get_feasibility_explained()["may"]["ask"]
        )
        with self.assertRaisesRegex(AccessError, "Only an owner"):
            run.with_user(self.operator).action_allow("I like it")
        as_owner = run.with_user(self.owner)
        self.assertEqual(as_owner.action_allow()["res_model"], "print3d.run.allow")
        wizard = (
            self.env["print3d.run.allow"]
            .with_user(self.owner)
            .create({"run_id": run.id, "reason": "Glue stick"})
        )
        self.assertIn("Test Smooth", wizard.notes)
        wizard.action_allow()
        self.assertEqual(run.feasibility, "ready")
        self.assertRecordValues(
            run,
            [
                {
                    "allowed_codes": ["surface"],
                    "allowed_reason": "Glue stick",
                    "allowed_by_id": self.owner.id,
                }
            ],
        )
        self.assertIn("Glue stick", run.message_ids[0].body)
        run.with_user(self.operator)._do_start()
        self.assertEqual(run.state, "printing")

    def test_taken_back(self):
        run = self._queue_smooth()
        run.with_user(self.owner).action_allow("Glue stick")
        with self.assertRaises(AccessError):
            run.with_user(self.operator).action_disallow()
        run.with_user(self.owner).action_disallow()
        self.assertEqual(run.feasibility, "no_printer")
        self.assertFalse(run.allowed_reason)

    def test_nobody_else_writes_what_is_allowed(self):
        run = self._queue_smooth()
        with self.assertRaises(AccessError):
            run.with_user(self.operator).write({"allowed_codes": ["surface"]})
        with self.assertRaises(AccessError):
            self.env["print3d.run"].with_user(self.operator).create(
                {"plate_id": run.plate_id.id, "allowed_codes": ["surface"]}
            )

    def test_what_is_no_advice_cannot_be_allowed(self):
        run = self._queue(1)
        run.slice_id.nozzle_diameter = 0.8
        with self.assertRaisesRegex(UserError, "nothing to allow"):
            run.with_user(self.owner).action_allow("It will do")

    def test_unknown_heat(self):
        run = self._queue(1)
        run.slice_id.common = {"nozzle_temp": [290]}
        self.assertEqual(run.feasibility, "no_printer")
        self.assertIn("nobody entered how hot it gets", run.feasibility_note)
        self.printer.max_nozzle_c = 300
        self.assertEqual(run.feasibility, "ready")
        self.printer.max_nozzle_c = 280
        self.assertIn("goes up to 280", run.feasibility_note)

    def test_a_surface_at_hand_is_put_on_or_allowed(self):
        run = self._queue_smooth(
            surface_ids=(self.smooth | self.rough).ids, surface_id=self.rough.id
        )
        self.assertEqual(run.feasibility, "swap")
        self.assertIn("Put on Test Smooth", run.feasibility_note)
        with self.assertRaisesRegex(UserError, "something else mounted"):
            run._do_start()
        self.printer.surface_id = self.smooth
        self.assertEqual(run.feasibility, "ready")
        self.printer.surface_id = self.rough
        run.with_user(self.owner).action_allow("Glue stick")
        run._do_start()
        self.assertEqual(run.state, "printing")

    def test_a_printer_that_is_not_ready_starts_nothing(self):
        run = self._queue(1)
        self.printer.write({"needs_clearing": True, "is_plate_clear": False})
        with self.assertRaisesRegex(UserError, "Plate cleared"):
            run._do_start()
        # The printer itself knows better.
        run._do_start(job_key="7")
        self.assertEqual(run.state, "printing")

    def test_the_first_printer_that_can_is_taken(self):
        run = self._queue(1, printer=False)
        self.printer.is_offline = True
        run._do_start()
        self.assertEqual(run.workcenter_id, self.other_printer)
        other = self._queue(1, printer=False, grams=10)
        with self.assertRaisesRegex(UserError, "No free printer can.*out of service"):
            other._do_start()


@tagged("post_install", "-at_install")
class TestPrint3dRunStartWizard(AdviceCommon):
    def _open(self, run, user=None, **values):
        return (
            self.env["print3d.run.start"]
            .with_user(user or self.operator)
            .create({"run_id": run.id, **values})
        )

    def test_tells_what_is_loaded_and_where_the_rest_is(self):
        run = self._queue(1, grams=600)
        self.second_spool.is_quarantined = False
        wizard = self._open(run)
        [tool] = wizard.tools
        self.assertEqual(tool["grams"], 600.0)
        places = {item["id"]: item for item in tool["choices"]}
        self.assertTrue(places[self.spool.id]["loaded"])
        self.assertEqual(places[self.spool.id]["place"], "Printer A · Slot 1")
        self.assertEqual(places[self.second_spool.id]["place"], "Test Shelf")
        wizard.choice = {"1": self.spool.ids}
        with self.assertRaisesRegex(
            UserError, rf"100\.00 g are missing.*go on with {self.second_spool.name}"
        ):
            wizard.action_start()
        wizard.choice = {"1": [self.spool.id, self.second_spool.id]}
        wizard.action_start()
        self.assertEqual(run.spool_ids.mapped("lot_id"), self.spool | self.second_spool)
        self.assertEqual(run.spool_ids.mapped("planned_g"), [500.0, 100.0])

    def test_clears_the_plate(self):
        run = self._queue(1)
        self.printer.write({"needs_clearing": True, "is_plate_clear": False})
        wizard = self._open(run)
        self.assertTrue(wizard.is_plate_taken)
        self.assertIn("not cleared", wizard.warning)
        wizard.action_confirm_clear()
        wizard.invalidate_recordset()
        self.assertFalse(wizard.warning)
        wizard.action_start()
        self.assertEqual(run.state, "printing")

    def test_warns_of_overdue_maintenance(self):
        run = self._queue(1)
        self.env["maintenance.request"].create(
            {
                "name": "Grease the rods",
                "workcenter_id": self.printer.id,
                "schedule_date": fields.Datetime.subtract(
                    fields.Datetime.now(), days=2
                ),
            }
        )
        wizard = self._open(run)
        self.assertIn("Grease the rods", wizard.warning)
        wizard.action_start()
        self.assertEqual(run.state, "printing")

    def test_owner_allows_where_it_is_started(self):
        run = self._queue_smooth()
        wizard = self._open(run)
        self.assertTrue(wizard.is_advice)
        self.assertIn("Test Smooth", wizard.misfit_note)
        wizard.allow_reason = "I want it"
        with self.assertRaises(AccessError):
            wizard.action_start()
        self._open(run, self.owner, allow_reason="Glue stick").action_start()
        self.assertEqual(run.allowed_reason, "Glue stick")
        self.assertEqual(run.state, "printing")

    def test_finds_another_printer(self):
        run = self._queue(1)
        run.slice_id.nozzle_diameter = 0.4
        self.printer.nozzle_diameter = 0.8
        wizard = self._open(run)
        self.assertIn("0.4 mm", wizard.misfit_note)
        self.assertFalse(wizard.is_advice)
        wizard.action_find_printer()
        self.assertEqual(wizard.workcenter_id, self.other_printer)
        self.other_printer.is_offline = True
        with self.assertRaisesRegex(UserError, "No printer that is free"):
            wizard.action_find_printer()

    def test_proposes_the_printer_that_fits(self):
        run = self._queue(1, printer=False)
        run.slice_id.nozzle_diameter = 0.4
        self.printer.nozzle_diameter = 0.8
        self.assertEqual(self._open(run).workcenter_id, self.other_printer)
