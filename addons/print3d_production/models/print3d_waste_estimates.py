from odoo import api, fields, models

from .print3d_run import ENDED


class Print3dPlate(models.Model):
    _inherit = "print3d.plate"

    @api.model
    def _estimate_waste(self, grams_of, printer=None):
        """Return what goes beside the planned grams of filaments.

        :param dict grams_of: {filament (product.product), or text when it is not
            matched: grams}
        :param printer: where it is printed (mrp.workcenter), if that is known
        :return: dicts of ``material`` (print3d.material), ``products``, ``grams`` of
            waste and ``note``, how that is known; of those with waste
        :rtype: list[dict]
        """
        Factor = self.env["print3d.waste.factor"]
        Material = self.env["print3d.material"]
        Product = self.env["product.product"]
        by_material = {}
        for product, grams in grams_of.items():
            known = isinstance(product, models.BaseModel)
            material = product.material_id if known else Material
            its = by_material.setdefault(material, {})
            its[product if known else Product] = (
                its.get(product if known else Product, 0.0) + grams
            )
        wastes = Factor._get_waste(Material.union(*by_material), printer)
        setting = Factor._get_setting(self.env.company)
        found = []
        for material, products in by_material.items():
            waste = wastes.get(material, setting)
            if waste.share:
                found.append(
                    {
                        "material": material,
                        "products": products,
                        "grams": sum(products.values()) * waste.share,
                        "share": waste.share,
                        "note": Factor._describe(waste),
                    }
                )
        return found

    def _get_filament_grams(self):
        """Return the planned grams of these plates, as :meth:`_estimate_waste` wants.

        :rtype: dict
        """
        grams_of = {}
        for line in self.filament_ids.filtered(lambda line: line.grams > 0):
            key = line.product_id or line.filament_type or ""
            grams_of[key] = grams_of.get(key, 0.0) + line.grams
        return grams_of

    @api.model
    def _describe_waste(self, wastes):
        """Return in one line how the waste of several materials is known."""
        if len(wastes) == 1:
            return wastes[0]["note"]
        return "; ".join(
            f"{waste['material'].name or self.env._('Not matched')}: {waste['note']}"
            for waste in wastes
        )


class Print3dSlice(models.Model):
    _inherit = "print3d.slice"

    waste_g = fields.Float(
        string="Waste (g)",
        compute="_compute_waste",
        digits="Product Unit",
        help="Goes beside the grams of the file, as weighings of such prints showed.",
    )
    waste_note = fields.Char(string="How It Is Known", compute="_compute_waste")

    @api.depends("plate_ids.filament_ids.grams", "plate_ids.filament_ids.product_id")
    @api.depends_context("company", "lang")
    def _compute_waste(self):
        Plate = self.env["print3d.plate"]
        for version in self:
            printer = self.env["mrp.workcenter"].sudo()._get_default_printer(version)
            wastes = Plate._estimate_waste(
                version.plate_ids._get_filament_grams(), printer
            )
            version.waste_g = sum(waste["grams"] for waste in wastes)
            version.waste_note = Plate._describe_waste(wastes)

    def _get_waste_cost_lines(self, printer, grams_of):
        """Return what the waste of one good piece costs, a line a material.

        :param printer: where it is printed (mrp.workcenter)
        :param dict grams_of: planned grams of the piece by filament
        :return: like :meth:`_get_print_cost_lines`
        """
        self.ensure_one()
        lines = []
        for waste in self.env["print3d.plate"]._estimate_waste(grams_of, printer):
            amount = waste["share"] * sum(
                grams * product._get_gram_price()
                for product, grams in waste["products"].items()
                if product
            )
            lines.append(
                {
                    "kind": "waste",
                    "label": " ".join(
                        filter(None, (waste["material"].name, waste["note"]))
                    ),
                    "quantity": round(waste["grams"], 2),
                    "unit": "g",
                    "price": amount / waste["grams"],
                    "amount": amount,
                }
            )
        return lines


class Print3dRun(models.Model):
    _inherit = "print3d.run"

    waste_g = fields.Float(
        string="Waste (g)",
        compute="_compute_waste",
        digits="Product Unit",
        help="Goes beside the grams of the file, as weighings of such prints showed.",
    )
    waste_note = fields.Char(string="How It Is Known", compute="_compute_waste")

    @api.depends("state", "workcenter_id", "plate_id.filament_ids.grams")
    @api.depends_context("lang")
    def _compute_waste(self):
        for run in self:
            wastes = []
            # What a print that is over wasted is known from its spools.
            if run.state not in ENDED:
                Plate = self.env["print3d.plate"].with_company(run.company_id)
                wastes = Plate._estimate_waste(
                    run.plate_id._get_filament_grams(), run.workcenter_id
                )
            run.waste_g = sum(waste["grams"] for waste in wastes)
            run.waste_note = run.plate_id._describe_waste(wastes) if wastes else False


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    waste_factor_ids = fields.One2many(
        "print3d.waste.factor",
        "workcenter_id",
        string="Waste of Filament",
        readonly=True,
        groups="print3d_library.group_print3d_user",
    )


class Print3dMaterial(models.Model):
    _inherit = "print3d.material"

    waste_factor_ids = fields.One2many(
        "print3d.waste.factor",
        "material_id",
        string="Waste of Filament",
        readonly=True,
        groups="print3d_library.group_print3d_user",
    )
