"""How fast and in how much memory a large sliced file is read.

Repeats the layers of one of the project's own files until it has 100 MB, reads it with
the parser in a process of its own, and compares with reading the same bytes line by
line in Python, which is the least that any parser of moves does.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parent.parent
ADDON = TESTS.parent / "addons" / "print3d_library"
SOURCE = TESTS / "slicer" / "data" / "prusaslicer_two_copies.gcode"
# Not ru_maxrss, which starts at the size of the process that forked it.
PEAK = """
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")))
"""
READ = "import sys\nfrom slicer import inspect_file\ninspect_file(sys.argv[1])\n" + PEAK
LINES = "import sys\nfor line in open(sys.argv[1], 'rb'):\n    pass\n" + PEAK


def add_arguments(parser):
    parser.add_argument("--mb", type=int, default=100, help="size of the file")


def run(_env, args):
    """Measure; seconds are this machine's, the ratio travels."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.gcode"
        _write(path, args.mb * 1_000_000)
        read_s, peak_mb = _measure(READ, path)
        lines_s, _peak = _measure(LINES, path)
    result = {
        "file_mb": args.mb,
        "read_s": round(read_s, 2),
        "peak_mb": round(peak_mb, 1),
        "lines_s": round(lines_s, 2),
        "ratio": round(read_s / lines_s, 2),
    }
    print(
        f"{args.mb} MB of G-code read in {read_s:.2f} s and {peak_mb:.0f} MB of "
        f"memory; {result['ratio']} times what going through its lines takes."
    )
    return result


def _write(path, size):
    """One file of ``size`` bytes or a little more, with a true head and tail."""
    data = SOURCE.read_bytes()
    start = data.index(b";LAYER_CHANGE")
    end = data.index(b"\n", data.rindex(b"; stop printing object")) + 1
    layers = data[start:end]
    with open(path, "wb") as stream:
        stream.write(data[:start])
        for _time in range(size // len(layers) + 1):
            stream.write(layers)
        stream.write(data[end:])


def _measure(program, path):
    """Seconds and highest memory (MB) of a Python program given the file."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=ADDON,
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - start, json.loads(done.stdout) / 1024
