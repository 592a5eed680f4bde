from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ..tools import colour, spoolmandb, words


class Print3dCatalogueFilament(models.Model):
    """A filament that can be bought somewhere, from which one of the shop is made.

    The catalogue is read by all companies and belongs to none: what a maker says of a
    filament is the same for everybody. It takes part in nothing, neither in matching
    with files nor in stock, until somebody makes a filament of it.
    """

    _name = "print3d.catalogue.filament"
    _inherit = "print3d.coloured"
    _description = "Filament of the Catalogue"
    _order = "brand, material, name, id"

    key = fields.Char(
        string="External ID",
        required=True,
        help="The id of SpoolmanDB, by which a file that is read again finds it.",
    )
    brand = fields.Char(index=True)
    name = fields.Char(required=True)
    colour_name = fields.Char(string="Name of the Colour")
    series = fields.Char(help="The maker's product line, such as Matte or Silk.")
    material = fields.Char(required=True, index=True)
    density = fields.Float(string="Density (g/cm³)", digits=(6, 3))
    diameter_mm = fields.Float(string="Diameter (mm)", digits=(4, 2), default=1.75)
    net_weight_g = fields.Float(
        string="Net weight (g)", digits="Product Unit", default=1000.0
    )
    tare_weight_g = fields.Float(
        string="Empty spool (g)", digits="Product Unit", help="0 is not known."
    )
    spool_type = fields.Selection(
        [("plastic", "Plastic"), ("cardboard", "Cardboard"), ("metal", "Metal")],
        string="Spool of",
    )
    nozzle_temp = fields.Integer(string="Nozzle (°C)")
    nozzle_min = fields.Integer(string="Nozzle from (°C)")
    nozzle_max = fields.Integer(string="Nozzle to (°C)")
    bed_temp = fields.Integer(string="Bed (°C)")
    bed_min = fields.Integer(string="Bed from (°C)")
    bed_max = fields.Integer(string="Bed to (°C)")
    sds_url = fields.Char(string="Safety Data Sheet")
    tds_url = fields.Char(string="Technical Data Sheet")
    source = fields.Char(string="Read from", readonly=True)
    active = fields.Boolean(default=True)
    search_text = fields.Char(
        compute="_compute_search_text", store=True, index="trigram"
    )
    product_ids = fields.One2many(
        "product.product", "catalogue_id", string="Filaments of the Shop"
    )
    is_ours = fields.Boolean(
        string="Among Our Filaments",
        compute="_compute_is_ours",
        search="_search_is_ours",
    )
    chip = fields.Json(string="Looks like", compute="_compute_chip")

    _key_uniq = models.UniqueIndex("(key)", "The catalogue has this filament already.")
    _numbers = models.Constraint(
        "CHECK (diameter_mm > 0 AND net_weight_g > 0 AND tare_weight_g >= 0"
        " AND density >= 0)",
        "A diameter and a weight are above zero; nothing here is below it.",
    )

    # === COMPUTE === #

    @api.depends("brand", "material", "name", "series", "diameter_mm", "net_weight_g")
    def _compute_display_name(self):
        for filament in self:
            name = filament._get_full_name()
            if filament.diameter_mm and filament.diameter_mm != 1.75:
                name += f", {filament.diameter_mm:g} mm"
            if filament.net_weight_g and filament.net_weight_g != 1000:
                name += f", {filament.net_weight_g:g} g"
            filament.display_name = name

    @api.depends("brand", "material", "name", "colour_name")
    def _compute_search_text(self):
        for filament in self:
            parts = (filament._get_full_name(), filament.material, filament.colour_name)
            filament.search_text = words.fold(" ".join(part for part in parts if part))

    @api.depends("product_ids")
    def _compute_is_ours(self):
        for filament in self:
            filament.is_ours = bool(filament.product_ids)

    @api.model
    def _search_is_ours(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("product_ids", "!=", False)

    @api.depends(
        "colour_hexes",
        "colour_direction",
        "finish",
        "pattern",
        "is_translucent",
        "is_glowing",
        "material",
    )
    def _compute_chip(self):
        for filament in self:
            filament.chip = [
                {
                    **filament._get_swatch(),
                    "material": filament.material,
                    "grams": 0,
                    "name": filament.display_name,
                }
            ]

    @api.model
    def _search_display_name(self, operator, value):
        """Find all the words of what somebody types, in any order."""
        if operator not in ("ilike", "like") or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        texts = words.fold(value).split()
        return Domain.AND(Domain("search_text", "ilike", text) for text in texts)

    @api.model
    def _get_colour_name_domain(self, text):
        return Domain("colour_name", "ilike", text)

    def _get_full_name(self):
        """Return maker, material and name, each once."""
        self.ensure_one()
        name = self.name or ""
        inside = words.read(name)
        meant = words.read(self.material or "")
        known = (inside.base, inside.fibre) == (meant.base, meant.fibre)
        parts = [] if known and inside.base else [self.material or ""]
        key = words.brand_key(self.brand or "")
        if not key or words.find_brand(name, {key}) != key:
            parts.insert(0, self.brand or "")
        return " ".join(part for part in (*parts, name) if part)

    # === ACTIONS === #

    def action_make_filaments(self):
        """Make these filaments of the shop, those that are none yet, and show them."""
        products = self._make_filaments(self.env.company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_filament_action"
        )
        action["domain"] = [("id", "in", products.ids)]
        if len(products) == 1:
            view = self.env.ref("print3d_inventory.product_product_view_form_filament")
            action.update(
                view_mode="form", views=[(view.id, "form")], res_id=products.id
            )
        return action

    def action_view_similar(self):
        """Open what looks like this in the catalogue, the nearest first."""
        return self._get_similar_action(
            self.env["ir.actions.act_window"]._for_xml_id(
                "print3d_inventory.print3d_catalogue_filament_action"
            )
        )

    @api.model
    def action_load_seed(self):
        """Take what comes with the addon into the catalogue, and show it.

        The materials that the shop does not have yet are made, too. What is there
        already stays, so that it may be done again.
        """
        self.check_access("create")
        self.env["print3d.material"].check_access("create")
        self.env["print3d.material"]._load_seed_materials()
        self._load_seed()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_catalogue_filament_action"
        )

    # === READING === #

    @api.model
    def _load_seed(self):
        """Take the seed's filaments into the catalogue."""
        seed = self.env["print3d.material"]._read_seed()
        rows, _problems = spoolmandb.read(
            spoolmandb.json.dumps(seed["filaments"]).encode()
        )
        self._take(rows, self.env._("Comes with print3d"))

    @api.model
    def _take(self, rows, source, dry_run=False, update=True):
        """Put filaments into the catalogue, each known by its key.

        :param rows: values each; what a row does not state stays as it is
        :param str source: where they come from
        :param dry_run: only tell what would be done
        :param update: whether what differs is taken over
        :return: ``new`` and ``changed`` (records, none in a dry run), their numbers
            ``new_count``, ``changed_count`` and ``same_count``, and ``changes``: the
            differences as (key, field, old, new) each
        :rtype: dict
        """
        names = [name for name in spoolmandb.FIELDS if name in self._fields]
        found = {
            filament.key: filament
            for filament in self.with_context(active_test=False).search_fetch(
                [("key", "in", [row["key"] for row in rows])], names
            )
        }
        new, changed, changes = [], self.browse(), []
        result = {"same_count": 0}
        for row in rows:
            vals = {name: row[name] for name in names if name in row}
            filament = found.get(row["key"])
            if not filament:
                new.append({**vals, "source": source})
                continue
            differing = {
                name: value
                for name, value in vals.items()
                if not self._is_same(filament[name], value)
            }
            if not differing:
                result["same_count"] += 1
                continue
            changes += [
                (row["key"], name, filament[name], value)
                for name, value in differing.items()
            ]
            changed |= filament
            if not dry_run and update:
                filament.write({**differing, "source": source})
        result["new_count"] = len(new)
        result["changed_count"] = len(changed)
        result["changes"] = changes
        result["new"] = self.browse() if dry_run else self.create(new)
        result["changed"] = self.browse() if dry_run else changed
        return result

    @api.model
    def _is_same(self, old, new):
        if isinstance(old, float):
            return abs(old - (new or 0.0)) < 0.0005
        return (old or False) == (new or False)

    def _get_rows(self):
        """Return these filaments as rows of ``spoolmandb.FIELDS``."""
        return [
            {name: filament[name] or "" for name in ("colour_hexes", "colour_name")}
            | {
                name: filament[name]
                for name in spoolmandb.FIELDS
                if name not in ("colour_hexes", "colour_name")
            }
            for filament in self
        ]

    # === MAKING FILAMENTS === #

    def _make_filaments(self, company, extras=None):
        """Make filaments of the shop, and return them with those that are there.

        :param company: whose they are if somebody restricts filaments to companies
        :param extras: more values of the products by key of the catalogue
        :rtype: product.product
        """
        Product = self.env["product.product"].with_company(company)
        Product.check_access("create")
        there = Product.with_context(active_test=False).search(
            [
                ("catalogue_id", "in", self.ids),
                ("company_id", "in", [False, company.id]),
            ]
        )
        known = set(there.catalogue_id.ids)
        missing = self.filtered(lambda filament: filament.id not in known)
        materials = missing._get_materials()
        brands = missing._get_brands(company)
        # The same for all of them: asked for once, not for each.
        defaults = (
            Product.with_context(default_is_filament=True).default_get(
                list(Product._fields)
            )
            if missing
            else {}
        )
        vals_list = [
            {
                **defaults,
                **filament._prepare_product_vals(
                    materials[filament], brands.get(filament.brand)
                ),
                **(extras or {}).get(filament.key, {}),
            }
            for filament in missing
        ]
        # Every value is given, so that what a screen proposes for its own records in
        # the context means nothing here.
        made = Product.with_context(
            tracking_disable=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
        ).create(vals_list)
        return there | made.with_env(self.env)

    def _prepare_product_vals(self, material, brand):
        """Hook: return the values of the filament (product.product) made of this.

        What is the same as the material's stays empty, and follows it.
        """
        self.ensure_one()
        return {
            "name": self._get_full_name(),
            "is_filament": True,
            "catalogue_id": self.id,
            "material_id": material.id,
            "brand_id": brand.id if brand else False,
            **self._get_facts(material),
        }

    def _get_facts(self, material):
        """Return what the catalogue says of a filament, by fields of product.product.

        :param material: what it is made of, whose values need not be said again
        """
        self.ensure_one()
        low = self.nozzle_min or self.nozzle_temp
        high = self.nozzle_max or self.nozzle_temp
        same = material.nozzle_temp_min <= low and high <= material.nozzle_temp_max
        # One temperature within the range of the material says less than the range.
        if low == high and same:
            low = high = 0
        return {
            "series": self.series,
            "colour_hexes": self.colour_hexes,
            "own_colour_name": self.colour_name,
            "colour_direction": self.colour_direction,
            "finish": self.finish,
            "pattern": self.pattern,
            "is_translucent": self.is_translucent,
            "is_glowing": self.is_glowing,
            "diameter_mm": self.diameter_mm,
            "net_weight_g": self.net_weight_g,
            "tare_weight_g": self.tare_weight_g,
            "filament_density": 0.0
            if abs(self.density - material.density) < 0.0005
            else self.density,
            "filament_nozzle_min": low,
            "filament_nozzle_max": high,
            "filament_bed_temp": self.bed_temp or self.bed_max,
        }

    def _get_materials(self):
        """Return the material of each, made when the shop has none of that name.

        :rtype: dict
        :raises UserError: one is missing and the user may not make it
        """
        Material = self.env["print3d.material"]
        found, result = {}, {}
        seeds = None
        for filament in self:
            words_key = (filament.material, filament.name)
            if words_key not in found:
                material = Material._find_wanted(filament.material, filament.name)
                if not material:
                    if not Material.has_access("create"):
                        raise UserError(
                            self.env._(
                                "%(filament)s is made of %(material)s, which is not in "
                                "your materials. Ask an owner of the shop to add it.",
                                filament=filament.display_name,
                                material=filament.material,
                            )
                        )
                    if seeds is None:
                        seeds = {s["name"] for s in Material._read_seed()["materials"]}
                    if filament.material in seeds:
                        material = Material._load_seed_materials([filament.material])
                    material = material or Material.create(
                        filament._prepare_material_vals()
                    )
                found[words_key] = material
            result[filament] = found[words_key]
        return result

    def _prepare_material_vals(self):
        """Hook: return the values of a material the shop does not have."""
        self.ensure_one()
        return {
            "name": self.material,
            "code": self.material,
            **({"density": self.density} if self.density else {}),
            "nozzle_temp_min": self.nozzle_min or self.nozzle_temp,
            "nozzle_temp_max": self.nozzle_max or self.nozzle_temp,
            "bed_temp_min": self.bed_min or self.bed_temp,
            "bed_temp_max": self.bed_max or self.bed_temp,
            "abrasive": bool(words.read(self.material).fibre) or self.is_glowing,
        }

    def _get_brands(self, company):
        """Return the contact of each maker by its name, made when there is none.

        :rtype: dict
        """
        found = self._find_brands(company)
        websites = {
            words.brand_key(brand["name"]): brand["website"]
            for brand in self.env["print3d.material"]._read_seed()["brands"]
        }
        made = {}
        for name in sorted({filament.brand for filament in self if filament.brand}):
            key = words.brand_key(name) or name
            if name not in found and key not in made:
                made[key] = self.env["res.partner"].create(
                    {"name": name, "is_company": True, "website": websites.get(key)}
                )
            found.setdefault(name, made.get(key))
        return found

    def _find_brands(self, company):
        """Return the contacts of makers that are there, by the catalogue's names.

        :rtype: dict
        """
        names = sorted({filament.brand for filament in self if filament.brand})
        if not names:
            return {}
        used = (
            self.env["product.template"]
            .search([("is_filament", "=", True), ("brand_id", "!=", False)])
            .brand_id
        )
        by_key = {words.brand_key(brand.name or ""): brand for brand in used}
        result = {}
        for name in names:
            brand = by_key.get(words.brand_key(name)) or self.env["res.partner"].search(
                [
                    ("name", "=ilike", escape_psql(name)),
                    ("company_id", "in", [False, company.id]),
                ],
                limit=1,
            )
            if brand:
                result[name] = brand
        return result

    # === HELPERS === #

    def _get_colours(self):
        """Return the colours as a list of ``#RRGGBB``."""
        self.ensure_one()
        return colour.read_hexes(self.colour_hexes or "")
