from odoo import fields, models


class StockLot(models.Model):
    """Labels of spools."""

    _name = "stock.lot"
    _inherit = ["stock.lot", "print3d.label.mixin"]

    _label_kind = "spool"
    _label_letter = "s"
    _label_scope = "print3d-spool-label"

    label_printed_on = fields.Datetime(
        string="Label Printed",
        readonly=True,
        copy=False,
        help="When a label of this spool was printed last.",
    )

    def _filter_labelled(self):
        return self.filtered("is_spool")

    def _mark_labels_printed(self):
        # Whoever may see a spool may print its label.
        self.sudo().write({"label_printed_on": fields.Datetime.now()})

    def _get_desk_path(self):
        self.ensure_one()
        return f"/odoo/spools/{self.id}"

    def _prepare_label_vals(self):
        """Hook: return what is printed on the label of each spool.

        The colour is a word and a number as well, because most label printers have
        black only; the weight of the bare spool is what a scale needs.
        """
        values = []
        for lot in self:
            product = lot.product_id
            hexes = product._get_colours()
            material = lot.material_id.code or lot.material_id.name or ""
            brand = lot.brand_id.name or ""
            detail = self.env._(
                "%(diameter)s mm · %(grams)s g",
                diameter=f"{product.diameter_mm:g}",
                grams=f"{lot.net_weight_g:g}",
            )
            if lot.tare_weight_g:
                detail += " · " + self.env._(
                    "empty %(grams)s g", grams=f"{lot.tare_weight_g:g}"
                )
            values.append(
                {
                    "name": lot.name,
                    "url": lot._get_label_url(),
                    "hexes": hexes,
                    "lines": self._get_label_lines(
                        ("strong", " · ".join(filter(None, (material, brand)))),
                        ("plain", product.name),
                        (
                            "plain",
                            " ".join(
                                filter(
                                    None,
                                    (product.colour_name, *(c[:7] for c in hexes[:3])),
                                )
                            ),
                        ),
                        ("small", detail),
                        (
                            "small",
                            lot.ref and self.env._("Batch %(batch)s", batch=lot.ref),
                        ),
                    ),
                }
            )
        return values
