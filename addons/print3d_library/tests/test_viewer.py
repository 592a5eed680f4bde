import base64
import gzip
import io
import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..mesh import MeshError, sandbox
from .common import Print3dLibraryCommon


def header_of(data):
    length = int.from_bytes(data[4:8], "little")
    return json.loads(data[8 : 8 + length])


@tagged("post_install", "-at_install")
class TestViewer(Print3dLibraryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mesh = cls._create_mesh()
        cls.version = cls.Slice._create_from_upload(
            "egg.gcode", cls._read_demo("dragon_egg_two_colours.gcode")
        )
        cls.plate = cls.version.plate_ids

    def test_mesh_is_prepared_once(self):
        self.assertTrue(self.mesh.has_viewer)
        view = self.mesh.with_user(self.user_sales).get_viewer()
        self.assertEqual((view["state"], view["scale"]), ("ready", 1.0))
        self.assertTrue(view["url"].startswith(f"/print3d/mesh/{self.mesh.id}/geo"))
        data = gzip.decompress(self.mesh._get_viewer_data())
        self.assertEqual(header_of(data)["triangles"], 12)
        with patch.object(sandbox, "geometry") as prepared:
            self.mesh.get_viewer()
            prepared.assert_not_called()
            # What is kept is of another way to prepare it.
            self.mesh.viewer_key = "m0"
            prepared.return_value = data
            self.mesh.get_viewer()
            prepared.assert_called_once()

    def test_unit_of_a_person_scales_it(self):
        self.mesh.treat_as = "inch"
        self.assertAlmostEqual(self.mesh.get_viewer()["scale"], 25.4)

    def test_plate_has_its_filaments(self):
        view = self.version.with_user(self.user_sales).get_viewer()
        self.assertEqual(view["state"], "ready")
        self.assertIn(f"/print3d/plate/{self.plate.id}/toolpath", view["url"])
        self.assertEqual([line["tool"] for line in view["tools"]], [1, 2])
        self.assertEqual(
            [line["colour"] for line in view["tools"]],
            self.plate.filament_ids.mapped("colour"),
        )
        header = header_of(gzip.decompress(self.plate._get_viewer_data()))
        self.assertEqual(header["kind"], "toolpath")
        for line in self.plate.filament_ids:
            stated = header["tools"][str(line.tool)]
            self.assertAlmostEqual(stated, line.length_mm, delta=line.length_mm / 100)

    def test_projects_have_no_toolpath(self):
        self.version.is_sliced = False
        self.plate.invalidate_recordset(["has_viewer"])
        self.assertFalse(self.version.has_viewer)
        self.assertFalse(self.plate.has_viewer)
        self.assertEqual(self.plate.get_viewer()["state"], "failed")
        with self.assertRaises(UserError):
            self.version.get_viewer()

    def test_what_fails_is_said_and_tried_again(self):
        error = MeshError("damaged", "The file is damaged.")
        with patch.object(sandbox, "geometry", side_effect=error) as prepared:
            view = self.mesh.get_viewer()
            self.assertEqual(view, {"state": "failed", "message": error.message})
            self.mesh.get_viewer()
            self.assertEqual(prepared.call_count, 1)
        self.assertEqual(self.mesh.get_viewer(retry=True)["state"], "ready")
        self.assertFalse(self.mesh.viewer_error)

    def test_mistakes_of_ours_are_no_traceback(self):
        with (
            patch.object(sandbox, "geometry", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.print3d_library.models.print3d_viewable"),
        ):
            view = self.mesh.get_viewer()
        self.assertEqual(view["state"], "failed")
        self.assertIn("problem in the program", view["message"])

    def test_what_takes_long_is_left_to_a_job(self):
        calls = []

        def geometry(stream, name, **limits):
            calls.append(limits["wall"])
            if len(calls) == 1:
                raise MeshError("timeout", "Too long.")
            return b"P3DM\x02\0\0\0{}"

        # Jobs are run at once here.
        with patch.object(sandbox, "geometry", geometry):
            self.assertEqual(self.mesh.get_viewer()["state"], "ready")
        self.assertEqual(len(calls), 2)
        self.assertLess(calls[0], calls[1])

    def test_infected_files_are_not_opened(self):
        self.mesh.get_viewer()
        self.mesh.file_id.scan_state = "infected"
        with patch.object(sandbox, "geometry") as prepared:
            self.assertEqual(self.mesh.get_viewer(retry=True)["state"], "failed")
            prepared.assert_not_called()

    def test_only_who_may_read_looks(self):
        for user in (self.user_plain, self.user_portal):
            for record in (self.mesh, self.plate, self.version):
                with self.subTest(user=user.login, record=record):
                    with self.assertRaises(AccessError):
                        record.with_user(user).get_viewer()


@tagged("post_install", "-at_install")
class TestViewerRoutes(Print3dLibraryCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.mesh = self._create_mesh()
        self.plate = self._create_version().plate_ids
        content = self._read_demo("cable_clip_v1.gcode")
        self.plate.slice_id.file_id.attachment_id.raw = content
        self.mesh_url = f"/print3d/mesh/{self.mesh.id}/geometry"
        self.plate_url = f"/print3d/plate/{self.plate.id}/toolpath"

    def test_binaries_are_sent_packed_or_plain(self):
        self.authenticate("lib_sales", "lib_sales")
        for url, magic in ((self.mesh_url, b"P3DM"), (self.plate_url, b"P3DT")):
            packed = self.url_open(url, headers={"Accept-Encoding": "gzip"})
            plain = self.url_open(url, headers={"Accept-Encoding": "identity"})
            self.assertEqual(packed.headers["Content-Encoding"], "gzip")
            self.assertNotIn("Content-Encoding", plain.headers)
            self.assertEqual(packed.content, plain.content)
            self.assertTrue(plain.content.startswith(magic))
            self.assertEqual(plain.headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(plain.headers["Content-Type"], "application/octet-stream")
            again = self.url_open(url, headers={"If-None-Match": plain.headers["ETag"]})
            self.assertEqual((again.status_code, again.content), (304, b""))

    def test_others_find_nothing(self):
        for login in ("lib_plain", "lib_portal"):
            self.authenticate(login, login)
            for url in (self.mesh_url, self.plate_url):
                with self.subTest(login=login, url=url):
                    self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("lib_sales", "lib_sales")
        self.assertEqual(
            self.url_open("/print3d/mesh/999999999/geometry").status_code, 404
        )

    def test_other_companies_find_nothing(self):
        company = self.env["res.company"].create({"name": "Other Prints"})
        self.mesh.file_id.product_id.product_tmpl_id.company_id = company
        self.env.flush_all()
        self.authenticate("lib_sales", "lib_sales")
        self.assertEqual(self.url_open(self.mesh_url).status_code, 404)

    def test_hostile_mesh_is_a_sentence(self):
        self.mesh.file_id.attachment_id.raw = b"solid x\nfacet normal nan\n" * 9
        self.authenticate("lib_sales", "lib_sales")
        response = self.url_open(self.mesh_url)
        self.assertEqual(response.status_code, 422)
        self.assertEqual(response.json()["state"], "failed")
        self.assertTrue(response.json()["message"].endswith("."))

    def test_not_yet_prepared(self):
        self.mesh.write(
            {"viewer_state": "making", "viewer_key": self.mesh._get_viewer_key()}
        )
        self.authenticate("lib_sales", "lib_sales")
        response = self.url_open(self.mesh_url)
        self.assertEqual(response.status_code, 202)
        self.assertEqual(response.json()["state"], "making")

    def test_tour(self):
        version = self.Slice._create_from_upload(
            "egg.gcode", self._read_demo("dragon_egg_two_colours.gcode")
        )
        action = self.env.ref("print3d_library.print3d_mesh_action")
        self.assertEqual(action.path, "print3d-meshes")
        content = self._read_demo("dragon_egg.3mf")
        egg = self._create_mesh(content=content, name="egg.3mf")
        self.start_tour(
            f"/odoo/print3d-meshes/{egg.id}",
            "print3d_library_viewer_mesh",
            login="lib_sales",
        )
        self.start_tour(
            f"/odoo/print3d.slice/{version.id}",
            "print3d_library_viewer_plate",
            login="lib_sales",
        )
        self.assertEqual(egg.viewer_state, "ready")
        self.assertEqual(version.plate_ids.viewer_state, "ready")
        packed = io.BytesIO(base64.b64decode(egg.viewer_data))
        self.assertEqual(packed.read(2), b"\x1f\x8b")
