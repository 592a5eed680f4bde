from datetime import timedelta

from odoo import api, fields, models

# Printers: external id, name, model, as slicers name it, slots, cost an hour, serial,
# the demo spools loaded into its slots.
PRINTERS = [
    ("mk4", "Prusa MK4S #1", "prusa_mk4s", "MK4S", 1, 0.9, "10589-3321450021", [2]),
    ("mk4_2", "Prusa MK4S #2", "prusa_mk4s", "MK4S", 1, 0.9, "10589-3321450022", []),
    (
        "x1c",
        "Bambu X1C",
        "bambu_x1c",
        "Bambu Lab X1 Carbon",
        4,
        1.4,
        "00M09A350100227",
        [4, 8, 6],
    ),
    ("xl", "Prusa XL", "prusa_xl", "XL2IS", 2, 1.5, "10689-4412870003", [5, 10]),
]

# Versions of the library's demo that are printed.
VERSIONS = ("clip", "clip_tpu", "planter", "stand", "organiser", "egg")


class Print3dProductionDemo(models.AbstractModel):
    """Sets up the demo printers and lets them print for the shelf."""

    _name = "print3d.production.demo"
    _description = "Demo Printing"

    @api.model
    def _load(self):
        """Make the demo printers and their first prints, once."""
        if self.env.ref(
            "print3d_production.demo_printer_mk4", raise_if_not_found=False
        ):
            return
        company = self.env.ref("base.main_company")
        self = self.with_company(company).with_context(  # noqa: PLW0642
            tracking_disable=True, allowed_company_ids=company.ids
        )
        printers = {vals[0]: self._make_printer(*vals) for vals in PRINTERS}
        self._activate_versions()
        self._print_stands(printers)
        self._queue_for_stock(printers)
        self._load_queue()
        self._load_shortage()
        self._load_missing()

    @api.model
    def _name_record(self, name, record):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"print3d_production.demo_{name}",
                    "record": record,
                    "noupdate": True,
                }
            ]
        )
        return record

    @api.model
    def _get_spool(self, number):
        return self.env.ref(f"print3d_inventory.demo_spool_{number}")

    @api.model
    def _make_printer(self, key, name, model, sliced_as, slots, rate, serial, spools):
        printer = self._name_record(
            f"printer_{key}",
            self.env["mrp.workcenter"].create(
                {
                    "name": name,
                    "is_printer": True,
                    "printer_model_id": self.env.ref(
                        f"print3d_production.printer_model_{model}"
                    ).id,
                    "printer_model": sliced_as,
                    "serial_number": serial,
                    "slot_count": slots,
                    "costs_hour": rate,
                    "sequence": 10,
                }
            ),
        )
        for slot, number in zip(
            printer.slot_ids.sorted("slot_number"), spools, strict=False
        ):
            self._get_spool(number).action_load(slot)
        return printer

    @api.model
    def _activate_versions(self):
        """Match the filaments of the demo's versions and write what they take."""
        versions = self.env["print3d.slice"].union(
            *(self.env.ref(f"print3d_library.demo_slice_{name}") for name in VERSIONS)
        )
        versions.plate_ids.filament_ids._match_filament()
        versions._action_activate()

    @api.model
    def _make_order(self, key, variant, quantity):
        product = self.env.ref(f"print3d_library.demo_variant_{variant}")
        production = self._name_record(
            f"order_{key}",
            self.env["mrp.production"].create(
                {
                    "product_id": product.id,
                    "product_qty": quantity,
                    "origin": self.env._("Stock"),
                }
            ),
        )
        production.action_confirm()
        return production

    @api.model
    def _print_stands(self, printers):
        """An order in the middle: one done, one failed, one on the printer."""
        now = fields.Datetime.now()
        printer = printers["mk4"]
        runs = self._make_order("stands", "stand", 4).run_ids
        spool = self._get_spool(2)
        took = timedelta(seconds=runs[0].time_s)

        done = self._name_record("run_done", runs[0])
        done._do_start({1: spool}, started_at=now - timedelta(hours=6), printer=printer)
        done._do_end("done", duration_s=done.time_s + 240)
        done.date_end = now - timedelta(hours=6) + took
        printer.action_confirm_clear()

        failed = self._name_record("run_failed", runs[1])
        failed._do_start(
            {1: spool}, started_at=now - timedelta(hours=3), printer=printer
        )
        failed._do_end(
            "failed",
            percent=35,
            duration_s=failed.time_s * 0.35,
            cause=self.env.ref("print3d_production.cause_adhesion"),
        )
        failed.date_end = now - timedelta(hours=3) + took * 0.35
        printer.action_confirm_clear()
        self._name_record("run_reprint", failed.reprint_ids)

        printing = self._name_record("run_printing", runs[2])
        printing._do_start({1: spool}, started_at=now - took * 0.4, printer=printer)

    @api.model
    def _queue_for_stock(self, printers):
        """Prints that wait: ready, in need of a swap, and without a printer."""
        boxes = self._make_order("boxes", "organiser", 3).run_ids
        boxes[:2].workcenter_id = printers["mk4_2"]
        # Dragged there by mistake: it does not print what was sliced for another.
        boxes[2:].workcenter_id = printers["x1c"]
        eggs = self._make_order("eggs", "egg", 1).run_ids
        eggs.workcenter_id = printers["xl"]
        self._make_order("clips", "clip", 6)
        planter = self._make_order("planter", "planter", 1).run_ids
        planter.workcenter_id = printers["mk4"]
