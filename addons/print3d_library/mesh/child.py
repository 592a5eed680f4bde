"""The process that looks at one mesh: limits first, then the file on stdin."""

import os
import resource
import signal
import sys
import traceback

# Most bytes a native reader may hand over through a file in memory.
MAX_RESULT = 512 * 1024**2
MAX_TRACE = 4_000


def main(options):
    """Read the mesh on standard input and answer on standard output.

    :param options: dict of :mod:`.sandbox`: ``task`` (one of ``TASKS``), ``name``,
        ``memory``, ``cpu`` and what the task takes
    """
    limit(options["memory"], options["cpu"])
    answer = _take_stdout()
    # Only now, under the limits.
    from .sandbox import pack

    data = pack(*_look(options))
    while data:
        data = data[os.write(answer, data) :]
    # No clean-up: what a native library left behind must not fail at the end.
    os._exit(0)


def limit(memory, cpu):
    """Give this process its limits: nothing it reads can lift them."""
    _set(resource.RLIMIT_AS, memory)
    # The signal of the first limit ends the process; the second cannot be caught.
    _set(resource.RLIMIT_CPU, cpu, cpu + 1)
    # No file can be written; the STEP reader lifts this for its results in memory.
    _set(resource.RLIMIT_FSIZE, 0, MAX_RESULT)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_NOFILE, 64)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def _set(which, soft, hard=None):
    hard = soft if hard is None else hard
    _soft, most = resource.getrlimit(which)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(which, (soft, hard))


def _take_stdout():
    """A descriptor of the pipe that libraries, which print to 1, don't know."""
    answer = os.dup(1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
    sys.stdout = open(os.devnull, "w")
    return answer


def _look(options):
    """What to answer: (values, bytes)."""
    from slicer.errors import SlicedFileError

    from .errors import MeshError

    try:
        with _stdin() as stream:
            return TASKS[options["task"]](stream, options)
    except (MeshError, SlicedFileError) as error:
        params = {
            name: value
            for name, value in error.params.items()
            if isinstance(value, (str, int, float))
        }
        return {
            "error": {"code": error.code, "message": error.message, "params": params}
        }, b""
    except MemoryError:
        # Without a word: there may be no memory left for one.
        return {"death": "memory"}, b""
    except Exception:
        # A mistake of ours, for the log of the process that asked.
        return {"death": "crashed", "trace": traceback.format_exc()[-MAX_TRACE:]}, b""


def _check(stream, options):
    from .inspection import check_stream

    check_stream(stream, options["name"])
    return {"sound": True}, b""


def _inspect(stream, options):
    from .inspection import inspect_stream

    preview = options["preview"] and tuple(options["preview"])
    report = inspect_stream(stream, options["name"], preview)
    return {"report": report.as_dict()}, report.preview_png


def _geometry(stream, options):
    from .geometry import geometry_stream

    return {}, geometry_stream(stream, options["name"])


def _toolpath(stream, options):
    from slicer.toolpath import toolpath_stream

    return {}, toolpath_stream(stream, options["plate"])


def _timetable(stream, options):
    from slicer.timetable import timetable_stream

    return {"rows": timetable_stream(stream, options["plate"])}, b""


TASKS = {
    "check": _check,
    "inspect": _inspect,
    "geometry": _geometry,
    "toolpath": _toolpath,
    "timetable": _timetable,
}


def _stdin():
    """The file with a position of its own: the one of descriptor 0 is shared with
    the process that handed it over."""
    try:
        return open("/proc/self/fd/0", "rb")
    except OSError:
        return os.fdopen(0, "rb", closefd=False)
