"""What is to be printed, by what, and what a plan of it is.

A problem is everything that decides when a print can begin and what its place costs.
Times are whole minutes since the moment the plan is made for, filaments and materials
are numbers. Nothing here knows a database.

How a printer changes from one print to the next:

* What lies on the plate is taken off (printers that eject by themselves need nobody).
* Every filament of the next print that is not in a slot is loaded, in the place of
  the one that was used the longest time ago.
* The nozzle is changed when the plate asks for another one.

All of it is work of a person; it is done right before the print starts, while somebody
is there. A print that needs none of it starts by itself, at night too.
"""

from dataclasses import dataclass, field
from functools import cached_property

from .calendar import Windows
from .capability import NOZZLE_TOLERANCE, Capability, Requirement, misfits

# Why a job has no place.
NO_PRINTER = "no_printer"  # nothing here prints it
NOT_THERE = "not_there"  # its printer is not one of those that are planned
TOO_LONG = "too_long"  # no printer is open long enough in one piece
NOBODY = "nobody"  # nobody is there to change over for it
POWER = "power"  # its printer alone needs more than there is
PIN_TAKEN = "pin_taken"  # something else is pinned or printing at its time
PIN_CLOSED = "pin_closed"  # its printer does not run at its time
NO_FILAMENT = "no_filament"  # there is not enough of it and none is on its way
HORIZON = "horizon"  # there is no room within the time that is planned

# What a job without a place costs: more than any lateness within a plan.
UNPLACED_MINUTES = 1_000_000


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


def _number(values):
    """Return {key: number}, the same number for equal values."""
    numbers = {}
    return {
        key: numbers.setdefault(value, len(numbers)) for key, value in values.items()
    }


class Problem:
    """Jobs, printers and the shop; what follows from them is worked out once.

    :param jobs: the jobs that wait
    :param printers: the printers
    :param attended: when somebody is there (Windows or spans), as far as is planned
    :param shop: a Shop
    :param weights: the Weights
    :raises ValueError: two jobs or printers have one number, or a time is not whole
    """

    def __init__(self, jobs, printers, attended, shop=None, weights=None):
        self.jobs = tuple(jobs)
        self.printers = tuple(printers)
        if not isinstance(attended, Windows):
            attended = Windows(attended)
        self.attended = attended
        self.shop = shop or Shop()
        self.weights = weights or Weights()
        self.job_of = {job.id: job for job in self.jobs}
        self.printer_of = {printer.id: printer for printer in self.printers}
        if len(self.job_of) < len(self.jobs):
            raise ValueError("two jobs have the same number")
        if len(self.printer_of) < len(self.printers):
            raise ValueError("two printers have the same number")
        for job in self.jobs:
            if job.minutes <= 0 or job.minutes != int(job.minutes):
                raise ValueError(f"job {job.id} takes {job.minutes} minutes")
        self._changes = {}
        self._fits = {}
        # Compared a hundred thousand times: by number instead of by value.
        self._states = {}
        self._kind_of = _number(
            {item.id: (item.slots, item.needs_clearing) for item in self.printers}
        )
        self._wish_of = _number(
            {job.id: (job.filaments, job.requirement.nozzle_mm) for job in self.jobs}
        )

    @cached_property
    def idle_watts(self):
        """What all printers take while none prints."""
        return sum(printer.idle_watts for printer in self.printers)

    @cached_property
    def candidates(self):
        """{job id: the printers that may print it, in their order}."""
        return {job.id: self._get_candidates(job) for job in self.jobs}

    def _get_candidates(self, job):
        if job.blocked:
            return ()
        if job.printer_id is None:
            printers = self.printers
        elif job.printer_id in self.printer_of:
            printers = (self.printer_of[job.printer_id],)
        else:
            return ()
        return tuple(
            printer
            for printer in printers
            if self.fits(job, printer) and self._can_run(job, printer)
        )

    def fits(self, job, printer):
        """Tell whether a printer does for what a job asks."""
        # Plates and printers of one kind are compared once.
        key = job.requirement, printer.capability, len(set(job.filaments))
        fits = self._fits.get(key)
        if fits is None:
            fits = self._fits[key] = len(
                set(job.filaments)
            ) <= printer.slots and not misfits(job.requirement, printer.capability)
        return fits

    def _can_run(self, job, printer):
        return not self.get_obstacles(job, printer)

    def get_obstacles(self, job, printer):
        """Name what keeps a job that fits off a printer at any time.

        :return: codes with details, like (TOO_LONG, {"longest": 540})
        :rtype: list[tuple[str, dict]]
        """
        found = []
        longest = printer.opening.longest(printer.busy_until)
        if longest < job.minutes:
            found.append((TOO_LONG, {"longest": longest, "wanted": job.minutes}))
        limit = self.shop.power_watts
        needed = self.idle_watts - printer.idle_watts + self.get_peak(printer)
        if limit and needed > limit:
            found.append((POWER, {"limit": limit, "wanted": needed}))
        return found

    def get_peak(self, printer):
        """Return the watts that a print on this printer takes at most."""
        heats = self.shop.heat_minutes > 0
        return max(printer.watts, printer.heat_watts if heats else 0)

    def get_demands(self, printer, minutes):
        """Return what a print takes above the idle printer.

        :return: (first minute of the print, minute after the last, watts) each
        """
        heat = min(self.shop.heat_minutes, minutes)
        idle = printer.idle_watts
        return [
            (start, end, watts - idle)
            for start, end, watts in (
                (0, heat, max(printer.heat_watts, printer.watts)),
                (heat, minutes, printer.watts),
            )
            if end > start and watts > idle
        ]

    def get_first_state(self, printer):
        """Return what is in a printer now, or when its print ends."""
        nozzles = tuple(nozzle for nozzle in printer.capability.mounted_mms if nozzle)
        filaments = tuple(dict.fromkeys(reversed(printer.loaded)))[: printer.slots]
        return self._intern(
            State(
                tuple(reversed(filaments)),
                nozzles,
                printer.is_dirty or printer.busy_until > 0,
            )
        )

    def get_empty_state(self, state):
        """Return a state without filament, the nozzles and the print as they are."""
        return self._intern(State((), state.nozzles, state.is_dirty))

    def get_wish(self, job):
        """Return a number that jobs share which ask for the same changes."""
        return self._wish_of[job.id]

    def _intern(self, state):
        return self._states.setdefault(state, state)

    def get_change(self, printer, state, job):
        """Return the work before a job on a printer in some state (Change).

        :param State state: one that this problem returned
        """
        key = self._kind_of[printer.id], id(state), self._wish_of[job.id]
        change = self._changes.get(key)
        if change is None:
            change = self._changes[key] = self._work_out(printer, state, job)
        return change

    def _work_out(self, printer, state, job):
        shop = self.shop
        needed = tuple(dict.fromkeys(job.filaments))
        there = set(state.filaments)
        materials = {filament.material_id for filament in there}
        loads = tuple(filament for filament in needed if filament not in there)
        minutes = sum(
            shop.colour_minutes
            if filament.material_id in materials
            else max(shop.material_minutes, shop.colour_minutes)
            for filament in loads
        )
        wanted = job.requirement.nozzle_mm
        nozzles = state.nozzles
        has_nozzle = bool(wanted and nozzles) and not any(
            abs(wanted - nozzle) <= NOZZLE_TOLERANCE for nozzle in nozzles
        )
        if has_nozzle:
            minutes += shop.nozzle_minutes
            nozzles = (wanted,)
        has_clearing = printer.needs_clearing and state.is_dirty
        if has_clearing:
            minutes += shop.clear_minutes
        kept = [filament for filament in state.filaments if filament not in needed]
        room = printer.slots - len(needed)
        filaments = (*(kept[-room:] if room > 0 else ()), *needed)
        return Change(
            minutes,
            loads,
            has_nozzle,
            has_clearing,
            self._intern(State(filaments, nozzles, True)),
            len(loads) + has_nozzle,
        )

    def measure(self, plan):
        """Return what a plan comes to (Figures)."""
        weights = self.weights
        late = late_jobs = weighted = swaps = makespan = waiting = patience = 0
        for placing in plan.placings.values():
            job = self.job_of[placing.job_id]
            swaps += placing.swaps
            waiting += placing.end
            patience += placing.end * job.weight
            makespan = max(makespan, placing.end)
            if job.due is not None and placing.end > job.due:
                late += placing.end - job.due
                weighted += (placing.end - job.due) * job.weight
                late_jobs += 1
        lost = sum(self.job_of[job_id].weight for job_id in plan.unplaced)
        cost = (
            weights.late * weighted
            + weights.swap * 60 * swaps
            + weights.makespan * makespan
            + weights.waiting * patience
            + max(weights.late, weights.waiting, 1) * UNPLACED_MINUTES * lost
        )
        return Figures(
            cost, late, late_jobs, swaps, makespan, waiting, len(plan.unplaced)
        )

    def replaced(self, **values):
        """Return the problem with other jobs, printers, attended, shop or weights."""
        return Problem(
            **{
                "jobs": self.jobs,
                "printers": self.printers,
                "attended": self.attended,
                "shop": self.shop,
                "weights": self.weights,
                **values,
            }
        )
