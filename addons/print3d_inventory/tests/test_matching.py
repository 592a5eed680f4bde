from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestMatching(Print3dInventoryCommon):
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
        cls.slice = cls.env["print3d.slice"].create(
            {"product_id": cls.model.id, "number": 1}
        )
        cls.plate = cls.env["print3d.plate"].create(
            {"slice_id": cls.slice.id, "index": 1, "name": "Plate 1"}
        )
        cls.black = cls._create_filament("PLA Black", "#1A1A1A")
        cls.red = cls._create_filament("PLA Red", "#C1121F")
        cls.petg_red = cls._create_filament(
            "PETG Red", "#C1121F", material_id=cls.petg.id
        )

    def _create_line(self, tool=1, **values):
        return self.env["print3d.plate.filament"].create(
            {
                "plate_id": self.plate.id,
                "tool": tool,
                "filament_type": "PLA",
                "colour": "#C1121F",
                **values,
            }
        )

    def _match(self, **values):
        line = self._create_line(**values)
        line._match_filament()
        return line

    def test_material_then_colour(self):
        line = self._match(colour="#C0151F")
        self.assertEqual(line.product_id, self.red)
        self.assertLess(line.match_distance, 2)
        line = self._match(tool=2, filament_type="PETG HF")
        self.assertEqual(line.product_id, self.petg_red)

    def test_nothing_near_is_no_match(self):
        line = self._match(colour="#1DD84E")
        self.assertFalse(line.product_id)
        line = self._match(tool=2, filament_type="ASA")
        self.assertFalse(line.product_id)
        line = self._match(tool=3, filament_type=False)
        self.assertFalse(line.product_id)

    def test_between_equals_the_one_in_stock_then_the_cheaper(self):
        dear = self._create_filament("Dear Red", "#C1121F", standard_price=0.03)
        cheap = self._create_filament("Cheap Red", "#C1121F", standard_price=0.01)
        self.red.standard_price = 0.02
        self.assertEqual(self._match().product_id, cheap)
        self._create_spool(filament=dear, price=0.03)
        self.assertEqual(self._match(tool=2).product_id, dear)

    def test_single_colour_before_the_same_among_several(self):
        self._create_filament("Rainbow", "#C1121F,#1D4ED8")
        self.assertEqual(self._match().product_id, self.red)
        self.assertEqual(
            self._match(tool=2, colour="#1D4ED8").product_id.name, "Rainbow"
        )

    def test_file_without_colour_takes_the_material(self):
        self._create_spool(filament=self.black)
        line = self._match(colour=False)
        self.assertEqual(line.product_id, self.black)

    def test_diameter_counts(self):
        self.assertFalse(self._match(diameter=2.85).product_id)
        thick = self._create_filament("Thick", "#C1121F", diameter_mm=2.85)
        self.assertEqual(self._match(tool=2, diameter=2.85).product_id, thick)
        self.assertEqual(self._match(tool=3, diameter=1.75).product_id, self.red)

    def test_choice_of_a_person_stays_when_nothing_fits(self):
        line = self._create_line(colour="#1DD84E", product_id=self.black.id)
        line.action_match_filament()
        self.assertEqual(line.product_id, self.black)

    def test_grams_from_the_length_and_the_matched_filament(self):
        line = self._create_line(
            filament_type="PETG", length_mm=1000, density=0, diameter=0
        )
        line._match_filament()
        # π/4 · 1.75² mm² · 1000 mm · 1.27 g/cm³
        self.assertAlmostEqual(line.grams, 3.0547, places=2)
        self.assertEqual(line.grams_source, "derived")
        self.assertEqual(line.grams_note, "from length × density")
        self.petg.density = 1.0
        self.assertAlmostEqual(line.grams, 2.41, places=2)

    def test_stated_grams_stay(self):
        line = self._match(length_mm=1000, weight_g=12.5, weight_known=True)
        self.assertEqual((line.grams, line.grams_source), (12.5, "stated"))
        self.assertEqual(line.grams_note, "stated by the file")

    def test_filament_is_made_of_what_the_file_wants(self):
        self.env["res.partner"].create({"name": "Nordfil"})
        line = self._create_line(colour="#0F8B8D", vendor="nordfil")
        action = line.action_create_filament()
        made = line.product_id
        self.assertEqual(action["res_id"], made.id)
        self.assertRecordValues(
            made,
            [
                {
                    "name": "nordfil PLA Teal",
                    "material_id": self.pla.id,
                    "colour_hexes": "#0F8B8D",
                    "tracking": "lot",
                }
            ],
        )
        self.assertEqual(made.brand_id.name, "Nordfil")
        self.assertEqual(self._match(tool=2, colour="#0F8B8D").product_id, made)

    def test_unknown_material_tells_what_to_do(self):
        with self.assertRaisesRegex(UserError, "MOONDUST.*aliases"):
            self._create_line(filament_type="MOONDUST").action_create_filament()

    def test_reading_a_file_matches(self):
        line = self._create_line()
        self.slice._after_read()
        self.assertEqual(line.product_id, self.red)

    def test_version_tells_what_is_unmatched_and_looks_again(self):
        line = self._create_line(colour="#0F8B8D")
        kept = self._create_line(tool=2, product_id=self.black.id)
        self.slice._after_read()
        self.assertEqual(self.slice.unmatched_count, 1)
        kept.product_id = self.black
        teal = self._create_filament("PLA Teal", "#0F8B8D")
        self.slice.action_match_filament()
        self.assertEqual(line.product_id, teal)
        self.assertEqual(kept.product_id, self.black)
        self.assertEqual(self.slice.unmatched_count, 0)

    def test_many_lines_cost_no_more_queries(self):
        lines = self.env["print3d.plate.filament"].union(
            *(self._create_line(tool=tool) for tool in range(1, 17))
        )
        lines[:1]._match_filament()
        self.env.flush_all()

        def count(some):
            some.product_id = False
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._match_filament()
            return self.env.cr.sql_log_count - start

        self.assertEqual(count(lines[:2]), count(lines))
