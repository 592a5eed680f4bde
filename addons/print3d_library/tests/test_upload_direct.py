import io
import json
import urllib.error
import urllib.request
import zipfile

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.print3d_upload import (
    UploadConflictError,
    UploadDamagedError,
    UploadStorageError,
)
from ..tools import s3
from . import s3_server
from .test_upload_protocol import ProtocolCommon, UploadCommon, sha256

DIRECT = "odoo.addons.print3d_library.models.print3d_upload_direct"
MB = 1024 * 1024
PART = s3.PART_SIZE


def put(signed, body):
    """What a browser does with a signed request; the status of its answer."""
    request = urllib.request.Request(
        signed["url"], body, signed["headers"], method="PUT"
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class DirectCommon(UploadCommon):
    """A company whose files go to a real S3 server on loopback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        running = s3_server.running_seaweedfs()
        cls.server = running.__enter__()
        cls.addClassCleanup(running.__exit__, None, None, None)
        cls.storage = cls.env["print3d.storage"].create(
            {
                "name": "Direct",
                "endpoint_url": cls.server.url,
                "bucket": s3_server.BUCKET,
                "access_key": s3_server.ACCESS_KEY,
                "secret_key": s3_server.SECRET_KEY,
                "prefix": "direct",
                "is_default": True,
            }
        )
        cls.bucket = cls.storage._get_bucket()

    @classmethod
    def _make_large(cls, salt=1):
        """G-code of three parts, the last one smaller than the others."""
        line = b"; a line of many words that say nothing, number %07d\n"
        filler = b"".join(line % number for number in range(2 * PART // len(line) + 9))
        return cls._make_gcode(salt=salt) + filler

    def _begin(self, data, direct=True, **kwargs):
        return super()._begin(data, direct=direct, **kwargs)

    def _put(self, upload, number, data):
        step = upload.sudo().part_size
        status = put(upload._sign(number), data[(number - 1) * step : number * step])
        self.assertEqual(status, 200)

    def _get_key(self, upload):
        return self.storage._get_staging_key(upload)

    def _list_parts(self):
        return [key for key, _ref, _on in self.bucket.unfinished("direct/")]


@tagged("post_install", "-at_install")
class TestUploadDirect(DirectCommon):
    """Parts go to the storage; records say what is there."""

    def test_parts_become_a_version(self):
        before = self._list_staged()
        data = self._make_large()
        upload = self._begin(data)
        self.assertEqual(upload._get_direct(), {"part_size": PART, "done": []})
        self._put(upload, 1, data)
        self._put(upload, 3, data)
        with self.assertRaises(UploadConflictError):
            upload._finish()
        # What arrived is not sent again.
        again = self._begin(data)
        self.assertEqual(again, upload)
        self.assertEqual(again._get_direct()["done"], [1, 3])
        self._put(upload, 2, data)
        self.assertEqual(upload.received, PART)
        upload._finish()
        self.assertEqual((upload.state, upload.received), ("done", len(data)))
        (copy,) = upload.file_id.copy_ids
        self.assertEqual(copy.storage_id, self.storage)
        with upload.file_id._open() as stream:
            self.assertEqual(sha256(stream.read()), sha256(data))
        # Nothing was kept here, and the storage is tidied.
        self.assertEqual(self._list_staged(), before)
        noted = self.env["print3d.storage.orphan"].search(
            [("key", "=", self._get_key(upload))]
        )
        self.assertEqual(noted.reason, "deleted")
        self.assertFalse(upload.sudo().storage_id)

    def test_small_file_is_one_request(self):
        data = self._make_stl(salt=4)
        upload = self._begin(data, name="part.stl")
        self.assertEqual(upload._get_direct(), {"part_size": len(data), "done": []})
        self._put(upload, 1, data)
        upload._finish()
        self.assertEqual(upload.state, "done")
        self.assertTrue(upload.mesh_id)

    def test_damaged_whole_is_sent_again(self):
        data = self._make_stl(salt=5)
        upload = self._begin(data, name="part.stl")
        self._put(upload, 1, data[:-1] + b"x")
        self._refused(UploadDamagedError, upload._finish)
        self.assertEqual((upload.state, upload.received), ("sending", 0))
        with self.assertRaises(s3.StorageError):
            self.bucket.head(self._get_key(upload))
        self.assertEqual(self._begin(data, name="part.stl"), upload)
        self._put(upload, 1, data)
        upload._finish()
        self.assertEqual(upload.state, "done")

    def test_checksum_is_the_storages_too(self):
        """Where the storage keeps SHA-256 it refuses other bytes at once."""
        self.storage.native_sha256 = True
        data = self._make_stl(salt=6)
        upload = self._begin(data, name="part.stl")
        signed = upload._sign(1)
        self.assertIn("x-amz-checksum-sha256", signed["headers"])
        self.assertEqual(put(signed, data[:-1] + b"x"), 400)
        self.assertEqual(put(signed, data), 200)

    def test_answer_of_joining_was_lost(self):
        data = self._make_large(salt=2)
        upload = self._begin(data)
        for number in (1, 2, 3):
            self._put(upload, number, data)
        bucket, key, reference = upload._get_place()
        bucket.finish(key, reference, bucket.parts(key, reference))
        self.assertEqual(self._begin(data)._get_direct()["done"], [1, 2, 3])
        upload._finish()
        self.assertEqual(upload.state, "done")

    def test_storage_that_gave_it_up_gets_it_anew(self):
        data = self._make_large(salt=3)
        upload = self._begin(data)
        self._put(upload, 1, data)
        bucket, key, reference = upload._get_place()
        bucket.abort(key, reference)
        self.assertEqual(upload._get_direct(), {"part_size": PART, "done": []})
        self.assertNotEqual(upload.sudo().direct_ref, reference)

    def test_cancelled_parts_are_removed(self):
        data = self._make_large(salt=4)
        upload = self._begin(data)
        self._put(upload, 1, data)
        self.assertEqual(self._list_parts(), [self._get_key(upload)])
        upload._cancel()
        self._commit()
        self.assertEqual(self._list_parts(), [])
        with self.assertRaises(UploadConflictError):
            upload._sign(2)

    def test_sender_that_cannot_reach_it_goes_through_the_server(self):
        data = self._make_large(salt=5)
        upload = self._begin(data)
        self._put(upload, 1, data)
        with self.assertRaises(UploadConflictError):
            upload._receive(0, data[:1000], sha256(data[:1000]))
        again = self._begin(data, direct=False)
        self.assertEqual(again, upload)
        self._commit()
        self.assertEqual(self._list_parts(), [])
        self.assertEqual((upload._get_direct(), upload.received), (None, 0))
        self._send(upload, data, step=4 * MB)
        upload._finish()
        self.assertEqual(upload.state, "done")
        self.assertEqual(upload.file_id.copy_ids.storage_id, self.storage)

    def test_storage_closed_to_browsers(self):
        self.storage.is_browser_reachable = False
        upload = self._begin(self._make_stl(salt=7), name="part.stl")
        self.assertIsNone(upload._get_direct())

    def test_storage_that_does_not_answer(self):
        data = self._make_large(salt=6)
        upload = self._begin(data)
        self.storage.endpoint_url = f"http://127.0.0.1:{s3_server.free_port()}"
        for call in (upload._get_direct, upload._finish):
            self._refused(UploadStorageError, call)
        self.assertEqual(upload.state, "sending")
        # What begins now is not sent there.
        with mute_logger(DIRECT):
            other = self._begin(self._make_large(salt=7), name="other.gcode")
        self.assertIsNone(other._get_direct())

    def test_held_file_waits_in_the_storage(self):
        before = self._list_staged()
        data = self._make_stl(salt=8)
        batch = self._create_batch(hold=True)
        upload = self._begin(data, name="part.stl", batch=batch)
        self._put(upload, 1, data)
        upload._finish()
        self.assertEqual(upload.state, "stored")
        self.assertEqual(self._list_staged(), before)
        Orphan = self.env["print3d.storage.orphan"]
        name = self._get_key(upload).rpartition("/")[2]
        self.assertTrue(Orphan._is_being_sent(name))
        with upload._open() as stream:
            self.assertEqual(stream.read(), data)
        upload._take()
        self.assertEqual(upload.file_id.copy_ids.storage_id, self.storage)
        self.assertFalse(Orphan._is_being_sent(name))

    def test_archive_is_unpacked_from_the_storage(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("toys/a.stl", self._make_stl(salt=9))
        data = stream.getvalue()
        batch = self._create_batch(hold=True)
        upload = self._begin(data, name="all.zip", batch=batch)
        self._put(upload, 1, data)
        upload.with_context(queue_job__no_delay=True)._finish()
        self.assertEqual(upload.state, "done")
        self.assertRecordValues(
            upload.child_ids, [{"path": "toys", "name": "a.stl", "state": "stored"}]
        )

    def test_infected_or_unknown_content_does_not_stay(self):
        data = b"nothing that is printed" * 9
        upload = self._begin(data, name="notes.gcode")
        self._put(upload, 1, data)
        upload._finish()
        self.assertEqual(upload.state, "failed")
        self.assertTrue(
            self.env["print3d.storage.orphan"].search(
                [("key", "=", self._get_key(upload))]
            )
        )

    def test_parts_that_are_not_there(self):
        upload = self._begin(self._make_stl(salt=10), name="part.stl")
        for number in (0, 2):
            with self.subTest(number=number), self.assertRaises(UploadConflictError):
                upload._sign(number)

    def test_settings_that_cannot_be_used(self):
        data = self._make_stl(salt=11)
        upload = self._begin(data, name="part.stl")
        self.storage.access_key = False
        with self.assertRaisesRegex(UserError, "keys"):
            upload._sign(1)


@tagged("post_install", "-at_install")
class TestUploadDirectProtocol(DirectCommon, ProtocolCommon):
    def test_begin_sign_finish(self):
        begun = self._call_begin(direct=True)
        self.assertEqual(begun["direct"], {"part_size": len(self.data), "done": []})
        path = f"{begun['id']}/sign"
        self._call(path, 400, json={})
        self._call(path, 409, json={"number": 2})
        signed = self._call(path, json={"number": 1})
        self.assertEqual(put(signed, self.data), 200)
        answer = self._call(f"{begun['id']}/finish", json={})
        self.assertEqual(answer["state"], "done")
        self._call(path, 409, json={"number": 1})
        file = self.Slice.browse(answer["slice_id"]).file_id
        self.assertEqual(file.sha256, sha256(self.data))

    def test_signed_for_nobody_else(self):
        begun = self._call_begin(direct=True)
        self.authenticate("lib_owner", "lib_owner")
        self._call(f"{begun['id']}/sign", 404, json={"number": 1})

    def test_storage_that_does_not_answer_is_told(self):
        self.data = self._make_large(salt=12)
        begun = self._call_begin(direct=True)
        self.storage.endpoint_url = f"http://127.0.0.1:{s3_server.free_port()}"
        answer = self._call(f"{begun['id']}/finish", 503, json={})
        self.assertEqual(answer["error"], "storage")
        self.assertEqual(
            json.loads(self.url_open(f"/print3d/upload/{begun['id']}").text)["state"],
            "sending",
        )
