from odoo import SUPERUSER_ID, api, models


class StockWarehouseOrderpoint(models.Model):
    """How learned rules live with the engine of core."""

    _inherit = "stock.warehouse.orderpoint"

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Learn new rules at once, where their limits are learned."""
        rules = super().create(vals_list)
        rules.filtered(lambda rule: rule.print3d_mode != "manual")._learn()
        return rules

    def write(self, vals):
        """Follow a change of how the limits are found."""
        result = super().write(vals)
        told = {
            "print3d_mode",
            "restock_policy_id",
            "service_level",
            "par_level",
            "supplier_id",
            "replenishment_uom_id",
        }
        if told & vals.keys() and not self.env.context.get("print3d_learning"):
            self.filtered(lambda rule: rule.print3d_mode != "manual")._learn()
        return result

    def unlink(self):
        """Let core's clean-up of rules it made up itself spare those people rely on."""
        if self.env.context.get("print3d_keep_rules"):
            self = self.filtered(lambda rule: not rule._is_kept())  # noqa: PLW0642
        return super().unlink()

    def _is_kept(self):
        """Tell whether this rule was meant to stay, whoever made it."""
        self.ensure_one()
        return self.print3d_mode != "manual" or self.product_max_qty > 0

    @api.autovacuum
    def _unlink_processed_orderpoints(self):
        """Keep rules with limits; core deletes those of the superuser once refilled."""
        rules = self or self.with_context(active_test=False).search(
            [("create_uid", "=", SUPERUSER_ID), ("trigger", "=", "manual")]
        )
        rules = rules.filtered(lambda rule: not rule._is_kept())
        if not rules:
            return rules
        return super(StockWarehouseOrderpoint, rules)._unlink_processed_orderpoints()

    def action_replenish(self, force_to_max=False):
        """Keep rules with limits when they have been ordered for."""
        rules = self.with_context(print3d_keep_rules=True)
        return super(StockWarehouseOrderpoint, rules).action_replenish(
            force_to_max=force_to_max
        )

    # === ENGINE === #

    def _get_qty_to_order(self, qty_in_progress_by_orderpoint=None):
        """Do not order for what is counted twice."""
        quantity = super()._get_qty_to_order(qty_in_progress_by_orderpoint)
        if quantity <= 0:
            return quantity
        enough = self.qty_forecast + self._get_counted_twice()
        if self.product_uom.compare(enough, self.product_min_qty) >= 0:
            return 0.0
        return quantity

    def _get_counted_twice(self):
        """Return how much of what is planned the minimum holds already.

        Core compares its forecast, which has what is planned within the lead time taken
        off, with a minimum that holds the usual use of just that time. What is planned
        is usual use as well. So a learned minimum asks only for what is planned beyond
        it.
        """
        self.ensure_one()
        if self.print3d_mode != "learned" or not self.daily_use:
            return 0.0
        product = self.product_id.with_context(**self._get_product_context())
        usual = self.daily_use * max(self.lead_days, self.lead_days_learned)
        return max(0.0, min(product.outgoing_qty, usual))
