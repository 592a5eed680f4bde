"""Make a plan better, piece by piece, for as long as one wants to wait.

Again and again some printers and a stretch of their prints are planned anew by the
solver while the rest stays; what is better is kept. So a farm of any size gets better
from the first second on, and every plan on the way keeps all rules. A small farm is
at last planned as a whole, which also tells how much better any plan could be.
"""

import time
from dataclasses import dataclass
from random import Random

from .bound import get_bound
from .check import check
from .heuristic import more_plans, replay
from .model import Part
from .pieces import choose, put_in
from .shop import (
    Figures,
    Plan,
)
from .solver import solve

# Prints of a piece: where it begins, and within what it grows and shrinks.
PIECE, SMALLEST, LARGEST = 10, 6, 20
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
        part = choose(self.problem, self.plan, self.size, self.random)
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

    def _take(self, part, solution):
        """Carry a solution out exactly, and keep it when that is better."""
        problem = self.problem
        plan = replay(problem, put_in(self.plan, part, solution))
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
