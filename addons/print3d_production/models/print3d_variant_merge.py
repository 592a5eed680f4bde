from odoo import models

from .print3d_run import ACTIVE


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _print3d_get_merge_problems(self, other):
        """Refuse to archive what is on the shelf, ordered or being printed."""
        problems = super()._print3d_get_merge_problems(other)
        names = {"other": other.display_name}
        pieces = other.sudo().qty_available
        if not other.uom_id.is_zero(pieces):
            problems.append(
                self.env._(
                    "%(count)g pieces of “%(other)s” are in stock. Deliver them, or "
                    "correct the count to 0, then merge it.",
                    count=pieces,
                    **names,
                )
            )
        runs = self.env["print3d.run"].sudo()
        if runs.search_count(
            [("product_id", "=", other.id), ("state", "in", ACTIVE)], limit=1
        ):
            problems.append(
                self.env._(
                    "“%(other)s” is in the queue or on a printer. Print it or cancel "
                    "it, then merge it.",
                    **names,
                )
            )
        open_states = [
            ("product_id", "=", other.id),
            ("state", "not in", ("draft", "done", "cancel")),
        ]
        if any(
            self.env[model].sudo().search_count(open_states, limit=1)
            for model in ("mrp.production", "stock.move")
        ):
            problems.append(
                self.env._(
                    "“%(other)s” is on orders that are not finished. Finish or cancel "
                    "them, then merge it.",
                    **names,
                )
            )
        if (
            self.env["mrp.bom.line"]
            .sudo()
            .search_count(
                [("product_id", "=", other.id), ("bom_id.active", "=", True)], limit=1
            )
        ):
            problems.append(
                self.env._(
                    "“%(other)s” is a part in the bill of materials of another "
                    "product. Put “%(variant)s” there, then merge it.",
                    variant=self.display_name,
                    **names,
                )
            )
        return problems
