"""Large files in constant memory."""

import json
import subprocess
import sys
import time
import zipfile

import pytest
from bambu_package import PLATE, gcode, parts
from slicer_paths import ADDON, DATA

SIZE = 100_000_000
MAX_KB = 60 * 1024
# Reads one file and tells the highest memory of its process in kB. Not ru_maxrss, which
# starts at the size of the process that forked it.
PROGRAM = """
import json, sys
from slicer import inspect_file
result = inspect_file(sys.argv[1])
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([peak, result]))
"""

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory is read from /proc"
)


def _inspect(path):
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        cwd=ADDON,
        capture_output=True,
        text=True,
        check=True,
    )
    peak, result = json.loads(done.stdout)
    print(
        f"\n{path.name}: {path.stat().st_size / 1e6:.0f} MB on disk, "
        f"{time.perf_counter() - start:.2f} s, {peak / 1024:.0f} MB"
    )
    return peak, result


def _moves():
    """The layers of a real file, to be repeated."""
    data = (DATA / "prusaslicer_two_copies.gcode").read_bytes()
    start = data.index(b";LAYER_CHANGE")
    end = data.index(b"; stop printing object", data.rindex(b";LAYER_CHANGE"))
    end = data.index(b"\n", end) + 1
    return data[:start], data[start:end], data[end:]


@pytest.fixture
def big_gcode(tmp_path):
    head, layers, tail = _moves()
    path = tmp_path / "big.gcode"
    times = SIZE // len(layers) + 1
    with open(path, "wb") as stream:
        stream.write(head)
        for _time in range(times):
            stream.write(layers)
        stream.write(tail)
    return path, times * layers.count(b";LAYER_CHANGE")


def test_100_mb_of_gcode(big_gcode):
    path, layers = big_gcode
    peak, result = _inspect(path)
    assert result["filament_mm"] == [126.88]
    assert result["layer_count"] == layers
    assert result["objects"] == ["tag.stl", "tag.stl"]
    assert peak < MAX_KB


def test_100_mb_of_gcode_in_a_package(tmp_path):
    layers = _moves()[1]
    path = tmp_path / "big.gcode.3mf"
    toolpath = gcode(PLATE)
    members = parts()
    del members["Metadata/plate_1.gcode"], members["Metadata/plate_1.gcode.md5"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in members.items():
            package.writestr(name, data)
        with package.open("Metadata/plate_1.gcode", "w", force_zip64=True) as stream:
            cut = toolpath.index(b"G1 X1")
            stream.write(toolpath[:cut])
            for _time in range(SIZE // len(layers) + 1):
                stream.write(layers)
            stream.write(toolpath[cut:])
    peak, result = _inspect(path)
    assert result["filament_g"] == [6.75, 0.92]
    assert peak < MAX_KB
