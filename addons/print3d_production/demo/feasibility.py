import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import file_open

ARRIVES_IN = timedelta(days=4)
# Of the flexible filament there are 120 g; the queue wants more than this leaves.
RESERVED_G = 110.0
# The file of a box, as it was sliced for a filament the shop has no spool of.
BOX_FILE = "print3d_library/demo/files/hex_organiser.gcode"
OTHER_FILAMENT = (
    (b"filament_type = PETG", b"filament_type = ASA"),
    (b"PETG Orange", b"ASA Orange"),
    # It wants a closed printer.
    (b"printer_model = MK4S", b"printer_model = Bambu Lab X1 Carbon"),
    (b"MK4S 0.4 nozzle", b"X1 Carbon 0.4 nozzle"),
)


class Print3dProductionDemo(models.AbstractModel):
    """What the queue lacks: some of it is on its way, some was never bought."""

    _inherit = "print3d.production.demo"

    @api.model
    def _load_shortage(self):
        """Let the flexible filament run short, and order a spool of it."""
        clips = self.env.ref("print3d_production.demo_order_clips_tpu")
        filament = clips.run_ids.plate_id.filament_ids.product_id[:1]
        if not filament:
            return
        self._get_spool(9)._print3d_reserve(
            RESERVED_G, note=self.env._("Gaskets for the school workshop")
        )
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

    @api.model
    def _load_missing(self):
        """Queue a box of a filament of which there is no spool."""
        filament = self._name_record(
            "filament_asa_orange",
            self.env["product.template"]
            .create(
                {
                    "name": "Nordfil ASA",
                    "is_filament": True,
                    "material_id": self.env.ref("print3d_inventory.material_asa").id,
                    "brand_id": self._get_spool(8).product_id.brand_id.id,
                    "net_weight_g": 1000.0,
                    "tare_weight_g": 212.0,
                    "attribute_line_ids": [
                        Command.create(
                            {
                                "attribute_id": self.env.ref(
                                    "print3d_inventory.demo_attribute_colour"
                                ).id,
                                "value_ids": [
                                    Command.set(
                                        self.env.ref(
                                            "print3d_inventory.demo_colour_orange"
                                        ).ids
                                    )
                                ],
                            }
                        )
                    ],
                    "seller_ids": [
                        Command.create(
                            {
                                "partner_id": self.env.ref(
                                    "print3d_inventory.demo_partner_vendor"
                                ).id,
                                "price": 26.9,
                                "delay": 3,
                            }
                        )
                    ],
                }
            )
            .product_variant_id,
        )
        box = self.env["product.template"].create(
            {
                "name": "Weatherproof Box",
                "is_print3d_model": True,
                "list_price": 16.0,
                "purchase_ok": False,
                "product_tag_ids": [
                    Command.set(self.env.ref("print3d_library.demo_tag_workshop").ids)
                ],
                "description": self.env._(
                    "The organiser box for outdoors: sun and rain do not harm it."
                ),
            }
        )
        self._name_record("model_weatherproof", box)
        with file_open(BOX_FILE, "rb") as file:
            content = file.read()
        for old, new in OTHER_FILAMENT:
            content = content.replace(old, new)
        version = self.env["print3d.slice"]._import_file(
            "weatherproof_box.gcode",
            base64.b64encode(content),
            box.product_variant_id.id,
            self.env._("In ASA, for outdoors."),
            activate=True,
        )
        lines = version.plate_ids.filament_ids
        lines.product_id = filament
        lines.action_confirm_match()
        version._action_activate()
        order = self.env["mrp.production"].create(
            {
                "product_id": box.product_variant_id.id,
                "product_qty": 1,
                "origin": self.env._("Stock"),
            }
        )
        self._name_record("order_weatherproof", order)
        order.action_confirm()
