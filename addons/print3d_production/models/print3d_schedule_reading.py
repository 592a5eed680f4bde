from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil

from odoo import api, fields, models

from ..scheduling.farm import EPSILON
from ..scheduling.pins import move_overtaken
from ..scheduling.problem import Problem
from ..scheduling.shop import (
    NO_FILAMENT,
    Filament,
    Job,
    Printer,
)
from .print3d_run import RUNNING, WAITING
from .print3d_schedule_windows import to_minute

# A plate whose time nobody knows is planned with an hour.
UNKNOWN_MINUTES = 60
# What is urgent weighs so many times what is not.
URGENT = 3


@dataclass
class Reading:
    """What is to be planned: a Problem, its minute 0, and the runs that it is about."""

    problem: Problem
    origin: object
    runs: object

    def to_date(self, minute):
        """Return the moment of a minute of the plan (naive UTC)."""
        return self.origin + timedelta(minutes=minute)


class Print3dScheduleReading(models.Model):
    """Reads queue, printers and hours of a company as a problem of scheduling."""

    _inherit = "print3d.schedule"

    @api.model
    def _read_problem(self, company, now=None):
        """Return what is to be planned for a company.

        The number of queries does not depend on how many runs and printers there are.

        :param company: the company (res.company)
        :param datetime now: the moment to plan for (naive UTC), the present by default
        :rtype: Reading
        """
        self = self.sudo().with_company(company)  # noqa: PLW0642
        now = now or fields.Datetime.now()
        origin = now.replace(second=0, microsecond=0) + timedelta(
            minutes=bool(now.second or now.microsecond)
        )
        farm = self.env["print3d.run"]._get_farm(company)
        runs = self.env["print3d.run"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", WAITING),
                ("state", "!=", "draft"),
                ("is_held", "=", False),
            ]
        )
        closed = {printer.id for printer in farm.printers if printer.closed in _AWAY}
        printers = self.env["mrp.workcenter"].browse(
            printer.id for printer in farm.printers if printer.id not in closed
        )
        names = self._get_filaments(farm)
        jobs = self._read_jobs(farm, runs, names, origin)
        until = self._get_until(company, jobs, runs, printers, origin)
        problem = Problem(
            jobs,
            self._read_printers(farm, printers, names, origin, until),
            self._read_attended(company, origin, until),
            company._get_shop(),
            company._get_weights(),
        )
        return Reading(self._set_pins(problem, runs, origin), origin, runs)

    # === FILAMENTS === #

    @api.model
    def _get_filaments(self, farm):
        """Return {product id: Filament}, one for all that do for each other."""
        group = {}

        def find(product_id):
            while group.setdefault(product_id, product_id) != product_id:
                product_id = group[product_id]
            return product_id

        for job in farm.jobs:
            for need in job.needs:
                for product_id in need.product_ids:
                    group[find(product_id)] = find(need.product_ids[0])
        for spool in farm.spools:
            find(spool.product_id)
        roots = {product_id: find(product_id) for product_id in group}
        products = self.env["product.product"].browse(roots.values())
        filaments = {
            product.id: Filament(product.id, product.material_id.id or 0)
            for product in products
        }
        return {product_id: filaments[root] for product_id, root in roots.items()}

    # === RUNS === #

    def _read_jobs(self, farm, runs, names, origin):
        """Return the runs as jobs, in the order of the queue."""
        jobs = {job.id: job for job in farm.jobs}
        found = []
        for rank, run in enumerate(runs):
            job = jobs[run.id]
            filaments = tuple(
                dict.fromkeys(
                    names[need.product_ids[0]] for need in job.needs if need.product_ids
                )
            )
            release, blocked = self._get_release(farm, run, origin)
            is_free = run.is_placed_by_plan and not run.is_pinned
            printer_id = None if is_free else run.workcenter_id.id or None
            found.append(
                Job(
                    id=run.id,
                    minutes=_get_minutes(run),
                    filaments=filaments,
                    requirement=job.requirement,
                    due=run.due_date and to_minute(run.due_date, origin) or None,
                    weight=URGENT if run.queue_rank == 1 else 1,
                    release=release,
                    printer_id=printer_id,
                    rank=rank,
                    preferred_id=(run.workcenter_id or run.planned_workcenter_id).id
                    or None,
                    blocked=blocked,
                )
            )
        return found

    def _get_release(self, farm, run, origin):
        """Return from which minute on there is filament, and why there never is."""
        verdict = farm.walk.get(run.id)
        missing = (
            [pick for pick in verdict.picks if pick.missing > EPSILON]
            if verdict
            else []
        )
        if not missing:
            return 0, ""
        if any(pick.uncovered > EPSILON for pick in missing):
            return 0, NO_FILAMENT
        dates = {receipt.id: receipt.date for receipt in farm.receipts}
        last = max(
            dates[receipt_id]
            for pick in missing
            for receipt_id, _grams in pick.arrivals
        )
        return max(to_minute(last, origin), 0), ""

    def _set_pins(self, problem, runs, origin):
        """Return the problem with the runs that are pinned to a time pinned there.

        Who pins a run says that its filament will be there.
        """
        jobs = []
        for job, run in zip(problem.jobs, runs, strict=True):
            if run.is_pinned and run.pinned_start and job.printer_id:
                job = replace(job, start=to_minute(run.pinned_start, origin))
            jobs.append(job)
        return move_overtaken(problem.replaced(jobs=jobs))

    # === PRINTERS === #

    def _read_printers(self, farm, printers, names, origin, until):
        """Return the printers that are in service, as plans want them."""
        now = origin
        heat = self.env.company.print3d_heat_minutes
        running = (
            self.env["print3d.run"]
            .search([("workcenter_id", "in", printers.ids), ("state", "in", RUNNING)])
            .grouped("workcenter_id")
        )
        spools = {}
        for spool in sorted(farm.spools, key=lambda item: item.slot):
            if spool.printer_id:
                spools.setdefault(spool.printer_id, []).append(names[spool.product_id])
        capabilities = {item.id: item.capability for item in farm.printers}
        closed = self._read_closed(printers, origin, until)
        found = []
        for printer in printers:
            run = running.get(printer, self.env["print3d.run"])[:1]
            busy = heats = 0
            if run:
                left = run._get_running_eta(now) - origin
                # Not a second before it is through.
                busy = max(ceil(left.total_seconds() / 60), 1)
                heats = to_minute(run.date_start or now, origin) + heat
            found.append(
                Printer(
                    id=printer.id,
                    capability=capabilities[printer.id],
                    loaded=tuple(spools.get(printer.id, ())),
                    busy_until=busy,
                    heats_until=max(heats, 0),
                    needs_clearing=printer.needs_clearing,
                    is_dirty=printer._is_plate_taken(),
                    closed=tuple(closed[printer.id]),
                    watts=printer.power_w,
                    heat_watts=max(printer.power_heat_w, printer.power_w),
                    idle_watts=printer.power_idle_w,
                )
            )
        return found


# Printers on which nothing is planned: nobody knows when they are back.
_AWAY = ("offline", "blocked")


def _get_minutes(run):
    return ceil(run.time_s / 60) or UNKNOWN_MINUTES
