"""Reads damaged files, one after the other, in a process that may not take much.

    fuzz_worker.py TARGET MEMORY

Each file comes on stdin behind its length; one line of JSON goes out for each: what
became of it, the processor time it took and the highest memory so far, in kB.
``finding`` is there where something is wrong with the reader, not with the file.
"""

import io
import json
import math
import resource
import struct
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2] / "addons" / "print3d_library"
sys.path.insert(0, str(ADDON))

MAX_INT = 2**31 - 1
MAX_TEXT = 30_000_000


class Wrong(Exception):
    """Something that the reader must not give out."""


def read_slice(data):
    """Read as ``slicer.read`` does, without its net for exceptions."""
    from slicer import SlicedFileError, facts, families, reader
    from slicer.source import Source

    try:
        source = Source(io.BytesIO(data))
        sliced = families.recognise(source).parse(source)
        reader._protect(sliced)
        reader._check_sliced(sliced, projects=True)
    except SlicedFileError as error:
        _check_message(error)
        sliced = error.sliced
        outcome = error.code
    else:
        outcome = "read" if sliced.is_sliced else "project"
    if sliced:
        reader._protect(sliced)
        _check_sliced(sliced)
        _check_value(facts(sliced), "facts")
    return outcome


def _check_message(error):
    if not error.message.endswith(".") or len(error.message) > 1500 or not error.code:
        raise Wrong(f"message {error.code!r}: {error.message[:200]!r}")


def _check_sliced(sliced):
    values = asdict(sliced)
    for picture in _pictures(values):
        if not isinstance(picture.pop("data"), bytes):
            raise Wrong("a picture that is no bytes")
    _check_value(values, "file")
    for plate in sliced.plates:
        for name in ("index", "time_s", "model_time_s", "layer_count"):
            number = getattr(plate, name)
            if number is not None and not (
                type(number) is int and 0 <= number <= MAX_INT
            ):
                raise Wrong(f"plate.{name} is {number!r:.100}")
        for use in plate.filaments:
            amounts = (use.length_mm, use.weight_g, use.volume_mm3)
            if any(amount is not None and not amount > 0 for amount in amounts):
                raise Wrong(f"filament {amounts}")
        if any(not 0 < entry.count <= MAX_INT for entry in plate.objects):
            raise Wrong("copies of an object")
    text = json.dumps(values, allow_nan=False, ensure_ascii=False)
    if len(text) > MAX_TEXT:
        raise Wrong(f"{len(text)} characters of values")


def _pictures(values):
    yield from values["thumbnails"]
    for plate in values["plates"]:
        yield from plate["thumbnails"]


def _check_value(entry, where):
    """What PostgreSQL and JSON take: no NUL, half characters, infinite numbers."""
    if isinstance(entry, str):
        if "\x00" in entry or any("\ud800" <= char <= "\udfff" for char in entry):
            raise Wrong(f"{where} cannot be stored: {entry[:80]!r}")
    elif isinstance(entry, float):
        if not math.isfinite(entry):
            raise Wrong(f"{where} is {entry}")
    elif isinstance(entry, dict):
        for key, inside in entry.items():
            _check_value(key, where)
            _check_value(inside, f"{where}.{key!s:.60}")
    elif isinstance(entry, (list, tuple)):
        for inside in entry:
            _check_value(inside, where)
    elif entry is not None and not isinstance(entry, (bool, int)):
        raise Wrong(f"{where} is a {type(entry).__name__}")


def read_mesh(data):
    """Load and measure a mesh in this process."""
    import mesh

    try:
        scene = mesh.load(io.BytesIO(data))
        report = mesh.report(scene)
    except mesh.MeshError as error:
        _check_message(error)
        return error.code
    _check_value(report.as_dict(), "report")
    return report.format


def read_package(data):
    """Every member of a package, and every part as XML and as JSON."""
    from slicer import SlicedFileError, markup
    from slicer.source import Source

    outcome = "read"
    try:
        container = Source(io.BytesIO(data)).container
        for name in container.names:
            for parse in (markup.parse_xml, markup.parse_json, markup.model_metadata):
                try:
                    parse(container.read_part(name), name)
                except SlicedFileError as error:
                    _check_message(error)
    except SlicedFileError as error:
        _check_message(error)
        outcome = error.code
    return outcome


def read_toolpath(data):
    """What the nozzle lays down on the first plate, as the viewer gets it."""
    from slicer import SlicedFileError
    from slicer.toolpath import toolpath_stream

    try:
        toolpath_stream(io.BytesIO(data))
    except SlicedFileError as error:
        _check_message(error)
        return error.code
    return "read"


TARGETS = {
    "slice": read_slice,
    "mesh": read_mesh,
    "package": read_package,
    "toolpath": read_toolpath,
}


def peak_kb():
    """Highest memory. Not ru_maxrss, which starts at that of the parent process."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line[:6] == "VmHWM:")


def main(target, memory):
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = TARGETS[target]
    answers = sys.stdout
    # What readers print must not come between the answers.
    sys.stdout = sys.stderr
    while length := sys.stdin.buffer.read(4):
        data = sys.stdin.buffer.read(struct.unpack("<I", length)[0])
        start = time.process_time()
        answer = {}
        try:
            answer["outcome"] = read(data)
        except Exception as error:
            answer["outcome"] = type(error).__name__
            answer["finding"] = "".join(traceback.format_exception(error))[-3000:]
        answer["cpu_s"] = round(time.process_time() - start, 3)
        answer["peak_kb"] = peak_kb()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
