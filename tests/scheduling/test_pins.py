"""Pins that cannot be kept move to the first time that is possible."""

from hypothesis import given
from problems import problems
from scheduling import heuristic
from scheduling.check import check
from scheduling.pins import move_overtaken
from scheduling.problem import Problem
from scheduling.shop import PIN_CLOSED, PIN_TAKEN, Filament, Job, Printer, Shop

BLACK = Filament(1, 1)
SHOP = Shop(clear_minutes=3, colour_minutes=5)
DAY = 1440


def make(starts, **values):
    """Return a problem of one printer and prints of an hour pinned to its minutes."""
    jobs = [
        Job(number, 60, (BLACK,), printer_id=1, start=start)
        for number, start in enumerate(starts, 1)
    ]
    printer = Printer(1, loaded=(BLACK,), **values)
    return Problem(jobs, [printer], [(0, 4 * DAY)], SHOP)


def get_starts(problem):
    return [job.start for job in move_overtaken(problem).jobs]


def test_a_time_that_can_be_kept_is_kept():
    assert get_starts(make([90, 30], needs_clearing=False)) == [90, 30]


def test_a_time_that_is_over_becomes_now():
    assert get_starts(make([-100], needs_clearing=False)) == [0]
    assert get_starts(make([-100], is_dirty=True)) == [3]


def test_what_prints_is_waited_for():
    assert get_starts(make([30], busy_until=50)) == [53]


def test_what_is_late_holds_up_the_next():
    assert get_starts(make([30, 90], busy_until=50)) == [53, 53 + 60 + 3]
    assert get_starts(make([30, 200], busy_until=50)) == [53, 200]


def test_it_waits_until_the_printer_is_open():
    closed = ((100, 600),)
    late = make([60], busy_until=70, needs_clearing=False, closed=closed)
    assert get_starts(late) == [600]
    # Who pinned it into closed hours is told, and not moved.
    wished = make([90], needs_clearing=False, closed=closed)
    assert get_starts(wished) == [90]
    plan = heuristic.follow(move_overtaken(wished))
    assert plan.unplaced[1][0] == PIN_CLOSED


def test_two_pins_at_one_time_stay_so():
    problem = move_overtaken(make([30, 60]))
    plan = heuristic.follow(problem)
    assert set(plan.placings) == {1}
    assert plan.unplaced[2][0] == PIN_TAKEN


def test_no_filament_is_waited_for():
    problem = make([30])
    job = problem.jobs[0]
    early = problem.replaced(jobs=[Job(**{**job.__dict__, "release": 500})])
    assert move_overtaken(early).jobs[0].release == 30


@given(problems())
def test_plans_with_moved_pins_keep_every_rule(problem):
    moved = move_overtaken(problem)
    assert not check(moved, heuristic.follow(moved))
    for before, after in zip(problem.jobs, moved.jobs, strict=True):
        assert (before.start is None) == (after.start is None)
        assert before.start is None or after.start >= before.start
    # What was moved is at a time that can be kept.
    assert move_overtaken(moved).jobs == moved.jobs
