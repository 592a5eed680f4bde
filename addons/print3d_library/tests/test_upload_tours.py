import io
import zipfile

from odoo.tests import tagged

from .test_upload_direct import DirectCommon
from .test_upload_protocol import ProtocolCommon

PATH = "/odoo/print3d-upload"


class UploadToursCommon(ProtocolCommon):
    """Files that the browser fetches first, to put them into the file input."""

    def setUp(self):
        super().setUp()
        # What the job runner would do soon is done at once.
        for model, enqueue, job in (
            ("print3d.slice", "_enqueue_read", "_read_file"),
            ("print3d.mesh", "_enqueue_inspect", "_inspect_file"),
            ("print3d.upload", "_enqueue_unpack", "_unpack"),
        ):
            self.patch(
                type(self.env[model]),
                enqueue,
                lambda self, job=job: getattr(self, job)(),
            )
        self._publish("tour_file", self._read_demo("cable_clip_v1.gcode"))
        self._publish("tour_mesh", self._make_stl(salt=21))
        self._publish("tour_zip", self._make_zip())

    def _make_zip(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("toys/animals/bunny.stl", self._make_stl(salt=22))
            archive.writestr("toys/extra.stl", self._make_stl(salt=23))
            archive.writestr("toys/.DS_Store", b"x")
        return stream.getvalue()


@tagged("post_install", "-at_install")
class TestUploadTours(UploadToursCommon):
    def _get_states(self):
        uploads = self.Upload.search([("user_id", "=", self.user_operator.id)])
        return {upload.name: upload.state for upload in uploads}

    def test_page(self):
        self.start_tour(PATH, "print3d_library_upload_page", login="lib_operator")
        self.assertEqual(
            self._get_states(),
            {
                "clip.gcode": "stored",
                "toys.zip": "done",
                "bunny.stl": "stored",
                "extra.stl": "cancelled",
            },
        )

    def test_many_files_dropped_on_the_library(self):
        self.start_tour(
            "/odoo/print3d-library", "print3d_library_upload_many", login="lib_operator"
        )
        self.assertEqual(set(self._get_states().values()), {"stored"})
        self.assertEqual(len(self._get_states()), 11)

    def test_who_does_not_keep_the_library_sees_no_page(self):
        menu = self.env.ref("print3d_library.print3d_menu_library_upload")
        visible = menu.with_user(self.user_operator)._visible_menu_ids()
        self.assertIn(menu.id, visible)
        visible = menu.with_user(self.user_sales)._visible_menu_ids()
        self.assertNotIn(menu.id, visible)


@tagged("post_install", "-at_install")
class TestUploadToursOnPhone(UploadToursCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_page(self):
        self.start_tour(PATH, "print3d_library_upload_page", login="lib_operator")


@tagged("post_install", "-at_install")
class TestUploadToursStorage(DirectCommon, UploadToursCommon):
    """A browser that sends to a real S3 server, across origins."""

    def setUp(self):
        super().setUp()
        self.bucket.set_cors([self.base_url()])

    def test_straight_to_the_storage(self):
        before = self._list_staged()
        with self.assertNoLogs("odoo.addons.print3d_library", "WARNING"):
            self.start_tour(
                PATH, "print3d_library_upload_storage", login="lib_operator"
            )
        large, small = self.env["print3d.file"].search(
            [("name", "in", ["large.gcode", "small.stl"])], order="name"
        )
        self.assertGreater(large.size, 16 * 1024**2)
        self.assertEqual((large | small).copy_ids.storage_id, self.storage)
        for file in large | small:
            with file._open() as stream:
                self.assertEqual(file._hash(stream), file.sha256)
        # Nothing went through this server, and nobody sent the same file twice.
        self.assertEqual(self._list_staged(), before)
        sent = self.Upload.search([("user_id", "=", self.user_operator.id)])
        self.assertEqual(len(sent), 2)
