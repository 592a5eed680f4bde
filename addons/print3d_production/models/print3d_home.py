from odoo import api, fields, models

from .mrp_workcenter import STATE_COLOURS
from .print3d_run import ACTIVE, RUNNING

SHOWN = 6


class Print3dHome(models.AbstractModel):
    _inherit = "print3d.home"

    @api.model
    def _get_sections(self):
        """Add the queue and the printers, for whoever has a role in the shop."""
        if not self.env.user.has_group("print3d_library.group_print3d_user"):
            return super()._get_sections()
        return dict(
            super()._get_sections(),
            queue=self._get_queue_section(),
            printers=self._get_printers_section(),
        )

    @api.model
    def _get_queue_section(self):
        """Return the runs that need a person now, the most pressing first.

        A print that should be over comes before one that stands still, then what can
        be started on a printer that is free, at once or after a swap of spools. What
        an alert on the same page tells of is left out.

        :rtype: dict
        """
        runs = self.env["print3d.run"].search(
            [
                ("state", "in", ACTIVE),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        told = self._get_told_today("print3d.run")
        busy = runs.filtered(lambda run: run.state in RUNNING)
        taken = set(busy.workcenter_id.ids)
        rows = []
        for run in runs:
            if run.state in ("queued", "assigned"):
                # A printer that is free needs one print, the next of its queue.
                proposal = run.feasibility_json or {}
                printer_id = run.workcenter_id.id or proposal.get("printer_id")
                if printer_id in taken:
                    continue
                taken.add(printer_id)
            vals = run.id not in told and self._prepare_queue_row(run)
            if vals:
                rows.append((vals.pop("rank"), len(rows), {**vals, "id": run.id}))
        rows.sort(key=lambda row: row[:2])
        return {
            "count": len(rows),
            "runs": [self._add_run_facts(row[2]) for row in rows[:SHOWN]],
            "empty": self.env._(
                "Every printer is busy or nothing waits. %(count)s prints are in the "
                "queue.",
                count=len(runs),
            ),
            "can_print": self.env.user.has_group(
                "print3d_library.group_print3d_operator"
            ),
        }

    @api.model
    def _prepare_queue_row(self, run):
        """Return what a person has to do for a run, or an empty dict.

        :param run: the run (print3d.run)
        """
        if run.state == "printing":
            if not run.date_expected or run.date_expected > fields.Datetime.now():
                return {}
            return {
                "rank": 0,
                "method": "action_done",
                "button": self.env._("End"),
                "primary": True,
                "colour": "amber",
                "label": self.env._("Should be done"),
                "message": run.workcenter_id.display_name,
            }
        if run.state == "paused":
            return {
                "rank": 1,
                "method": "action_resume",
                "button": self.env._("Go on"),
                "primary": True,
                "colour": "amber",
                "label": self.env._("Paused"),
                "message": run.workcenter_id.display_name,
            }
        if run.state == "draft":
            return {}
        colour = {"ready": "blue", "swap": "amber"}.get(run.feasibility, "red")
        labels = dict(run._fields["feasibility"]._description_selection(self.env))
        return {
            "rank": {"ready": 2, "swap": 3, "short": 4}.get(run.feasibility, 5),
            "method": "action_start",
            "button": self.env._("Start"),
            "primary": run.feasibility in ("ready", "swap"),
            "colour": colour,
            "label": labels.get(run.feasibility, ""),
            "message": " · ".join(
                filter(None, [run.workcenter_id.display_name, run.feasibility_note])
            ),
        }

    @api.model
    def _add_run_facts(self, vals):
        run = self.env["print3d.run"].browse(vals["id"])
        return {
            **vals,
            "product": run.product_id.display_name,
            "quantity": run.quantity,
            "thumbnail_url": run.thumbnail_url or "",
            "chips": run.chips,
            "time_s": run.time_s,
        }

    @api.model
    def _get_printers_section(self):
        """Return the printers as small tiles.

        :rtype: dict
        """
        printers = self.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("company_id", "in", self.env.companies.ids)]
        )
        labels = dict(
            printers._fields["printer_state"]._description_selection(self.env)
        )
        return {
            "printers": [
                {
                    "id": printer.id,
                    "name": printer.display_name,
                    "label": labels[printer.printer_state],
                    "colour": STATE_COLOURS.get(printer.printer_state, "amber"),
                    "product": printer.current_product_id.display_name or "",
                    "percent": printer.current_progress,
                    "left": printer.current_left or "",
                    "slots": printer.slots_json,
                }
                for printer in printers
            ],
        }
