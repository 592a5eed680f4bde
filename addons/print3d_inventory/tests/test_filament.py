from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestFilament(Print3dInventoryCommon):
    def test_new_filament_is_set_up_for_spools(self):
        self.assertRecordValues(
            self.filament,
            [
                {
                    "is_storable": True,
                    "tracking": "lot",
                    "lot_valuated": True,
                    "uom_id": self.gram.id,
                    "cost_method": "average",
                    "sale_ok": False,
                    "colour_hexes": "#1A1A1A",
                }
            ],
        )
        self.assertIn(self.spool_uom, self.filament.uom_ids)

    def test_form_of_a_new_filament_saves(self):
        with Form(
            self.env["product.product"].with_context(default_is_filament=True),
            view="print3d_inventory.product_product_view_form_filament",
        ) as form:
            form.name = "PETG Teal"
            form.material_id = self.petg
            form.colour_hexes = "0f8b8d"
            form.net_weight_g = 750
        filament = form.record
        self.assertEqual(filament.colour_hexes, "#0F8B8D")
        self.assertEqual(filament.tracking, "lot")
        self.assertIn(
            self.env.ref("print3d_inventory.uom_spool_750g"), filament.uom_ids
        )

    def test_product_form_turned_into_filament(self):
        with Form(self.env["product.template"]) as form:
            form.name = "From the shop's product form"
            form.is_filament = True
            form.material_id = self.pla
        self.assertTrue(form.record.lot_valuated)
        self.assertEqual(form.record.uom_id, self.gram)

    def test_existing_product_becomes_filament(self):
        product = self.env["product.template"].create({"name": "Plain"})
        product.write({"is_filament": True, "material_id": self.pla.id})
        self.assertEqual(product.tracking, "lot")

    def test_wrong_settings_are_refused_by_name(self):
        unit = self.env.ref("uom.product_uom_unit")
        plain = self.env["product.category"].create(
            {"name": "Plain", "property_cost_method": "standard"}
        )
        for values, message in (
            ({"tracking": "serial"}, "tracked by lots"),
            ({"lot_valuated": False}, "Valuation by Lot"),
            ({"uom_id": unit.id}, "gram"),
            ({"categ_id": plain.id}, "Average Cost"),
            ({"material_id": False}, "material"),
            ({"net_weight_g": 0}, "net weight"),
        ):
            with (
                self.subTest(message=message),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self._create_filament().product_tmpl_id.write(values)

    def test_category_keeps_average_cost_while_it_holds_filament(self):
        category = self.filament.categ_id
        with self.assertRaisesRegex(ValidationError, "Average Cost"):
            category.property_cost_method = "fifo"

    def test_new_company_values_filament_at_average_cost(self):
        company = self.env["res.company"].create({"name": "Second Shop"})
        category = self.env.ref("print3d_inventory.product_category_filament")
        self.assertEqual(category.with_company(company).property_cost_method, "average")

    def test_spool_units_are_made_once(self):
        Uom = self.env["uom.uom"]
        made = Uom._get_spool_uom(850)
        self.assertEqual(made.name, "Spool 850 g")
        self.assertEqual(Uom._get_spool_uom(850), made)
        self.assertEqual(Uom._get_spool_uom(1000), self.spool_uom)
        self.assertEqual(Uom._get_spool_uom(2300).name, "Spool 2.3 kg")
        self.assertEqual(made._compute_quantity(2, self.gram), 1700)

    def test_new_net_weight_brings_its_spool_unit(self):
        self.filament.net_weight_g = 2000
        self.assertIn(
            self.env.ref("print3d_inventory.uom_spool_2kg"), self.filament.uom_ids
        )

    def test_colours_come_from_the_attribute(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "display_type": "color",
                "value_ids": [
                    Command.create({"name": "Signal Red", "html_color": "#c1121f"}),
                    Command.create({"name": "White", "html_color": "#ffffff"}),
                ],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Two colours",
                "is_filament": True,
                "material_id": self.pla.id,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        self.assertEqual(
            template.product_variant_ids.mapped("colour_hexes"), ["#C1121F", "#FFFFFF"]
        )
        self.assertEqual(
            template.product_variant_ids.mapped("colour_name"), ["Signal Red", "White"]
        )
        red = template.product_variant_ids[0]
        red.colour_hexes = "#AA0000"
        attribute.value_ids[0].html_color = "#00ff00"
        self.assertEqual(red.colour_hexes, "#AA0000", "set by hand, it stays")

    def test_text_is_no_colour(self):
        with self.assertRaisesRegex(ValidationError, "dark red is not|dark is not"):
            self.filament.colour_hexes = "dark red"

    def test_stock_and_chip(self):
        self._create_spool(1000)
        self._create_spool(400)
        self.assertEqual(self.filament.filament_stock_g, 1400)
        self.assertEqual(self.filament.spool_count, 2)
        self.assertEqual(
            self.filament.filament_chip,
            [
                {
                    "colours": ["#1A1A1A"],
                    "material": "PLA",
                    "grams": 1400.0,
                    "name": "Test PLA Black",
                }
            ],
        )

    def test_cost_per_kg_is_the_average(self):
        self._create_spool(1000, 0.02)
        self._create_spool(1000, 0.03)
        self.assertAlmostEqual(self.filament.standard_price, 0.025)
        self.assertAlmostEqual(self.filament.price_per_kg, 25)

    def test_cost_set_by_hand_is_not_rounded_to_cents(self):
        self.filament.standard_price = 0.0185
        value = self.env["product.value"].search(
            [("product_id", "=", self.filament.id)], order="id desc", limit=1
        )
        self.assertAlmostEqual(value.value, 0.0185, places=6)

    def test_vendors_quote_by_the_spool(self):
        seller = self.env["product.supplierinfo"].create(
            {
                "partner_id": self.vendor.id,
                "product_tmpl_id": self.filament.product_tmpl_id.id,
                "price": 21,
            }
        )
        self.assertEqual(seller.product_uom_id, self.spool_uom)

    def test_actions_lead_to_the_spools(self):
        spool = self._create_spool()
        action = self.filament.action_view_spools()
        self.assertEqual(self.env["stock.lot"].search(action["domain"]), spool)
        action = self.filament.action_add_spools()
        self.assertEqual(action["context"]["default_product_id"], self.filament.id)
