"""What is to be printed, by what, and what a plan of it is.

Times are whole minutes since the moment the plan is made for, filaments and materials
are numbers. Nothing here knows a database.
"""

from dataclasses import dataclass, field
from functools import cached_property

from .calendar import Windows
from .capability import Capability, Requirement

# Why a job has no place.
NO_PRINTER = "no_printer"  # nothing here prints it
NOT_THERE = "not_there"  # its printer is not one of those that are planned
TOO_LONG = "too_long"  # no printer is open long enough in one piece
NOBODY = "nobody"  # nobody is there to change over for it
HOURS_APART = "hours_apart"  # nobody is there while its printers are open for it
POWER = "power"  # its printer alone needs more than there is
PIN_TAKEN = "pin_taken"  # something else is pinned or printing at its time
PIN_CLOSED = "pin_closed"  # its printer does not run at its time
NO_FILAMENT = "no_filament"  # there is not enough of it and none is on its way
HORIZON = "horizon"  # there is no room within the time that is planned


@dataclass(frozen=True)
class Filament:
    """A filament, and of which material it is (0: unknown)."""

    id: int
    material_id: int = 0


@dataclass(frozen=True)
class Job:
    """One print that waits.

    `due` is the minute by which it should be through, `weight` how much a late minute
    of it counts. `release` is the minute before which it cannot start. `printer_id`
    says that it is printed there and nowhere else, `start` that it begins then.
    `rank` is its place in the queue, `preferred_id` where the last plan put it.
    `blocked` is a reason for which it cannot be planned at all.
    """

    id: int
    minutes: int
    filaments: tuple = ()
    requirement: Requirement = Requirement()
    due: int | None = None
    weight: int = 1
    release: int = 0
    printer_id: int | None = None
    start: int | None = None
    rank: int = 0
    preferred_id: int | None = None
    blocked: str = ""


@dataclass(frozen=True)
class Printer:
    """A printer as it is now.

    `loaded` are the filaments in its slots, the one used last at the end. Until
    `busy_until` it prints; `heats_until` is when that print has heated up.
    `needs_clearing`: a person takes prints off; `is_dirty`: something lies on it, or
    will when it is free. `closed` are stretches in which it does not run.
    """

    id: int
    capability: Capability = Capability()
    loaded: tuple = ()
    busy_until: int = 0
    heats_until: int = 0
    needs_clearing: bool = True
    is_dirty: bool = False
    closed: tuple = ()
    watts: int = 0
    heat_watts: int = 0
    idle_watts: int = 0

    @property
    def slots(self):
        return max(self.capability.slots, 1)

    @cached_property
    def opening(self):
        """The stretches in which it may run (Windows)."""
        return Windows(self.closed).inverted()


@dataclass(frozen=True)
class Shop:
    """How long a person needs for what, and how much the shop has of things.

    `people` change over at once (0: any number); `power_watts` is what all printers
    may take together (0: no limit), `heat_minutes` how long a print heats up.
    """

    clear_minutes: int = 3
    colour_minutes: int = 5
    material_minutes: int = 10
    nozzle_minutes: int = 20
    people: int = 1
    power_watts: int = 0
    heat_minutes: int = 8


@dataclass(frozen=True)
class Weights:
    """What a plan is to avoid, in points.

    `late` for every hour that a print is late, `swap` for every spool and nozzle that
    is changed, `makespan` for every hour until the last print is through, `waiting`
    for every hour until each print is through. Late and waiting hours count by the
    weight of the job.
    """

    late: int = 50
    swap: int = 4
    makespan: int = 2
    waiting: int = 1


@dataclass(frozen=True)
class State:
    """What is in a printer: filaments (the last used at the end), nozzles, a print."""

    filaments: tuple = ()
    nozzles: tuple = ()
    is_dirty: bool = False


@dataclass(frozen=True)
class Change:
    """The work before a print: its minutes, what is changed, and what is in after.

    `swaps` are the spools and nozzles changed.
    """

    minutes: int
    loads: tuple
    has_nozzle: bool
    has_clearing: bool
    after: State
    swaps: int


@dataclass(frozen=True)
class Placing:
    """Where and when one job prints: [start, end) after `setup` minutes of work."""

    job_id: int
    printer_id: int
    start: int
    end: int
    setup: int = 0
    swaps: int = 0


@dataclass
class Plan:
    """Places by job, and for jobs without one (reason, details)."""

    placings: dict = field(default_factory=dict)
    unplaced: dict = field(default_factory=dict)

    def by_printer(self):
        """Return {printer id: its placings in their order}."""
        found = {}
        for placing in self.placings.values():
            found.setdefault(placing.printer_id, []).append(placing)
        for placings in found.values():
            placings.sort(key=lambda item: (item.start, item.job_id))
        return found


@dataclass(frozen=True)
class Figures:
    """What a plan comes to; `cost` is in points for a sixtieth of an hour."""

    cost: int
    late_minutes: int
    late_jobs: int
    swaps: int
    makespan: int
    waiting_minutes: int
    unplaced: int
