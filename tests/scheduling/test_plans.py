"""Every plan keeps every rule, whoever made it."""

from dataclasses import replace

import pytest
from farms import make_farm
from hypothesis import given, settings
from problems import problems
from scheduling import heuristic
from scheduling.bound import get_bound
from scheduling.check import check
from scheduling.improve import improve
from scheduling.problem import Problem
from scheduling.shop import (
    Job,
    Plan,
    Printer,
    Shop,
)

PLANNERS = (heuristic.fifo, heuristic.follow, heuristic.plan)


@given(problems())
@settings(max_examples=300)
def test_plans_keep_the_rules(problem):
    for planner in PLANNERS:
        plan = planner(problem)
        assert check(problem, plan) == [], planner.__name__


@given(problems())
@settings(max_examples=150)
def test_more_plans_keep_the_rules(problem):
    for plan in heuristic.more_plans(problem):
        assert check(problem, plan) == []


@given(problems(most=6))
@settings(max_examples=40)
def test_solver_keeps_the_rules_and_is_never_worse(problem):
    before = heuristic.fifo(problem)
    outcome = improve(problem, before, seconds=30, rounds=3)
    assert check(problem, outcome.plan) == []
    assert outcome.figures.cost <= problem.measure(before).cost
    assert outcome.bound <= outcome.figures.cost


@given(problems())
@settings(max_examples=100)
def test_same_problem_has_same_plan(problem):
    for planner in PLANNERS:
        assert planner(problem) == planner(problem.replaced()), planner.__name__


@given(problems())
@settings(max_examples=100)
def test_no_plan_is_better_than_the_bound(problem):
    bound = get_bound(problem)
    for planner in PLANNERS:
        assert problem.measure(planner(problem)).cost >= bound


@pytest.mark.parametrize("release", [0, 300, 100_000])
@pytest.mark.parametrize("is_pinned_to_printers", [False, True])
def test_the_bound_of_one_print_a_printer_is_what_it_comes_to(
    release, is_pinned_to_printers
):
    """Also of what comes later than anything that has a price."""
    printers = [Printer(number, needs_clearing=False) for number in (1, 2)]
    jobs = [
        Job(number, 120, release=release, due=60, printer_id=printer_id)
        for number, printer_id in ((1, 1), (2, 2))
    ]
    if not is_pinned_to_printers:
        jobs = [replace(job, printer_id=None) for job in jobs]
    problem = Problem(jobs, printers, [(0, 10**6)], Shop(clear_minutes=0))
    cost = problem.measure(heuristic.plan(problem)).cost
    assert cost * 0.95 < get_bound(problem) <= cost


@given(problems())
def test_what_has_no_place_has_none_in_any_plan(problem):
    """All of them know the same reasons but for pins, which come first in all."""
    lost = {frozenset(planner(problem).unplaced) for planner in PLANNERS}
    assert len(lost) == 1


@given(problems())
def test_nothing_begins_on_a_printer_that_prints(problem):
    for planner in PLANNERS:
        for placing in planner(problem).placings.values():
            printer = problem.printer_of[placing.printer_id]
            assert placing.start - placing.setup >= printer.busy_until


@given(problems())
def test_pins_are_kept(problem):
    for planner in PLANNERS:
        for placing in planner(problem).placings.values():
            job = problem.job_of[placing.job_id]
            assert job.start in (None, placing.start)
            assert job.printer_id in (None, placing.printer_id)


@pytest.mark.parametrize("seed", range(1, 4))
def test_solver_finds_the_same_with_the_same_seed(seed):
    problem = make_farm(3, 18, seed)
    begun = heuristic.fifo(problem)
    plans = [
        improve(problem, begun, seconds=600, rounds=4, seed=seed).plan
        for _turn in range(2)
    ]
    assert plans[0] == plans[1]
    assert problem.measure(plans[0]).cost < problem.measure(begun).cost


@pytest.mark.parametrize("size", [(3, 40), (20, 200)])
def test_rules_beat_first_in_first_out(size):
    for seed in (1, 2):
        problem = make_farm(*size, seed)
        first = problem.measure(heuristic.fifo(problem))
        planned = problem.measure(heuristic.plan(problem))
        assert planned.late_minutes < first.late_minutes / 5
        assert planned.cost < first.cost


def test_solver_refuses_a_plan_that_breaks_rules():
    problem = make_farm(3, 5, 1)
    with pytest.raises(ValueError, match="neither place nor reason"):
        improve(problem, Plan(), seconds=1)
