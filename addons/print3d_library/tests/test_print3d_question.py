import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dQuestion(Print3dLibraryCommon):
    def test_plausible_version_has_no_questions(self):
        version = self._create_version()
        self.assertFalse(version.question_ids)
        self.assertEqual(version.flag_count, 0)
        self.assertFalse(version.questions)

    def test_odd_values_are_asked_about(self):
        version = self._create_odd_version()
        self.assertEqual(version.read_state, "done")
        self.assertEqual(version.flag_count, 2)
        codes = set(version.question_ids.mapped("code"))
        self.assertEqual(codes, {"layer_high", "grams_length"})
        messages = " ".join(question["message"] for question in version.questions)
        self.assertIn("0.39 mm", messages)
        self.assertIn("2.98", messages)
        self.assertIn(version, self.Slice.search([("flag_count", ">", 0)]))

    def test_reading_again_asks_once(self):
        version = self._create_odd_version()
        questions = version.question_ids
        version._read_file()
        self.assertEqual(version.question_ids, questions)

    def test_accepted_values_stay_accepted(self):
        version = self._create_odd_version()
        questions = version.question_ids.with_user(self.user_operator)
        questions.action_accept("a thick one")
        self.assertEqual(version.flag_count, 0)
        for question in version.question_ids:
            self.assertEqual(question.state, "accepted")
            self.assertEqual(question.user_id, self.user_operator)
            self.assertTrue(question.date)
            self.assertEqual(question.reason, "a thick one")
        self.assertIn("a thick one", version.message_ids[0].body)
        version._read_file()
        self.assertEqual(version.flag_count, 0)

    def test_other_numbers_are_asked_about_again(self):
        version = self._create_odd_version()
        version.question_ids.action_accept("fine")
        version.action_correct("layer_height", 0.5)
        self.assertEqual(version.flag_count, 1)
        question = version.question_ids.filtered(lambda line: line.state == "open")
        self.assertEqual(question.code, "layer_high")
        self.assertFalse(question.user_id)
        self.assertFalse(question.reason)

    def test_correction_answers(self):
        version = self._create_odd_version()
        version.with_user(self.user_operator).action_correct("layer_height", 0.2)
        version.plate_ids.filament_ids.action_correct("weight_g", 2.98)
        self.assertEqual(version.flag_count, 0)
        layer = version.question_ids.filtered(lambda line: line.code == "layer_high")
        self.assertEqual(layer.state, "corrected")
        self.assertEqual(layer.user_id, self.user_operator)
        # Back to the file's value, back to the question.
        version.action_undo_correction("layer_height")
        self.assertEqual(layer.state, "open")
        self.assertEqual(version.flag_count, 1)

    def test_activation_asks_first(self):
        version = self._create_odd_version()
        action = version.with_user(self.user_operator).action_activate()
        self.assertEqual(action["res_model"], "print3d.slice.activation")
        self.assertEqual(version.state, "draft")
        wizard = (
            self.env["print3d.slice.activation"]
            .with_user(self.user_operator)
            .with_context(**action["context"])
            .create({"reason": "tried on the printer"})
        )
        self.assertEqual(wizard.question_ids, version.question_ids)
        wizard.action_confirm()
        self.assertEqual(version.state, "active")
        self.assertEqual(
            set(version.question_ids.mapped("reason")), {"tried on the printer"}
        )

    def test_activation_without_questions_does_not_ask(self):
        version = self._create_version()
        self.assertIs(version.action_activate(), True)
        self.assertEqual(version.state, "active")

    def test_data_files_state_why(self):
        product = self._create_model().product_variant_id
        content = self._make_gcode(settings={"layer_height": "0.39"})
        version = self.Slice._import_file(
            "thick.gcode",
            base64.b64encode(content),
            product.id,
            "Thick on purpose.",
            True,
        )
        self.assertEqual(version.state, "active")
        self.assertEqual(version.question_ids.reason, "Thick on purpose.")

    def test_more_copies_than_objects(self):
        version = self._create_version(objects=["a", "b"])
        version.plate_ids.copies = 3
        self.assertEqual(version.question_ids.code, "copies")
        version.plate_ids.copies = 2
        self.assertEqual(version.flag_count, 0)
        self.assertEqual(version.question_ids.state, "corrected")

    def test_who_may_answer(self):
        version = self._create_odd_version()
        for user in (self.user_sales, self.user_plain, self.user_portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                version.question_ids.with_user(user).action_accept("no")
        question = version.question_ids[0].with_user(self.user_owner)
        with self.assertRaises(AccessError):
            question.state = "accepted"
        with self.assertRaises(AccessError):
            self.env["print3d.slice.activation"].with_user(self.user_sales).create(
                {"slice_ids": version.ids, "reason": "no"}
            )
        self.assertEqual(version.flag_count, 2)

    def test_questions_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        model = self._create_model(company_id=company.id)
        version = self._create_odd_version(model.product_variant_id)
        seen = self.env["print3d.question"].with_user(self.user_owner)
        self.assertFalse(seen.search([("slice_id", "=", version.id)]))
        with self.assertRaises(AccessError):
            version.question_ids.with_user(self.user_owner).action_accept("no")

    def test_every_rule_has_a_sentence(self):
        version = self._create_version()
        sentences = self.env["print3d.question"]._get_sentences()
        for code in sentences:
            question = self.env["print3d.question"].create(
                {
                    "slice_id": version.id,
                    "code": code,
                    "field_name": "layer_height",
                    "params": {"value": 0.5},
                }
            )
            with self.subTest(code=code):
                self.assertTrue(question.message)
                self.assertNotIn("%(", question.message)

    def test_project_is_not_asked_about_what_it_cannot_say(self):
        version = self._create_odd_version()
        version.is_sliced = False
        version._ask_questions()
        self.assertFalse(version.question_ids)

    def test_correcting_something_else_answers_too(self):
        version = self._create_version(time="5s")
        self.assertEqual(version.question_ids.code, "too_fast")
        line = version.plate_ids.filament_ids
        line.with_user(self.user_operator).action_correct("weight_g", 0.05)
        self.assertEqual(version.question_ids.state, "corrected")
        self.assertEqual(version.question_ids.user_id, self.user_operator)
        version._read_file()
        self.assertEqual(version.question_ids.state, "corrected")

    def test_what_the_file_no_longer_says_is_not_asked(self):
        version = self._create_odd_version()
        version.file_id = self._create_version(version.product_id).file_id
        version._read_file()
        self.assertFalse(version.question_ids)

    @classmethod
    def _create_odd_version(cls, product=None):
        return cls._create_version(
            product,
            filaments=[("PLA", "#1A1A1A", 1000, 29.8)],
            settings={"layer_height": "0.39"},
        )
