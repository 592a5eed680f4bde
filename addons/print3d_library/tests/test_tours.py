import base64

from odoo.tests import HttpCase, tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestTours(Print3dLibraryCommon, HttpCase):
    def setUp(self):
        super().setUp()
        # What the job runner would do at once.
        self.patch(type(self.Slice), "_enqueue_read", lambda self: self._read_file())
        self.patch(
            type(self.env["print3d.mesh"]),
            "_enqueue_inspect",
            lambda self: self._inspect_file(),
        )
        self._publish("tour_file", self._read_demo("cable_clip_v1.gcode"))
        self._publish("tour_file_2", self._read_demo("cable_clip_v2_plate_of_6.gcode"))

    def test_upload_read_and_activate(self):
        self.start_tour(
            "/odoo/print3d-library", "print3d_library_upload", login="lib_operator"
        )
        first, second = self.Slice.search(
            [("file_name", "like", "tour_clip%")], order="number"
        )
        self.assertRecordValues(
            first + second,
            [
                {"state": "retired", "read_state": "done", "number": 1},
                {"state": "active", "read_state": "done", "number": 2},
            ],
        )
        self.assertEqual(first.product_id, second.product_id)
        self.assertEqual(first.product_tmpl_id.name, "Tour clip")
        picture = base64.b64decode(second.thumbnail)
        self.assertTrue(picture.startswith(b"\x89PNG"))

    def test_mesh_from_drop_to_figures(self):
        self._publish("tour_mesh", self._read_demo("phone_stand.stl"))
        self._publish("tour_mesh_2", self._make_stl(size=(0.5, 1, 1.5)))
        self.start_tour(
            "/odoo/print3d-library", "print3d_library_mesh", login="lib_operator"
        )
        stand, small = self.env["print3d.mesh"].search(
            [("name", "like", "tour_%")], order="id"
        )
        self.assertRecordValues(
            stand + small,
            [
                {"state": "done", "shape": "solid", "treat_as": False},
                {"state": "done", "shape": "solid", "treat_as": "inch"},
            ],
        )
        self.assertEqual(stand.product_id, small.product_id)
        self.assertEqual(stand.product_tmpl_id.name, "Tour stand")
        self.assertEqual(small.size_text, "12.7 × 25.4 × 38.1")
        for picture in (stand.preview, stand.product_tmpl_id.image_1920):
            self.assertTrue(base64.b64decode(picture).startswith(b"\x89PNG"))

    def test_home(self):
        product = self._create_model("Tour Lamp").product_variant_id
        version = self._create_version(product, name="lamp.gcode")
        self.start_tour("/odoo/print3d", "print3d_library_home", login="lib_operator")
        self.assertEqual(version.state, "active")
