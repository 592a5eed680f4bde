"""When a print can begin, what is to be done before it, and what its place costs.

How a printer changes from one print to the next:

* What lies on the plate is taken off (printers that eject by themselves need nobody).
* Every filament of the next print that is not in a slot is loaded, in the place of
  the one that was used the longest time ago.
* The nozzle is changed when the plate asks for another one.

All of it is work of a person; it is done right before the print starts, while somebody
is there. A print that needs none of it starts by itself, at night too.
"""

from functools import cached_property

from .calendar import Windows
from .capability import NOZZLE_TOLERANCE, misfits
from .shop import POWER, TOO_LONG, Change, Figures, Shop, State, Weights

# What a job without a place costs: more than any lateness within a plan.
UNPLACED_MINUTES = 1_000_000


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
