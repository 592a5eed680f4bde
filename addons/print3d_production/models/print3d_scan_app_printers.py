from odoo import api, models
from odoo.exceptions import UserError


class Print3dScanAppPrinters(models.AbstractModel):
    """What the scan app offers at a printer: its plate is clear."""

    _inherit = "print3d.scan.app"

    @api.model
    def _get_place_deeds(self, place):
        """Offer to clear the plate of the printer that this place is, or feeds."""
        deeds = super()._get_place_deeds(place)
        printer = self._get_printer_at(place)
        if printer and printer._is_plate_taken():
            label = self.env._("Plate cleared")
            deeds = [{"kind": "clear_plate", "label": label}, *deeds]
        return deeds

    @api.model
    def _get_doers(self):
        return {**super()._get_doers(), "clear_plate": self._do_clear_plate}

    @api.model
    def _get_printer_at(self, place):
        """Return the printer (mrp.workcenter) that a place is, or a slot feeds."""
        if place.workcenter_id:
            return place.workcenter_id
        if place.print3d_kind != "printer":
            return self.env["mrp.workcenter"]
        return self.env["mrp.workcenter"].search(
            [("location_id", "=", place.id)], limit=1
        )

    @api.model
    def _do_clear_plate(self, action, words):
        """Note that a plate was seen empty, when the person saw it."""
        place = self._need_place(action)
        printer = self._get_printer_at(place)
        if not printer:
            raise UserError(
                self.env._("There is no printer here. Scan a slot of the printer.")
            )
        printer._check_operator()
        was_clear = printer.is_plate_clear
        cleared = printer._confirm_clear(words["happened_on"] or None)
        if cleared or was_clear:
            message = self.env._("%(printer)s is clear.", printer=printer.name)
        else:
            message = self.env._(
                "%(run)s has ended on %(printer)s since then. Look again.",
                run=printer.plate_run_id.name,
                printer=printer.name,
            )
        return {"message": message, "data": {"touched": [["place", place.id]]}}
