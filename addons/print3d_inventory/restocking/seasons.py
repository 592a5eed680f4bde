"""What the months and known events make of a usual day."""

import math
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 12
# Factors beyond these are rather a mistake than a season.
LEAST, MOST = 0.2, 5.0


@dataclass(frozen=True)
class Event:
    """From ``first`` to ``last``, both included, something else is expected.

    Use is multiplied by ``factor``; ``extra`` units come on top, in all, spread over
    its days.
    """

    first: date
    last: date
    factor: float = 1.0
    extra: float = 0.0

    @property
    def days(self):
        return (self.last - self.first).days + 1


def find_factors(used, first, last, strength=1.0):
    """Return the factors of the twelve months, learned from use and drawn to 1.

    A month that was seen n times counts n parts, and the usual day ``strength`` parts.

    :param dict used: {(year, month): quantity}
    :param first: the first date that is known; months known only in part are left out
    :param last: the last one
    :return: twelve factors whose mean is 1; or None when a month was never seen whole,
        or nothing was used
    """
    rates = [[] for _month in range(MONTHS)]
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        days = monthrange(year, month)[1]
        if date(year, month, 1) >= first and date(year, month, days) <= last:
            rates[month - 1].append(max(0.0, used.get((year, month), 0.0)) / days)
        year, month = (year, month + 1) if month < MONTHS else (year + 1, 1)
    if not all(rates):
        return None
    means = [math.fsum(its) / len(its) for its in rates]
    usual = math.fsum(means) / MONTHS
    if usual <= 0:
        return None
    drawn = [
        (len(its) * mean / usual + strength) / (len(its) + strength)
        for its, mean in zip(rates, means, strict=True)
    ]
    kept = [min(max(factor, LEAST), MOST) for factor in drawn]
    middle = math.fsum(kept) / MONTHS
    return [factor / middle for factor in kept]


def get_factor(day, factors=None, events=()):
    """Return what is expected of a day, as a multiple of a usual one."""
    factor = factors[day.month - 1] if factors else 1.0
    for event in events:
        if event.first <= day <= event.last:
            factor *= event.factor
    return max(0.0, factor)


def get_mean_factor(first, days, factors=None, events=()):
    """Return what is expected of the next ``days`` days on average, at least of one."""
    count = max(1, math.ceil(days))
    return (
        math.fsum(
            get_factor(first + timedelta(days=offset), factors, events)
            for offset in range(count)
        )
        / count
    )


def split_events(day, base, factors=None, events=()):
    """Return what a day is expected to use: by season, and by events on top of it.

    :param float base: the use of a usual day
    :return: (by season, by events); the second is below zero when an event means less
    """
    usual = base * get_factor(day, factors)
    changed = base * get_factor(day, factors, events)
    extra = math.fsum(
        event.extra / event.days for event in events if event.first <= day <= event.last
    )
    return usual, changed - usual + extra
