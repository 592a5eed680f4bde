from odoo import api, fields, models

from ..tools import spoolmandb


class ProductProduct(models.Model):
    _inherit = "product.product"

    catalogue_id = fields.Many2one(
        "print3d.catalogue.filament",
        string="In the Catalogue",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        help="What its maker says of it. Choosing one for a new filament fills in all "
        "the rest.",
    )
    has_catalogue_offer = fields.Boolean(
        string="News from the Catalogue",
        copy=False,
        help="The catalogue was read again and says something else now.",
    )
    catalogue_offer = fields.Json(compute="_compute_catalogue_offer")

    @api.depends("has_catalogue_offer", "catalogue_id")
    def _compute_catalogue_offer(self):
        for product in self:
            product.catalogue_offer = (
                product._get_catalogue_offer() if product.has_catalogue_offer else False
            )

    @api.onchange("catalogue_id")
    def _onchange_catalogue_id(self):
        """Fill in a new filament with all that the catalogue knows."""
        entry = self.catalogue_id
        if not entry or self._origin:
            return
        material = self.env["print3d.material"]._find_wanted(entry.material, entry.name)
        brand = self.brand_id
        if entry.brand:
            brand = entry._find_brands(self.env.company).get(entry.brand, brand)
        self.update({"name": entry._get_full_name(), "brand_id": brand.id})
        if material:
            self.material_id = material
        self.update(entry._get_facts(material))

    def _get_catalogue_offer(self):
        """Return what the catalogue says otherwise, as label, ours and theirs each."""
        self.ensure_one()
        entry = self.catalogue_id
        if not entry:
            return []
        labels = self.fields_get(list(entry._get_facts(self.material_id)), ["string"])
        return [
            {
                "field": name,
                "label": labels[name]["string"],
                "ours": self._show_value(name, self[name]),
                "theirs": self._show_value(name, value),
            }
            for name, value in entry._get_facts(self.material_id).items()
            if not entry._is_same(self[name], value)
        ]

    def _show_value(self, name, value):
        field = self._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return f"{value:g}" if isinstance(value, float) else str(value or "")

    def _update_catalogue_offers(self):
        """Note which of these say something else than the catalogue; return those."""
        differing = self.filtered("catalogue_id").filtered("is_filament")
        differing = differing.filtered(lambda product: product._get_catalogue_offer())
        (differing.filtered(lambda one: not one.has_catalogue_offer)).write(
            {"has_catalogue_offer": True}
        )
        (self - differing).filtered("has_catalogue_offer").write(
            {"has_catalogue_offer": False}
        )
        return differing

    def action_take_catalogue_offer(self):
        """Take over what the catalogue says."""
        for product in self.filtered("catalogue_id"):
            facts = product.catalogue_id._get_facts(product.material_id)
            product.write({**facts, "has_catalogue_offer": False})

    def action_refuse_catalogue_offer(self):
        """Keep what the shop says; the next change of the catalogue asks again."""
        self.write({"has_catalogue_offer": False})

    # === EXPORT === #

    def _get_spoolmandb_rows(self):
        """Return these filaments as rows of ``spoolmandb.FIELDS``.

        One that came from the catalogue keeps its key; the others get the key that
        SpoolmanDB would give them.
        """
        rows, taken = [], set()
        for product in self:
            row = product._get_spoolmandb_row()
            key = product.catalogue_id.key or spoolmandb.make_key(row)
            # Two that differ in nothing the key is made of, such as a description.
            row["key"] = key if key not in taken else f"{key}_{product.id}"
            taken.add(row["key"])
            rows.append(row)
        return rows

    def _get_spoolmandb_row(self):
        self.ensure_one()
        entry, material = self.catalogue_id, self.material_id
        low, high = self.filament_nozzle_min, self.filament_nozzle_max
        name = self.name
        if self.colour_name and self.colour_name.lower() not in name.lower():
            name = f"{name} {self.colour_name}"
        return {
            "brand": entry.brand or self.brand_id.name or "Generic",
            "name": entry.name or name,
            "colour_name": self.colour_name or "",
            "series": self.series or "",
            "material": entry.material or material.name,
            "density": self._get_filament_density(),
            "net_weight_g": self.net_weight_g,
            "tare_weight_g": self.tare_weight_g,
            "spool_type": entry.spool_type or "",
            "diameter_mm": self.diameter_mm,
            "colour_hexes": self.colour_hexes or "",
            "colour_direction": self.colour_direction or "",
            "nozzle_temp": entry.nozzle_temp or (low if low == high else 0),
            "nozzle_min": low if low != high else entry.nozzle_min,
            "nozzle_max": high if low != high else entry.nozzle_max,
            "bed_temp": self.filament_bed_temp,
            "bed_min": entry.bed_min,
            "bed_max": entry.bed_max,
            "finish": self.finish or "",
            "pattern": self.pattern or "",
            "is_translucent": self.is_translucent,
            "is_glowing": self.is_glowing,
            "sds_url": entry.sds_url or "",
            "tds_url": entry.tds_url or "",
        }
