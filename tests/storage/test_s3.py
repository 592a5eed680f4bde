"""What the client does, on real servers over loopback."""

import base64
import hashlib
import http.server
import io
import os
import threading

import pytest
import requests
import s3
import s3_server

LARGE = s3.MULTIPART_ABOVE + 4 * 1024 * 1024 + 7
TIMEOUT = 60
ORIGIN = "http://shop.example"


def put(bucket, key, content):
    sha256 = hashlib.sha256(content).hexdigest()
    bucket.put(key, io.BytesIO(content), len(content), sha256)
    return sha256


@pytest.mark.parametrize("size", [0, 10, s3.MULTIPART_ABOVE, LARGE])
def test_what_is_put_is_read(bucket, size):
    content = os.urandom(size)
    sha256 = put(bucket, f"put/{size}", content)
    assert b"".join(bucket.chunks(f"put/{size}")) == content
    with bucket.open(f"put/{size}") as stream:
        stream.seek(size // 2)
        assert stream.read() == content[size // 2 :]
    found = bucket.head(f"put/{size}")
    assert found.size == size
    # rclone over a folder keeps neither checksums nor metadata.
    assert found.sha256 in (sha256, "")


def test_checksum_is_kept_as_metadata(seaweedfs, make_bucket):
    bucket = make_bucket(seaweedfs)
    for size in (10, LARGE):
        sha256 = put(bucket, f"sum/{size}", bytes(size))
        assert bucket.head(f"sum/{size}").sha256 == sha256
        bucket.copy_object(f"sum/{size}", "sum/copy", sha256)
        assert bucket.head("sum/copy").sha256 == sha256


def test_list_copy_and_delete(bucket):
    sha256 = put(bucket, "list/a", b"alpha")
    bucket.copy_object("list/a", "list/b", sha256)
    assert {found.key: found.size for found in bucket.list("list/")} == {
        "list/a": 5,
        "list/b": 5,
    }
    bucket.delete("list/a")
    bucket.delete("list/a")
    assert [found.key for found in bucket.list("list/")] == ["list/b"]
    with pytest.raises(s3.StorageError) as caught:
        bucket.head("list/a")
    assert caught.value.code == "missing"


def test_more_than_a_page_is_listed(seaweedfs, make_bucket):
    bucket = make_bucket(seaweedfs)
    for number in range(1005):
        bucket._call("put_object", f"many/{number:04}", Body=b"")
    keys = [found.key for found in bucket.list("many/")]
    assert keys == [f"many/{number:04}" for number in range(1005)]


def test_server_refuses_what_was_damaged_on_its_way(bucket):
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    with pytest.raises(s3.StorageError) as caught:
        bucket._call("put_object", "damaged", Body=b"content", ContentMD5=wrong)
    assert caught.value.code == "checksum"


def test_other_bytes_than_were_stated_are_noticed(seaweedfs, make_bucket):
    bucket = make_bucket(seaweedfs, native_sha256=True)
    other = hashlib.sha256(b"other").hexdigest()
    with pytest.raises(s3.StorageError) as caught:
        bucket.put("stated", io.BytesIO(b"content"), 7, other)
    assert caught.value.code == "checksum"


def test_file_that_breaks_off_leaves_no_parts(seaweedfs, make_bucket):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > s3.PART_SIZE:
                raise OSError("gone")
            return super().read(size)

    bucket = make_bucket(seaweedfs)
    with pytest.raises(OSError, match="gone"):
        bucket.put("broken/one", Broken(os.urandom(LARGE)), LARGE, "0" * 64)
    assert list(bucket.unfinished("broken/")) == []


# === BY BROWSERS === #


def test_browser_sends_one_put(bucket):
    url, headers = bucket.link_put("direct/one", 5)
    assert (
        requests.put(url, data=b"hello", headers=headers, timeout=TIMEOUT).status_code
        == 200
    )
    assert bucket.head("direct/one").size == 5


def test_browser_sends_no_more_than_was_signed(bucket):
    url, _headers = bucket.link_put("direct/more", 5)
    assert requests.put(url, data=b"hello world", timeout=TIMEOUT).status_code == 403


def test_browser_states_its_checksum(seaweedfs, make_bucket):
    bucket = make_bucket(seaweedfs, native_sha256=True)
    stated = base64.b64encode(hashlib.sha256(b"hello").digest()).decode()
    url, headers = bucket.link_put("direct/sum", 5, stated)
    assert (
        requests.put(url, data=b"jello", headers=headers, timeout=TIMEOUT).status_code
        == 400
    )
    assert (
        requests.put(url, data=b"hello", headers=headers, timeout=TIMEOUT).status_code
        == 200
    )


def test_browser_sends_parts(bucket):
    content = os.urandom(LARGE)
    step = s3.part_size(LARGE)
    upload_id = bucket.begin("direct/parts")
    parts = []
    for number, start in enumerate(range(0, LARGE, step), 1):
        data = content[start : start + step]
        url, headers = bucket.link_part("direct/parts", upload_id, number, len(data))
        answer = requests.put(url, data=data, headers=headers, timeout=TIMEOUT)
        parts.append({"number": number, "etag": answer.headers["ETag"]})
    known = bucket.parts("direct/parts", upload_id)
    assert [part["number"] for part in known] == [1, 2, 3]
    bucket.finish("direct/parts", upload_id, parts[::-1])
    assert b"".join(bucket.chunks("direct/parts")) == content


def test_unfinished_parts_are_found_and_given_up(seaweedfs, make_bucket):
    bucket = make_bucket(seaweedfs)
    upload_id = bucket.begin("left/parts")
    assert [(key, one) for key, one, _on in bucket.unfinished("left/")] == [
        ("left/parts", upload_id)
    ]
    bucket.abort("left/parts", upload_id)
    bucket.abort("left/parts", upload_id)
    assert list(bucket.unfinished("left/")) == []


def test_browser_saves_under_the_name(bucket):
    put(bucket, "link/one", b"G1 X1")
    name = 'Größe "1"; a\\b.gcode'
    answer = requests.get(bucket.link_get("link/one", name), timeout=TIMEOUT)
    assert answer.content == b"G1 X1"
    stated = answer.headers["Content-Disposition"]
    assert stated == s3.content_disposition(name)
    assert stated.startswith('attachment; filename="Gr__e _1_; a_b.gcode"; filename*=')
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_link_is_of_the_address_for_browsers(seaweedfs, make_bucket):
    bucket = make_bucket(seaweedfs, public_endpoint="https://files.example")
    assert bucket.link_get("a", "a").startswith("https://files.example/print-shop/a?")


# === TRYING IT === #


def test_check_finds_what_the_server_has(seaweedfs, make_bucket):
    bucket = make_bucket(seaweedfs)
    bucket.set_cors([ORIGIN])
    assert bucket.check("check/1", ORIGIN) == s3.Check(native_sha256=True)
    assert list(bucket.list("check/")) == []


def test_check_hints_at_the_rules_for_browsers(seaweedfs, make_bucket):
    bucket = make_bucket(seaweedfs, bucket=s3_server.OTHER_BUCKET)
    bucket.set_cors(["http://elsewhere.example"])
    (hint,) = bucket.check("check/2", ORIGIN).hints
    assert "CORS" in hint and ORIGIN in hint


def test_check_hints_at_the_address_for_browsers(seaweedfs, make_bucket):
    nowhere = f"http://127.0.0.1:{s3_server.free_port()}"
    bucket = make_bucket(seaweedfs, public_endpoint=nowhere)
    (hint,) = bucket.check("check/3", ORIGIN).hints
    assert "public address" in hint


def test_check_works_on_a_plain_server(rclone, make_bucket):
    bucket = make_bucket(rclone)
    assert bucket.check("check/4").hints == ()
    assert list(bucket.list("check/")) == []


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"bucket": "no-such-bucket"}, "bucket", "no-such-bucket"),
        ({"access_key": "UNKNOWN0000000000001"}, "key", "access key"),
        ({"secret_key": "wrong"}, "secret", "secret key"),
        ({"endpoint": "nonsense"}, "setting", "address"),
        (
            {
                "access_key": s3_server.READER_KEY,
                "secret_key": s3_server.READER_SECRET,
            },
            "right",
            "read, write and delete",
        ),
    ],
)
def test_failures_say_what_next(seaweedfs, make_bucket, settings, code, words):
    with pytest.raises(s3.StorageError) as caught:
        make_bucket(seaweedfs, **settings).check("check/5")
    assert caught.value.code == code
    assert words in caught.value.message
    assert s3_server.SECRET_KEY not in caught.value.message
    assert not caught.value.is_passing


def test_nobody_answers(make_bucket, seaweedfs):
    nowhere = f"http://127.0.0.1:{s3_server.free_port()}"
    with pytest.raises(s3.StorageError) as caught:
        make_bucket(seaweedfs, endpoint=nowhere).head("a")
    assert caught.value.code == "connection"
    assert nowhere in caught.value.message
    assert caught.value.is_passing


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "RequestTimeTooSkewed", "clock"),
        (403, "AccessDenied", "right"),
        (301, "PermanentRedirect", "region"),
        (400, "AuthorizationHeaderMalformed", "region"),
        (503, "SlowDown", "busy"),
        (400, "EntityTooLarge", "refused"),
    ],
)
def test_answers_that_servers_here_do_not_give(make_bucket, status, code, kind):
    body = f"<Error><Code>{code}</Code><Message>Because.</Message></Error>".encode()

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_PUT(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{one.server_port}"
        bucket = s3.Bucket(s3.Settings("shop", "key", "secret", endpoint=url))
        with pytest.raises(s3.StorageError) as caught:
            bucket._call("put_object", "a", Body=b"a")
        one.shutdown()
        thread.join()
    assert caught.value.code == kind
    assert caught.value.message.endswith(".") or code in caught.value.message


def test_secret_is_not_shown():
    settings = s3.Settings("shop", "key", "very secret")
    assert "very secret" not in repr(settings)


def test_parts_are_as_many_as_servers_take():
    assert s3.part_size(s3.MULTIPART_ABOVE) == 0
    assert s3.part_size(s3.MULTIPART_ABOVE + 1) == s3.PART_SIZE
    huge = 5 * 1024**4
    assert huge / s3.part_size(huge) <= s3.MOST_PARTS
