from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class Print3dProductionCommon(TransactionCase):
    """A printer with slots, spools, and a variant that is printed from a plate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.shelf = cls.env["stock.location"].create(
            {
                "name": "Shelf P",
                "usage": "internal",
                "print3d_kind": "shelf",
                "location_id": cls.warehouse.lot_stock_id.id,
            }
        )
        Material = cls.env["print3d.material"]
        cls.pla = Material._find("PLA")
        cls.petg = Material._find("PETG")
        cls.black = cls._create_filament("Test PLA Black", cls.pla, "#101010")
        cls.white = cls._create_filament("Test PLA White", cls.pla, "#FFFFFF")
        cls.red_petg = cls._create_filament("Test PETG Red", cls.petg, "#E00000")
        cls.printer = cls._create_printer("Printer A", slot_count=2, costs_hour=6.0)
        cls.other_printer = cls._create_printer(
            "Printer B", slot_count=1, costs_hour=3.0
        )
        cls.spool = cls._create_spool(cls.black, 500.0, 0.03)
        cls.second_spool = cls._create_spool(cls.black, 1000.0, 0.02)
        cls.product = cls._create_product("Test Vase")
        cls.version = cls._create_version(cls.product)
        cls.version.action_activate()
        cls.operator = new_test_user(
            cls.env, "print3d_operator", "print3d_library.group_print3d_operator"
        )
        cls.sales_user = new_test_user(
            cls.env, "print3d_sales", "print3d_library.group_print3d_sales"
        )

    @classmethod
    def _create_filament(cls, name, material, colour, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_filament": True,
                "material_id": material.id,
                "colour_hexes": colour,
                **values,
            }
        )

    @classmethod
    def _create_printer(cls, name, slot_count=1, **values):
        return cls.env["mrp.workcenter"].create(
            {
                "name": name,
                "is_printer": True,
                "slot_count": slot_count,
                "sequence": 900,
                **values,
            }
        )

    @classmethod
    def _create_spool(cls, product, grams, cost=0.02, location=None, **values):
        """A spool of its own cost a gram, lying on the shelf unless told otherwise."""
        lot = cls.env["stock.lot"].create(
            {
                "name": cls.env["ir.sequence"].next_by_code("print3d.spool")
                or f"TEST{cls.env['stock.lot'].search_count([]):05}",
                "product_id": product.id,
                "net_weight_g": max(grams, 1000.0),
                **values,
            }
        )
        cls.env["stock.quant"]._update_available_quantity(
            product, location or cls.shelf, grams, lot_id=lot
        )
        lot.standard_price = cost
        return lot

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
        plates = plates or [{"copies": 1, "time_s": 3600, "filaments": [(cls.black, 50)]}]
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
                line.tool: lot
                for line, lot in zip(run._get_needs(), lots, strict=True)
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
