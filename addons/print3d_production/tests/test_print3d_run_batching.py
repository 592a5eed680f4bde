from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunBatching(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        cls.products = {}
        for letter, filament in (("b", cls.black), ("w", cls.white)):
            product = cls._create_product(f"Test Part {letter}")
            cls._create_version(
                product, [{"time_s": 3600, "filaments": [(filament, 10)]}]
            ).action_activate()
            cls.products[letter] = product
        cls.spool.action_load(cls.other_printer.slot_ids)

    def _queue(self, letters, printer=None, **values):
        """A run a letter, in this order, on one printer."""
        runs = self.env["print3d.run"]
        for letter in letters:
            runs |= self._create_mo(1, self.products[letter], **values).run_ids
        runs.workcenter_id = printer or self.other_printer
        return runs

    def _get_order(self, runs):
        queue = self.env["print3d.run"].search([("id", "in", runs.ids)])
        return [runs.ids.index(run.id) for run in queue]

    def _open(self, runs=None):
        runs = self.env["print3d.run"] if runs is None else runs
        action = runs.action_batch_dialog()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_told_before_and_undone_after(self):
        runs = self._queue("wbwb")
        wizard = self._open()
        self.assertRecordValues(
            wizard.line_ids,
            [
                {
                    "workcenter_id": self.other_printer.id,
                    "run_count": 4,
                    # Black is loaded.
                    "changes_before": 4,
                    "changes_after": 1,
                    "saved": 3,
                }
            ],
        )
        told = wizard.action_group()
        self.assertIn("3 changes less", told["params"]["message"])
        self.assertEqual(self._get_order(runs), [1, 3, 0, 2])
        self.assertEqual(self._open().saved, 0)
        self.env["print3d.queue.change"].browse(
            told["params"]["change_id"]
        ).action_undo()
        self.assertEqual(self._get_order(runs), [0, 1, 2, 3])

    def test_urgent_pinned_and_held_keep_their_place(self):
        runs = self._queue("wbwbw")
        runs[4].priority = "1"
        runs[1].is_pinned = True
        runs[3].is_held = True
        self._open().action_group()
        self.assertEqual(self._get_order(runs)[:3], [4, 0, 1])

    def test_due_dates_are_kept(self):
        soon = fields.Datetime.now() + timedelta(minutes=90)
        runs = self._queue("w", date_deadline=soon) | self._queue("bb")
        self.assertEqual(self._open().saved, 0)
        self.assertEqual(self._get_order(runs), [0, 1, 2])

    def test_only_the_printers_of_what_was_chosen(self):
        here = self._queue("wbwb")
        there = self._queue("wbwb", self.printer)
        self._open(here[:1]).action_group()
        self.assertEqual(self._get_order(here), [1, 3, 0, 2])
        self.assertEqual(self._get_order(there), [0, 1, 2, 3])
        # Two slots hold both: nothing to save there.
        self.assertEqual(self._open().saved, 0)

    def test_runs_without_a_printer(self):
        runs = self._queue("wbwb")
        runs.workcenter_id = False
        wizard = self._open()
        self.assertEqual(wizard.line_ids.saved, 2)
        self.assertFalse(wizard.line_ids.workcenter_id)

    def test_sales_does_not_reorder(self):
        runs = self._queue("wbwb")
        with self.assertRaises(AccessError):
            runs.with_user(self.sales_user).action_batch_dialog()
        wizard = self._open(runs.with_user(self.operator))
        wizard.with_user(self.operator).action_group()
        self.assertEqual(self._get_order(runs), [1, 3, 0, 2])

    def test_query_budget(self):
        counts = []
        for letters, printers in (("wb", 1), ("wb" * 3, 1), ("wb" * 3, 5)):
            for number in range(printers):
                self._queue(letters, self._create_printer(f"Test {number}"))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["print3d.run"]._get_batches(self.env.company)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
