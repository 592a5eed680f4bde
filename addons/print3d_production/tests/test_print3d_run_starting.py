from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunStart(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Only what this test makes counts.
        cls.env["stock.lot"].search(
            [
                ("is_spool", "=", True),
                ("id", "not in", (cls.spool | cls.second_spool).ids),
            ]
        ).is_quarantined = True
        cls.print_run = cls._create_mo(1).run_ids

    def test_start_notes_spools_and_slots(self):
        self._start(self.print_run, [self.spool])
        self.assertRecordValues(
            self.print_run.spool_ids,
            [
                {
                    "tool": 1,
                    "lot_id": self.spool.id,
                    "location_id": self.printer.slot_ids[0].id,
                    "planned_g": 50.0,
                }
            ],
        )
        self.assertEqual(self.print_run.state, "printing")
        self.assertEqual(self.printer.current_run_id, self.print_run)
        self.assertEqual(self.printer.printer_state, "printing")
        self.assertEqual(self.print_run.production_ids.state, "progress")

    def test_a_spool_from_the_shelf_moves_into_a_free_slot(self):
        first, second = self.printer.slot_ids
        self.second_spool.action_load(first)
        self._start(self.print_run, [self.spool])
        self.assertEqual(self.spool.location_id, second)
        self.assertEqual(self.second_spool.location_id, first)

    def test_a_loaded_spool_stays_where_it_is(self):
        slot = self.printer.slot_ids[1]
        self.spool.action_load(slot)
        moves = self.env["stock.move"].search_count([])
        self._start(self.print_run, [self.spool])
        self.assertEqual(self.spool.location_id, slot)
        self.assertEqual(self.env["stock.move"].search_count([]), moves)

    def test_proposal_takes_what_is_loaded_first(self):
        self.assertEqual(self.print_run._propose_spools(self.printer), {1: self.spool})
        self.second_spool.action_load(self.printer.slot_ids[0])
        self.assertEqual(
            self.print_run._propose_spools(self.printer), {1: self.second_spool}
        )

    def test_proposal_prefers_the_colour(self):
        dark = self._create_filament("Test PLA Dark Grey", "#303030")
        grey = self._create_spool(1000.0, filament=dark)
        white = self._create_spool(1000.0, filament=self.white)
        lots = self.spool | self.second_spool
        lots.is_quarantined = True
        line = self.print_run.plate_id.filament_ids
        names = [
            choice["lot"]
            for choice in self.print_run._get_spool_choices(line, self.printer)
            if choice["lot"] in grey | white
        ]
        self.assertEqual(names, [grey, white])

    def test_no_free_slot_names_what_is_loaded(self):
        white = self._create_spool(900.0, filament=self.white)
        white.action_load(self.other_printer.slot_ids)
        self.print_run.workcenter_id = self.other_printer
        with self.assertRaisesRegex(UserError, f"no free slot.*{white.name}"):
            self.print_run._do_start({1: self.spool})
        self.assertEqual(self.print_run.state, "assigned")
        self.print_run._do_start({1: self.spool}, unload=True)
        self.assertEqual(self.spool.location_id, self.other_printer.slot_ids)
        self.assertEqual(white.location_id, self.shelf)

    def test_wrong_material_is_refused(self):
        petg = self._create_spool(900.0, filament=self.red_petg)
        self.print_run.workcenter_id = self.printer
        with self.assertRaisesRegex(UserError, "needs PLA .* is PETG"):
            self.print_run._do_start({1: petg})

    def test_short_by_one_gram_says_so(self):
        short = self._create_spool(49.0, filament=self.black)
        self.print_run.workcenter_id = self.printer
        with self.assertRaisesRegex(
            UserError, rf"1\.00 g are missing.*go on with {self.spool.name} from"
        ):
            self.print_run._do_start({1: short})
        (self.spool | self.second_spool).is_quarantined = True
        with self.assertRaisesRegex(UserError, r"1\.00 g are missing.*second one"):
            self.print_run._do_start({1: short})
        self.assertEqual(self.print_run.state, "assigned")
        self.assertEqual(short.location_id, self.shelf)
        self.assertFalse(self.print_run.spool_ids)

    def test_two_spools_that_last_together(self):
        first = self._create_spool(30.0, 0.04, self.black)
        second = self._create_spool(49.0, 0.02, self.black)
        self._start(self.print_run, [first | second])
        self.assertRecordValues(
            self.print_run.spool_ids,
            [
                {"lot_id": first.id, "planned_g": 30.0},
                {"lot_id": second.id, "planned_g": 20.0},
            ],
        )
        self.print_run._do_end("done", used_g={1: 52.0})
        self.assertEqual(self._get_grams(first), 0.0)
        self.assertEqual(self._get_grams(second), 27.0)

    def test_two_spools_with_one_slot(self):
        first = self._create_spool(30.0, 0.04, self.black)
        second = self._create_spool(49.0, 0.02, self.black)
        self._start(self.print_run, [first | second], printer=self.other_printer)
        self.assertEqual(first.location_id, self.other_printer.slot_ids)
        self.assertEqual(second.location_id, self.shelf)
        self.print_run._do_end("done")
        self.assertEqual(self._get_grams(second), 29.0)

    def test_quarantine_is_refused(self):
        self.spool.is_quarantined = True
        self.print_run.workcenter_id = self.printer
        with self.assertRaisesRegex(UserError, "quarantine"):
            self.print_run._do_start({1: self.spool})

    def test_spool_in_use_elsewhere_is_refused(self):
        self._start(self.print_run, [self.spool])
        other = self._create_mo(1).run_ids
        other.workcenter_id = self.other_printer
        with self.assertRaisesRegex(UserError, "is in use: Printer A"):
            other._do_start({1: self.spool})

    def test_printer_that_prints_is_refused(self):
        self._start(self.print_run, [self.spool])
        other = self._create_mo(1).run_ids
        other.workcenter_id = self.printer
        with self.assertRaisesRegex(UserError, "Printer A is printing RUN"):
            other._do_start({1: self.second_spool})

    def test_no_free_printer(self):
        printers = self.env["mrp.workcenter"].search([("is_printer", "=", True)])
        (printers - self.printer - self.other_printer).action_archive()
        self._start(self.print_run, [self.spool])
        second, third = self._create_mo(2).run_ids
        self._start(second, [self.second_spool], printer=self.other_printer)
        with self.assertRaisesRegex(UserError, "No printer is free"):
            third._do_start()

    def test_run_without_printer_finds_one(self):
        self.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("id", "!=", self.other_printer.id)]
        ).action_archive()
        self.assertTrue(self.print_run._do_start())
        self.assertEqual(self.print_run.workcenter_id, self.other_printer)

    def test_too_few_slots(self):
        product = self._create_product("Test Bicolour")
        self._create_version(
            product, [{"filaments": [(self.black, 20), (self.white, 10)]}]
        ).action_activate()
        white = self._create_spool(500.0, filament=self.white)
        run = self._create_mo(1, product).run_ids
        run.workcenter_id = self.other_printer
        with self.assertRaisesRegex(UserError, "has 1 slots .* takes 2"):
            run._do_start({1: self.spool, 2: white})
        self.assertEqual(run.feasibility, "no_printer")
        run.workcenter_id = self.printer
        with self.assertRaisesRegex(UserError, "cannot feed tool 1 and tool 2"):
            product.active_slice_id.plate_ids.filament_ids[1].product_id = self.black
            run._do_start({1: self.spool, 2: self.spool})

    def test_tool_without_spool(self):
        (self.spool | self.second_spool).is_quarantined = True
        self.print_run.workcenter_id = self.printer
        with self.assertRaisesRegex(UserError, r"50\.00 g are missing"):
            self.print_run._do_start()

    def test_the_same_start_twice(self):
        self._start(self.print_run, [self.spool], job_key="7")
        self.assertFalse(self.print_run._do_start(job_key="7"))
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.print_run._do_start({1: self.spool})

    def test_pause_and_resume(self):
        self._start(self.print_run, [self.spool])
        self.print_run.action_pause()
        self.assertEqual(self.printer.printer_state, "paused")
        self.print_run.action_resume()
        self.assertEqual(self.print_run.state, "printing")
        self.print_run._do_end("done")
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.print_run.action_pause()

    def test_states_are_not_written(self):
        with self.assertRaisesRegex(UserError, "Use its"):
            self.print_run.state = "done"

    def test_printer_of_a_running_print_is_fixed(self):
        self._start(self.print_run, [self.spool])
        with self.assertRaisesRegex(UserError, "Only runs that wait"):
            self.print_run.workcenter_id = self.other_printer

    def test_dragging_between_printers(self):
        self.assertEqual(self.print_run.state, "queued")
        self.print_run.workcenter_id = self.printer
        self.assertEqual(self.print_run.state, "assigned")
        self.print_run.workcenter_id = False
        self.assertEqual(self.print_run.state, "queued")

    def test_deleting(self):
        self._start(self.print_run, [self.spool])
        with self.assertRaisesRegex(UserError, "stays on record"):
            self.print_run.unlink()

    def test_query_budget(self):
        """Asking where to start takes no more queries the more printers there are."""
        run, counts = self._create_mo(1).run_ids, []
        for total in (3, 20):
            for number in range(total):
                self._create_printer(f"Printer {total}-{number}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run._choose_start_printer()
            self.env["print3d.run.start"].create({"run_id": run.id}).read()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
