"""Prints that are pinned to a time, and what becomes of it when it cannot be kept."""

from dataclasses import replace


def move_overtaken(problem):
    """Return a problem whose pins are at times that are still possible.

    A time that cannot be kept, because the moment has gone by, the printer still
    prints, or a print pinned before it is late, becomes the first minute at which the
    printer is free and open until the print is through. Two prints pinned over each
    other are left so: one of them has no place, and says why. Who pins a print sees
    to its filament, so that it waits for none.

    :param Problem problem: its pinned jobs have the start that was wished for
    :rtype: Problem
    """
    pins = {}
    for job in problem.jobs:
        if job.start is not None and problem.candidates[job.id]:
            pins.setdefault(job.printer_id, []).append(job)
    moved = {}
    for printer_id, row in pins.items():
        row.sort(key=lambda job: (job.start, job.rank, job.id))
        moved.update(_move_row(problem, problem.printer_of[printer_id], row))
    return problem.replaced(jobs=[moved.get(job.id, job) for job in problem.jobs])


def _move_row(problem, printer, row):
    """Return {job id: job} of what is pinned on one printer, by the time wished."""
    free, state = max(printer.busy_until, 0), problem.get_first_state(printer)
    taken = None
    found = {}
    for job in row:
        start = job.start
        if taken is None or start >= taken:
            work = problem.get_change(printer, state, job).minutes
            if free + work > start:
                begin = printer.opening.find(free, work + job.minutes)
                start = (free if begin is None else begin) + work
            if printer.opening.covers(start - work, start + job.minutes):
                taken = job.start + job.minutes
                free = start + job.minutes
                # What is in the slots by then is not known yet: only what it uses is.
                empty = problem.get_empty_state(state)
                state = problem.get_change(printer, empty, job).after
        found[job.id] = replace(job, start=start, release=min(job.release, start))
    return found
