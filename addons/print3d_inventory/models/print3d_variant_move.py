from odoo import models
from odoo.fields import Command


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _print3d_get_move_problems(self, template):
        """Refuse to change how booked stock is counted or valued."""
        problems = super()._print3d_get_move_problems(template)
        moves = self.env["stock.move"].sudo()
        if not moves.search_count([("product_id", "=", self.id)], limit=1):
            return problems
        source = self.product_tmpl_id.sudo()
        for field in ("is_storable", "tracking", "cost_method", "valuation"):
            if source[field] != template.sudo()[field]:
                problems.append(
                    self.env._(
                        "Stock of “%(variant)s” was booked, and “%(model)s” differs in "
                        "“%(field)s”. Make the models alike (or their categories), "
                        "then move it.",
                        variant=self.display_name,
                        model=template.display_name,
                        field=source._fields[field]._description_string(self.env),
                    )
                )
        return problems


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _print3d_prepare_split_vals(self, variant, name):
        """Count the stock of a model that is split off as before."""
        return {
            **super()._print3d_prepare_split_vals(variant, name),
            "is_storable": self.is_storable,
            "tracking": self.tracking,
            "route_ids": [Command.set(self.route_ids.ids)],
        }
