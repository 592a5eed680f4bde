from odoo.fields import Command

from odoo.addons.print3d_inventory.tests.common import Print3dInventoryCommon


class Print3dProductionCommon(Print3dInventoryCommon):
    """A printer with slots, spools, and a variant that is printed from a plate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.black = cls.filament
        cls.white = cls._create_filament("Test PLA White", "#FFFFFF")
        cls.red_petg = cls._create_filament(
            "Test PETG Red", "#E00000", material_id=cls.petg.id
        )
        cls.printer = cls._create_printer("Printer A", slot_count=2, costs_hour=6.0)
        cls.other_printer = cls._create_printer(
            "Printer B", slot_count=1, costs_hour=3.0
        )
        cls.spool = cls._create_spool(500.0, 0.03)
        cls.second_spool = cls._create_spool(1000.0, 0.02)
        cls.product = cls._create_product("Test Vase")
        cls.version = cls._create_version(cls.product)
        cls.version.action_activate()
        cls.operator = cls._create_user("print3d_operator", "operator")
        cls.sales_user = cls._create_user("print3d_sales", "sales")

    @classmethod
    def _set_others_aside(cls):
        """Let only the printers, spools and prints that a test makes count."""
        cls.env["stock.lot"].search(
            [
                ("is_spool", "=", True),
                ("id", "not in", (cls.spool | cls.second_spool).ids),
            ]
        ).is_quarantined = True
        cls.env["mrp.workcenter"].search(
            [
                ("is_printer", "=", True),
                ("id", "not in", (cls.printer | cls.other_printer).ids),
            ]
        ).action_archive()
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()

    @classmethod
    def _create_printer(cls, name, slot_count=1, **values):
        return cls.env["mrp.workcenter"].create(
            {
                "name": name,
                "is_printer": True,
                "slot_count": slot_count,
                "sequence": 900,
                # What clears a plate has tests of its own.
                "needs_clearing": False,
                **values,
            }
        )

    @classmethod
    def _create_product(cls, name, **values):
        return cls.env["product.product"].create(
            {"name": name, "is_print3d_model": True, **values}
        )

    @classmethod
    def _create_version(cls, product, plates=None, **values):
        """A version that was read, without a file.

        :param plates: dicts of ``copies``, ``time_s`` and ``filaments``, a list of
            (product, grams)
        """
        plates = plates or [
            {"copies": 1, "time_s": 3600, "filaments": [(cls.black, 50)]}
        ]
        return cls.env["print3d.slice"].create(
            {
                "product_id": product.id,
                "read_state": "done",
                "plate_ids": [
                    Command.create(
                        {
                            "index": index,
                            "copies": plate.get("copies", 1),
                            "time_s": plate.get("time_s", 3600),
                            "filament_ids": [
                                Command.create(
                                    {
                                        "tool": tool,
                                        "weight_g": grams,
                                        "weight_known": True,
                                        "product_id": filament.id,
                                        "filament_type": filament.material_id.name,
                                        "colour": filament.colour_hexes,
                                    }
                                )
                                for tool, (filament, grams) in enumerate(
                                    plate["filaments"], start=1
                                )
                            ],
                        }
                    )
                    for index, plate in enumerate(plates, start=1)
                ],
                **values,
            }
        )

    @classmethod
    def _create_mo(cls, quantity, product=None, **values):
        """A confirmed manufacturing order with its runs queued."""
        product = product or cls.product
        production = cls.env["mrp.production"].create(
            {"product_id": product.id, "product_qty": quantity, **values}
        )
        production.action_confirm()
        return production

    @classmethod
    def _start(cls, run, lots=None, printer=None, **kwargs):
        """Start a run on a printer with a spool for each tool."""
        if not run.workcenter_id:
            run.workcenter_id = printer or cls.printer
        mapping = None
        if lots is not None:
            mapping = {
                line.tool: lot for line, lot in zip(run._get_needs(), lots, strict=True)
            }
        run._do_start(mapping, **kwargs)
        return run

    @classmethod
    def _print(cls, run, lots=None, **kwargs):
        """Start a run and end it well."""
        cls._start(run, lots)
        return run._do_end("done", **kwargs)

    def _get_grams(self, lot):
        """Grams of a spool by its quants, wherever it is in stock."""
        return sum(
            self.env["stock.quant"]
            .search([("lot_id", "=", lot.id), ("location_id.usage", "=", "internal")])
            .mapped("quantity")
        )
