"""The stock of the coming days."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

# Four times in five the stock lies between the lower and the upper line.
SPREAD = 1.2816
TINY = 1e-6


@dataclass(frozen=True)
class Day:
    """A coming day: what comes, what goes and why, and what is left in the evening.

    ``planned`` is known of, ``events`` and ``burn`` are expected besides. ``stock``
    below zero is missing by then. Four times in five it lies from ``low`` to ``high``.
    """

    date: date
    stock: float
    came: float
    planned: float
    events: float
    burn: float
    low: float
    high: float


def consume(expected, planned, window=7):
    """Return what is expected beside what is planned.

    Most of what is planned is the very use that is expected: orders are how filament is
    used. So each planned quantity takes the place of what is expected around its day,
    the nearest days first, earlier ones before later ones, up to ``window`` days off.
    What is planned beyond that comes on top.

    :param list expected: by day, none below zero
    :param list planned: by day, as long
    :rtype: list
    """
    left = list(expected)
    for index, quantity in enumerate(planned):
        if quantity <= 0:
            continue
        for away in range(window + 1):
            for near in {index - away: None, index + away: None}:
                if not 0 <= near < len(left) or left[near] <= 0:
                    continue
                taken = min(left[near], quantity)
                left[near] -= taken
                quantity -= taken
            if quantity <= TINY:
                break
    return left


def project(
    on_hand,
    first,
    expected,
    arrivals=None,
    planned=None,
    sd=0.0,
    window=7,
):
    """Return the coming days, one for each of ``expected``.

    :param float on_hand: what is there on the morning of ``first`` and may be used
    :param first: the first day, today
    :param list expected: (by season, by events) of each day, as
        :func:`~.seasons.split_events` tells
    :param dict arrivals: {date: quantity}; what is overdue is awaited on ``first``
    :param dict planned: {date: quantity}; what is overdue goes on ``first``
    :param float sd: spread of the use of a day
    :param int window: see :func:`consume`
    :rtype: list[Day]
    """
    count = len(expected)
    comes = _by_day(arrivals, first, count)
    goes = _by_day(planned, first, count)
    wanted = [max(0.0, burn + event) for burn, event in expected]
    rest = consume(wanted, goes, window)
    days, stock = [], on_hand
    for index, (burn, _event) in enumerate(expected):
        # What events take away comes off the usual use.
        share = min(1.0, max(0.0, burn) / wanted[index]) if wanted[index] else 0.0
        usual = rest[index] * share
        stock += comes[index] - goes[index] - rest[index]
        spread = SPREAD * sd * math.sqrt(index + 1)
        days.append(
            Day(
                first + timedelta(days=index),
                stock,
                comes[index],
                goes[index],
                rest[index] - usual,
                usual,
                stock - spread,
                stock + spread,
            )
        )
    return days


def _by_day(quantities, first, count):
    found = [0.0] * count
    for day, quantity in (quantities or {}).items():
        index = max(0, (day - first).days)
        if index < count:
            found[index] += quantity
    return found


def find_depletion(on_hand, days):
    """Return the first day in whose evening nothing is left.

    :param float on_hand: what is there before the first of ``days``
    :param days: :class:`Day`
    :return: a date; or None when something is left on all of them, or nothing is used
    """
    if not any(day.planned + day.events + day.burn > TINY for day in days):
        return None
    if on_hand <= TINY:
        return days[0].date
    return next((day.date for day in days if day.stock <= TINY), None)
