from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestMaterial(Print3dInventoryCommon):
    def _find(self, text):
        return self.env["print3d.material"]._find(text).name

    def test_seeds_are_found_by_the_words_of_slicers(self):
        for text, name in (
            ("PLA", "PLA"),
            ("pla", "PLA"),
            ("PLA Basic", "PLA"),
            ("PLA+", "PLA"),
            ("PETG", "PETG"),
            ("PETG HF", "PETG"),
            ("PETG-CF", "PETG-CF"),
            ("PLA_CF", "PLA-CF"),
            ("PA6-CF", "PA-CF"),
            ("Nylon", "PA"),
            ("TPU 95A", "TPU"),
            ("PC-ABS", "PC"),
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(text), name)

    def test_unknown_words_find_nothing(self):
        for text in ("", None, "UNOBTAINIUM", "P", "PLASTIC"):
            with self.subTest(text=text):
                self.assertFalse(self._find(text))

    def test_longer_text_is_found_by_its_first_word(self):
        self.assertEqual(self._find("PETG Rapido Sparkle"), "PETG")

    def test_new_alias_is_found_at_once(self):
        self.assertFalse(self._find("Wonderstuff"))
        self.petg.aliases += ", Wonderstuff"
        self.assertEqual(self._find("WONDERSTUFF"), "PETG")
        self.petg.active = False
        self.assertFalse(self._find("Wonderstuff"))

    def test_name_is_unique_and_density_positive(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env["print3d.material"].create({"name": "pla", "density": 1})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.pla.density = 0
            self.pla.flush_recordset()

    def test_temperatures_in_order(self):
        with self.assertRaisesRegex(ValidationError, "250 °C"):
            self.pla.write({"nozzle_temp_min": 250, "nozzle_temp_max": 200})

    def test_count_and_action_of_filaments(self):
        before = self.petg.filament_count
        self._create_filament(material_id=self.petg.id)
        self.petg.invalidate_recordset(["filament_count"])
        self.assertEqual(self.petg.filament_count, before + 1)
        action = self.petg.action_view_filaments()
        self.assertIn(("material_id", "=", self.petg.id), action["domain"])
