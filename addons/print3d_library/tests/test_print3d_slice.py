import base64

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dSlice(Print3dLibraryCommon):
    def test_versions_of_a_variant_are_numbered(self):
        product = self._create_model().product_variant_id
        first = self._create_version(product)
        second = self._create_version(product)
        other = self._create_version()
        self.assertEqual((first + second + other).mapped("number"), [1, 2, 1])
        self.assertEqual(second.name, "v2")
        self.assertEqual(second.display_name, f"{product.display_name} v2")

    def test_numbers_stay_when_several_are_made_at_once(self):
        product = self._create_model().product_variant_id
        other = self._create_model().product_variant_id
        versions = self.Slice.create(
            [{"product_id": record.id} for record in (product, other, product)]
        )
        self.assertEqual(versions.mapped("number"), [1, 1, 2])

    def test_activation_makes_the_version_the_variants_own(self):
        version = self._create_version(filaments=[("PETG", "#0F8B8D", 500, 1.5)])
        product = version.product_id
        self.assertFalse(product.active_slice_id)
        version.action_activate()
        self.assertRecordValues(version, [{"state": "active"}])
        self.assertRecordValues(
            product,
            [
                {
                    "active_slice_id": version.id,
                    "print_time_s": 3723,
                    "print_weight_g": 1.5,
                }
            ],
        )
        self.assertEqual(product.print3d_chips[0]["colours"], ["#0F8B8D"])

    def test_activation_retires_the_former_version(self):
        first = self._create_version(activate=True)
        second = self._create_version(first.product_id, activate=True)
        self.assertEqual(first.state, "retired")
        self.assertEqual(second.state, "active")
        self.assertEqual(first.product_id.active_slice_id, second)

    def test_roll_back_activates_an_older_version(self):
        first = self._create_version(activate=True)
        second = self._create_version(first.product_id, activate=True)
        first.action_activate()
        self.assertEqual((first + second).mapped("state"), ["active", "retired"])
        self.assertEqual(first.product_id.active_slice_id, first)

    def test_activating_twice_changes_nothing(self):
        version = self._create_version(activate=True)
        version.action_activate()
        self.assertEqual(version.state, "active")

    def test_one_version_of_a_variant_is_activated_at_a_time(self):
        first = self._create_version()
        second = self._create_version(first.product_id)
        with self.assertRaisesRegex(UserError, "one version of each variant"):
            (first + second).action_activate()

    def test_database_allows_one_active_version(self):
        first = self._create_version(activate=True)
        second = self._create_version(first.product_id)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            second.state = "active"
            second.flush_recordset()

    def test_pending_and_failed_versions_are_not_activated(self):
        version = self._create_version()
        version.read_state = "pending"
        with self.assertRaisesRegex(UserError, "still being read"):
            version.action_activate()
        version.read_state = "failed"
        with self.assertRaisesRegex(UserError, "could not be read"):
            version.action_activate()

    def test_retiring_leaves_the_variant_without_a_version(self):
        version = self._create_version(activate=True)
        version.action_retire()
        self.assertEqual(version.state, "retired")
        self.assertFalse(version.product_id.active_slice_id)
        self.assertFalse(version.product_id.print_time_s)

    def test_hook_of_activation_is_called_with_the_versions(self):
        called = []
        original = type(self.Slice)._action_activate

        def hook(versions):
            called.append(versions)
            return original(versions)

        self.patch(type(self.Slice), "_action_activate", hook)
        version = self._create_version(activate=True)
        self.assertEqual(called, [version])

    def test_draft_is_deleted_with_its_file_and_bytes(self):
        version = self._create_version()
        file, attachment = version.file_id, version.file_id.attachment_id
        version.unlink()
        self.assertFalse(file.exists() or attachment.exists())

    def test_used_version_is_not_deleted(self):
        version = self._create_version(activate=True)
        with self.assertRaisesRegex(UserError, "Retire it"):
            version.unlink()

    def test_change_of_state_and_note_is_told_in_the_chatter(self):
        version = self._create_version().with_context(
            mail_notrack=False, tracking_disable=False
        )
        self.flush_tracking()
        version.note = "Thicker walls"
        version.action_activate()
        self.flush_tracking()
        tracked = version.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertLessEqual({"note", "state"}, set(tracked))

    def test_search_by_product_or_file_name(self):
        version = self._create_version(name="very_special_name.gcode")
        found = self.Slice.name_search("very_special")
        self.assertIn(version.id, [record_id for record_id, _name in found])

    def test_import_file_reads_and_activates(self):
        product = self._create_model().product_variant_id
        version = self.Slice._import_file(
            "part.gcode",
            base64.b64encode(self._make_gcode()),
            product.id,
            note="From a data file",
            activate=True,
        )
        self.assertRecordValues(
            version,
            [{"note": "From a data file", "state": "active", "read_state": "done"}],
        )

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()
