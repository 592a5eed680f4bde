from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..scheduling import bound
from ..scheduling.solver import SolverMissingError
from .common import Print3dProductionCommon

# Monday; 8:00 in Berlin.
NOW = datetime(2026, 3, 2, 7, 0)


class ScheduleCommon(Print3dProductionCommon):
    """A farm of two printers on a Monday morning, and people from 8 to 16."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mrp.workcenter"].search(
            [
                ("is_printer", "=", True),
                ("id", "not in", (cls.printer | cls.other_printer).ids),
            ]
        ).action_archive()
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        cls.calendar = cls._create_calendar([(8, 16)], range(5))
        cls.company = cls.env.company
        cls.company.write(
            {
                "print3d_people_calendar_id": cls.calendar.id,
                "print3d_people_count": 1,
                "print3d_plan_seconds": 0,
                "print3d_plan_assigns": False,
                "print3d_power_w": 0,
                "print3d_clear_minutes": 3,
                "print3d_colour_minutes": 5,
                "print3d_material_minutes": 10,
            }
        )
        cls.spool.action_load(cls.printer.slot_ids.sorted("slot_number")[0])
        cls.second_spool.action_load(cls.other_printer.slot_ids)
        cls._create_spool(1000.0, 0.02, cls.white)
        cls.Schedule = cls.env["print3d.schedule"]
        cls.Run = cls.env["print3d.run"]

    def setUp(self):
        super().setUp()
        self.parts = {}
        freezer = freeze_time(NOW)
        freezer.start()
        self.addCleanup(freezer.stop)

    @classmethod
    def _create_calendar(cls, hours, days, tz="Europe/Berlin"):
        return cls.env["resource.calendar"].create(
            {
                "name": "Test hours",
                "tz": tz,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "There",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": "morning",
                        }
                    )
                    for day in days
                    for start, end in hours
                ],
            }
        )

    def _queue(self, minutes=60, filament=None, printer=None, due=None, count=1):
        """Queue runs of a part that prints for so long."""
        filament = filament or self.black
        key = minutes, filament
        if key not in self.parts:
            product = self._create_product(f"Part of {minutes} min")
            self._create_version(
                product,
                [{"time_s": minutes * 60, "filaments": [(filament, 10)]}],
            ).action_activate()
            self.parts[key] = product
        production = self._create_mo(count, self.parts[key])
        if due:
            production.date_deadline = due
        runs = production.run_ids
        if printer:
            runs.workcenter_id = printer
        return runs

    def _find_plan_jobs(self):
        return self.env["queue.job"].search(
            [("identity_key", "=", f"print3d.run.plan.{self.company.id}")]
        )

    def _plan_now(self):
        return self.Run._plan_now(self.company.id)

    def _make(self, **context):
        Schedule = self.Schedule.with_context(queue_job__no_delay=True, **context)
        return Schedule._make(self.company)


@tagged("post_install", "-at_install")
class TestPlanOfTheQueue(ScheduleCommon):
    def test_follows_the_queue(self):
        """Both printers have the filament; the second run goes to the free one."""
        first, second, third = (self._queue(minutes) for minutes in (120, 60, 30))
        self._plan_now()
        self.assertNotEqual(first.planned_workcenter_id, second.planned_workcenter_id)
        self.assertEqual(first.date_planned_start, NOW)
        self.assertEqual(first.date_planned_end, NOW + timedelta(hours=2))
        self.assertEqual(third.planned_workcenter_id, second.planned_workcenter_id)
        self.assertEqual(third.date_planned_start, NOW + timedelta(minutes=60))
        self.assertFalse(first.workcenter_id, "nobody lets plans assign printers")
        self.assertIn("no swap", first.plan_note)
        self.assertIn(second.name, third.plan_note)

    def test_writes_only_what_is_new(self):
        runs = self._queue(60, count=3)
        self.assertEqual(self._plan_now(), runs)
        self.assertFalse(self._plan_now())
        with freeze_time(NOW + timedelta(minutes=1)):
            self.assertFalse(self._plan_now())
        with freeze_time(NOW + timedelta(minutes=30)):
            self.assertTrue(self._plan_now())

    def test_nobody_is_there_at_night(self):
        """What has to be taken off in the evening waits for the morning."""
        (self.printer | self.other_printer).needs_clearing = True
        long = self._queue(9 * 60, printer=self.printer)
        after = self._queue(60, printer=self.printer)
        self._plan_now()
        self.assertEqual(long.date_planned_end, NOW + timedelta(hours=9))
        self.assertEqual(after.date_planned_start, NOW + timedelta(days=1, minutes=3))
        self.assertIn("waits until somebody is there", after.plan_note)

    def test_prints_by_itself_at_night(self):
        long = self._queue(9 * 60, printer=self.printer)
        after = self._queue(60, printer=self.printer)
        self._plan_now()
        self.assertEqual(after.date_planned_start, long.date_planned_end)
        self.assertIn("Nobody is needed", after.plan_note)

    def test_holidays_and_clocks(self):
        """Over the night to 29 March the clocks go on; Monday is a holiday."""
        self.other_printer.action_archive()
        self.printer.needs_clearing = True
        friday = datetime(2026, 3, 27, 14, 0)
        with freeze_time(friday):
            long = self._queue(120)
            after = self._queue(60)
            self._plan_now()
            # Monday, 8:00 in Berlin: now an hour earlier in UTC.
            self.assertEqual(
                after.date_planned_start, datetime(2026, 3, 30, 6, 3), long.name
            )
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Day off",
                    "calendar_id": self.calendar.id,
                    "company_id": self.company.id,
                    "date_from": datetime(2026, 3, 29, 22, 0),
                    "date_to": datetime(2026, 3, 30, 22, 0),
                }
            )
            self._plan_now()
            self.assertEqual(after.date_planned_start, datetime(2026, 3, 31, 6, 3))

    def test_maintenance(self):
        self.other_printer.action_archive()
        self.env["maintenance.request"].create(
            {
                "name": "Belts",
                "workcenter_id": self.printer.id,
                "schedule_date": NOW + timedelta(minutes=30),
                "schedule_end": NOW + timedelta(minutes=90),
            }
        )
        run = self._queue(60)
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(minutes=90))
        self.assertIn("not be through before the printer closes", run.plan_note)

    def test_hours_of_a_printer(self):
        """A printer that is quiet at night takes nothing that would not be done."""
        self.printer.resource_calendar_id = self._create_calendar([(7, 20)], range(7))
        run = self._queue(14 * 60, printer=self.printer)
        other = self._queue(12 * 60, printer=self.printer)
        self._plan_now()
        self.assertFalse(run.date_planned_start)
        self.assertTrue(run.is_plan_lost)
        self.assertIn("14.0 h", run.plan_note)
        self.assertIn("13.0 h", run.plan_note)
        self.assertEqual(other.date_planned_start, NOW)

    def test_nothing_printing_moves(self):
        printing = self._queue(60, printer=self.printer)
        self._start(printing)
        waiting = self._queue(30, printer=self.printer)
        self._plan_now()
        self.assertFalse(printing.date_planned_start)
        self.assertEqual(waiting.date_planned_start, NOW + timedelta(minutes=60))
        self.assertIn("prints until", waiting.plan_note)
        printing.write({"progress": 50.0})
        with freeze_time(NOW + timedelta(minutes=60)):
            # Half of it after an hour: it takes two hours rather than one.
            self.assertEqual(printing.date_eta, NOW + timedelta(minutes=60 + 30))
            printing.invalidate_recordset(["date_eta"])
            self.assertEqual(
                waiting.date_eta, printing.date_eta + timedelta(minutes=30)
            )

    def test_a_print_that_began_between_minutes(self):
        printing = self._queue(60, printer=self.printer)
        waiting = self._queue(30, printer=self.printer)
        with freeze_time(NOW + timedelta(seconds=20)):
            self._start(printing)
            self._plan_now()
            self.assertEqual(printing.date_eta, NOW + timedelta(minutes=60, seconds=20))
            self.assertEqual(waiting.date_planned_start, NOW + timedelta(minutes=61))

    def test_eta_follows_what_is_late(self):
        first, second = (self._queue(60, printer=self.printer) for _turn in "ab")
        self._plan_now()
        self.assertEqual(first.date_eta, NOW + timedelta(minutes=60))
        with freeze_time(NOW + timedelta(minutes=20)):
            self.env.invalidate_all()
            self.assertEqual(first.date_eta, NOW + timedelta(minutes=80))
            self.assertEqual(second.date_eta, NOW + timedelta(minutes=140))

    def test_filament_on_its_way(self):
        """Without filament there is no place; ordered, it starts when it is there."""
        run = self._queue(60, self.red_petg)
        self._plan_now()
        self.assertTrue(run.is_plan_lost)
        self.assertIn("not enough filament", run.plan_note)

    def test_on_hold_is_not_planned(self):
        run = self._queue(60)
        self._plan_now()
        self.assertTrue(run.date_planned_start)
        run.is_held = True
        self._plan_now()
        self.assertFalse(run.date_planned_start)
        self.assertFalse(run.planned_workcenter_id)

    def test_out_of_service(self):
        run = self._queue(60, printer=self.printer)
        self.printer.is_offline = True
        self._plan_now()
        self.assertIn("out of service", run.plan_note)

    def test_assigns_only_when_the_company_lets_it(self):
        self.company.print3d_plan_assigns = True
        mine, free = self._queue(60, printer=self.printer), self._queue(60)
        self._plan_now()
        self.assertEqual(free.workcenter_id, self.other_printer)
        self.assertTrue(free.is_placed_by_plan)
        self.assertEqual(free.state, "assigned")
        self.assertFalse(mine.is_placed_by_plan)
        # A person's word counts more than a plan's.
        free.workcenter_id = self.printer
        self.assertFalse(free.is_placed_by_plan)
        self._plan_now()
        self.assertEqual(free.workcenter_id, self.printer)

    def test_keeps_the_printer_of_the_last_plan(self):
        """What moves for a quarter of an hour's sake makes everybody look twice."""
        self._queue(30, printer=self.other_printer)
        run = self._queue(60)
        self._plan_now()
        self.assertEqual(run.planned_workcenter_id, self.printer)
        self._queue(15, printer=self.printer).priority = "1"
        self._queue(30, printer=self.printer).priority = "1"
        self._plan_now()
        self.assertEqual(run.planned_workcenter_id, self.printer)
        self._queue(600, printer=self.printer).priority = "1"
        self._plan_now()
        self.assertEqual(run.planned_workcenter_id, self.other_printer)

    def test_asked_for_once(self):
        """However much changes, each company is planned once, after the change."""
        Run = self.Run.with_context(queue_job__no_delay=False)
        self.env.cr.precommit.clear()
        self._find_plan_jobs().unlink()
        for _turn in range(3):
            Run._plan_soon(self.company)
        self.env.cr.precommit.run()
        self.assertEqual(len(self._find_plan_jobs()), 1)
        Run._plan_soon(self.company)
        self.env.cr.precommit.run()
        self.assertEqual(len(self._find_plan_jobs()), 1)

    def test_planned_again_as_time_goes_by(self):
        self._queue(60)
        Run = self.Run.with_context(queue_job__no_delay=False)
        self._find_plan_jobs().unlink()
        for _turn in range(2):
            Run._cron_plan_now()
        self.assertEqual(len(self._find_plan_jobs()), 1)

    def test_query_budget(self):
        """Reading the farm does not take more queries for more runs."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.cr.cache.clear()
            before = self.env.cr.sql_log_count
            self.Schedule._read_problem(self.company)
            return self.env.cr.sql_log_count - before

        self._queue(60, count=2)
        self._queue(61, count=2)
        few = count()
        self._queue(60, count=12)
        self._queue(61, count=12)
        self.assertEqual(count(), few)

    def test_words_query_budget(self):
        runs = self._queue(60, count=6)
        self._plan_now()

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("plan_note")
            return self.env.cr.sql_log_count - before

        count(runs[3:5])  # What is read once for all, such as the language.
        few = count(runs[3:5])
        runs |= self._queue(60, count=12)
        self._plan_now()
        self.assertLessEqual(count(runs), few)


@tagged("post_install", "-at_install")
class TestPlanOfHeldRuns(ScheduleCommon):
    """What is on hold keeps its place in the queue and has none in the plan."""

    def test_others_move_up(self):
        first, second = (self._queue(60, printer=self.printer) for _turn in "ab")
        self._plan_now()
        start = first.date_planned_start
        self.assertGreater(second.date_planned_start, start)
        first.is_held = True
        self._plan_now()
        self.assertFalse(first.date_planned_start)
        self.assertFalse(first.date_eta)
        self.assertEqual(second.date_planned_start, start)
        first.is_held = False
        self._plan_now()
        self.assertEqual(first.date_planned_start, start)
        self.assertGreater(second.date_planned_start, start)

    def test_why_there_was_no_place_is_forgotten(self):
        run = self._queue(60, self.red_petg)
        self._plan_now()
        self.assertTrue(run.is_plan_lost)
        run.is_held = True
        self._plan_now()
        self.assertFalse(run.plan_json)
        self.assertFalse(run.is_plan_lost)
        # There is nothing more to forget.
        self.assertFalse(self._plan_now())

    def test_a_pin_waits_for_the_release(self):
        run = self._queue(60, printer=self.printer)
        start = NOW + timedelta(hours=2)
        run.action_pin_time(start)
        run.is_held = True
        self._plan_now()
        self.assertFalse(run.date_planned_start)
        run.is_held = False
        self._plan_now()
        self.assertEqual(run.date_planned_start, start)

    def test_held_between_plan_and_apply(self):
        runs = self._queue(60, printer=self.printer) | self._queue(
            30, printer=self.printer, due=NOW + timedelta(hours=1)
        )
        plan = self._make()
        runs[1].is_held = True
        before = runs[1].sequence
        plan.action_apply()
        self.assertTrue(runs[0].date_planned_start)
        self.assertFalse(runs[1].date_planned_start)
        self.assertEqual(runs[1].sequence, before)


@tagged("post_install", "-at_install")
class TestPins(ScheduleCommon):
    def test_pinned_to_a_time(self):
        run, other = self._queue(60), self._queue(180)
        self._plan_now()
        at = NOW + timedelta(hours=2)
        run.action_pin_time(at)
        self.assertTrue(run.is_pinned)
        self.assertEqual(run.workcenter_id, run.planned_workcenter_id)
        other.workcenter_id = run.workcenter_id
        self._plan_now()
        self.assertEqual(run.date_planned_start, at)
        # Three hours do not fit before it.
        self.assertEqual(other.date_planned_start, at + timedelta(minutes=60))
        self.assertIn("Pinned to this printer and time", run.plan_note)
        run.action_unpin()
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW)
        self.assertFalse(run.pinned_start)

    def test_pin_that_reality_has_overtaken(self):
        """A printer that is busy longer moves the pin; it is kept as far as it can."""
        self._start(self._queue(120, printer=self.printer))
        run = self._queue(60, printer=self.printer)
        run.action_pin_time(NOW + timedelta(minutes=30))
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(minutes=120))

    def test_two_pins_at_one_time(self):
        first, second = (self._queue(60, printer=self.printer) for _turn in "ab")
        for run in (first, second):
            run.action_pin_time(NOW + timedelta(minutes=30))
        self._plan_now()
        self.assertEqual(first.date_planned_start, NOW + timedelta(minutes=30))
        self.assertIn("Pin it to a later time", second.plan_note)

    def test_pinned_to_a_printer(self):
        run = self._queue(60, printer=self.printer)
        run.is_placed_by_plan = True
        run.action_pin()
        self._queue(900, printer=self.printer).priority = "1"
        self._plan_now()
        self.assertEqual(run.planned_workcenter_id, self.printer)
        self.assertIn("Pinned to this printer.", run.plan_note)

    def test_what_cannot_be_pinned(self):
        run = self._queue(60)
        with self.assertRaisesRegex(UserError, "no printer yet"):
            run.action_pin()
        run.workcenter_id = self.printer
        with self.assertRaisesRegex(UserError, "no planned time"):
            run.action_pin_time()
        with self.assertRaisesRegex(UserError, "that is over"):
            run.action_pin_time(NOW - timedelta(hours=1))
        self._start(run)
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            run.action_pin()

    def test_starting_forgets_plan_and_pin(self):
        run = self._queue(60, printer=self.printer)
        run.action_pin()
        self._plan_now()
        self._start(run)
        self.assertRecordValues(
            run,
            [
                {
                    "is_pinned": False,
                    "planned_workcenter_id": False,
                    "date_planned_start": False,
                }
            ],
        )
        self.assertEqual(run.date_eta, NOW + timedelta(minutes=60))


@tagged("post_install", "-at_install")
class TestSchedule(ScheduleCommon):
    def _late_queue(self):
        """A long run before one that is due: first in first out is late."""
        self.other_printer.action_archive()
        long = self._queue(300)
        due = self._queue(60, due=NOW + timedelta(hours=2))
        return long, due

    def test_what_would_change(self):
        long, due = self._late_queue()
        schedule = self._make()
        self.assertRecordValues(
            schedule,
            [
                {
                    "state": "ready",
                    "run_count": 2,
                    "late_before": 4.0,
                    "late_runs_before": 1,
                    "late_after": 0.0,
                    "late_runs_after": 0,
                    "moved_count": 2,
                    "lost_count": 0,
                    "is_improving": False,
                }
            ],
        )
        line = schedule.line_ids.filtered(lambda line: line.run_id == due)
        self.assertEqual(line.kind, "moved")
        self.assertEqual(line.start_before, NOW + timedelta(minutes=300))
        self.assertEqual(line.start_after, NOW)
        self.assertIn("before it is due", line.note)
        self.assertFalse(long.date_planned_start, "looking moves nothing")

    def test_apply_and_undo(self):
        long, due = self._late_queue()
        schedule = self._make()
        before = {run: run.sequence for run in long | due}
        action = schedule.action_apply()
        self.assertEqual(action["tag"], "print3d_queue_change_done")
        self.assertEqual(schedule.state, "applied")
        self.assertEqual(due.date_planned_start, NOW)
        self.assertLess(due.sequence, long.sequence)
        self._plan_now()
        self.assertEqual(due.date_planned_start, NOW, "the queue is in that order now")
        with self.assertRaisesRegex(UserError, "decided already"):
            schedule.action_apply()
        schedule.action_undo()
        self.assertEqual(schedule.state, "undone")
        self.assertEqual({run: run.sequence for run in long | due}, before)
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            schedule.action_undo()

    def test_apply_respects_what_happened_since(self):
        long, due = self._late_queue()
        third = self._queue(90)
        schedule = self._make()
        self._start(long, printer=self.printer)
        new = self._queue(30)
        third.workcenter_id = self.printer
        third.action_pin_time(NOW + timedelta(hours=9))
        schedule.action_apply()
        self.assertEqual(long.state, "printing")
        self.assertEqual(due.date_planned_start, NOW + timedelta(minutes=300))
        self.assertEqual(third.date_planned_start, NOW + timedelta(hours=9))
        self.assertEqual(new.date_planned_start, due.date_planned_end)

    def test_nothing_left_to_apply(self):
        run = self._queue(60)
        schedule = self._make()
        self._start(run)
        with self.assertRaisesRegex(UserError, "Plan the queue again"):
            schedule.action_apply()

    def test_assigns_and_takes_back(self):
        self.company.print3d_plan_assigns = True
        run = self._queue(60)
        schedule = self._make()
        schedule.action_apply()
        self.assertTrue(run.workcenter_id)
        self.assertTrue(run.is_placed_by_plan)
        schedule.action_undo()
        self.assertFalse(run.workcenter_id)

    def test_nothing_to_plan(self):
        with self.assertRaisesRegex(UserError, "Nothing waits"):
            self._make()
        self._queue(60)
        (self.printer | self.other_printer).is_offline = True
        with self.assertRaisesRegex(UserError, "No printer is in service"):
            self._make()

    def test_improved_by_the_solver(self):
        """The job writes the best plan and what no plan is better than."""
        self._late_queue()
        self.company.print3d_plan_seconds = 600
        schedule = self._make(print3d_plan_rounds=2)
        self.assertFalse(schedule.is_improving)
        self.assertEqual(schedule.progress, 100.0)
        self.assertGreater(schedule.cost_bound, 0.0)
        self.assertLessEqual(schedule.cost_bound, schedule.cost_after)
        self.assertLess(schedule.cost_after, schedule.cost_before)

    def test_improved_in_a_job_that_can_be_stopped(self):
        self._late_queue()
        self.company.print3d_plan_seconds = 600
        schedule = self.Schedule.with_context(queue_job__no_delay=False)._make(
            self.company
        )
        self.assertTrue(schedule.is_improving)
        job = self.env["queue.job"].search(
            [("identity_key", "=", f"print3d.schedule.improve.{schedule.id}")]
        )
        self.assertEqual(job.channel, "root.print3d")
        schedule.with_user(self.operator).action_stop()
        self.assertTrue(schedule.is_stopping)
        # The job looks before it begins, and ends at once.
        schedule.with_context(queue_job__no_delay=True)._improve()
        self.assertFalse(schedule.is_improving)
        self.assertEqual(schedule.state, "ready")

    def test_no_solver_is_said_in_words(self):
        self._late_queue()
        self.company.print3d_plan_seconds = 5
        self.patch(bound, "assign", self._raise_missing)
        with self.assertLogs(
            "odoo.addons.print3d_production.models.print3d_schedule_improving",
            "WARNING",
        ):
            schedule = self._make()
        self.assertFalse(schedule.is_improving)
        self.assertIn("OR-Tools", schedule.trouble)
        self.assertEqual(schedule.late_after, 0.0, "the rules' plan is there")

    @staticmethod
    def _raise_missing(*_args):
        raise SolverMissingError("OR-Tools is not installed")

    def test_at_night(self):
        _long, due = self._late_queue()
        self.company.print3d_plan_nightly = True
        self.Schedule.with_context(queue_job__no_delay=True)._cron_plan()
        schedule = self.Schedule.search(
            [("company_id", "=", self.company.id), ("is_automatic", "=", True)]
        )
        self.assertEqual(schedule.state, "applied")
        self.assertEqual(due.date_planned_start, NOW)
        self.Schedule.with_context(queue_job__no_delay=True)._cron_plan()
        again = self.Schedule.search(
            [("company_id", "=", self.company.id), ("is_automatic", "=", True)]
        )
        self.assertEqual((again - schedule).state, "dropped", "it is no better")

    def test_rights(self):
        self._late_queue()
        schedule = self._make()
        sales = schedule.with_user(self.sales_user)
        self.assertTrue(sales.late_before)
        self.assertTrue(sales.line_ids.mapped("note"))
        for deed in (sales.action_apply, sales.action_stop, sales.action_drop):
            with self.assertRaises(AccessError):
                deed()
        with self.assertRaises(AccessError):
            self.Schedule.with_user(self.sales_user).action_plan()
        with self.assertRaises(AccessError):
            schedule.with_user(self.operator).line_ids.unlink()
        schedule.with_user(self.operator).action_apply()
        self.assertEqual(schedule.applied_by_id, self.operator)
        schedule.with_user(self.operator).action_undo()
        self.assertEqual(schedule.state, "undone")

    def test_owner_sets_what_plans_go_by(self):
        """In a dialog, for the settings of the system are not the owner's."""
        owner = self._create_user("print3d_plan_owner", "owner")
        Hours = self.env["print3d.schedule.hours"]
        with Form(Hours.with_user(owner)) as form:
            self.assertEqual(form.print3d_people_calendar_id, self.calendar)
            form.print3d_weight_swap = 40
            form.print3d_people_count = 2
        hours = form.save()
        hours.with_user(owner).action_save()
        self.assertEqual(self.company.print3d_weight_swap, 40)
        self.assertEqual(self.company._get_shop().people, 2)
        with self.assertRaises(AccessError):
            Hours.with_user(self.operator).create({})
        with self.assertRaises(AccessError):
            hours.with_user(self.operator).action_save()

    def test_operator_plans(self):
        self._late_queue()
        action = self.Schedule.with_user(self.operator).action_plan()
        schedule = self.Schedule.browse(action["res_id"])
        self.assertEqual(schedule.create_uid, self.operator)
        schedule.with_user(self.operator).action_drop()
        self.assertEqual(schedule.state, "dropped")

    def test_other_company(self):
        """Neither runs nor plans of one company are in those of another."""
        run = self._queue(60)
        schedule = self._make()
        company = self.env["res.company"].create({"name": "Other Prints"})
        stranger = new_test_user(
            self.env,
            "print3d_stranger",
            "print3d_library.group_print3d_operator",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            schedule.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            schedule.with_user(stranger).action_apply()
        with self.assertRaisesRegex(UserError, "Nothing waits"):
            self.Schedule.with_user(stranger).action_plan()
        self.assertNotIn(run, self.Schedule._read_problem(company).runs)

    def test_drop_is_forgotten_after_a_month(self):
        self._late_queue()
        schedule = self._make()
        schedule.action_drop()
        schedule._gc_schedules()
        self.assertTrue(schedule.exists())
        self.env.cr.execute(
            "UPDATE print3d_schedule SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=40), schedule.id],
        )
        schedule.invalidate_recordset()
        with freeze_time(datetime.now()):
            self.env["print3d.schedule"]._gc_schedules()
        self.assertFalse(schedule.exists())
