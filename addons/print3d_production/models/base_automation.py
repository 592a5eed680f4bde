from collections import defaultdict
from datetime import datetime

from odoo import api, models


class BaseAutomation(models.Model):
    """Rules about prints and printers."""

    _inherit = "base.automation"

    @api.model
    def _get_print3d_subjects(self):
        """Add what this addon knows."""
        return [
            *super()._get_print3d_subjects(),
            ("mrp.workcenter", self.env._("Printer")),
            ("print3d.run", self.env._("Print")),
            ("mrp.production", self.env._("Manufacturing order")),
            ("maintenance.request", self.env._("Maintenance")),
        ]

    def _is_print3d_tracked(self, name):
        """Add the hours of printers, which are those of their prints."""
        if self.model_name == "mrp.workcenter" and name == "hours_to_service":
            return True
        return super()._is_print3d_tracked(name)

    def _get_print3d_history(self, records, names, since):
        """Add the hours of printers."""
        names = set(names)
        hours = records._name == "mrp.workcenter" and "hours_to_service" in names
        if hours:
            names.discard("hours_to_service")
        history = super()._get_print3d_history(records, names, since)
        if hours:
            history["hours_to_service"] = self._get_print3d_service_steps(
                records, since
            )
        return history

    def _get_print3d_service_steps(self, printers, since):
        """Return what was left until the service of printers, as steps.

        The services are those of today's interval; when an earlier one was is told by
        the messages of the printer.
        """
        serviced = self._get_print3d_tracked_steps(printers, "serviced_on", since)
        ends = defaultdict(list)
        for run in self.env["print3d.run"].search_fetch(
            [
                ("workcenter_id", "in", printers.ids),
                ("date_end", "!=", False),
                ("duration_s", ">", 0),
            ],
            ["workcenter_id", "date_end", "duration_s"],
            order="date_end, id",
        ):
            ends[run.workcenter_id.id].append((run.date_end, run.duration_s / 3600.0))
        steps = {}
        for printer in printers.filtered("service_interval_h"):
            services = sorted({when for _b, when in serviced[printer.id] if when})
            events = [(when, None) for when in services] + ends[printer.id]
            left = printer.service_interval_h
            found = [(datetime.min, left)]
            for when, hours in sorted(events, key=lambda event: event[0]):
                left = printer.service_interval_h if hours is None else left - hours
                found.append((when, left))
            steps[printer.id] = found
        return steps
