"""Stretches of time: when somebody is there, when a printer may run.

Times are whole minutes since a moment that the caller chose, so that a night in which
the clocks change is as long as it really is. A stretch is (first minute, minute after
the last).
"""

from bisect import bisect_right
from datetime import datetime, time, timedelta, timezone

# Later than anything that is planned.
FOREVER = 10**9


class Windows:
    """Stretches in their order, none of which meet; those given are merged."""

    __slots__ = ("starts", "ends")

    def __init__(self, spans=()):
        merged = []
        for start, end in sorted(spans):
            if end <= start:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        self.starts = [start for start, _end in merged]
        self.ends = [end for _start, end in merged]

    def __iter__(self):
        return zip(self.starts, self.ends, strict=True)

    def __eq__(self, other):
        return isinstance(other, Windows) and list(self) == list(other)

    __hash__ = None

    def __bool__(self):
        return bool(self.starts)

    def __repr__(self):
        return f"Windows({list(self)})"

    def find(self, after, length):
        """Return the first minute from which on a stretch lasts long enough.

        :param int after: not before this minute
        :param int length: minutes in one piece; 0 is a moment inside a stretch
        :return: the minute, ``None`` when there is no such stretch
        """
        index = bisect_right(self.starts, after) - 1
        if index < 0:
            index = 0
        starts, ends = self.starts, self.ends
        for place in range(index, len(starts)):
            start = starts[place] if starts[place] > after else after
            if start + length <= ends[place] and start < ends[place]:
                return start
        return None

    def covers(self, start, end):
        """Tell whether one stretch holds all of [start, end)."""
        return end <= start or self.find(start, end - start) == start

    def get_end(self, minute):
        """Return the end of the stretch that a minute is in, ``None`` outside."""
        index = bisect_right(self.starts, minute) - 1
        return self.ends[index] if index >= 0 and minute < self.ends[index] else None

    def count(self, start, end):
        """Return how many minutes between start and end are in a stretch."""
        return sum(max(min(last, end) - max(first, start), 0) for first, last in self)

    def longest(self, after=0):
        """Return the minutes of the longest stretch that is left after a moment."""
        return max(
            (end - max(start, after) for start, end in self if end > after), default=0
        )

    def inverted(self, start=-FOREVER, end=FOREVER):
        """Return what lies between the stretches, from start to end."""
        spans, at = [], start
        for first, last in self:
            if first > at:
                spans.append((at, min(first, end)))
            at = max(at, last)
        if at < end:
            spans.append((at, end))
        return Windows(spans)


def expand_week(hours, tz, origin, days, days_off=()):
    """Write the hours of a week out over the coming days.

    What the clock on the wall says counts: 8:00 is 8:00 on both sides of a change of
    the clocks. An hour that is left out has no minutes, one that comes twice has both.

    :param dict hours: {weekday, 0 is Monday: pairs of (from, to) as hours of the day}
    :param tz: the time zone of the hours (zoneinfo.ZoneInfo)
    :param datetime origin: minute 0, with a time zone
    :param int days: how many days from the one of the origin on
    :param days_off: dates on which nobody is there
    :rtype: Windows
    """
    off = set(days_off)
    first = origin.astimezone(tz).date()
    spans = []
    for number in range(days):
        day = first + timedelta(days=number)
        if day in off:
            continue
        for start, end in hours.get(day.weekday(), ()):
            spans.append(
                (_minute(day, start, tz, origin), _minute(day, end, tz, origin, fold=1))
            )
    return Windows((max(start, 0), end) for start, end in spans if end > 0)


def _minute(day, hour, tz, origin, fold=0):
    """Return the minute of an hour (0 to 24, with fractions) on a day's clock."""
    minutes = round(hour * 60)
    local = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    moment = local.replace(tzinfo=tz, fold=fold).astimezone(timezone.utc)
    return int((moment - origin).total_seconds() // 60)
