"""Plans that are there at once: the queue as it stands, and better orders of it.

`fifo` and `follow` keep the order of the queue. `plan` tries several orders and rules
and returns the best plan it comes by; it knows what the next hours bring, such as a
night in which nobody changes anything. Nothing here is left to chance or to how fast
the machine is: the same problem has the same plan.
"""

from math import inf

from .dispatch import by_due, dispatch, put_rest, waiting
from .draft import Draft

# A printer is left only for one on which the print is through so much earlier.
KEEP_MINUTES = 60

# Rules tried: how far ahead due dates are seen, how much a change, an idle gap weighs.
RULES = ((2.0, 6.0, 3.0), (2.0, 3.0, 3.0), (1.5, 6.0, 3.0), (2.0, 6.0, 6.0))
# Tried by those who have more time.
MORE_RULES = tuple(
    (ahead, change, gap)
    for ahead in (1.0, 1.5, 2.0, 3.0)
    for change in (3.0, 6.0, 12.0)
    for gap in (3.0, 6.0)
    if (ahead, change, gap) not in RULES
)
# Larger problems try fewer of them, so that the answer is there at once.
RULES_BY_JOBS = ((150, 4), (350, 2))


def fifo(problem):
    """Plan first in, first out: each job in turn where it is through the earliest.

    :param problem: a Problem
    :rtype: Plan
    """
    return _list(problem, waiting(problem, _by_rank), lambda job, end, swaps: end)


def follow(problem):
    """Plan the queue in its order, printers kept where the last plan had put a job.

    :param problem: a Problem
    :rtype: Plan
    """
    score = Score(problem)

    def keeping(job, end, swaps, printer_id=None):
        away = job.preferred_id is not None and printer_id != job.preferred_id
        return score(job, end, swaps) + (score.waiting * KEEP_MINUTES if away else 0)

    return _list(problem, waiting(problem, _by_rank), keeping, score, by_printer=True)


def plan(problem):
    """Return the best plan of those that rules and orders come by.

    :param problem: a Problem
    :rtype: Plan
    """
    best = None
    for draft in _get_plans(problem):
        cost = problem.measure(draft).cost
        if best is None or cost < best[0]:
            best = cost, draft
    return best[1]


def more_plans(problem):
    """Make plans by rules that `plan` has no time for, one after the other.

    :param problem: a Problem
    :return: an iterator of plans
    """
    for rule in (*RULES, *MORE_RULES):
        yield dispatch(problem, *rule)


def replay(problem, row):
    """Put jobs onto given printers one after the other, as early as there is room.

    What is not in the row, such as a job that came later, goes where it is through the
    earliest after that; what is pinned goes to its time first.

    :param problem: a Problem
    :param row: pairs of (job id, printer id)
    :rtype: Plan
    """
    draft = Draft(problem)
    for job_id, printer_id in row:
        job = problem.job_of[job_id]
        if job_id in draft.plan.placings or job_id in draft.plan.unplaced:
            continue
        spot = draft.find(job, problem.printer_of[printer_id])
        if spot is not None:
            draft.place(job, spot)
    known = draft.plan.placings.keys() | draft.plan.unplaced.keys()
    put_rest(draft, (job for job in problem.jobs if job.id not in known))
    return draft.finish()


def _get_plans(problem):
    yield follow(problem)
    yield _list(problem, waiting(problem, by_due), Score(problem), Score(problem))
    count = next(
        (rules for jobs, rules in RULES_BY_JOBS if len(problem.jobs) <= jobs), 1
    )
    for rule in RULES[:count]:
        yield dispatch(problem, *rule)


def _by_rank(job):
    return job.rank, job.id


class Score:
    """What it costs to have a job through at some minute, after some changes."""

    def __init__(self, problem):
        weights = problem.weights
        self.late = weights.late
        self.swap = weights.swap * 60
        # Even where waiting costs nothing, earlier is better.
        self.waiting = max(weights.waiting, 1)

    def __call__(self, job, end, swaps):
        cost = self.waiting * job.weight * end + self.swap * swaps
        if job.due is not None and end > job.due:
            cost += self.late * job.weight * (end - job.due)
        return cost


def _list(problem, jobs, score, bound=None, by_printer=False):
    """Put jobs in their order, each where its score is the least.

    :param score: a function (job, end, swaps) that does not fall as `end` grows
    :param bound: one that is never above the score; the score itself by default
    :param bool by_printer: the score is also told the printer
    """
    draft = Draft(problem)
    bound = bound or score
    for job in jobs:
        # Printers by the best that they can come to; most are never looked at.
        row = []
        for place, printer in enumerate(problem.candidates[job.id]):
            end, swaps = draft.get_earliest(job, printer)
            row.append((bound(job, end, swaps), place, printer))
        row.sort(key=_first_two)
        best, chosen = inf, None
        for least, _place, printer in row:
            if least >= best:
                break
            spot = draft.find(job, printer)
            if spot is None:
                continue
            swaps = spot.change.swaps
            if by_printer:
                cost = score(job, spot.end, swaps, printer.id)
            else:
                cost = score(job, spot.end, swaps)
            if cost < best:
                best, chosen = cost, spot
        if chosen is None:
            draft.give_up(job)
        else:
            draft.place(job, chosen)
    return draft.finish()


def _first_two(item):
    return item[:2]
