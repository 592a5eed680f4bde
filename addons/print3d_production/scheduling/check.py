"""Does a plan keep every rule? Told without any code that makes plans.

Used by the tests on every plan of every planner, and before a plan is carried out.
It is written from the rules alone and goes through time event by event; only what
work a change takes is the problem's own arithmetic.
"""

from .shop import (
    PIN_CLOSED,
    PIN_TAKEN,
    POWER,
)


def check(problem, plan):
    """Return what is wrong with a plan, in words for those who plan; none is right.

    :param problem: the Problem
    :param plan: the Plan
    :rtype: list[str]
    """
    wrong = _check_jobs(problem, plan)
    if wrong:
        return wrong
    for printer_id, placings in plan.by_printer().items():
        wrong += _check_printer(problem, problem.printer_of[printer_id], placings)
    wrong += _check_hands(problem, plan)
    wrong += _check_power(problem, plan)
    return wrong


def _check_jobs(problem, plan):
    """Each job has one place on a printer that prints it, or a reason for none."""
    wrong = []
    known = {job.id for job in problem.jobs}
    told = [*plan.placings, *plan.unplaced]
    wrong += [f"job {job_id} is not of this problem" for job_id in set(told) - known]
    wrong += [
        f"job {job_id} has neither place nor reason" for job_id in known - set(told)
    ]
    both = set(plan.placings) & set(plan.unplaced)
    wrong += [f"job {job_id} has a place and a reason for none" for job_id in both]
    if wrong:
        return wrong
    for job_id, placing in plan.placings.items():
        job = problem.job_of[job_id]
        printer = problem.printer_of.get(placing.printer_id)
        if placing.job_id != job_id:
            wrong.append(f"the place of job {job_id} is that of {placing.job_id}")
        elif printer is None:
            wrong.append(f"job {job_id} is on printer {placing.printer_id}: unknown")
        elif job.blocked:
            wrong.append(f"job {job_id} cannot be printed: {job.blocked}")
        elif not problem.fits(job, printer):
            wrong.append(f"job {job_id} does not fit printer {printer.id}")
        elif job.printer_id not in (None, printer.id):
            wrong.append(f"job {job_id} is to stay on printer {job.printer_id}")
        if placing.end - placing.start != job.minutes:
            wrong.append(f"job {job_id} takes {job.minutes} minutes")
        if job.start is not None and placing.start != job.start:
            wrong.append(f"job {job_id} is pinned to minute {job.start}")
        if placing.start < max(job.release, 0):
            wrong.append(f"job {job_id} starts before minute {job.release}")
    for job_id, (reason, _details) in plan.unplaced.items():
        job = problem.job_of[job_id]
        if not reason:
            wrong.append(f"job {job_id} has no place, and no reason is given")
        elif reason in (PIN_CLOSED, PIN_TAKEN) and job.start is None:
            wrong.append(f"job {job_id} is not pinned to a time")
        elif reason == POWER and not problem.shop.power_watts:
            wrong.append(f"job {job_id}: power is not limited")
    return wrong


def _check_printer(problem, printer, placings):
    """One after the other, with the time for the work between, while it is open."""
    wrong = []
    state, free = problem.get_first_state(printer), printer.busy_until
    for placing in placings:
        job = problem.job_of[placing.job_id]
        change = problem.get_change(printer, state, job)
        if placing.setup < change.minutes:
            wrong.append(
                f"job {job.id}: its change takes {change.minutes} minutes, not "
                f"{placing.setup}"
            )
        if placing.swaps != change.swaps:
            wrong.append(f"job {job.id}: {change.swaps} swaps, not {placing.swaps}")
        begin = placing.start - placing.setup
        if begin < max(free, 0):
            wrong.append(f"job {job.id} begins at {begin}, printer free at {free}")
        for start, end in printer.closed:
            if start < placing.end and begin < end:
                wrong.append(f"job {job.id}: closed from {start} to {end}")
        state, free = change.after, placing.end
    return wrong


def _check_hands(problem, plan):
    """Every change is made while somebody is there, by no more people than there are.

    Whoever pins a print to a time will be there for it, and is not counted.
    """
    wrong, events = [], []
    for placing in plan.placings.values():
        if not placing.setup or problem.job_of[placing.job_id].start is not None:
            continue
        begin = placing.start - placing.setup
        if not any(
            start <= begin and placing.start <= end for start, end in problem.attended
        ):
            wrong.append(f"job {placing.job_id}: nobody is there at minute {begin}")
        events += [(begin, 1), (placing.start, -1)]
    if problem.shop.people:
        at_once = 0
        for minute, step in sorted(events):
            at_once += step
            if at_once > problem.shop.people:
                wrong.append(f"minute {minute}: {at_once} changes at once")
    return wrong


def _check_power(problem, plan):
    """No print of the plan takes part in more power than there is."""
    limit = problem.shop.power_watts
    if not limit:
        return []
    wrong, spans = [], []
    for printer in problem.printers:
        heated = min(printer.heats_until, printer.busy_until)
        spans += [
            (0, heated, max(printer.heat_watts - printer.idle_watts, 0)),
            (
                max(heated, 0),
                printer.busy_until,
                max(printer.watts - printer.idle_watts, 0),
            ),
        ]
    planned = [
        (placing.start + start, placing.start + end, watts)
        for placing in plan.placings.values()
        for start, end, watts in problem.get_demands(
            problem.printer_of[placing.printer_id], placing.end - placing.start
        )
    ]
    spans += planned
    # What prints already may take too much; a print that takes none adds nothing.
    for first, last, _watts in planned:
        moments = {first} | {start for start, _end, _w in spans if first < start < last}
        for minute in moments:
            watts = problem.idle_watts + sum(
                amount for start, end, amount in spans if start <= minute < end
            )
            if watts > limit:
                wrong.append(f"minute {minute}: {watts} W of {limit} W")
    return wrong
