from odoo import api, fields, models
from odoo.exceptions import UserError

from ..scheduling import heuristic
from ..scheduling.explain import explain
from .print3d_run import WAITING

# Where a transaction notes the companies whose queues are to be planned anew.
NOTED = "print3d_plan"
# What decides on a run's place, so that a plan looks again when it changes.
WATCHED = {
    "workcenter_id",
    "sequence",
    "priority",
    "is_pinned",
    "pinned_start",
    "is_held",
    "plate_id",
}
# A plan that moves a run by less than this is not written.
SAME_SECONDS = 120


class Print3dRunPlanning(models.Model):
    """Plans the queue whenever something changed, and keeps what people pinned."""

    _inherit = "print3d.run"

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        runs._plan_soon(runs.company_id)
        return runs

    def write(self, vals):
        """Note who chose a printer; whoever is not a plan is a person."""
        if "workcenter_id" in vals and "is_placed_by_plan" not in vals:
            vals = {**vals, "is_placed_by_plan": False}
        res = super().write(vals)
        if not WATCHED.isdisjoint(vals):
            self._plan_soon(self.company_id)
        return res

    def _set_state(self, state, told=None, **vals):
        """Forget the plan of what does not wait any more."""
        res = super()._set_state(state, told=told, **vals)
        if state not in WAITING:
            gone = self.filtered(
                lambda run: run.is_pinned or run.date_planned_start or run.plan_json
            )
            if gone:
                gone.write(
                    {
                        "is_pinned": False,
                        "pinned_start": False,
                        "planned_workcenter_id": False,
                        "date_planned_start": False,
                        "date_planned_end": False,
                        "plan_json": False,
                    }
                )
        return res

    # === SOON === #

    @api.model
    def _plan_soon(self, companies=None):
        """Have the queues of these companies planned anew after this transaction.

        Once for each company, however often it is asked for.

        :param companies: the companies (res.company), the present one by default
        """
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.data[NOTED] = set()
            precommit.add(self.env["print3d.run"].browse().sudo()._ask_for_plans)
        precommit.data[NOTED].update((companies or self.env.company).ids)

    @api.model
    def _ask_for_plans(self):
        """Ask for the plans that this transaction wants."""
        for company in self.env["res.company"].browse(
            sorted(self.env.cr.precommit.data.pop(NOTED, ()))
        ):
            if self.env.context.get("queue_job__no_delay"):
                # Who does everything at once plans when somebody asks for it.
                continue
            self._delay_plan(company)._plan_now(company.id)

    @api.model
    def _delay_plan(self, company):
        return self.with_company(company).with_delay(
            description=self.env._(
                "Plan the queue of %(company)s", company=company.name
            ),
            identity_key=f"print3d.run.plan.{company.id}",
            priority=5,
        )

    @api.model
    def _cron_plan_now(self):
        """Plan the queues anew because time went by and prints are late or early."""
        self.env["print3d.schedule"].search(
            [("is_improving", "=", True)]
        )._end_forgotten()
        for company, _count in self._read_group(
            [("state", "in", ("queued", "assigned"))], ["company_id"], ["__count"]
        ):
            self._delay_plan(company)._plan_now(company.id)

    @api.model
    def _plan_now(self, company_id):
        """Write where and when each run of a company's queue will print.

        The queue is followed in its order; see `print3d.schedule` for better orders.
        Body of a background job; the same job twice changes nothing.

        :return: the runs that were written
        """
        company = self.env["res.company"].browse(company_id)
        reading = self.env["print3d.schedule"]._read_problem(company)
        plan = heuristic.follow(reading.problem)
        changed = reading.runs._write_plan(
            reading, plan, by_plan=company.print3d_plan_assigns
        )
        return changed | self._forget_plans(company, reading.runs)

    @api.model
    def _forget_plans(self, company, runs):
        """Empty the plan of what is not planned any more, such as what is on hold."""
        gone = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "in", WAITING),
                ("id", "not in", runs.ids),
                "|",
                ("planned_workcenter_id", "!=", False),
                # Also why there was no place for it.
                ("plan_json", "!=", False),
            ]
        )
        gone.write(
            {
                "planned_workcenter_id": False,
                "date_planned_start": False,
                "date_planned_end": False,
                "plan_json": False,
            }
        )
        return gone

    # === WRITING === #

    def _write_plan(self, reading, plan, by_plan=False):
        """Write a plan of these runs on them, as far as it says something new.

        :param reading: what it was made of (see `print3d.schedule._read_problem`)
        :param plan: the plan (scheduling.problem.Plan)
        :param bool by_plan: it may put runs onto printers, if the company lets plans
        :return: the runs that were written
        """
        reasons = explain(reading.problem, plan)
        Schedule = self.env["print3d.schedule"]
        assigns = by_plan and self.company_id[:1].print3d_plan_assigns
        changed = self.browse()
        for run in self.sudo().with_context(tracking_disable=True):
            placing = plan.placings.get(run.id)
            told = Schedule._to_dates(reading, reasons[run.id])
            vals = {
                "planned_workcenter_id": placing.printer_id if placing else False,
                "date_planned_start": placing and reading.to_date(placing.start),
                "date_planned_end": placing and reading.to_date(placing.end),
                "plan_json": {"reasons": told, "is_lost": placing is None},
            }
            is_free = not run.workcenter_id or run.is_placed_by_plan
            if assigns and placing and is_free:
                if run.workcenter_id.id != placing.printer_id:
                    vals["workcenter_id"] = placing.printer_id
                    vals["is_placed_by_plan"] = True
            if run._is_news(vals):
                run.write(vals)
                changed |= run
        return changed

    def _is_news(self, vals):
        """Tell whether a plan says anything but what is written already."""
        self.ensure_one()
        if (
            "workcenter_id" in vals
            or self.planned_workcenter_id.id != vals["planned_workcenter_id"]
            or bool(self.date_planned_start) != bool(vals["date_planned_start"])
        ):
            return True
        for name in ("date_planned_start", "date_planned_end"):
            if vals[name]:
                seconds = abs((self[name] - vals[name]).total_seconds())
                if seconds >= SAME_SECONDS:
                    return True
        return _get_codes(self.plan_json) != _get_codes(vals["plan_json"])

    # === PINS === #

    def action_pin(self):
        """Keep these runs on their printers, whatever plans say."""
        for run in self._check_pinnable():
            run.write(
                {
                    "workcenter_id": (
                        run.workcenter_id or run.planned_workcenter_id
                    ).id,
                    "is_pinned": True,
                    "pinned_start": False,
                }
            )
        return True

    def action_pin_time(self, start=None):
        """Keep these runs on their printers and at a time.

        :param start: the moment (datetime or its text, UTC); as planned by default
        :raises UserError: there is no such moment, or it is over
        """
        for run in self._check_pinnable():
            moment = fields.Datetime.to_datetime(start) or run.date_planned_start
            if not moment:
                raise UserError(
                    self.env._(
                        "%(run)s has no planned time to be pinned to. Choose one, or "
                        "plan the queue first.",
                        run=run.name,
                    )
                )
            if start and moment < fields.Datetime.now():
                raise UserError(
                    self.env._(
                        "%(run)s cannot be pinned to a time that is over. Choose a "
                        "later one.",
                        run=run.name,
                    )
                )
            run.write(
                {
                    "workcenter_id": (
                        run.workcenter_id or run.planned_workcenter_id
                    ).id,
                    "is_pinned": True,
                    "pinned_start": moment,
                }
            )
        return True

    def action_open_pin(self):
        """Ask where and when the run is to stay."""
        self.ensure_one()
        self._check_waits()
        printer = self.workcenter_id or self.planned_workcenter_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pin %(run)s", run=self.name),
            "res_model": "print3d.run.pin",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_run_id": self.id,
                "default_workcenter_id": printer.id,
            },
        }

    def action_unpin(self):
        """Let plans move these runs again."""
        self.filtered("is_pinned").write({"is_pinned": False, "pinned_start": False})
        return True

    def _check_pinnable(self):
        """Return these runs, of which each waits and has a printer to stay on.

        :raises UserError: which does not, and what to do
        """
        self._check_waits()
        for run in self:
            if not run.workcenter_id and not run.planned_workcenter_id:
                raise UserError(
                    self.env._(
                        "%(run)s is on no printer yet. Choose one, then pin it.",
                        run=run.name,
                    )
                )
        return self

    def _check_waits(self):
        """Refuse to pin what does not wait.

        :raises UserError: which run it is
        """
        for run in self:
            if run.state not in WAITING:
                raise UserError(
                    self.env._(
                        "%(run)s does not wait any more. Only runs that wait can be "
                        "pinned.",
                        run=run.name,
                    )
                )


def _get_codes(plan_json):
    """Return what a note of a plan says, without how many minutes of what."""
    plan_json = plan_json or {}
    return (
        bool(plan_json.get("is_lost")),
        [
            (code, details.get("job_id"), details.get("filaments"))
            for code, details in plan_json.get("reasons") or ()
        ],
    )
