from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunJournal(Print3dProductionCommon):
    """What changes leaves a line, and so does what is told and changes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_ = cls._create_mo(1).run_ids

    def _get_lines(self, run=None):
        """Kind, state reached and who told, from the first line on."""
        events = (run or self.run_).event_ids.sorted("id")
        return [(event.kind, event.new_state, event.source) for event in events]

    def test_the_way_of_a_run(self):
        run = self.run_.with_user(self.operator)
        run.workcenter_id = self.printer
        run._do_start({1: self.spool.id}, job_key="j1", source="printer")
        run.action_pause()
        run.action_resume()
        run._do_end("done", duration_s=3600)
        self.assertEqual(
            self._get_lines(),
            [
                ("created", "queued", "system"),
                ("moved", "assigned", "person"),
                ("moved", "printing", "printer"),
                ("moved", "paused", "person"),
                ("moved", "printing", "person"),
                ("moved", "done", "person"),
            ],
        )
        events = run.event_ids.sorted("id")
        self.assertEqual(events[1:].user_id, self.operator)
        self.assertEqual(
            [event.old_state for event in events],
            [False, "queued", "assigned", "printing", "paused", "printing"],
        )
        self.assertEqual(set(events[2:].mapped("job_key")), {"j1"})
        figures = events[-1].figures
        self.assertEqual((figures["good"], figures["bad"]), (1, 0))
        self.assertEqual(figures["spools"][0]["grams"], 50.0)
        shown = run.journal_json
        self.assertEqual(len(shown), 6)
        self.assertEqual(shown[0]["title"], "Printing → Done")
        self.assertEqual(shown[0]["who"], self.operator.name)
        self.assertFalse(self.run_._find_differences())

    def test_when_it_happened_and_when_it_was_told(self):
        now = fields.Datetime.now()
        began = now - timedelta(hours=3)
        self.run_.workcenter_id = self.printer
        self.run_._do_start({1: self.spool}, started_at=began)
        self.run_._do_end("done", ended_on=now - timedelta(hours=1))
        start, end = self.run_.event_ids.sorted("id")[-2:]
        self.assertEqual(start.at, began.replace(microsecond=0))
        self.assertGreaterEqual(start.told_at, now)
        self.assertEqual(end.at, (now - timedelta(hours=1)).replace(microsecond=0))
        self.assertTrue(self.run_.journal_json[0]["told"])
        log = self.run_.time_ids
        self.assertEqual(log.date_end, self.run_.date_end)
        self.assertEqual(log.date_start, self.run_.date_start)

    def test_nobody_changes_it(self):
        event = self.run_.event_ids
        owner = self._create_user("print3d_journal_owner", "owner")
        for user in (self.operator, owner):
            with self.assertRaises(UserError):
                event.with_user(user).write({"note": "Better so"})
            with self.assertRaises(AccessError):
                event.with_user(user).unlink()
            with self.assertRaises(AccessError):
                event.with_user(user).copy()
            self.assertEqual(
                [
                    event.with_user(user).has_access(mode)
                    for mode in ("read", "write", "create", "unlink")
                ],
                [True, False, False, False],
            )
        with self.assertRaisesRegex(UserError, "not changed"):
            event.sudo().note = "Better so"
        with self.assertRaisesRegex(UserError, "kept"):
            event.sudo().unlink()

    def test_who_may_read_it(self):
        self.assertTrue(self.run_.event_ids.with_user(self.sales_user).new_state)
        other = self.env["res.company"].create({"name": "Journal Elsewhere"})
        stranger = self._create_user("print3d_stranger", "owner")
        stranger.write({"company_ids": [other.id], "company_id": other.id})
        found = (
            self.env["print3d.run.event"]
            .with_user(stranger)
            .search([("run_id", "=", self.run_.id)])
        )
        self.assertFalse(found)

    def test_what_was_on_a_printer_is_not_deleted(self):
        self._start(self.run_, [self.spool])
        self.run_._do_end("cancelled", percent=0, duration_s=0, reprint=False)
        with self.assertRaisesRegex(UserError, "stays on record"):
            self.run_.unlink()

    def test_pauses_are_no_machine_time(self):
        with freeze_time("2026-03-02 08:00:00") as clock:
            self._start(self.run_, [self.spool])
            clock.move_to("2026-03-02 08:30:00")
            self.env.cr._now = None
            self.run_.action_pause()
            clock.move_to("2026-03-02 18:30:00")
            self.run_.action_resume()
            clock.move_to("2026-03-02 19:05:00")
            self.run_._do_end("done")
        self.assertEqual(self.run_.duration_s, 65 * 60)
        self.assertFalse(self.run_._find_differences())

    def test_going_on_is_for_what_stands_still(self):
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.run_.action_resume()

    def test_many_runs_move_with_a_few_queries(self):
        runs = self._create_mo(12).run_ids
        few, many = runs[:2], runs[2:]
        # The first of all computes what both need.
        self.env.flush_all()
        counts = []
        for batch in (few, many):
            self.env.invalidate_all()
            batch.mapped("state")
            with self.assertQueryCount(999):
                before = self.env.cr.sql_log_count
                batch._keep_events("moved")
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestPrint3dRunReports(Print3dProductionCommon):
    """Reports that come twice, late, or in another order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_ = cls._create_mo(2).run_ids[0]
        cls.run_.workcenter_id = cls.printer
        cls.begin = fields.Datetime.now() + timedelta(days=1)
        cls.classPatch(fields.Datetime, "now", lambda: cls.begin + timedelta(hours=9))

    def _tell(self, what, minute=None, **kwargs):
        at = None if minute is None else self.begin + timedelta(minutes=minute)
        kwargs.setdefault("job_key", "job-1")
        return self.run_._report(what, at=at, **kwargs)

    def _start_it(self):
        self.spool.action_load(self.printer.slot_ids[0])
        self.assertTrue(self._tell("started", 0))

    def _assert_ignored(self, kind, what, *args, **kwargs):
        state, grams = self.run_.state, self._get_grams(self.spool)
        before = self.run_.event_ids
        self.assertFalse(self._tell(what, *args, **kwargs))
        self.assertEqual(self.run_.state, state)
        self.assertEqual(self._get_grams(self.spool), grams)
        line = self.run_.event_ids - before
        self.assertEqual(line.mapped("kind"), [kind])
        self.assertTrue(line.is_ignored)
        # Told once more it is the same line.
        self.assertFalse(self._tell(what, *args, **kwargs))
        self.assertEqual(self.run_.event_ids - before, line)
        self.assertFalse(self.run_._find_differences())

    def test_an_end_before_its_start(self):
        self._assert_ignored("early", "done", 60)
        self._assert_ignored("late", "started", 0)
        self.assertEqual(self.run_.state, "assigned")

    def test_a_start_twice(self):
        self._start_it()
        self._assert_ignored("repeated", "started", 0)

    def test_an_end_twice(self):
        self._start_it()
        self.assertTrue(self._tell("done", 60))
        self.assertEqual(self._get_grams(self.spool), 450.0)
        self._assert_ignored("repeated", "done", 60)
        self._assert_ignored("late", "failed", 61, progress=40.0)

    def test_a_pause_after_the_end(self):
        self._start_it()
        self._tell("failed", 30, progress=50.0)
        self._assert_ignored("late", "paused", 20)
        self._assert_ignored("late", "resumed", 21)
        self._assert_ignored("late", "progress", 22, progress=40.0)
        self._assert_ignored("late", "started", 0)

    def test_a_pause_told_after_it_was_over(self):
        self._start_it()
        self.assertTrue(self._tell("paused", 10))
        self.assertTrue(self._tell("resumed", 20))
        self._assert_ignored("late", "paused", 10)
        self._assert_ignored("repeated", "resumed", 20)

    def test_progress_goes_forward_only(self):
        self._start_it()
        self.assertTrue(self._tell("progress", 10, progress=40.0))
        self._assert_ignored("backwards", "progress", 11, progress=12.0)
        self.assertFalse(self._tell("progress", 12, progress=3.0))
        self.assertEqual(self.run_.progress, 40.0)
        self.assertTrue(self._tell("progress", 13, progress=41.0))

    def test_another_job(self):
        self._start_it()
        for what in ("progress", "paused", "done"):
            with self.subTest(what=what):
                self._assert_ignored("other_job", what, 5, job_key="other")

    def test_a_person_knows_better_than_a_printer_that_repeats_itself(self):
        self._start_it()
        self.assertTrue(self._tell("done", 60))
        self.assertTrue(self.run_._do_reopen())
        self._assert_ignored("repeated", "done", 60)
        self.assertEqual(self.run_.state, "printing")
        self.assertTrue(self.run_._do_end("failed", percent=20))

    def test_started_by_hand_and_named_by_the_printer(self):
        self._start(self.run_, [self.spool])
        self.assertTrue(self._tell("started", 1))
        self.assertEqual(self.run_.job_key, "job-1")
        self.assertTrue(self._tell("done", 60))
        self.assertEqual(self.run_.event_ids.sorted("id")[-1].source, "printer")
