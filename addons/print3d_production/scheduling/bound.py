"""What no plan can be better than, without solving anything.

Each print has a minute before which it cannot be through on any printer, and the
whole farm has one before which it cannot have printed any k of them: all printers
together print so many minutes by then and no more. Whatever the order is, the k-th
print to be through is so late; which print is best taken as the k-th is an assignment.
"""

from dataclasses import replace

from .draft import Draft
from .solver import assign


def get_bound(problem):
    """Return points below those of every plan, in sixtieths (see `Figures.cost`).

    :param problem: the Problem
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
    return (
        assign(costs)
        + weights.makespan * makespan
        + weights.swap * 60 * _count_loads(problem, jobs)
    )


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

    By then the printers together were open for the minutes of the k shortest.
    """
    shop = problem.shop
    clear = min(
        shop.clear_minutes if printer.needs_clearing else 0
        for printer in problem.printers
    )
    # The first print of each printer may find its plate empty.
    room, wanted = clear * len(problem.printers), 0
    wanted_by = []
    for minutes in sorted(job.minutes + clear for job in jobs):
        wanted += minutes
        wanted_by.append(max(wanted - room, 0))
    changes = []
    for printer in problem.printers:
        for start, end in printer.opening:
            start = max(start, printer.busy_until, 0)
            if end > start:
                changes += [(start, 1), (end, -1)]
    changes.sort()
    ends, at, open_now, done = [], 0, 0, 0
    turn = 0
    for wanted in wanted_by:
        while turn < len(changes):
            minute, step = changes[turn]
            if open_now and done + open_now * (minute - at) >= wanted:
                break
            done += open_now * (minute - at)
            at, open_now, turn = minute, open_now + step, turn + 1
        left = max(wanted - done, 0)
        ends.append(at + (-(-left // open_now) if open_now else 0))
    return ends


def _count_loads(problem, jobs):
    """Return how many filaments have to be loaded because none of them is."""
    there = {filament for printer in problem.printers for filament in printer.loaded}
    return len({filament for job in jobs for filament in job.filaments} - there)
