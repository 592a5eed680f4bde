import logging
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.job import ENQUEUED, PENDING, STARTED, WAIT_DEPENDENCIES

from ..scheduling import heuristic
from ..scheduling.improve import improve
from ..scheduling.solver import SolverMissingError

_logger = logging.getLogger(__name__)

# How a browser is told how far a plan is.
CHANNEL = "print3d_schedule"


class Print3dScheduleImproving(models.Model):
    """Improves a plan in a background job that can be watched and stopped."""

    _inherit = "print3d.schedule"

    def _improve_soon(self):
        for schedule in self:
            schedule.with_delay(
                description=self.env._("Improve %(plan)s", plan=schedule.name),
                identity_key=schedule._get_job_key(),
            )._improve()

    def _get_job_key(self):
        return f"print3d.schedule.improve.{self.id}"

    def _improve(self):
        """Improve the plan for as long as the company says.

        Body of a background job. It reads the queue once; what it finds on the way it
        writes in transactions of its own, so that everybody sees it at once and stops
        it or applies it at any moment.
        """
        self.ensure_one()
        if not self.is_improving or self.state != "ready":
            return
        reading = self._read_problem(self.company_id)
        before = heuristic.follow(reading.problem)
        hint = heuristic.plan(reading.problem)
        kept = {"cost": None}

        def tell(known):
            self._report_progress(reading, before, known, kept)

        try:
            outcome = improve(
                reading.problem,
                hint,
                seconds=float(self.company_id.print3d_plan_seconds),
                rounds=self.env.context.get("print3d_plan_rounds"),
                progress=tell,
                go_on=self._goes_on,
                seed=self.id,
            )
        except SolverMissingError as error:
            _logger.warning("%s", error)
            message = self.env._(
                "OR-Tools is not installed on the server, so that the plan stays as "
                "rules made it. Ask the administrator for the Python package ortools."
            )
            with self._own_transaction() as schedule:
                schedule.write({"is_improving": False, "trouble": message})
                schedule._notify()
            return
        with self._own_transaction() as schedule:
            if schedule.state == "ready":
                schedule._keep(
                    reading,
                    before,
                    outcome.plan,
                    outcome.bound,
                    is_improving=False,
                    is_stopping=False,
                    progress=100.0,
                    rounds=outcome.rounds,
                )
                schedule._write_lines(reading, before, outcome.plan)
                schedule._apply_when_better()
            else:
                schedule.write({"is_improving": False, "is_stopping": False})
            schedule._notify()

    @contextmanager
    def _own_transaction(self):
        """Lend the plan in a transaction of its own, which is committed at the end.

        A job that is carried out at once, as in tests, has one transaction only.
        """
        self.ensure_one()
        if self.env.context.get("queue_job__no_delay"):
            yield self.sudo()
            return
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, self.env.context)
            yield env[self._name].sudo().browse(self.id)

    def _goes_on(self):
        """Tell whether nobody stopped, applied or dropped the plan meanwhile."""
        with self._own_transaction() as schedule:
            return schedule.exists() and (
                schedule.state == "ready" and not schedule.is_stopping
            )

    def _report_progress(self, reading, before, known, kept):
        """Write how far it is, and the plan when it is better than the one written."""
        with self._own_transaction() as schedule:
            if not schedule.exists() or schedule.state != "ready":
                return
            vals = {
                "progress": round(100.0 * known["share"], 1),
                "rounds": known["rounds"],
            }
            if known["figures"].cost != kept["cost"]:
                kept["cost"] = known["figures"].cost
                schedule._keep(reading, before, known["plan"], known["bound"], **vals)
            else:
                schedule.write({**vals, "cost_bound": known["bound"] / 60})
            schedule._notify()

    def _notify(self):
        """Tell the browser of whoever asked for the plan how far it is."""
        self.ensure_one()
        self.env.flush_all()
        self.create_uid._bus_send(CHANNEL, self._get_progress())

    def get_progress(self):
        """Return how far the plan is, for a screen.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        self.sudo()._end_forgotten()
        return self._get_progress()

    def _end_forgotten(self):
        """End the improvement of plans whose job is not there any more.

        It failed, or somebody cancelled it; the best plan until then stays.
        """
        for schedule in self.filtered("is_improving"):
            if not self.env["queue.job"].search_count(
                [
                    ("identity_key", "=", schedule._get_job_key()),
                    ("state", "in", (WAIT_DEPENDENCIES, PENDING, ENQUEUED, STARTED)),
                ],
                limit=1,
            ):
                schedule.write(
                    {
                        "is_improving": False,
                        "is_stopping": False,
                        "trouble": self.env._(
                            "The improvement ended before its time. This is the best "
                            "plan until then; plan again for another try."
                        ),
                    }
                )

    def _get_progress(self):
        self.ensure_one()
        return {
            "id": self.id,
            "state": self.state,
            "is_improving": self.is_improving,
            "is_stopping": self.is_stopping,
            "progress": self.progress,
            "rounds": self.rounds,
            "cost_before": self.cost_before,
            "cost_after": self.cost_after,
            "cost_bound": self.cost_bound,
            "late_before": self.late_before,
            "late_after": self.late_after,
            "late_runs_before": self.late_runs_before,
            "late_runs_after": self.late_runs_after,
            "swaps_before": self.swaps_before,
            "swaps_after": self.swaps_after,
            "waiting_before": self.waiting_before,
            "waiting_after": self.waiting_after,
            "through_before": fields.Datetime.to_string(self.through_before),
            "through_after": fields.Datetime.to_string(self.through_after),
            "lost_count": self.lost_count,
            "moved_count": self.moved_count,
            "trouble": self.trouble or "",
        }

    # === AT NIGHT === #

    @api.model
    def _cron_plan(self):
        """Plan the queues of the companies that want that every night."""
        for company in self.env["res.company"].search(
            [("print3d_plan_nightly", "=", True)]
        ):
            self.with_company(company).with_delay(
                description=self.env._(
                    "Plan the queue of %(company)s", company=company.name
                ),
                identity_key=f"print3d.schedule.night.{company.id}",
            )._plan_by_night(company.id)

    @api.model
    def _plan_by_night(self, company_id):
        """Plan the queue of a company, and apply the plan when it is better.

        Body of a background job.
        """
        company = self.env["res.company"].browse(company_id)
        reading = self._read_problem(company)
        if not reading.problem.jobs or not reading.problem.printers:
            return
        schedule = self._make(company, automatic=True)
        if not company.print3d_plan_seconds:
            schedule.sudo()._apply_when_better()

    def _apply_when_better(self):
        """Apply a plan that was made at night, if it is better than what was."""
        self.ensure_one()
        if self.is_automatic and self.state == "ready":
            if self.cost_after >= self.cost_before:
                self.state = "dropped"
                return
            try:
                with self.env.cr.savepoint():
                    self._apply()
            except UserError as error:
                # The queue went on meanwhile. Nobody looks at night: say so later.
                self.write({"state": "dropped", "trouble": str(error)})
