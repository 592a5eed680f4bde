from datetime import timedelta

from odoo import api, fields, models

from .print3d_run import RUNNING, WAITING


class Print3dRunTimeline(models.Model):
    """When a run prints and where: what happened, or else what is planned."""

    _inherit = "print3d.run"

    timeline_start = fields.Datetime(string="Prints from", compute="_compute_timeline")
    timeline_end = fields.Datetime(string="Prints until", compute="_compute_timeline")
    timeline_workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Prints on",
        compute="_compute_timeline",
        search="_search_timeline_workcenter_id",
    )

    @api.depends(
        "state",
        "date_start",
        "date_end",
        "plate_id.time_s",
        "workcenter_id",
        "planned_workcenter_id",
        "date_planned_start",
        "date_planned_end",
    )
    def _compute_timeline(self):
        now = fields.Datetime.now()
        for run in self:
            start, end = run.date_start, run.date_end
            if run.state in RUNNING:
                end = max(run.date_eta or now, now)
            elif run.state in WAITING:
                start, end = run.date_planned_start, run.date_planned_end
            if start and not end:
                end = start + timedelta(seconds=run.time_s)
            run.timeline_start, run.timeline_end = start, end
            run.timeline_workcenter_id = run.workcenter_id or run.planned_workcenter_id

    def _search_timeline_workcenter_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return [
            "|",
            ("workcenter_id", operator, value),
            "&",
            ("workcenter_id", "=", False),
            ("planned_workcenter_id", operator, value),
        ]

    @api.model
    def get_timeline(self, domain, field_names, limit=2000):
        """Return what the timeline shows, and its rows.

        Runs that nobody planned and that never started have no place in time.

        :param list domain: which runs
        :param list field_names: what is shown of them
        :return: ``records``, ``printers`` and ``left``: how many found no room
        :rtype: dict
        """
        domain = fields.Domain(domain) & (
            fields.Domain("date_start", "!=", False)
            | fields.Domain("date_planned_start", "!=", False)
        )
        runs = self.search(domain, limit=limit, order="queue_rank, id desc")
        count = len(runs)
        printers = self.env["mrp.workcenter"].search(
            [
                ("is_printer", "=", True),
                ("company_id", "in", [*self.env.companies.ids, False]),
            ]
        )
        return {
            "records": runs.read(field_names),
            "printers": [
                {"id": printer.id, "name": printer.display_name} for printer in printers
            ],
            "left": self.search_count(domain) - count if count == limit else 0,
        }

    def action_pin_at(self, start, printer_id):
        """Pin runs that wait to a printer and a time, with a way back.

        :param start: when the first of them starts, UTC
        :param int printer_id: the printer
        :return: ``change_id`` and ``message``
        :rtype: dict
        """
        printer = self.env["mrp.workcenter"].browse(printer_id)
        vals = {
            "workcenter_id": printer.id,
            "is_pinned": bool(printer),
            "pinned_start": printer and fields.Datetime.to_datetime(start),
        }

        def deed(runs):
            for run in runs:
                same = run.workcenter_id == printer
                run._write_place(
                    {key: vals[key] for key in vals if key[0] != "w" or not same}
                )
                run._show_pinned()

        change = self._change_queue(
            deed,
            lambda runs: (
                self.env._(
                    "%(runs)s pinned to %(printer)s",
                    runs=runs._name_some(),
                    printer=printer.display_name,
                )
                if printer
                else self.env._(
                    "%(runs)s moved to no printer yet", runs=runs._name_some()
                )
            ),
        )
        return {"change_id": change.id, "message": change.name or ""}

    def _show_pinned(self):
        """Show a run where it was pinned, until the next plan says it again."""
        self.ensure_one()
        if self.pinned_start:
            self.write(
                {
                    "planned_workcenter_id": self.workcenter_id.id,
                    "date_planned_start": self.pinned_start,
                    "date_planned_end": self.pinned_start
                    + timedelta(seconds=self.time_s),
                }
            )
