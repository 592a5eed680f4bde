"""What printers do until all is printed."""

from hypothesis import given
from problems import problems
from scheduling import heuristic
from scheduling.load import Load, get_loads
from scheduling.problem import Problem
from scheduling.shop import Filament, Job, Plan, Printer, Shop

BLACK, WHITE = Filament(1, 1), Filament(2, 1)
SHOP = Shop(clear_minutes=3, colour_minutes=5)
DAY = 1440


def tell(jobs, printers, attended=((0, 10 * DAY),)):
    problem = Problem(jobs, printers, attended, SHOP)
    return get_loads(problem, heuristic.follow(problem))


def test_one_prints_and_one_does_not():
    jobs = [Job(1, 60, (BLACK,), printer_id=1)]
    assert tell(jobs, [Printer(1, loaded=(BLACK,)), Printer(2)]) == [
        Load(1, printing=60),
        Load(2, idle=60),
    ]


def test_a_night_in_which_nobody_takes_it_off():
    """Through after nine hours, people are there for eight and again after a day."""
    jobs = [Job(number, 540, (BLACK,), printer_id=1) for number in (1, 2)]
    printer = Printer(1, loaded=(BLACK,))
    assert tell(jobs, [printer], ((0, 480), (DAY, DAY + 480))) == [
        Load(1, printing=1080, changing=3, waiting=DAY - 540)
    ]


def test_filament_on_its_way_is_no_waiting_for_people():
    jobs = [Job(1, 60, (WHITE,), printer_id=1, release=DAY + 20)]
    assert tell(jobs, [Printer(1)], ((0, 480), (DAY, DAY + 480))) == [
        Load(1, printing=60, changing=10, idle=DAY + 10)
    ]


def test_closed_and_busy():
    jobs = [Job(1, 60, (BLACK,), printer_id=1)]
    printer = Printer(
        1,
        loaded=(BLACK,),
        busy_until=50,
        needs_clearing=False,
        closed=((60, 100), (150, 700)),
    )
    assert tell(jobs, [printer]) == [Load(1, 110, closed=590, idle=60)]


def test_two_printers_and_one_person():
    """The second waits while the person works on the first."""
    jobs = [Job(number, 60, (BLACK,), printer_id=number) for number in (1, 2)]
    printers = [Printer(number, is_dirty=True, loaded=(BLACK,)) for number in (1, 2)]
    assert tell(jobs, printers) == [
        Load(1, printing=60, changing=3, idle=3),
        Load(2, printing=60, changing=3, waiting=3),
    ]


def test_nothing_is_planned():
    problem = Problem([], [Printer(1)], (), SHOP)
    assert get_loads(problem, Plan()) == [Load(1)]


@given(problems())
def test_nothing_is_counted_twice(problem):
    plan = heuristic.follow(problem)
    loads = get_loads(problem, plan)
    totals = set()
    for load in loads:
        parts = (load.printing, load.changing, load.waiting, load.closed, load.idle)
        assert min(parts) >= 0
        totals.add(sum(parts))
    assert len(totals) == 1
    assert sum(load.printing for load in loads) == sum(
        problem.job_of[job_id].minutes for job_id in plan.placings
    ) + sum(printer.busy_until for printer in problem.printers)
