"""A plan while it is made: what is taken, and where the next print finds room.

Prints are put one after the other onto a printer; what is pinned to a time is put
there first, and what comes later finds room before, between and after.
"""

from .calendar import FOREVER
from .profile import Profile
from .shop import (
    HORIZON,
    HOURS_APART,
    NO_PRINTER,
    NOBODY,
    NOT_THERE,
    PIN_CLOSED,
    PIN_TAKEN,
    POWER,
    TOO_LONG,
    Placing,
    Plan,
)


class Segment:
    """The time of a printer up to what is pinned next, and how far it is taken."""

    __slots__ = ("tail", "state", "pin")

    def __init__(self, tail, state, pin=None):
        self.tail = tail
        self.state = state
        self.pin = pin


class Spot:
    """Room for a job: printer, start, end, the work before it, where it goes."""

    __slots__ = ("printer", "start", "end", "change", "segment")

    def __init__(self, printer, start, end, change, segment):
        self.printer = printer
        self.start = start
        self.end = end
        self.change = change
        self.segment = segment


class Draft:
    """A plan of a problem while it is made; what is pinned to a time is in it."""

    def __init__(self, problem):
        self.problem = problem
        self.plan = Plan()
        shop = problem.shop
        # Nobody is there: all hands are taken.
        people = shop.people or len(problem.printers) + 1
        self.hands = Profile(people)
        for start, end in problem.attended.inverted(-1, FOREVER):
            self.hands.add(start, end, people)
        self.power = Profile(shop.power_watts, problem.idle_watts)
        self.segments = {}
        for printer in problem.printers:
            state = problem.get_first_state(printer)
            self.segments[printer.id] = [Segment(printer.busy_until, state)]
            self._take_power(printer, 0, printer.heats_until, printer.heat_watts)
            start = max(printer.heats_until, 0)
            self._take_power(printer, start, printer.busy_until, printer.watts)
        self._put_pins()

    def _take_power(self, printer, start, end, watts):
        if self.problem.shop.power_watts:
            end = min(end, printer.busy_until)
            self.power.add(start, end, max(watts - printer.idle_watts, 0))

    # === PINS === #

    def _put_pins(self):
        """Put what is pinned to a time there; whoever pins it will be there too."""
        problem = self.problem
        pins = sorted(
            (job for job in problem.jobs if job.start is not None),
            key=lambda job: (job.start, job.rank, job.id),
        )
        for job in pins:
            printers = problem.candidates[job.id]
            if job.printer_id is None or not printers:
                self.give_up(job)
                continue
            printer = printers[0]
            segment = self.segments[printer.id][-1]
            change = problem.get_change(printer, segment.state, job)
            start, end = job.start, job.start + job.minutes
            begin = start - change.minutes
            if begin < segment.tail or begin < 0 or start < job.release:
                details = {"until": segment.tail + change.minutes}
                self.plan.unplaced[job.id] = PIN_TAKEN, details
                continue
            if not printer.opening.covers(begin, end):
                self.plan.unplaced[job.id] = PIN_CLOSED, {}
                continue
            demands = problem.get_demands(printer, job.minutes)
            if self._find_power(demands, start) != start:
                details = {"limit": problem.shop.power_watts}
                self.plan.unplaced[job.id] = POWER, details
                continue
            spot = Spot(printer, start, end, change, segment)
            self._note(job, spot)
            segment.pin = job
            # What is in its slots by then is not known yet: only what it uses is.
            after = problem.get_change(
                printer, problem.get_empty_state(segment.state), job
            ).after
            self.segments[printer.id].append(Segment(end, after))

    # === ROOM === #

    def find(self, job, printer):
        """Return the earliest room for a job on a printer (Spot), or ``None``."""
        problem = self.problem
        for segment in self.segments[printer.id]:
            change = problem.get_change(printer, segment.state, job)
            limit = FOREVER
            if segment.pin:
                # It finds the nozzle that it was put there for.
                if change.after.nozzles != segment.state.nozzles:
                    continue
                pin = segment.pin
                limit = (
                    pin.start - problem.get_change(printer, change.after, pin).minutes
                )
                if segment.tail + change.minutes + job.minutes > limit:
                    continue
            start = self._find_start(job, printer, segment.tail, change)
            if start is not None and start + job.minutes <= limit:
                return Spot(printer, start, start + job.minutes, change, segment)
        return None

    def get_earliest(self, job, printer):
        """Return a minute before which the job cannot end there, fast, and swaps."""
        segment = self.segments[printer.id][0]
        change = self.problem.get_change(printer, segment.state, job)
        if segment.pin:
            # It may find room only behind, where less is to be changed.
            return max(segment.tail, job.release) + job.minutes, 0
        return (
            max(segment.tail + change.minutes, job.release) + job.minutes,
            change.swaps,
        )

    def _find_start(self, job, printer, tail, change):
        setup, minutes = change.minutes, job.minutes
        start = max(tail + setup, job.release)
        opening = printer.opening if printer.closed else None
        demands = (
            self.problem.get_demands(printer, minutes)
            if self.problem.shop.power_watts
            else ()
        )
        while True:
            before = start
            if opening:
                begin = opening.find(start - setup, setup + minutes)
                if begin is None:
                    return None
                start = begin + setup
            if setup:
                begin = self.hands.find(start - setup, setup, 1)
                if begin is None:
                    return None
                start = begin + setup
            if demands:
                start = self._find_power(demands, start)
                if start is None:
                    return None
            if start == before:
                return start

    def _find_power(self, demands, start):
        if not self.problem.shop.power_watts:
            return start
        while True:
            before = start
            for first, last, watts in demands:
                found = self.power.find(start + first, last - first, watts)
                if found is None:
                    return None
                start = found - first
            if start == before:
                return start

    # === PLACING === #

    def place(self, job, spot):
        """Put a job where room was found for it."""
        self._note(job, spot)
        segment = spot.segment
        segment.tail, segment.state = spot.end, spot.change.after
        if spot.change.minutes:
            self.hands.add(spot.start - spot.change.minutes, spot.start, 1)

    def _note(self, job, spot):
        printer = spot.printer
        if self.problem.shop.power_watts:
            for first, last, watts in self.problem.get_demands(printer, job.minutes):
                self.power.add(spot.start + first, spot.start + last, watts)
        self.plan.placings[job.id] = Placing(
            job.id,
            printer.id,
            spot.start,
            spot.end,
            spot.change.minutes,
            spot.change.swaps,
        )

    def give_up(self, job):
        """Note why a job finds no room."""
        self.plan.unplaced[job.id] = find_reason(self.problem, job)

    def finish(self):
        """Return the plan, with the work before each print as it came out."""
        return settle(self.problem, self.plan)


def settle(problem, plan):
    """Return a plan with the work before each print as its order makes it.

    In the draft what was pinned knew nothing of what would be put before it.
    """
    placings = {}
    for printer_id, row in plan.by_printer().items():
        printer = problem.printer_of[printer_id]
        state = problem.get_first_state(printer)
        for placing in row:
            job = problem.job_of[placing.job_id]
            change = problem.get_change(printer, state, job)
            placings[job.id] = Placing(
                job.id,
                printer_id,
                placing.start,
                placing.end,
                change.minutes,
                change.swaps,
            )
            state = change.after
    return Plan(
        {job_id: placings[job_id] for job_id in sorted(placings)}, plan.unplaced
    )


def find_reason(problem, job):
    """Say why a job has no place, by what keeps it off every printer.

    :rtype: tuple[str, dict]
    """
    if job.blocked:
        return job.blocked, {}
    if job.printer_id is not None and job.printer_id not in problem.printer_of:
        return NOT_THERE, {"printer_id": job.printer_id}
    if problem.candidates[job.id]:
        if not problem.attended:
            return NOBODY, {}
        meets = any(_meets(problem, job, item) for item in problem.candidates[job.id])
        return (HORIZON if meets else HOURS_APART), {}
    printers = problem.printers
    if job.printer_id is not None:
        printers = (problem.printer_of[job.printer_id],)
    obstacles = [
        obstacle
        for printer in printers
        if problem.fits(job, printer)
        for obstacle in problem.get_obstacles(job, printer)
    ]
    for code, best in ((TOO_LONG, _get_longest), (POWER, _get_least_power)):
        found = [details for name, details in obstacles if name == code]
        if found:
            return code, best(found)
    return NO_PRINTER, {}


def _meets(problem, job, printer):
    """Tell whether somebody is ever there when a printer could begin with a job.

    The work is at least that of taking off what lies on it, if a person does that.
    """
    work = problem.shop.clear_minutes
    if not printer.needs_clearing or not work:
        return True
    for opens, closes in printer.opening:
        for start, end in problem.attended:
            begin = max(opens, start, printer.busy_until)
            if begin + work <= min(end, closes - job.minutes):
                return True
    return False


def _get_longest(found):
    return max(found, key=lambda details: details["longest"])


def _get_least_power(found):
    return min(found, key=lambda details: details["wanted"])
