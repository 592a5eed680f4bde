"""What each printer does until all is printed: how evenly a plan loads them."""

from dataclasses import dataclass

from .calendar import Windows
from .explain import get_hands


@dataclass(frozen=True)
class Load:
    """Minutes of a printer, which together are the time until all is printed.

    It prints; somebody works on it (`changing`); what it is to print next needs a
    person, of whom none is there or has time (`waiting`); it does not run (`closed`);
    or it has nothing to do, such as before filament arrives and after its last print
    (`idle`).
    """

    printer_id: int
    printing: int = 0
    changing: int = 0
    waiting: int = 0
    closed: int = 0
    idle: int = 0


def get_loads(problem, plan):
    """Return what each printer does from now until all is printed.

    :param problem: the Problem
    :param plan: a plan that keeps the rules
    :return: a Load of each printer, in their order
    :rtype: list[Load]
    """
    rows = plan.by_printer()
    until = max(
        [item.end for item in plan.placings.values()]
        + [printer.busy_until for printer in problem.printers],
        default=0,
    )
    hands = get_hands(problem, plan)
    ends = [*hands.times[1:], max(until, hands.times[-1])]
    alone = [
        (start, end)
        for start, end, level in zip(hands.times, ends, hands.levels, strict=True)
        if level >= hands.limit
    ]
    return [
        _get_load(problem, printer, rows.get(printer.id, ()), alone, until)
        for printer in problem.printers
    ]


def _get_load(problem, printer, row, alone, until):
    closed = Windows(printer.closed)
    stuck = Windows((*closed, *alone))
    printing = free = printer.busy_until
    changing = waiting = shut = 0
    for placing in row:
        begin = placing.start - placing.setup
        shut += closed.count(free, begin)
        if placing.setup:
            # Before its filament is there nobody is missed.
            release = problem.job_of[placing.job_id].release - placing.setup
            since = min(max(free, release), begin)
            waiting += stuck.count(since, begin) - closed.count(since, begin)
        printing += placing.end - placing.start
        changing += placing.setup
        free = placing.end
    shut += closed.count(free, until)
    idle = until - printing - changing - waiting - shut
    return Load(printer.id, printing, changing, waiting, shut, idle)
