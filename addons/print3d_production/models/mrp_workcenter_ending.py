from odoo import models


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def _note_print_ended(self):
        """Note that what was printed lies on the plates, where a person clears them."""
        for printer in self.sudo():
            if printer.needs_clearing and printer.is_plate_clear:
                printer.is_plate_clear = False

    def _note_print_goes_on(self):
        """Note that a print goes on whose end was told by mistake."""
        for printer in self.sudo():
            if not printer.is_plate_clear:
                printer.is_plate_clear = True
