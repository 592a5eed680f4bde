"""Farms made by a seed, for tests and for measuring: the same seed, the same farm."""

import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from scheduling.calendar import expand_week
from scheduling.capability import Capability, Requirement
from scheduling.problem import Problem
from scheduling.shop import (
    Filament,
    Job,
    Printer,
    Shop,
)

# Monday, 2 March 2026, 8:00 in Berlin; the clocks change on the 29th.
ORIGIN = datetime(2026, 3, 2, 7, 0, tzinfo=timezone.utc)
BERLIN = ZoneInfo("Europe/Berlin")
# Six days; on Saturday somebody is there in the morning.
HOURS = {**{day: [(8.0, 12.0), (12.75, 18.0)] for day in range(5)}, 5: [(9.0, 13.0)]}
# Bed (mm), nozzles, slots, share of the farm.
KINDS = (
    ((250.0, 210.0, 220.0), (0.4,), 1, 5),
    ((256.0, 256.0, 256.0), (0.4, 0.6), 4, 3),
    ((360.0, 360.0, 360.0), (0.4, 0.6), 2, 1),
)
MATERIALS, COLOURS = (1, 2, 3), 6
DAYS = 70


def make_farm(printers, jobs, seed, shop=None, load=None):
    """Make a farm.

    :param int printers: how many
    :param int jobs: how many wait
    :param int seed: what it is made by
    :param shop: a Shop instead of the usual one; people are one for 20 printers
    :param float load: due dates spread over so much of the time the work takes
    :rtype: Problem
    """
    rng = random.Random(seed)
    filaments = [
        Filament(10 * material + colour, material)
        for material in MATERIALS
        for colour in range(COLOURS)
    ]
    # Most of what is printed is of few colours.
    shares = [1.0 / (1 + rank) for rank in range(len(filaments))]
    rng.shuffle(filaments)
    rows = [kind for kind in KINDS for _number in range(kind[3])]
    machines = []
    for number in range(1, printers + 1):
        bed, nozzles, slots, _share = rows[(number - 1) % len(rows)]
        busy = rng.choice((0, 0, rng.randrange(10, 400)))
        maintenance = ()
        if rng.random() < 0.1:
            start = rng.randrange(0, 5 * 24 * 60)
            maintenance = ((max(start, busy), max(start, busy) + 180),)
        machines.append(
            Printer(
                number,
                Capability(
                    bed_mm=bed, nozzle_mms=nozzles, mounted_mms=(0.4,), slots=slots
                ),
                loaded=tuple(rng.choices(filaments, shares, k=slots)),
                busy_until=busy,
                heats_until=min(busy, 5),
                is_dirty=rng.random() < 0.3,
                closed=maintenance,
                watts=rng.choice((120, 150, 200)),
                heat_watts=rng.choice((350, 600, 1000)),
                idle_watts=10,
            )
        )
    total = 0
    work = []
    for number in range(1, jobs + 1):
        minutes = min(max(int(rng.lognormvariate(5.2, 0.8)), 20), 1500)
        total += minutes
        size = rng.choices((80.0, 200.0, 240.0, 340.0), (60, 25, 12, 3))[0]
        work.append((number, minutes, size))
    span = total / printers * (load or 1.6)
    shop = shop or Shop(people=1 + printers // 20)
    return Problem(
        [_make_job(rng, *row, span, filaments, shares, printers) for row in work],
        machines,
        expand_week(HOURS, BERLIN, ORIGIN, DAYS, [ORIGIN.date() + timedelta(days=9)]),
        shop,
    )


def _make_job(rng, number, minutes, size, span, filaments, shares, printers):
    count = 1 if size > 250 or printers < 6 else rng.choices((1, 2, 3), (85, 10, 5))[0]
    chosen = tuple(dict.fromkeys(rng.choices(filaments, shares, k=count)))
    if printers < 9:
        size = min(size, 200.0)
    return Job(
        number,
        minutes,
        chosen,
        Requirement(
            size_mm=(size, min(size, 200.0), 50.0),
            nozzle_mm=rng.choices((0.4, 0.6), (95, 5 if printers >= 6 else 0))[0],
            tools=len(chosen),
            material_ids=frozenset(item.material_id for item in chosen),
        ),
        due=rng.choice((None, *[int(rng.uniform(0.1, 1.0) * span) + 60] * 4)),
        weight=rng.choices((1, 3), (90, 10))[0],
        rank=number,
    )
