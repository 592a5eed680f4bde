import re

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..scheduling.capability import model_key

NOZZLE_KINDS = [
    ("brass", "Brass"),
    ("plated", "Plated brass or copper"),
    ("stainless", "Stainless steel"),
    ("hardened", "Hardened steel"),
    ("carbide", "Tungsten carbide"),
    ("ruby", "Ruby or diamond tip"),
]
# What decides on whose files a printer takes.
NAMING = {"name", "maker", "slicer_names", "active", "compatible_ids"}
# What filled filaments do not wear down.
HARD_KINDS = ("hardened", "carbide", "ruby")


class Print3dPrinterModel(models.Model):
    """A model of printer as its maker sells it: what every one of them can do."""

    _name = "print3d.printer.model"
    _description = "Printer Model"
    _order = "maker, sequence, name"
    _rec_names_search = ["name", "maker", "slicer_names"]

    name = fields.Char(required=True)
    maker = fields.Char(required=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    slicer_names = fields.Char(
        string="Names in Slicers",
        help="What slicers call it in their files, separated by commas. The first one "
        "is written on a new printer.",
    )
    compatible_ids = fields.Many2many(
        "print3d.printer.model",
        "print3d_printer_model_compatible_rel",
        "model_id",
        "compatible_id",
        string="Prints Files of",
        domain="[('id', '!=', id)]",
        help="Models whose sliced files run on this one as they are.",
    )

    # === WHAT IT CAN DO === #
    bed_x_mm = fields.Integer(string="Bed Width (mm)", aggregator=None)
    bed_y_mm = fields.Integer(string="Bed Depth (mm)", aggregator=None)
    bed_z_mm = fields.Integer(string="Height (mm)", aggregator=None)
    nozzle_sizes = fields.Char(
        string="Nozzles to Be Had (mm)",
        default="0.4",
        help="Diameters, separated by commas; the first is the one it comes with.",
    )
    nozzle_kind = fields.Selection(NOZZLE_KINDS, string="Nozzle Comes in")
    tool_count = fields.Integer(
        aggregator=None,
        string="Tools",
        default=1,
        required=True,
        help="Nozzles that print in turn.",
    )
    slot_count = fields.Integer(
        aggregator=None,
        string="Slots as Sold",
        default=1,
        required=True,
        help="Spools it takes at once, without anything bought in addition.",
    )
    max_slot_count = fields.Integer(
        aggregator=None,
        string="Slots at Most",
        default=1,
        required=True,
        help="With every changer that can be added to it.",
    )
    max_nozzle_c = fields.Integer(string="Nozzle up to (°C)", aggregator=None)
    max_bed_c = fields.Integer(string="Bed up to (°C)", aggregator=None)
    max_chamber_c = fields.Integer(
        aggregator=None,
        string="Chamber up to (°C)",
        help="0: its chamber is not heated.",
    )
    is_enclosed = fields.Boolean(string="Enclosed")
    power_w = fields.Integer(
        aggregator=None,
        string="While Printing (W)",
        help="On average. 0: not published.",
    )
    power_heat_w = fields.Integer(
        aggregator=None,
        string="While Heating Up (W)",
        help="At most. 0: not published.",
    )
    power_idle_w = fields.Integer(string="Idle (W)", aggregator=None)
    surface_ids = fields.Many2many(
        "print3d.surface",
        "print3d_printer_model_surface_rel",
        string="Surfaces to Be Had",
    )
    printer_ids = fields.One2many(
        "mrp.workcenter", "printer_model_id", string="Printers"
    )
    printer_count = fields.Integer(
        string="Number of Printers", compute="_compute_printer_count"
    )

    _name_uniq = models.UniqueIndex(
        "(lower(maker), lower(name))", "This maker has a model of this name already."
    )
    _figures_not_negative = models.Constraint(
        "CHECK (bed_x_mm >= 0 AND bed_y_mm >= 0 AND bed_z_mm >= 0"
        " AND max_nozzle_c >= 0 AND max_bed_c >= 0 AND max_chamber_c >= 0"
        " AND power_w >= 0 AND power_heat_w >= 0 AND power_idle_w >= 0)",
        "Sizes, temperatures and watts are numbers from 0 up; 0 is not known.",
    )
    _slots_sane = models.Constraint(
        "CHECK (slot_count > 0 AND tool_count > 0 AND max_slot_count >= slot_count)",
        "A printer has a tool and a slot at least, and at most as many as it can have.",
    )

    # === COMPUTE === #

    @api.depends("maker", "name")
    def _compute_display_name(self):
        for model in self:
            model.display_name = f"{model.maker or ''} {model.name or ''}".strip()

    def _compute_printer_count(self):
        counts = dict(
            self.env["mrp.workcenter"]._read_group(
                [("printer_model_id", "in", self.ids)],
                ["printer_model_id"],
                ["__count"],
            )
        )
        for model in self:
            model.printer_count = counts.get(model, 0)

    @api.constrains("nozzle_sizes")
    def _check_nozzle_sizes(self):
        for model in self:
            self._read_sizes(model.nozzle_sizes)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        printer_models = super().create(vals_list)
        self.env.registry.clear_cache()
        return printer_models

    def write(self, vals):
        result = super().write(vals)
        if not NAMING.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === ACTIONS === #

    def action_view_printers(self):
        """Open the printers of this model."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_production.mrp_workcenter_action_printer"
        )
        action["domain"] = [("printer_model_id", "in", self.ids)]
        action["context"] = {
            "default_is_printer": True,
            "default_printer_model_id": self.id if len(self) == 1 else False,
        }
        return action

    # === BUSINESS === #

    @api.model
    def _read_sizes(self, text):
        """Read diameters of nozzles as a person writes them.

        :param str text: "0.4, 0.6"; may be empty
        :return: the diameters in mm, in their order
        :rtype: tuple[float]
        :raises ValidationError: one of them is no diameter
        """
        sizes = []
        for word in re.split(r"[,;/\s]+", (text or "").replace("mm", " ")):
            if not word:
                continue
            try:
                size = round(float(word), 2)
            except ValueError:
                size = 0.0
            if not 0.05 <= size <= 5.0:
                raise ValidationError(
                    self.env._(
                        "“%(word)s” is no diameter of a nozzle. Write millimetres with "
                        "a point, separated by commas: 0.4, 0.6",
                        word=word,
                    )
                )
            sizes.append(size)
        return tuple(dict.fromkeys(sizes))

    def _get_names(self):
        """Return every name of these models, as `model_key` spells them."""
        names = set()
        for model in self:
            names.update(
                model_key(word)
                for word in (
                    model.display_name,
                    model.name,
                    *(model.slicer_names or "").split(","),
                )
            )
        return names - {""}

    def _prepare_printer_vals(self):
        """Hook: return what a printer of this model has; unknown figures are absent.

        :return: values of mrp.workcenter
        :rtype: dict
        """
        self.ensure_one()
        sizes = self._read_sizes(self.nozzle_sizes)
        vals = {
            "printer_model": (self.slicer_names or "").split(",")[0].strip()
            or self.display_name,
            "nozzle_diameter": sizes[0] if sizes else 0.0,
            "nozzle_kind": self.nozzle_kind,
            "slot_count": self.slot_count,
            "surface_ids": self.surface_ids.ids,
        }
        for name in (
            "bed_x_mm",
            "bed_y_mm",
            "bed_z_mm",
            "max_nozzle_c",
            "max_bed_c",
            "max_chamber_c",
            "is_enclosed",
            "power_w",
            "power_heat_w",
            "power_idle_w",
        ):
            vals[name] = self[name]
        return {name: value for name, value in vals.items() if value}

    @api.model
    @tools.ormcache()
    def _get_accepted_names(self):
        """Return {model id: names of the models whose files it takes}, itself included.

        Names are as `model_key` spells them.
        """
        known = self.sudo().search([("active", "in", [True, False])])
        names = {model.id: model._get_names() for model in known}
        return {
            model.id: frozenset().union(
                names[model.id], *(names[other.id] for other in model.compatible_ids)
            )
            for model in known
        }

    @api.model
    def _find(self, name):
        """Return the model that a slicer or a person means by a name.

        :param str name: as written in a file; case and blanks do not matter
        :rtype: print3d.printer.model (empty when none is known by it)
        """
        return self.browse(self._get_name_index().get(model_key(name)))

    @api.model
    @tools.ormcache()
    def _get_name_index(self):
        """Return {name as `model_key` spells it: number of the model}."""
        index = {}
        for model in self.sudo().search([("active", "=", True)]):
            for name in model._get_names():
                index.setdefault(name, model.id)
        return index
