"""In which order do prints of one queue need the fewest changes of spools and nozzles?

What a print needs is pulled forward to what is loaded already, as long as nobody waits
longer for it than may be: urgent prints keep their place, pinned ones theirs, and no
print that would have been in time becomes late, nor a late one later.

Plain data in, plain data out: nothing here knows a database.
"""

from collections import OrderedDict
from dataclasses import dataclass

# Seconds. What rounds to the same minute is no delay.
SLACK = 60.0


@dataclass(frozen=True)
class Task:
    """A print that waits.

    :ivar filaments: what it is printed with, in any hashable form
    :ivar float nozzle: mm, 0 for any
    :ivar float seconds: how long it prints
    :ivar due: seconds from now until it has to be ready, None for no date
    :ivar bool fixed: it keeps its place in the queue
    """

    id: int
    filaments: frozenset = frozenset()
    nozzle: float = 0.0
    seconds: float = 0.0
    due: float | None = None
    fixed: bool = False


class Setup:
    """What is loaded in a printer: filaments, the one used longest ago first."""

    def __init__(self, slots, filaments=(), nozzle=0.0):
        self.slots = max(slots, 1)
        self.loaded = OrderedDict.fromkeys(filaments)
        self.nozzle = nozzle

    def count(self, task):
        """Return the changes a print needs: spools to load, and a nozzle."""
        spools = sum(filament not in self.loaded for filament in task.filaments)
        return spools + self._is_other_nozzle(task)

    def _is_other_nozzle(self, task):
        return bool(task.nozzle and self.nozzle and task.nozzle != self.nozzle)

    def use(self, task):
        """Load what a print needs and return the changes it took."""
        changes = self.count(task)
        for filament in sorted(task.filaments, key=str):
            self.loaded.pop(filament, None)
            self.loaded[filament] = None
        while len(self.loaded) > max(self.slots, len(task.filaments)):
            self.loaded.popitem(last=False)
        self.nozzle = task.nozzle or self.nozzle
        return changes


def count_changes(tasks, slots, filaments=(), nozzle=0.0):
    """Return the changes that prints need in this order.

    :param tasks: in the order in which they print
    :param int slots: spools the printer holds at once
    :param filaments: what is loaded, the one used longest ago first
    :param float nozzle: mm, 0 when nobody knows
    :rtype: int
    """
    setup = Setup(slots, filaments, nozzle)
    return sum(setup.use(task) for task in tasks)


def group_tasks(tasks, slots, filaments=(), nozzle=0.0):
    """Return prints in an order that needs fewer changes.

    Takes steps in proportion to prints times different needs.

    :param tasks: in the order of the queue
    :return: the same prints; in the same order unless another one needs fewer changes
    :rtype: list[Task]
    """
    tasks = list(tasks)
    ordered = _order(tasks, Setup(slots, filaments, nozzle))
    before = count_changes(tasks, slots, filaments, nozzle)
    after = count_changes(ordered, slots, filaments, nozzle)
    return ordered if after < before else tasks


def _order(tasks, setup):
    # When each would end as things are: nobody has to be earlier than that.
    clock, allowed = 0.0, {}
    for task in tasks:
        clock += task.seconds
        if task.due is not None:
            allowed[task.id] = max(task.due, clock) + SLACK
    left, ordered, clock = list(tasks), [], 0.0
    while left:
        index = _choose(left, setup, clock, allowed)
        task = left.pop(index)
        setup.use(task)
        clock += task.seconds
        ordered.append(task)
    return ordered


def _choose(left, setup, clock, allowed):
    """Return the place of the next print among those that are left."""
    first = left[0]
    best, best_changes = 0, setup.count(first)
    if first.fixed or not best_changes:
        return 0
    # How long whatever is pulled forward may take before somebody it passes is late.
    end, spare, seen = clock, float("inf"), set()
    for index, task in enumerate(left):
        if task.fixed:
            break
        need = (task.filaments, task.nozzle)
        if index and need not in seen and task.seconds <= spare:
            changes = setup.count(task)
            if changes < best_changes:
                best, best_changes = index, changes
                if not changes:
                    break
        seen.add(need)
        end += task.seconds
        if task.id in allowed:
            spare = min(spare, allowed[task.id] - end)
        if spare <= 0:
            break
    return best
