from odoo import api, fields, models

from ..scheduling.capability import Capability, model_key
from .print3d_printer_model import HARD_KINDS, NOZZLE_KINDS

# A printer has these before anybody has said anything of it.
UNTOUCHED = {"nozzle_diameter": 0.4, "slot_count": 1}


class MrpWorkcenterCapability(models.Model):
    """What a printer can print, filled in by its model."""

    _inherit = "mrp.workcenter"

    printer_model_id = fields.Many2one(
        "print3d.printer.model",
        string="Printer Model",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Fills in what every printer of this model can do. What you set yourself "
        "stays.",
    )
    model_filled = fields.Json(
        string="Filled in by the Model",
        copy=False,
        help="{field: value}, to tell it from what a person set.",
    )
    serial_number = fields.Char(string="Serial", copy=False)
    nozzle_kind = fields.Selection(NOZZLE_KINDS, string="Nozzle of")
    nozzle_sizes = fields.Char(
        string="Nozzles at Hand (mm)",
        help="Diameters of nozzles that can be put into it, separated by commas. "
        "Empty: only the one mounted.",
    )
    is_enclosed = fields.Boolean(string="Enclosed")
    max_nozzle_c = fields.Integer(
        string="Nozzle up to (°C)", help="0: not known, everything is tried."
    )
    max_bed_c = fields.Integer(string="Bed up to (°C)", help="0: not known.")
    max_chamber_c = fields.Integer(
        string="Chamber up to (°C)",
        help="0: not heated, or not known; files that want it warm print nevertheless.",
    )
    surface_ids = fields.Many2many(
        "print3d.surface",
        "print3d_workcenter_surface_rel",
        string="Surfaces",
        help="Build plates that there are for it. Empty: not known, any will do.",
    )
    surface_id = fields.Many2one(
        "print3d.surface",
        string="Surface Mounted",
        ondelete="restrict",
        help="The plate in it now. Empty: not known.",
    )
    power_w = fields.Integer(string="While Printing (W)", help="On average.")
    power_heat_w = fields.Integer(string="While Heating Up (W)", help="At most.")
    power_idle_w = fields.Integer(string="Idle (W)")
    accepts_any_model = fields.Boolean(
        string="Takes Files of Any Model",
        help="Files sliced for another model print on it as they are. That may move "
        "its head against its frame: tick it when you know that they are made for it.",
    )
    accepts_model_ids = fields.Many2many(
        "print3d.printer.model",
        "print3d_workcenter_accepts_rel",
        string="Also Takes Files of",
        help="Besides its own model and those that its model prints files of.",
    )

    _print3d_figures_not_negative = models.Constraint(
        "CHECK (COALESCE(max_nozzle_c, 0) >= 0 AND COALESCE(max_bed_c, 0) >= 0"
        " AND COALESCE(max_chamber_c, 0) >= 0 AND COALESCE(power_w, 0) >= 0"
        " AND COALESCE(power_heat_w, 0) >= 0 AND COALESCE(power_idle_w, 0) >= 0)",
        "Temperatures and watts are numbers from 0 up; 0 is not known.",
    )

    # === FILLING IN === #

    @api.onchange("printer_model_id")
    def _onchange_printer_model_id(self):
        """Show at once what the chosen model fills in."""
        for printer in self.filtered("printer_model_id"):
            printer.update(printer._prepare_filled_vals(printer.printer_model_id))

    @api.onchange("surface_id")
    def _onchange_surface_id(self):
        """What is mounted is at hand."""
        if self.surface_id not in self.surface_ids:
            self.surface_ids |= self.surface_id

    @api.constrains("nozzle_sizes")
    def _check_nozzle_sizes(self):
        for printer in self:
            self.env["print3d.printer.model"]._read_sizes(printer.nozzle_sizes)

    @api.model_create_multi
    def create(self, vals_list):
        """Fill in what the model of a new printer says and the caller does not."""
        for vals in vals_list:
            model = self.env["print3d.printer.model"].browse(
                vals.get("printer_model_id")
            )
            if model:
                filled = self._to_vals(model._prepare_printer_vals())
                vals["model_filled"] = model._prepare_printer_vals()
                for name, value in filled.items():
                    if vals.get(name) in (None, False, 0, "", UNTOUCHED.get(name)):
                        vals[name] = value
        return super().create(vals_list)

    def write(self, vals):
        """Fill in what a newly chosen model says and the caller does not."""
        model = self.env["print3d.printer.model"].browse(vals.get("printer_model_id"))
        if model and "model_filled" not in vals:
            for printer in self:
                filled = printer._prepare_filled_vals(model)
                super(MrpWorkcenterCapability, printer).write({**filled, **vals})
            return True
        return super().write(vals)

    def _prepare_filled_vals(self, model):
        """Return what a model changes on this printer.

        A value is filled in where there is none, and where there is the one that
        another model filled in before.

        :param model: the model (print3d.printer.model)
        :return: values to write or to show, `model_filled` among them
        :rtype: dict
        """
        self.ensure_one()
        before, after = self.model_filled or {}, model._prepare_printer_vals()
        vals = {}
        for name in {**before, **after}:
            value = self._to_plain(name)
            if value in (False, 0, "", [], UNTOUCHED.get(name), before.get(name)):
                vals[name] = after.get(name, False)
        # A printer keeps a slot and a nozzle, whatever its model does not say.
        for name, value in UNTOUCHED.items():
            if name in vals:
                vals[name] = vals[name] or value
        return {**self._to_vals(vals), "model_filled": after}

    def _to_plain(self, name):
        """Return the value of a field as JSON has it: numbers of records."""
        value = self[name]
        if self._fields[name].type == "many2one":
            return value.id
        return value.ids if self._fields[name].type == "many2many" else value

    @api.model
    def _to_vals(self, plain):
        """Return plain values as `write` and `update` want them."""
        return {
            name: [(6, 0, value or [])]
            if self._fields[name].type == "many2many"
            else value
            for name, value in plain.items()
        }

    # === WHAT IT OFFERS === #

    def _get_capabilities(self):
        """Return what each of these printers offers.

        The number of queries does not depend on how many printers there are.

        :return: {printer id: Capability}, see `scheduling.capability`
        :rtype: dict
        """
        slots = dict(
            self.env["stock.location"]
            .sudo()
            ._read_group(
                [("workcenter_id", "in", self.ids), ("print3d_kind", "=", "slot")],
                ["workcenter_id"],
                ["__count"],
            )
        )
        return {
            printer.id: printer._get_capability(slots.get(printer, 0))
            for printer in self
        }

    def _get_capability(self, slots):
        """Return what this printer offers.

        :param int slots: spools it takes at once
        :rtype: Capability
        """
        self.ensure_one()
        mounted = (round(self.nozzle_diameter, 2),) if self.nozzle_diameter else ()
        at_hand = self.env["print3d.printer.model"]._read_sizes(self.nozzle_sizes)
        # Of a printer whose model nobody chose, an empty tick box says nothing.
        unknown = None if not self.printer_model_id else False
        return Capability(
            bed_mm=(self.bed_x_mm, self.bed_y_mm, self.bed_z_mm),
            nozzle_mms=tuple(dict.fromkeys(mounted + at_hand)),
            mounted_mms=mounted,
            hardened=self.nozzle_kind in HARD_KINDS if self.nozzle_kind else None,
            slots=slots,
            material_ids=frozenset(self.material_ids.ids),
            max_nozzle_c=self.max_nozzle_c,
            max_bed_c=self.max_bed_c,
            max_chamber_c=self.max_chamber_c,
            enclosed=True if self.is_enclosed else unknown,
            surface_ids=frozenset((self.surface_ids | self.surface_id).ids),
            surface_id=self.surface_id.id or 0,
            printer_models=frozenset(self._get_accepted_models()),
        )

    def _get_accepted_models(self):
        """Return the models whose files this printer takes, none for any model."""
        self.ensure_one()
        company = self.company_id or self.env.company
        if self.accepts_any_model or company.print3d_any_printer_model:
            return set()
        Model = self.env["print3d.printer.model"]
        model = self.printer_model_id or Model._find(self.printer_model)
        if not model and not self.printer_model:
            return set()
        accepted = Model._get_accepted_names()
        names = set(accepted.get(model.id, ()))
        for other in self.accepts_model_ids:
            names |= other._get_names()
        if self.printer_model:
            names.add(model_key(self.printer_model))
        return names
