from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _print3d_after_move(self, source, template):
        """Let the bills of materials of the variant follow it."""
        res = super()._print3d_after_move(source, template)
        # Written by the library's changes, not by hand.
        self._print3d_get_all_boms().product_tmpl_id = template
        return res

    def _get_print3d_belongings(self):
        """Name the bill of materials, the stock and the open orders, too."""
        words = super()._get_print3d_belongings()
        if self._print3d_get_all_boms():
            words.append(self.env._("the bill of materials"))
        pieces = sum(self.sudo().mapped("qty_available"))
        if pieces:
            words.append(self.env._("%g in stock", pieces))
        orders = (
            self.env["mrp.production"]
            .sudo()
            .search_count(
                [
                    ("product_id", "in", self.ids),
                    ("state", "not in", ("draft", "done", "cancel")),
                ]
            )
        )
        if orders:
            words.append(self.env._("%s open manufacturing orders", orders))
        return words

    def _print3d_get_all_boms(self):
        """Return the bills of materials of these variants alone, archived ones too."""
        return (
            self.env["mrp.bom"]
            .sudo()
            .with_context(active_test=False)
            .search([("product_id", "in", self.ids)])
        )

    def _print3d_get_move_problems(self, template):
        """Refuse what would lose, or gain, a bill of materials of a whole model."""
        problems = super()._print3d_get_move_problems(template)
        models_with_bom = self._print3d_get_common_boms(
            self.product_tmpl_id | template
        ).product_tmpl_id
        if not models_with_bom or self._print3d_get_all_boms().filtered("active"):
            return problems
        for model in models_with_bom:
            problems.append(
                self.env._(
                    "“%(model)s” has a bill of materials for all its variants, and "
                    "“%(variant)s” has none of its own. Give it one, for example by "
                    "activating a version, then move it.",
                    model=model.display_name,
                    variant=self.display_name,
                )
            )
        return problems

    def _print3d_get_common_boms(self, templates):
        """Return the bills of materials that are for all variants of models."""
        return (
            self.env["mrp.bom"]
            .sudo()
            .search(
                [("product_tmpl_id", "in", templates.ids), ("product_id", "=", False)]
            )
        )
