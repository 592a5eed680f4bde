import json

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import Print3dLibraryCommon

OBJ = b"# a triangle\nv 0 0 0\nv 10 0 0\nv 0 10 0\nf 1 2 3\n"
AMF = (
    b'<?xml version="1.0"?><amf unit="millimeter"><object id="0"><mesh><vertices>'
    b"<vertex><coordinates><x>0</x><y>0</y><z>0</z></coordinates></vertex>"
    b"<vertex><coordinates><x>9</x><y>0</y><z>0</z></coordinates></vertex>"
    b"<vertex><coordinates><x>0</x><y>9</y><z>0</z></coordinates></vertex></vertices>"
    b"<volume><triangle><v1>0</v1><v2>1</v2><v3>2</v3></triangle></volume>"
    b"</mesh></object></amf>"
)
STEP = b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nENDSEC;\n"
PROJECT = {"Metadata/project_settings.config": '{"layer_height": "0.2"}'}


@tagged("post_install", "-at_install")
class TestMeshUpload(Print3dLibraryCommon):
    """What a file becomes is decided by its content."""

    def setUp(self):
        super().setUp()
        # Reading and measuring have tests of their own.
        self.patch(type(self.Slice), "_enqueue_read", lambda self: None)
        self.patch(
            type(self.env["print3d.mesh"]), "_enqueue_inspect", lambda self: None
        )
        self.Files = self.env["print3d.file"]

    def test_formats_are_known_by_content(self):
        for content, mesh_format in (
            (self._make_stl(), "stl"),
            (b"solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\n", "stl"),
            (OBJ, "obj"),
            (AMF, "amf"),
            (self._make_zip({"part.amf": AMF}), "amf"),
            (self._make_3mf(), "3mf"),
            (STEP, "step"),
        ):
            with self.subTest(format=mesh_format):
                # The name says something else, and the mesh stays what it is.
                uploaded = self.Files._upload("part.gcode", content)
                self.assertEqual(uploaded.mesh.format, mesh_format)
                self.assertFalse(uploaded.version)
                self.assertEqual(uploaded.file.kind, "mesh")

    def test_sliced_file_called_stl_is_a_version(self):
        uploaded = self.Files._upload("part.stl", self._make_gcode())
        self.assertTrue(uploaded.version)
        self.assertFalse(uploaded.mesh)

    def test_mesh_on_the_library_makes_a_model(self):
        uploaded = self.Files.with_user(self.user_operator)._upload(
            "desk_hook.stl", self._make_stl()
        )
        model = uploaded.mesh.product_tmpl_id
        self.assertRecordValues(
            model, [{"name": "Desk hook", "is_print3d_model": True}]
        )
        self.assertEqual(uploaded.mesh.state, "pending")

    def test_mesh_on_a_variant_is_added_to_it(self):
        product = self._create_version().product_id
        uploaded = self.Files._upload("a.stl", self._make_stl(), product=product)
        self.assertEqual(product.print3d_mesh_ids, uploaded.mesh)
        self.assertEqual(product.product_tmpl_id.print3d_mesh_ids, uploaded.mesh)
        self.assertEqual(len(product.slice_ids), 1)

    def test_mesh_on_a_model_of_several_variants_is_asked_for_one(self):
        with self.assertRaisesRegex(UserError, "2 variants"):
            self.Files._upload(
                "a.stl", self._make_stl(), template=self._create_variants()
            )

    def test_project_is_a_version_and_a_mesh_of_one_file(self):
        uploaded = self.Files._upload("part.3mf", self._make_3mf(members=PROJECT))
        self.assertTrue(uploaded.version)
        self.assertEqual(uploaded.version.file_id, uploaded.mesh.file_id)
        self.assertEqual(uploaded.file.kind, "sliced")
        self.assertEqual(uploaded.file.used_for, "v1, Mesh")

    def test_sliced_package_is_a_version_only(self):
        model = '<model unit="millimeter"><resources/><build/></model>'
        content = self._make_zip(
            {
                **PROJECT,
                "3D/3dmodel.model": model,
                "Metadata/plate_1.gcode": "; BambuStudio 02.00.00.00\n",
            }
        )
        uploaded = self.Files._upload("part.gcode.3mf", content)
        self.assertTrue(uploaded.version)
        self.assertFalse(uploaded.mesh)

    def test_same_mesh_is_not_stored_again(self):
        first = self.Files._upload("a.stl", self._make_stl())
        again = self.Files._upload("b.stl", self._make_stl())
        self.assertTrue(again.is_reused)
        self.assertEqual((again.file, again.mesh), (first.file, first.mesh))
        other = self._create_model().product_variant_id
        third = self.Files._upload("c.stl", self._make_stl(), product=other)
        self.assertFalse(third.is_reused)
        self.assertEqual(third.file.sha256, first.file.sha256)

    def test_project_whose_version_was_deleted_gets_it_back(self):
        content = self._make_3mf(members=PROJECT)
        first = self.Files._upload("part.3mf", content)
        first.version.unlink()
        self.assertTrue(first.file.exists(), "the mesh needs the file still")
        again = self.Files._upload("part.3mf", content)
        self.assertEqual((again.file, again.mesh), (first.file, first.mesh))
        self.assertTrue(again.version)
        self.assertFalse(again.is_reused)

    def test_file_goes_with_the_last_that_needs_it(self):
        uploaded = self.Files._upload("part.3mf", self._make_3mf(members=PROJECT))
        attachment = uploaded.file.attachment_id
        uploaded.mesh.unlink()
        self.assertTrue(uploaded.file.exists())
        uploaded.version.unlink()
        self.assertFalse(uploaded.file.exists())
        self.assertFalse(attachment.exists())

    def test_model_with_meshes_only_can_be_deleted(self):
        uploaded = self.Files._upload("a.stl", self._make_stl())
        uploaded.mesh.product_tmpl_id.unlink()
        self.assertFalse((uploaded.mesh + uploaded.mesh).exists())
        self.assertFalse(uploaded.file.exists())

    def test_variant_with_a_mesh_is_archived_and_not_deleted(self):
        model = self._create_variants()
        product = model.product_variant_ids[0]
        self.Files._upload("a.stl", self._make_stl(), product=product)
        product._unlink_or_archive()
        self.assertTrue(product.exists())
        self.assertFalse(product.active)

    def test_refused_with_what_it_is(self):
        for content, message in (
            (b"", "empty"),
            (self._make_picture(), "PNG picture"),
            (self._make_zip({"notes.txt": b"nothing"}), "zip archive"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "part.stl"),
            (b"<html><script>alert(1)</script></html>", "part.stl"),
            (b"just words", "part.stl"),
        ):
            with self.subTest(message=message):
                with self.assertRaisesRegex(UserError, message):
                    self.Files._upload("part.stl", content)
        self.assertFalse(self.Files.search([("name", "=", "part.stl")]))

    def test_only_who_keeps_the_library_uploads(self):
        for user in (self.user_sales, self.user_plain, self.user_portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.Files.with_user(user)._upload("part.stl", self._make_stl())


@tagged("post_install", "-at_install")
class TestMeshRoutes(Print3dLibraryCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.patch(
            type(self.env["print3d.mesh"]), "_enqueue_inspect", lambda self: None
        )
        self.authenticate("lib_operator", "lib_operator")

    def test_meshes_and_sliced_files_in_one_request(self):
        self.patch(type(self.Slice), "_enqueue_read", lambda self: None)
        product = self._create_model().product_variant_id
        results = self._post(
            [
                ("a.stl", self._make_stl()),
                ("b.gcode", self._make_gcode()),
                ("c.3mf", self._make_3mf(members=PROJECT)),
                ("../d.stl", b"no mesh"),
                ("e.stl", self._make_stl()),
            ],
            product_id=product.id,
        )
        self.assertEqual(
            [
                (r["ok"], bool(r.get("slice_id")), bool(r.get("mesh_id")))
                for r in results
            ],
            [
                (True, False, True),
                (True, True, False),
                (True, True, True),
                (False, False, False),
                (True, False, True),
            ],
        )
        self.assertIn("mesh", results[0]["message"])
        self.assertIn("project", results[2]["message"])
        self.assertEqual(results[3]["name"], "d.stl")
        self.assertTrue(results[4]["reused"])
        self.assertEqual(results[4]["mesh_id"], results[0]["mesh_id"])
        self.assertEqual(len(product.print3d_mesh_ids), 2)

    def test_pages_and_drawings_are_never_shown(self):
        # Both are meshes by their content, and pages for a careless browser.
        page = OBJ + b"# <html><script>alert(1)</script></html>\n"
        drawing = b"# <svg onload='alert(1)'/>\n" + OBJ
        for name, content in (("evil.html", page), ("evil.svg", drawing)):
            with self.subTest(name=name):
                (result,) = self._post([(name, content)])
                file = self.env["print3d.mesh"].browse(result["mesh_id"]).file_id
                for url, mimetype in (
                    (file.download_url, "application/octet-stream"),
                    (f"/web/content/{file.attachment_id.id}", "model/mesh"),
                ):
                    response = self.url_open(url)
                    self.assertEqual(response.content, content)
                    headers = response.headers
                    self.assertEqual(headers["Content-Type"], mimetype)
                    self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                    self.assertIn(
                        "default-src 'none'", headers["Content-Security-Policy"]
                    )
                response = self.url_open(file.download_url)
                self.assertTrue(
                    response.headers["Content-Disposition"].startswith("attachment")
                )
                self.assertIn("sandbox", response.headers["Content-Security-Policy"])

    def _post(self, files, **params):
        response = self.url_open(
            "/print3d/upload",
            data={"csrf_token": http.Request.csrf_token(self), **params},
            files=[("files", file) for file in files],
        )
        self.assertEqual(response.status_code, 200, response.text)
        return json.loads(response.text)["results"]
