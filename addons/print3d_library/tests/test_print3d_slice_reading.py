import base64
import io

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import Print3dLibraryCommon

MODULE = "odoo.addons.print3d_library.models.print3d_slice"


@tagged("post_install", "-at_install")
class TestPrint3dSliceReading(Print3dLibraryCommon):
    def test_what_the_file_says_is_stored(self):
        version = self._create_version(
            filaments=[("PLA", "#1A1A1A", 1000, 2.98), ("PLA", "#C1121F", 500, 1.49)],
            objects=["egg"],
        )
        self.assertRecordValues(
            version,
            [
                {
                    "read_state": "done",
                    "read_error": False,
                    "slicer": "PrusaSlicer",
                    "slicer_version": "2.9.2",
                    "printer_model": "MK4S",
                    "nozzle_diameter": 0.4,
                    "layer_height": 0.2,
                    "nozzle_temp": 215,
                    "bed_temp": 60,
                    "time_s": 3723,
                    "weight_g": 4.47,
                    "plate_count": 1,
                }
            ],
        )
        self.assertRecordValues(
            version.plate_ids.filament_ids,
            [
                {"tool": 1, "length_mm": 1000, "grams": 2.98, "colour": "#1A1A1A"},
                {"tool": 2, "length_mm": 500, "grams": 1.49, "colour": "#C1121F"},
            ],
        )
        self.assertEqual(version.settings["printer_model"], "MK4S")
        self.assertEqual(version.settings_count, len(version.settings))

    def test_real_file_of_prusaslicer(self):
        product = self._create_model().product_variant_id
        version = self.Slice._create_from_upload(
            "clips.gcode",
            self._read_demo("cable_clip_v2_plate_of_6.gcode"),
            product=product,
        )
        plate = version.plate_ids
        self.assertEqual(version.read_state, "done")
        self.assertEqual(plate.copies, 6)
        self.assertEqual(plate.object_ids.count, 6)
        self.assertEqual(plate.object_ids.product_id, product)
        self.assertEqual(plate.filament_ids.filament_type, "PETG")
        self.assertEqual(plate.filament_ids.grams_source, "stated")
        picture = Image.open(io.BytesIO(base64.b64decode(version.thumbnail)))
        self.assertEqual(picture.size, (480, 360))
        self.assertEqual(product.image_1920, version.thumbnail)

    def test_reading_twice_gives_the_same_records(self):
        version = self._create_version(objects=["box", "lid"])
        before = self._get_records(version)
        version._read_file()
        self.assertEqual(self._get_records(version), before)

    def test_reading_again_keeps_what_a_person_set(self):
        version = self._create_version(objects=["box", "lid"])
        other = self._create_model().product_variant_id
        lid = version.plate_ids.object_ids.filtered(lambda line: line.name == "lid")
        lid.product_id = other
        version.plate_ids.copies = 4
        version._read_file()
        self.assertEqual(lid.product_id, other)
        self.assertEqual(version.plate_ids.copies, 4)

    def test_reading_is_a_job_of_its_own_channel(self):
        product = self._create_model().product_variant_id
        Slice = self.Slice.with_context(queue_job__no_delay=False)
        with trap_jobs() as trap:
            version = Slice._create_from_upload(
                "part.gcode", self._make_gcode(), product=product
            )
            trap.assert_jobs_count(1)
            self.assertEqual(trap.enqueued_jobs[0].method_name, "_read_file")
            # Asked for again, it is the same job.
            version._enqueue_read()
            self.assertEqual(len(trap.enqueued_jobs), 1)
            self.assertEqual(version.read_state, "pending")
            self.assertFalse(version.plate_ids)
            trap.perform_enqueued_jobs()
        self.assertEqual(version.read_state, "done")
        function = self.env.ref("print3d_library.queue_job_function_slice_read_file")
        self.assertEqual(function.channel, "root.print3d")

    def test_job_of_a_deleted_version_does_nothing(self):
        version = self._create_version()
        version.unlink()
        version._read_file()

    def test_truncated_file_leaves_a_version_that_says_so(self):
        content = self._make_gcode()
        content = content[: content.index(b"; filament used")]
        version = self._upload(content)
        self._check_failed(version, "cut short")

    def test_no_filament(self):
        content = self._make_gcode().replace(b"filament used", b"something used")
        self._check_failed(self._upload(content), "how much filament")

    def test_zero_filament(self):
        version = self._upload(self._make_gcode(filaments=[("PLA", "#FFFFFF", 0, 0)]))
        self._check_failed(version, "0 mm of filament")

    def test_package_that_does_not_unpack(self):
        content = self._make_package()
        position = content.index(b"Metadata/plate_1.gcode") + 60
        content = content[:position] + b"\xff" * 8 + content[position + 8 :]
        with self.assertRaisesRegex(UserError, "damaged.*cannot be unpacked"):
            self._upload(content)
        self.assertFalse(self.env["print3d.file"].search([("name", "=", "part.gcode")]))

    def test_xml_entities_in_a_package(self):
        config = (
            b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaa">]>'
            b"<config><plate><metadata key='index' value='&a;'/></plate></config>"
        )
        version = self._upload(self._make_package(config))
        self._check_failed(version, "XML|entit")

    def test_missing_bytes(self):
        version = self._create_version()
        self.patch(
            type(self.env["ir.attachment"]), "_full_path", lambda *args: "/nowhere"
        )
        version._read_file()
        self.assertEqual(version.read_state, "failed")
        self.assertIn("missing on the server", version.read_error)

    def test_problem_of_the_program_is_logged_and_told(self):
        def broken(*args, **kwargs):
            raise KeyError("surprise")

        self.patch(type(self.Slice), "_after_read", broken)
        with mute_logger(MODULE):
            version = self._upload(self._make_gcode())
        self._check_failed(version, "problem in the program")

    def test_what_the_hook_raises_undoes_the_reading(self):
        def refuse(versions):
            versions.plate_ids.name = "half-written"
            raise ValueError("no")

        self.patch(type(self.Slice), "_after_read", refuse)
        with mute_logger(MODULE):
            version = self._upload(self._make_gcode())
        self.assertFalse(version.plate_ids)
        self.assertFalse(version.slicer)

    def test_concurrency_runs_the_job_again(self):
        def busy(versions):
            raise RetryableJobError("later")

        version = self._create_version()
        self.patch(type(self.Slice), "_after_read", busy)
        with self.assertRaises(RetryableJobError):
            version._read_file()

    def test_retry_reads_a_failed_version_again(self):
        self.patch(type(self.Slice), "_after_read", lambda self: 1 / 0)
        with mute_logger(MODULE):
            version = self._upload(self._make_gcode())
        self.assertEqual(version.read_state, "failed")
        self.patch(type(self.Slice), "_after_read", lambda self: None)
        version.action_retry()
        self.assertRecordValues(version, [{"read_state": "done", "read_error": False}])
        self.assertTrue(version.plate_ids)

    def test_broken_picture_is_no_reason_to_refuse(self):
        content = self._make_gcode(picture=None)
        block = b"\n;\n; thumbnail begin 32x24 8\n; iVBORw0K\n; thumbnail end\n;\n"
        content = content.replace(b"UTC\n", b"UTC\n" + block, 1)
        version = self._upload(content)
        self.assertEqual(version.read_state, "done")
        self.assertFalse(version.thumbnail)

    def test_biggest_picture_is_taken(self):
        version = self._create_version(picture=(64, 48))
        picture = Image.open(io.BytesIO(base64.b64decode(version.thumbnail)))
        self.assertEqual(picture.size, (64, 48))

    def test_model_gets_a_picture_only_when_it_has_none(self):
        own = base64.b64encode(self._make_picture(10, 10, colour=(0, 0, 0)))
        model = self._create_model(image_1920=own)
        self._create_version(model.product_variant_id)
        self.assertEqual(model.image_1920, own)

    def test_each_variant_gets_its_own_picture(self):
        small, large = self._create_variants().product_variant_ids
        first = self._create_version(small, picture=(32, 24))
        second = self._create_version(large, picture=(64, 48))
        # Core computes the picture of a variant without telling on what it depends.
        (small + large).invalidate_recordset(["image_1920"])
        self.assertEqual(small.image_1920, first.thumbnail)
        self.assertEqual(large.image_1920, second.thumbnail)

    def test_warnings_of_the_file_are_shown(self):
        version = self._create_version()
        original = type(self.Slice)._prepare_slice_vals

        def with_warning(records, sliced):
            sliced.warnings.append("Two pictures are damaged.")
            return original(records, sliced)

        self.patch(type(self.Slice), "_prepare_slice_vals", with_warning)
        version._read_file()
        self.assertEqual(version.warnings, "Two pictures are damaged.")

    def test_reader_is_told_by_the_bus(self):
        sent = []
        self.patch(
            type(self.env["bus.bus"]),
            "_sendone",
            lambda bus, target, kind, message: sent.append((target, kind, message)),
        )
        version = self._create_version()
        target, _kind, message = next(
            entry for entry in sent if entry[1] == "print3d_slice_read"
        )
        self.assertEqual(target, self.env.user.partner_id)
        self.assertEqual(message["slice_id"], version.id)
        self.assertEqual(message["read_state"], "done")

    def _upload(self, content, name="part.gcode"):
        product = self._create_model().product_variant_id
        return self.Slice._create_from_upload(name, content, product=product)

    def _check_failed(self, version, message):
        self.assertEqual(version.read_state, "failed")
        self.assertRegex(version.read_error, message)
        self.assertFalse(version.plate_ids)
        self.assertFalse(version.slicer)
        self.assertTrue(version.file_id.attachment_id)

    def _make_package(self, config=b"<config/>"):
        header = (
            b"; HEADER_BLOCK_START\n; BambuStudio 01.10.01.50\n; HEADER_BLOCK_END\n"
        )
        return self._make_zip(
            {
                "3D/3dmodel.model": b"<model/>",
                "Metadata/slice_info.config": config,
                "Metadata/plate_1.gcode": header + b"G1 X1 Y1 E1\n" * 500,
            }
        )

    def _get_records(self, version):
        return (
            version.plate_ids.ids,
            version.plate_ids.object_ids.ids,
            version.plate_ids.filament_ids.ids,
            version.plate_ids.mapped("time_s"),
            version.weight_g,
            version.settings,
        )
