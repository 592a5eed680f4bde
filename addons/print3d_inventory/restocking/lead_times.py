"""How long orders take to arrive."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class LeadTime:
    """Days from order to stock: ``mean``, their spread ``sd``, from ``count`` receipts.

    ``source`` tells whose receipts: of this thing from this vendor (``product``), of
    anything from this vendor (``vendor``), or only what the vendor says (``told``).
    """

    mean: float = 0.0
    sd: float = 0.0
    count: int = 0
    source: str = "told"


def measure_lead_times(days, source):
    """Return mean and spread (of a sample, n - 1) of these lead times.

    :param days: days each order took; what arrived before it was ordered counts as 0
    :rtype: LeadTime
    """
    days = [max(0.0, value) for value in days]
    if not days:
        return LeadTime(source=source)
    mean = math.fsum(days) / len(days)
    sd = 0.0
    if len(days) > 1:
        squares = math.fsum((value - mean) ** 2 for value in days)
        sd = math.sqrt(squares / (len(days) - 1))
    return LeadTime(mean, sd, len(days), source)


def choose_lead_time(own, vendors, told, least=3):
    """Return the lead time to count on.

    :param own: days of receipts of this thing from its vendor
    :param vendors: days of receipts of anything from its vendor
    :param float told: days the vendor says
    :param int least: receipts that make a figure
    :rtype: LeadTime
    """
    for days, source in ((own, "product"), (vendors, "vendor")):
        if len(days) >= max(1, least):
            return measure_lead_times(days, source)
    return LeadTime(max(0.0, told), 0.0, 0, "told")
