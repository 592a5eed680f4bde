"""The file to be read: its bytes, and what they may cost."""

import contextlib
import os

import numpy as np

from .errors import MeshError
from .formats import HEAD

MAX_SIZE = 1024**3
# Triangles of all parts as placed. A plate of an FDM printer holds no detail beyond
# some hundred thousand; scans bring one or two million.
MAX_TRIANGLES = 4_000_000
MAX_VERTICES = 3 * MAX_TRIANGLES
MAX_PARTS = 5_000
# Coordinates beyond this are no millimetres of a printed thing: 100 km.
MAX_COORDINATE = 1e8


class Source:
    """A seekable binary file, its ``size`` and its ``head``."""

    def __init__(self, stream, name=""):
        self.stream = stream
        self.name = name
        self.size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        if not self.size:
            raise MeshError(
                "empty", "The file is empty (0 bytes). Export the model again."
            )
        check_size(self.size)
        self.head = stream.read(HEAD)

    def data(self):
        """All bytes."""
        self.stream.seek(0)
        return self.stream.read()

    def chunks(self, length=1024 * 1024):
        """All bytes, a piece at a time."""
        self.stream.seek(0)
        while chunk := self.stream.read(length):
            yield chunk


@contextlib.contextmanager
def opened(source, name=""):
    """A :class:`Source` of a path or a seekable binary file.

    A path is closed afterwards, a file is left open.

    :raises MeshError: ``unreadable``, ``empty``, ``too_large``
    """
    if hasattr(source, "read"):
        yield Source(source, name)
        return
    try:
        stream = open(source, "rb")
    except OSError as error:
        raise MeshError(
            "unreadable", f"The file cannot be opened: {error.strerror or error}."
        ) from error
    with stream:
        yield Source(stream, name or os.path.basename(os.fsdecode(source)))


def check_size(size):
    """Refuse files too large to be read.

    :raises MeshError: ``too_large``
    """
    if size > MAX_SIZE:
        raise MeshError(
            "too_large",
            f"The file is larger than {MAX_SIZE // 1024**3} GB; no larger mesh can be "
            "read. Simplify the model.",
            size=size,
        )


def check_count(triangles):
    """Refuse more triangles than can be worked with.

    :raises MeshError: ``too_large``
    """
    if triangles > MAX_TRIANGLES:
        raise MeshError(
            "too_large",
            f"The model has {triangles:,} triangles; up to {MAX_TRIANGLES:,} can be "
            "read. Simplify it in the modelling program.",
            triangles=triangles,
        )


def check_mesh(vertices, faces, where="The file"):
    """Refuse coordinates that are no numbers and faces of vertices not there.

    :raises MeshError: ``bad_number``, ``bad_index``
    """
    if len(vertices) and not (np.abs(vertices).max() <= MAX_COORDINATE):
        raise MeshError(
            "bad_number",
            f"{where} holds coordinates that are no sizes of a real thing (not a "
            "number, infinite or beyond 100 km). Export the model again.",
        )
    if len(faces) and (faces.min() < 0 or faces.max() >= len(vertices)):
        raise MeshError(
            "bad_index",
            f"{where} has triangles between points that it does not list. Export the "
            "model again.",
        )
