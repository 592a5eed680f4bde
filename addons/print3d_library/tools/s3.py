"""Client of an S3-compatible object storage: one bucket, below one prefix.

Built on boto3, which is imported when a bucket is first spoken to. Calls are made by
workers that serve people, so every one has a short timeout and few retries. What goes
wrong becomes a :class:`StorageError` with a sentence that says what to do next.

Checksums: each PUT and each part carries its MD5 (``Content-MD5``), so that any server
refuses what was damaged on its way. Where the server keeps SHA-256
(``x-amz-checksum-sha256``) it is sent too, otherwise the object carries it as metadata
of ours. boto3's own default checksums (CRC32 as a trailer) are switched off: Cloudflare
R2 and older servers refuse them.
"""

import base64
import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass, field

CHUNK = 1024 * 1024
MULTIPART_ABOVE = 16 * 1024 * 1024
PART_SIZE = 8 * 1024 * 1024
# Amazon's limit, which the others keep too.
MOST_PARTS = 10_000
CONNECT_SECONDS = 5
READ_SECONDS = 20
ATTEMPTS = 3
LINK_SECONDS = 300
UPLOAD_SECONDS = 3600
SHA256_NAME = "sha256"
# Above this CopyObject is refused by Amazon; a copy in parts is needed.
COPY_MOST = 5 * 1024**3

CLOCK = {"RequestTimeTooSkewed", "RequestExpired"}
KEY = {
    "InvalidAccessKeyId",
    "InvalidAccessKey",
    "Unauthorized",
    "InvalidToken",
    "InvalidClientTokenId",
}
SECRET = {"SignatureDoesNotMatch"}
RIGHT = {"AccessDenied", "AllAccessDisabled", "AccountProblem", "Forbidden", "403"}
BUCKET = {"NoSuchBucket", "InvalidBucketName"}
MISSING = {"NoSuchKey", "NotFound", "404", "NoSuchUpload"}
REGION = {"PermanentRedirect", "AuthorizationHeaderMalformed", "301"}
BUSY = {"SlowDown", "ServiceUnavailable", "InternalError", "503", "500", "502"}
CHECKSUM = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch"}


class StorageError(Exception):
    """The storage did not do what was asked.

    :param code: ``connection`` (nobody answers in time), ``key``, ``secret``,
        ``right``, ``bucket``, ``region``, ``clock``, ``missing`` (no such object),
        ``checksum`` (bytes were damaged on their way), ``busy``, ``library`` (boto3 is
        not installed), ``setting`` or ``refused`` (anything else)
    :param message: an English sentence: what happened, and what next
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def is_passing(self):
        """Whether the same call may well succeed a little later."""
        return self.code in ("connection", "busy")


@dataclass(frozen=True)
class Settings:
    """Where a bucket is, and who we are there.

    :param endpoint: URL of the server; empty for Amazon's own
    :param public_endpoint: URL by which browsers reach it, when that is another
    :param style: ``path`` (host/bucket/key), ``virtual`` (bucket.host/key) or ``auto``
    :param native_sha256: whether the server keeps ``x-amz-checksum-sha256``
    """

    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    endpoint: str = ""
    public_endpoint: str = ""
    region: str = "us-east-1"
    style: str = "path"
    native_sha256: bool = False


@dataclass(frozen=True)
class Found:
    """An object as a listing or a HEAD tells it; ``sha256`` is hexadecimal or empty."""

    key: str
    size: int
    modified: object = None
    sha256: str = ""


@dataclass(frozen=True)
class Check:
    """What trying a bucket found.

    :param native_sha256: whether the server keeps SHA-256 checksums
    :param hints: English sentences about what works, yet not for browsers
    """

    native_sha256: bool
    hints: tuple = ()


def part_size(size):
    """Bytes of a part for an object of this size: 0 where it is sent in one PUT."""
    if size <= MULTIPART_ABOVE:
        return 0
    megabyte = 1024 * 1024
    least = -(-size // MOST_PARTS)
    return max(PART_SIZE, -(-least // megabyte) * megabyte)


class Bucket:
    """A bucket; keys are whole, with their prefix.

    :param Settings settings: where it is
    """

    def __init__(self, settings):
        self.settings = settings
        self._clients = {}

    # === CONNECTION === #

    def _client(self, public=False):
        """A boto3 client; the public one is only for signing."""
        endpoint = self.settings.endpoint
        if public:
            endpoint = self.settings.public_endpoint or endpoint
        if endpoint not in self._clients:
            self._clients[endpoint] = self._connect(endpoint)
        return self._clients[endpoint]

    def _connect(self, endpoint):
        try:
            # Here, so that a shop without object storage needs no boto3.
            import boto3
            from botocore.config import Config
        except ImportError as error:
            raise StorageError(
                "library",
                "The Python package boto3 is not installed on the server. Install it "
                "(pip install boto3) and restart Odoo.",
            ) from error
        settings = self.settings
        with translated(settings):
            # A session of its own: boto3's default one is not for several threads.
            return boto3.session.Session().client(
                "s3",
                endpoint_url=endpoint or None,
                region_name=settings.region or "us-east-1",
                aws_access_key_id=settings.access_key,
                aws_secret_access_key=settings.secret_key,
                config=Config(
                    signature_version="s3v4",
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=READ_SECONDS,
                    retries={"max_attempts": ATTEMPTS, "mode": "standard"},
                    s3={"addressing_style": settings.style},
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
            )

    def _call(self, method, key=None, **params):
        params["Bucket"] = self.settings.bucket
        if key is not None:
            params["Key"] = key
        client = self._client()
        with translated(self.settings, key):
            return getattr(client, method)(**params)

    # === OBJECTS === #

    def put(self, key, stream, size, sha256):
        """Store an object; the server checks what arrives.

        :param stream: seekable binary file object, sent from its beginning
        :param str sha256: SHA-256 of it, in hexadecimal
        :raises StorageError: it is not stored
        """
        stream.seek(0)
        step = part_size(size)
        metadata = {SHA256_NAME: sha256}
        if not step:
            data = stream.read(size)
            extra = {}
            if self.settings.native_sha256:
                extra["ChecksumSHA256"] = _base64(bytes.fromhex(sha256))
            self._call(
                "put_object",
                key,
                Body=data,
                ContentMD5=_base64(hashlib.md5(data, usedforsecurity=False).digest()),
                ContentType="application/octet-stream",
                Metadata=metadata,
                **extra,
            )
        else:
            self._put_parts(key, stream, step, metadata)
        found = self.head(key)
        if found.size != size or (found.sha256 and found.sha256 != sha256):
            raise StorageError(
                "checksum",
                f"The storage keeps other bytes under “{key}” than were sent. Try "
                "again; if it stays so, have the server checked.",
            )

    def _put_parts(self, key, stream, step, metadata):
        upload_id = self.begin(key, metadata)
        parts = []
        try:
            while data := stream.read(step):
                number = len(parts) + 1
                digest = hashlib.md5(data, usedforsecurity=False).digest()
                answer = self._call(
                    "upload_part",
                    key,
                    Body=data,
                    UploadId=upload_id,
                    PartNumber=number,
                    ContentMD5=_base64(digest),
                )
                parts.append({"number": number, "etag": answer["ETag"]})
            self.finish(key, upload_id, parts)
        except BaseException:
            with contextlib.suppress(StorageError):
                self.abort(key, upload_id)
            raise

    def chunks(self, key):
        """The bytes of an object, a chunk at a time."""
        body = self._call("get_object", key)["Body"]
        with contextlib.closing(body):
            while True:
                with translated(self.settings, key):
                    chunk = body.read(CHUNK)
                if not chunk:
                    return
                yield chunk

    @contextlib.contextmanager
    def open(self, key):
        """An object as a seekable binary file on disk, gone when the block ends."""
        with tempfile.TemporaryFile(prefix="print3d") as target:
            for chunk in self.chunks(key):
                target.write(chunk)
            target.seek(0)
            yield target

    def head(self, key):
        """Size and known SHA-256 of an object.

        :rtype: Found
        :raises StorageError: ``missing`` when there is none
        """
        extra = {"ChecksumMode": "ENABLED"} if self.settings.native_sha256 else {}
        answer = self._call("head_object", key, **extra)
        known = answer.get("ChecksumSHA256") or ""
        # That of an object in parts ("…-3") is a checksum of checksums.
        if known and "-" not in known:
            sha256 = base64.b64decode(known).hex()
        else:
            sha256 = (answer.get("Metadata") or {}).get(SHA256_NAME, "")
        return Found(key, answer["ContentLength"], answer.get("LastModified"), sha256)

    def copy_object(self, source, key, sha256):
        """Copy an object within the bucket, on the server.

        :param str sha256: SHA-256 that the copy states of itself
        """
        self._call(
            "copy_object",
            key,
            CopySource={"Bucket": self.settings.bucket, "Key": source},
            Metadata={SHA256_NAME: sha256},
            MetadataDirective="REPLACE",
            ContentType="application/octet-stream",
        )

    def delete(self, key):
        """Remove an object; one that is not there is as good as removed."""
        try:
            self._call("delete_object", key)
        except StorageError as error:
            if error.code != "missing":
                raise

    def list(self, prefix):
        """Every object below a prefix.

        :rtype: Iterator[Found]
        """
        token = {}
        while True:
            page = self._call("list_objects_v2", Prefix=prefix, **token)
            for entry in page.get("Contents", ()):
                yield Found(entry["Key"], entry["Size"], entry.get("LastModified"))
            if not page.get("IsTruncated") or not page.get("NextContinuationToken"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    # === IN PARTS, AND BY BROWSERS === #

    def begin(self, key, metadata=None):
        """Begin an object in parts; returns the id of the upload."""
        answer = self._call(
            "create_multipart_upload",
            key,
            ContentType="application/octet-stream",
            Metadata=metadata or {},
        )
        return answer["UploadId"]

    def finish(self, key, upload_id, parts):
        """Make one object of its parts.

        :param parts: dicts with ``number`` and ``etag``, in any order
        """
        self._call(
            "complete_multipart_upload",
            key,
            UploadId=upload_id,
            MultipartUpload={
                "Parts": [
                    {"PartNumber": part["number"], "ETag": part["etag"]}
                    for part in sorted(parts, key=lambda part: part["number"])
                ]
            },
        )

    def abort(self, key, upload_id):
        """Give up an object in parts; parts that are gone already are no error."""
        try:
            self._call("abort_multipart_upload", key, UploadId=upload_id)
        except StorageError as error:
            if error.code != "missing":
                raise

    def parts(self, key, upload_id):
        """The parts that arrived: dicts with ``number``, ``etag`` and ``size``."""
        found, marker = [], {}
        while True:
            page = self._call("list_parts", key, UploadId=upload_id, **marker)
            found += [
                {
                    "number": part["PartNumber"],
                    "etag": part["ETag"],
                    "size": part["Size"],
                }
                for part in page.get("Parts", ())
            ]
            if not page.get("IsTruncated") or not page.get("NextPartNumberMarker"):
                return found
            marker = {"PartNumberMarker": page["NextPartNumberMarker"]}

    def unfinished(self, prefix):
        """Uploads in parts below a prefix that nobody finished.

        :return: tuples (key, upload id, begun on)
        """
        marker = {}
        while True:
            page = self._call("list_multipart_uploads", Prefix=prefix, **marker)
            for entry in page.get("Uploads") or ():
                yield entry["Key"], entry["UploadId"], entry.get("Initiated")
            if not page.get("IsTruncated") or not page.get("NextKeyMarker"):
                return
            marker = {
                "KeyMarker": page["NextKeyMarker"],
                "UploadIdMarker": page.get("NextUploadIdMarker", ""),
            }

    def link_get(self, key, name, seconds=LINK_SECONDS):
        """A URL by which a browser saves an object under a file name."""
        return self._sign(
            "get_object",
            seconds,
            Key=key,
            ResponseContentDisposition=content_disposition(name),
            ResponseContentType="application/octet-stream",
        )

    def link_put(self, key, size, sha256_b64=None, seconds=UPLOAD_SECONDS):
        """How a browser sends an object in one PUT.

        The size is part of the signature: a larger body is refused.

        :return: tuple (URL, headers to send)
        """
        params = {"Key": key, "ContentLength": size}
        headers = {}
        if sha256_b64 and self.settings.native_sha256:
            params["ChecksumSHA256"] = sha256_b64
            headers["x-amz-checksum-sha256"] = sha256_b64
        return self._sign("put_object", seconds, **params), headers

    def link_part(self, key, upload_id, number, size, seconds=UPLOAD_SECONDS):
        """How a browser sends a part.

        :return: tuple (URL, headers to send)
        """
        url = self._sign(
            "upload_part",
            seconds,
            Key=key,
            UploadId=upload_id,
            PartNumber=number,
            ContentLength=size,
        )
        return url, {}

    def _sign(self, method, seconds, **params):
        client = self._client(public=True)
        params["Bucket"] = self.settings.bucket
        with translated(self.settings):
            return client.generate_presigned_url(
                method, Params=params, ExpiresIn=seconds
            )

    # === TRYING IT === #

    def check(self, key, origin=None):
        """Write, read, compare and delete a small object, as the shop will.

        :param str key: key that nothing else uses
        :param str origin: where the shop's pages come from, to try it as a browser
        :rtype: Check
        :raises StorageError: what does not work, and what to do
        """
        content = os.urandom(4096)
        digest = hashlib.sha256(content)
        native = self._keeps_sha256(key, content, digest)
        hints = []
        try:
            found = b"".join(self.chunks(key))
            if hashlib.sha256(found).digest() != digest.digest():
                raise StorageError(
                    "checksum",
                    "The storage gave back other bytes than were written. Do not use "
                    "it before its server was checked.",
                )
            if key not in {entry.key for entry in self.list(key)}:
                raise StorageError(
                    "right",
                    "The key may write and read, yet what it wrote is not in the list "
                    "of the bucket. Allow it to list the bucket (s3:ListBucket).",
                )
            if origin:
                hints = list(self._browser_hints(key, origin))
        finally:
            self.delete(key)
        return Check(native, tuple(hints))

    def _keeps_sha256(self, key, content, digest):
        """Write an object with its checksum; whether the server keeps that."""
        try:
            self._call(
                "put_object",
                key,
                Body=content,
                ChecksumSHA256=_base64(digest.digest()),
            )
            answer = self._call("head_object", key, ChecksumMode="ENABLED")
            return answer.get("ChecksumSHA256") == _base64(digest.digest())
        except StorageError as error:
            if error.code != "refused":
                raise
        self._call("put_object", key, Body=content)
        return False

    def _browser_hints(self, key, origin):
        """What keeps a browser from sending files: rules of cross-origin sharing."""
        import requests

        url, _headers = self.link_put(key, 3)
        try:
            asked = requests.options(
                url,
                headers={
                    "Origin": origin,
                    "Access-Control-Request-Method": "PUT",
                    "Access-Control-Request-Headers": "content-type",
                },
                timeout=READ_SECONDS,
            )
            sent = requests.put(
                url,
                data=b"abc",
                headers={"Origin": origin},
                timeout=READ_SECONDS,
            )
        except requests.RequestException:
            yield (
                "The address for browsers does not answer from here. Check the public "
                "address, or switch browsers' access off: then files go through Odoo."
            )
            return
        if sent.status_code != 200:
            yield (
                "A signed request by way of the address for browsers is refused "
                f"(HTTP {sent.status_code}). A proxy in between must leave the host "
                "name, the path and the headers as they are."
            )
            return
        allowed = asked.headers.get("Access-Control-Allow-Origin", "")
        methods = asked.headers.get("Access-Control-Allow-Methods", "")
        if allowed not in ("*", origin) or "PUT" not in methods.upper():
            yield (
                f"The bucket's CORS rules do not let pages of {origin} send files. Add "
                "a rule with this origin, the methods GET, PUT and HEAD, all headers, "
                "and ETag among the exposed headers (docs/storage.md has it)."
            )
            return
        exposed = sent.headers.get("Access-Control-Expose-Headers", "").lower()
        if "etag" not in exposed and "*" not in exposed:
            yield (
                "The bucket's CORS rules do not expose the header ETag. Add it to the "
                "exposed headers: without it, files above 16 MB cannot be sent."
            )

    def set_cors(self, origins):
        """Let pages of these origins send and fetch files."""
        self._call(
            "put_bucket_cors",
            CORSConfiguration={
                "CORSRules": [
                    {
                        "AllowedOrigins": list(origins),
                        "AllowedMethods": ["GET", "PUT", "HEAD"],
                        "AllowedHeaders": ["*"],
                        "ExposeHeaders": ["ETag"],
                        "MaxAgeSeconds": 3600,
                    }
                ]
            },
        )


def content_disposition(name):
    """Header that has a browser save a file under any name (RFC 6266, RFC 8187)."""
    from urllib.parse import quote

    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    plain = plain.replace("\\", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _base64(digest):
    return base64.b64encode(digest).decode()


@contextlib.contextmanager
def translated(settings, key=None):
    """Turn boto3's exceptions into sentences; nothing secret is in them."""
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ConnectionError,
        HTTPClientError,
    )

    try:
        yield
    except ClientError as error:
        raise _from_answer(error, settings, key) from error
    except (ConnectionError, HTTPClientError) as error:
        where = settings.endpoint or "Amazon S3"
        raise StorageError(
            "connection",
            f"{where} does not answer. Check the address and that the server reaches "
            "it (network, firewall, certificate), then try again.",
        ) from error
    except (BotoCoreError, ValueError) as error:
        raise StorageError(
            "setting",
            f"The storage's settings cannot be used: {str(error).rstrip('.')}. Correct "
            "the address, the region or the bucket.",
        ) from error


def _from_answer(error, settings, key):
    """The sentence for an answer that is an error."""
    found = error.response.get("Error", {})
    code = str(found.get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    bucket = settings.bucket
    for codes, kind, message in (
        (
            CLOCK,
            "clock",
            "The storage refuses requests because the clocks differ. Set this server's "
            "clock by NTP (timedatectl set-ntp true) and try again.",
        ),
        (
            KEY,
            "key",
            "The storage does not know the access key. Copy the access key id again "
            "from the provider's page, or make a new pair.",
        ),
        (
            SECRET,
            "secret",
            "The storage does not accept the signature: the secret key is not the one "
            "of this access key, or the region is wrong. Enter the pair again.",
        ),
        (
            BUCKET,
            "bucket",
            f"There is no bucket “{bucket}” there. Create it at the provider, or "
            "correct its name.",
        ),
        (
            REGION,
            "region",
            f"The bucket “{bucket}” is in another region. Enter the region that the "
            "provider shows for it (“auto” at Cloudflare R2).",
        ),
        (
            CHECKSUM,
            "checksum",
            "The bytes were damaged on their way to the storage, which refused them. "
            "Try again.",
        ),
        (
            BUSY,
            "busy",
            "The storage is busy or has a fault of its own. Try again in a few "
            "minutes.",
        ),
        (
            RIGHT,
            "right",
            f"The access key may not do this in the bucket “{bucket}”. Allow it to "
            "list the bucket and to read, write and delete its objects.",
        ),
    ):
        if code in codes:
            return StorageError(kind, message)
    if code in MISSING or status == 404:
        if key is None:
            return StorageError(
                "bucket",
                f"There is no bucket “{bucket}” there. Create it at the provider, or "
                "correct its name.",
            )
        return StorageError("missing", f"The storage has no object “{key}”.")
    reason = str(found.get("Message") or "no reason given").rstrip(".")
    return StorageError("refused", f"The storage refuses it: {reason} ({code}).")
