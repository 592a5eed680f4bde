"""The reorder point and the quantity of an order.

The statistics are those of E. A. Silver, D. F. Pyke and D. J. Thomas, Inventory and
Production Management in Supply Chains, 4th edition, CRC Press 2017, chapter 6: an
order point system (s, Q) with normal demand during the lead time. Its section on the
variability of the lead time itself gives the spread of what is used until an order
arrives, when days and lead times do not depend on each other:
sqrt(E(L) var(D) + E(D)^2 var(L)).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

# Service levels beyond these ask for stock without end.
LEAST_SERVICE, MOST_SERVICE = 0.5, 0.9999
# What counts for nothing when packs are counted.
TINY = 1e-6


@dataclass(frozen=True)
class ReorderPoint:
    """Order when there is less than ``point``: what goes meanwhile, and safety."""

    point: float
    expected: float
    safety: float


def get_service_factor(level):
    """Return z: so many standard deviations make this share of cycles safe.

    :param float level: the share of order cycles without a stock-out, from 0 to 1
    """
    level = min(max(level, LEAST_SERVICE), MOST_SERVICE)
    return max(0.0, NormalDist().inv_cdf(level))


def get_statistical_safety(level, use, lead_time, review=0.0):
    """Return the safety stock for a service level: z sqrt(L sd_d^2 + d^2 sd_L^2).

    :param float level: the share of order cycles without a stock-out
    :param use: :class:`~.use.Use`
    :param lead_time: :class:`~.lead_times.LeadTime`
    :param float review: days between two looks at the stock, which protect nothing
    """
    days = lead_time.mean + review
    spread = math.sqrt(days * use.sd**2 + use.mean**2 * lead_time.sd**2)
    return get_service_factor(level) * spread


def get_cover_safety(days, use):
    """Return the safety stock that lasts so many days."""
    return max(0.0, days) * use.mean


def get_reorder_point(use, lead_time, safety, review=0.0, factor=1.0):
    """Return the reorder point: daily use x lead time + safety stock.

    :param float factor: what is expected of the coming days of a usual one
    :rtype: ReorderPoint
    """
    expected = use.mean * factor * (lead_time.mean + review)
    return ReorderPoint(expected + safety, expected, safety)


def round_up(quantity, pack):
    """Return the least number of whole packs that hold ``quantity``, in units."""
    if pack <= 0:
        return max(0.0, quantity)
    return max(0, math.ceil(quantity / pack - TINY)) * pack


def get_order_quantity(use, cover_days, pack=0.0, factor=1.0):
    """Return what to order: enough for ``cover_days``, in whole packs, at least one."""
    quantity = use.mean * factor * max(0.0, cover_days)
    return round_up(max(quantity, pack), pack)


def get_upper_level(point, quantity, pack=0.0):
    """Return up to which level to order, so that an order is just ``quantity``.

    Whoever orders fills up to that level and rounds up to whole packs. Just under the
    reorder point that has to give ``quantity``, and a pack more only when a whole pack
    is missing below it.
    """
    return point + max(0.0, quantity - pack)
