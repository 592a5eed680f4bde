import base64
import hashlib
import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..tools import s3
from . import s3_server
from .test_storage import JOURNAL, StorageCommon

# One part and a little more: R2 wants parts of one size, but for the last.
LARGE = s3.MULTIPART_ABOVE + 12345
# Bytes that a browser makes again by itself, so that they need not be handed over.
CONTENT = "Uint8Array.from({length: %d}, (_, i) => (i * 7 + (i >> 8)) & 255)"


def make_content(size):
    """The bytes of ``CONTENT``."""
    return bytes((i * 7 + (i >> 8)) & 255 for i in range(size))


@tagged("post_install", "-at_install")
class TestStorageBrowser(StorageCommon, HttpCase):
    """A browser and the storage speak with each other; Odoo only signs."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", self.base_url())
        self.storage.action_set_cors()
        self.assertEqual(self.storage.state, "ok", self.storage.check_message)
        self.assertFalse(self.storage.check_message, "browsers are let in")

    def _run(self, code, login="lib_operator"):
        """Run the body of an async function on a page of the shop.

        A small page: the origin and the session are what counts.
        """
        self.browser_js(
            "/web/health",
            f"""(async () => {{ {code} }})().then(
                () => console.log("test successful"),
                (error) => console.error(String(error)),
            )""",
            login=login,
        )

    def _sign(self, key, upload_id, content, step):
        """Links for each part, as JSON with where it begins."""
        starts = range(0, len(content), step)
        numbers = {
            number: {
                "size": len(content[start : start + step]),
                "sha256_b64": base64.b64encode(
                    hashlib.sha256(content[start : start + step]).digest()
                ).decode(),
            }
            for number, start in enumerate(starts, 1)
        }
        signed = self.storage._sign_parts(key, upload_id, numbers)
        return json.dumps(
            [
                {"start": start, "end": start + numbers[number]["size"]}
                | signed[number]
                for number, start in enumerate(starts, 1)
            ]
        )

    def test_small_file_is_sent_in_one_request(self):
        size = 5000
        content = make_content(size)
        key = self.storage._get_path("1", "staging", "7-browser")
        begun = self.storage._begin_direct(key, size)
        self.assertFalse(begun["upload_id"])
        signed = self._sign(key, False, content, begun["part_size"])
        self._run(
            f"""
            const content = {CONTENT % size};
            const [{{ url, headers }}] = {signed};
            const spoilt = content.slice();
            spoilt[9] ^= 1;
            const send = (body) => fetch(url, {{ method: "PUT", headers, body }});
            const refused = await send(spoilt);
            if (refused.ok) throw new Error("took damaged bytes");
            const sent = await send(content);
            if (!sent.ok) throw new Error(await sent.text());
            """
        )
        with self.storage._open_key(key) as stream:
            self.assertEqual(stream.read(), content)

    def test_large_file_is_sent_in_parts(self):
        content = make_content(LARGE)
        key = self.storage._get_path("1", "staging", "8-browser")
        begun = self.storage._begin_direct(key, LARGE)
        self.assertTrue(begun["upload_id"])
        upload_id = begun["upload_id"]
        signed = self._sign(key, upload_id, content, begun["part_size"])
        self._run(
            f"""
            const content = {CONTENT % LARGE};
            for (const {{ url, headers, start, end }} of {signed}) {{
                const body = content.subarray(start, end);
                const sent = await fetch(url, {{ method: "PUT", headers, body }});
                if (!sent.ok) throw new Error(await sent.text());
                if (!sent.headers.get("ETag")) throw new Error("no ETag is exposed");
            }}
            """
        )
        bucket = self.storage._get_bucket()
        parts = bucket.parts(key, upload_id)
        sizes = [part["size"] for part in parts]
        self.assertEqual(sum(sizes), LARGE)
        self.assertEqual(set(sizes[:-1]), {begun["part_size"]})
        bucket.finish(key, upload_id, parts)
        with self.storage._open_key(key) as stream:
            self.assertEqual(self.env["print3d.file"]._hash(stream), _sha256(content))

    def test_pages_of_others_are_kept_out(self):
        self.storage._get_bucket().set_cors(["https://elsewhere.example"])
        content = b"abc"
        key = self.storage._get_path("1", "staging", "9-browser")
        signed = self._sign(key, False, content, len(content))
        self._run(
            f"""
            const [{{ url, headers }}] = {signed};
            let taken = true;
            try {{
                await fetch(url, {{ method: "PUT", headers, body: "abc" }});
            }} catch {{
                taken = false;
            }}
            if (taken) throw new Error("the rules are not kept");
            """
        )
        self.storage.action_check()
        self.assertIn("CORS", self.storage.check_message)

    def test_file_is_fetched_from_the_storage(self):
        file = self._create_stored("browser")
        for reachable in (True, False):
            self.storage.is_browser_reachable = reachable
            came_from = self.server.url if reachable else self.base_url()
            self._run(
                f"""
                const answer = await fetch("{file.download_url}");
                if (!answer.url.startsWith("{came_from}/")) throw new Error(answer.url);
                const bytes = await answer.arrayBuffer();
                const digest = await crypto.subtle.digest("SHA-256", bytes);
                const hex = [...new Uint8Array(digest)]
                    .map((byte) => byte.toString(16).padStart(2, "0"))
                    .join("");
                if (hex !== "{file.sha256}") throw new Error("other bytes");
                """,
                login="lib_sales",
            )


@tagged("post_install", "-at_install")
class TestStorageTours(StorageCommon, HttpCase):
    def setUp(self):
        super().setUp()
        # What the job runner would do at once.
        self.patch(
            type(self.env["print3d.storage.migration"]),
            "_enqueue",
            lambda self, eta=None: self._run(),
        )

    def test_set_up_and_move(self):
        self.env["ir.config_parameter"].set_param("web.base.url", self.base_url())
        # Others' rules let nobody in.
        self.storage._get_bucket().set_cors(["https://elsewhere.example"])
        file = self._upload("tour").file
        tour_storage = self._create_storage(
            "Tour Bucket", prefix="tour", secret_key=False
        )
        self.start_tour(
            "/odoo/print3d-storages", "print3d_library_storage", login="lib_owner"
        )
        self.assertEqual(tour_storage.state, "ok")
        self.assertEqual(tour_storage.sudo().secret, s3_server.SECRET_KEY)
        self.assertEqual(file.copy_ids.storage_id, tour_storage)
        self.assertEqual(self._read(file), self._make_stl(salt="tour"))

    @mute_logger(JOURNAL)
    def test_damaged_file_is_mended_from_the_home_page(self):
        file = self._upload("tour damaged", name="tour_damaged.stl").file
        self._damage(file.copy_ids)
        file.copy_ids._check_bytes()
        self.assertEqual(file.condition, "damaged")
        for name, salt in (("original", "tour damaged"), ("other", "tour other")):
            # A byte in front: the file store would take the damaged file for this one.
            content = b"!" + self._make_stl(salt=salt)
            attachment = self.env["ir.attachment"].create(
                {"name": name, "raw": content, "public": True}
            )
            self.env["ir.model.data"].create(
                {
                    "module": "print3d_library",
                    "name": f"tour_{name}",
                    "model": "ir.attachment",
                    "res_id": attachment.id,
                }
            )
        self.start_tour(
            "/odoo/print3d", "print3d_library_damaged", login="lib_operator"
        )
        self.assertEqual(file.condition, "good")
        self.assertEqual(self._read(file), self._make_stl(salt="tour damaged"))


def _sha256(content):
    return hashlib.sha256(content).hexdigest()
