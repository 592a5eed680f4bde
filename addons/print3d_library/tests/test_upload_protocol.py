import hashlib
import io
import json
import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models import print3d_upload as upload_module
from ..models import print3d_upload_archive as archive_module
from ..models.print3d_scanner import RefusedContentError
from ..models.print3d_upload import UploadConflictError, UploadDamagedError
from .common import Print3dLibraryCommon


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class UploadCommon(Print3dLibraryCommon):
    """Uploads of a user, whose staged bytes go when the test is over."""

    def setUp(self):
        super().setUp()
        # Reading and measuring have tests of their own.
        self.patch(type(self.Slice), "_enqueue_read", lambda self: None)
        self.patch(
            type(self.env["print3d.mesh"]), "_enqueue_inspect", lambda self: None
        )
        self.Upload = self.env["print3d.upload"].with_user(self.user_operator)
        self.addCleanup(self._remove_staged, set(self._list_staged()))

    @classmethod
    def _make_gcode(cls, **kwargs):
        """G-code of some thousand bytes, so that it has several pieces."""
        return b"; a line of words\n" * 200 + super()._make_gcode(**kwargs)

    def _refused(self, error_class, call, *args):
        """The error of a call, whose changes stay as they would after a request."""
        try:
            call(*args)
        except error_class as error:
            return str(error)
        return self.fail(f"{error_class.__name__} was not raised")

    def _list_staged(self):
        folder = self.env["print3d.upload"]._get_staging_folder()
        return os.listdir(folder) if os.path.isdir(folder) else []

    def _remove_staged(self, before):
        folder = self.env["print3d.upload"]._get_staging_folder()
        for name in set(self._list_staged()) - before:
            os.unlink(os.path.join(folder, name))

    def _create_batch(self, user=None, hold=False):
        Batch = self.env["print3d.upload.batch"].with_user(user or self.user_operator)
        return Batch.browse(Batch.create_batch(hold=hold))

    def _begin(self, data, name="part.gcode", batch=None, known=True, **kwargs):
        batch = batch or self._create_batch()
        return batch.env["print3d.upload"]._begin(
            batch, name, len(data), known and sha256(data), **kwargs
        )

    def _send(self, upload, data, step=1000):
        for offset in range(upload.received, len(data), step):
            piece = data[offset : offset + step]
            upload._receive(offset, piece, sha256(piece))

    def _commit(self):
        """What a commit does to files, inside of the test's transaction."""
        self.env.cr.precommit.run()
        self.env.cr.postcommit.run()


@tagged("post_install", "-at_install")
class TestUpload(UploadCommon):
    def test_pieces_become_a_version(self):
        data = self._make_gcode()
        upload = self._begin(data)
        self._send(upload, data)
        path = upload._get_staged_path()
        with open(path, "rb") as file:
            self.assertEqual(file.read(), data)
        upload._finish()
        self.assertEqual(upload.state, "done")
        self.assertEqual(upload.slice_id.file_id, upload.file_id)
        self.assertEqual(upload.file_id.sha256, sha256(data))
        self.assertIn("Stored as", upload.message)
        self._commit()
        self.assertFalse(os.path.exists(path))

    def test_finishing_twice_changes_nothing(self):
        data = self._make_gcode()
        upload = self._begin(data)
        self._send(upload, data)
        upload._finish()
        version = upload.slice_id
        upload._finish()
        self.assertEqual(upload.slice_id, version)
        self.assertEqual(
            self.Slice.search_count([("file_id.sha256", "=", sha256(data))]), 1
        )

    def test_piece_goes_to_the_end_only(self):
        data = self._make_gcode()
        upload = self._begin(data)
        first, second = data[:1000], data[1000:2000]
        with self.assertRaises(UploadConflictError):
            upload._receive(1000, second, sha256(second))
        upload._receive(0, first, sha256(first))
        for offset, piece in ((0, first), (0, second), (500, first), (10**6, second)):
            with self.subTest(offset=offset), self.assertRaises(UploadConflictError):
                upload._receive(offset, piece, sha256(piece))
        self.assertEqual(upload.received, 1000)
        with self.assertRaises(UploadConflictError):
            upload._finish()
        too_much = data[1000:] + b"more"
        with self.assertRaises(UploadConflictError):
            upload._receive(1000, too_much, sha256(too_much))

    def test_damaged_piece_is_not_kept(self):
        data = self._make_gcode()
        upload = self._begin(data)
        with self.assertRaises(UploadDamagedError):
            upload._receive(0, data[:1000], sha256(b"other"))
        self.assertEqual(upload.received, 0)

    def test_whole_that_is_not_what_was_sent_begins_again(self):
        data = self._make_gcode()
        upload = self._begin(data)
        self._send(upload, data[:-1] + b"x")
        self._refused(UploadDamagedError, upload._finish)
        self.assertEqual((upload.state, upload.received), ("sending", 0))
        self._send(upload, data)
        upload._finish()
        self.assertEqual(upload.state, "done")

    def test_hash_may_come_at_the_end(self):
        data = self._make_gcode()
        upload = self._begin(data, known=False)
        self._send(upload, data)
        self._refused(UploadDamagedError, upload._finish)
        self._send(upload, data)
        upload._finish(sha256(data))
        self.assertEqual(upload.state, "done")

    def test_bytes_beyond_the_record_are_written_over(self):
        """A server that died had written more than it committed."""
        data = self._make_gcode()
        upload = self._begin(data)
        self._send(upload, data[:2000])
        with open(upload._get_staged_path(), "ab") as file:
            file.write(b"half a piece that was never committed" * 1000)
        self._send(upload, data)
        with upload._open() as stream:
            stream.seek(len(data))
            self.assertTrue(stream.read(1))
        upload._finish()
        self.assertEqual(upload.state, "done")
        self.assertEqual(upload.file_id.size, len(data))

    def test_bytes_that_are_gone_are_asked_for_again(self):
        data = self._make_gcode()
        upload = self._begin(data)
        self._send(upload, data)
        os.unlink(upload._get_staged_path())
        self._refused(UploadDamagedError, upload._finish)
        self.assertEqual(upload.received, 0)

    def test_same_file_goes_on_where_it_stopped(self):
        data = self._make_gcode()
        upload = self._begin(data)
        self._send(upload, data[:2000])
        batch = self._create_batch()
        again = self._begin(data, batch=batch)
        self.assertEqual(again, upload)
        self.assertEqual((again.received, again.batch_id), (2000, batch))
        # Another name, size, target or purpose is another file.
        self.assertNotEqual(self._begin(data, name="other.gcode"), upload)
        self.assertNotEqual(self._begin(data, path="folder"), upload)
        self.assertNotEqual(
            self._begin(data, batch=self._create_batch(hold=True)), upload
        )
        product = self._create_model().product_variant_id
        self.assertNotEqual(self._begin(data, product=product), upload)

    def test_complete_file_is_found_in_its_own_batch_only(self):
        data = self._make_gcode()
        batch = self._create_batch(hold=True)
        upload = self._begin(data, batch=batch)
        self._send(upload, data)
        upload._finish()
        self.assertEqual(upload.state, "stored")
        self.assertEqual(self._begin(data, batch=batch), upload)
        self.assertNotEqual(
            self._begin(data, batch=self._create_batch(hold=True)), upload
        )

    def test_nobody_goes_on_with_the_file_of_another(self):
        data = self._make_gcode()
        upload = self._begin(data)
        other = self._begin(data, batch=self._create_batch(self.user_owner))
        self.assertNotEqual(other, upload)
        self.assertEqual(other.user_id, self.user_owner)

    def test_held_files_wait(self):
        batch = self._create_batch(hold=True)
        data = self._make_picture()
        upload = self._begin(data, name="front.png", path="a\\..\\b/ c ", batch=batch)
        self._send(upload, data)
        upload._finish()
        self.assertEqual((upload.state, upload.path), ("stored", "a/b/c"))
        self.assertFalse(upload.file_id)
        self.assertEqual(batch._get_waiting(), upload)
        self.assertEqual((batch.state, batch.waiting_count), ("waiting", 1))
        self.assertIn(batch, batch.search([("state", "=", "waiting")]))
        self.assertNotIn(batch, batch.search([("state", "!=", "waiting")]))

    def test_taken_file_is_undone_with_its_savepoint(self):
        batch = self._create_batch(hold=True)
        upload = batch._add_file("part.gcode", self._make_gcode(), "folder")
        path = upload._get_staged_path()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            upload._take()
            self.assertEqual(upload.state, "done")
            raise ZeroDivisionError
        upload.invalidate_recordset()
        self._commit()
        self.assertEqual(upload.state, "stored")
        self.assertTrue(os.path.exists(path))
        product = self._create_model().product_variant_id
        taken = upload._take(product=product)
        self.assertEqual(taken.file.product_id, product)
        self._commit()
        self.assertFalse(os.path.exists(path))

    def test_refused_content_says_why(self):
        data = self._make_picture()
        upload = self._begin(data, name="picture.3mf")
        self._send(upload, data)
        upload._finish()
        self.assertEqual(upload.state, "failed")
        self.assertIn("PNG picture", upload.message)
        self.assertFalse(upload.sudo().staged_name)

    def test_size_is_checked_before_it_is_sent(self):
        self.env["ir.config_parameter"].set_param("print3d_library.max_file_mb", "1")
        batch = self._create_batch()
        with self.assertRaisesRegex(UserError, "too large"):
            self.Upload._begin(batch, "a.gcode", 2 * 1024**2)
        with self.assertRaisesRegex(UserError, "empty"):
            self.Upload._begin(batch, "a.gcode", 0)
        # An archive may be larger, when it is one.
        upload = self.Upload._begin(batch, "a.zip", 2 * 1024**2)
        upload._receive(0, b"G1 X1", sha256(b"G1 X1"))
        self.assertEqual(upload.state, "failed")
        self.assertIn("too large", upload.message)
        upload = self.Upload._begin(batch, "b.zip", 2 * 1024**2)
        upload._receive(0, b"PK\x03\x04", sha256(b"PK\x03\x04"))
        self.assertEqual(upload.state, "sending")

    def test_quota_counts_what_is_stored_and_on_its_way(self):
        self.env["ir.config_parameter"].set_param("print3d_library.upload_quota_mb", 2)
        self.assertEqual(self.Upload.get_limits()["quota"], 2 * 1024**2)
        batch = self._create_batch()
        data = self._make_gcode() + b"\n" * 1024**2
        upload = self._begin(data, batch=batch)
        message = "you use 1.0.* of your 2.00 Mb"
        with self.assertRaisesRegex(UserError, message):
            self.Upload._begin(batch, "b.gcode", 1024**2)
        self._send(upload, data, step=1024**2)
        upload._finish()
        with self.assertRaisesRegex(UserError, message):
            self.Upload._begin(batch, "b.gcode", 1024**2)
        self.assertEqual(self.Upload.get_limits()["used"], len(data))
        # Another user has room of their own.
        self._begin(data, name="c.gcode", batch=self._create_batch(self.user_owner))
        self.user_operator.print3d_quota_mode = "none"
        self.Upload._begin(batch, "b.gcode", 1024**2)
        self.user_operator.write({"print3d_quota_mode": "own", "print3d_quota_mb": 0})
        with self.assertRaises(UserError):
            self.Upload._begin(batch, "d.gcode", 1)

    def test_quota_is_set_by_who_administers(self):
        with self.assertRaises(AccessError):
            self.user_operator.with_user(self.user_operator).write(
                {"print3d_quota_mode": "none"}
            )

    def test_full_disk_says_what_to_do(self):
        data = self._make_gcode()
        upload = self._begin(data)
        error = OSError(28, "No space left on device")
        with (
            patch.object(upload_module.os, "pwrite", side_effect=error),
            self.assertRaisesRegex(UserError, "disk is full"),
        ):
            self._send(upload, data)
        self.assertEqual(upload.received, 0)

    def test_scanner_refuses_and_writes_its_journal(self):
        event = {"name": "part.gcode", "result": "refused", "message": "Eicar"}

        def refuse(*args, **kwargs):
            raise RefusedContentError("refused by the scanner", event)

        self.patch(type(self.env["print3d.scanner"]), "_check_upload", refuse)
        data = self._make_gcode()
        upload = self._begin(data)
        self._send(upload, data)
        upload._finish()
        self.assertEqual(upload.message, "refused by the scanner")
        self.assertTrue(
            self.env["print3d.scan.event"].search([("message", "=", "Eicar")])
        )

    def test_known_file_is_found_as_far_as_it_may_be_seen(self):
        first = self._create_version(salt=77)
        digest = first.file_id.sha256
        file, is_here = self.Upload._find_known(digest, None, None)
        self.assertEqual((file, is_here), (first.file_id, True))
        other = self._create_model().product_variant_id
        self.assertEqual(
            self.Upload._find_known(digest, other, None), (first.file_id, False)
        )
        self.assertEqual(
            self.Upload._find_known(digest, None, first.product_tmpl_id)[1], True
        )
        company = self.env["res.company"].create({"name": "Another shop"})
        first.product_tmpl_id.company_id = company
        self.assertFalse(self.Upload._find_known(digest, None, None)[0])

    def test_known_file_is_used_again_without_sending(self):
        first = self._create_version(salt=77)
        other = self._create_model().product_variant_id
        upload = self._create_batch()._copy_file(
            first.file_id, "again.gcode", product=other
        )
        self.assertEqual(upload.state, "done")
        self.assertEqual(upload.slice_id.product_id, other)
        held = self._create_batch(hold=True)._copy_file(first.file_id, "again.gcode")
        self.assertEqual(held.state, "stored")

    def test_who_does_not_keep_the_library_sends_nothing(self):
        for user in (self.user_sales, self.user_plain, self.user_portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._create_batch(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["print3d.upload"].with_user(user).get_limits()

    def test_one_sees_ones_own_and_the_owner_all(self):
        upload = self._begin(self._make_gcode())
        other = new_test_user(
            self.env,
            "lib_operator_2",
            "base.group_user,print3d_library.group_print3d_operator",
        )
        self.assertFalse(upload.with_user(other).has_access("read"))
        self.assertTrue(upload.with_user(self.user_owner).has_access("read"))
        self.assertTrue(upload.has_access("read"))
        with self.assertRaises(AccessError):
            upload.write({"state": "done"})
        with self.assertRaises(AccessError):
            upload.batch_id.write({"hold": True})

    def test_open_uploads_are_told(self):
        data = self._make_gcode()
        batch = self._create_batch(hold=True)
        upload = self._begin(data, batch=batch)
        self._send(upload, data[:2000])
        batch._add_file("a.stl", self._make_stl())
        self._create_batch()
        (answer,) = (
            self.env["print3d.upload.batch"].with_user(self.user_operator).get_open()
        )
        self.assertEqual(
            (answer["id"], answer["waiting"], answer["sending"]), (batch.id, 1, 1)
        )
        self.assertEqual(
            [(file["name"], file["received"]) for file in answer["files"]],
            [("part.gcode", 2000)],
        )
        batch.action_cancel()
        self.assertEqual(upload.state, "cancelled")
        self.assertFalse(batch.get_open())

    def test_nothing_to_group(self):
        with self.assertRaisesRegex(UserError, "No file"):
            self._create_batch(hold=True).action_group()

    def test_what_nobody_finishes_is_collected(self):
        data = self._make_gcode()
        upload = self._begin(data)
        self._send(upload, data[:2000])
        fresh = self._begin(data, name="fresh.gcode")
        held = self._create_batch(hold=True)._add_file("a.stl", self._make_stl())
        old = self._create_batch()._add_file("b.stl", self._make_stl(salt=1))
        old._fail("refused")
        empty = self._create_batch()
        paths = {one: one._get_staged_path() for one in (upload, held)}
        self._write_dates(upload, days=4)
        self._write_dates(held, days=31)
        self._write_dates(old, days=31)
        self.env.cr.execute(
            "UPDATE print3d_upload_batch SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=2), empty.id],
        )
        folder = self.env["print3d.upload"]._get_staging_folder()
        strays = {}
        for name, days in (("stray", 2), ("new", 0)):
            strays[name] = os.path.join(folder, f"test-{name}")
            with open(strays[name], "wb") as file:
                file.write(b"x")
            time = (fields.Datetime.now() - timedelta(days=days)).timestamp()
            os.utime(strays[name], (time, time))
        self.env.invalidate_all()
        self.env["print3d.upload"]._cron_collect()
        self._commit()
        self.assertEqual((upload.state, fresh.state), ("cancelled", "sending"))
        self.assertIn("3 days", upload.message)
        self.assertEqual(held.state, "cancelled")
        self.assertFalse(old.exists() or empty.exists())
        for path in paths.values():
            self.assertFalse(os.path.exists(path))
        self.assertFalse(os.path.exists(strays["stray"]))
        self.assertTrue(os.path.exists(strays["new"]))
        # A file that came late is refused, and says what it is.
        with self.assertRaises(UploadConflictError):
            self._send(upload, data)

    def _write_dates(self, upload, days):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE print3d_upload SET write_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=days), upload.id],
        )

    def test_list_of_results_is_read_at_once(self):
        batch = self._create_batch(hold=True)
        for number in range(3):
            batch._add_file(f"{number}.stl", self._make_stl(salt=number))
        few = batch.upload_ids
        for number in range(3, 40):
            batch._add_file(f"{number}.stl", self._make_stl(salt=number))
        counts = []
        for uploads in (few, batch.upload_ids):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            # As a request names them, by their ids.
            uploads.browse(uploads.ids).get_results()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])


@tagged("post_install", "-at_install")
class TestUploadArchive(UploadCommon):
    def _unpack(self, content, name="shop.zip", hold=True, size=None):
        batch = self._create_batch(hold=hold)
        upload = batch.env["print3d.upload"]._begin(batch, name, len(content))
        self._send(upload, content, step=1024**2)
        upload._finish(sha256(content))
        return upload

    def test_folders_of_an_archive_are_kept(self):
        archive = self._unpack(
            self._make_zip(
                {
                    "toys/dragon/red.gcode": self._make_gcode(salt=1),
                    "toys/dragon/front.png": self._make_picture(),
                    "clip.stl": self._make_stl(),
                    "__MACOSX/._clip.stl": b"x",
                    "toys/.DS_Store": b"x",
                    "toys/": b"",
                }
            )
        )
        self.assertEqual(archive.state, "done")
        self.assertIn("3 files", archive.message)
        self.assertEqual(
            archive.batch_id._get_waiting().mapped(lambda u: (u.path, u.name)),
            [
                ("shop", "clip.stl"),
                ("shop/toys/dragon", "front.png"),
                ("shop/toys/dragon", "red.gcode"),
            ],
        )
        path = archive._get_staged_path()
        self.assertFalse(path)
        child = archive.child_ids.filtered(lambda u: u.name == "clip.stl")
        with child._open() as stream:
            self.assertEqual(stream.read(), self._make_stl())

    def test_only_folder_of_an_archive_is_not_doubled(self):
        archive = self._unpack(self._make_zip({"toys/a.stl": self._make_stl()}))
        self.assertEqual(archive.child_ids.path, "toys")

    def test_bad_file_of_an_archive_does_not_stop_the_others(self):
        archive = self._unpack(
            self._make_zip(
                {
                    "good.gcode": self._make_gcode(),
                    "letter.txt": b"Dear all",
                    "empty.stl": b"",
                    "inner.zip": self._make_zip({"a.stl": self._make_stl()}),
                    "part.3mf": self._make_3mf(),
                }
            ),
            hold=False,
        )
        self.assertEqual(
            {child.name: child.state for child in archive.child_ids},
            {
                "good.gcode": "done",
                "letter.txt": "failed",
                "empty.stl": "failed",
                "inner.zip": "failed",
                "part.3mf": "done",
            },
        )
        messages = {child.name: child.message for child in archive.child_ids}
        self.assertIn("inside an archive", messages["inner.zip"])
        self.assertIn("empty", messages["empty.stl"])
        self.assertEqual(archive.batch_id.state, "done")
        results = archive.get_results()
        self.assertEqual(len(results), 6)

    def test_packages_are_no_archives(self):
        for name, content in (
            ("part.zip", self._make_3mf()),
            ("part.amf", self._make_zip({"part.amf": b"<amf/>"})),
            ("a.docx", self._make_zip({"[Content_Types].xml": b"", "x.xml": b""})),
            ("a.odt", self._make_zip({"mimetype": b"application/x", "x.xml": b""})),
        ):
            with self.subTest(name=name):
                upload = self._unpack(content, name=name)
                self.assertFalse(upload.is_archive)
                self.assertEqual(upload.state, "stored")

    def test_archive_is_known_by_content(self):
        content = self._make_zip({"a.stl": self._make_stl()})
        self.assertTrue(self._unpack(content, name="folder.3mf").is_archive)

    def test_unsafe_archives_are_refused(self):
        bomb = self._make_zip({"a.gcode": b"\0" * (300 * 1024**2)})
        for content, message in (
            (self._make_zip({"../../evil.stl": b"x"}), "outside of itself"),
            (self._make_zip({"a.stl": b"x", "A.stl": b"x"}), "twice"),
            (self._make_zip({"a.stl": b"x"})[:-30], "cut short"),
            (self._make_zip({}), "holds no file"),
            (bomb, "far more"),
        ):
            with self.subTest(message=message):
                upload = self._unpack(content)
                self.assertEqual(upload.state, "failed")
                self.assertIn(message, upload.message)

    def test_limits_hold_for_what_is_inside(self):
        self.env["ir.config_parameter"].set_param("print3d_library.max_file_mb", "1")
        archive = self._unpack(
            self._make_zip(
                {"big.gcode": b"\n" * (2 * 1024**2), "small.stl": self._make_stl()}
            )
        )
        self.assertEqual(
            {child.name: child.state for child in archive.child_ids},
            {"big.gcode": "failed", "small.stl": "stored"},
        )
        self.env["ir.config_parameter"].set_param("print3d_library.upload_quota_mb", 1)
        archive = self._unpack(
            self._make_zip({"a.gcode": b"\n" * 700_000, "b.gcode": b"\n" * 700_000}),
        )
        self.assertEqual(archive.state, "failed")
        self.assertIn("does not fit", archive.message)
        self.assertFalse(archive.child_ids)

    def test_unpacking_goes_on_step_by_step(self):
        content = self._make_zip({f"{n}.stl": self._make_stl(salt=n) for n in range(4)})
        self.patch(archive_module, "STEP_SECONDS", -1)
        steps = []
        Upload = type(self.env["print3d.upload"])
        original = Upload._go_on

        def go_on(upload):
            steps.append(upload.id)
            return original(upload)

        self.patch(Upload, "_go_on", go_on)
        archive = self._unpack(content)
        self.assertEqual(archive.state, "done")
        self.assertEqual(set(archive.child_ids.mapped("state")), {"stored"})
        self.assertEqual(len(steps), 4)
        # A job that comes once more finds nothing to do.
        archive._unpack()
        self.assertEqual(len(archive.child_ids), 4)

    def test_lost_job_is_begun_again(self):
        Upload = type(self.env["print3d.upload"])
        with patch.object(Upload, "_enqueue_unpack", lambda self: None):
            archive = self._unpack(self._make_zip({"a.stl": self._make_stl()}))
        self.assertEqual(archive.state, "unpacking")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE print3d_upload SET write_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(hours=2), archive.id],
        )
        self.env["print3d.upload"]._cron_collect()
        self.assertEqual(archive.state, "done")


class ProtocolCommon(UploadCommon, HttpCase):
    """The requests of a browser."""

    def setUp(self):
        super().setUp()
        self.authenticate("lib_operator", "lib_operator")
        self.data = self._make_gcode(salt=5)
        self.batch_id = self._create_batch().id

    def _call(self, path, status=200, **options):
        headers = {"X-CSRF-Token": http.Request.csrf_token(self)}
        headers.update(options.pop("headers", {}))
        response = self.url_open(
            f"/print3d/upload/{path}", headers=headers, method="POST", **options
        )
        self.assertEqual(response.status_code, status, response.text)
        return json.loads(response.text)

    def _call_begin(self, status=200, **vals):
        return self._call(
            "begin",
            status,
            json={
                "batch_id": self.batch_id,
                "name": "part.gcode",
                "size": len(self.data),
                "sha256": sha256(self.data),
                **vals,
            },
        )

    def _call_chunk(self, upload_id, offset, piece, status=200, digest=None):
        return self._call(
            f"{upload_id}/chunk",
            status,
            data=io.BytesIO(piece),
            headers={
                "Content-Type": "application/octet-stream",
                "X-Upload-Offset": str(offset),
                "X-Upload-SHA256": digest or sha256(piece),
            },
        )


@tagged("post_install", "-at_install")
class TestUploadProtocol(ProtocolCommon):
    def test_begin_send_finish(self):
        upload_id = self._call_begin()["id"]
        half = len(self.data) // 2
        self.assertEqual(
            self._call_chunk(upload_id, 0, self.data[:half])["received"], half
        )
        # Twice, late, out of order: the answer says where to go on.
        for offset in (0, half + 1):
            answer = self._call_chunk(upload_id, offset, self.data[half:-1], 409)
            self.assertEqual(
                (answer["error"], answer["received"], answer["state"]),
                ("conflict", half, "sending"),
            )
        answer = self._call_chunk(upload_id, half, self.data[half:], 422, sha256(b""))
        self.assertEqual((answer["error"], answer["received"]), ("damaged", half))
        answer = self._call(f"{upload_id}/finish", 409, json={})
        self.assertEqual(answer["received"], half)
        status = json.loads(self.url_open(f"/print3d/upload/{upload_id}").text)
        self.assertEqual(status["received"], half)
        self.assertEqual(self._call_begin()["received"], half)
        self._call_chunk(upload_id, half, self.data[half:])
        answer = self._call(f"{upload_id}/finish", json={})
        self.assertEqual(answer["state"], "done")
        version = self.Slice.browse(answer["slice_id"])
        self.assertEqual(version.file_id.sha256, sha256(self.data))
        self.assertEqual(version.create_uid, self.user_operator)
        self.assertEqual(self._call(f"{upload_id}/finish", json={}), answer)
        # What comes late changes nothing.
        answer = self._call_chunk(upload_id, half, self.data[half:], 409)
        self.assertEqual(answer["state"], "done")

    def test_cancelled_upload_takes_no_more(self):
        upload_id = self._call_begin()["id"]
        self._call_chunk(upload_id, 0, self.data[:100])
        self.assertEqual(
            self._call(f"{upload_id}/abort", json={})["state"], "cancelled"
        )
        answer = self._call_chunk(upload_id, 100, self.data[100:], 409)
        self.assertEqual(answer["state"], "cancelled")
        self.assertEqual(
            self._call(f"{upload_id}/abort", json={})["state"], "cancelled"
        )
        # The same file may be begun again.
        self.assertNotEqual(self._call_begin()["id"], upload_id)

    def test_file_of_somebody_else_is_not_there(self):
        upload_id = self._call_begin()["id"]
        new_test_user(
            self.env,
            "lib_operator_2",
            "base.group_user,print3d_library.group_print3d_operator",
        )
        for login in ("lib_operator_2", "lib_owner", "lib_plain"):
            with self.subTest(login=login):
                self.authenticate(login, login)
                self._call_chunk(upload_id, 0, self.data, 404)
                self._call(f"{upload_id}/finish", 404, json={})
                self._call(f"{upload_id}/abort", 404, json={})
                self._call_begin(404)
                response = self.url_open(f"/print3d/upload/{upload_id}")
                self.assertEqual(response.status_code, 404)
        self._call(f"{2**31}/finish", 400, json={})

    def test_refused_at_the_beginning(self):
        self.env["ir.config_parameter"].set_param("print3d_library.max_file_mb", "1")
        answer = self._call_begin(422, size=2 * 1024**2)
        self.assertEqual(answer["error"], "refused")
        self.assertIn("too large", answer["message"])

    def test_known_file_is_offered(self):
        version = self._create_version(salt=5, name="known.gcode")
        known = self._call_begin()["known"]
        self.assertEqual((known["slice_id"], known["is_here"]), (version.id, True))
        other = self._create_model().product_variant_id
        known = self._call_begin(product_id=other.id)["known"]
        self.assertFalse(known["is_here"])
        answer = self._call(
            "copy",
            json={
                "batch_id": self.batch_id,
                "file_id": known["file_id"],
                "product_id": other.id,
            },
        )
        self.assertEqual((answer["state"], answer["product_id"]), ("done", other.id))
        # Sent all the same where the person wants that.
        self.assertIn("id", self._call_begin(again=True))

    def test_file_of_another_company_stays_unknown(self):
        version = self._create_version(salt=5)
        company = self.env["res.company"].create({"name": "Another shop"})
        version.product_tmpl_id.company_id = company
        # Also for who works for both, while they work for this one.
        self.user_operator.company_ids += company
        self.assertNotIn("known", self._call_begin())
        self._call(
            "copy",
            404,
            json={"batch_id": self.batch_id, "file_id": version.file_id.id},
        )

    def test_requests_that_make_no_sense(self):
        upload_id = self._call_begin()["id"]
        self._call_chunk(upload_id, -1, b"x", 400)
        self._call_chunk(upload_id, 0, b"x", 400, digest="no hash")
        self._call_chunk(upload_id, 0, b"", 400)
        for vals in (
            {"size": "many"},
            {"name": None},
            {"sha256": "x"},
            {"batch_id": "x"},
            {"batch_id": 2**40},
        ):
            with self.subTest(vals=vals):
                self._call_begin(400, **vals)
        for vals in ({}, {"file_id": 0}, {"file_id": None}, {"file_id": "1"}):
            with self.subTest(vals=vals):
                self._call("copy", 400, json={"batch_id": self.batch_id, **vals})
        self._call("copy", 404, json={"batch_id": self.batch_id, "file_id": 2**30})
        self._call("begin", 400, data="[]")
        self._call("begin", 400, data="{")

    def test_requests_without_token_or_session(self):
        upload_id = self._call_begin()["id"]
        answer = self._call(
            f"{upload_id}/abort", 400, json={}, headers={"X-CSRF-Token": "wrong"}
        )
        self.assertEqual(answer["error"], "session")
        self.authenticate(None, None)
        response = self.url_open(
            f"/print3d/upload/{upload_id}/abort",
            data="{}",
            method="POST",
            allow_redirects=False,
        )
        self.assertIn(response.status_code, (303, 400))
        self.assertEqual(self.Upload.browse(upload_id).state, "sending")
