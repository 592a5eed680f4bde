"""Files move to a storage, and the process that moves them is killed in the middle.

    storage_migration_kill.py DATABASE            the whole story; prints JSON
    storage_migration_kill.py DATABASE ID POINT   moves, and kills itself at a point

The points are where it hurts: bytes are at the new place and nothing is committed yet.
"""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from racing import connect

from odoo import SUPERUSER_ID, api

sys.path.insert(
    0,
    str(Path(__file__).resolve().parents[2] / "addons" / "print3d_library" / "tests"),
)

import s3_server

FILES = 6
KILLED_AT = 3
MODEL = "print3d.storage.migration"


@contextlib.contextmanager
def environment(registry):
    """An environment whose changes are committed at the end."""
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"queue_job__no_delay": True})


def make_mesh(number):
    """A triangle as STL, of a content that no other has."""
    return f"test {number}".encode().ljust(80) + bytes([1]) + bytes(3 + 50)


def build(env, url):
    """A storage, files in the file store, and a migration that runs."""
    storage = env["print3d.storage"].create(
        {
            "name": "Killed",
            "endpoint_url": url,
            "bucket": s3_server.BUCKET,
            "access_key": s3_server.ACCESS_KEY,
            "secret_key": s3_server.SECRET_KEY,
        }
    )
    product = env["product.template"].create({"name": "Killed"}).product_variant_id
    Files = env["print3d.file"]
    files = Files
    for number in range(FILES):
        stream = io.BytesIO(make_mesh(number))
        files += Files._create_from_stream(f"{number}.stl", stream, product)
    migration = env[MODEL].create({"target_id": storage.id})
    migration._check_places()
    migration._list_files()
    migration.state = "running"
    return storage, files, migration


def move_and_die(registry, migration_id, point):
    """Move files until the third one is at a point, and be killed there."""
    seen = []

    def die_after(model, name):
        original = getattr(model, name)

        def method(self, *args, **kwargs):
            result = original(self, *args, **kwargs)
            seen.append(name)
            if len(seen) == KILLED_AT:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(model, name, method)

    model, name = point.split(":")
    die_after(registry[model], name)
    with environment(registry) as env:
        env[MODEL].browse(migration_id)._move_some()


def look(registry, file_ids):
    """How many files are whole, and how many are where."""
    with environment(registry) as env:
        files = env["print3d.file"].browse(file_ids)
        whole = 0
        for number, file in enumerate(files):
            with file._open() as stream:
                whole += stream.read() == make_mesh(number)
        return {
            "whole": whole,
            "here": len(files.copy_ids.filtered(lambda copy: not copy.storage_id)),
            "there": len(files.copy_ids.filtered("storage_id")),
        }


def main(database):
    """Tell the story; print what came of it."""
    found = {}
    registry = connect(database)
    # Only now is it known where the addons are.
    from odoo.addons.print3d_library.models import print3d_storage_orphan

    with s3_server.running_seaweedfs() as server:
        with environment(registry) as env:
            storage, files, migration = build(env, server.url)
            names = (storage.id, files.ids, migration.id)
        storage_id, file_ids, migration_id = names
        for point in ("print3d.file:_add_copy", "print3d.file:_drop_copy"):
            done = subprocess.run(
                [sys.executable, __file__, database, str(migration_id), point],
                timeout=120,
                check=False,
            )
            found[point] = {
                "killed": done.returncode == -signal.SIGKILL,
                **look(registry, file_ids),
            }
        with environment(registry) as env:
            migration = env[MODEL].browse(migration_id)
            while migration._move_some():
                """The next ones."""
            found["failed"] = migration.failed_count
        found["end"] = look(registry, file_ids)
        # What was written and not committed is old enough for this test at once.
        print3d_storage_orphan.YOUNG = timedelta(days=-1)
        with environment(registry) as env:
            storage = env["print3d.storage"].browse(storage_id)
            new, lost = env["print3d.storage.orphan"]._find(storage)
            found["orphans"], found["lost"] = len(new), len(lost)
            new._remove(storage)
        found["tidied"] = look(registry, file_ids)
    print(json.dumps(found))


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(sys.argv[1])
    else:
        move_and_die(connect(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
