from odoo import models

# Below this CIEDE2000 distance two filaments of a material are taken for the same.
SAME_COLOUR = 5.0


class Print3dPlateFilament(models.Model):
    _inherit = "print3d.plate.filament"

    def _get_interchangeable_products(self, among=None):
        """Return the filaments that will do for the matched one of each of these lines.

        Same material, same diameter and a colour nobody tells apart: the double of
        another brand. The wanted filament itself comes first.

        :param among: ids of the only products that matter besides, all by default
        :return: {matched product: [product ids]}
        :rtype: dict
        """
        wanted = self.product_id
        domain = [
            ("is_filament", "=", True),
            ("material_id", "in", wanted.material_id.ids),
        ]
        if among is not None:
            domain.append(("id", "in", list(among)))
        others = self.env["product.product"].sudo().search(domain)
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
