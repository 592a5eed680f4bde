import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dSliceParameter(Print3dLibraryCommon):
    def test_next_version_starts_with_them(self):
        first = self._create_version()
        first.with_user(self.user_operator).parameter_ids = [
            (0, 0, {"name": "Glue stick", "value": "yes"}),
            (0, 0, {"name": "Drying", "value": "4", "unit": "h"}),
            (0, 0, {"name": "Tried on", "value": "MK4 left", "carry_over": False}),
        ]
        second = self._create_version(first.product_id, name="second.gcode")
        self.assertRecordValues(
            second.parameter_ids,
            [
                {"name": "Glue stick", "value": "yes", "unit": False},
                {"name": "Drying", "value": "4", "unit": "h"},
            ],
        )
        self.assertEqual(len(first.parameter_ids), 3)
        second.parameter_ids.unlink()
        third = self._create_version(first.product_id, name="third.gcode")
        self.assertFalse(third.parameter_ids)

    def test_other_variants_have_their_own(self):
        first = self._create_version()
        first.parameter_ids = [(0, 0, {"name": "Glue stick", "value": "yes"})]
        other = self._create_version()
        self.assertFalse(other.parameter_ids)

    def test_reading_again_leaves_them(self):
        version = self._create_version()
        version.parameter_ids = [(0, 0, {"name": "Glue stick", "value": "yes"})]
        version._read_file()
        self.assertEqual(version.parameter_ids.value, "yes")

    def test_a_name_is_there_once(self):
        version = self._create_version()
        version.parameter_ids = [(0, 0, {"name": "Glue stick"})]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
        ):
            version.parameter_ids = [(0, 0, {"name": "GLUE STICK"})]
            self.env.flush_all()

    def test_who_may_add_them(self):
        version = self._create_version()
        for user in (self.user_sales, self.user_plain, self.user_portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["print3d.slice.parameter"].with_user(user).create(
                    {"slice_id": version.id, "name": "Glue stick"}
                )
        version.parameter_ids = [(0, 0, {"name": "Glue stick"})]
        seen = version.parameter_ids.with_user(self.user_sales)
        self.assertEqual(seen.name, "Glue stick")

    def test_those_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        model = self._create_model(company_id=company.id)
        version = self._create_version(model.product_variant_id)
        version.parameter_ids = [(0, 0, {"name": "Glue stick"})]
        seen = self.env["print3d.slice.parameter"].with_user(self.user_owner)
        self.assertFalse(seen.search([("slice_id", "=", version.id)]))
