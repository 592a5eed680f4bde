from odoo import api, fields, models

from ..slicer import plausibility
from ..tools.storable import storable
from .print3d_correctable import Correctable


class Print3dPlate(models.Model):
    """One plate of a sliced file: what a printer makes in one run."""

    _name = "print3d.plate"
    _description = "Plate of a Sliced Version"
    _inherit = ["print3d.correctable"]
    _order = "slice_id, index"
    _rec_names_search = ["name", "slice_id"]

    slice_id = fields.Many2one(
        "print3d.slice",
        string="Version",
        required=True,
        index=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(related="slice_id.product_id", string="Variant")
    company_id = fields.Many2one(
        related="slice_id.company_id", store=True, index=True, precompute=True
    )
    index = fields.Integer(string="Plate", default=1, required=True)
    name = fields.Char()
    time_s = fields.Integer(
        string="Print Time", help="Seconds, as the slicer estimates."
    )
    layer_count = fields.Integer(string="Layers")
    object_height = fields.Float(string="Height (mm)", digits=(8, 2))
    size_x_mm = fields.Float(
        string="Width (mm)",
        digits=(8, 2),
        help="Of all that is printed, as far as the file states it. 0: not stated.",
    )
    size_y_mm = fields.Float(string="Depth (mm)", digits=(8, 2))
    thumbnail = fields.Image(max_width=1024, max_height=1024)
    copies = fields.Integer(
        default=1,
        required=True,
        help="Good pieces of the variant that one run of this plate makes.",
    )
    filament_ids = fields.One2many(
        "print3d.plate.filament", "plate_id", string="Filaments"
    )
    object_ids = fields.One2many("print3d.plate.object", "plate_id", string="Objects")
    correction_ids = fields.One2many(
        "print3d.correction",
        "plate_id",
        domain=[("filament_id", "=", False)],
        string="Corrections",
    )
    weight_g = fields.Float(
        string="Filament (g)",
        compute="_compute_weight_g",
        store=True,
        digits=(16, 2),
    )
    chips = fields.Json(string="Colours", compute="_compute_chips")

    _index_uniq = models.Constraint(
        "UNIQUE(slice_id, index)", "Two plates of a version share a number."
    )
    _copies_positive = models.Constraint(
        "CHECK(copies > 0)", "A plate makes at least one piece."
    )

    @api.depends("index", "name", "slice_id.display_name")
    def _compute_display_name(self):
        for plate in self:
            plate.display_name = self.env._(
                "%(version)s, plate %(index)s",
                version=plate.slice_id.display_name,
                index=plate.index,
            )

    @api.depends("filament_ids.grams")
    def _compute_weight_g(self):
        for plate in self:
            plate.weight_g = sum(plate.filament_ids.mapped("grams"))

    @api.depends(
        "filament_ids.grams", "filament_ids.colour", "filament_ids.filament_type"
    )
    def _compute_chips(self):
        for plate in self:
            plate.chips = plate.filament_ids._get_chips()

    # === CRUD METHODS === #

    def write(self, vals):
        """Ask about copies that cannot all stand on the plate."""
        result = super().write(vals)
        if "copies" in vals:
            self.slice_id.filtered(
                lambda version: version.read_state == "done"
            )._ask_questions(is_person=True)
        return result

    # === CORRECTIONS === #

    @api.model
    def _get_correctable(self):
        return {
            **super()._get_correctable(),
            "time_s": Correctable("duration", "s", 1, plausibility.TIME_MAX, digits=0),
            "layer_count": Correctable("integer", "", 1, 1_000_000, digits=0),
            "object_height": Correctable("number", "mm", 0.01, 10_000),
            "size_x_mm": Correctable("number", "mm", 0.01, 10_000),
            "size_y_mm": Correctable("number", "mm", 0.01, 10_000),
        }

    def _get_corrected_version(self):
        return self.slice_id

    def _prepare_correction_place(self):
        return {"slice_id": self.slice_id.id, "plate_id": self.id}

    def _get_place_name(self):
        self.ensure_one()
        if self.slice_id.plate_count < 2:
            return ""
        return self.env._("Plate %(index)s", index=self.index)

    def _prepare_figures(self):
        """Hook: the figures of a plate that are checked.

        :rtype: odoo.addons.print3d_library.slicer.plausibility.PlateFigures
        """
        self.ensure_one()
        own = self.object_ids.filtered(
            lambda line: line.product_id == self.slice_id.product_id
        )
        return plausibility.PlateFigures(
            index=self.index,
            time_s=self.time_s or None,
            object_height=self.object_height or None,
            copies=self.copies,
            objects=sum(own.mapped("count")),
            filaments=[line._prepare_figures() for line in self.filament_ids],
        )

    # === READING === #

    def _write_objects(self, sliced_plate):
        """Store the objects of a plate; known ones keep their variant.

        :param sliced_plate: :class:`~odoo.addons.print3d_library.slicer.Plate`
        """
        self.ensure_one()
        known = {line.name: line for line in self.object_ids}
        to_create = []
        for entry in sliced_plate.objects:
            name = storable(entry.name)
            line = known.pop(name, None)
            if line:
                line.count = entry.count
            else:
                to_create.append(
                    {"plate_id": self.id, "name": name, "count": entry.count}
                )
        self.env["print3d.plate.object"].create(to_create)
        self.env["print3d.plate.object"].union(*known.values()).unlink()

    def _write_filaments(self, sliced, sliced_plate):
        """Store what each tool takes; known ones keep their filament product.

        :param sliced: :class:`~odoo.addons.print3d_library.slicer.SlicedFile`
        :param sliced_plate: :class:`~odoo.addons.print3d_library.slicer.Plate`
        """
        self.ensure_one()
        known = {line.tool: line for line in self.filament_ids}
        to_create = []
        for entry in sliced_plate.filaments:
            filament = sliced.filament(entry.index)
            vals = storable(self._prepare_filament_vals(entry, filament))
            line = known.pop(entry.index, None)
            if line:
                # What a person corrected stays.
                line.write(line._keep_corrected(vals))
            else:
                to_create.append(dict(vals, plate_id=self.id))
        self.env["print3d.plate.filament"].create(to_create)
        self.env["print3d.plate.filament"].union(*known.values()).unlink()

    @api.model
    def _prepare_filament_vals(self, entry, filament):
        """Hook: values of a tool's use from the sliced file.

        :param entry: :class:`~odoo.addons.print3d_library.slicer.PlateFilament`
        :param filament: :class:`~odoo.addons.print3d_library.slicer.Filament`
        :rtype: dict
        """
        return {
            "tool": entry.index,
            "length_mm": entry.length_mm or 0.0,
            "volume_mm3": entry.volume_mm3 or 0.0,
            "weight_g": entry.weight_g or 0.0,
            "weight_known": entry.weight_g is not None,
            "filament_type": entry.type or filament.type or False,
            "filament_name": filament.name or False,
            "colour": entry.colour or filament.colour or False,
            "vendor": entry.vendor or filament.vendor or False,
            "density": filament.density or 0.0,
            "diameter": filament.diameter or 0.0,
        }
