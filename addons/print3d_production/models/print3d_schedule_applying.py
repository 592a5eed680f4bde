from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..scheduling import heuristic
from ..scheduling.check import check


class Print3dScheduleApplying(models.Model):
    """Carries plans out, as far as the farm is still as it was, and takes them back."""

    _inherit = "print3d.schedule"

    def action_apply(self):
        """Carry the best plan so far out.

        What started, moved or was pinned since stays where it is, and what came since
        is put behind.

        :return: a client action that says so and offers to undo it
        :rtype: dict
        :raises UserError: why it cannot be applied and what to do
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "ready":
            raise UserError(
                self.env._(
                    "“%(plan)s” is decided already. Plan the queue again.",
                    plan=self.name,
                )
            )
        change = self.sudo()._apply().with_env(self.env)
        return change._get_done_action(self._get_queue_action())

    def _get_queue_action(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_production.print3d_run_action"
        )

    def _apply(self):
        """Carry the plan out.

        :return: the change of the queue (print3d.queue.change), empty when nothing
            changed
        :raises UserError: nothing is left of it
        """
        self.ensure_one()
        reading = self._read_problem(self.company_id)
        plan = self._fit(reading)
        runs = reading.runs
        self._lock_runs(runs)
        Change = self.env["print3d.queue.change"]
        before = Change._read(runs)
        runs._write_plan(reading, plan, by_plan=True)
        self._put_in_order(reading, plan)
        change = Change._keep(
            self.env._("%(plan)s applied", plan=self.name), runs, before
        )
        self.write(
            {
                "state": "applied",
                "applied_on": fields.Datetime.now(),
                "applied_by_id": self.env.uid,
                "change_id": change.id,
                "is_stopping": self.is_improving,
            }
        )
        self._notify()
        return change

    def _lock_runs(self, runs):
        """Wait for whoever acts on one of these runs at this moment.

        When that changed it, PostgreSQL tells us that our view is old, and all is tried
        again with the run as it is then, such as on its printer.
        """
        runs.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM print3d_run WHERE id IN %s ORDER BY id FOR UPDATE",
                runs._ids or (0,),
            )
        )

    def _fit(self, reading):
        """Return the plan as the farm is now.

        :rtype: scheduling.problem.Plan
        :raises UserError: none of its runs waits any more
        """
        problem = reading.problem
        row = [
            (job_id, printer_id)
            for job_id, printer_id, _start, _end in self.plan_json or ()
            if printer_id
            in {printer.id for printer in problem.candidates.get(job_id, ())}
        ]
        if not row:
            raise UserError(
                self.env._(
                    "Nothing of this plan can be applied any more: its runs print, "
                    "have ended, or were put elsewhere. Plan the queue again."
                )
            )
        plan = heuristic.replay(problem, row)
        wrong = check(problem, plan)
        if wrong:
            raise UserError(
                self.env._(
                    "The queue has changed so that this plan does not work any more "
                    "(%(reason)s). Plan the queue again.",
                    reason=wrong[0],
                )
            )
        return plan

    def _put_in_order(self, reading, plan):
        """Number the runs so that the queue is in the order of the plan."""
        placings = plan.placings
        runs = reading.runs.sorted(
            lambda run: (
                run.id not in placings,
                placings[run.id].start if run.id in placings else 0,
                run.sequence,
                run.id,
            )
        )
        numbers, last = [], None
        for number in sorted(runs.mapped("sequence")):
            last = number if last is None else max(number, last + 1)
            numbers.append(last)
        for run, number in zip(runs, numbers, strict=True):
            if run.sequence != number:
                run.sequence = number

    def action_undo(self):
        """Put the queue back to what it was before the plan was applied.

        Runs that print, have ended or were moved by somebody since stay.
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "applied" or not self.change_id:
            raise UserError(
                self.env._(
                    "There is nothing to undo: “%(plan)s” changed nothing.",
                    plan=self.name,
                )
            )
        message = self.change_id.action_undo()
        self.sudo().state = "undone"
        return message
