from odoo import api, fields, models

from ..slicer import grams_from_length, plausibility
from .print3d_correctable import Correctable


class Print3dPlateFilament(models.Model):
    """What one tool takes on one plate."""

    _name = "print3d.plate.filament"
    _description = "Filament of a Plate"
    _inherit = ["print3d.correctable"]
    _order = "plate_id, tool"

    plate_id = fields.Many2one(
        "print3d.plate", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="plate_id.company_id", store=True, index=True, precompute=True
    )
    tool = fields.Integer(default=1, required=True)
    length_mm = fields.Float(string="Length (mm)", digits=(16, 2))
    volume_mm3 = fields.Float(string="Volume (mm³)", digits=(16, 2))
    weight_g = fields.Float(
        string="Stated (g)", digits=(16, 2), help="Grams the file states."
    )
    weight_known = fields.Boolean(
        string="Grams Stated", help="The file states grams, be it 0."
    )
    weight_corrected = fields.Boolean(
        string="Grams Corrected", help="The grams are a person's, not the file's."
    )
    correction_ids = fields.One2many(
        "print3d.correction", "filament_id", string="Corrections"
    )
    filament_type = fields.Char(string="Material")
    filament_name = fields.Char(string="Preset")
    colour = fields.Char(help="#RRGGBB")
    vendor = fields.Char(string="Brand")
    density = fields.Float(string="Density (g/cm³)", digits=(8, 4))
    diameter = fields.Float(string="Diameter (mm)", digits=(6, 3))
    product_id = fields.Many2one(
        "product.product",
        string="Filament",
        index=True,
        help="The filament product this tool is printed with.",
    )
    grams = fields.Float(
        compute="_compute_grams",
        store=True,
        digits=(16, 2),
        help="Grams a person corrected or the file states; otherwise its length times "
        "the density of the filament.",
    )
    grams_source = fields.Selection(
        [
            ("stated", "Stated by the File"),
            ("corrected", "Corrected by a Person"),
            ("derived", "From Length and Density"),
            ("unknown", "Unknown"),
        ],
        compute="_compute_grams",
        store=True,
    )

    _tool_uniq = models.Constraint(
        "UNIQUE(plate_id, tool)", "A tool is on a plate only once."
    )

    @api.depends("tool", "filament_type")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "Tool %(tool)s: %(material)s",
                tool=line.tool,
                material=line.filament_type or self.env._("unknown material"),
            )

    @api.depends(
        "weight_known",
        "weight_corrected",
        "weight_g",
        "length_mm",
        "volume_mm3",
        "density",
        "diameter",
    )
    def _compute_grams(self):
        for line in self:
            density, diameter = line._get_density(), line._get_diameter()
            if line.weight_known:
                line.grams = line.weight_g
                line.grams_source = "corrected" if line.weight_corrected else "stated"
            elif line.length_mm and density and diameter:
                line.grams = grams_from_length(line.length_mm, diameter, density)
                line.grams_source = "derived"
            elif line.volume_mm3 and density:
                line.grams = line.volume_mm3 / 1000 * density
                line.grams_source = "derived"
            else:
                line.grams, line.grams_source = 0.0, "unknown"

    def _get_density(self):
        """Hook: density in g/cm³ that turns a length into grams.

        :rtype: float
        """
        self.ensure_one()
        return self.density

    def _get_diameter(self):
        """Hook: diameter in mm that turns a length into grams.

        :rtype: float
        """
        self.ensure_one()
        return self.diameter or 1.75

    # === CORRECTIONS === #

    @api.model
    def _get_correctable(self):
        return {
            **super()._get_correctable(),
            "weight_g": Correctable("number", "g", 0.0, 100_000),
            "filament_type": Correctable("text"),
            "colour": Correctable("colour"),
            "density": Correctable("number", "g/cm³", 0.1, 25.0, digits=4),
            "diameter": Correctable("number", "mm", 0.5, 5.0, digits=3),
        }

    def _get_corrected_version(self):
        return self.plate_id.slice_id

    def _prepare_correction_place(self):
        plate = self.plate_id
        return {
            "slice_id": plate.slice_id.id,
            "plate_id": plate.id,
            "filament_id": self.id,
        }

    def _get_place_name(self):
        self.ensure_one()
        tool = self.env._("tool %(tool)s", tool=self.tool)
        plate = self.plate_id._get_place_name()
        return f"{plate}, {tool}" if plate else tool

    def _get_fact(self, field_name):
        if field_name == "weight_g" and not self.weight_known:
            return None
        if field_name == "weight_g":
            return self.weight_g
        return super()._get_fact(field_name)

    @api.model
    def _get_read_fact(self, field_name, vals):
        if field_name == "weight_g":
            return vals["weight_g"] if vals.get("weight_known") else None
        return super()._get_read_fact(field_name, vals)

    def _prepare_fact_vals(self, field_name, value, corrected):
        vals = super()._prepare_fact_vals(field_name, value, corrected)
        if field_name == "weight_g":
            vals.update(weight_known=value is not None, weight_corrected=corrected)
        return vals

    def _prepare_figures(self):
        """Hook: the figures of a filament that are checked.

        Grams that a person entered are not held against the length.

        :rtype: odoo.addons.print3d_library.slicer.plausibility.FilamentFigures
        """
        self.ensure_one()
        temps = (self.plate_id.slice_id.common or {}).get("nozzle_temp") or []
        stated = self.weight_known and not self.weight_corrected
        return plausibility.FilamentFigures(
            tool=self.tool,
            type=self.filament_type or "",
            length_mm=self.length_mm or None,
            weight_g=self.weight_g if stated else None,
            grams=self.grams,
            density=self.density or None,
            diameter=self.diameter or None,
            temp=temps[self.tool - 1] if 0 < self.tool <= len(temps) else None,
        )

    # === CHIPS === #

    def _get_chips(self):
        """Colour chips of these lines, one per material and colour.

        :return: list of ``{"colours": [hex], "material", "grams", "name"}``
        :rtype: list[dict]
        """
        chips = {}
        for line in self:
            chip = chips.setdefault(
                line._get_chip_key(), dict(line._prepare_chip(), grams=0.0)
            )
            chip["grams"] = round(chip["grams"] + line.grams, 2)
        return list(chips.values())

    def _get_chip_key(self):
        """Hook: lines with the same key share a chip."""
        self.ensure_one()
        return (self.filament_type or "", (self.colour or "").upper())

    def _prepare_chip(self):
        """Hook: the chip of one line, without its grams.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "colours": [self.colour] if self.colour else [],
            "material": self.filament_type or "",
            "name": self.filament_name or "",
        }
