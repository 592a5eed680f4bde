from odoo import models


class StockLocation(models.Model):
    """Labels of shelves, printers and slots."""

    _name = "stock.location"
    _inherit = ["stock.location", "print3d.label.mixin"]

    _label_kind = "place"
    _label_letter = "p"
    _label_scope = "print3d-place-label"

    def _filter_labelled(self):
        return self.filtered("print3d_kind")

    def _get_desk_path(self):
        self.ensure_one()
        return f"/odoo/filament-places/{self.id}"

    def _prepare_label_vals(self):
        """Hook: return what is printed on the label of each place."""
        words = dict(self._fields["print3d_kind"]._description_selection(self.env))
        values = []
        for location in self:
            kind = words.get(location.print3d_kind, "")
            if location.print3d_kind == "slot" and location.slot_number:
                kind = f"{kind} {location.slot_number}"
            parent = location.location_id
            values.append(
                {
                    "name": location._get_place_name(),
                    "url": location._get_label_url(),
                    "lines": self._get_label_lines(
                        ("strong", kind),
                        (
                            "plain",
                            parent._get_place_name() if parent.print3d_kind else "",
                        ),
                        ("small", location.complete_name),
                        ("small", location.barcode),
                    ),
                }
            )
        return values
