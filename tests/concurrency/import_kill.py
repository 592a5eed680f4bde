"""An import is carried out, and the process that does so is killed in the middle.

    import_kill.py DATABASE            the whole story; prints JSON
    import_kill.py DATABASE ID POINT   carries out a step, and kills itself at a point

The points are where it hurts: a model, a mesh or a picture was just made, and nothing
of it is committed yet.
"""

import contextlib
import io
import json
import os
import signal
import struct
import subprocess
import sys
import time

from PIL import Image
from racing import connect

from odoo import SUPERUSER_ID, api

ROWS = "SKU;Name;Variant;Price\n" + "".join(
    f"KILL-{n};Killed {n // 2};{('Small', 'Large')[n % 2]};{n + 1},50\n"
    for n in range(10)
)
# Where it is killed, and how often it passes there until then.
POINTS = {
    "product.template:create": 1,
    "print3d.mesh:create": 2,
    "print3d.picture:_add": 2,
    "print3d.import:_notify": 1,
}
COUNTED = (
    "product.template",
    "product.product",
    "print3d.file",
    "print3d.mesh",
    "print3d.picture",
)


@contextlib.contextmanager
def environment(registry):
    """An environment whose changes are committed at the end, without jobs."""
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})


def make_mesh(number):
    """A triangle as STL, of a content that no other has."""
    triangle = struct.pack("<12fH", 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 9, number, 0)
    return f"killed {number}".encode().ljust(80) + struct.pack("<I", 1) + triangle


def make_picture(number):
    target = io.BytesIO()
    Image.new("RGB", (20, 20), (number, 9, 9)).save(target, "PNG")
    return target.getvalue()


def build(env):
    """A plan of a catalogue, meshes and pictures, that is to be carried out."""
    Batch = env["print3d.upload.batch"]
    batch = Batch.browse(Batch.create_batch("Killed", hold=True))
    batch._add_file("catalogue.csv", ROWS.encode())
    for number in range(4):
        batch._add_file(f"thing {number}.stl", make_mesh(number), f"Thing {number}")
        batch._add_file(f"{number}.png", make_picture(number), f"Thing {number}")
    record = env["print3d.import"].browse(batch.action_group()["res_id"])
    record.action_import()
    return record


def step_and_die(registry, import_id, point):
    """Carry out a step until a point is reached, and be killed there."""
    model, name = point.split(":")
    seen = []
    original = getattr(registry[model], name)

    def method(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        seen.append(name)
        if len(seen) == POINTS[point]:
            self.env.flush_all()
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    method._api_model = getattr(original, "_api_model", False)
    setattr(registry[model], name, method)
    with environment(registry) as env:
        env["print3d.import"].browse(import_id)._run_step()


def run_step(registry, import_id):
    """Carry out a step, as its job does: once more when another one works on it.

    PostgreSQL may hold the lock of who was killed for some seconds.
    """
    # Addons are found only once the registry is there.
    from odoo.addons.queue_job.exception import RetryableJobError

    for attempt in range(10):
        with contextlib.suppress(RetryableJobError), environment(registry) as env:
            env["print3d.import"].browse(import_id)._run_step()
            return
        time.sleep(attempt)
    raise TimeoutError("whoever was killed still works on the import")


def look(registry, import_id, before):
    """What is there that was not, and how far the import is."""
    with environment(registry) as env:
        record = env["print3d.import"].browse(import_id)
        return {
            "made": [env[name].search_count([]) - before[name] for name in COUNTED],
            "done": record.done_count,
            "state": record.state,
        }


def main(database):
    """Tell the story; print what came of it."""
    found = {"points": {}}
    registry = connect(database)
    with environment(registry) as env:
        before = {name: env[name].search_count([]) for name in COUNTED}
        import_id = build(env).id
    for point in POINTS:
        start = look(registry, import_id, before)
        done = subprocess.run(
            [sys.executable, __file__, database, str(import_id), point],
            timeout=120,
            check=False,
        )
        found["points"][point] = {
            "killed": done.returncode == -signal.SIGKILL,
            "nothing": look(registry, import_id, before) == start,
        }
        if point == "product.template:create":
            # The rows; what follows are the files.
            run_step(registry, import_id)
            found["rows"] = look(registry, import_id, before)
    for _turn in range(3):
        # The last of these are a job that is run again, after it was through.
        run_step(registry, import_id)
    found["end"] = look(registry, import_id, before)
    print(json.dumps(found))


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(sys.argv[1])
    else:
        step_and_die(connect(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
