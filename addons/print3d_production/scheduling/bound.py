"""What no plan can be better than, without solving anything.

Each print has a minute before which it cannot be through on any printer, and the
whole farm has one before which it cannot have printed any k of them: all printers
together print so many minutes by then and no more, and each does one print in a night
in which nobody takes prints off. Whatever the order is, the k-th print to be through
is so late; which print is best taken as the k-th is an assignment. Mostly the prices
of `prices.py` tell more; the better of both counts.
"""

from dataclasses import replace

from .calendar import FOREVER, Windows
from .draft import Draft
from .prices import get_price_bound
from .problem import UNPLACED_MINUTES
from .solver import assign

# Beyond so many minutes nothing is told of the printers' time.
MOST_PRICED = 60 * 24 * 60


def get_bound(problem, above=None):
    """Return points below those of every plan, in sixtieths (see `Figures.cost`).

    :param problem: the Problem
    :param above: the figures of a plan (Figures), which help to find a high bound
    :rtype: int
    :raises SolverMissingError: OR-Tools is not there
    """
    weights = problem.weights
    jobs = [job for job in problem.jobs if problem.candidates[job.id]]
    if not jobs:
        return 0
    earliest = _get_earliest(problem, jobs)
    jobs = [job for job in jobs if job.id in earliest]
    if not jobs:
        return 0
    ends = _get_ends(problem, jobs)
    costs = []
    for job in jobs:
        least = earliest[job.id]
        row = []
        for end in ends:
            end = max(end, least)
            cost = weights.waiting * job.weight * end
            if job.due is not None and end > job.due:
                cost += weights.late * job.weight * (end - job.due)
            row.append(cost)
        costs.append(row)
    makespan = max(ends[-1], max(earliest[job.id] for job in jobs))
    others = weights.makespan * makespan
    others += weights.swap * 60 * _count_loads(problem, jobs)
    least = assign(costs)
    if above and not above.unplaced:
        horizon, goal = above.makespan, above.cost - others
    else:
        horizon, goal = 2 * makespan, 2 * least
    horizon = min(horizon, MOST_PRICED)
    bound = max(least, get_price_bound(problem, jobs, earliest, horizon, goal))
    # A plan may as well leave one out, and be through earlier.
    lost = max(weights.late, weights.waiting, 1) * UNPLACED_MINUTES
    return min(others + bound, lost * min(job.weight for job in jobs))


def _get_earliest(problem, jobs):
    """Return {job id: minute before which it is not through}, were it alone."""
    # Nothing is loaded or changed in the best case: only what is there is taken off.
    free = problem.replaced(
        jobs=[replace(job, start=None) for job in problem.jobs],
        shop=replace(
            problem.shop, colour_minutes=0, material_minutes=0, nozzle_minutes=0
        ),
    )
    draft = Draft(free)
    found = {}
    for job in jobs:
        if job.start is not None:
            found[job.id] = job.start + job.minutes
            continue
        spots = [
            draft.find(free.job_of[job.id], item) for item in free.candidates[job.id]
        ]
        ends = [spot.end for spot in spots if spot is not None]
        if ends:
            found[job.id] = min(ends)
    return found


def _get_ends(problem, jobs):
    """Return for each k the minute before which no k of the jobs are through.

    By then the printers together were open for the minutes of the k shortest. Where a
    person takes prints off, a printer does no more than one print in each stretch in
    which nobody is there; so by then the rest of the k were printed while somebody was.
    """
    shop = problem.shop
    clear = min(
        shop.clear_minutes if printer.needs_clearing else 0
        for printer in problem.printers
    )
    # The first print of each printer may find its plate empty.
    room = clear * len(problem.printers)
    wanted = [0]
    for minutes in sorted(job.minutes + clear for job in jobs):
        wanted.append(wanted[-1] + minutes)
    wanted = [max(minutes - room, 0) for minutes in wanted]
    ends = _sweep(wanted, [item.opening for item in problem.printers], problem, [])
    if not shop.clear_minutes:
        return ends
    away = problem.attended.inverted(0, FOREVER)
    windows, nights = [], []
    for printer in problem.printers:
        if printer.needs_clearing:
            closed = [*printer.opening.inverted(0, FOREVER), *away]
            windows.append(Windows(closed).inverted(0, FOREVER))
            nights += [start for start, end in away if end > printer.busy_until]
        else:
            windows.append(printer.opening)
    by_day = _sweep(wanted, windows, problem, nights)
    return [max(pair) for pair in zip(ends, by_day, strict=True)]


def _sweep(wanted, windows, problem, nights):
    """Return for each k when its minutes can be printed, some prints being for free.

    :param wanted: the minutes of the k shortest prints, from k = 0 on
    :param windows: the Windows in which each printer prints
    :param nights: the minutes from which on one more print is for free
    """
    events = [(start, 0, 1) for start in nights]
    for printer, opening in zip(problem.printers, windows, strict=True):
        for start, end in opening:
            start = max(start, printer.busy_until, 0)
            if end > start:
                events += [(start, 1, 0), (end, -1, 0)]
    events.sort()
    ends, at, speed, free, done = [], 0, 0, 0, 0
    for minute, step, more in [*events, (FOREVER, 0, 0)]:
        while len(ends) + 1 < len(wanted):
            left = max(wanted[max(len(ends) + 1 - free, 0)] - done, 0)
            if left and speed * (minute - at) < left:
                break
            ends.append(at + (-(-left // speed) if left else 0))
        done += speed * (minute - at)
        at, speed, free = minute, speed + step, free + more
    return ends + [at] * (len(wanted) - 1 - len(ends))


def _count_loads(problem, jobs):
    """Return how many filaments have to be loaded because none of them is."""
    there = {filament for printer in problem.printers for filament in printer.loaded}
    return len({filament for job in jobs for filament in job.filaments} - there)
