import json
import re

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import words

SEED_FILE = "print3d_inventory/data/catalogue.json"
# Fields of a material that the seed states under another name, two at a time.
SEED_PAIRS = {
    "nozzle": ("nozzle_temp_min", "nozzle_temp_max"),
    "bed": ("bed_temp_min", "bed_temp_max"),
    "drying": ("drying_temp", "drying_hours"),
}


class Print3dMaterial(models.Model):
    _name = "print3d.material"
    _description = "Printing Material"
    _order = "sequence, name"

    name = fields.Char(required=True)
    code = fields.Char(help="Short form used on labels and chips.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    aliases = fields.Char(
        help="Other names slicers and vendors use for this material, "
        "separated by commas."
    )
    allowed = fields.Boolean(
        default=True, help="Untick when the shop does not print this material."
    )
    density = fields.Float(
        string="Density (g/cm³)",
        digits=(6, 3),
        default=1.24,
        required=True,
        help="Grams of a cubic centimetre; turns a length of filament into grams.",
    )
    nozzle_temp_min = fields.Integer(string="Nozzle from (°C)")
    nozzle_temp_max = fields.Integer(string="Nozzle to (°C)")
    bed_temp_min = fields.Integer(string="Bed from (°C)")
    bed_temp_max = fields.Integer(string="Bed to (°C)")
    drying_temp = fields.Integer(string="Drying temperature (°C)")
    drying_hours = fields.Float(string="Drying time (h)", digits=(4, 1))
    hygroscopy = fields.Selection(
        [
            ("low", "Low: weeks in the open do little"),
            ("medium", "Medium: dry it after weeks in the open"),
            ("high", "High: dry it after days in the open"),
            ("extreme", "Very high: print it from a dry box"),
        ],
        string="Moisture",
        default="low",
        required=True,
        help="How readily it takes up moisture from the air.",
    )
    hygroscopic = fields.Boolean(
        string="Keep dry",
        compute="_compute_hygroscopic",
        store=True,
        help="Takes up so much moisture that it prints worse for it.",
    )
    glass_temp = fields.Integer(
        string="Softens at (°C)",
        help="Glass transition: from about here a part gives way. 0 is not known, or "
        "below room temperature.",
    )
    deflection_temp = fields.Integer(
        string="Bears a load up to (°C)",
        help="Heat deflection under 0.45 MPa (ISO 75-2, method B), as makers state it. "
        "0 is not known.",
    )
    shrinkage = fields.Float(
        string="Shrinkage (%)",
        digits=(4, 2),
        help="How much a part is smaller when it is cold. 0 is not known.",
    )
    abrasive = fields.Boolean(help="Wears brass nozzles: use a hardened one.")
    enclosure = fields.Boolean(help="Warps or cracks in the open: close the printer.")
    extraction = fields.Boolean(
        string="Extract Fumes", help="Gives off what nobody should breathe for long."
    )
    safety_note = fields.Text(translate=True)
    filament_count = fields.Integer(compute="_compute_filament_count")

    _name_uniq = models.UniqueIndex(
        "(lower(name))", "A material with this name exists already."
    )
    _density_positive = models.Constraint(
        "CHECK (density > 0)", "The density of a material must be above zero."
    )

    _shrinkage_is_share = models.Constraint(
        "CHECK (shrinkage >= 0 AND shrinkage < 100)",
        "A part shrinks by a share of its size, between 0 and 100 %.",
    )

    @api.depends("hygroscopy")
    def _compute_hygroscopic(self):
        for material in self:
            material.hygroscopic = material.hygroscopy != "low"

    def _compute_filament_count(self):
        counts = dict(
            self.env["product.product"]._read_group(
                [("is_filament", "=", True), ("material_id", "in", self.ids)],
                ["material_id"],
                ["__count"],
            )
        )
        for material in self:
            material.filament_count = counts.get(material, 0)

    @api.constrains(
        "nozzle_temp_min", "nozzle_temp_max", "bed_temp_min", "bed_temp_max"
    )
    def _check_temperatures(self):
        for material in self:
            for low, high in (
                (material.nozzle_temp_min, material.nozzle_temp_max),
                (material.bed_temp_min, material.bed_temp_max),
            ):
                if low and high and low > high:
                    raise ValidationError(
                        self.env._(
                            "%(material)s: the lower temperature (%(low)s °C) is "
                            "above the higher one (%(high)s °C).",
                            material=material.name,
                            low=low,
                            high=high,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        materials = super().create(vals_list)
        self.env.registry.clear_cache()
        return materials

    def write(self, vals):
        res = super().write(vals)
        if not {"name", "code", "aliases", "active"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    def action_view_filaments(self):
        """Open the filaments made of this material."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_filament_action"
        )
        action["domain"] = [
            ("is_filament", "=", True),
            ("material_id", "=", self.id),
        ]
        action["context"] = {
            "default_is_filament": True,
            "default_material_id": self.id,
        }
        return action

    # === SEED === #

    @api.model
    def _read_seed(self):
        """Return the facts that come with the addon.

        :return: ``materials``, ``brands`` and ``filaments`` of the file, the last in
            the format of SpoolmanDB's sources
        :rtype: dict
        """
        with tools.file_open(SEED_FILE, "rb") as file:
            return json.load(file)

    @api.model
    def _prepare_seed_vals(self, seed):
        """Return the values of a material (print3d.material) that the seed states."""
        vals = {name: seed[name] for name in seed if name not in SEED_PAIRS}
        for name, (low, high) in SEED_PAIRS.items():
            if name in seed:
                vals[low], vals[high] = seed[name]
        return vals

    @api.model
    def _complete_from_seed(self):
        """Fill in what the shop's materials do not state; what they state stays."""
        known = {
            material.name.lower(): material
            for material in self.with_context(active_test=False).search([])
        }
        for seed in self._read_seed()["materials"]:
            material = known.get(seed["name"].lower())
            if not material:
                continue
            vals = self._prepare_seed_vals(seed)
            new = {name: value for name, value in vals.items() if not material[name]}
            # "Low" is what nobody has chosen.
            if material.hygroscopy == "low":
                new["hygroscopy"] = vals["hygroscopy"]
            material.write(new)

    @api.model
    def _load_seed_materials(self, names=None):
        """Make the materials of the seed that the shop does not have.

        A name that was an alias of another material ("PCTG" of PETG) is no longer one:
        there is the material itself now.

        :param names: only these, by name; all of them by default
        :return: the new materials
        :rtype: print3d.material
        """
        materials = self.with_context(active_test=False).search_fetch(
            [], ["name", "aliases"]
        )
        known = {self._name_key(material.name) for material in materials}
        wanted = [
            self._prepare_seed_vals(seed)
            for seed in self._read_seed()["materials"]
            if self._name_key(seed["name"]) not in known
            and (names is None or seed["name"] in names)
        ]
        if not wanted:
            return self.browse()
        taken = {
            self._name_key(word)
            for vals in wanted
            for word in (vals["name"], *vals.get("aliases", "").split(","))
        }
        for material in materials:
            words_kept = [
                word
                for word in (material.aliases or "").split(",")
                if self._name_key(word) not in taken
            ]
            if ",".join(words_kept) != (material.aliases or ""):
                material.aliases = ",".join(words_kept)
        last = max(materials.mapped("sequence"), default=0)
        return self.create(
            [
                {**vals, "sequence": last + 10 * position}
                for position, vals in enumerate(wanted, 1)
            ]
        )

    # === FINDING === #

    @api.model
    def _find(self, type_string):
        """Return the material a slicer or vendor means by ``type_string``.

        Names, codes and aliases are compared without regard to case, blanks and
        dashes; failing that, the name that is the first word of the text is taken
        ("PETG HF" is PETG), but for fibres: "ASA-CF" is not ASA.

        :rtype: print3d.material (empty when nothing fits)
        """
        text = (type_string or "").strip().upper()
        if not text:
            return self.browse()
        index = self._get_name_index()
        found = index.get(self._name_key(text))
        if not found:
            reading = words.read(text)
            first = re.match(r"[A-Z]+", text)
            if reading.fibre:
                found = index.get(f"{reading.base}{reading.fibre}")
            elif first:
                found = index.get(first[0])
        return self.browse(found)

    @api.model
    def _find_wanted(self, type_string, preset):
        """Return the material of a filament a sliced file wants.

        The type alone is often less than the preset says: a type "PLA" with the preset
        "PLA-CF" or "PLA Silk" is the shop's material of that name, if it has one.

        :param str type_string: material as the file states it
        :param str preset: name of the filament's settings
        :rtype: print3d.material (empty when nothing fits)
        """
        found = self._find(type_string)
        reading = words.read(type_string, preset)
        if not reading.base:
            return found
        index = self._get_name_index()
        if reading.fibre:
            exact = index.get(f"{reading.base}{reading.fibre}")
            # A material of the type's own name, such as PAHT-CF, is more exact yet.
            if exact and not words.read(type_string).fibre:
                return self.browse(exact)
        for trait in sorted(reading.traits):
            ending = "+" if trait == "plus" else trait.upper()
            exact = index.get(f"{reading.base}{ending}")
            if exact:
                return self.browse(exact)
        return found if type_string else self._find(reading.base)

    @api.model
    def _name_key(self, text):
        return re.sub(r"[\s_\-]+", "", text.upper())

    @api.model
    @tools.ormcache()
    def _get_name_index(self):
        """Return ``{normalised name, code or alias: id}`` of the active materials."""
        index = {}
        materials = self.sudo().search([("active", "=", True)])
        for material in materials:
            for alias in (material.aliases or "").split(","):
                if alias.strip():
                    index.setdefault(self._name_key(alias), material.id)
        for material in materials:
            for name in (material.code, material.name):
                if name:
                    index[self._name_key(name)] = material.id
        return index
