"""What is used a day, and how much that varies, from what really went."""

import math
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Use:
    """Daily use over a stretch of days.

    ``mean`` and ``sd`` (of a sample, n - 1) are in units a day, days of no use
    included. ``days`` were counted, ``active`` of them with any use, ``empty`` others
    left out because there was nothing to use. ``total`` is what was used on the days
    that were counted.
    """

    mean: float = 0.0
    sd: float = 0.0
    days: int = 0
    active: int = 0
    empty: int = 0
    total: float = 0.0


def _walk(first, last):
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def measure_use(used, first, last, empty=(), factors=None, extra=None):
    """Return the daily use from ``first`` to ``last``, both included.

    :param dict used: {date: quantity}; what came back is below zero. Days that are
        missing count as days without use
    :param empty: dates on which there was nothing to use; those without any use are
        left out, as they tell nothing of what was wanted
    :param dict factors: {date: factor}: what was to be expected on that day of a usual
        one (season, a market); its use is divided by it
    :param dict extra: {date: quantity} that was known to come on top of the usual
    :rtype: Use
    """
    factors, extra, empty = factors or {}, extra or {}, set(empty)
    values, active, left_out = [], 0, 0
    for day in _walk(first, last):
        quantity = used.get(day, 0.0)
        if not quantity and day in empty:
            left_out += 1
            continue
        active += quantity > 0
        quantity = max(0.0, quantity - extra[day]) if day in extra else quantity
        values.append(quantity / (factors.get(day) or 1.0))
    if not values:
        return Use(empty=left_out)
    total = math.fsum(values)
    mean = total / len(values)
    sd = 0.0
    if len(values) > 1:
        squares = math.fsum((value - mean) ** 2 for value in values)
        sd = math.sqrt(squares / (len(values) - 1))
    return Use(max(0.0, mean), sd, len(values), active, left_out, total)


def find_empty_days(on_hand, changes, first, last):
    """Return the dates on which nothing was in stock, from morning to evening.

    :param float on_hand: what is there after ``last``
    :param dict changes: {date: what came less what went}
    :rtype: set
    """
    found, evening = set(), on_hand
    for day in sorted(_walk(first, last), reverse=True):
        morning = evening - changes.get(day, 0.0)
        if evening <= 1e-6 and morning <= 1e-6:
            found.add(day)
        evening = morning
    return found


def add_up_counts(counts):
    """Return what physical counts say was used, by date.

    A count that finds less tells of use nobody noted. One that finds more takes that
    back as far as counts before it found less; the rest was there all along, such as
    the first stock of a thing, and is no use below zero.

    :param counts: (date, found less, found more) in the order of time; both numbers
        are not below zero
    :rtype: dict
    """
    used, lost = {}, 0.0
    for day, less, more in counts:
        back = min(more, lost + less)
        lost += less - back
        if less != back:
            used[day] = used.get(day, 0.0) + less - back
    return used
