from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FilamentMatchCommon


@tagged("post_install", "-at_install")
class TestFilamentCreate(FilamentMatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("create_operator", "operator")
        cls.sales = cls._create_user("create_sales", "sales")

    def _open(self, records, method="action_create_filament", user=None):
        action = getattr(records.with_user(user or self.env.user), method)()
        wizard = self.env[action["res_model"]].with_user(user or self.env.user)
        return wizard.browse(action["res_id"])

    def test_form_is_filled_in_from_the_file(self):
        brand = self.env["res.partner"].create({"name": "Nordfil"})
        self.slice.write(
            {
                "bed_temp": 60,
                "settings": {
                    "nozzle_temperature_range_low": [180, 190, 200],
                    "nozzle_temperature_range_high": [230, 240, 250],
                },
            }
        )
        line = self._create_line(
            tool=2,
            colour="#0F8B8D",
            vendor="nordfil",
            filament_name="Nordfil PLA Silk @MK4",
            density=1.31,
            diameter=1.75,
            file_price_kg=24.9,
        )
        wizard = self._open(line)
        self.assertRecordValues(
            wizard,
            [
                {
                    "name": "Nordfil PLA Silk Teal",
                    "material_id": self.pla.id,
                    "brand_id": brand.id,
                    "brand_name": False,
                    "series": "Silk",
                    "colour_hexes": "#0F8B8D",
                    "diameter_mm": 1.75,
                    "density": 1.31,
                    "price_per_kg": 24.9,
                    "nozzle_min": 190,
                    "nozzle_max": 240,
                    "bed_temp": 60,
                }
            ],
        )
        wizard.action_create()
        made = line.product_id
        self.assertRecordValues(
            made,
            [
                {
                    "name": "Nordfil PLA Silk Teal",
                    "is_filament": True,
                    "tracking": "lot",
                    "material_id": self.pla.id,
                    "brand_id": brand.id,
                    "series": "Silk",
                    "colour_hexes": "#0F8B8D",
                    "filament_density": 1.31,
                    "filament_nozzle_min": 190,
                    "filament_nozzle_max": 240,
                }
            ],
        )
        self.assertAlmostEqual(made.price_per_kg, 24.9)
        self.assertEqual(line.match_state, "confirmed")
        self.assertEqual(self.Match.search([]).product_id, made)
        # What the file says of it the next time finds it.
        again = self._match(tool=3, colour="#0F8B8D", vendor="NORDFIL")
        self.assertEqual(again.product_id, made)

    def test_temperatures_as_different_slicers_state_them(self):
        for settings, expected in (
            ({"first_layer_temperature": [215], "temperature": [210]}, (210, 215)),
            # One for each variant of the nozzle, two of each filament here.
            (
                {
                    "nozzle_temperature_initial_layer": [220, 221, 250, 251],
                    "nozzle_temperature": [220, 221, 255, 256],
                    "filament_self_index": ["1", "1", "2", "2"],
                },
                (250, 255),
            ),
            ({"temperature": 205}, (205, 205)),
            ({"temperature": ["hot", "hotter"]}, (199, 199)),
            ({"temperature": []}, (199, 199)),
            ({}, (199, 199)),
            ({"common": True}, (188, 188)),
        ):
            tool = 2 if "filament_self_index" in settings else 1
            with self.subTest(settings=settings):
                common = {"nozzle_temp": [188, 190]} if "common" in settings else {}
                version = self._create_version(
                    settings=settings, common=common, nozzle_temp=199
                )
                line = self._create_line(tool=tool, plate=version.plate_ids)
                wizard = self._open(line)
                self.assertEqual((wizard.nozzle_min, wizard.nozzle_max), expected)

    def test_what_is_the_materials_stays_the_materials(self):
        self.slice.write(
            {
                "settings": {
                    "nozzle_temperature_range_low": [self.pla.nozzle_temp_min],
                    "nozzle_temperature_range_high": [self.pla.nozzle_temp_max],
                }
            }
        )
        line = self._create_line(colour="#0F8B8D", density=self.pla.density)
        self._open(line).action_create()
        self.assertEqual(line.product_id.filament_density, 0)
        self.assertEqual(line.product_id.filament_nozzle_max, 0)
        self.assertEqual(line.product_id._get_filament_density(), self.pla.density)
        self.assertEqual(line.product_id.name, "PLA Teal")

    def test_several_colours_of_one_filament(self):
        line = self._create_line(
            file_colours="#C1121F,#1D4ED8", filament_name="Generic PLA"
        )
        self._open(line).action_create()
        self.assertEqual(line.product_id.colour_hexes, "#C1121F,#1D4ED8")
        self.assertEqual(line.product_id.name, "PLA Red/Blue")

    def test_all_that_is_missing_without_doubles(self):
        teal = {"colour": "#0F8B8D", "vendor": "Nordfil"}
        lines = [
            self._match(tool=1),
            self._match(tool=2, **teal),
            self._match(tool=3, **teal, filament_name="Nordfil PLA @MK4"),
            self._match(tool=4, **teal),
            self._match(tool=5, colour="#1DD84E", filament_type="PETG"),
        ]
        before = self.env["product.product"].search_count([("is_filament", "=", True)])
        wizard = self._open(self.slice, "action_create_filaments")
        self.assertEqual(
            wizard.line_ids.mapped(lambda line: line.plate_filament_ids.mapped("tool")),
            [[2, 4], [3], [5]],
        )
        # The second differs by its preset only: the person sees it is the same.
        wizard.line_ids[1].wanted = False
        wizard.action_create()
        after = self.env["product.product"].search_count([("is_filament", "=", True)])
        self.assertEqual(after - before, 2)
        self.assertEqual(lines[0].product_id, self.red)
        self.assertEqual(lines[1].product_id, lines[3].product_id)
        self.assertEqual(lines[1].match_state, "confirmed")
        self.assertEqual(lines[4].product_id.material_id, self.petg)
        self.assertEqual(lines[1].product_id.brand_id.name, "Nordfil")
        self.assertFalse(lines[2].match_state == "confirmed")

    def test_a_new_brand_is_made_once(self):
        self._open(
            self._create_line(colour="#0F8B8D", vendor="100%_New")
        ).action_create()
        self._open(
            self._create_line(tool=2, colour="#1DD84E", vendor="100%_new")
        ).action_create()
        brands = self.slice.filament_line_ids.product_id.brand_id
        self.assertEqual(brands.mapped("name"), ["100%_New"])

    def test_wildcards_in_a_vendor_find_nobody(self):
        self.env["res.partner"].create({"name": "Nordfil"})
        wizard = self._open(self._create_line(colour="#0F8B8D", vendor="N%d_il"))
        self.assertFalse(wizard.brand_id)

    def test_unknown_material_is_asked_about(self):
        line = self._create_line(filament_type="ASA-CF", density=1.12)
        wizard = self._open(line, user=self.operator)
        self.assertFalse(wizard.material_id)
        with self.assertRaisesRegex(UserError, "ASA-CF.*Make it a new material"):
            wizard.action_create()
        self.assertFalse(line.product_id)
        wizard.make_material = True
        wizard.action_create()
        material = line.product_id.material_id
        self.assertRecordValues(
            material, [{"name": "ASA-CF", "density": 1.12, "abrasive": True}]
        )
        # Two lines of the one new material do not make it twice.
        other = self._create_line(tool=2, filament_type="ASA-CF", colour="#0F8B8D")
        self._open(other).action_create()
        self.assertEqual(other.product_id.material_id, material)

    def test_unknown_material_may_be_one_of_ours(self):
        line = self._create_line(filament_type="MOONDUST")
        wizard = self._open(line)
        wizard.material_id = self.petg
        wizard.action_create()
        self.assertEqual(line.product_id.material_id, self.petg)

    def test_file_without_any_word(self):
        line = self._create_line(filament_type=False, colour=False)
        wizard = self._open(line)
        with self.assertRaisesRegex(UserError, "nothing"):
            wizard.action_create()

    def test_operator_creates_sales_does_not(self):
        line = self._create_line(colour="#0F8B8D", vendor="Brandnew", file_price_kg=20)
        self._open(line, user=self.operator).action_create()
        made = line.product_id
        self.assertEqual(made.brand_id.name, "Brandnew")
        self.assertEqual(line.confirmed_uid, self.operator)
        with self.assertRaises(AccessError):
            self._open(self._create_line(tool=2), user=self.sales)

    def test_filament_belongs_to_the_company_of_the_model(self):
        self.model.company_id = self.env.company
        line = self._create_line(colour="#0F8B8D")
        self._open(line).action_create()
        self.assertEqual(line.product_id.company_id, self.env.company)
