"""Make a plan better, piece by piece, for as long as one wants to wait.

Again and again some printers and a stretch of their prints are planned anew by the
solver while the rest stays; what is better is kept. So a farm of any size gets better
from the first second on, and every plan on the way keeps all rules. A small farm is
at last planned as a whole, which also tells how much better any plan could be.
"""

import time
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from random import Random

from .bound import get_bound
from .check import check
from .heuristic import more_plans, replay
from .model import Part
from .shop import (
    Figures,
    Plan,
)
from .solver import solve

# Prints of a piece: where it begins, and within what it grows and shrinks.
PIECE, SMALLEST, LARGEST = 10, 6, 20
PRINTERS = 3
# Deterministic seconds of CP-SAT for a piece, for one round of the whole.
PIECE_EFFORT, WHOLE_EFFORT = 0.15, 1000.0
# A farm is planned as a whole when its circuits have no more arcs than this.
WHOLE_ARCS = 12_000
# The share of the time after which it is, and the rounds without a better plan.
WHOLE_FROM, PATIENCE = 0.5, 40
# The share of the time after which no more rules are tried.
RULES_UNTIL = 0.25
TELL_EVERY = 1.0


@dataclass
class Outcome:
    """What came out: `bound` is what no plan is better than, in the same points."""

    plan: Plan
    figures: Figures
    bound: int
    rounds: int
    is_optimal: bool


class Improver:
    """Improves one plan of one problem.

    :param problem: the Problem
    :param plan: a plan that keeps the rules
    :param float seconds: how long to go on
    :param int rounds: how many pieces to plan anew at most; with it, and with time
        enough, the same seed comes to the same plan
    :param int workers: threads of the solver, 1 or 2
    :param int seed: of everything left to chance
    :param progress: a function called about every second with what is known: `share`
        of the time gone, the best `plan` and its `figures`, `bound`, `rounds`
    :param go_on: a function; it ends soon after this returns false
    :raises SolverMissingError: OR-Tools is not there
    :raises ValueError: the plan does not keep the rules
    """

    def __init__(
        self,
        problem,
        plan,
        seconds=30.0,
        rounds=None,
        workers=1,
        seed=1,
        progress=None,
        go_on=None,
    ):
        wrong = check(problem, plan)
        if wrong:
            raise ValueError(f"this is no plan to improve: {wrong[0]}")
        self.problem, self.plan = problem, plan
        self.figures = problem.measure(plan)
        self.seconds, self.limit, self.workers = seconds, rounds, workers
        self.random = Random(seed)
        self.progress, self.ask = progress, go_on
        self.bound = get_bound(problem, self.figures)
        self.rounds = self.failed = 0
        self.size = PIECE
        self.is_optimal = False
        self.begun = self.told = time.monotonic()

    def run(self):
        """Improve the plan until the time is over.

        :rtype: Outcome
        """
        self._tell(force=True)
        self._try_rules()
        is_small = self._count_arcs() <= WHOLE_ARCS and self.limit is None
        while self._goes_on() and not self._is_perfect():
            if is_small and (self._share() >= WHOLE_FROM or self.failed >= PATIENCE):
                self._plan_whole()
                is_small = False
                self.failed = 0
            elif not self._plan_piece():
                break
            self._tell()
        if self.figures.cost <= self.bound:
            self.is_optimal = True
        self._tell(force=True)
        return Outcome(
            self.plan,
            self.figures,
            min(self.bound, self.figures.cost),
            self.rounds,
            self.is_optimal,
        )

    def _try_rules(self):
        """Look at what other rules come by before anything is improved."""
        for plan in more_plans(self.problem):
            if not self._goes_on() or self._share() > RULES_UNTIL:
                return
            figures = self.problem.measure(plan)
            if figures.cost < self.figures.cost:
                self.plan, self.figures = plan, figures
            self._tell()

    # === TIME === #

    def _share(self):
        return min((time.monotonic() - self.begun) / max(self.seconds, 1e-6), 1.0)

    def _goes_on(self):
        if self.limit is not None and self.rounds >= self.limit:
            return False
        return self._share() < 1.0 and (self.ask is None or bool(self.ask()))

    def _is_perfect(self):
        return self.is_optimal or self.figures.cost <= self.bound

    def _look(self):
        """Tell how far it is while the solver works; false when it is to stop."""
        self._tell()
        return self._share() < 1.0 and (self.ask is None or bool(self.ask()))

    def _tell(self, force=False):
        now = time.monotonic()
        if self.progress and (force or now - self.told >= TELL_EVERY):
            self.told = now
            self.progress(
                {
                    "share": self._share(),
                    "plan": self.plan,
                    "figures": self.figures,
                    "bound": min(self.bound, self.figures.cost),
                    "rounds": self.rounds,
                }
            )

    # === PIECES === #

    def _plan_piece(self):
        """Plan some prints of some printers anew; false when there is nothing to."""
        part = self._choose()
        if part is None:
            return False
        self.rounds += 1
        left = self.seconds * (1.0 - self._share())
        solution = solve(
            self.problem,
            part,
            PIECE_EFFORT,
            max(left, 0.1),
            self.workers,
            self.random.randrange(2**30),
            self._look,
        )
        is_better = solution is not None and self._take(part, solution)
        self.failed = 0 if is_better else self.failed + 1
        if solution is not None and solution.is_optimal:
            self.size = min(self.size + 1, LARGEST)
        else:
            self.size = max(self.size - 2, SMALLEST)
        return True

    def _choose(self):
        """Return what is planned anew next (Part), or ``None``."""
        problem, rows = self.problem, self.plan.by_printer()
        free = [
            placing
            for placing in self.plan.placings.values()
            if problem.job_of[placing.job_id].start is None
        ]
        if not free:
            return None
        first = self._pick(free)
        candidates = problem.candidates[first.job_id]
        others = [item for item in candidates if item.id != first.printer_id]
        self.random.shuffle(others)
        printers = [problem.printer_of[first.printer_id], *others[: PRINTERS - 1]]
        ids = {printer.id for printer in printers}
        # Where it begins: before the print it is about, or anywhere.
        start = self.random.choice(
            (first.start, first.start // 2, self.random.choice(free).start)
        )
        pieces = sorted(
            (
                placing
                for printer_id in ids
                for placing in rows.get(printer_id, ())
                if placing.start >= start or placing.job_id == first.job_id
            ),
            key=lambda placing: (placing.start, placing.job_id),
        )
        at = min(placing.start for placing in pieces)
        pieces = sorted(
            (
                placing
                for printer_id in ids
                for placing in rows.get(printer_id, ())
                if placing.start >= min(at, start)
            ),
            key=lambda placing: (placing.start, placing.job_id),
        )[: self.size]
        return self._get_part(printers, {item.job_id for item in pieces}, rows)

    def _pick(self, free):
        """Return a print that costs something, or by chance any."""
        problem = self.problem
        if self.random.random() < 0.3:
            return self.random.choice(free)
        prices = []
        for placing in free:
            job = problem.job_of[placing.job_id]
            late = max(placing.end - job.due, 0) if job.due is not None else 0
            prices.append(
                1
                + problem.weights.late * job.weight * min(late, 600)
                + problem.weights.swap * 60 * placing.swaps
            )
        return self.random.choices(free, prices)[0]

    def _get_part(self, printers, ids, rows):
        problem = self.problem
        tails, states, after, fixed = {}, {}, {}, []
        weights = problem.weights
        printer_ids = {printer.id for printer in printers}
        makespan = 0
        for printer in problem.printers:
            row = rows.get(printer.id, ())
            if printer.id not in printer_ids:
                fixed += row
                makespan = max(makespan, row[-1].end if row else 0)
                continue
            tail, state = printer.busy_until, problem.get_first_state(printer)
            price, is_behind = 0, False
            for placing in row:
                job = problem.job_of[placing.job_id]
                if placing.job_id in ids:
                    is_behind = True
                elif is_behind:
                    price += weights.waiting * job.weight
                    if job.due is not None and placing.end >= job.due:
                        price += weights.late * job.weight
                else:
                    tail = placing.end
                    state = problem.get_change(printer, state, job).after
                    fixed.append(placing)
            tails[printer.id], states[printer.id] = tail, state
            after[printer.id] = price
        jobs = [job for job in problem.jobs if job.id in ids]
        return Part(jobs, printers, tails, states, self.plan, fixed, after, makespan)

    def _take(self, part, solution):
        """Carry a solution out exactly, and keep it when that is better."""
        problem = self.problem
        rows = {
            printer_id: list(row) for printer_id, row in self.plan.by_printer().items()
        }
        moved = {placing.job_id for placing in solution.placings}
        for printer in part.printers:
            row = rows.get(printer.id, [])
            new = sorted(
                (item for item in solution.placings if item.printer_id == printer.id),
                key=lambda item: (item.start, item.job_id),
            )
            places = [number for number, item in enumerate(row) if item.job_id in moved]
            kept = [item for item in row if item.job_id not in moved]
            if places:
                cut = places[0]
            else:
                cut = sum(item.end <= part.tails[printer.id] for item in kept)
            rows[printer.id] = [*kept[:cut], *new, *kept[cut:]]
        plan = replay(problem, merge(rows))
        figures = problem.measure(plan)
        if figures.cost > self.figures.cost or check(problem, plan):
            return False
        is_better = figures.cost < self.figures.cost
        self.plan, self.figures = plan, figures
        return is_better

    # === THE WHOLE === #

    def _count_arcs(self):
        counts = {}
        for job in self.problem.jobs:
            for printer in self.problem.candidates[job.id]:
                counts[printer.id] = counts.get(printer.id, 0) + 1
        return sum(count * count for count in counts.values())

    def _plan_whole(self):
        """Plan all at once: a better plan perhaps, and a bound in any case."""
        problem = self.problem
        jobs = [job for job in problem.jobs if job.id in self.plan.placings]
        part = Part(
            jobs,
            list(problem.printers),
            {item.id: item.busy_until for item in problem.printers},
            {item.id: problem.get_first_state(item) for item in problem.printers},
            self.plan,
        )
        solution = solve(
            problem,
            part,
            WHOLE_EFFORT,
            max(self.seconds * (1.0 - self._share()), 0.1),
            self.workers,
            self.random.randrange(2**30),
            self._look,
        )
        self.rounds += 1
        if solution is None:
            return
        if not self.plan.unplaced:
            self.bound = max(self.bound, solution.bound)
        self._take(part, solution)


def improve(problem, plan, **options):
    """Improve a plan; the options are those of `Improver`.

    :rtype: Outcome
    """
    return Improver(problem, plan, **options).run()


def merge(rows):
    """Put the prints of several printers into one order in which to place them.

    The order of each printer stays; between printers what starts earlier is earlier.

    :param dict rows: {printer id: placings in the order of the printer}
    :return: pairs of (job id, printer id)
    :rtype: list[tuple]
    """
    heads = [(row[0].start, printer_id, 0) for printer_id, row in rows.items() if row]
    heapify(heads)
    merged = []
    while heads:
        start, printer_id, place = heads[0]
        row = rows[printer_id]
        merged.append((row[place].job_id, printer_id))
        if place + 1 == len(row):
            heappop(heads)
        else:
            heapreplace(
                heads, (max(start, row[place + 1].start), printer_id, place + 1)
            )
    return merged
