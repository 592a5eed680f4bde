from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunPlacing(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        cls.production = cls._create_mo(5)
        cls.runs = cls.production.run_ids.sorted("sequence")
        cls.runs.workcenter_id = cls.printer

    def _get_queue(self, printer=None):
        """The runs of a printer by their place in the beginning."""
        queue = self.env["print3d.run"].search(
            [
                ("state", "in", ("queued", "assigned")),
                ("workcenter_id", "=", (printer or self.printer).id),
            ]
        )
        return [self.runs.ids.index(run.id) for run in queue]

    def _undo(self, told):
        change_id = told.get("change_id") or told["params"]["change_id"]
        return self.env["print3d.queue.change"].browse(change_id).action_undo()

    def test_place_between(self):
        told = self.runs[3].action_place(
            after_id=self.runs[0].id, before_id=self.runs[1].id
        )
        self.assertEqual(self._get_queue(), [0, 3, 1, 2, 4])
        self.assertIn(self.runs[3].name, told["message"])
        self._undo(told)
        self.assertEqual(self._get_queue(), [0, 1, 2, 3, 4])

    def test_running_ones_are_cancelled_one_by_one(self):
        first, second, waiting = self.runs[:3]
        self._start(first, [self.spool])
        second.workcenter_id = self.other_printer
        self._start(second, [self.second_spool])
        for runs in (first | second, first | waiting):
            with self.assertRaisesRegex(UserError, "one by one"):
                runs.action_cancel()
        self.assertEqual(waiting.state, "assigned")
        self.assertEqual(first.action_cancel()["res_model"], "print3d.run.end")

    def test_place_first_and_last(self):
        self.runs[4].action_place(before_id=self.runs[0].id)
        self.assertEqual(self._get_queue(), [4, 0, 1, 2, 3])
        self.runs[0].action_place(after_id=self.runs[3].id)
        self.assertEqual(self._get_queue(), [4, 1, 2, 3, 0])
        self.runs[1].action_place()
        self.assertEqual(self._get_queue(), [4, 2, 3, 0, 1])

    def test_several_keep_their_order(self):
        (self.runs[3] | self.runs[2]).action_place(before_id=self.runs[1].id)
        self.assertEqual(self._get_queue(), [0, 2, 3, 1, 4])

    def test_those_behind_make_room(self):
        for index, run in enumerate(self.runs):
            run.sequence = index
        told = self.runs[4].action_place(
            after_id=self.runs[1].id, before_id=self.runs[2].id
        )
        self.assertEqual(self._get_queue(), [0, 1, 4, 2, 3])
        self._undo(told)
        self.assertEqual(self._get_queue(), [0, 1, 2, 3, 4])
        self.runs.write({"sequence": 7})
        told = self.runs[0].action_place(
            after_id=self.runs[2].id, before_id=self.runs[3].id
        )
        self.assertEqual(self._get_queue(), [1, 2, 0, 3, 4])
        self._undo(told)
        self.assertEqual(self._get_queue(), [0, 1, 2, 3, 4])

    def test_place_on_another_printer(self):
        told = self.runs[1].action_place(printer_id=self.other_printer.id)
        self.assertEqual(self._get_queue(), [0, 2, 3, 4])
        self.assertEqual(self._get_queue(self.other_printer), [1])
        self.assertIn("Printer B", told["message"])
        told = self.runs[1].action_place(printer_id=False)
        self.assertEqual(self.runs[1].state, "queued")
        self._undo(told)
        self.assertEqual(self.runs[1].workcenter_id, self.other_printer)
        self.assertEqual(self.runs[1].state, "assigned")

    def test_urgent_ones_come_first(self):
        self.runs[2].action_urgent()
        self.assertEqual(self._get_queue(), [2, 0, 1, 3, 4])
        told = self.runs[4].action_place(before_id=self.runs[2].id)
        self.assertEqual(self._get_queue(), [4, 2, 0, 1, 3])
        self.assertEqual(self.runs[4].priority, "1")
        self._undo(told)
        self.assertEqual(self._get_queue(), [2, 0, 1, 3, 4])
        self.assertEqual(self.runs[4].priority, "0")
        self.runs[2].action_place(after_id=self.runs[3].id, before_id=self.runs[4].id)
        self.assertEqual(self._get_queue(), [0, 1, 3, 2, 4])
        self.assertEqual(self.runs[2].priority, "0")

    def test_bulk_and_undo(self):
        some = self.runs[:2]
        told = some.action_urgent()
        self.assertIn("2 runs", told["params"]["message"])
        self.assertEqual(set(some.mapped("priority")), {"1"})
        self._undo(told)
        self.assertEqual(set(some.mapped("priority")), {"0"})
        told = some.action_move_to(self.other_printer)
        self.assertEqual(some.workcenter_id, self.other_printer)
        self._undo(told)
        self.assertEqual(some.workcenter_id, self.printer)

    def test_held_runs_are_not_started(self):
        run = self.runs[0]
        run.action_hold()
        self.assertFalse(run.can_start)
        with self.assertRaisesRegex(UserError, "is on hold. Release it"):
            run._do_start([])
        told = run.action_release()
        self.assertFalse(run.is_held)
        self._undo(told)
        self.assertTrue(run.is_held)
        # What the printer did is so, whatever was wanted.
        run._do_start({1: self.spool.id}, job_key="job 1")
        self.assertEqual((run.state, run.is_held), ("printing", False))

    def test_cancelling_is_undone_by_new_runs(self):
        run = self.runs[1]
        told = run.action_cancel_waiting()
        self.assertEqual(run.state, "cancelled")
        self.assertEqual(self.production.missing_prints, 1)
        self._undo(told)
        self.assertEqual(run.state, "cancelled")
        again = self.production.run_ids - self.runs
        self.assertRecordValues(
            again,
            [
                {
                    "state": "assigned",
                    "workcenter_id": self.printer.id,
                    "sequence": run.sequence,
                    "quantity": 1,
                }
            ],
        )
        self.assertEqual(self.production.missing_prints, 0)
        with self.assertRaisesRegex(UserError, "is undone already"):
            self._undo(told)

    def test_undo_leaves_alone_what_went_on(self):
        told = self.runs[:2].action_move_to(self.other_printer)
        self._start(self.runs[0], [self.spool])
        undone = self._undo(told)
        self.assertEqual(self.runs[0].workcenter_id, self.other_printer)
        self.assertEqual(self.runs[1].workcenter_id, self.printer)
        self.assertIn(self.runs[0].name, undone["params"]["message"])
        told = self.runs[1].action_move_to(self.other_printer)
        self.runs[1].workcenter_id = False
        self.assertIn("changed since", self._undo(told)["params"]["message"])
        self.assertFalse(self.runs[1].workcenter_id)

    def test_undo_last_is_ones_own(self):
        operator = self.runs.with_user(self.operator)
        Change = self.env["print3d.queue.change"].with_user(self.operator)
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            Change.action_undo_last()
        self.runs[0].action_urgent()
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            Change.action_undo_last()
        operator[1].action_urgent()
        operator[2].action_hold()
        Change.action_undo_last()
        self.assertFalse(self.runs[2].is_held)
        Change.action_undo_last()
        self.assertEqual(self.runs.mapped("priority"), ["1", "0", "0", "0", "0"])

    def test_started_runs_are_refused(self):
        self._start(self.runs[0], [self.spool])
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            self.runs[0].action_place()
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            self.runs.action_hold()

    def test_sales_sees_and_does_not_move(self):
        run = self.runs[0].with_user(self.sales_user)
        self.assertTrue(run.name)
        for deed in (
            lambda: run.action_place(),
            lambda: run.action_hold(),
            lambda: run.action_cancel_waiting(),
            lambda: run.web_resequence({}),
        ):
            with self.assertRaises(AccessError):
                deed()
        told = self.runs[1].action_hold()
        change = self.env["print3d.queue.change"].browse(told["params"]["change_id"])
        with self.assertRaises(AccessError):
            change.with_user(self.sales_user).action_undo()

    def test_other_company_undoes_nothing_here(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        self.operator.write({"company_ids": company.ids, "company_id": company.id})
        told = self.runs[1].action_hold()
        change = self.env["print3d.queue.change"].browse(told["params"]["change_id"])
        with self.assertRaises(AccessError):
            change.with_user(self.operator).action_undo()

    def test_favourites_of_everybody(self):
        favourites = self.env["ir.filters"].get_filters(
            "print3d.run", self.env.ref("print3d_production.print3d_run_action").id
        )
        self.runs[0].priority = "1"
        found = {
            favourite["name"]: self.runs.filtered_domain(safe_eval(favourite["domain"]))
            for favourite in favourites
        }
        self.assertEqual(found["Board by material"], self.runs)
        self.assertEqual(found["Urgent or due within a day"], self.runs[0])

    def test_board_by_material(self):
        groups = self.env["print3d.run"].web_read_group(
            [("id", "in", self.runs.ids)], ["material_id"], auto_unfold=True
        )["groups"]
        self.assertEqual(
            [group["material_id"][0] for group in groups],
            self.black.material_id.ids,
        )
        self.assertEqual(self.runs.filament_id, self.black)

    def test_list_changes_places_among_what_it_shows(self):
        shown = self.runs[1] | self.runs[3]
        (self.runs[3] | self.runs[1]).web_resequence({})
        self.assertEqual(self._get_queue(), [0, 3, 2, 1, 4])
        self.env["print3d.run"].action_undo_last()
        self.assertEqual(self._get_queue(), [0, 1, 2, 3, 4])
        self.assertTrue(shown)

    def test_moving_does_not_take_more_queries_the_more_wait(self):
        counts = []
        # The first one also reads what every transaction reads once.
        for more in (1, 5, 40):
            self._create_mo(more).run_ids.workcenter_id = self.printer
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.runs[4].action_place(before_id=self.runs[0].id)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.env["print3d.run"].action_undo_last()
        self.assertEqual(counts[1], counts[2])
