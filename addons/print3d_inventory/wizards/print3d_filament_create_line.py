from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import escape_psql

from ..tools import colour, words


class Print3dFilamentCreateLine(models.TransientModel):
    """One new filament, filled in from a sliced file."""

    _name = "print3d.filament.create.line"
    _description = "New Filament from a File"

    create_id = fields.Many2one(
        "print3d.filament.create",
        string="Wizard",
        required=True,
        ondelete="cascade",
    )
    plate_filament_ids = fields.Many2many(
        "print3d.plate.filament",
        "print3d_filament_create_line_rel",
        string="Lines of the File",
    )
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    wanted = fields.Boolean(string="Create", default=True)
    file_chip = fields.Json(string="The File Wants", compute="_compute_file_chip")
    name = fields.Char(required=True)
    file_material = fields.Char(readonly=True)
    material_id = fields.Many2one("print3d.material")
    make_material = fields.Boolean(string="Make it a new material")
    brand_id = fields.Many2one("res.partner", string="Brand")
    brand_name = fields.Char(
        string="New Brand", help="Made a contact when no brand is chosen."
    )
    series = fields.Char(help="The maker's product line, such as Matte or Silk.")
    colour_hexes = fields.Char(string="Colour")
    diameter_mm = fields.Float(string="Diameter (mm)", digits=(4, 2), default=1.75)
    density = fields.Float(string="Density (g/cm³)", digits=(6, 3))
    price_per_kg = fields.Monetary(string="Price per kg")
    net_weight_g = fields.Float(
        string="Filament on a spool (g)", digits="Product Unit", default=1000.0
    )
    nozzle_min = fields.Integer(string="Nozzle from (°C)")
    nozzle_max = fields.Integer(string="Nozzle to (°C)")
    bed_temp = fields.Integer(string="Bed (°C)")

    # === COMPUTE === #

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = (line.company_id or self.env.company).currency_id

    @api.depends("plate_filament_ids")
    def _compute_file_chip(self):
        for line in self:
            line.file_chip = line.plate_filament_ids[:1]._get_chips()

    # === ACTIONS === #

    def action_create(self):
        """Make this filament, have its lines printed with it, and learn it."""
        self._create_filaments()
        return {"type": "ir.actions.act_window_close"}

    # === FROM THE FILE === #

    @api.model
    def _prepare_vals(self, plate_filaments):
        """Hook: return the values of a new filament that some lines of a file want.

        :param plate_filaments: lines that want the same (print3d.plate.filament)
        """
        first = plate_filaments[0]
        wish = first._get_wish()
        material = self.env["print3d.material"].browse(wish.material_id)
        brand = self._find_brand(wish)
        has_maker = bool(words.brand_key(wish.vendor))
        low, high = self._get_nozzle_range(first)
        return {
            "plate_filament_ids": [Command.set(plate_filaments.ids)],
            "company_id": first.company_id.id,
            "name": self._get_name(wish, brand, material),
            "file_material": wish.type,
            "material_id": material.id,
            "brand_id": brand.id,
            "brand_name": wish.vendor if has_maker and not brand else False,
            "series": self._get_series(wish),
            "colour_hexes": ",".join(wish.colours) or False,
            "diameter_mm": wish.diameter or 1.75,
            "density": first.density or material.density,
            "price_per_kg": first.file_price_kg,
            "nozzle_min": low,
            "nozzle_max": high,
            "bed_temp": first.slice_id.bed_temp,
        }

    @api.model
    def _find_brand(self, wish):
        """Return the contact the file means by its vendor or its preset's name."""
        key = words.brand_key(wish.vendor)
        brands = (
            self.env["product.template"]
            .search([("is_filament", "=", True), ("brand_id", "!=", False)])
            .brand_id
        )
        keys = {words.brand_key(brand.name): brand for brand in brands}
        found = keys.get(key or words.find_brand(wish.preset, set(keys)))
        if not found and key:
            found = brands.search(
                [("name", "=ilike", escape_psql(wish.vendor.strip()))], limit=1
            )
        return found or brands.browse()

    @api.model
    def _get_name(self, wish, brand, material):
        """Return a name such as "Nordfil PLA Silk Teal"."""
        preset = wish.preset if words.read(wish.preset).base else ""
        parts = [
            word
            for word in (preset or material.name or wish.type or "").split()
            if word.lower() != "generic"
        ]
        maker = brand.name or (wish.vendor if words.brand_key(wish.vendor) else "")
        key = words.brand_key(maker)
        if key and words.find_brand(" ".join(parts), {key}) != key:
            parts.insert(0, maker)
        palette = {word for name in colour.PALETTE for word in words.split(name)}
        if wish.colours and palette.isdisjoint(words.split(" ".join(parts))):
            names = dict.fromkeys(colour.nearest_name(text) for text in wish.colours)
            parts.append("/".join(names))
        return " ".join(parts) or self.env._("New filament")

    @api.model
    def _get_series(self, wish):
        series = [
            word.capitalize()
            for word in words.split(wish.preset)
            if words.read(word).traits and not words.read(word).base
        ]
        return " ".join(series) or False

    @api.model
    def _get_nozzle_range(self, plate_filament):
        """Return the lowest and the highest nozzle temperature the settings name."""
        version = plate_filament.slice_id
        settings = version.settings or {}
        ends = (
            ("nozzle_temperature_range_low", "nozzle_temperature_range_high"),
            ("first_layer_temperature", "temperature"),
            ("nozzle_temperature_initial_layer", "nozzle_temperature"),
        )
        for names in ends:
            found = [self._of_tool(settings, name, plate_filament) for name in names]
            found = [round(value) for value in found if value]
            if found:
                return min(found), max(found)
        value = self._of_tool(version.common or {}, "nozzle_temp", plate_filament)
        value = round(value or version.nozzle_temp)
        return value, value

    @api.model
    def _of_tool(self, settings, name, plate_filament):
        """Return a tool's number in a setting that has one for each filament.

        Bambu Studio may list one for each variant of the nozzle, and tells in
        ``filament_self_index`` whose each is.
        """
        value = settings.get(name)
        if isinstance(value, list):
            owners = settings.get("filament_self_index")
            at = plate_filament.tool - 1
            if isinstance(owners, list) and len(owners) == len(value):
                own = [str(owner) for owner in owners]
                tool = str(plate_filament.tool)
                at = own.index(tool) if tool in own else at
            value = value[at] if 0 <= at < len(value) else None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value if is_number and 0 < value < 1000 else None

    # === CREATING === #

    def _create_filaments(self):
        """Make the filaments, confirm them on their lines, and return them.

        :rtype: product.product
        """
        products = self.env["product.product"]
        for line in self:
            material = line._get_material()
            brand = line._get_brand()
            product = (
                products.with_company(line.company_id or self.env.company)
                .create(line._prepare_filament_vals(material, brand))
                .with_env(self.env)
            )
            line.plate_filament_ids.write({"product_id": product.id})
            products |= product
        return products

    def _get_material(self):
        """Return the material, made anew when the person said so.

        Whoever may make filaments may add the material one of them is made of, though
        not change those that are there.
        """
        self.ensure_one()
        if self.material_id:
            return self.material_id
        name = (self.file_material or "").strip()
        if not self.make_material or not name:
            raise UserError(
                self.env._(
                    "The file calls the material of %(filament)s “%(type)s”, which is "
                    "not in your materials. Choose one of yours, or tick “Make it a "
                    "new material”. (A name added to the aliases of a material is "
                    "found next time.)",
                    filament=self.name,
                    type=name or self.env._("(nothing)"),
                )
            )
        self.create_id.check_access("write")
        found = self.env["print3d.material"]._find(name)
        return found or self.env["print3d.material"].sudo().create(
            self._prepare_material_vals(name)
        ).sudo(False)

    def _prepare_material_vals(self, name):
        """Hook: return the values of a material nobody has used yet."""
        self.ensure_one()
        return {
            "name": name,
            "code": name,
            **({"density": self.density} if self.density > 0 else {}),
            "nozzle_temp_min": self.nozzle_min,
            "nozzle_temp_max": self.nozzle_max,
            "bed_temp_min": self.bed_temp,
            "bed_temp_max": self.bed_temp,
            "abrasive": bool(words.read(name).fibre),
        }

    def _get_brand(self):
        """Return the brand, made a contact when it is none yet."""
        self.ensure_one()
        name = (self.brand_name or "").strip()
        if self.brand_id or not name:
            return self.brand_id
        partners = self.env["res.partner"].sudo()
        found = partners.search(
            [
                ("name", "=ilike", escape_psql(name)),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        )
        return found or partners.create({"name": name, "is_company": True})

    def _prepare_filament_vals(self, material, brand):
        """Hook: return the values of the filament (product.product).

        What is the same as the material's stays empty, and follows it.
        """
        self.ensure_one()
        same_nozzle = (self.nozzle_min, self.nozzle_max) == (
            material.nozzle_temp_min,
            material.nozzle_temp_max,
        )
        vals = {
            "name": self.name,
            "is_filament": True,
            "material_id": material.id,
            "brand_id": brand.id,
            "series": self.series,
            "colour_hexes": self.colour_hexes,
            "diameter_mm": self.diameter_mm or 1.75,
            "net_weight_g": self.net_weight_g or 1000.0,
            "filament_density": 0.0
            if abs(self.density - material.density) < 0.0005
            else self.density,
            "filament_nozzle_min": 0 if same_nozzle else self.nozzle_min,
            "filament_nozzle_max": 0 if same_nozzle else self.nozzle_max,
            "filament_bed_temp": self.bed_temp,
            "company_id": self.company_id.id,
        }
        if self.price_per_kg > 0:
            vals["standard_price"] = self.price_per_kg / 1000
        return vals
