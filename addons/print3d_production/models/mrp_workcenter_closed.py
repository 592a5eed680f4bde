from odoo import fields, models

# Codes that keep a print from starting; the others are no more than a warning.
REFUSING = ("offline", "blocked", "plate")


class MrpWorkcenterClosed(models.Model):
    """Why nothing, or nothing without a second look, starts on a printer now."""

    _inherit = "mrp.workcenter"

    def _get_closed(self):
        """Return why these printers are closed.

        The number of queries does not depend on how many printers there are.

        :return: {printer id: code}: ``offline``, ``blocked``, ``plate`` (what was
            printed lies on it), ``service`` (its maintenance is overdue)
        :rtype: dict
        """
        overdue = self._get_overdue_requests()
        found = {}
        for printer in self:
            if printer.is_offline:
                found[printer.id] = "offline"
            elif printer.working_state == "blocked":
                found[printer.id] = "blocked"
            elif printer._is_plate_taken():
                found[printer.id] = "plate"
            elif printer in overdue:
                found[printer.id] = "service"
        return found

    def _get_overdue_requests(self):
        """Return {printer: maintenance (maintenance.request) that is overdue}."""
        return {
            printer: requests
            for printer, requests in self.env["maintenance.request"]
            .sudo()
            ._read_group(
                [
                    ("workcenter_id", "in", self.ids),
                    ("schedule_date", "<", fields.Datetime.now()),
                    ("stage_id.done", "=", False),
                    ("archive", "=", False),
                ],
                ["workcenter_id"],
                ["id:recordset"],
            )
        }

    def _get_closed_notes(self, codes):
        """Say in words why printers are closed, and what to do.

        :param dict codes: what `_get_closed` returned
        :return: {printer id: sentence}
        :rtype: dict
        """
        closed = self.filtered(lambda printer: printer.id in codes)
        service = closed.filtered(lambda printer: codes[printer.id] == "service")
        overdue = service._get_overdue_requests() if service else {}
        notes = {}
        for printer in closed:
            requests = overdue.get(printer)
            if requests:
                notes[printer.id] = self.env._(
                    "%(request)s of %(printer)s is overdue. Do it first, or print once "
                    "more.",
                    request=requests.with_env(self.env)[0].sudo().name,
                    printer=printer.display_name,
                )
            else:
                notes[printer.id] = printer._get_start_refusal()
        return notes
