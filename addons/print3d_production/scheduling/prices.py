"""What no plan is below, by prices for the printers' time.

If every minute of a printer had its price, each print could be put where its own cost
and the price of its time are the least, whatever the others do. All these minima
together, less what all the time there is would bring in, are never above the cost of a
plan: the prints of a plan pay for no more time than there is. That is the Lagrangian
relaxation of the printers' capacity; the prices that make the most of it are found
step by step (Polyak's subgradient method).

A print keeps its printer from its start until it is through. Where a person takes
prints off, it keeps it until somebody is there: so a printer does one print a night.
"""

import numpy as np

# Stretches of time that have one price, and rows of costs worked out at once.
CELLS, ROWS_A_JOB = 800, 4
LEAST_MINUTES = 5
# Minutes of all groups of printers together that are looked at one by one.
MINUTES = 2_000_000
# Steps towards better prices, fewer where each takes long.
STEPS, ENTRIES = 200, 220_000_000
# Without a better bound for so many steps they get smaller.
PATIENCE, SMALLER = 8, 0.6


def get_price_bound(problem, jobs, earliest, horizon, above):
    """Return sixtieths of points below what waiting and lateness cost in any plan.

    :param problem: the Problem
    :param jobs: the jobs that can be planned at all
    :param dict earliest: {job id: minute before which it is not through}
    :param int horizon: the minute until which time has a price
    :param int above: a cost that the best plan is not far from, to step towards
    :rtype: int
    """
    pinned = [job for job in jobs if job.start is not None]
    fixed = sum(_get_costs(problem, job, earliest[job.id]) for job in pinned)
    free = [job for job in jobs if job.start is None]
    if not free:
        return int(fixed)
    return int(fixed + _Prices(problem, free, earliest, horizon).raise_to(above) - 1)


def _get_costs(problem, job, ends):
    """Return what it costs to have a job through at some minutes."""
    weights = problem.weights
    late = np.maximum(ends - job.due, 0) if job.due is not None else 0
    return job.weight * (weights.waiting * ends + weights.late * late)


class _Prices:
    """The prices of each group of printers, and what every print would choose."""

    def __init__(self, problem, jobs, earliest, horizon):
        self.jobs = jobs
        longest = max(job.minutes for job in jobs)
        self.step = max(-(-(horizon + longest) // CELLS), LEAST_MINUTES)
        # Time has a price up to the last of these minutes.
        self.cells = -(-max(horizon, 1) // self.step)
        self.minutes = self.cells * self.step
        starts = np.arange(0, self.minutes + longest, self.step)
        groups = self._group(problem)
        self.room = np.array([self._get_room(group) for group in groups])
        costs, ends, self.row_job, self.row_group = [], [], [], []
        for number, group in enumerate(groups):
            back = self._get_back(problem, group, starts[-1] + longest + 1)
            ids = {printer.id for printer in group}
            for place, job in enumerate(jobs):
                if not any(item.id in ids for item in problem.candidates[job.id]):
                    continue
                row = _get_costs(
                    problem, job, np.maximum(starts + job.minutes, earliest[job.id])
                ).astype(float)
                # It may start at any minute of a cell, the last one included.
                # What comes later than all prices goes where there are none.
                row[:-1][starts[:-1] + self.step <= job.release] = np.inf
                costs.append(row)
                ends.append(np.minimum(back[starts + job.minutes], self.minutes))
                self.row_job.append(place)
                self.row_group.append(number)
        self.costs, self.ends = np.array(costs), np.array(ends)
        self.row_job, self.row_group = np.array(self.row_job), np.array(self.row_group)
        # A print that starts late in its cell takes that much less of it.
        self.starts = np.minimum(starts + self.step, self.minutes)
        self.first_rows = np.argsort(self.row_job, kind="stable")
        self.cuts = np.searchsorted(self.row_job[self.first_rows], np.arange(len(jobs)))

    def _group(self, problem):
        """Return the printers by what they can print; all in one if that is much."""
        users = {printer.id: set() for printer in problem.printers}
        for job in self.jobs:
            for printer in problem.candidates[job.id]:
                users[printer.id].add(job.id)
        groups = {}
        for printer in problem.printers:
            if users[printer.id]:
                key = frozenset(users[printer.id]), printer.needs_clearing
                groups.setdefault(key, []).append(printer)
        rows = sum(len(key[0]) for key in groups)
        if rows > ROWS_A_JOB * len(self.jobs) or len(groups) * self.minutes > MINUTES:
            return [[item for group in groups.values() for item in group]]
        return list(groups.values())

    def _get_room(self, group):
        """Return the minutes that a group has in each cell."""
        edges = np.arange(self.cells + 1) * self.step
        free = sum(np.maximum(edges - printer.busy_until, 0) for printer in group)
        return np.diff(free).astype(float)

    def _get_back(self, problem, group, minutes):
        """Return for each minute when a printer is free that is through then."""
        back = np.arange(minutes)
        if problem.shop.clear_minutes and all(item.needs_clearing for item in group):
            for start, end in problem.attended.inverted(0, minutes):
                back[start:end] = end
        return back

    def raise_to(self, above):
        """Return the best bound that is found on the way."""
        prices = np.zeros_like(self.room)
        best, best_prices, pace, failed = -np.inf, prices, 1.0, 0
        entries = self.costs.size + 3 * len(self.room) * self.minutes
        for _step in range(max(min(STEPS, ENTRIES // entries), 1)):
            bound, used = self._choose(prices)
            if bound > best:
                best, best_prices, failed = bound, prices, 0
            else:
                failed += 1
                if failed >= PATIENCE:
                    pace, failed, prices = pace * SMALLER, 0, best_prices
                    bound, used = self._choose(prices)
            excess = used - self.room
            # Time left over that costs nothing does not get cheaper.
            excess[(prices <= 0) & (excess < 0)] = 0
            norm = float((excess**2).sum())
            gap = (above if above > best else 1.1 * abs(best)) - bound
            if not norm or gap <= 0:
                break
            prices = np.maximum(prices + pace * gap / norm * excess, 0.0)
        return best

    def _choose(self, prices):
        """Let every print choose; the bound, and the minutes used of each cell."""
        # What all time before a minute costs, at every minute.
        sums = np.zeros((len(prices), self.minutes + 1))
        np.cumsum(np.repeat(prices, self.step, axis=1), axis=1, out=sums[:, 1:])
        total = np.empty(len(self.costs))
        where = np.empty(len(self.costs), dtype=int)
        for number, row_sums in enumerate(sums):
            rows = np.flatnonzero(self.row_group == number)
            paid = row_sums[self.ends[rows]]
            paid -= row_sums[self.starts]
            np.maximum(paid, 0.0, out=paid)
            paid += self.costs[rows]
            where[rows] = paid.argmin(axis=1)
            total[rows] = paid[np.arange(len(rows)), where[rows]]
        bound, changes = 0.0, np.zeros((len(prices), self.minutes + 1))
        ordered = self.first_rows
        for first, last in zip(self.cuts, [*self.cuts[1:], len(ordered)], strict=True):
            rows = ordered[first:last]
            row = rows[total[rows].argmin()]
            bound += total[row]
            start, end = self.starts[where[row]], self.ends[row, where[row]]
            if end > start:
                changes[self.row_group[row], start] += 1
                changes[self.row_group[row], end] -= 1
        used = np.cumsum(changes[:, :-1], axis=1)
        used = used.reshape(len(prices), self.cells, self.step).sum(axis=2)
        return bound - float((prices * self.room).sum()), used
