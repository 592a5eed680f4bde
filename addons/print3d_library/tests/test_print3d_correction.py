from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dCorrection(Print3dLibraryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.version = cls._create_version(
            filaments=[("PLA", "#1A1A1A", 1000, 2.98), ("PLA", "#C1121F", 500, 1.49)]
        )
        cls.plate = cls.version.plate_ids
        cls.line = cls.plate.filament_ids[0]

    def test_what_counts_follows_a_correction(self):
        self._as_operator(self.plate).action_correct("time_s", 7200, "measured")
        self._as_operator(self.line).action_correct("weight_g", 4.5)
        self.assertEqual(self.plate.time_s, 7200)
        self.assertEqual(self.version.time_s, 7200)
        self.assertEqual(self.line.grams, 4.5)
        self.assertEqual(self.line.grams_source, "corrected")
        self.assertAlmostEqual(self.plate.weight_g, 5.99)
        self.assertAlmostEqual(self.version.weight_g, 5.99)
        self.assertEqual(self.version.chips[0]["grams"], 4.5)

    def test_both_values_are_kept_with_who_when_and_why(self):
        self._as_operator(self.plate).action_correct("time_s", 7200, " measured ")
        correction = self.plate.correction_ids
        self.assertRecordValues(
            correction,
            [
                {
                    "slice_id": self.version.id,
                    "field_name": "time_s",
                    "extracted": 3723,
                    "corrected": 7200,
                    "reason": "measured",
                    "user_id": self.user_operator.id,
                }
            ],
        )
        self.assertTrue(correction.date)
        mark = self.plate.corrections["time_s"]
        self.assertEqual(mark["extracted_text"], "1 h 2 min")
        self.assertEqual(mark["corrected_text"], "2 h 0 min")
        self.assertEqual(mark["user"], self.user_operator.name)
        self.assertEqual(mark["reason"], "measured")
        # The value of another record of the version is another matter.
        self.assertFalse(self.version.corrections)
        self.assertFalse(self.line.corrections)

    def test_correcting_again_keeps_what_the_file_says(self):
        self.version.action_correct("layer_height", 0.3)
        self.version.action_correct("layer_height", 0.28)
        self.assertEqual(self.version.layer_height, 0.28)
        self.assertEqual(len(self.version.correction_ids), 1)
        self.assertEqual(self.version.correction_ids.extracted, 0.2)

    def test_reading_again_keeps_corrections(self):
        self.version.action_correct("printer_model", "MK4S of the cellar")
        self.plate.action_correct("time_s", 7200)
        self.line.action_correct("weight_g", 4.5)
        self.line.action_correct("filament_type", "PLA-CF")
        self.line.correction_ids.filtered(
            lambda line: line.field_name == "filament_type"
        ).extracted = "something old"
        self.version._read_file()
        self.assertEqual(self.version.read_state, "done")
        self.assertEqual(self.version.printer_model, "MK4S of the cellar")
        self.assertEqual(self.plate.time_s, 7200)
        self.assertEqual(self.line.grams, 4.5)
        self.assertEqual(self.line.grams_source, "corrected")
        self.assertEqual(self.line.filament_type, "PLA-CF")
        extracted = {
            line.field_name: line.extracted
            for line in self.version.correction_ids
            | self.plate.correction_ids
            | self.line.correction_ids
        }
        self.assertEqual(
            extracted,
            {
                "printer_model": "MK4S",
                "time_s": 3723,
                "weight_g": 2.98,
                "filament_type": "PLA",
            },
        )

    def test_undo_goes_back_to_the_file(self):
        self.plate.action_correct("time_s", 7200)
        self.line.action_correct("weight_g", 4.5)
        self._as_operator(self.plate).action_undo_correction("time_s")
        self._as_operator(self.line).action_undo_correction("weight_g")
        self.assertEqual(self.plate.time_s, 3723)
        self.assertEqual(self.line.grams, 2.98)
        self.assertEqual(self.line.grams_source, "stated")
        self.assertFalse(self.plate.correction_ids | self.line.correction_ids)
        self.assertFalse(self.plate.action_undo_correction("time_s"))

    def test_grams_that_the_file_does_not_state(self):
        version = self._create_version(filaments=[("PLA", "#FFFFFF", 1000, None)])
        line = version.plate_ids.filament_ids
        self.assertEqual(line.grams_source, "derived")
        derived = line.grams
        line.action_correct("weight_g", 3.5)
        self.assertEqual((line.grams, line.grams_source), (3.5, "corrected"))
        self.assertEqual(line.corrections["weight_g"]["extracted_text"], "not stated")
        line.action_undo_correction("weight_g")
        self.assertEqual(line.grams_source, "derived")
        self.assertAlmostEqual(line.grams, derived)

    def test_history_tells_of_both_values(self):
        self.plate.action_correct("time_s", 7200, "<b>measured</b>")
        body = self.version.message_ids[0].body
        self.assertIn("1 h 2 min", body)
        self.assertIn("2 h 0 min", body)
        self.assertIn("&lt;b&gt;measured&lt;/b&gt;", body)
        self.plate.action_undo_correction("time_s")
        self.assertIn("undone", self.version.message_ids[0].body)

    def test_values_out_of_their_limits(self):
        for record, field, value, message in (
            (self.version, "layer_height", 9, "between"),
            (self.version, "layer_height", "thick", "number"),
            (self.version, "layer_height", float("nan"), "between"),
            (self.version, "nozzle_temp", float("inf"), "between"),
            (self.version, "nozzle_temp", None, "number"),
            (self.version, "printer_model", " ", "text"),
            (self.version, "printer_model", "x" * 100, "text"),
            (self.plate, "time_s", 0, "between"),
            (self.plate, "time_s", -5, "between"),
            (self.line, "colour", "red", "#RRGGBB"),
            (self.line, "weight_g", -1, "between"),
        ):
            with (
                self.subTest(field=field, value=value),
                self.assertRaisesRegex(UserError, message),
            ):
                record.action_correct(field, value)
        self.assertFalse(self.env["print3d.correction"].search([]))

    def test_other_fields_are_not_corrected(self):
        for record, field in (
            (self.version, "state"),
            (self.version, "settings"),
            (self.plate, "slice_id"),
            (self.line, "grams"),
            (self.line, "nothing"),
        ):
            with self.subTest(field=field), self.assertRaises(UserError):
                record.action_correct(field, "active")

    def test_who_may_correct(self):
        for user, allowed in (
            (self.user_sales, False),
            (self.user_plain, False),
            (self.user_portal, False),
            (self.user_operator, True),
            (self.user_owner, True),
        ):
            plate = self.plate.with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(
                    self.env["print3d.plate"].with_user(user).has_access("write"),
                    allowed,
                )
                if allowed:
                    plate.action_correct("time_s", 7200)
                    plate.action_undo_correction("time_s")
                    continue
                for method, arguments in (
                    ("action_correct", ("time_s", 60)),
                    ("action_undo_correction", ("time_s",)),
                ):
                    with self.assertRaises(AccessError):
                        getattr(plate, method)(*arguments)
        self.assertEqual(self.plate.time_s, 3723)
        self.assertTrue(self.plate.with_user(self.user_operator).can_correct)
        self.assertFalse(self.plate.with_user(self.user_sales).can_correct)

    def test_corrections_are_not_written_past_the_rules(self):
        self.plate.action_correct("time_s", 7200)
        correction = self.plate.correction_ids.with_user(self.user_owner)
        with self.assertRaises(AccessError):
            correction.corrected = 1
        with self.assertRaises(AccessError):
            correction.unlink()
        with self.assertRaises(AccessError):
            correction.create(
                {
                    "slice_id": self.version.id,
                    "field_name": "time_s",
                    "corrected": 1,
                    "user_id": self.user_owner.id,
                    "date": "2026-01-01 00:00:00",
                }
            )

    def test_corrections_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        model = self._create_model(company_id=company.id)
        version = self._create_version(model.product_variant_id)
        version.plate_ids.action_correct("time_s", 7200)
        as_owner = version.plate_ids.with_user(self.user_owner)
        with self.assertRaises(AccessError):
            as_owner.action_correct("time_s", 60)
        corrections = version.plate_ids.correction_ids
        self.assertEqual(corrections.company_id, company)
        self.assertFalse(
            corrections.with_user(self.user_owner).search(
                [("id", "in", corrections.ids)]
            )
        )

    def test_hook_after_a_correction(self):
        seen = []

        def hook(version, record, names):
            seen.append((version, record, names))

        self.patch(type(self.version), "_after_correction", hook)
        self.line.action_correct("colour", "#ffffff")
        self.assertEqual(seen, [(self.version, self.line, ["colour"])])
        self.assertEqual(self.line.colour, "#FFFFFF")

    def _as_operator(self, record):
        return record.with_user(self.user_operator)
