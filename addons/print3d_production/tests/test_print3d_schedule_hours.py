from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..models import print3d_schedule_improving
from .test_print3d_schedule import NOW, ScheduleCommon


@tagged("post_install", "-at_install")
class TestHoursOfPlans(ScheduleCommon):
    """When printers run and somebody is there, however far ahead that is."""

    def setUp(self):
        super().setUp()
        self.other_printer.action_archive()
        # What lies on it has to be taken off before the next print.
        self.printer.write({"needs_clearing": True, "is_plate_clear": False})

    def _take_off(self, start, end, company=None, **values):
        # Odoo writes it to the company in which it is made.
        Leave = self.env["resource.calendar.leaves"].with_company(
            company or self.company
        )
        return Leave.create(
            {"name": "Closed", "date_from": start, "date_to": end, **values}
        )

    def test_hours_are_those_of_the_clock_of_the_schedule(self):
        """Whoever made the printer lived elsewhere: 9:00 is 9:00 in Berlin."""
        self.printer.needs_clearing = False
        self.printer.resource_id.tz = "America/New_York"
        self.printer.resource_calendar_id = self._create_calendar([(9, 20)], range(7))
        run = self._queue(60)
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(hours=1))
        self.assertIn("closed until", run.plan_note)

    def test_through_before_the_printer_closes(self):
        """A loud printer: what is not through by 20:00 waits for the morning."""
        self.printer.needs_clearing = False
        self.printer.resource_calendar_id = self._create_calendar([(8, 20)], range(7))
        first, second = self._queue(480), self._queue(300)
        self._plan_now()
        self.assertEqual(first.date_planned_start, NOW)
        self.assertEqual(second.date_planned_start, NOW + timedelta(days=1))
        self.assertIn("not be through before the printer closes", second.plan_note)

    def test_time_off_of_a_printer(self):
        """Its own time off and that of its working schedule close a printer."""
        self.printer.needs_clearing = False
        self._take_off(
            NOW, NOW + timedelta(hours=2), resource_id=self.printer.resource_id.id
        )
        run = self._queue(60)
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(hours=2))
        self._take_off(
            NOW + timedelta(hours=2),
            NOW + timedelta(hours=5),
            calendar_id=self.printer.resource_calendar_id.id,
        )
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(hours=5))

    def test_printers_need_no_holidays(self):
        """On a day off of everybody a printer prints on what needs nobody."""
        self.printer.needs_clearing = False
        self._take_off(NOW - timedelta(hours=8), NOW + timedelta(hours=15))
        run = self._queue(60)
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW)
        self.printer.write({"needs_clearing": True, "is_plate_clear": False})
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(days=1, minutes=3))

    def test_holidays_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Prints"})
        leave = self._take_off(NOW, NOW + timedelta(days=1), company=company)
        self.assertEqual(leave.company_id, company)
        run = self._queue(60)
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(minutes=3))

    def test_weeks_of_holidays(self):
        """After three weeks off everything goes on."""
        self._take_off(NOW, NOW + timedelta(days=21), calendar_id=self.calendar.id)
        run = self._queue(60)
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(days=21, minutes=3))

    def test_weeks_of_maintenance(self):
        self.env["maintenance.request"].create(
            {
                "name": "Sent in",
                "workcenter_id": self.printer.id,
                "schedule_date": NOW,
                "schedule_end": NOW + timedelta(days=21),
            }
        )
        run = self._queue(60)
        self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(days=21, minutes=3))

    def test_pinned_to_next_month(self):
        self.printer.resource_calendar_id = self._create_calendar([(8, 20)], range(7))
        run = self._queue(60, printer=self.printer)
        at = NOW + timedelta(days=25, hours=2)
        run.action_pin_time(at)
        self._plan_now()
        self.assertEqual(run.date_planned_start, at)

    def test_overtaken_pin_on_a_closed_printer(self):
        """Nobody started it: it is first thing when the printer is open again."""
        self.printer.needs_clearing = False
        self.printer.resource_calendar_id = self._create_calendar([(8, 20)], range(7))
        run = self._queue(120, printer=self.printer)
        run.action_pin_time(NOW + timedelta(hours=2))
        self._plan_now()
        with freeze_time(NOW + timedelta(hours=11)):
            self._plan_now()
        self.assertEqual(run.date_planned_start, NOW + timedelta(days=1))

    def test_pins_one_after_the_other(self):
        """A pin that is late holds the next one up, and does not push it out."""
        self.printer.needs_clearing = False
        first, second = (self._queue(60, printer=self.printer) for _turn in "ab")
        first.action_pin_time(NOW + timedelta(minutes=30))
        second.action_pin_time(NOW + timedelta(minutes=90))
        with freeze_time(NOW + timedelta(minutes=60)):
            self._plan_now()
        self.assertEqual(first.date_planned_start, NOW + timedelta(minutes=60))
        self.assertEqual(second.date_planned_start, NOW + timedelta(minutes=120))

    def test_open_only_while_nobody_is_there(self):
        """A printer that runs at night, and people by day: they never meet."""
        self.printer.resource_calendar_id = self._create_calendar([(17, 23)], range(7))
        run = self._queue(60)
        self._plan_now()
        self.assertTrue(run.is_plan_lost)
        self.assertIn("while somebody is there", run.plan_note)


@tagged("post_install", "-at_install")
class TestLoads(ScheduleCommon):
    """How evenly a plan loads the printers."""

    def test_what_each_printer_does(self):
        self._queue(120, printer=self.printer)
        self._queue(60, printer=self.other_printer)
        schedule = self._make()
        loads = {load["name"]: load for load in schedule.loads}
        self.assertEqual(
            [loads[item.name]["printing"] for item in self._get_printers()], [120, 60]
        )
        self.assertEqual(loads[self.other_printer.name]["idle"], 60)
        told = schedule.with_user(self.sales_user).get_progress()["loads"]
        self.assertEqual(told, schedule.loads)

    def test_printers_that_are_gone(self):
        """One that was archived since keeps its name."""
        self._queue(120, printer=self.printer)
        schedule = self._make()
        self.other_printer.action_archive()
        schedule.invalidate_recordset(["loads"])
        self.assertEqual(len(schedule.loads), 2)

    def test_query_budget(self):
        """As many queries for two printers as for ten."""
        self._queue(60)
        few = self._make()
        for number in range(8):
            self._create_printer(f"Printer {number}")
        many = self._make()
        self.assertEqual((len(few.loads), len(many.loads)), (2, 10))
        self.assertEqual(self._count_queries(few), self._count_queries(many))

    def _count_queries(self, schedule):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(schedule.loads)
        return self.env.cr.sql_log_count - before

    def _get_printers(self):
        return self.printer | self.other_printer


@tagged("post_install", "-at_install")
class TestPlansThatEnd(ScheduleCommon):
    """Plans are decided in the end, whatever becomes of their jobs."""

    def setUp(self):
        super().setUp()
        self.other_printer.action_archive()
        self._queue(300)
        self.due = self._queue(60, due=NOW + timedelta(hours=2))
        self.company.print3d_plan_seconds = 600

    def _make_in_a_job(self):
        return self.Schedule.with_context(queue_job__no_delay=False)._make(self.company)

    def _find_job(self, schedule):
        return self.env["queue.job"].search(
            [("identity_key", "=", f"print3d.schedule.improve.{schedule.id}")]
        )

    def test_at_night_when_nothing_is_left_of_it(self):
        """Everything was put on hold meanwhile: the plan is dropped, and says why."""
        waiting = self.Run.search(
            [
                ("company_id", "=", self.company.id),
                ("state", "in", ("queued", "assigned")),
            ]
        )

        improve = print3d_schedule_improving.improve

        def improve_meanwhile(*args, **options):
            found = improve(*args, **options)
            waiting.is_held = True
            return found

        with patch.object(print3d_schedule_improving, "improve", improve_meanwhile):
            schedule = self.Schedule.with_context(
                queue_job__no_delay=True, print3d_plan_rounds=0
            )._make(self.company, automatic=True)
        self.assertEqual(schedule.state, "dropped")
        self.assertFalse(schedule.is_improving)
        self.assertIn("Nothing of this plan can be applied", schedule.trouble)

    def test_job_that_failed(self):
        """Who looks at a plan does not wait for a job that is not there any more."""
        schedule = self._make_in_a_job()
        self.assertTrue(schedule.get_progress()["is_improving"], "its job waits")
        self._find_job(schedule).state = "failed"
        known = schedule.with_user(self.operator).get_progress()
        self.assertFalse(known["is_improving"])
        self.assertIn("ended before", known["trouble"])
        schedule.with_user(self.operator).action_apply()
        self.assertEqual(self.due.date_planned_start, NOW)

    def test_job_that_vanished(self):
        """Nobody looks: the next planning by the clock ends it."""
        schedule, other = self._make_in_a_job(), self._make_in_a_job()
        self._find_job(schedule).state = "cancelled"
        self.Run._cron_plan_now()
        self.assertFalse(schedule.is_improving)
        self.assertTrue(other.is_improving)
