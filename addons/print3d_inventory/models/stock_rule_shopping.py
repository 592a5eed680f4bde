from odoo import api, models

# Where a transaction keeps what it found; emptied when rules change.
KEPT = "print3d_stock_rules"


class StockRule(models.Model):
    """Rules found once for many products."""

    _inherit = "stock.rule"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        """Remember what was found where the context allows it.

        To find the rules of an orderpoint, core looks for all rules to buy, once for
        each product. A shopping list asks for the rules of all of them.
        """
        if not self.env.context.get("print3d_remember_rules") or offset or limit:
            return super().search(domain, offset=offset, limit=limit, order=order)
        kept = self.env.cr.cache.setdefault(KEPT, {})
        key = (str(domain), order, self.env.uid, self.env.su, self.env.companies._ids)
        if key not in kept:
            kept[key] = super().search(domain, order=order).ids
        return self.browse(kept[key])

    @api.model_create_multi
    def create(self, vals_list):
        """Forget what was found."""
        self.env.cr.cache.pop(KEPT, None)
        return super().create(vals_list)

    def write(self, vals):
        """Forget what was found."""
        self.env.cr.cache.pop(KEPT, None)
        return super().write(vals)

    def unlink(self):
        """Forget what was found."""
        self.env.cr.cache.pop(KEPT, None)
        return super().unlink()
