from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dProductionCommon

FIELDS = ["display_name", "state", "timeline_start", "timeline_end", "product_id"]


@tagged("post_install", "-at_install")
class TestPrint3dRunTimeline(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls._create_mo(3).run_ids
        cls.now = fields.Datetime.now().replace(microsecond=0)

    def _plan(self, run, hours, printer=None):
        run.write(
            {
                "planned_workcenter_id": (printer or self.printer).id,
                "date_planned_start": self.now + timedelta(hours=hours),
                "date_planned_end": self.now + timedelta(hours=hours + 1),
            }
        )

    def _get_timeline(self):
        return self.env["print3d.run"].get_timeline(
            [("id", "in", self.runs.ids)], FIELDS
        )

    def test_planned_printing_and_done(self):
        done, printing, waiting = self.runs
        self._start(done, [self.spool], started_at=self.now - timedelta(hours=5))
        done._do_end("done", ended_on=self.now - timedelta(hours=3))
        self._start(printing, [self.spool], started_at=self.now - timedelta(minutes=9))
        self._plan(waiting, 2, self.other_printer)
        self.assertEqual(done.timeline_start, self.now - timedelta(hours=5))
        self.assertEqual(done.timeline_end, self.now - timedelta(hours=3))
        self.assertEqual(printing.timeline_start, self.now - timedelta(minutes=9))
        self.assertGreaterEqual(printing.timeline_end, self.now)
        self.assertEqual(waiting.timeline_start, self.now + timedelta(hours=2))
        self.assertEqual(waiting.timeline_workcenter_id, self.other_printer)
        self.assertEqual(len(self._get_timeline()["records"]), 3)

    def test_only_what_has_a_time_and_every_printer(self):
        self._plan(self.runs[0], 1)
        told = self._get_timeline()
        self.assertEqual([row["id"] for row in told["records"]], self.runs[0].ids)
        self.assertLessEqual(
            set((self.printer | self.other_printer).ids),
            {row["id"] for row in told["printers"]},
        )
        self.assertEqual(told["left"], 0)

    def test_printer_is_searched_for_by_what_is_planned_too(self):
        self._plan(self.runs[0], 1)
        self.runs[1].workcenter_id = self.printer
        self._plan(self.runs[2], 1, self.other_printer)
        self.assertEqual(
            self.env["print3d.run"].search(
                [
                    ("id", "in", self.runs.ids),
                    ("timeline_workcenter_id", "=", self.printer.id),
                ]
            ),
            self.runs[:2],
        )

    def test_drag_pins_and_is_undone(self):
        run = self.runs[0]
        self._plan(run, 1)
        start = self.now + timedelta(hours=6)
        told = run.action_pin_at(
            fields.Datetime.to_string(start), self.other_printer.id
        )
        self.assertRecordValues(
            run,
            [
                {
                    "workcenter_id": self.other_printer.id,
                    "is_pinned": True,
                    "pinned_start": start,
                    "timeline_start": start,
                }
            ],
        )
        self.assertIn("Printer B", told["message"])
        self.env["print3d.queue.change"].browse(told["change_id"]).action_undo()
        self.assertRecordValues(
            run, [{"workcenter_id": False, "is_pinned": False, "pinned_start": False}]
        )
        run.action_pin_at(fields.Datetime.to_string(start), self.other_printer.id)
        run.action_pin_at(False, False)
        self.assertRecordValues(run, [{"workcenter_id": False, "is_pinned": False}])

    def test_who_may_not_and_what_cannot_be_pinned(self):
        with self.assertRaises(AccessError):
            self.runs[0].with_user(self.sales_user).action_pin_at(
                "2030-01-01 00:00:00", self.printer.id
            )
        self._start(self.runs[0], [self.spool])
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            self.runs[0].action_pin_at("2030-01-01 00:00:00", self.printer.id)

    def test_query_budget(self):
        counts = []
        for total in (3, 40):
            self.runs |= self._create_mo(total).run_ids
            for run in self.runs:
                self._plan(run, 1)
            self._get_timeline()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get_timeline()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
