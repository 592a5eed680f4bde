"""A rule that plans: every printer that is free takes the job that suits it best then.

Here are also the orders in which what waits is looked at.
"""

from heapq import heapify, heappop, heappush
from math import inf, log

from .draft import Draft

# Of jobs that ask for the same changes, so many of the most urgent are compared.
COMPARED = 4


def by_due(job):
    due = inf if job.due is None else job.due - job.minutes
    return due - (job.weight - 1) * 24 * 60, job.rank, job.id


def waiting(problem, key):
    """Return the jobs to be put somewhere, those with a time of their own left out."""
    return sorted((job for job in problem.jobs if job.start is None), key=key)


def put_rest(draft, jobs):
    """Put jobs where they are through the earliest, as far as there is room."""
    for job in jobs:
        spots = [draft.find(job, item) for item in draft.problem.candidates[job.id]]
        spots = [spot for spot in spots if spot is not None]
        if spots:
            draft.place(job, min(spots, key=lambda spot: spot.end))
        else:
            draft.give_up(job)


def dispatch(problem, ahead, change_weight, gap_weight):
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
    put_rest(draft, pool.rest())
    return draft.finish()


class _Pool:
    """Jobs that wait, by what they ask for, the most urgent of each first."""

    def __init__(self, problem, ahead, change_weight, gap_weight):
        self.problem = problem
        jobs = waiting(problem, by_due)
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
