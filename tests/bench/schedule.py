"""What plans come to: first in first out, the rules, the solver, and its bound.

Farms of 3 printers and 40 runs, 20 and 200, 50 and 500 are made by seeds; each is
planned three times, and every plan has to keep every rule. Late hours, swaps and the
time until all is printed are means over the seeds. Points are what plans are compared
by (see docs/schedule.md); the bound is what no plan at all is below.
"""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [
    str(ROOT / "addons" / "print3d_production"),
    str(ROOT / "tests" / "scheduling"),
]

# Without a database it runs where no Odoo is.
DATABASE = False
SIZES = ((3, 40), (20, 200), (50, 500))
SEEDS, SECONDS = 3, 60.0
# Seconds in which the rules have to answer, of processor time.
LIMIT = 1.0
NAMES = {"fifo": "first in, first out", "rules": "rules", "solver": "solver"}


def add_arguments(parser):
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="for the solver, each time"
    )
    parser.add_argument("--smallest", action="store_true", help="only 3 printers")
    parser.add_argument(
        "--rounds", type=int, default=None, help="end the solver after so many pieces"
    )


def run(_env, args):
    """Plan all farms; print and return what came of it."""
    result = {}
    for printers, jobs in SIZES[:1] if args.smallest else SIZES:
        rows = [
            measure(printers, jobs, seed, args) for seed in range(1, args.seeds + 1)
        ]
        result[f"{printers} x {jobs}"] = means = {
            name: {
                key: round(sum(row[name][key] for row in rows) / len(rows), 2)
                for key in rows[0][name]
            }
            for name in rows[0]
        }
        show(printers, jobs, means, args)
    return result


def measure(printers, jobs, seed, args):
    """Plan one farm in three ways; figures of each."""
    from farms import make_farm
    from scheduling import heuristic
    from scheduling.check import check
    from scheduling.improve import improve

    problem = make_farm(printers, jobs, seed)
    plans, found = {}, {}
    for name, planner in (("fifo", heuristic.fifo), ("rules", heuristic.plan)):
        # What follows from the problem is worked out by each.
        fresh = problem.replaced()
        start, work = time.perf_counter(), time.process_time()
        plans[name] = planner(fresh)
        found[name] = {
            "seconds": time.perf_counter() - start,
            "processor": time.process_time() - work,
        }
    start, work = time.perf_counter(), time.process_time()
    outcome = improve(
        problem, plans["rules"], seconds=args.seconds, rounds=args.rounds, seed=seed
    )
    plans["solver"] = outcome.plan
    found["solver"] = {
        "seconds": time.perf_counter() - start,
        "processor": time.process_time() - work,
    }
    for name, plan in plans.items():
        wrong = check(problem, plan)
        assert not wrong, f"{name}, {printers} printers, seed {seed}: {wrong[0]}"
        figures = problem.measure(plan)
        found[name] |= {
            "late_hours": figures.late_minutes / 60,
            "late_runs": figures.late_jobs,
            "swaps": figures.swaps,
            "makespan_hours": figures.makespan / 60,
            "points": figures.cost / 60,
        }
    costs = [problem.measure(plans[name]).cost for name in ("rules", "solver")]
    assert costs[1] <= costs[0], "the solver made it worse"
    assert outcome.bound <= costs[1], "the bound is above a plan"
    found["bound"] = {"points": outcome.bound / 60, "rounds": outcome.rounds}
    return found


def show(printers, jobs, means, args):
    """Print the figures of one size."""
    print(f"\n{printers} printers, {jobs} runs (mean of {args.seeds})")
    print(
        f"{'':<22}{'late':>12}{'late runs':>11}{'swaps':>8}{'all printed':>13}"
        f"{'points':>10}{'took':>9}{'cpu':>8}"
    )
    for name, words in NAMES.items():
        row = means[name]
        print(
            f"{words:<22}{row['late_hours']:>10.1f} h{row['late_runs']:>11.1f}"
            f"{row['swaps']:>8.1f}{row['makespan_hours']:>11.1f} h"
            f"{row['points']:>10.0f}{row['seconds']:>7.2f} s{row['processor']:>6.2f} s"
        )
    bound = means["bound"]["points"]
    solver = means["solver"]["points"]
    print(
        f"{'bound':<22}{bound:>54.0f}   no plan is more than "
        f"{100 * (1 - bound / solver):.0f} % better"
    )
    if means["rules"]["processor"] > LIMIT:
        print(f"The rules took longer than {LIMIT:g} s.")
    sys.stdout.flush()
