from datetime import timedelta, timezone
from math import ceil

import pytz

from odoo import models

from ..scheduling.calendar import FOREVER, Windows

# Days that are planned: at least, and at most because there is so much to print.
DAYS, MOST_DAYS = 14, 120
# So many days after what is in the way, and never further ahead than that.
DAYS_AFTER, FARTHEST_DAYS = 7, 400


class Print3dScheduleWindows(models.Model):
    """Reads when printers run and when somebody is there."""

    _inherit = "print3d.schedule"

    # === HOW FAR === #

    def _get_until(self, company, jobs, runs, printers, origin):
        """Return the moment up to which hours are looked up.

        Behind that nobody is there. So it is behind what holds a print up for weeks: a
        holiday, a maintenance, a filament that arrives, a time that a run is pinned to.

        :rtype: datetime
        """
        minutes = sum(job.minutes for job in jobs)
        days = ceil(2 * minutes / 1440 / max(len(printers), 1)) + DAYS
        until = origin + timedelta(days=min(days, MOST_DAYS))
        hurdles = [(origin, run.pinned_start) for run in runs if run.is_pinned]
        hurdles += [(origin, origin + timedelta(minutes=job.release)) for job in jobs]
        hurdles += [
            (request.schedule_date, request.schedule_end)
            for request in self._find_maintenance(printers, origin)
        ]
        calendars = company._get_people_calendar() | printers.resource_calendar_id
        hurdles += [
            (leave.date_from, leave.date_to)
            for leave in self.env["resource.calendar.leaves"].search(
                [
                    *_get_leave_domain(company),
                    ("calendar_id", "in", [*calendars.ids, False]),
                    ("resource_id", "in", [*printers.resource_id.ids, False]),
                    ("date_to", ">", origin),
                    ("date_from", "<", origin + timedelta(days=FARTHEST_DAYS)),
                ]
            )
        ]
        after = timedelta(days=DAYS_AFTER)
        for begin, end in sorted(pair for pair in hurdles if pair[1]):
            if begin < until:
                until = max(until, end + after)
        return min(until, origin + timedelta(days=FARTHEST_DAYS))

    # === PRINTERS === #

    def _read_closed(self, printers, origin, until):
        """Return {printer id: Windows in which it does not run}: hours and service.

        Its hours are its working schedule with the time off of that and its own. Days
        off of all schedules are those of people: a printer needs no holidays.
        """
        spans = {printer.id: [] for printer in printers}
        horizon = to_minute(until, origin)
        own = ["|", ("calendar_id", "!=", False), ("resource_id", "!=", False)]
        for calendar, group in printers.grouped("resource_calendar_id").items():
            if not calendar:
                continue
            hours = calendar._work_intervals_batch(
                origin.replace(tzinfo=timezone.utc),
                until.replace(tzinfo=timezone.utc),
                group.resource_id,
                domain=[("time_type", "=", "leave"), *own],
                # As Odoo reads them for orders, wherever who made the printer lives.
                tz=pytz.timezone(calendar.tz),
            )
            for printer in group:
                there = _to_windows(hours[printer.resource_id.id], origin)
                gaps = list(there.inverted(0, horizon))
                if gaps:
                    # Its hours after that nobody has worked out.
                    gaps.append((horizon, FOREVER))
                spans[printer.id] += gaps
        for request in self._find_maintenance(printers, origin):
            spans[request.workcenter_id.id].append(
                (
                    max(to_minute(request.schedule_date, origin), 0),
                    to_minute(request.schedule_end, origin),
                )
            )
        return {printer_id: Windows(found) for printer_id, found in spans.items()}

    def _find_maintenance(self, printers, origin):
        """Return the maintenance of printers that is planned and not over."""
        return self.env["maintenance.request"].search(
            [
                ("workcenter_id", "in", printers.ids),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
                ("schedule_date", "!=", False),
                ("schedule_end", ">", origin),
            ]
        )

    # === PEOPLE === #

    def _read_attended(self, company, origin, until):
        """Return when somebody is there (Windows)."""
        calendar = company._get_people_calendar()
        if not calendar:
            return Windows([(0, FOREVER)])
        hours = calendar._work_intervals_batch(
            origin.replace(tzinfo=timezone.utc),
            until.replace(tzinfo=timezone.utc),
            domain=_get_leave_domain(company),
        )
        return _to_windows(hours[False], origin)


def _get_leave_domain(company):
    """Return which time off counts: nobody stays at home on another's holidays."""
    return [("time_type", "=", "leave"), ("company_id", "in", [company.id, False])]


def to_minute(moment, origin):
    """Return the minute of a plan in which a moment is (naive UTC both)."""
    return round((moment - origin).total_seconds() / 60)


def _to_windows(intervals, origin):
    """Return the intervals of a calendar of Odoo as Windows.

    A day that ends at 24:00 ends a microsecond earlier there; to the minute the two
    are the same.
    """

    def get_minute(moment):
        return to_minute(moment.astimezone(timezone.utc).replace(tzinfo=None), origin)

    return Windows(
        (get_minute(start), get_minute(end)) for start, end, _records in intervals
    )
