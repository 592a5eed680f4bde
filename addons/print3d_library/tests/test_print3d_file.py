import io

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dFile(Print3dLibraryCommon):
    def test_names_are_cleaned(self):
        for stated, cleaned in (
            ("part.gcode", "part.gcode"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\part.gcode", "part.gcode"),
            ("a\x00b\nc\u202egpj.gcode", "abcgpj.gcode"),
            ('we<i>r|d"?.gcode', "we_i_r_d__.gcode"),
            ("..", "file"),
            ("", "file"),
            (None, "file"),
            ("חלק.gcode", "חלק.gcode"),
        ):
            with self.subTest(stated=stated):
                self.assertEqual(self.env["print3d.file"]._clean_name(stated), cleaned)

    def test_long_names_keep_their_ending(self):
        name = self.env["print3d.file"]._clean_name("x" * 500 + ".gcode.3mf")
        self.assertEqual(len(name), 120)
        self.assertTrue(name.endswith("x.gcode.3mf"))

    def test_file_has_size_and_digest(self):
        content = self._make_gcode()
        version = self._create_version(salt=0)
        file = version.file_id
        self.assertEqual(file.size, len(content))
        self.assertEqual(file.sha256, file._hash(io.BytesIO(content)))
        self.assertEqual(file.kind, "sliced")
        self.assertEqual(file.attachment_id.raw, content)
        self.assertEqual(file.attachment_id.res_id, file.id)

    def test_content_is_on_a_variant_once(self):
        file = self._create_version().file_id
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            file.copy()
            self.env.flush_all()

    def test_limit_is_a_parameter(self):
        Files = self.env["print3d.file"]
        self.assertEqual(Files._get_max_size(), 100 * 1024**2)
        for stated, megabytes in (("250", 250), ("0", 1), ("many", 100)):
            self.env["ir.config_parameter"].set_param(
                "print3d_library.max_file_mb", stated
            )
            self.assertEqual(Files._get_max_size(), megabytes * 1024**2)

    def test_content_in_the_database_is_read_too(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        version = self._create_version()
        self.assertFalse(version.file_id.attachment_id.store_fname)
        self.assertEqual(version.read_state, "done")


@tagged("post_install", "-at_install")
class TestRefusedContent(Print3dLibraryCommon):
    """What is refused before anything is stored, each with a clear message."""

    def test_empty(self):
        self._check_refused(b"", "empty")

    def test_picture_called_3mf(self):
        self._check_refused(self._make_picture(), "PNG picture", "part.3mf")

    def test_zip_bomb(self):
        content = self._make_zip(
            {
                "3D/3dmodel.model": b"<model/>",
                "Metadata/plate_1.gcode": b"\0" * (300 * 1024**2),
            }
        )
        self.assertLess(len(content), 1024**2)
        self._check_refused(content, "unpacks to far more", "part.gcode.3mf")

    def test_names_that_leave_the_package(self):
        content = self._make_zip({"../../evil.gcode": b"G1 X1"})
        self._check_refused(content, "outside of itself", "part.gcode.3mf")

    def test_truncated_package(self):
        content = self._make_zip({"Metadata/plate_1.gcode": b"G1 X1\n" * 1000})
        self._check_refused(content[:-40], "cut short", "part.gcode.3mf")

    def test_gcode_without_a_slicer(self):
        self._check_refused(b"G28\nG1 X1 Y1 E1\n" * 50, "without the comments")

    def test_page(self):
        self._check_refused(b"<html><script>alert(1)</script></html>", "not")

    def test_too_large(self):
        self.env["ir.config_parameter"].set_param("print3d_library.max_file_mb", "1")
        self._check_refused(self._make_gcode() + b"\n" * 1024**2, "too large")

    def _check_refused(self, content, message, name="part.gcode"):
        counts = self._count()
        with self.assertRaisesRegex(UserError, message) as caught:
            self.Slice._create_from_upload(name, content)
        self.assertIn(name, str(caught.exception))
        self.assertEqual(self._count(), counts)

    def _count(self):
        return [
            self.env[model].search_count([])
            for model in (
                "product.template",
                "print3d.file",
                "print3d.slice",
                "ir.attachment",
            )
        ]


@tagged("post_install", "-at_install")
class TestDownload(Print3dLibraryCommon, HttpCase):
    def test_file_is_saved_and_never_shown(self):
        content = self._make_gcode()
        version = self._create_version(name="part.gcode", salt=0)
        self.authenticate("lib_sales", "lib_sales")
        response = self.url_open(version.file_id.download_url)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.content, content)
        headers = response.headers
        self.assertIn("attachment", headers["Content-Disposition"])
        self.assertIn("part.gcode", headers["Content-Disposition"])
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertNotIn("html", headers["Content-Type"])

    def test_file_is_not_for_everyone(self):
        url = self._create_version().file_id.download_url
        for login in ("lib_plain", "lib_portal"):
            self.authenticate(login, login)
            self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        response = self.url_open(url, allow_redirects=False)
        self.assertIn(response.status_code, (302, 303))

    def test_file_that_is_not_there(self):
        self.authenticate("lib_sales", "lib_sales")
        self.assertEqual(self.url_open("/print3d/file/999999999").status_code, 404)
