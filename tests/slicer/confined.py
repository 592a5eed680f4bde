"""Read a file in a process of its own that may take so much memory and time.

The limits are the kernel's: what grows or hangs is ended by them, on a machine of any
speed and however busy it is.
"""

import json
import os
import subprocess
import sys

from slicer_paths import ADDON

MEMORY = 150 * 1024**2
CPU_S = 2
# Far more than needed, for a machine that does other things too.
WALL_S = 60

READ = """
import json, sys
from slicer import inspect_file
print(json.dumps(inspect_file(sys.argv[1], settings=True, common=True)))
"""
# Most memory of the process that looks at the mesh, in kB, and its answer. Its address
# space has a limit of its own, which numpy's mere presence fills to a good part.
MESH = """
import json, resource, sys
import mesh
try:
    found = {"format": mesh.inspect(sys.argv[1], cpu=2, preview=None).format}
except mesh.MeshError as error:
    found = {"error": error.message, "code": error.code}
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({**found, "peak_kb": peak}))
"""


def confined(path, program=READ, memory=MEMORY, cpu_s=CPU_S):
    """What a program prints about a file, as a dict.

    :param memory: bytes of address space, or ``None`` for no limit
    :raises AssertionError: it did not survive the limits, or said something else
    """
    done = subprocess.run(
        [sys.executable, "-c", _START + program, str(path)],
        cwd=ADDON,
        capture_output=True,
        text=True,
        check=False,
        timeout=WALL_S,
        env={
            **os.environ,
            "PRINT3D_LIMITS": json.dumps([memory, cpu_s]),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    assert done.returncode == 0, f"{path}: {done.returncode} {done.stderr[-2000:]}"
    return json.loads(done.stdout)


_START = """
import json, os, resource
memory, cpu_s = json.loads(os.environ["PRINT3D_LIMITS"])
resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
if memory:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
"""
