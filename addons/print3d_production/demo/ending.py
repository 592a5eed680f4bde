from datetime import timedelta

from odoo import api, fields, models

# Days ago, outcome, percent or good pieces of all, cause, minutes over the file's.
ENDS = [
    (11, "failed", 18.0, "adhesion", 0),
    (10, "done", 4, "warping", 9),
    (8, "failed", 64.0, "spaghetti", 0),
    (7, "done", None, None, 2),
    (5, "failed", 31.0, "adhesion", 0),
    (2, "cancelled", 9.0, None, 0),
]


class Print3dEndingDemo(models.AbstractModel):
    """Lets the demo shop look back on prints that came out well, badly and partly."""

    _name = "print3d.ending.demo"
    _description = "Demo Ends of Prints"

    @api.model
    def _load(self):
        """Print clips for the shelf in the last days, once."""
        names = self.env["ir.model.data"]
        printer = self.env.ref(
            "print3d_production.demo_printer_mk4", raise_if_not_found=False
        )
        if not printer or names.search_count(
            [("module", "=", "print3d_production"), ("name", "=", "demo_printer_old")]
        ):
            return
        company = self.env.ref("base.main_company")
        clip = self.env.ref("print3d_library.demo_variant_clip")
        company.print3d_kwh_price = company.print3d_kwh_price or 0.31
        self = self.with_company(company).with_context(  # noqa: PLW0642
            tracking_disable=True, allowed_company_ids=company.ids
        )
        # One of its own, so that those of the shop stay as they are.
        old = self.env["mrp.workcenter"].create(
            {
                "name": "Prusa MK4S #0",
                "is_printer": True,
                "printer_model": printer.printer_model,
                "printer_model_id": printer.printer_model_id.id,
                "slot_count": 1,
                "costs_hour": printer.costs_hour,
                "power_w": 120,
                "needs_clearing": False,
                "sequence": 40,
            }
        )
        names._update_xmlids(
            [
                {
                    "xml_id": "print3d_production.demo_printer_old",
                    "record": old,
                    "noupdate": True,
                }
            ]
        )
        filament = clip.active_slice_id.plate_ids.filament_ids.product_id[:1]
        # And a spool of its own, for the same reason.
        spool = (
            self.env["print3d.spool.add"]
            .create(
                {
                    "product_id": filament.id,
                    "count": 1,
                    "net_weight_g": 1000.0,
                    "price_per_kg": 22.0,
                    "location_id": old.location_id.location_id.id,
                }
            )
            ._add_spools()
        )
        for days, outcome, figure, cause, late in ENDS:
            self._print(old, clip, spool, days, outcome, figure, cause, late)

    @api.model
    def _print(self, printer, product, spool, days, outcome, figure, cause, late):
        """Print a plate for the shelf, some days ago."""
        order = self.env["mrp.production"].create(
            {"product_id": product.id, "product_qty": 6, "origin": self.env._("Stock")}
        )
        order.action_confirm()
        run = order.run_ids.filtered(lambda run: run.state in ("queued", "assigned"))[
            :1
        ]
        if not run:
            return
        share = (figure or 100.0) / 100.0 if outcome != "done" else 1.0
        seconds = round(run.time_s * share) + late * 60
        end = fields.Datetime.now() - timedelta(days=days, hours=days % 5)
        run._do_start(
            {1: spool}, started_at=end - timedelta(seconds=seconds), printer=printer
        )
        values = {"percent": figure} if outcome != "done" else {}
        if outcome == "done" and figure:
            values["good"] = min(figure, run.quantity)
        run._do_end(
            outcome,
            duration_s=seconds,
            cause=cause and self.env.ref(f"print3d_production.cause_{cause}"),
            reprint=False,
            **values,
        )
        run.date_end = end
        printed = order._get_printed_qty()
        if order.state in ("done", "cancel"):
            return
        if printed:
            order._finish_printing(printed)
        else:
            order.action_cancel()
