from odoo import Command, models


class Print3dAlert(models.Model):
    """Requests of prints that are short of filament."""

    _inherit = "print3d.alert"

    def _get_requested_lines(self):
        """Ask for at least what the print is short of."""
        lines = super()._get_requested_lines()
        missing = self.run_id._get_missing_grams() if self.run_id else {}
        for line in lines:
            line["qty"] = max(line["qty"], missing.get(line["product"], 0.0))
        return lines

    def _get_request_values(self):
        """Tie the request to the print that waits for it."""
        values = super()._get_request_values()
        if self.run_id:
            values["run_ids"] = [Command.set(self.run_id.ids)]
        return values
