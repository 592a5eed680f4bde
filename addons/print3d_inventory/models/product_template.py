from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_filament = fields.Boolean(
        string="Filament",
        index=True,
        help="Stocked by the gram, one lot for each spool, valued spool by spool.",
    )
    material_id = fields.Many2one(
        "print3d.material", string="Material", index="btree_not_null"
    )
    brand_id = fields.Many2one(
        "res.partner", string="Brand", index="btree_not_null", help="Who makes it."
    )
    series = fields.Char(help="The maker's product line, such as Matte or Silk.")
    diameter_mm = fields.Float(
        string="Diameter (mm)", digits=(4, 2), default=1.75, required=True
    )
    net_weight_g = fields.Float(
        string="Net weight (g)",
        digits="Product Unit",
        default=1000.0,
        help="Filament on a full spool.",
    )
    tare_weight_g = fields.Float(
        string="Empty spool (g)",
        digits="Product Unit",
        help="Weight of the bare spool.",
    )

    filament_density = fields.Float(
        string="Density (g/cm³)",
        digits=(6, 3),
        help="Only where it differs from that of the material.",
    )
    filament_nozzle_min = fields.Integer(
        string="Nozzle from (°C)",
        help="Only where it differs from that of the material.",
    )
    filament_nozzle_max = fields.Integer(string="Nozzle to (°C)")
    filament_bed_temp = fields.Integer(
        string="Bed (°C)", help="Only where it differs from that of the material."
    )

    _density_not_negative = models.Constraint(
        "CHECK (filament_density >= 0)", "A density is above zero."
    )
    _diameter_positive = models.Constraint(
        "CHECK (diameter_mm > 0)", "The diameter of a filament must be above zero."
    )
    _tare_not_negative = models.Constraint(
        "CHECK (tare_weight_g >= 0)", "A spool cannot weigh less than nothing."
    )

    # === CONSTRAINTS === #

    @api.constrains(
        "is_filament",
        "is_storable",
        "tracking",
        "lot_valuated",
        "uom_id",
        "categ_id",
        "material_id",
        "net_weight_g",
    )
    def _check_filament(self):
        gram = self.env.ref("uom.product_uom_gram")
        for template in self.filtered("is_filament"):
            wrong = template._get_filament_faults(gram)
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(product)s is a filament, so that %(faults)s.",
                        product=template.display_name,
                        faults="; ".join(wrong),
                    )
                )

    def _get_filament_faults(self, gram):
        """Return what is wrong with a filament, as parts of one sentence."""
        self.ensure_one()
        is_average = self.cost_method == "average"
        category = self.categ_id if is_average else self._get_filament_category()
        checks = (
            (self.is_storable, self.env._("Track Inventory must stay on")),
            (
                self.tracking == "lot",
                self.env._("it must be tracked by lots, one for a spool"),
            ),
            (self.lot_valuated, self.env._("Valuation by Lot must stay on")),
            (
                self.uom_id == gram,
                self.env._("its unit must be the gram (buy it in a spool unit)"),
            ),
            (
                is_average,
                self.env._(
                    "its category must use Average Cost; take the category %(name)s",
                    name=category.display_name,
                ),
            ),
            (self.material_id, self.env._("it needs a material")),
            (self.net_weight_g > 0, self.env._("its net weight must be above zero")),
        )
        return [text for fine, text in checks if not fine]

    # === DEFAULTS AND ONCHANGE === #

    @api.model
    def default_get(self, fields):
        """Start a filament with what every filament has."""
        res = super().default_get(fields)
        if self.env.context.get("default_is_filament"):
            res.update(
                {
                    name: value
                    for name, value in self._prepare_filament_vals().items()
                    if name in fields
                }
            )
        return res

    @api.onchange("is_filament")
    def _onchange_is_filament(self):
        if self.is_filament:
            self.update(self._prepare_filament_vals())

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Give new filaments the settings that make spools of their lots."""
        templates = super().create(self._complete_filament_vals_list(vals_list))
        templates._link_spool_uom()
        return templates

    def write(self, vals):
        """Follow a change of kind or of spool size."""
        res = super().write(self._complete_filament_vals(vals))
        if vals.get("net_weight_g") or vals.get("is_filament"):
            self._link_spool_uom()
        return res

    # === BUSINESS === #

    @api.model
    def _complete_filament_vals(self, vals):
        """Return ``vals`` with what a new filament needs and they leave open."""
        if not vals.get("is_filament"):
            return vals
        return {**self._prepare_filament_vals(), **vals}

    @api.model
    def _complete_filament_vals_list(self, vals_list):
        """Do the same for many, asking once for what all of them need."""
        if not any(vals.get("is_filament") for vals in vals_list):
            return vals_list
        common = self._prepare_filament_vals()
        return [
            {**common, **vals} if vals.get("is_filament") else vals
            for vals in vals_list
        ]

    @api.model
    def _prepare_filament_vals(self):
        """Hook: return the values that make a product a filament."""
        sequence = self.env.ref(
            "print3d_inventory.sequence_spool", raise_if_not_found=False
        )
        return {
            "type": "consu",
            "is_storable": True,
            "tracking": "lot",
            "lot_valuated": True,
            "uom_id": self.env.ref("uom.product_uom_gram").id,
            "categ_id": self._get_filament_category().id,
            "lot_sequence_id": sequence.id if sequence else False,
            "sale_ok": False,
            "purchase_ok": True,
        }

    @api.model
    def _get_filament_category(self):
        return self.env.ref("print3d_inventory.product_category_filament")

    def _link_spool_uom(self):
        """Offer the unit "one spool" on the documents of these filaments."""
        filaments = self.filtered("is_filament")
        for templates in filaments.grouped("net_weight_g").values():
            spool_uom = templates[0]._get_spool_uom()
            templates.filtered(
                lambda one, unit=spool_uom: unit not in one.uom_ids
            ).write({"uom_ids": [Command.link(spool_uom.id)]})

    def _get_spool_uom(self):
        """Return the unit in which one spool of this filament is bought."""
        self.ensure_one()
        return self.env["uom.uom"]._get_spool_uom(self.net_weight_g or 1000.0)
