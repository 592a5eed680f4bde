from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

ARRIVES_IN = timedelta(days=4)


class Print3dProductionDemo(models.AbstractModel):
    """What the queue lacks is on its way."""

    _inherit = "print3d.production.demo"

    @api.model
    def _load_shortage(self):
        """Order a spool of the flexible filament that the queued clips wait for."""
        clips = self.env.ref("print3d_production.demo_order_clips_tpu")
        filament = clips.run_ids.plate_id.filament_ids.product_id[:1]
        if not filament:
            return
        vendor = filament.seller_ids[:1].partner_id or self.env["res.partner"].create(
            {"name": "Filament Depot"}
        )
        order = self.env["purchase.order"].create(
            {
                "partner_id": vendor.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": filament.id,
                            "product_qty": filament.net_weight_g or 500.0,
                            "product_uom_id": filament.uom_id.id,
                            "price_unit": filament.standard_price,
                            "date_planned": fields.Datetime.now() + ARRIVES_IN,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        self._name_record("purchase_flexible", order)
