from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _apply_inventory(self, date=None):
        """Let a physical count of spools be a statement in their ledgers."""
        if not self.env.context.get("print3d_spool_kind"):
            self = self.with_context(print3d_spool_kind="count")
        return super()._apply_inventory(date=date)

    @api.model
    def _update_available_quantity(
        self,
        product_id,
        location_id,
        quantity=False,
        reserved_quantity=False,
        lot_id=None,
        package_id=None,
        owner_id=None,
        in_date=None,
    ):
        """Let no second spool into a slot, whichever way it comes.

        Every kind of move ends here: transfers, adjustments and our own loading.
        """
        if (
            quantity
            and quantity > 0
            and lot_id
            and location_id.print3d_kind == "slot"
            and product_id.is_filament
        ):
            location_id._check_slot_takes(lot_id)
        return super()._update_available_quantity(
            product_id,
            location_id,
            quantity=quantity,
            reserved_quantity=reserved_quantity,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            in_date=in_date,
        )
