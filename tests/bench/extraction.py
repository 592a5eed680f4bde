"""How much of what files state is read rightly, how fast and in how much memory.

Reads every file of the corpus whose contents are known, compares each value, and
measures each read in a process of its own; then a large G-code file, a large package
and the files made to do harm. Without the corpus the project's own files are measured.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parent.parent
ADDON = TESTS.parent / "addons" / "print3d_library"
sys.path.insert(0, str(TESTS / "slicer"))

import accuracy
import bambu_package
from slicer_paths import CORPUS, DATA

# Neither Odoo nor a database is needed.
DATABASE = False
MB = 1_000_000
HOSTILE = ("adversarial", "corrupt")
# What a file costs is told by the process that read it: the time of the reading alone
# and its highest memory. Not ru_maxrss of the reader of slices, which begins with the
# size of the process that forked it; a mesh is read in a child of a small process.
READ = """
import json, sys, time
from slicer import inspect_file
start = time.perf_counter()
found = inspect_file(sys.argv[1])
seconds = time.perf_counter() - start
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([found, seconds, peak]))
"""
READ_MESH = """
import json, resource, sys, time
import mesh
start = time.perf_counter()
found = mesh.inspect_file(sys.argv[1])
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([found, seconds, peak]))
"""


# The least that any reader of moves does.
LINES = """
import json, sys, time
start = time.perf_counter()
for line in open(sys.argv[1], "rb"):
    pass
seconds = time.perf_counter() - start
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([{}, seconds, peak]))
"""


def add_arguments(parser):
    parser.add_argument("--mb", type=int, default=100, help="size of the G-code file")
    parser.add_argument(
        "--package-mb", type=int, default=50, help="size of the .gcode.3mf file"
    )
    parser.add_argument("--no-mesh", action="store_true", help="leave meshes out")


def run(_env, args):
    """Measure; seconds are this machine's, accuracy travels."""
    result = {"corpus": (CORPUS / "TRUTH.json").is_file()}
    if result["corpus"]:
        result.update(_accuracy(accuracy.scored(CORPUS), not args.no_mesh))
        result["hostile"] = _hostile(not args.no_mesh)
    else:
        print(
            f"There is no corpus of real files at {CORPUS} (PRINT3D_CORPUS names it): "
            "no accuracy, and the project's own files are measured instead."
        )
        result["files"] = {
            path.name: _cost(READ, path)[1] for path in sorted(DATA.glob("*.gcode"))
        }
        _print_costs("own files", result["files"])
    with tempfile.TemporaryDirectory() as folder:
        result["large"] = {
            f"{args.mb} MB .gcode": _large(READ, write_gcode, folder, args.mb),
            f"{args.mb} MB .gcode, its lines only": _large(
                LINES, write_gcode, folder, args.mb
            ),
            f"{args.package_mb} MB .gcode.3mf": _large(
                READ, write_package, folder, args.package_mb
            ),
        }
    _print_costs("large files, with the start of Python", result["large"])
    return result


# === Accuracy === #


def _accuracy(truth, meshes):
    by_slicer, by_key = _Tally(), _Tally()
    files, wrong = {}, []
    for path, values in truth.items():
        found = {}
        if values.get("kind") != "mesh":
            found, files[path] = _cost(READ, CORPUS / path)
        entries = list(accuracy.compared(values, found))
        if meshes and "geometry" in values:
            found, files[f"{path} (geometry)"] = _cost(READ_MESH, CORPUS / path)
            entries += accuracy.compared_geometry(values, found)
        for key, expected, entry, is_right in entries:
            slicer = path.partition("/")[0]
            by_slicer.add("geometry" if "." in key else slicer, is_right)
            by_key.add(key, is_right)
            if not is_right:
                wrong.append([path, key, expected, entry])
    by_slicer.show("slicer")
    by_key.show("value")
    right, total = by_slicer.sums()
    print(f"{right} of {total} values right: {right / total:.2%}")
    for path, key, expected, entry in wrong:
        print(f"  {path}: {key} is {expected!r:.80}, read {entry!r:.80}")
    _print_costs("files of the corpus, the slowest and the largest", _worst(files))
    return {
        "right": right,
        "total": total,
        "accuracy": round(right / total, 5),
        "by_slicer": by_slicer.as_dict(),
        "by_key": by_key.as_dict(),
        "wrong": wrong,
        "files": files,
    }


class _Tally:
    """How many values of each sort are right, and how many there are."""

    def __init__(self):
        self._counts = defaultdict(lambda: [0, 0])

    def add(self, name, is_right):
        self._counts[name][0] += bool(is_right)
        self._counts[name][1] += 1

    def sums(self):
        return tuple(sum(column) for column in zip(*self._counts.values(), strict=True))

    def as_dict(self):
        return dict(sorted(self._counts.items()))

    def show(self, title):
        print(f"\n{title:<32} right    of")
        for name, (right, total) in sorted(self._counts.items()):
            print(f"{name:<32} {right:>5} {total:>5}  {right / total:>7.2%}")
        print()


def _worst(files, count=5):
    """The files that took longest, and those that took most memory."""
    slow = sorted(files, key=lambda path: -files[path]["seconds"])[:count]
    large = sorted(files, key=lambda path: -files[path]["peak_mb"])[:count]
    return {path: files[path] for path in dict.fromkeys(slow + large)}


# === Cost === #


def _cost(program, path):
    """What was found in a file, and what finding it cost."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=ADDON,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    wall = time.perf_counter() - start
    found, seconds, peak = json.loads(done.stdout)
    return found, {
        "seconds": round(seconds, 3),
        "with_start": round(wall, 3),
        "peak_mb": round(peak / 1024, 1),
        "answer": found.get("code") or "read",
    }


def _hostile(meshes):
    """Every file made to do harm: what it is answered, when, and at what cost."""
    costs = {}
    for folder in HOSTILE:
        for path in sorted((CORPUS / folder).glob("*")):
            costs[f"{folder}/{path.name}"] = _cost(READ, path)[1]
            if meshes:
                cost = _cost(READ_MESH, path)[1]
                costs[f"{folder}/{path.name} (mesh)"] = cost
    _print_costs("hostile and corrupt files", costs)
    return costs


def _print_costs(title, costs):
    print(f"\n{title}")
    print(f"{'seconds':>8} {'in all':>8} {'MB':>7}  answer")
    for name, cost in costs.items():
        print(
            f"{cost['seconds']:>8.3f} {cost['with_start']:>8.3f} "
            f"{cost['peak_mb']:>7.1f}  {cost['answer']:<13} {name}"
        )
    print()


def _large(program, write, folder, size_mb):
    path = Path(folder) / "large"
    write(path, size_mb * MB)
    # The page cache is warm, as it is for a file that was just uploaded.
    cost = min((_cost(program, path)[1] for _time in range(3)), key=_in_all)
    cost["file_mb"] = round(path.stat().st_size / MB, 1)
    path.unlink()
    return cost


def _in_all(cost):
    return cost["with_start"]


def write_gcode(path, size):
    """A G-code file of so many bytes: layers of one of our own, again and again."""
    data = (DATA / "prusaslicer_two_copies.gcode").read_bytes()
    start = data.index(b";LAYER_CHANGE")
    end = data.index(b"\n", data.rindex(b"; stop printing object")) + 1
    layers = data[start:end]
    with open(path, "wb") as stream:
        stream.write(data[:start])
        for _time in range(size // len(layers) + 1):
            stream.write(layers)
        stream.write(data[end:])


def write_package(path, size):
    """A sliced package of about so many bytes, with moves that pack as real ones."""
    numbers = random.Random(1)
    moves = b"".join(
        b"G1 X%.3f Y%.3f E%.5f\n"
        % (numbers.uniform(90, 130), numbers.uniform(90, 130), numbers.uniform(0, 0.2))
        for _line in range(40_000)
    )
    members = bambu_package.parts()
    toolpath = members.pop("Metadata/plate_1.gcode")
    del members["Metadata/plate_1.gcode.md5"]
    cut = toolpath.index(b"G1 X1")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in members.items():
            package.writestr(name, data)
        with package.open("Metadata/plate_1.gcode", "w", force_zip64=True) as stream:
            stream.write(toolpath[:cut])
            while package.fp.tell() < size:
                stream.write(moves)
            stream.write(toolpath[cut:])
