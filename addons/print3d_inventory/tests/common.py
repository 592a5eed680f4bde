from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.print3d_library.tests.common import Print3dLibraryCommon


class Print3dInventoryCommon(Print3dLibraryCommon):
    """Helpers that make filaments, spools, places and purchases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gram = cls.env.ref("uom.product_uom_gram")
        cls.spool_uom = cls.env.ref("print3d_inventory.uom_spool_1kg")
        cls.pla = cls.env.ref("print3d_inventory.material_pla")
        cls.petg = cls.env.ref("print3d_inventory.material_petg")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create(
            {
                "name": "Test Shelf",
                "location_id": cls.stock.id,
                "print3d_kind": "shelf",
            }
        )
        cls.vendor = cls.env["res.partner"].create({"name": "Test Vendor"})
        cls.filament = cls._create_filament()

    @classmethod
    def _create_user(cls, login, *groups):
        """Make a user with the groups of the suite named by their last word."""
        return new_test_user(
            cls.env,
            login,
            ",".join(f"print3d_library.group_print3d_{group}" for group in groups),
        )

    @classmethod
    def _create_filament(cls, name="Test PLA Black", colour="#1A1A1A", **values):
        """Make a filament (product.product)."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_filament": True,
                "material_id": cls.pla.id,
                "colour_hexes": colour,
                **values,
            }
        )

    @classmethod
    def _create_spool(cls, grams=1000, price=0.02, filament=None, location=None):
        """Put one spool into stock, at ``price`` a gram, and return it (stock.lot)."""
        filament = filament or cls.filament
        return (
            cls.env["print3d.spool.add"]
            .create(
                {
                    "product_id": filament.id,
                    "count": 1,
                    "net_weight_g": grams,
                    "price_per_kg": price * 1000,
                    "location_id": (location or cls.shelf).id,
                }
            )
            ._add_spools()
        )

    @classmethod
    def _create_foreign_spool(cls, name="FOREIGN-1"):
        """Make a spool (stock.lot) of a company the users of the tests are not in."""
        company = cls.env["res.company"].create({"name": f"Company of {name}"})
        return cls.env["stock.lot"].create(
            {
                "name": name,
                "product_id": cls.filament.id,
                "company_id": company.id,
            }
        )

    @classmethod
    def _create_slot(cls, name="Test Slot", number=1, **values):
        """Make a slot (stock.location) that belongs to no printer."""
        return cls.env["stock.location"].create(
            {
                "name": name,
                "location_id": cls.stock.id,
                "print3d_kind": "slot",
                "slot_number": number,
                **values,
            }
        )

    @classmethod
    def _create_purchase(cls, count, price, uom=None, filament=None):
        """Confirm a purchase of ``count`` spools at ``price`` each."""
        filament = filament or cls.filament
        order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.vendor.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": filament.id,
                            "product_qty": count,
                            "product_uom_id": (uom or cls.spool_uom).id,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        return order

    @classmethod
    def _use_filament(cls, spool, grams):
        """Take grams off a spool, as a print does."""
        source = spool._get_stock_quants().location_id
        values = {
            "product_id": spool.product_id.id,
            "company_id": spool.company_id.id,
            "location_id": source.id,
            "location_dest_id": spool.product_id.property_stock_inventory.id,
        }
        # The context of the spool may say when it happened.
        move = spool.env["stock.move"].create(
            {
                **values,
                "product_uom": cls.gram.id,
                "product_uom_qty": grams,
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            **values,
                            "product_uom_id": cls.gram.id,
                            "quantity": grams,
                            "lot_id": spool.id,
                        }
                    )
                ],
            }
        )
        move._action_done()
        return move

    @classmethod
    def _switch_rules_off(cls):
        """Switch our automations off, and put core's patches back afterwards."""
        rules = cls.env["base.automation"]
        rules.search([("print3d_managed", "=", True)]).active = False
        # Rules patch the models of the registry, which outlives the test; no later test
        # is to count their queries.
        cls.addClassCleanup(rules._register_hook)
        cls.addClassCleanup(rules._unregister_hook)

    def assertChecksCost(self, make, names, few=2, many=8):
        """Check that what is looked at does not cost more queries when there is more.

        :param make: makes so many things that the checks find
        :param names: methods of print3d.alert.check
        """

        def measure(name):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["print3d.alert.check"]._run_checks([name])
            return self.env.cr.sql_log_count - start

        make(few)
        before = {name: measure(name) for name in names}
        make(many)
        for name in names:
            with self.subTest(name):
                self.assertLessEqual(measure(name), before[name])


class FilamentMatchCommon(Print3dInventoryCommon):
    """A sliced version whose lines want filament, and three filaments of the shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Only the filaments made here take part.
        cls.env["product.template"].search(
            [("is_filament", "=", True)]
        ).action_archive()
        cls.model = cls.env["product.product"].create(
            {"name": "Gear", "is_print3d_model": True}
        )
        cls.slice = cls._create_version()
        cls.plate = cls.slice.plate_ids
        cls.black = cls._create_filament("PLA Black", "#1A1A1A")
        cls.red = cls._create_filament("PLA Red", "#C1121F")
        cls.petg_red = cls._create_filament(
            "PETG Red", "#C1121F", material_id=cls.petg.id
        )
        cls.Match = cls.env["print3d.filament.match"]

    @classmethod
    def _create_version(cls, **values):
        """Make a version with one plate (print3d.slice)."""
        return cls.env["print3d.slice"].create(
            {
                "product_id": cls.model.id,
                "plate_ids": [Command.create({"index": 1, "name": "Plate 1"})],
                **values,
            }
        )

    @classmethod
    def _create_line(cls, tool=1, plate=None, **values):
        """Make a line that wants red PLA (print3d.plate.filament)."""
        return cls.env["print3d.plate.filament"].create(
            {
                "plate_id": (plate or cls.plate).id,
                "tool": tool,
                "filament_type": "PLA",
                "colour": "#C1121F",
                **values,
            }
        )

    @classmethod
    def _match(cls, **values):
        """Make a line and match it."""
        line = cls._create_line(**values)
        line._match_filament()
        return line
