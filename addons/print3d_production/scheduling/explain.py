"""Why a print is where it is, and why it does not begin before it does.

Answers are codes with details, for whoever puts them into words: numbers of jobs and
printers, minutes of the plan. The first answers are about the place, then the moment,
then what comes of it.
"""

from .calendar import FOREVER
from .profile import Profile

#: About the place.
PINNED, CHOSEN, ONLY, LOADED, EARLIEST = (
    "pinned",
    "chosen",
    "only",
    "loaded",
    "earliest",
)
#: About the moment.
PIN_TIME, AT_ONCE, AFTER, BUSY, PERSON, HANDS, CLOSED, WATTS, ARRIVAL = (
    "pin_time",
    "at_once",
    "after",
    "busy",
    "person",
    "hands",
    "closed",
    "watts",
    "arrival",
)
#: About the work before it, and what comes of it.
SWAPS, NOZZLE, CLEARING, ALONE, IN_TIME, LATE = (
    "swaps",
    "nozzle",
    "clearing",
    "alone",
    "in_time",
    "late",
)


def explain(problem, plan):
    """Return {job id: reasons} for every job of a plan.

    A reason is a pair of a code and a dictionary of details. A job without a place
    has one: why (see `problem`), with what is known of what would help.

    :param problem: the Problem
    :param plan: a plan that keeps the rules
    :rtype: dict[int, list[tuple[str, dict]]]
    """
    reasons = {job_id: [reason] for job_id, reason in plan.unplaced.items()}
    hands = get_hands(problem, plan)
    for printer_id, row in plan.by_printer().items():
        printer = problem.printer_of[printer_id]
        state, before = problem.get_first_state(printer), None
        for placing in row:
            job = problem.job_of[placing.job_id]
            change = problem.get_change(printer, state, job)
            reasons[job.id] = [
                _explain_place(problem, job, printer, change),
                _explain_moment(problem, placing, printer, change, before, hands),
                *_explain_work(change),
                *_explain_end(job, placing),
            ]
            state, before = change.after, placing
    return reasons


def _explain_place(problem, job, printer, change):
    if job.printer_id is not None:
        return (PINNED if job.start is not None else CHOSEN), {}
    if len(problem.candidates[job.id]) == 1:
        return ONLY, {}
    if job.filaments and not change.swaps:
        return LOADED, {}
    return EARLIEST, {"printers": len(problem.candidates[job.id])}


def _explain_moment(problem, placing, printer, change, before, hands):
    """Name what keeps it from beginning earlier: the last of the hurdles it takes."""
    job = problem.job_of[placing.job_id]
    if job.start is not None:
        return PIN_TIME, {}
    setup = change.minutes
    start, reason = setup, (AT_ONCE, {})
    if printer.busy_until and printer.busy_until + setup > start:
        start, reason = printer.busy_until + setup, (BUSY, {"at": printer.busy_until})
    if before is not None and before.end + setup > start:
        start, reason = before.end + setup, (AFTER, {"job_id": before.job_id})
    if job.release > start:
        start, reason = job.release, (ARRIVAL, {"at": job.release})
    while start < placing.start:
        moved, told = _get_next(problem, placing, printer, setup, start, hands)
        if moved is None or moved <= start:
            break
        start, reason = moved, told
    return reason


def _get_next(problem, placing, printer, setup, start, hands):
    """Return the minute up to which something is in the way, and what it is."""
    job = problem.job_of[placing.job_id]
    begin = printer.opening.find(start - setup, setup + job.minutes)
    if begin is not None and begin + setup > start:
        closes = printer.opening.get_end(start - setup)
        until = {} if closes is None else {"until": closes}
        return begin + setup, (CLOSED, {"at": begin, **until})
    if setup:
        begin = problem.attended.find(start - setup, setup)
        if begin is not None and begin + setup > start:
            return begin + setup, (PERSON, {"at": begin})
        hands.add(placing.start - setup, placing.start, -1)
        begin = hands.find(start - setup, setup, 1)
        hands.add(placing.start - setup, placing.start, 1)
        if begin is not None and begin + setup > start:
            return begin + setup, (HANDS, {"at": begin})
    if problem.shop.power_watts:
        # Whatever else could be in the way was looked at.
        return placing.start, (WATTS, {"limit": problem.shop.power_watts})
    return None, None


def _explain_work(change):
    found = []
    if change.loads:
        filaments = [filament.id for filament in change.loads]
        found.append((SWAPS, {"filaments": filaments, "minutes": change.minutes}))
    if change.has_nozzle:
        found.append((NOZZLE, {}))
    if change.has_clearing and not found:
        found.append((CLEARING, {}))
    if not change.minutes:
        found.append((ALONE, {}))
    return found


def _explain_end(job, placing):
    if job.due is None:
        return []
    if placing.end > job.due:
        return [(LATE, {"minutes": placing.end - job.due})]
    return [(IN_TIME, {"minutes": job.due - placing.end})]


def get_hands(problem, plan):
    """Return when people change over, in the way that drafts do (Profile)."""
    people = problem.shop.people or len(problem.printers) + 1
    hands = Profile(people)
    for start, end in problem.attended.inverted(-1, FOREVER):
        hands.add(start, end, people)
    for placing in plan.placings.values():
        if placing.setup and problem.job_of[placing.job_id].start is None:
            hands.add(placing.start - placing.setup, placing.start, 1)
    return hands
