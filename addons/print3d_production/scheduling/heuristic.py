"""Plans that are there at once: the queue as it stands, and better orders of it.

`fifo` and `follow` keep the order of the queue. `plan` tries several orders and rules
and returns the best plan it comes by; it knows what the next hours bring, such as a
night in which nobody changes anything. Nothing here is left to chance or to how fast
the machine is: the same problem has the same plan.
"""

from heapq import heapify, heappop, heappush
from math import inf, log

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
# Of jobs that ask for the same changes, so many of the most urgent are compared.
COMPARED = 4


def fifo(problem):
    """Plan first in, first out: each job in turn where it is through the earliest.

    :param problem: a Problem
    :rtype: Plan
    """
    return _list(problem, _waiting(problem, _by_rank), lambda job, end, swaps: end)


def follow(problem):
    """Plan the queue in its order, printers kept where the last plan had put a job.

    :param problem: a Problem
    :rtype: Plan
    """
    score = Score(problem)

    def keeping(job, end, swaps, printer_id=None):
        away = job.preferred_id is not None and printer_id != job.preferred_id
        return score(job, end, swaps) + (score.waiting * KEEP_MINUTES if away else 0)

    return _list(problem, _waiting(problem, _by_rank), keeping, score, by_printer=True)


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
        yield _dispatch(problem, *rule)


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
    _put_rest(draft, (job for job in problem.jobs if job.id not in known))
    return draft.finish()


def _put_rest(draft, jobs):
    """Put jobs where they are through the earliest, as far as there is room."""
    for job in jobs:
        spots = [draft.find(job, item) for item in draft.problem.candidates[job.id]]
        spots = [spot for spot in spots if spot is not None]
        if spots:
            draft.place(job, min(spots, key=lambda spot: spot.end))
        else:
            draft.give_up(job)


def _get_plans(problem):
    yield follow(problem)
    yield _list(problem, _waiting(problem, _by_due), Score(problem), Score(problem))
    count = next(
        (rules for jobs, rules in RULES_BY_JOBS if len(problem.jobs) <= jobs), 1
    )
    for rule in RULES[:count]:
        yield _dispatch(problem, *rule)


def _by_rank(job):
    return job.rank, job.id


def _by_due(job):
    due = inf if job.due is None else job.due - job.minutes
    return due - (job.weight - 1) * 24 * 60, job.rank, job.id


def _waiting(problem, key):
    """Return the jobs to be put somewhere, those with a time of their own left out."""
    return sorted((job for job in problem.jobs if job.start is None), key=key)


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


def _dispatch(problem, ahead, change_weight, gap_weight):
    """Let every printer that is free take the job that suits it best then.

    The measure of what suits is the apparent tardiness cost with setups of Lee,
    Bhaskaran and Pinedo (IIE Transactions 29, 1997), by its logarithm, and with a
    third term for the time that the printer then stands idle until somebody is there.

    :param float ahead: how many mean durations before it is due a job gets urgent
    :param float change_weight: how much a minute of change tells against a job
    :param float gap_weight: how much an idle share of its time tells against it
    """
    draft = Draft(problem)
    pool = _Pool(problem, ahead, change_weight, gap_weight)
    queue = [
        (draft.segments[printer.id][0].tail, place)
        for place, printer in enumerate(problem.printers)
    ]
    heapify(queue)
    while queue and pool.left:
        at, place = heappop(queue)
        printer = problem.printers[place]
        found = pool.choose(draft, printer, at)
        if found is None:
            continue
        job, spot = found
        draft.place(job, spot)
        pool.take(job)
        heappush(queue, (max(spot.segment.tail, at + 1), place))
    # What no printer took when it was free, such as a job that is not there yet.
    _put_rest(draft, pool.rest())
    return draft.finish()


class _Pool:
    """Jobs that wait, by what they ask for, the most urgent of each first."""

    def __init__(self, problem, ahead, change_weight, gap_weight):
        self.problem = problem
        jobs = _waiting(problem, _by_due)
        self.mean = max(sum(job.minutes for job in jobs) / max(len(jobs), 1), 1.0)
        self.ahead = ahead * self.mean
        self.change_weight = change_weight / self.mean
        self.gap_weight = gap_weight
        # What is not due is as urgent as what is due when all would be through.
        load = sum(job.minutes for job in jobs) / max(len(problem.printers), 1)
        self.far = 2 * load + self.ahead
        self.groups = {}
        self.waiting = {}
        for job in jobs:
            printers = problem.candidates[job.id]
            if not printers:
                self.waiting[job.id] = job
                continue
            key = problem.get_wish(job), tuple(item.id for item in printers)
            self.groups.setdefault(key, []).append(job)
            self.waiting[job.id] = job
        self.of_printer = {printer.id: [] for printer in problem.printers}
        for (_wish, ids), group in self.groups.items():
            for printer_id in ids:
                self.of_printer[printer_id].append(group)
        self.left = sum(map(len, self.groups.values()))
        self.group_of = {
            job.id: group for group in self.groups.values() for job in group
        }

    def choose(self, draft, printer, at):
        """Return the job that suits a free printer best, and its room there."""
        problem, hands = self.problem, draft.hands
        segment = draft.segments[printer.id][0]
        ranked = []
        for group in self.of_printer[printer.id]:
            if not group:
                continue
            change = problem.get_change(printer, segment.state, group[0])
            setup = change.minutes
            start = max(at, segment.tail)
            if setup:
                begin = hands.find(start, setup, 1)
                if begin is None:
                    continue
                start = begin + setup
            change_cost = self.change_weight * (
                setup + problem.weights.swap * 60 * change.swaps / 10.0
            )
            compared = group[:COMPARED]
            if len(group) > COMPARED:
                # The longest of them, for the night.
                compared = [*compared, max(group, key=_by_length)]
            for job in compared:
                begin = max(start, job.release)
                score = self._rate(job, begin, hands, printer) - change_cost
                ranked.append((-score, job.rank, job.id, job))
        ranked.sort()
        for _score, _rank, _id, job in ranked:
            spot = draft.find(job, printer)
            if spot is not None:
                return job, spot
        return None

    def _rate(self, job, start, hands, printer):
        end = start + job.minutes
        due = job.due if job.due is not None else self.far
        slack = max(due - end, 0)
        score = log(job.weight * self.mean / job.minutes) - slack / self.ahead
        if printer.needs_clearing and self.gap_weight:
            back = hands.find(end, 1, 1)
            if back is not None:
                score -= self.gap_weight * (back - end) / (back - start)
        # A job that is not there yet keeps the printer idle too.
        return score

    def take(self, job):
        """Take a job out of those that wait."""
        self.group_of[job.id].remove(job)
        del self.waiting[job.id]
        self.left -= 1

    def rest(self):
        """Return the jobs that are left, the most urgent first."""
        return list(self.waiting.values())


def _by_length(job):
    return job.minutes, -job.id
