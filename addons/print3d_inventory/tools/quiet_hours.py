"""When a person is not to be disturbed, and from when on again, without Odoo."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pytz import UTC


def get_zone(name):
    """The time zone of a name; UTC when there is no such one."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def to_local(when, zone):
    """The time on the clock of a zone.

    :param datetime when: in UTC, not saying so
    """
    return when.replace(tzinfo=UTC).astimezone(zone)


def from_local(day, hours, zone):
    """The time in UTC, not saying so, at which the clock of a zone shows an hour.

    An hour the clock leaves out is the one it leaps to; one it shows twice is the
    first of them.

    :param date day: of that zone
    :param float hours: since midnight
    """
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=hours)
    return local.astimezone(UTC).replace(tzinfo=None)


def end_of_quiet(when, zone, start, end):
    """The time, ``when`` or later, at which a person may be told.

    :param datetime when: in UTC, not saying so
    :param float start: hour of the day from which it is quiet
    :param float end: hour until which; before ``start`` it is that of the next day;
        equal ones mean that it is never quiet
    :return: datetime in UTC, not saying so
    """
    if start == end:
        return when
    local = to_local(when, zone)
    hour = local.hour + local.minute / 60 + local.second / 3600
    if start < end:
        is_quiet, days = start <= hour < end, 0
    else:
        is_quiet, days = hour >= start or hour < end, int(hour >= start)
    if not is_quiet:
        return when
    return max(when, from_local(local.date() + timedelta(days=days), end, zone))
