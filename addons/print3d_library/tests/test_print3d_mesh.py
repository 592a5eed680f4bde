import base64
import struct
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import mesh as mesh_package
from ..mesh.errors import MeshError
from ..mesh.inspection import inspect_stream
from .common import Print3dLibraryCommon

inspect_in_process = mesh_package.inspect
MODEL = "odoo.addons.print3d_library.models.print3d_mesh"


class MeshCommon(Print3dLibraryCommon):
    def setUp(self):
        super().setUp()
        # A process for each mesh is for the tests that are about it.
        self.patch(mesh_package, "inspect", self._inspect_here)

    @staticmethod
    def _inspect_here(stream, name="", **limits):
        return inspect_stream(stream, name, preview=None)

    def _report(self, mesh, **values):
        """Give a mesh another report than the one that was measured."""
        mesh.report = dict(mesh.report, **values)

    def _check(self, mesh, key):
        (line,) = [line for line in mesh.checks if line["key"] == key]
        return line


@tagged("post_install", "-at_install")
class TestMeasuring(MeshCommon):
    def setUp(self):
        super().setUp()
        self.patch(mesh_package, "inspect", inspect_in_process)

    def test_figures_of_a_box(self):
        mesh = self._create_mesh()
        self.assertRecordValues(
            mesh,
            [
                {
                    "state": "done",
                    "error": False,
                    "format": "stl",
                    "triangles": 12,
                    "vertices": 8,
                    "bodies": 1,
                    "part_count": 1,
                    "volume_cm3": 6.0,
                    "area_cm2": 22.0,
                    "size_x": 10.0,
                    "size_y": 20.0,
                    "size_z": 30.0,
                    "longest": 30.0,
                    "size_text": "10 × 20 × 30",
                    "position_text": "0 × 0 × 0 – 10 × 20 × 30",
                    "shape": "solid",
                    "is_watertight": True,
                    "is_consistent": True,
                    "open_edges": 0,
                    "overhang_cm2": 0.0,
                }
            ],
        )
        self.assertEqual(self._check(mesh, "watertight")["colour"], "green")

    def test_open_box(self):
        mesh = self._create_mesh(content=self._make_stl(drop=2))
        self.assertFalse(mesh.is_watertight)
        self.assertEqual(mesh.open_edges, 4)
        check = self._check(mesh, "watertight")
        self.assertIn("4 open edges", check["detail"])
        self.assertNotEqual(check["colour"], "green")

    def test_parts_are_lines(self):
        mesh = self._create_mesh(content=self._make_3mf(), name="part.3mf")
        self.assertRecordValues(
            mesh.part_ids,
            [
                {
                    "name": "box",
                    "role": "model",
                    "triangles": 12,
                    "volume_cm3": 6.0,
                    "area_cm2": 22.0,
                    "size_text": "10 × 20 × 30",
                    "is_watertight": True,
                }
            ],
        )

    def test_measuring_twice_gives_the_same(self):
        mesh = self._create_mesh()
        before = mesh.read()[0]
        mesh._inspect_file()
        after = mesh.read()[0]
        for values in (before, after):
            values.pop("part_ids")
            values.pop("write_date")
            values.pop("__last_update", None)
        self.assertEqual(after, before)
        self.assertEqual(len(mesh.part_ids), 1)

    def test_broken_mesh_says_why_and_can_be_tried_again(self):
        content = self._make_zip({"3D/3dmodel.model": b"<model/>"})
        mesh = self._create_mesh(content=content, name="empty.3mf")
        self.assertEqual(mesh.state, "failed")
        self.assertTrue(mesh.error)
        self.assertTrue(mesh.error_code)
        self.assertFalse(mesh.preview)
        with self._measured(lambda *args, **kwargs: self._fake_report()):
            mesh.action_retry()
        self.assertRecordValues(
            mesh, [{"state": "done", "error": False, "error_code": False}]
        )

    def test_measuring_that_was_given_up(self):
        mesh = self._create_mesh()
        for code in ("timeout", "memory", "crashed"):
            with self.subTest(code=code):

                def inspect(*args, code=code, **kwargs):
                    raise MeshError(code, f"Given up: {code}.")

                with self._measured(inspect):
                    mesh._inspect_file()
                self.assertRecordValues(
                    mesh,
                    [
                        {
                            "state": "failed",
                            "error_code": code,
                            "error": f"Given up: {code}.",
                        }
                    ],
                )

    def test_limits_hold(self):
        # The mesh is too much for so little memory, and the worker lives on.
        params = self.env["ir.config_parameter"]
        params.set_param("print3d_library.mesh_memory_mb", "1")
        box = self._make_stl()
        content = box[:80] + struct.pack("<I", 6_000) + 500 * box[84:]
        mesh = self._create_mesh(content=content)
        self.assertEqual(mesh.state, "failed")
        self.assertIn(mesh.error_code, ("memory", "crashed"))
        params.set_param("print3d_library.mesh_memory_mb", "many")
        mesh.action_retry()
        self.assertEqual(mesh.state, "done")

    def test_limits_are_parameters(self):
        seen = {}

        def inspect(*args, **kwargs):
            seen.update(kwargs)
            raise MeshError("timeout", "Given up.")

        params = self.env["ir.config_parameter"]
        params.set_param("print3d_library.mesh_memory_mb", "512")
        params.set_param("print3d_library.mesh_seconds", "7")
        with self._measured(inspect):
            self._create_mesh()
        self.assertEqual((seen["memory"], seen["cpu"]), (512 * 1024**2, 7))
        self.assertGreater(seen["wall"], 7)

    @mute_logger(MODEL)
    def test_problem_in_the_program_is_told(self):
        def inspect(*args, **kwargs):
            raise ZeroDivisionError

        with self._measured(inspect):
            mesh = self._create_mesh()
        self.assertEqual(mesh.state, "failed")
        self.assertIn("problem in the program", mesh.error)

    def test_preview_becomes_the_picture(self):
        report = self._fake_report(preview_png=self._make_picture())
        with self._measured(lambda *args, **kwargs: report):
            mesh = self._create_mesh()
        self.assertTrue(base64.b64decode(mesh.preview).startswith(b"\x89PNG"))
        self.assertTrue(mesh.product_tmpl_id.image_1920)

    def test_picture_of_a_person_stays(self):
        product = self._create_model().product_variant_id
        picture = base64.b64encode(self._make_picture(colour=(1, 2, 3)))
        product.image_1920 = picture
        before = product.image_1920
        report = self._fake_report(preview_png=self._make_picture())
        with self._measured(lambda *args, **kwargs: report):
            self._create_mesh(product)
        self.assertEqual(product.image_1920, before)

    def test_broken_preview_is_no_reason_to_fail(self):
        report = self._fake_report(preview_png=b"\x89PNG\r\n\x1a\nnothing")
        with self._measured(lambda *args, **kwargs: report):
            mesh = self._create_mesh()
        self.assertEqual(mesh.state, "done")
        self.assertFalse(mesh.preview)

    def test_job_is_queued_once(self):
        mesh = self._create_mesh().with_context(queue_job__no_delay=False)
        mesh._enqueue_inspect()
        mesh._enqueue_inspect()
        job = self.env["queue.job"].search(
            [("identity_key", "=", f"print3d.mesh.inspect.{mesh.id}")]
        )
        self.assertEqual(len(job), 1)
        self.assertEqual(job.channel, "root.print3d")

    def _fake_report(self, **values):
        return mesh_package.MeshReport.from_dict(
            {
                **mesh_package.MeshReport(format="stl").as_dict(),
                "size_mm": [10.0, 20.0, 30.0],
            },
            values.get("preview_png", b""),
        )

    def _measured(self, inspect):
        """Measuring done by another function."""
        return patch.object(mesh_package, "inspect", inspect)


@tagged("post_install", "-at_install")
class TestUnits(MeshCommon):
    def test_figures_follow_the_unit(self):
        mesh = self._create_mesh(content=self._make_stl(size=(1, 2, 3)))
        self.assertEqual(mesh.size_text, "1 × 2 × 3")
        mesh.with_user(self.user_operator).treat_as = "inch"
        self.assertRecordValues(
            mesh,
            [{"size_x": 25.4, "size_y": 50.8, "size_z": 76.2, "triangles": 12}],
        )
        self.assertAlmostEqual(mesh.volume_cm3, 6 * 2.54**3, 3)
        self.assertAlmostEqual(mesh.area_cm2, 22 * 2.54**2, 2)
        self.assertEqual(mesh.treat_user_id, self.user_operator)
        self.assertTrue(mesh.treat_date)
        self.assertEqual(mesh.part_ids.size_text, "25.4 × 50.8 × 76.2")
        mesh.treat_as = False
        self.assertEqual(mesh.size_text, "1 × 2 × 3")
        self.assertFalse(mesh.treat_user_id)

    def test_decision_outlives_measuring_again(self):
        mesh = self._create_mesh(content=self._make_stl(size=(1, 2, 3)))
        mesh.treat_as = "inch"
        mesh._inspect_file()
        self.assertEqual(mesh.size_x, 25.4)
        self.assertEqual(mesh.part_ids.size_text, "25.4 × 50.8 × 76.2")

    def test_stated_unit_is_what_is_replaced(self):
        mesh = self._create_mesh(content=self._make_3mf(), name="part.3mf")
        self.assertEqual(mesh.unit, "millimeter")
        self._report(mesh, unit="inch")
        mesh.treat_as = "millimeter"
        self.assertAlmostEqual(mesh.size_x, 10 / 25.4, 2)

    def test_probable_unit_is_asked_about_until_decided(self):
        mesh = self._create_mesh()
        self.assertFalse(mesh.unit_is_doubtful)
        self._report(mesh, unit_guess="inch", unit_reason="Very small.")
        self.assertTrue(mesh.unit_is_doubtful)
        mesh.action_treat_as_guess()
        self.assertEqual(mesh.treat_as, "inch")
        self.assertFalse(mesh.unit_is_doubtful)
        mesh.treat_as = False
        mesh.action_treat_as_stated()
        self.assertEqual(mesh.treat_as, "millimeter")
        self.assertEqual(mesh.size_x, 10.0)

    def test_thin_walls_are_thin_no_more(self):
        mesh = self._create_mesh()
        self._report(mesh, min_thickness_mm=0.1, thin_area_mm2=50.0)
        self.assertEqual(self._check(mesh, "thickness")["colour"], "amber")
        mesh.treat_as = "inch"
        self.assertEqual((mesh.min_thickness_mm, mesh.thin_cm2), (2.54, 0.0))
        self.assertEqual(self._check(mesh, "thickness")["colour"], "green")


@tagged("post_install", "-at_install")
class TestWords(MeshCommon):
    def test_shapes(self):
        mesh = self._create_mesh()
        repair = dict(mesh.report["repair"])
        for watertight, after, shape, colour in (
            (True, True, "solid", "green"),
            (False, True, "repairable", "amber"),
            (False, False, "open", "red"),
        ):
            with self.subTest(shape=shape):
                self._report(
                    mesh,
                    is_watertight=watertight,
                    repair=dict(repair, is_watertight_after=after),
                )
                self.assertEqual(mesh.shape, shape)
                self.assertEqual(self._check(mesh, "watertight")["colour"], colour)

    def test_checks_say_what_to_look_at(self):
        mesh = self._create_mesh()
        self._report(
            mesh,
            is_consistent=False,
            degenerate_faces=3,
            duplicate_faces=4,
            overhang_area_mm2=220.0,
            warnings=["The file has a second opinion.", "Some triangles are odd."],
            notes=["The file has a second opinion."],
        )
        colours = {line["key"]: line["colour"] for line in mesh.checks}
        self.assertEqual(colours["consistent"], "amber")
        self.assertEqual(colours["overhang"], "amber")
        self.assertIn("3 without area, 4", self._check(mesh, "faces")["detail"])
        self.assertIn("10.0 %", self._check(mesh, "overhang")["detail"])
        self.assertIn("second opinion", self._check(mesh, "note_0")["label"])
        self.assertEqual(mesh.warning_count, 2)

    def test_repair_is_told_in_its_order(self):
        mesh = self._create_mesh()
        self.assertFalse(mesh.repairs)
        self._report(
            mesh,
            repair={
                "steps": [["merge", 24], ["fill", 2]],
                "is_watertight_after": True,
                "volume_mm3_after": 6000.0,
                "open_edges_after": 0,
            },
        )
        self.assertEqual(
            [(line["key"], line["colour"]) for line in mesh.repairs],
            [("merge", "green"), ("fill", "green"), ("after", "green")],
        )
        self.assertEqual(mesh.repairs[0]["detail"], "24")
        self.assertIn("6.000 cm³", mesh.repairs[-1]["detail"])

    def test_lengths(self):
        Mesh = self.env["print3d.mesh"]
        for values, text in (
            ((78, 24.53, 82.5), "78 × 24.5 × 82.5"),
            ((0.254, 9.999, 100), "0.25 × 10 × 100"),
            ((0, 0, 0), "0 × 0 × 0"),
            ((-13.8, -0.8, 1200), "-13.8 × -0.8 × 1200"),
        ):
            self.assertEqual(Mesh._format_triple(values), text)


@tagged("post_install", "-at_install")
class TestOffers(MeshCommon):
    def setUp(self):
        super().setUp()
        self.model = self._create_model("box")
        self.mesh = self._create_mesh(
            self.model.product_variant_id,
            self._make_3mf(
                metadata={
                    "Title": "Desk  Hook",
                    "Designer": "Mira Unknown",
                    "LicenseTerms": "Creative Commons Attribution-NonCommercial 4.0",
                }
            ),
            "part.3mf",
        )

    def test_nothing_is_taken_over_by_itself(self):
        self.assertRecordValues(
            self.mesh,
            [
                {
                    "stated_title": "Desk Hook",
                    "stated_designer": "Mira Unknown",
                    "offer_title": True,
                    "offer_designer": True,
                    "offer_licence": True,
                }
            ],
        )
        self.assertFalse(self.model.designer_id)
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", "Mira Unknown")])
        )

    def test_title(self):
        self.mesh.with_user(self.user_operator).action_use_title()
        self.assertEqual(self.model.name, "Desk Hook")
        self.assertFalse(self.mesh.offer_title)

    def test_designer_is_made_or_found(self):
        with self.assertRaisesRegex(UserError, "Mira Unknown"):
            self.mesh.with_user(self.user_operator).action_use_designer()
        partner = self.env["res.partner"].create({"name": "mira unknown"})
        self.mesh.with_user(self.user_operator).action_use_designer()
        self.assertEqual(self.model.designer_id, partner)
        self.assertFalse(self.mesh.offer_designer)

    def test_designer_of_somebody_who_may_make_contacts(self):
        self.mesh.action_use_designer()
        self.assertEqual(self.model.designer_id.name, "Mira Unknown")

    def test_licence_is_known_by_its_words(self):
        Mesh = self.env["print3d.mesh"]
        for stated, xmlid in (
            ("BY-NC-SA", "licence_cc_by_nc_sa"),
            ("CC BY 4.0", "licence_cc_by"),
            ("CC0", "licence_cc0"),
            (
                "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 "
                "International",
                "licence_cc_by_nc_nd",
            ),
        ):
            with self.subTest(stated=stated):
                self.assertEqual(
                    Mesh.new({"stated_licence": stated})._find_licence(),
                    self.env.ref(f"print3d_library.{xmlid}"),
                )
        unknown = Mesh.new({"stated_licence": "Standard Digital File License"})
        self.assertFalse(unknown._find_licence())

    def test_licence(self):
        self.mesh.with_user(self.user_operator).action_use_licence()
        self.assertEqual(
            self.model.licence_id, self.env.ref("print3d_library.licence_cc_by_nc")
        )
        self.assertFalse(self.mesh.offer_licence)

    def test_unknown_licence_is_the_owners_to_add(self):
        self.mesh.stated_licence = "Standard Digital File License"
        with self.assertRaisesRegex(UserError, "Standard Digital"):
            self.mesh.with_user(self.user_operator).action_use_licence()
        self.mesh.with_user(self.user_owner).action_use_licence()
        self.assertRecordValues(
            self.model.licence_id,
            [{"name": "Standard Digital File License", "commercial_use": False}],
        )

    def test_sales_does_not_decide(self):
        mesh = self.mesh.with_user(self.user_sales)
        for action in (
            mesh.action_use_title,
            mesh.action_treat_as_stated,
            mesh.action_retry,
        ):
            with self.subTest(action=action.__name__):
                with self.assertRaises(AccessError):
                    action()
                    self.env.flush_all()
        with self.assertRaisesRegex(UserError, "may not make one"):
            mesh.action_use_designer()
