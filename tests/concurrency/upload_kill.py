"""A file is sent in pieces, and the server that takes them is killed on the way.

    upload_kill.py DATABASE               the whole story; prints JSON
    upload_kill.py DATABASE PORT [POINT]  a server, which kills itself at a point

The points are where it hurts: bytes are on the disk, or a version is made of them, and
nothing is committed yet. After each, another server goes on with the same file.
"""

import contextlib
import hashlib
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from racing import connect

from odoo import SUPERUSER_ID, api

PIECE = 64 * 1024
PIECES = 5
# The third piece is written, or the whole is taken in.
POINTS = {"_write_staged": 3, "_settle": 1}
LOGIN = "upload_kill"
START_SECONDS = 120


def make_mesh(salt):
    """A triangle as STL whose header and trailing bytes make it a few pieces long."""
    count = PIECES * PIECE // 50
    facet = bytes(12) + b"".join(
        (bytes(4), bytes(8), b"\0\0\x80\x3f", bytes(8), bytes(4), b"\0\0\x80\x3f")
    )
    body = facet.ljust(50, b"\0") * count
    return f"test {salt}".encode().ljust(80) + count.to_bytes(4, "little") + body


# === SERVER === #


def serve(database, port, point=None):
    """Serve the database until killed: by the parent, or by itself at a point."""
    registry = connect(database)
    from odoo.service import server
    from odoo.tools import config

    config["http_port"] = int(port)
    if point:
        die_after(registry["print3d.upload"], point)
    server.start(preload=[], stop=False)


def die_after(model, name):
    """Have the server killed after calls of a method, before they are committed."""
    original, seen = getattr(model, name), []

    def method(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        seen.append(name)
        if len(seen) == POINTS[name]:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(model, name, method)


@contextlib.contextmanager
def running(database, point=None):
    """A server that answers: its address and process; gone at the end."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, __file__, database, str(port), *([point] * bool(point))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the server does not start")
            time.sleep(0.2)
        yield url, process
    finally:
        process.kill()
        process.wait()


def answers(url):
    """Whether a server is there."""
    try:
        with urllib.request.urlopen(f"{url}/web/health", timeout=30) as answer:
            return answer.status == 200
    except OSError:
        return False


# === CLIENT === #


class Client:
    """What a browser does, as far as this story needs it."""

    def __init__(self, url):
        self.url = url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(
            cookies, urllib.request.ProxyHandler({})
        )
        form = f"login={LOGIN}&password={LOGIN}&csrf_token="
        self._get_page("/web/login", (form + self._get_token("/web/login")).encode())
        self.token = self._get_token("/odoo")

    def _get_page(self, path, data=None):
        with self.opener.open(f"{self.url}{path}", data, timeout=60) as answer:
            return answer.read().decode()

    def _get_token(self, path):
        return re.search(r'csrf_token: "([^"]+)"', self._get_page(path))[1]

    def call(self, path, data, **headers):
        """An answer of the upload's routes; ``None`` when the server is gone."""
        request = urllib.request.Request(
            f"{self.url}/print3d/upload/{path}",
            data if isinstance(data, bytes) else json.dumps(data).encode(),
            {
                "X-CSRF-Token": self.token,
                "Content-Type": "application/octet-stream",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        try:
            with self.opener.open(request, timeout=120) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())
        except OSError:
            return None

    def send(self, batch_id, name, data):
        """Begin or go on, send all that is missing, finish.

        :return: the answer of the beginning, and the last one
        """
        begun = answer = self.call(
            "begin",
            {
                "batch_id": batch_id,
                "name": name,
                "size": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            },
        )
        while answer and answer["received"] < len(data):
            offset = answer["received"]
            piece = data[offset : offset + PIECE]
            answer = self.call(
                f"{begun['id']}/chunk",
                piece,
                X_Upload_Offset=str(offset),
                X_Upload_SHA256=hashlib.sha256(piece).hexdigest(),
            )
        if answer:
            answer = self.call(f"{begun['id']}/finish", {})
        return begun, answer


# === STORY === #


@contextlib.contextmanager
def environment(registry, user_id=SUPERUSER_ID):
    """An environment whose changes are committed at the end."""
    with registry.cursor() as cr:
        yield api.Environment(cr, user_id, {})


def create_user(registry):
    """Who sends the files."""
    with environment(registry) as env:
        groups = env.ref("base.group_user") | env.ref(
            "print3d_library.group_print3d_operator"
        )
        user = env["res.users"].create(
            {
                "name": LOGIN,
                "login": LOGIN,
                "password": LOGIN,
                "group_ids": [(6, 0, groups.ids)],
            }
        )
        return user.id


def look(registry, upload_id, data):
    """What became of the file, and what is left of its pieces."""
    with environment(registry) as env:
        upload = env["print3d.upload"].browse(upload_id)
        with upload.file_id._open() as stream:
            is_whole = stream.read() == data
        digest = hashlib.sha256(data).hexdigest()
        folder = upload._get_staging_folder()
        return {
            "state": upload.state,
            "whole": is_whole,
            "files": env["print3d.file"].search_count([("sha256", "=", digest)]),
            "meshes": env["print3d.mesh"].search_count(
                [("file_id.sha256", "=", digest)]
            ),
            "staged": len(os.listdir(folder)) if os.path.isdir(folder) else 0,
        }


def main(database):
    """Tell the story; print what came of it."""
    found = {}
    registry = connect(database)
    user_id = create_user(registry)
    with environment(registry, user_id) as env:
        batch_id = env["print3d.upload.batch"].create_batch()
    for salt, point in enumerate(POINTS):
        data, name = make_mesh(salt), f"{salt}.stl"
        with running(database, point) as (url, process):
            begun, answer = Client(url).send(batch_id, name, data)
            killed = process.wait(60) == -signal.SIGKILL
        with running(database) as (url, _process):
            again, last = Client(url).send(batch_id, name, data)
        found[point] = {
            "killed": killed and answer is None,
            "same": again["id"] == begun["id"],
            "kept": again["received"] // PIECE,
            "answer": last["state"],
            **look(registry, begun["id"], data),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(sys.argv[1])
    else:
        serve(*sys.argv[1:])
