from odoo.tests import tagged

from ..models.print3d_run import ENDED, MOVES
from .common import Print3dProductionCommon

BOARD = {
    "name": {},
    "state": {},
    "product_id": {"fields": {"display_name": {}}},
    "quantity": {},
    "time_s": {},
    "due_date": {},
    "chips": {},
    "feasibility": {},
    "can_start": {},
    "thumbnail_url": {},
    "feasibility_note": {},
    "progress_shown": {},
    "date_expected": {},
    "priority": {},
    "plate_id": {},
    "reprint_of_id": {"fields": {"display_name": {}}},
    "production_ids": {"fields": {"display_name": {}}},
}


@tagged("post_install", "-at_install")
class TestPrint3dRunQueue(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_others_aside()
        cls.second_spool.is_quarantined = True

    def _queue(self, count, grams=200):
        product = self._create_product("Test Part")
        self._create_version(
            product, [{"copies": 1, "filaments": [(self.black, grams)]}]
        ).action_activate()
        runs = self._create_mo(count, product).run_ids
        runs.workcenter_id = self.printer
        return runs

    def test_every_state_is_in_the_dict(self):
        states = set(dict(self.env["print3d.run"]._fields["state"].selection))
        self.assertEqual(set(MOVES), states)
        self.assertFalse(any(MOVES[state] for state in ENDED))

    def test_grams_are_carried_along_the_queue(self):
        runs = self._queue(3)
        self.spool.action_load(self.printer.slot_ids[0])
        self.assertEqual(runs.mapped("feasibility"), ["ready", "ready", "short"])
        self.assertIn("Short by 100.0 g", runs[2].feasibility_note)
        runs[2].sequence = runs[0].sequence - 1
        runs.invalidate_recordset()
        self.assertEqual(runs.mapped("feasibility"), ["ready", "short", "ready"])

    def test_swap_says_which_spool_and_where(self):
        run = self._queue(1)
        self.assertEqual(run.feasibility, "swap")
        self.assertEqual(
            run.feasibility_note, f"Load {self.spool.name} from {self.shelf.name}"
        )
        proposal = run.feasibility_json["tools"][0]
        self.assertEqual(proposal["spools"][0]["id"], self.spool.id)

    def test_running_print_keeps_its_grams(self):
        runs = self._queue(3)
        self._start(runs[0], [self.spool])
        self.assertEqual(runs.mapped("feasibility"), ["ready", "ready", "short"])
        runs[0]._do_end("done")
        self.assertEqual(runs[1:].mapped("feasibility"), ["ready", "short"])

    def test_two_spools_together(self):
        run = self._queue(1, grams=600)
        self.assertEqual(run.feasibility, "short")
        self.second_spool.is_quarantined = False
        run.invalidate_recordset()
        self.spool.action_load(self.printer.slot_ids[0])
        run.invalidate_recordset()
        # One spool that lasts is better than two.
        self.assertEqual(
            [spool["id"] for spool in run.feasibility_json["tools"][0]["spools"]],
            [self.second_spool.id],
        )

    def test_the_double_of_another_brand_will_do(self):
        double = self._create_filament("Other Brand Black", "#1C1C1C")
        spool = self._create_spool(1000.0, filament=double)
        self.spool.is_quarantined = True
        run = self._queue(1)
        self.assertEqual(run.feasibility, "swap")
        self.assertIn(spool.name, run.feasibility_note)
        white = self._create_spool(1000.0, filament=self.white)
        spool.is_quarantined = True
        run.invalidate_recordset()
        self.assertEqual(run.feasibility, "no_stock")
        self.assertTrue(white)

    def test_unassigned_run_sees_every_printer(self):
        run = self._queue(1)
        run.workcenter_id = False
        self.spool.action_load(self.other_printer.slot_ids)
        self.assertEqual(run.feasibility, "ready")
        self.assertIn("Printer B", run.feasibility_note)

    def test_material_the_printer_does_not_take(self):
        self.printer.material_ids = self.petg
        run = self._queue(1)
        self.assertEqual(run.feasibility, "no_printer")

    def test_ended_runs_have_no_feasibility(self):
        run = self._queue(1)
        self._print(run, [self.spool])
        self.assertFalse(run.feasibility)

    def test_running_first_then_urgent(self):
        runs = self._queue(3, grams=10)
        runs[2].priority = "1"
        self._start(runs[1], [self.spool])
        queue = self.env["print3d.run"].search([("id", "in", runs.ids)])
        self.assertEqual(queue, runs[1] | runs[2] | runs[0])

    def test_board_shows_every_printer_and_the_unassigned_first(self):
        runs = self._queue(2, grams=10)
        runs[1].workcenter_id = False
        groups = (
            self.env["print3d.run"]
            .with_context(read_group_expand=True)
            .web_read_group(
                [("id", "in", runs.ids)], ["workcenter_id"], auto_unfold=True
            )["groups"]
        )
        self.assertEqual(
            [group["workcenter_id"] and group["workcenter_id"][0] for group in groups],
            [False, self.printer.id, self.other_printer.id],
        )

    def _read_board(self):
        self.env.invalidate_all()
        return (
            self.env["print3d.run"]
            .with_context(read_group_expand=True)
            .web_read_group(
                [("state", "not in", ENDED)],
                ["workcenter_id"],
                auto_unfold=True,
                unfold_read_specification=BOARD,
                unfold_read_default_limit=300,
            )
        )

    def test_board_query_budget(self):
        """The board takes as many queries for 200 runs as for 20."""
        counts = []
        # Three spools for the first 20, more later: their number does not count.
        for total in (20, 180):
            runs = self._queue(total, grams=1)
            for index, printer in enumerate(
                (self.printer, self.other_printer, self.env["mrp.workcenter"])
            ):
                runs[index::3].workcenter_id = printer
            for _index in range(total // 10):
                self._create_spool(100.0, filament=self.black)
            self._read_board()
            before = self.env.cr.sql_log_count
            groups = self._read_board()["groups"]
            counts.append(self.env.cr.sql_log_count - before)
        shown = [record["id"] for group in groups for record in group["__records"]]
        ours = self.env["print3d.run"].search([("product_id.name", "=", "Test Part")])
        self.assertEqual(len(ours), 200)
        self.assertLessEqual(set(ours.ids), set(shown))
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[1], 110)
