"""Why here, why then."""

from hypothesis import given
from problems import DAY, problems
from scheduling import heuristic
from scheduling.capability import Capability, Requirement
from scheduling.explain import explain
from scheduling.problem import Problem
from scheduling.shop import (
    NO_PRINTER,
    NOBODY,
    NOT_THERE,
    PIN_CLOSED,
    PIN_TAKEN,
    POWER,
    TOO_LONG,
    Filament,
    Job,
    Printer,
    Shop,
)

BLACK, WHITE, PETG = Filament(1, 1), Filament(2, 1), Filament(3, 2)
SHOP = Shop(clear_minutes=3, colour_minutes=5, material_minutes=10)
# From the moment on for two hours, and every day from 8 to 16 of the plan's clock.
DAYS = ((0, 120), *((day * DAY + 480, day * DAY + 960) for day in range(1, 20)))


def tell(jobs, printers, attended=DAYS, shop=SHOP, planner=heuristic.follow):
    problem = Problem(jobs, printers, attended, shop)
    plan = planner(problem)
    return explain(problem, plan), plan


@given(problems())
def test_every_job_has_a_reason(problem):
    plan = heuristic.plan(problem)
    reasons = explain(problem, plan)
    assert set(reasons) == set(problem.job_of)
    assert all(reasons.values())


def test_loaded_and_at_once():
    printers = [Printer(1, loaded=(WHITE,)), Printer(2, loaded=(BLACK,))]
    reasons, plan = tell([Job(1, 60, (BLACK,), due=100)], printers)
    assert plan.placings[1].printer_id == 2
    assert reasons[1] == [
        ("loaded", {}),
        ("at_once", {}),
        ("alone", {}),
        ("in_time", {"minutes": 40}),
    ]


def test_waits_for_somebody_in_the_morning():
    """After a print of three hours nobody is there to take it off."""
    reasons, plan = tell(
        [Job(1, 180, (BLACK,), rank=1), Job(2, 60, (BLACK,), rank=2, due=200)],
        [Printer(1, loaded=(BLACK,))],
    )
    assert plan.placings[2].start == DAY + 480 + 3
    assert reasons[2] == [
        ("only", {}),
        ("person", {"at": DAY + 480}),
        ("clearing", {}),
        ("late", {"minutes": DAY + 480 + 3 + 60 - 200}),
    ]


def test_starts_by_itself_at_night_where_nothing_is_to_do():
    reasons, plan = tell(
        [Job(1, 180, (BLACK,), rank=1), Job(2, 60, (BLACK,), rank=2)],
        [Printer(1, loaded=(BLACK,), needs_clearing=False)],
    )
    assert plan.placings[2].start == 180
    assert reasons[2][1:] == [("after", {"job_id": 1}), ("alone", {})]


def test_waits_for_hands():
    """One person, two printers: the second change begins after the first."""
    reasons, _plan = tell(
        [Job(1, 60, (WHITE,), printer_id=1), Job(2, 60, (PETG,), printer_id=2)],
        [Printer(1, loaded=(BLACK,)), Printer(2, loaded=(BLACK,))],
    )
    assert reasons[1][:2] == [("chosen", {}), ("at_once", {})]
    assert reasons[2][1] == ("hands", {"at": 5})
    assert reasons[2][2] == ("swaps", {"filaments": [3], "minutes": 10})


def test_waits_for_printer_filament_and_hours():
    jobs = [Job(1, 60, (BLACK,))]
    reasons, _plan = tell(jobs, [Printer(1, loaded=(BLACK,), busy_until=50)])
    assert reasons[1][1] == ("busy", {"at": 50})
    late = [Job(1, 60, (BLACK,), release=500)]
    reasons, _plan = tell(late, [Printer(1, loaded=(BLACK,))])
    assert reasons[1][1] == ("arrival", {"at": 500})
    reasons, _plan = tell(jobs, [Printer(1, loaded=(BLACK,), closed=((10, 70),))])
    assert reasons[1][1] == ("closed", {"at": 70, "until": 10})
    reasons, _plan = tell(jobs, [Printer(1, loaded=(BLACK,), closed=((0, 70),))])
    assert reasons[1][1] == ("closed", {"at": 70})


def test_heat_ups_are_staggered():
    shop = Shop(power_watts=650, heat_minutes=10)
    printers = [
        Printer(number, loaded=(BLACK,), watts=100, heat_watts=400) for number in (1, 2)
    ]
    reasons, plan = tell(
        [Job(1, 60, (BLACK,)), Job(2, 60, (BLACK,), rank=1)], printers, shop=shop
    )
    assert {placing.start for placing in plan.placings.values()} == {0, 10}
    assert reasons[2][1] == ("watts", {"limit": 650})


def test_nozzle_is_changed():
    capability = Capability(nozzle_mms=(0.4, 0.6), mounted_mms=(0.4,))
    job = Job(1, 60, (BLACK,), Requirement(nozzle_mm=0.6))
    reasons, plan = tell([job], [Printer(1, capability, loaded=(BLACK,))])
    assert plan.placings[1].setup == SHOP.nozzle_minutes
    assert ("nozzle", {}) in reasons[1]


def get_reason(job, printer=None, **kwargs):
    _reasons, plan = tell([job], [printer or Printer(1, loaded=(BLACK,))], **kwargs)
    return plan.unplaced[job.id]


def test_without_a_place():
    large = Job(1, 60, (BLACK,), Requirement(size_mm=(300.0, 10.0, 10.0)))
    small = Printer(1, Capability(bed_mm=(200.0, 200.0, 200.0)), (BLACK,))
    assert get_reason(large, small) == (NO_PRINTER, {})
    assert get_reason(Job(1, 60, (BLACK,), printer_id=7)) == (
        NOT_THERE,
        {"printer_id": 7},
    )
    by_day = Printer(1, loaded=(BLACK,), closed=((500, 10**9),))
    assert get_reason(Job(1, 600, (BLACK,)), by_day) == (
        TOO_LONG,
        {"longest": 500, "wanted": 600},
    )
    assert get_reason(Job(1, 60, (WHITE,)), attended=()) == (NOBODY, {})
    hungry = Printer(1, loaded=(BLACK,), watts=900)
    assert get_reason(Job(1, 60, (BLACK,)), hungry, shop=Shop(power_watts=500)) == (
        POWER,
        {"limit": 500, "wanted": 900},
    )


def test_pins_in_each_others_way():
    jobs = [
        Job(1, 60, (BLACK,), printer_id=1, start=100),
        Job(2, 60, (BLACK,), printer_id=1, start=130),
        Job(3, 60, (BLACK,), printer_id=1, start=300),
    ]
    _reasons, plan = tell(jobs, [Printer(1, loaded=(BLACK,), closed=((320, 330),))])
    assert plan.placings[1].start == 100
    assert plan.unplaced == {2: (PIN_TAKEN, {"until": 163}), 3: (PIN_CLOSED, {})}
