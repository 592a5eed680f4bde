from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..scheduling import heuristic
from ..scheduling.explain import explain
from ..scheduling.shop import (
    Placing,
    Plan,
)


class Print3dSchedule(models.Model):
    """A plan of the queue that somebody asked for: what it would change, and why."""

    _name = "print3d.schedule"
    _description = "Plan of the Queue"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [
            ("ready", "To Decide"),
            ("applied", "Applied"),
            ("undone", "Undone"),
            ("dropped", "Dropped"),
        ],
        default="ready",
        required=True,
        readonly=True,
        index=True,
    )
    is_automatic = fields.Boolean(
        string="Made at Night",
        readonly=True,
        help="Applied by itself when it is better than what was planned.",
    )
    planned_on = fields.Datetime(string="Planned for", readonly=True)
    plan_json = fields.Json(readonly=True)
    line_ids = fields.One2many(
        "print3d.schedule.line", "schedule_id", string="Runs", readonly=True
    )
    moved_count = fields.Integer(string="Runs Moved", readonly=True)
    lost_count = fields.Integer(string="Runs Without a Place", readonly=True)

    # === FIGURES === #
    run_count = fields.Integer(string="Runs Planned", readonly=True)
    late_before = fields.Float(string="Hours Late Now", readonly=True)
    late_after = fields.Float(string="Hours Late", readonly=True)
    late_runs_before = fields.Integer(string="Runs Late Now", readonly=True)
    late_runs_after = fields.Integer(string="Runs Late", readonly=True)
    swaps_before = fields.Integer(string="Swaps Now", readonly=True)
    swaps_after = fields.Integer(string="Swaps", readonly=True)
    through_before = fields.Datetime(string="All Printed Now", readonly=True)
    through_after = fields.Datetime(string="All Printed", readonly=True)
    waiting_before = fields.Float(string="Mean Hours Until Printed Now", readonly=True)
    waiting_after = fields.Float(string="Mean Hours Until Printed", readonly=True)
    cost_before = fields.Float(string="Points Now", readonly=True)
    cost_after = fields.Float(string="Points", readonly=True)
    cost_bound = fields.Float(
        string="Points No Plan Is Below",
        readonly=True,
        help="However long the plan is improved. 0: not worked out.",
    )

    # === IMPROVING === #
    is_improving = fields.Boolean(readonly=True)
    is_stopping = fields.Boolean(readonly=True)
    progress = fields.Float(readonly=True, help="Percent of the time.")
    rounds = fields.Integer(string="Pieces Planned Anew", readonly=True)
    trouble = fields.Char(string="Why It Was Not Improved", readonly=True, copy=False)

    # === WHAT CAME OF IT === #
    applied_on = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    change_id = fields.Many2one(
        "print3d.queue.change",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="How to undo it.",
    )

    @api.depends("planned_on", "is_automatic")
    @api.depends_context("lang", "tz")
    def _compute_name(self):
        for schedule in self:
            schedule.name = self.env._(
                "Plan of %(moment)s",
                moment=format_datetime(
                    self.env, schedule.planned_on, dt_format="short"
                ),
            )

    # === ACTIONS === #

    @api.model
    def action_plan(self):
        """Plan the queue of the company and show what would change.

        :return: the action that opens the plan
        :rtype: dict
        :raises UserError: there is nothing to plan
        """
        self.check_access("create")
        schedule = self._make(self.env.company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan the Queue"),
            "res_model": self._name,
            "res_id": schedule.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_stop(self):
        """End the improvement; the best plan so far stays."""
        self.check_access("write")
        self.sudo().filtered("is_improving").is_stopping = True
        return True

    def action_drop(self):
        """Put the plan away without applying it."""
        self.check_access("write")
        for schedule in self.sudo().filtered(lambda item: item.state == "ready"):
            schedule.write({"state": "dropped", "is_stopping": schedule.is_improving})
        return {
            "type": "ir.actions.act_window_close",
        }

    def action_plan_again(self):
        """Plan the queue as it is now."""
        self.action_drop()
        return self.action_plan()

    # === MAKING === #

    @api.model
    def _make(self, company, automatic=False):
        """Make a plan by rules, and have it improved in the background.

        :param company: the company (res.company)
        :param bool automatic: apply it by itself when it is better
        :return: the plan (print3d.schedule)
        :raises UserError: there is nothing to plan
        """
        reading = self._read_problem(company)
        self._check_worth(reading)
        schedule = self.sudo().create(
            {"company_id": company.id, "is_automatic": automatic}
        )
        before = heuristic.follow(reading.problem)
        after = heuristic.plan(reading.problem)
        schedule._keep(reading, before, after)
        schedule._write_lines(reading, before, after)
        if company.print3d_plan_seconds:
            schedule.is_improving = True
            schedule._improve_soon()
        return schedule.with_env(self.env)

    @api.model
    def _check_worth(self, reading):
        """Refuse to plan nothing.

        :raises UserError: what is missing
        """
        if not reading.problem.jobs:
            raise UserError(
                self.env._(
                    "Nothing waits in the queue. Confirm manufacturing orders of "
                    "printed products, or release runs that are on hold, and plan "
                    "again."
                )
            )
        if not reading.problem.printers:
            raise UserError(
                self.env._(
                    "No printer is in service. Put one back into service, or add one "
                    "under Printing, Printers."
                )
            )

    def _keep(self, reading, before, after, bound=0, **vals):
        """Write a plan and what it comes to."""
        self.ensure_one()
        problem = reading.problem
        old, new = problem.measure(before), problem.measure(after)
        placed = max(len(after.placings), 1)
        self.write(
            {
                "planned_on": reading.origin,
                "plan_json": self._to_json(after),
                "run_count": len(problem.jobs),
                "late_before": old.late_minutes / 60,
                "late_after": new.late_minutes / 60,
                "late_runs_before": old.late_jobs,
                "late_runs_after": new.late_jobs,
                "swaps_before": old.swaps,
                "swaps_after": new.swaps,
                "through_before": reading.to_date(old.makespan),
                "through_after": reading.to_date(new.makespan),
                "waiting_before": old.waiting_minutes
                / 60
                / max(len(before.placings), 1),
                "waiting_after": new.waiting_minutes / 60 / placed,
                "cost_before": old.cost / 60,
                "cost_after": new.cost / 60,
                "cost_bound": bound / 60,
                "moved_count": len(self._get_moved(before, after)),
                "lost_count": len(after.unplaced),
                **vals,
            }
        )

    @api.model
    def _to_json(self, plan):
        """Return a plan as it is kept: the order of the runs, and where they print."""
        return [
            [item.job_id, item.printer_id, item.start, item.end]
            for item in sorted(
                plan.placings.values(), key=lambda item: (item.start, item.job_id)
            )
        ]

    @api.model
    def _get_moved(self, before, after):
        """Return the ids of the runs that print elsewhere or at another time."""
        return {
            job_id
            for job_id in before.placings.keys() | after.placings.keys()
            if _get_place(before, job_id) != _get_place(after, job_id)
        }

    def _write_lines(self, reading, before, after):
        """Write what the plan does with each run, and why."""
        self.ensure_one()
        reasons = explain(reading.problem, after)
        moved = self._get_moved(before, after)
        self.line_ids.unlink()
        vals_list = []
        for job in reading.problem.jobs:
            old, new = before.placings.get(job.id), after.placings.get(job.id)
            if job.id in after.unplaced:
                kind = "lost"
            else:
                kind = "moved" if job.id in moved else "same"
            vals_list.append(
                {
                    "schedule_id": self.id,
                    "run_id": job.id,
                    "kind": kind,
                    **_prepare_place("before", reading, old),
                    **_prepare_place("after", reading, new),
                    "late_minutes": max(new.end - job.due, 0)
                    if new and job.due is not None
                    else 0,
                    "reasons": self._to_dates(reading, reasons[job.id]),
                }
            )
        self.env["print3d.schedule.line"].sudo().create(vals_list)

    @api.model
    def _to_dates(self, reading, reasons):
        """Return reasons whose minutes are moments, as they are kept."""
        return [
            [
                code,
                {
                    key: fields.Datetime.to_string(reading.to_date(value))
                    if key in ("at", "until")
                    else value
                    for key, value in details.items()
                },
            ]
            for code, details in reasons
        ]

    @api.autovacuum
    def _gc_schedules(self):
        """Forget plans after a month."""
        self.sudo().search([("create_date", "<", "-30d")], limit=1000).unlink()


def _get_place(plan, job_id):
    placing = plan.placings.get(job_id)
    return placing and (placing.printer_id, placing.start)


def _prepare_place(name, reading, placing):
    if placing is None:
        return {}
    return {
        f"printer_{name}_id": placing.printer_id,
        f"start_{name}": reading.to_date(placing.start),
        f"end_{name}": reading.to_date(placing.end),
    }
