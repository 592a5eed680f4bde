from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .print3d_run import RUNNING, WAITING


class Print3dRunPlan(models.Model):
    """Where and when a run is planned to print, and when it will really be through."""

    _inherit = "print3d.run"

    planned_workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer Planned",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        help="Where the plan of the queue prints it.",
    )
    date_planned_start = fields.Datetime(
        string="Start Planned", index=True, readonly=True, copy=False
    )
    date_planned_end = fields.Datetime(
        string="End Planned", index=True, readonly=True, copy=False
    )
    plan_json = fields.Json(
        string="Why Here, Why Then",
        readonly=True,
        copy=False,
        help="What decided on its place, as the plan of the queue noted it.",
    )
    is_pinned = fields.Boolean(
        string="Pinned",
        readonly=True,
        copy=False,
        help="No plan moves it from its printer, nor from its time if it has one.",
    )
    pinned_start = fields.Datetime(
        string="Pinned to Start",
        readonly=True,
        copy=False,
        help="Empty: it stays on its printer, whenever its turn comes.",
    )
    is_placed_by_plan = fields.Boolean(
        string="Printer Chosen by the Plan",
        readonly=True,
        copy=False,
        help="The next plan may choose another printer for it.",
    )
    date_eta = fields.Datetime(
        string="Ready About",
        compute="_compute_date_eta",
        help="What prints: by its progress. What waits: as planned, later by what is "
        "late before it.",
    )

    @api.depends(
        "state",
        "progress",
        "date_start",
        "plate_id.time_s",
        "date_planned_start",
        "date_planned_end",
        "planned_workcenter_id",
    )
    def _compute_date_eta(self):
        now = fields.Datetime.now()
        running = self.filtered(lambda run: run.state in RUNNING)
        for run in running:
            run.date_eta = run._get_running_eta(now)
        waiting = self.filtered(
            lambda run: run.state in WAITING and run.date_planned_end
        )
        for run in self - running - waiting:
            run.date_eta = run.date_end if run.state == "done" else False
        etas = waiting._get_waiting_etas(now)
        for run in waiting:
            run.date_eta = etas.get(run._origin.id, run.date_planned_end)

    def _get_running_eta(self, now):
        """Return when a run that prints will be through, never before now.

        The share of the plate that the printer told weighs the more the further it
        is: a percent after two minutes says little, half of the print says all.

        :param datetime now: the moment to reckon from
        :rtype: datetime
        """
        self.ensure_one()
        seconds = float(self.time_s)
        share = min(max(self.progress / 100.0, 0.0), 1.0)
        if self.state == "paused":
            # Its clock stands still.
            left = seconds * (1.0 - (share or self.progress_shown / 100.0))
            return now + timedelta(seconds=round(left))
        gone = (now - self.date_start).total_seconds() if self.date_start else 0.0
        if share and gone > 0:
            seconds = (1.0 - share) * seconds + share * (gone / share)
        return max(now, now + timedelta(seconds=round(seconds - gone)))

    def _get_waiting_etas(self, now):
        """Return {run id: when it will be through} of all runs planned on the printers.

        Each starts as planned, or when the one before it is through. So a pause in the
        plan, such as a night, takes up what is late.

        :param datetime now: the moment to reckon from
        :rtype: dict[int, datetime]
        """
        printers = self.planned_workcenter_id
        if not printers:
            return {}
        self.env["print3d.run"].flush_model(
            ["state", "planned_workcenter_id", "date_planned_start", "date_planned_end"]
        )
        running = self.sudo().search(
            [("workcenter_id", "in", printers.ids), ("state", "in", RUNNING)]
        )
        free = {run.workcenter_id.id: run._get_running_eta(now) for run in running}
        etas = {}
        for run_id, printer_id, start, end in self.env.execute_query(
            SQL(
                """
                SELECT id, planned_workcenter_id, date_planned_start, date_planned_end
                  FROM print3d_run
                 WHERE planned_workcenter_id IN %s AND state IN %s
                   AND date_planned_start IS NOT NULL AND date_planned_end IS NOT NULL
                 ORDER BY date_planned_start, id
                """,
                printers._ids,
                WAITING,
            )
        ):
            begin = max(start, free.get(printer_id, now), now)
            etas[run_id] = free[printer_id] = begin + (end - start)
        return etas
