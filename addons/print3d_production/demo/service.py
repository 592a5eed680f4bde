from odoo import api, models

# Printer, print hours between services, the spare part of one, and how many.
SERVICES = [
    ("mk4", 300, "nozzle_04", 1),
    ("x1c", 250, "nozzle_04", 2),
    ("xl", 400, "nozzle_06", 5),
]


class Print3dServiceDemo(models.AbstractModel):
    """Says when the printers of the demo shop want service."""

    _name = "print3d.service.demo"
    _description = "Demo Service"

    @api.model
    def _load(self):
        """Set what is not set yet."""
        for key, hours, part, count in SERVICES:
            printer = self.env.ref(
                f"print3d_production.demo_printer_{key}", raise_if_not_found=False
            )
            nozzle = self.env.ref(
                f"print3d_inventory.demo_thing_{part}", raise_if_not_found=False
            )
            if not printer or printer.service_interval_h:
                continue
            printer.with_context(tracking_disable=True).write(
                {
                    "service_interval_h": hours,
                    "spare_product_id": nozzle and nozzle.id,
                    "spare_qty": count,
                }
            )
