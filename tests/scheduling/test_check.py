"""The checker finds whatever is wrong with a plan."""

from dataclasses import replace

import pytest
from scheduling import heuristic
from scheduling.capability import Capability
from scheduling.check import check
from scheduling.problem import Problem
from scheduling.shop import (
    Filament,
    Job,
    Placing,
    Plan,
    Printer,
    Shop,
)

BLACK, WHITE = Filament(1, 1), Filament(2, 1)
SHOP = Shop(clear_minutes=3, colour_minutes=5, power_watts=600, heat_minutes=5)


@pytest.fixture
def problem():
    printers = [
        Printer(
            number,
            Capability(bed_mm=(200.0,) * 3),
            (BLACK,),
            watts=100,
            heat_watts=400,
            closed=((900, 1000),),
        )
        for number in (1, 2)
    ]
    jobs = [
        Job(1, 60, (BLACK,), release=10),
        Job(2, 60, (WHITE,), printer_id=1),
        Job(3, 60, (WHITE,), printer_id=2, start=300),
        Job(4, 60, (BLACK,), blocked="no_filament"),
    ]
    return Problem(jobs, printers, ((0, 600), (1200, 1500)), SHOP)


@pytest.fixture
def plan(problem):
    return heuristic.follow(problem)


def test_a_right_plan(problem, plan):
    assert check(problem, plan) == []
    assert set(plan.placings) == {1, 2, 3}


@pytest.mark.parametrize(
    "job_id, values, words",
    [
        (2, {"printer_id": 2}, "stay on printer 1"),
        (2, {"printer_id": 9}, "unknown"),
        (2, {"end": 9999}, "takes 60 minutes"),
        (3, {"start": 310, "end": 370}, "pinned to minute 300"),
        (1, {"start": 5, "end": 65}, "before minute 10"),
        (2, {"setup": 0}, "its change takes"),
        (2, {"swaps": 0}, "1 swaps, not 0"),
        (2, {"start": 700, "end": 760}, "nobody is there"),
        (1, {"start": 880, "end": 940, "setup": 0}, "closed from 900"),
    ],
)
def test_what_is_wrong(problem, plan, job_id, values, words):
    plan.placings[job_id] = replace(plan.placings[job_id], **values)
    assert any(words in sentence for sentence in check(problem, plan))


def test_places_and_reasons(problem, plan):
    del plan.placings[2]
    assert check(problem, plan) == ["job 2 has neither place nor reason"]
    plan.unplaced[2] = "", {}
    assert check(problem, plan) == ["job 2 has no place, and no reason is given"]
    plan.unplaced[2] = "pin_taken", {}
    assert check(problem, plan) == ["job 2 is not pinned to a time"]
    plan.unplaced[3] = "horizon", {}
    assert check(problem, plan) == ["job 3 has a place and a reason for none"]


def test_blocked_and_unknown_jobs(problem, plan):
    del plan.unplaced[4]
    plan.placings[4] = Placing(4, 2, 400, 460, 8, 1)
    assert "job 4 cannot be printed: no_filament" in check(problem, plan)
    assert check(problem, Plan({8: plan.placings[4]}))[0] == (
        "job 8 is not of this problem"
    )


def test_hands_and_power():
    """Two changes at once by one person, two heat-ups at once of 600 W."""
    printers = [
        Printer(number, loaded=(BLACK,), watts=100, heat_watts=400) for number in (1, 2)
    ]
    jobs = [Job(number, 60, (WHITE,), printer_id=number) for number in (1, 2)]
    problem = Problem(jobs, printers, ((0, 600),), SHOP)
    both = Plan({number: Placing(number, number, 5, 65, 5, 1) for number in (1, 2)})
    assert check(problem, both) == [
        "minute 0: 2 changes at once",
        "minute 5: 800 W of 600 W",
        "minute 5: 800 W of 600 W",
    ]
    assert check(problem, heuristic.fifo(problem)) == []
    alone = Problem(jobs, printers, ((0, 600),), replace(SHOP, people=2, power_watts=0))
    assert check(alone, both) == []


def test_one_after_the_other(problem, plan):
    first = plan.placings[2]
    plan.placings[1] = replace(
        plan.placings[1], printer_id=1, start=first.end - 1, end=first.end + 59
    )
    assert any("printer free at" in words for words in check(problem, plan))
