import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dPlate(Print3dLibraryCommon):
    def test_copies_are_what_all_objects_share(self):
        for objects, copies in (
            (["clip"] * 6, 6),
            (["box", "lid"], 1),
            (["foot"] * 4 + ["leg"] * 2, 2),
            ([], 1),
        ):
            with self.subTest(objects=objects):
                version = self._create_version(objects=objects)
                self.assertEqual(version.plate_ids.copies, copies)

    def test_objects_belong_to_the_versions_variant(self):
        version = self._create_version(objects=["a", "b"])
        self.assertEqual(version.plate_ids.object_ids.product_id, version.product_id)

    def test_a_plate_makes_at_least_one_piece(self):
        plate = self._create_version().plate_ids
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            plate.copies = 0
            plate.flush_recordset()

    def test_grams_the_file_states_are_taken(self):
        line = self._create_version().plate_ids.filament_ids
        self.assertRecordValues(
            line, [{"grams": 2.98, "grams_source": "stated", "weight_known": True}]
        )

    def test_grams_come_from_length_and_density_where_not_stated(self):
        line = self._create_version(
            filaments=[("PLA", "#FFFFFF", 1000, None)]
        ).plate_ids.filament_ids
        self.assertFalse(line.weight_known)
        self.assertEqual(line.grams_source, "derived")
        # 1000 mm of 1.75 mm at 1.24 g/cm³
        self.assertAlmostEqual(line.grams, 2.98, places=2)

    def test_grams_come_from_volume_where_only_that_is_stated(self):
        line = self._create_version().plate_ids.filament_ids
        line.write({"weight_known": False, "length_mm": 0, "volume_mm3": 1000})
        self.assertEqual(line.grams_source, "derived")
        self.assertAlmostEqual(line.grams, 1.24)

    def test_grams_are_unknown_without_density(self):
        line = self._create_version().plate_ids.filament_ids
        line.write({"weight_known": False, "density": 0})
        self.assertRecordValues(line, [{"grams": 0, "grams_source": "unknown"}])

    def test_density_is_a_hook(self):
        self.patch(
            type(self.env["print3d.plate.filament"]), "_get_density", lambda s: 2
        )
        line = self._create_version(
            filaments=[("PLA", "#FFFFFF", 1000, None)]
        ).plate_ids.filament_ids
        self.assertAlmostEqual(line.grams, 4.81, places=2)

    def test_chips_join_the_same_colour_and_material(self):
        version = self._create_version(
            filaments=[
                ("PLA", "#1a1a1a", 1000, 3.0),
                ("PLA", "#1A1A1A", 1000, 2.0),
                ("PETG", "#1A1A1A", 1000, 1.0),
            ]
        )
        self.assertEqual(
            [(chip["material"], chip["grams"]) for chip in version.chips],
            [("PLA", 5.0), ("PETG", 1.0)],
        )

    def test_figures_follow_the_plates(self):
        version = self._create_version()
        version.plate_ids.copy({"index": 2, "slice_id": version.id, "time_s": 100})
        self.assertEqual(version.time_s, 3823)
        self.assertEqual(version.plate_count, 2)

    def test_names(self):
        plate = self._create_version().plate_ids
        self.assertEqual(plate.display_name, f"{plate.slice_id.display_name}, plate 1")
        self.assertEqual(plate.filament_ids.display_name, "Tool 1: PLA")
