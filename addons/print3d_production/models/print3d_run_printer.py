from odoo import models
from odoo.exceptions import UserError


class Print3dRunPrinter(models.Model):
    """Which printer a run starts on."""

    _inherit = "print3d.run"

    def _get_start_printer(self, printer=None, is_told=False):
        """Return the printer to start on.

        :param printer: the printer that was chosen (mrp.workcenter)
        :param bool is_told: the printer itself tells that it prints, so that there is
            no use in refusing
        :raises UserError: it prints already, cannot print this, or none is free
        """
        self.ensure_one()
        printer = printer or self.workcenter_id
        if not printer:
            return self._choose_start_printer()
        other = printer.sudo().current_run_id
        if other:
            raise UserError(
                self.env._(
                    "%(printer)s is printing %(run)s (%(product)s). End that run "
                    "first, or start this one on another printer.",
                    printer=printer.display_name,
                    run=other.name,
                    product=other.product_id.display_name,
                )
            )
        if not is_told:
            printer._check_can_start()
            self._check_slots(printer)
            self._check_fit(printer)
        return printer

    def _check_slots(self, printer):
        """Refuse a printer that does not take as many spools at once."""
        count = len(self._get_needs())
        if printer.slot_count < count:
            raise UserError(
                self.env._(
                    "%(printer)s has %(slots)s slots and this plate takes %(count)s "
                    "spools at once. Start it on a printer with more slots.",
                    printer=printer.display_name,
                    slots=printer.slot_count,
                    count=count,
                )
            )

    def _choose_start_printer(self):
        """Return the printer that is proposed, or else one that is free and fits.

        :raises UserError: there is none, and what to do
        """
        self.ensure_one()
        printers = self.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("company_id", "=", self.company_id.id)]
        )
        if not printers:
            raise UserError(
                self.env._("There is no printer yet. Add one under Printing, Printers.")
            )
        free = printers.filtered(lambda candidate: not candidate.current_run_id)
        if not free:
            raise UserError(
                self.env._(
                    "No printer is free: %(printers)s are all printing. End one of "
                    "their runs first.",
                    printers=", ".join(printers.mapped("display_name")),
                )
            )
        reasons, fits = {}, self._get_fits(free)
        for candidate in free:
            reasons[candidate] = candidate._get_start_refusal() or " ".join(
                note
                for found in fits[candidate.id]
                for note in self._get_misfit_notes(found)
            )
        fitting = free.filtered(lambda candidate: not reasons[candidate])
        if not fitting:
            raise UserError(
                self.env._(
                    "No free printer can print %(run)s now. %(reasons)s",
                    run=self.name,
                    reasons=" ".join(
                        f"{candidate.display_name}: {reason}"
                        for candidate, reason in reasons.items()
                    ),
                )
            )
        proposed = self.feasibility_json and self.feasibility_json.get("printer_id")
        return fitting.filtered(lambda item: item.id == proposed) or fitting[0]
