import base64
import contextlib
import errno
import hashlib
import io
import os
from datetime import timedelta
from unittest.mock import Mock

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import print3d_storage_orphan
from ..slicer import SlicedFileError
from ..tools import s3
from . import s3_server
from .common import Print3dLibraryCommon

MODELS = "odoo.addons.print3d_library.models"
JOURNAL = f"{MODELS}.print3d_file_event"


class StorageCommon(Print3dLibraryCommon):
    """A storage at a real S3 server on loopback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        running = s3_server.running_seaweedfs()
        cls.server = running.__enter__()
        cls.addClassCleanup(running.__exit__, None, None, None)
        cls.Copy = cls.env["print3d.file.copy"]
        cls.Orphan = cls.env["print3d.storage.orphan"]
        cls.storage = cls._create_storage("First", prefix="first")

    def setUp(self):
        super().setUp()
        self.patch(
            type(self.env["print3d.mesh"]), "_enqueue_inspect", lambda self: None
        )

    @classmethod
    def _create_storage(cls, name, **values):
        return cls.env["print3d.storage"].create(
            {
                "name": name,
                "endpoint_url": cls.server.url,
                "bucket": s3_server.BUCKET,
                "access_key": s3_server.ACCESS_KEY,
                "secret_key": s3_server.SECRET_KEY,
                **values,
            }
        )

    def _upload(self, salt, name="part.stl", **kwargs):
        return self.env["print3d.file"]._upload(
            name, self._make_stl(salt=salt), **kwargs
        )

    def _create_stored(self, salt, storage=None):
        """A file whose bytes are in a storage."""
        (storage or self.storage).is_default = True
        file = self._upload(salt).file
        (storage or self.storage).is_default = False
        return file

    def _read(self, file):
        with file._open() as stream:
            return stream.read()

    def _damage(self, copy):
        """Flip a byte of a copy behind everybody's back."""
        if copy.storage_id:
            content = bytearray(b"".join(self._bucket(copy).chunks(copy.key)))
            content[90] ^= 1
            self._bucket(copy)._call("put_object", copy.key, Body=bytes(content))
            return
        attachment = copy.file_id.attachment_id
        path = attachment._full_path(attachment.store_fname)
        with open(path, "r+b") as stream:
            stream.seek(90)
            byte = stream.read(1)
            stream.seek(90)
            stream.write(bytes([byte[0] ^ 1]))

    def _bucket(self, copy):
        return copy.storage_id._get_bucket()

    def _has_object(self, storage, key):
        return key in {found.key for found in storage._get_bucket().list(key)}

    def _move(self, source, target, **values):
        migration = self.env["print3d.storage.migration"].create(
            {"source_id": source.id, "target_id": target.id, **values}
        )
        migration.action_start()
        return migration


@tagged("post_install", "-at_install")
class TestStorage(StorageCommon, HttpCase):
    def test_connection_is_checked(self):
        self.storage.action_check()
        self.assertEqual(self.storage.state, "ok")
        self.assertTrue(self.storage.native_sha256)
        self.storage.secret_key = "wrong"
        self.assertEqual(self.storage.state, "new")
        self.storage.action_check()
        self.assertEqual(self.storage.state, "failed")
        self.assertIn("secret key", self.storage.check_message)

    def test_folder_of_another_database_is_refused(self):
        self.storage.action_check()
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        self.storage.action_check()
        self.assertEqual(self.storage.state, "failed")
        self.assertIn("Another database", self.storage.check_message)

    def test_secret_is_never_read(self):
        storage = self.storage.with_user(self.user_owner)
        self.assertNotIn(s3_server.SECRET_KEY, str(storage.read()))
        self.user_owner.group_ids += self.env.ref("base.group_allow_export")
        exported = storage.export_data(["name", "secret_key"])
        self.assertNotIn(s3_server.SECRET_KEY, str(exported))
        for user in (self.user_owner, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                self.storage.with_user(user).read(["secret"])
        # Saving the form as it was shown leaves it as it is.
        storage.secret_key = storage.secret_key
        self.assertEqual(self.storage.sudo().secret, s3_server.SECRET_KEY)

    def test_storages_are_the_owners(self):
        for user in (self.user_sales, self.user_operator, self.user_plain):
            with self.assertRaises(AccessError):
                self.storage.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.env["print3d.storage.migration"].with_user(user).search([])

    def test_keys_from_the_server(self):
        self.patch(
            os,
            "environ",
            {
                **os.environ,
                "PRINT3D_TEST_ACCESS_KEY": s3_server.ACCESS_KEY,
                "PRINT3D_TEST_SECRET_KEY": s3_server.SECRET_KEY,
            },
        )
        storage = self._create_storage(
            "Server",
            prefix="server",
            access_key=False,
            secret_key=False,
            secret_source="server",
            server_name="TEST",
        )
        storage.action_check()
        self.assertEqual(storage.state, "ok")

    def test_other_companies_storage_is_not_used(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        self.storage.write({"is_default": True, "company_id": other.id})
        Storage = self.env["print3d.storage"]
        self.assertEqual(Storage._get_for_company(other), self.storage)
        self.assertFalse(Storage._get_for_company(self.env.company))

    def test_each_company_has_its_folder_and_its_objects(self):
        self.storage.is_default = True
        keys = {}
        companies = self.env["res.company"].create(
            [{"name": "Shop A"}, {"name": "Shop B"}]
        )
        for company in companies:
            product = self._create_model("Twin").product_variant_id
            product.company_id = company
            keys[company] = self._upload("twin", product=product).file.copy_ids.key
        for company in companies:
            self.assertTrue(keys[company].startswith(f"first/{company.id}/files/"))
        self.assertEqual(len(set(keys.values())), 2)

    def test_file_goes_to_the_storage_and_comes_back(self):
        file = self._create_stored("there")
        self.assertFalse(file.attachment_id)
        self.assertRegex(
            file.copy_ids.key,
            rf"^first/(\d+|shared)/files/{file.sha256[:2]}/{file.sha256}-\w+$",
        )
        self.assertEqual(self._read(file), self._make_stl(salt="there"))

    def test_staged_object_is_copied_on_the_server(self):
        content = self._make_stl(salt="staged")
        key = self.storage._get_path("1", "staging", "1-test")
        begun = self.storage._begin_direct(key, len(content))
        self.assertEqual(begun, {"upload_id": False, "part_size": len(content)})
        sha256 = hashlib.sha256(content).hexdigest()
        with self.storage._open_key(self._put(key, content, sha256)) as stream:
            self.storage.is_default = True
            file = (
                self.env["print3d.file"]
                ._upload("part.stl", stream, staged=(self.storage, key))
                .file
            )
        self.assertNotEqual(file.copy_ids.key, key)
        self.assertEqual(self._read(file), content)

    def _put(self, key, content, sha256):
        self.storage._get_bucket().put(key, io.BytesIO(content), len(content), sha256)
        return key

    def test_same_content_is_one_object_until_the_last_file_goes(self):
        self.storage.is_default = True
        products = self._create_variants().product_variant_ids
        files = self.env["print3d.file"]
        for product in products:
            files += self._upload("twice", product=product).file
        key = files[0].copy_ids.key
        self.assertEqual(set(files.copy_ids.mapped("key")), {key})
        files[0].mesh_ids.unlink()
        files[0].exists().unlink()
        self.assertFalse(self.Orphan.search([("key", "=", key)]))
        files[1].mesh_ids.unlink()
        files[1].exists().unlink()
        noted = self.Orphan.search([("key", "=", key)])
        self.assertEqual(noted.reason, "deleted")
        self.assertTrue(self._has_object(self.storage, key), "not before the commit")
        noted._remove(self.storage)
        self.assertFalse(self._has_object(self.storage, key))
        self.assertFalse(noted.exists())

    def test_deleted_object_that_is_needed_again_stays(self):
        file = self._create_stored("again")
        key = file.copy_ids.key
        self.storage._delete_keys([key])
        self.Orphan.search([("key", "=", key)])._remove(self.storage)
        self.assertTrue(self._has_object(self.storage, key))

    def test_download_is_by_a_link_of_the_storage(self):
        file = self._create_stored("download")
        self.authenticate("lib_sales", "lib_sales")
        response = self.url_open(file.download_url, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].startswith(self.server.url))
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertNotIn(s3_server.SECRET_KEY, response.headers["Location"])
        self.authenticate("lib_plain", "lib_plain")
        response = self.url_open(file.download_url, allow_redirects=False)
        self.assertEqual(response.status_code, 404)

    def test_download_goes_through_odoo_where_browsers_do_not_get(self):
        self.storage.is_browser_reachable = False
        file = self._create_stored("through")
        self.authenticate("lib_sales", "lib_sales")
        response = self.url_open(file.download_url)
        self.assertEqual(response.content, self._make_stl(salt="through"))
        self.assertIn("part.stl", response.headers["Content-Disposition"])
        file.copy_ids.state = "damaged"
        response = self.url_open(file.download_url)
        self.assertEqual(response.status_code, 410)

    def test_upload_says_when_the_storage_is_away(self):
        self.storage.write(
            {
                "is_default": True,
                "endpoint_url": f"http://127.0.0.1:{s3_server.free_port()}",
            }
        )
        with self.assertRaisesRegex(UserError, "First.*does not answer"):
            self._upload("away")

    def test_storage_with_files_stays_where_it_is(self):
        self._create_stored("stays")
        with self.assertRaisesRegex(UserError, "has files"):
            self.storage.bucket = s3_server.OTHER_BUCKET
        with self.assertRaisesRegex(UserError, "has files"):
            self.storage.unlink()


@tagged("post_install", "-at_install")
class TestIntegrity(StorageCommon):
    @mute_logger(JOURNAL)
    def test_damage_without_another_copy_is_told(self):
        file = self._upload("alone").file
        self._damage(file.copy_ids)
        self.assertTrue(file.copy_ids._check_bytes())
        self.assertEqual(file.condition, "damaged")
        self.assertIn("SHA-256", file.damage_message)
        with self.assertRaises(SlicedFileError):
            self._read(file)
        event = self.env["print3d.file.event"].search([("file_id", "=", file.id)])
        self.assertEqual(event.result, "damaged")
        event._notify_owners()
        self.assertTrue(event.is_told)

    @mute_logger(JOURNAL)
    def test_original_heals_and_nothing_else_does(self):
        file = self._upload("original").file
        self._damage(file.copy_ids)
        file.copy_ids._check_bytes()
        Restore = self.env["print3d.file.restore"].with_user(self.user_operator)

        def restore(content):
            wizard = Restore.create({"file_id": file.id})
            wizard.content = base64.b64encode(content)
            return wizard.action_restore()

        with self.assertRaisesRegex(UserError, "not the original"):
            restore(self._make_stl(salt="other"))
        restore(self._make_stl(salt="original"))
        self.assertEqual(file.condition, "good")
        self.assertEqual(self._read(file), self._make_stl(salt="original"))
        with self.assertRaises(AccessError):
            Restore.with_user(self.user_sales).create({"file_id": file.id})

    @mute_logger(JOURNAL)
    def test_second_copy_heals(self):
        for where in (0, 1):
            with self.subTest(where=where):
                file = self._upload(f"second {where}").file
                self._move(self.env["print3d.storage"], self.storage, keep_source=True)
                copies = file.copy_ids.sorted(lambda copy: bool(copy.storage_id))
                self.assertEqual(len(copies), 2)
                self._damage(copies[where])
                self.assertEqual(copies._check_bytes(), copies[where])
                self.assertEqual(set(copies.mapped("state")), {"ok"})
                self.assertFalse(copies._check_bytes())

    @mute_logger(JOURNAL)
    def test_same_content_of_another_variant_heals(self):
        products = self._create_variants().product_variant_ids
        here = self._upload("same", product=products[0]).file
        self.storage.is_default = True
        there = self._upload("same", product=products[1]).file
        self._damage(here.copy_ids)
        here.copy_ids._check_bytes()
        self.assertEqual(here.condition, "good")
        self._bucket(there.copy_ids).delete(there.copy_ids.key)
        there.copy_ids._check_bytes()
        self.assertEqual(there.condition, "good")

    @mute_logger(JOURNAL)
    def test_uploading_again_replaces_damaged_bytes(self):
        file = self._upload("replaced").file
        self._damage(file.copy_ids)
        product = self._create_model().product_variant_id
        again = self._upload("replaced", product=product).file
        self.assertEqual(self._read(again), self._make_stl(salt="replaced"))
        self.assertFalse(file.copy_ids._check_bytes(), "they share the file")

    def test_silent_storage_is_no_damage(self):
        file = self._create_stored("silent")
        self.storage.endpoint_url = f"http://127.0.0.1:{s3_server.free_port()}"
        self.assertFalse(file.copy_ids._check_bytes())
        self.assertEqual(file.condition, "good")
        self.assertFalse(file.copy_ids.checked_on)

    def test_a_share_is_looked_at_each_night(self):
        for number in range(4):
            self._upload(f"share {number}")
        self.env["ir.config_parameter"].set_param("print3d_library.integrity_days", 3)
        share = -(-self.Copy.search_count([]) // 3)
        for _twice in range(2):
            self._run_check()
        self.assertEqual(self.Copy.search_count([("checked_on", "!=", False)]), share)

    def test_every_copy_has_its_turn_within_the_days(self):
        for number in range(5):
            self._upload(f"turn {number}")
        self.env["ir.config_parameter"].set_param("print3d_library.integrity_days", 3)
        self.assertGreater(self.Copy.search_count([]), 3)
        for _night in range(3):
            self.assertTrue(self.Copy.search_count([("checked_on", "=", False)]))
            self._run_check()
            for copy in self.Copy.search([("checked_on", "!=", False)]):
                copy.checked_on -= timedelta(days=1)
        self.assertFalse(self.Copy.search_count([("checked_on", "=", False)]))

    def _run_check(self):
        with self.enter_registry_test_mode():
            self.env.ref("print3d_library.ir_cron_check_files").method_direct_trigger()
        self.env.invalidate_all()

    @mute_logger(JOURNAL)
    def test_silent_storage_is_told_once_and_keeps_nobody_waiting(self):
        away = [self._create_stored(f"away {number}") for number in range(3)]
        self._upload("here")
        url = self.storage.endpoint_url
        self.storage.endpoint_url = f"http://127.0.0.1:{s3_server.free_port()}"
        self.storage.state = "ok"
        self.env["ir.config_parameter"].set_param("print3d_library.integrity_days", 1)
        Event = self.env["print3d.file.event"]
        before = Event.search([])
        for _night in range(2):
            self._run_check()
        event = Event.search([]) - before
        self.assertEqual((event.result, event.is_told), ("silent", True))
        self.assertEqual(self.storage.state, "failed")
        self.assertIn("does not answer", self.storage.check_message)
        for file in away:
            self.assertEqual((file.condition, file.checked_on), ("good", False))
        others = self.Copy.search([("storage_id", "=", False)])
        self.assertTrue(all(others.mapped("checked_on")))
        self.storage.endpoint_url = url
        self.storage.state = "failed"
        self._run_check()
        self.assertEqual(self.storage.state, "ok")
        self.assertTrue(all(file.checked_on for file in away))

    @mute_logger(JOURNAL)
    def test_disk_that_cannot_read_is_damage(self):
        file = self._upload("disk").file
        broken = Mock()
        broken.read.side_effect = OSError(errno.EIO, "Input/output error")
        self.patch(
            type(self.Copy), "_open", lambda copy: contextlib.nullcontext(broken)
        )
        file.copy_ids._check_bytes()
        self.assertEqual(file.condition, "damaged")

    @mute_logger(JOURNAL)
    def test_home_page_says_what_is_damaged(self):
        Home = self.env["print3d.home"]

        def get_section(user):
            return Home.with_user(user).get_data().get("damage")

        self.assertIsNone(get_section(self.user_owner))
        file = self._upload("home").file
        self._damage(file.copy_ids)
        file.copy_ids._check_bytes()
        self.storage._note_silence("It does not answer.")
        section = get_section(self.user_owner)
        self.assertEqual([record["id"] for record in section["records"]], file.ids)
        self.assertEqual(section["storages"][0]["message"], "It does not answer.")
        self.assertFalse(get_section(self.user_operator)["storages"])
        self.assertEqual(get_section(self.user_operator)["count"], 1)
        self.assertIsNone(get_section(self.user_sales))


@tagged("post_install", "-at_install")
class TestMigration(StorageCommon):
    def test_there_between_and_back(self):
        here = self.env["print3d.storage"]
        second = self._create_storage(
            "Second", prefix="second", bucket=s3_server.OTHER_BUCKET
        )
        file = self._upload("moved").file
        for source, target in (
            (here, self.storage),
            (self.storage, second),
            (second, here),
        ):
            key = file.copy_ids.key
            migration = self._move(source, target)
            self.assertEqual((migration.state, migration.failed_count), ("done", 0))
            self.assertEqual(migration.done_count, migration.total)
            self.assertEqual(migration.progress, 100)
            self.assertEqual(file.copy_ids.storage_id, target)
            self.assertEqual(bool(file.attachment_id), not target)
            self.assertEqual(self._read(file), self._make_stl(salt="moved"))
            if source:
                self.assertTrue(self.Orphan.search([("key", "=", key)]))

    @mute_logger(JOURNAL)
    def test_damaged_file_stays_and_is_retried(self):
        file = self._upload("bad").file
        self._damage(file.copy_ids)
        migration = self._move(self.env["print3d.storage"], self.storage)
        self.assertEqual((migration.state, migration.failed_count), ("done", 1))
        self.assertFalse(file.copy_ids.storage_id)
        file._restore(io.BytesIO(self._make_stl(salt="bad")))
        migration.action_retry()
        self.assertEqual((migration.state, migration.failed_count), ("done", 0))
        self.assertEqual(file.copy_ids.storage_id, self.storage)

    def test_pause_and_silence(self):
        file = self._upload("pause").file
        migration = self.env["print3d.storage.migration"].create(
            {"target_id": self.storage.id}
        )
        migration._list_files()
        migration.state = "paused"
        migration._run()
        self.assertEqual(migration.done_count, 0)
        url = self.storage.endpoint_url
        self.storage.endpoint_url = f"http://127.0.0.1:{s3_server.free_port()}"
        self.assertFalse(migration._move_some())
        self.assertIn("does not answer", migration.message)
        self.assertEqual((migration.failed_count, len(file.copy_ids)), (0, 1))
        self.storage.endpoint_url = url
        migration.action_resume()
        self.assertEqual(migration.state, "done")
        self.assertEqual(file.copy_ids.storage_id, self.storage)

    def test_job_leaves_the_row_to_whoever_wants_to_pause(self):
        self._upload("row")
        migration = self.env["print3d.storage.migration"].create(
            {"target_id": self.storage.id}
        )
        migration._list_files()
        migration.state = "running"
        written = []
        self.patch(
            type(migration), "write", lambda self, vals: written.append(vals) or True
        )
        self.assertTrue(migration._move_some())
        self.assertEqual(migration.done_count, 1)
        self.assertFalse(written)

    def test_nowhere_to_go(self):
        with self.assertRaisesRegex(UserError, "there already"):
            self._move(self.storage, self.storage)


@tagged("post_install", "-at_install")
class TestOrphans(StorageCommon):
    def setUp(self):
        super().setUp()
        # What other tests left in the bucket is not below it.
        self.storage.prefix = self._testMethodName
        # Whatever was stored a moment ago is old enough.
        self.patch(
            print3d_storage_orphan,
            "YOUNG",
            timedelta(days=-1),
        )

    def test_what_no_file_has_is_listed_and_removed_later(self):
        bucket = self.storage._get_bucket()
        keys = {
            self.storage._get_path("1", "files", "ab", "abc-1"): "unknown",
            self.storage._get_path("1", "staging", "999999999-x"): "staging",
        }
        for key in keys:
            bucket._call("put_object", key, Body=b"abc")
        foreign = self.storage._get_path("notes.txt")
        bucket._call("put_object", foreign, Body=b"abc")
        parts = self.storage._get_path("1", "staging", "999999998-x")
        upload_id = bucket.begin(parts)
        new, lost = self.Orphan._find(self.storage)
        found = {orphan.key: orphan.reason for orphan in new}
        self.assertEqual(found, {**keys, parts: "multipart"})
        self.assertFalse(lost)
        self.assertFalse(self.Orphan._find(self.storage)[0], "listed once")
        self.assertGreater(min(new.mapped("remove_after")), fields.Datetime.now())
        new.with_user(self.user_owner).action_remove_now()
        with self.enter_registry_test_mode():
            self.env.ref(
                "print3d_library.ir_cron_remove_orphans"
            ).method_direct_trigger()
        self.assertFalse(new.exists())
        self.assertTrue(self._has_object(self.storage, foreign))
        self.assertFalse([key for key in keys if self._has_object(self.storage, key)])
        with self.assertRaises(s3.StorageError):
            bucket.parts(parts, upload_id)

    def test_objects_of_another_database_are_left_alone(self):
        self.storage.action_check()
        key = self.storage._get_path("1", "files", "ab", "abc-2")
        self.storage._get_bucket()._call("put_object", key, Body=b"abc")
        self.storage._delete_keys([key])
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        noted = self.Orphan.search([("key", "=", key)])
        noted._remove(self.storage)
        self.assertTrue(self._has_object(self.storage, key))
        self.assertIn("another database", noted.message)
        self.assertFalse(self.Orphan._find(self.storage)[0])

    @mute_logger(JOURNAL)
    def test_file_whose_object_is_gone_is_reported(self):
        file = self._create_stored("gone")
        self._bucket(file.copy_ids).delete(file.copy_ids.key)
        _new, lost = self.Orphan._find(self.storage)
        self.assertEqual(lost, file.copy_ids)
        self.assertEqual((lost.state, file.condition), ("missing", "damaged"))
