from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import colour

# Beyond this CIEDE2000 distance two colours are plainly different to the eye.
MATCH_THRESHOLD = 20.0


class Print3dPlateFilament(models.Model):
    _inherit = "print3d.plate.filament"

    slice_id = fields.Many2one(related="plate_id.slice_id", store=True, index=True)
    product_id = fields.Many2one(
        domain=[("is_filament", "=", True)], check_company=True, ondelete="set null"
    )
    match_distance = fields.Float(
        digits=(6, 1),
        readonly=True,
        help="CIEDE2000 distance of the file's colour from the matched filament's: "
        "0 is the same, beyond 20 nothing is matched.",
    )
    grams_note = fields.Char(compute="_compute_grams_note")
    file_chip = fields.Json(compute="_compute_file_chip")
    product_chip = fields.Json(related="product_id.filament_chip")

    # === COMPUTE === #

    @api.depends("product_id.material_id.density", "product_id.diameter_mm")
    def _compute_grams(self):
        """Add the matched filament to what grams depend on."""
        return super()._compute_grams()

    @api.depends("grams_source", "product_id")
    def _compute_grams_note(self):
        notes = {
            "stated": self.env._("stated by the file"),
            "derived": self.env._("from length × density"),
            "unknown": self.env._("unknown: choose a filament"),
        }
        for line in self:
            line.grams_note = notes.get(line.grams_source, "")

    @api.depends("colour", "filament_type", "filament_name", "grams")
    def _compute_file_chip(self):
        for line in self:
            line.file_chip = line._get_chips()

    # === ACTIONS === #

    def action_match_filament(self):
        """Look again for the filament of the shop that comes closest."""
        self._match_filament()
        return True

    def action_create_filament(self):
        """Make a filament of what the file wants, and open it to complete it."""
        self.ensure_one()
        if not self.product_id:
            self.product_id = self.env["product.product"].create(
                self._prepare_filament_vals()
            )
            self.match_distance = 0.0
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Filament"),
            "res_model": "product.product",
            "res_id": self.product_id.id,
            "views": [
                (
                    self.env.ref(
                        "print3d_inventory.product_product_view_form_filament"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
        }

    def _prepare_filament_vals(self):
        """Return the values of a filament made of what the file wants."""
        self.ensure_one()
        material = self.env["print3d.material"]._find(self.filament_type)
        if not material:
            raise UserError(
                self.env._(
                    "The file calls the material “%(type)s”, which is not in your "
                    "materials. Add it there, or add that name to the aliases of one.",
                    type=self.filament_type or self.env._("(nothing)"),
                )
            )
        hexes = colour.read_hexes(self.colour or "")
        brand = self.env["res.partner"]
        if self.vendor:
            brand = brand.search([("name", "=ilike", self.vendor)], limit=1)
        words = [
            self.vendor if self.vendor and self.vendor.lower() != "generic" else "",
            material.name,
            colour.nearest_name(hexes[0]) if hexes else "",
        ]
        return {
            "name": " ".join(word for word in words if word),
            "is_filament": True,
            "material_id": material.id,
            "brand_id": brand.id,
            "colour_hexes": ",".join(hexes),
            "diameter_mm": self.diameter or 1.75,
            "company_id": self.company_id.id,
        }

    # === BUSINESS === #

    def _match_filament(self):
        """Find the filament of the shop for each line: by material, then by colour.

        Among filaments of the material the nearest colour wins; between equals the
        one in stock, then the cheaper one. A line that says no colour takes any
        colour of its material. Nothing is matched beyond the threshold, and what was
        matched before stays when nothing better is found.
        """
        Material = self.env["print3d.material"]
        wanted = {line: Material._find(line.filament_type) for line in self}
        materials = Material.union(*wanted.values())
        candidates = self._get_candidates(materials)
        matches = {}
        for line in self:
            best = line._get_best_match(
                candidates.get((wanted[line], line._get_diameter_class()), [])
            )
            if best:
                matches.setdefault(best, []).append(line.id)
        for (product, distance), line_ids in matches.items():
            self.browse(line_ids).write(
                {"product_id": product.id, "match_distance": distance}
            )

    def _get_candidates(self, materials):
        """Return ``{(material, diameter): [(product, colours, company), …]}``.

        The order is that of preference between equal colours.
        """
        products = self.env["product.product"].search(
            Domain("is_filament", "=", True)
            & Domain("material_id", "in", materials.ids)
        )
        ordered = products.sorted(
            lambda p: (p.filament_stock_g <= 0, p.standard_price, p.id)
        )
        candidates = {}
        for product in ordered:
            key = (product.material_id, round(product.diameter_mm))
            candidates.setdefault(key, []).append((product, product._get_colours()))
        return candidates

    def _get_diameter_class(self):
        """Return 2 for 1.75 mm, 3 for 2.85 mm: slicers write 1.75, 1.7 or 2.85, 3."""
        self.ensure_one()
        return round(self.diameter or 1.75)

    def _get_best_match(self, candidates):
        """Return ``(product, distance)`` of the best candidate, or None."""
        self.ensure_one()
        candidates = [
            (product, hexes)
            for product, hexes in candidates
            if not product.company_id
            or not self.company_id
            or product.company_id == self.company_id
        ]
        hexes = colour.read_hexes(self.colour or "")
        if not hexes:
            return (candidates[0][0], 0.0) if candidates else None
        # One decimal: nobody sees less, and equals are decided by stock and price.
        rated = [
            (round(colour.distance(hexes[0], colours), 1), len(colours) > 1, product)
            for product, colours in candidates
            if colours
        ]
        if not rated:
            return None
        distance, _several, product = min(rated, key=lambda item: item[:2])
        return (product, distance) if distance <= MATCH_THRESHOLD else None

    def _get_density(self):
        """The matched filament's material knows its density better than the file."""
        self.ensure_one()
        return self.product_id.material_id.density or super()._get_density()

    def _get_diameter(self):
        """Take the matched filament's diameter when the file states none."""
        self.ensure_one()
        return self.diameter or self.product_id.diameter_mm or super()._get_diameter()
