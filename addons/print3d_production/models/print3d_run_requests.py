from odoo import models


class Print3dRun(models.Model):
    _inherit = "print3d.run"

    def _get_missing_grams(self):
        """Return how many grams of which filament a waiting print is short of.

        :rtype: dict of product.product to grams
        """
        self.ensure_one()
        needs = {need.tool: need for need in self._get_needs()}
        missing = {}
        for tool in (self.feasibility_json or {}).get("tools", ()):
            need = needs.get(tool["tool"])
            if need and need.product_id and tool["missing"]:
                grams = missing.get(need.product_id, 0.0)
                missing[need.product_id] = grams + tool["missing"]
        return missing
