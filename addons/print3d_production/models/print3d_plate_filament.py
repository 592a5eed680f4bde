from odoo import models

# Below this CIEDE2000 distance two filaments of a material are taken for the same.
SAME_COLOUR = 5.0


class Print3dPlateFilament(models.Model):
    _inherit = "print3d.plate.filament"

    def _get_interchangeable_products(self):
        """Return the filaments that will do for the matched one of each of these lines.

        Same material, same diameter and a colour nobody tells apart: the double of
        another brand. The wanted filament itself comes first.

        :return: {matched product: [product ids]}
        :rtype: dict
        """
        wanted = self.product_id
        others = (
            self.env["product.product"]
            .sudo()
            .search(
                [
                    ("is_filament", "=", True),
                    ("material_id", "in", wanted.material_id.ids),
                ]
            )
        )
        found = {}
        for product in wanted:
            near = sorted(
                (product._get_colour_distance(other), other.id)
                for other in others
                if other != product
                and other.material_id == product.material_id
                and other.diameter_mm == product.diameter_mm
            )
            found[product] = [product.id] + [
                product_id for distance, product_id in near if distance <= SAME_COLOUR
            ]
        return found
