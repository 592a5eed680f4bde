from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import colour, ranking

# How far a filament without a colour is taken to be from any other.
FAR = 100.0


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "print3d.coloured"]

    colour_hexes = fields.Char(
        string="Colour",
        compute="_compute_colour_hexes",
        store=True,
        readonly=False,
        precompute=True,
        help="#RRGGBB; several separated by commas for a multicolour filament.",
    )
    own_colour_name = fields.Char(
        string="Name of the Colour", help="What its maker calls the colour."
    )
    colour_name = fields.Char(
        compute="_compute_colour_name", inverse="_inverse_colour_name"
    )
    filament_stock_g = fields.Float(
        string="In stock (g)",
        compute="_compute_filament_stock",
        digits="Product Unit",
    )
    spool_count = fields.Integer(
        string="Spools", compute="_compute_filament_stock", help="Spools in stock."
    )
    price_per_kg = fields.Monetary(
        string="Cost per kg",
        compute="_compute_price_per_kg",
        currency_field="cost_currency_id",
        groups="base.group_user",
    )
    filament_chip = fields.Json(compute="_compute_filament_chip")

    # === COMPUTE === #

    @api.depends(
        "product_tmpl_id.is_filament",
        "product_template_attribute_value_ids.product_attribute_value_id.html_color",
    )
    def _compute_colour_hexes(self):
        """Take the colour of the attribute value unless one was set by hand."""
        for product in self:
            if not product.is_filament or product.colour_hexes:
                continue
            values = product.product_template_attribute_value_ids
            found = (value.html_color for value in values)
            product.colour_hexes = ",".join(
                colour.read_hexes(" ".join(text for text in found if text))
            )

    @api.depends(
        "own_colour_name",
        "product_template_attribute_value_ids.product_attribute_value_id.name",
    )
    def _compute_colour_name(self):
        for product in self:
            values = product.product_template_attribute_value_ids.filtered("html_color")
            product.colour_name = product.own_colour_name or ", ".join(
                values.mapped("name")
            )

    def _inverse_colour_name(self):
        for product in self:
            product.own_colour_name = product.colour_name

    @api.depends("stock_quant_ids.quantity", "stock_quant_ids.location_id")
    @api.depends_context("allowed_company_ids")
    def _compute_filament_stock(self):
        stock = {
            product: (grams, spools)
            for product, grams, spools in self.env["stock.quant"]._read_group(
                [
                    ("product_id", "in", self.ids),
                    ("location_id.usage", "=", "internal"),
                    ("quantity", ">", 0),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["product_id"],
                ["quantity:sum", "lot_id:count_distinct"],
            )
        }
        for product in self:
            grams, spools = stock.get(product._origin, (0.0, 0))
            product.filament_stock_g = grams
            product.spool_count = spools

    @api.depends("standard_price")
    @api.depends_context("company")
    def _compute_price_per_kg(self):
        for product in self:
            product.price_per_kg = product.standard_price * 1000

    @api.depends(
        "filament_stock_g",
        "colour_hexes",
        "colour_direction",
        "finish",
        "pattern",
        "is_translucent",
        "is_glowing",
        "material_id.name",
        "material_id.code",
    )
    @api.depends_context("allowed_company_ids")
    def _compute_filament_chip(self):
        for product in self:
            product.filament_chip = (
                [product._get_filament_chip(product.filament_stock_g)]
                if product.is_filament
                else False
            )

    # === CONSTRAINTS AND CRUD === #

    @api.model
    def default_get(self, fields):
        """Start a filament with what every filament has."""
        res = super().default_get(fields)
        if self.env.context.get("default_is_filament"):
            template_defaults = self.env["product.template"].default_get(fields)
            res.update(
                {
                    name: template_defaults[name]
                    for name in self.env["product.template"]._prepare_filament_vals()
                    if name in template_defaults
                }
            )
        return res

    @api.onchange("is_filament")
    def _onchange_is_filament(self):
        if self.is_filament:
            self.update(self.env["product.template"]._prepare_filament_vals())

    @api.model_create_multi
    def create(self, vals_list):
        """Give new filaments their settings, and colours one way of writing.

        The template cannot do it here: the variant hands it every default as if
        somebody had chosen it.
        """
        complete = self.env["product.template"]._complete_filament_vals_list(vals_list)
        return super().create([self._clean_colour_vals(vals) for vals in complete])

    def write(self, vals):
        """Write colours the same way everywhere."""
        return super().write(self._clean_colour_vals(vals))

    @api.model
    def _clean_colour_vals(self, vals):
        try:
            hexes = colour.split_hexes(vals.get("colour_hexes"))
        except ValueError:
            return vals  # the constraint tells what is wrong
        return {**vals, "colour_hexes": ",".join(hexes)} if hexes else vals

    # === ACTIONS === #

    def action_view_spools(self):
        """Open the spools of this filament."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_action"
        )
        action["domain"] = [("is_spool", "=", True), ("product_id", "in", self.ids)]
        action["context"] = {
            "default_product_id": self[:1].id,
            "print3d_spools": True,
        }
        return action

    def action_add_spools(self):
        """Open the quick entry of new spools of this filament."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_add_action"
        )
        action["context"] = {"default_product_id": self.id, "print3d_spools": True}
        return action

    def action_view_similar(self):
        """Open the filaments whose colour comes near this one's, the nearest first."""
        return self._get_similar_action(
            self.env["ir.actions.act_window"]._for_xml_id(
                "print3d_inventory.print3d_filament_action"
            )
        )

    # === MATCHING WITH FILES === #

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer first what comes closest to the line of a file that is filled in.

        The line is named by ``print3d_filament_line`` in the context.
        """
        pairs = super().name_search(name, domain, operator, limit)
        line_id = self.env.context.get("print3d_filament_line")
        line = self.env["print3d.plate.filament"].browse(line_id or 0).exists()
        if not line:
            return pairs
        best = [match.id for match in line._rank_filaments(limit=limit)[line]]
        domain = Domain(domain or Domain.TRUE) & Domain("id", "in", best)
        found = dict(super().name_search(name, domain, operator, limit))
        ranked = [(key, found.pop(key)) for key in best if key in found]
        return (ranked + [pair for pair in pairs if pair[0] not in best])[:limit]

    @api.model
    def _get_catalogue(self, company):
        """Return the filaments a company may print with, ready to be compared.

        Read in a fixed number of queries, however many there are.

        :rtype: odoo.addons.print3d_inventory.tools.ranking.Catalogue
        """
        self = self.with_company(company)  # noqa: PLW0642
        query = self._search(
            Domain("is_filament", "=", True)
            & Domain("company_id", "in", [False, company.id])
        )
        names = (
            "id",
            "product_tmpl_id",
            "material_id",
            "brand_id",
            "diameter_mm",
            "colour_hexes",
            "standard_price",
            "name",
            "series",
            "default_code",
        )
        columns = [self._field_to_sql(query.table, name, query) for name in names]
        rows = self.env.execute_query(query.select(*columns))
        materials = {row[2]: "" for row in rows if row[2]}
        for material in self.env["print3d.material"].sudo().browse(materials):
            materials[material.id] = material.name
        brands = {row[3]: "" for row in rows if row[3]}
        for brand in self.env["res.partner"].sudo().browse(brands):
            brands[brand.id] = brand.name or ""
        ids = [row[0] for row in rows]
        values = self._get_attribute_words(ids)
        stock = {
            product.id: grams
            for product, grams in self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", ids),
                    ("location_id.usage", "=", "internal"),
                    ("quantity", ">", 0),
                    ("company_id", "=", company.id),
                ],
                ["product_id"],
                ["quantity:sum"],
            )
        }
        return ranking.Catalogue(
            [
                ranking.Filament(
                    id=product_id,
                    template_id=template_id,
                    material_id=material_id or 0,
                    material=materials.get(material_id, ""),
                    brand=brands.get(brand_id, ""),
                    names=tuple(
                        text for text in (*texts, values.get(product_id)) if text
                    ),
                    colours=tuple(colour.read_hexes(hexes or "")),
                    diameter=diameter or 0.0,
                    stock_g=stock.get(product_id, 0.0),
                    price=float(price or 0.0),
                )
                for (
                    product_id,
                    template_id,
                    material_id,
                    brand_id,
                    diameter,
                    hexes,
                    price,
                    *texts,
                ) in rows
            ]
        )

    @api.model
    def _get_attribute_words(self, ids):
        """Return ``{product id: words of its attributes}``, in English and in ours."""
        if not ids:
            return {}
        values = self.env["product.attribute.value"]
        values.flush_model(["name"])
        self.env["product.template.attribute.value"].flush_model()
        self.flush_model(["product_template_attribute_value_ids"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT combination.product_product_id,
                           STRING_AGG(CONCAT(value.name->>'en_US', ' ',
                                             value.name->>%(lang)s), ' ')
                      FROM product_variant_combination AS combination
                      JOIN product_template_attribute_value AS line
                        ON line.id = combination.product_template_attribute_value_id
                      JOIN product_attribute_value AS value
                        ON value.id = line.product_attribute_value_id
                     WHERE combination.product_product_id IN %(ids)s
                  GROUP BY combination.product_product_id
                    """,
                    lang=self.env.lang or "en_US",
                    ids=tuple(ids),
                )
            )
        )

    @api.model
    def _get_colour_name_domain(self, text):
        """Look into the names of attribute values as well."""
        return Domain("own_colour_name", "ilike", text) | (
            Domain("is_filament", "=", True)
            & Domain("product_template_attribute_value_ids.name", "ilike", text)
        )

    # === BUSINESS === #

    def _get_filament_density(self):
        """Return g/cm³ of a filament: its own, or else that of its material."""
        return self.filament_density or self.material_id.density

    def _get_colours(self):
        """Return the colours of a filament as a list of ``#RRGGBB``."""
        self.ensure_one()
        return colour.read_hexes(self.colour_hexes or "")

    def _get_colour_distance(self, other):
        """Return the CIEDE2000 distance of two filaments; several colours pairwise.

        :param other: the filament (product.product) to compare with
        :rtype: float
        """
        mine, theirs = self._get_colours(), other._get_colours()
        if not mine or not theirs:
            return 0.0 if mine == theirs else FAR
        if len(mine) != len(theirs):
            return FAR
        return max(colour.delta_e(a, b) for a, b in zip(mine, theirs, strict=True))

    def _get_filament_chip(self, grams):
        """Return what a filament chip shows of this product.

        :param float grams: the weight to write on it
        """
        self.ensure_one()
        return {
            **self._get_swatch(),
            "material": self.material_id.code or self.material_id.name or "",
            "grams": grams,
            "name": self.display_name,
        }

    def _take_into_average(self, moves):
        """Value moves that just came in, and let the average cost follow.

        The same as core's calculation over all moves, as each of these is newer than
        any other and stock is worth its average until it leaves.

        :param moves: moves (stock.move) of this product, done this moment
        """
        self.ensure_one()
        company = self.env.company
        [(stock,)] = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "=", self.id),
                    ("location_id.is_valued_internal", "=", True),
                    ("company_id", "=", company.id),
                    ("owner_id", "in", [False, company.partner_id.id]),
                ],
                aggregates=["quantity:sum"],
            )
        )
        grams = {move: move._get_valued_qty() for move in moves}
        before = (stock or 0.0) - sum(grams.values())
        cost = self.standard_price
        for move in moves:
            move.value = move.sudo()._get_value()
            came = grams[move]
            if self.uom_id.compare(before, 0) <= 0:
                cost = move.value / came if came else cost
            elif came:
                cost = (cost * before + move.value) / (before + came)
            before += came
        if cost and cost != self.standard_price:
            self.with_context(
                disable_auto_revaluation=True
            ).sudo().standard_price = cost
