from odoo import models

from .print3d_run_farm import KEY

# What the walk along the queue reads: the models, and of those that change for many
# other reasons the fields.
WATCHED = {
    "print3d.run": None,
    "print3d.run.spool": None,
    "print3d.spool.reservation": None,
    "print3d.spool.entry": {"state", "undone_by_id", "happened_on", "kind", "lot_id"},
    "print3d.plate": None,
    "print3d.plate.filament": {"grams", "tool", "product_id"},
    "print3d.slice": None,
    "print3d.surface": None,
    "print3d.printer.model": None,
    "print3d.material": None,
    "product.product": {
        "active",
        "colour_hexes",
        "diameter_mm",
        "is_filament",
        "material_id",
    },
    "product.template": {
        "active",
        "colour_hexes",
        "diameter_mm",
        "is_filament",
        "material_id",
    },
    "stock.lot": {"is_quarantined", "is_spool", "product_id", "company_id"},
    "stock.quant": {"quantity", "lot_id", "location_id", "company_id", "product_id"},
    "stock.location": {
        "active",
        "is_off_site",
        "print3d_kind",
        "slot_number",
        "usage",
        "workcenter_id",
    },
    "stock.move": {
        "company_id",
        "date",
        "location_dest_id",
        "location_id",
        "product_id",
        "product_uom_qty",
        "purchase_line_id",
        "state",
    },
    "purchase.order.line": {"date_planned"},
    "mrp.workcenter": None,
    "mrp.workcenter.productivity": {"date_end", "loss_id", "workcenter_id"},
    "maintenance.request": {"archive", "schedule_date", "stage_id", "workcenter_id"},
    "res.company": {"print3d_any_printer_model"},
}


class Base(models.AbstractModel):
    """Whatever is changed: look whether the walk along the queue has read it."""

    _inherit = "base"

    def modified(self, fnames, create=False, before=False):
        """Have the queue walked anew after a change of what it was walked with."""
        res = super().modified(fnames, create=create, before=before)
        if KEY in self.env.cr.cache and self._name in WATCHED:
            names = WATCHED[self._name]
            if names is None or not names.isdisjoint(fnames):
                self.env["print3d.run"]._forget_farms()
        return res
