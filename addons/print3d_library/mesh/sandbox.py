"""Look at a mesh in a process of its own.

A hostile or broken file can make a reader loop, fill memory or, in the native STEP
reader, crash. The reading happens in a child process with limits set by the kernel,
so that none of this reaches the process that asks.
"""

import contextlib
import io
import json
import logging
import os
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .errors import MeshError
from .formats import is_whole_stl
from .model import MeshReport
from .source import check_size, opened

_logger = logging.getLogger(__name__)

MEMORY = 1536 * 1024**2
CPU = 30
WALL = 90
GRACE = 5
# A report of 5000 parts is 2 MB, a picture well below one.
MAX_ANSWER = 32 * 1024**2
_LENGTHS = struct.Struct(">II")
_ADDON = str(Path(__file__).resolve().parents[1])
# Isolated (-I): neither the environment nor the current folder decide what is
# imported. The modules come from where this process has them.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from mesh.child import main; main(json.loads(sys.argv[2]))"
)


def inspect(
    source, name=None, preview=(512, 384), *, memory=MEMORY, cpu=CPU, wall=WALL
):
    """What is known of a mesh file, found out in a process of its own.

    :param source: path or binary file; a file without a descriptor is handed over
        through memory, never through a file on disk
    :param name: file name, for messages only; the content decides the format
    :param preview: size of the picture in pixels, or ``None`` for none
    :param memory: bytes of address space the child may take
    :param cpu: seconds of processor time it may take
    :param wall: seconds after which it is killed whatever it does
    :return: :class:`~.model.MeshReport`
    :raises MeshError: for everything that is wrong with the file; ``timeout``,
        ``memory`` or ``crashed`` when the child did not survive it
    """
    options = {
        "task": "inspect",
        "name": name or "",
        "preview": list(preview) if preview else None,
        "memory": memory,
        "cpu": cpu,
    }
    with _descriptor(source) as descriptor:
        answer, status = _ask(descriptor, options, wall)
    return _report(answer, status, cpu)


def check(source, name=None, *, memory=MEMORY, cpu=CPU, wall=WALL):
    """Refuse a mesh file that cannot be read; quicker than to inspect it.

    A binary STL that is as long as the number of triangles in it says is taken at its
    word. All others are read, in a process of its own. Parameters and errors are those
    of :func:`inspect`.

    :raises MeshError: what is wrong with the file
    """
    with opened(source, name or "") as opening:
        if is_whole_stl(opening.head, opening.size):
            return
    options = {"task": "check", "name": name or "", "memory": memory, "cpu": cpu}
    with _descriptor(source) as descriptor:
        answer, status = _ask(descriptor, options, wall)
    try:
        values, _nothing = unpack(answer)
        _raise_stated(values, status)
        is_sound = values == {"sound": True}
    except (ValueError, KeyError, TypeError, AttributeError):
        is_sound = False
    if not is_sound:
        raise _death(status, cpu)


def geometry(source, name=None, *, memory=MEMORY, cpu=CPU, wall=WALL):
    """What a viewer needs of a mesh file, made in a process of its own.

    Parameters and errors are those of :func:`inspect`.

    :return: bytes, laid out as :mod:`.geometry` says
    """
    options = {"task": "geometry", "name": name or "", "memory": memory, "cpu": cpu}
    return _made(source, options, wall, b"P3DM")


def toolpath(source, plate=1, *, memory=MEMORY, cpu=CPU, wall=WALL):
    """The way of the nozzle on one plate, made in a process of its own.

    Parameters and errors are those of :func:`inspect`; the codes are those of
    ``SlicedFileError``.

    :param plate: number of the plate in the file
    :return: bytes, laid out as ``slicer/toolpath.py`` says
    """
    options = {"task": "toolpath", "plate": plate, "memory": memory, "cpu": cpu}
    return _made(source, options, wall, b"P3DT")


def timetable(source, plate=1, *, memory=MEMORY, cpu=CPU, wall=WALL):
    """How much of each tool a plate has used at which percent, read in a process.

    Parameters and errors are those of :func:`toolpath`.

    :return: rows, as ``slicer/timetable.py`` says
    """
    options = {"task": "timetable", "plate": plate, "memory": memory, "cpu": cpu}
    with _descriptor(source) as descriptor:
        answer, status = _ask(descriptor, options, wall)
    try:
        values, _nothing = unpack(answer)
        _raise_stated(values, status)
        return [
            [float(percent), {str(key): float(share) for key, share in shares.items()}]
            for percent, shares in values["rows"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _death(status, options["cpu"]) from None


def _made(source, options, wall, magic):
    """What the child made, when it has the form that it should have.

    The numbers in it are not looked at: who reads it only draws them.
    """
    with _descriptor(source) as descriptor:
        answer, status = _ask(descriptor, options, wall)
    try:
        values, data = unpack(answer, magic)
        _raise_stated(values, status)
        length = int.from_bytes(data[4:8], "little")
        header = json.loads(data[8 : 8 + length])
        if values or not isinstance(header, dict) or 8 + length > len(data):
            raise ValueError("no answer")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _death(status, options["cpu"]) from None
    return data


@contextlib.contextmanager
def _descriptor(source):
    """A descriptor of the file that the child can read from its beginning."""
    if not hasattr(source, "read"):
        try:
            stream = open(source, "rb")
        except OSError as error:
            raise MeshError(
                "unreadable", f"The file cannot be opened: {error.strerror or error}."
            ) from error
        with stream:
            yield stream.fileno()
    elif isinstance(getattr(source, "raw", source), io.FileIO):
        yield source.fileno()
    else:
        with _in_memory(source) as stream:
            yield stream.fileno()


def _in_memory(source):
    """An unnamed file in memory with the same content.

    :raises MeshError: ``too_large``
    """
    if hasattr(os, "memfd_create"):
        stream = os.fdopen(os.memfd_create("mesh"), "w+b")
    else:
        stream = tempfile.TemporaryFile()
    source.seek(0)
    while chunk := source.read(1024 * 1024):
        stream.write(chunk)
        check_size(stream.tell())
    stream.flush()
    return stream


def _ask(descriptor, options, wall):
    """Run the child.

    :return: (bytes it answered, exit status); the status is ``None`` when it had to
        be stopped because the time was over
    """
    path = [_ADDON, *(entry for entry in sys.path if os.path.isabs(entry))]
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _START, json.dumps(path), json.dumps(options)],
        stdin=descriptor,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        start_new_session=True,
        cwd="/",
        env=_environment(),
    )
    with process.stdout:
        try:
            answer, ending = _answer(process.stdout, time.monotonic() + wall)
            if ending == "closed":
                _let_end(process.pid)
        finally:
            # The child leads a group: whatever it may have started goes with it. It
            # is not waited for yet, so that its number cannot be another's.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    status = {"over": None, "flood": 0}.get(ending, process.returncode)
    return answer, status


def _let_end(pid):
    """Give a child that has answered a moment to end, without taking its status."""
    until = time.monotonic() + GRACE
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while time.monotonic() < until:
        if os.waitid(os.P_PID, pid, options):
            return
        time.sleep(0.005)


def _environment():
    """What a child is told of this process: nothing but where libraries are."""
    environment = {
        # One thread: the limits are for one, and more would take others' turns.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "LC_ALL": "C.UTF-8",
    }
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return environment


def _answer(pipe, deadline):
    """What the child writes until it closes the pipe.

    :return: (bytes, how it ended: ``closed``, ``over`` for the time or ``flood`` for
        more than any report is)
    """
    pieces, length = [], 0
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                return b"", "over"
            piece = os.read(pipe.fileno(), 256 * 1024)
            if not piece:
                return b"".join(pieces), "closed"
            pieces.append(piece)
            length += len(piece)
            if length > MAX_ANSWER:
                return b"", "flood"


def _report(answer, status, cpu):
    """The report in a child's answer, or the error it met.

    The answer is checked like any input: whoever broke the child may have written it.
    """
    try:
        values, picture = unpack(answer)
        _raise_stated(values, status)
        return MeshReport.from_dict(values["report"], picture)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _death(status, cpu) from None


def _raise_stated(values, status):
    """Raise the error that a child says it met.

    :raises MeshError: the one stated
    """
    if "error" in values:
        error = values["error"]
        raise MeshError(
            str(error["code"]), str(error["message"]), **dict(error["params"])
        )
    if "death" in values:
        if "trace" in values:
            _logger.error("Reading a mesh failed:\n%s", values["trace"])
        raise _memory() if values["death"] == "memory" else _crashed(status)


def _death(status, cpu):
    """The error for a child that gave no answer."""
    if status is None or status == -signal.SIGXCPU:
        return MeshError(
            "timeout",
            "The model takes too long to be looked at and was given up. Simplify it "
            "in the modelling program.",
            seconds=cpu,
        )
    # The kernel kills what fills the machine's memory.
    return _memory() if status == -signal.SIGKILL else _crashed(status)


def _memory():
    return MeshError(
        "memory",
        "The model needs more memory than a mesh may take. Simplify it in the "
        "modelling program.",
    )


def _crashed(status):
    return MeshError(
        "crashed",
        "The model could not be looked at: it made the reader break down. Export it "
        "again, in another format if possible.",
        status=status,
    )


def pack(values, data=b""):
    """One answer: the lengths of both parts, JSON, bytes (a picture, a geometry)."""
    text = json.dumps(values, ensure_ascii=True, allow_nan=False).encode("ascii")
    return _LENGTHS.pack(len(text), len(data)) + text + data


def unpack(answer, magic=b"\x89PNG\r\n\x1a\n"):
    """What :func:`pack` packed.

    :param magic: what the bytes begin with, if there are any
    :return: (values, bytes)
    :raises ValueError: when it is anything else
    """
    if len(answer) < _LENGTHS.size:
        raise ValueError("no answer")
    text, length = _LENGTHS.unpack_from(answer)
    if len(answer) != _LENGTHS.size + text + length:
        raise ValueError("half an answer")
    middle = _LENGTHS.size + text
    data = answer[middle:]
    if data and not data.startswith(magic):
        raise ValueError("no answer of that kind")
    return json.loads(answer[_LENGTHS.size : middle]), data


def inspect_file(path):
    """Facts of a mesh file as a flat dict, for the command line and benchmarks.

    :return: dict with ``path``, ``format`` and, of a mesh that could be read,
        everything of :meth:`~.model.MeshReport.as_dict`; else ``error`` (the
        message) and ``code``. ``geometry`` holds what every reader counts alike,
        see :attr:`~.model.MeshReport.geometry_all`.
    """
    path = os.fspath(path)
    try:
        report = inspect(path, os.path.basename(path))
    except MeshError as error:
        facts = {"path": path, "error": error.message, "code": error.code}
        if error.code == "no_geometry":
            facts["geometry"] = {"triangles": 0}
        return facts
    values = report.as_dict()
    return {"path": path, **values, "geometry": values["geometry_all"]}
