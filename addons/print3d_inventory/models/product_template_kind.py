from odoo import api, fields, models

KINDS = [
    ("filament", "Filament"),
    ("finished", "Finished good"),
    ("accessory", "Accessory"),
    ("hardware", "Hardware"),
    ("consumable", "Consumable"),
    ("spare", "Spare part"),
    ("other", "Other"),
]
# What is sold, of the kinds that somebody chooses.
SOLD = ("finished", "accessory")


class ProductCategory(models.Model):
    _inherit = "product.category"

    print3d_kind = fields.Selection(
        KINDS,
        string="Kind of Thing",
        help="What is put into this category is of this kind.",
    )


class ProductTemplate(models.Model):
    """What sort of thing a product is to a shop that prints."""

    _inherit = "product.template"

    print3d_kind = fields.Selection(
        KINDS,
        string="Kind of Thing",
        compute="_compute_print3d_kind",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Hardware goes into what is printed (magnets, inserts), consumables are "
        "used up beside it (glue, build sheets), spare parts go into printers "
        "(nozzles, belts), accessories are sold with it.",
    )

    @api.depends("is_filament", "is_print3d_model", "categ_id.print3d_kind")
    def _compute_print3d_kind(self):
        for template in self:
            if template.is_filament:
                template.print3d_kind = "filament"
            elif template.is_print3d_model:
                template.print3d_kind = "finished"
            elif template.categ_id.print3d_kind:
                template.print3d_kind = template.categ_id.print3d_kind
            elif template.print3d_kind in ("filament", "finished"):
                template.print3d_kind = False
            else:
                template.print3d_kind = template.print3d_kind

    @api.model
    def default_get(self, fields):
        """Start a thing with what things of its kind have."""
        res = super().default_get(fields)
        kind = self.env.context.get("default_print3d_kind")
        if kind and kind != "filament":
            res.update(
                {
                    name: value
                    for name, value in self._prepare_thing_vals(kind).items()
                    if name in fields and f"default_{name}" not in self.env.context
                }
            )
        return res

    @api.onchange("print3d_kind")
    def _onchange_print3d_kind(self):
        """Put it where things of its kind are, unless somebody chose a place."""
        category = self._get_kind_category(self.print3d_kind)
        if category and (not self.categ_id or self.categ_id.print3d_kind):
            self.categ_id = category

    @api.model
    def _prepare_thing_vals(self, kind):
        """Hook: return the values a new thing of a kind starts with."""
        vals = {
            "type": "consu",
            "is_storable": True,
            "sale_ok": kind in SOLD,
            "purchase_ok": kind != "finished",
        }
        category = self._get_kind_category(kind)
        if category:
            vals["categ_id"] = category.id
        return vals

    @api.model
    def _get_kind_category(self, kind):
        """Return the product category of a kind; empty when it was deleted."""
        if not kind or kind == "filament":
            return self.env["product.category"]
        return self.env.ref(
            f"print3d_inventory.product_category_{kind}", raise_if_not_found=False
        ) or self.env["product.category"].search([("print3d_kind", "=", kind)], limit=1)
