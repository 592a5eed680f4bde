"""Part of a plan as a model of OR-Tools' CP-SAT: which printer, in which order, when.
Every printer is a circuit through its prints: an arc from one print to the next
carries the work between them and the spools it changes. Work is an interval that
takes a person; hours in which nobody is there take all persons. Printing is an
interval on its printer, where closed hours are too, and takes power in two steps.

What a printer with several slots holds depends on everything printed before. Of such
a printer the model only knows that each filament that is not in it yet is loaded once,
at no time; so its optimum is never above the true one. Whoever carries a solution out
puts its order through the exact arithmetic again.
"""

from dataclasses import dataclass, field

from .calendar import FOREVER
from .hints import add_hints
from .profile import Profile

# Minutes around what is planned within which a part is planned anew.
SLACK = 3 * 24 * 60


@dataclass
class Part:
    """What of a plan is planned anew.

    `jobs` are free, on `printers`, each of which is free from `tails` on in `states`.
    `plan` is the plan as it is. `after` tells {printer id: what a minute that it is
    through later costs the prints behind}, `makespan` when all others are through.
    """

    jobs: list
    printers: list
    tails: dict
    states: dict
    plan: object
    fixed: list = field(default_factory=list)
    after: dict = field(default_factory=dict)
    makespan: int = 0


class Model:
    """The model of a part of a plan.

    :param problem: the Problem
    :param Part part: what is planned anew
    :param cp: OR-Tools' module cp_model (see `solver.load`)
    """

    def __init__(self, problem, part, cp):
        self.problem, self.part = problem, part
        self.model = cp.CpModel()
        self.costs = []
        placings = part.plan.placings
        self.old = {job.id: placings[job.id] for job in part.jobs if job.id in placings}
        ends = [placing.end for placing in self.old.values()]
        # The last minute at which a print of the part may begin, and end.
        self.latest = max(ends, default=0) + SLACK
        self.horizon = self.latest + max(job.minutes for job in part.jobs)
        self.remembers = {
            printer.id: self._remembers(printer) for printer in part.printers
        }
        self.begin, self.setup, self.end, self.on = {}, {}, {}, {}
        for job in part.jobs:
            self._add_job(job)
        self.arcs = {}
        self.hinted = {}
        for printer in part.printers:
            self._add_circuit(printer)
        self._add_hands()
        self._add_power()
        self._add_costs()
        add_hints(self)

    # === JOBS === #

    def _add_job(self, job):
        model, problem = self.model, self.problem
        most = self._get_most_setup(job)
        ids = {printer.id for printer in self.part.printers}
        printers = [item for item in problem.candidates[job.id] if item.id in ids]
        lowest = max(job.release, min(self.part.tails[item.id] for item in printers), 0)
        first, last = lowest + job.minutes, self.latest + job.minutes
        if job.start is not None:
            first = last = job.start + job.minutes
        self.end[job.id] = model.new_int_var(first, last, f"end {job.id}")
        self.setup[job.id] = model.new_int_var(0, most, f"setup {job.id}")
        self.begin[job.id] = model.new_int_var(
            max(first - job.minutes - most, 0), last - job.minutes, f"begin {job.id}"
        )
        model.add(
            self.begin[job.id] + self.setup[job.id] + job.minutes == self.end[job.id]
        )
        for printer in printers:
            self.on[job.id, printer.id] = model.new_bool_var(
                f"{job.id} on {printer.id}"
            )
        model.add_exactly_one(self.on[job.id, item.id] for item in printers)

    def _get_most_setup(self, job):
        shop = self.problem.shop
        filament = max(shop.colour_minutes, shop.material_minutes)
        return (
            len(set(job.filaments)) * filament
            + shop.nozzle_minutes
            + shop.clear_minutes
        )

    # === ORDER === #

    def _add_circuit(self, printer):
        model, part = self.model, self.part
        jobs = [job for job in part.jobs if (job.id, printer.id) in self.on]
        arcs = []
        is_empty = model.new_bool_var(f"{printer.id} empty")
        arcs.append((0, 0, is_empty))
        for number, job in enumerate(jobs, 1):
            on = self.on[job.id, printer.id]
            arcs.append((number, number, ~on))
            model.add_implication(on, ~is_empty)
            change = self.get_change(printer, None, job)
            first = model.new_bool_var(f"{job.id} first on {printer.id}")
            arcs.append((0, number, first))
            self._follow(printer, first, None, job, change, part.tails[printer.id])
            arcs.append((number, 0, model.new_bool_var(f"{job.id} last")))
            self.hinted[None, job.id, printer.id] = first
            self.hinted[job.id, None, printer.id] = arcs[-1][2]
            for other_number, other in enumerate(jobs, 1):
                if other is not job:
                    arc = model.new_bool_var(f"{other.id} {job.id} on {printer.id}")
                    arcs.append((other_number, number, arc))
                    change = self.get_change(printer, other, job)
                    self._follow(printer, arc, other, job, change, self.end[other.id])
                    self.hinted[other.id, job.id, printer.id] = arc
        if jobs:
            model.add_circuit(arcs)
            self._add_rows(printer, jobs)
            self._count_loads(printer, jobs)
        self.hinted[None, None, printer.id] = is_empty

    def get_change(self, printer, before, job):
        """Return (minutes, swaps) of the work before a job that follows another."""
        problem = self.problem
        state = self.part.states[printer.id]
        if before is not None:
            state = problem.get_change(printer, state, before).after
        change = problem.get_change(printer, state, job)
        if self.remembers[printer.id]:
            # Clearing alone: the rest depends on all that was printed before.
            return (problem.shop.clear_minutes if change.has_clearing else 0), 0
        return change.minutes, change.swaps

    def _remembers(self, printer):
        """Tell whether more than the print before decides on what is in a printer."""
        mounted = printer.capability.mounted_mms
        return (
            printer.slots > 1
            or len(mounted) > 1
            or any(
                not job.filaments or (mounted and not job.requirement.nozzle_mm)
                for job in self.part.jobs
            )
        )

    def _follow(self, printer, arc, before, job, change, free):
        model = self.model
        minutes, swaps = change
        model.add(self.setup[job.id] == minutes).only_enforce_if(arc)
        model.add(self.begin[job.id] >= free).only_enforce_if(arc)
        if swaps:
            self.costs.append(self.problem.weights.swap * 60 * swaps * arc)

    def _add_rows(self, printer, jobs):
        """One print at a time, none while the printer is closed."""
        model = self.model
        rows = [
            model.new_optional_interval_var(
                self.begin[job.id],
                self.setup[job.id] + job.minutes,
                self.end[job.id],
                self.on[job.id, printer.id],
                f"{job.id} of {printer.id}",
            )
            for job in jobs
        ]
        rows += [
            model.new_fixed_size_interval_var(start, end - start, "")
            for start, end in printer.opening.inverted(0, self.horizon)
        ]
        model.add_no_overlap(rows)

    def _count_loads(self, printer, jobs):
        """Each filament that is not in it yet is loaded at least once."""
        if not self.remembers[printer.id]:
            return
        there = set(self.part.states[printer.id].filaments)
        users = {}
        for job in jobs:
            for filament in set(job.filaments) - there:
                users.setdefault(filament, []).append(self.on[job.id, printer.id])
        for filament, literals in users.items():
            used = self.model.new_bool_var(f"{filament.id} used on {printer.id}")
            self.hinted["used", filament, printer.id] = used
            for literal in literals:
                self.model.add_implication(literal, used)
            self.costs.append(self.problem.weights.swap * 60 * used)

    # === WHAT ALL SHARE === #

    def _add_hands(self):
        """People change over; what is pinned to a time takes none of them."""
        model, problem = self.model, self.problem
        jobs = [job for job in self.part.jobs if job.start is None]
        people = problem.shop.people or len(problem.jobs) + 1
        rows = [
            model.new_interval_var(
                self.begin[job.id],
                self.setup[job.id],
                self.end[job.id] - job.minutes,
                f"work {job.id}",
            )
            for job in jobs
        ]
        demands = [1] * len(rows)
        for start, end in problem.attended.inverted(0, FOREVER):
            if start < self.horizon:
                length = min(end, self.horizon) - start
                rows.append(model.new_fixed_size_interval_var(start, length, ""))
                demands.append(people)
        if problem.shop.people:
            for placing in self.part.fixed:
                job = problem.job_of[placing.job_id]
                if placing.setup and job.start is None:
                    begin = placing.start - placing.setup
                    rows.append(
                        model.new_fixed_size_interval_var(begin, placing.setup, "")
                    )
                    demands.append(1)
        model.add_cumulative(rows, demands, people)

    def _add_power(self):
        problem, model = self.problem, self.model
        limit = problem.shop.power_watts
        if not limit:
            return
        rows, demands = [], []
        taken = Profile(limit, problem.idle_watts)

        def fix(start, end, watts):
            if end > start and watts > 0:
                taken.add(start, end, watts)
                rows.append(model.new_fixed_size_interval_var(start, end - start, ""))
                demands.append(watts)

        for printer in problem.printers:
            heated = max(min(printer.heats_until, printer.busy_until), 0)
            fix(0, heated, printer.heat_watts - printer.idle_watts)
            fix(heated, printer.busy_until, printer.watts - printer.idle_watts)
        for placing in self.part.fixed:
            printer = problem.printer_of[placing.printer_id]
            minutes = placing.end - placing.start
            for start, end, watts in problem.get_demands(printer, minutes):
                fix(placing.start + start, placing.start + end, watts)
        for job in self.part.jobs:
            for printer in self.part.printers:
                on = self.on.get((job.id, printer.id))
                if on is None:
                    continue
                for start, end, watts in problem.get_demands(printer, job.minutes):
                    rows.append(
                        model.new_optional_fixed_size_interval_var(
                            self.end[job.id] - job.minutes + start, end - start, on, ""
                        )
                    )
                    demands.append(watts)
        # That too much is taken already is no reason to find nothing.
        room = max(limit, *taken.levels) - problem.idle_watts
        model.add_cumulative(rows, demands, room)

    # === COSTS === #

    def _add_costs(self):
        model, part, weights = self.model, self.part, self.problem.weights
        latest = self.horizon
        last = model.new_int_var(part.makespan, max(latest, part.makespan), "last")
        for job in part.jobs:
            end = self.end[job.id]
            model.add(last >= end)
            self.costs.append(weights.waiting * job.weight * end)
            if job.due is not None:
                late = model.new_int_var(0, latest + max(-job.due, 0), f"late {job.id}")
                model.add(late >= end - job.due)
                self.costs.append(weights.late * job.weight * late)
                self.hinted["late", job.id] = late
        self.costs.append(weights.makespan * last)
        self.hinted["last", None] = last
        for printer_id, price in part.after.items():
            if not price:
                continue
            tail = part.tails[printer_id]
            through = model.new_int_var(tail, max(latest, tail), "through")
            for job in part.jobs:
                on = self.on.get((job.id, printer_id))
                if on is not None:
                    model.add(through >= self.end[job.id]).only_enforce_if(on)
            self.costs.append(price * through)
            self.hinted["through", printer_id] = through
        model.minimize(sum(self.costs))
