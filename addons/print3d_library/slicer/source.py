"""The file to be read: its first bytes, its text or its package."""

import contextlib
import os

from .container import Container
from .errors import SlicedFileError
from .gcode import CHUNK, HEAD, decode, digest

MAX_SIZE = 4 * 1024**3


class Source:
    """A file that families look at and one of them reads.

    ``head`` holds the first bytes, ``size`` the length.
    """

    def __init__(self, stream):
        self._stream = stream
        self._container = self._gcode = self._head_text = None
        self.size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        if not self.size:
            raise SlicedFileError(
                "empty", "The file is empty (0 bytes). Export it from the slicer again."
            )
        if self.size > MAX_SIZE:
            raise SlicedFileError(
                "too_large",
                f"The file is {self.size / 1024**3:.1f} GB; up to "
                f"{MAX_SIZE // 1024**3} GB can be read.",
                size=self.size,
            )
        self.head = stream.read(HEAD)

    @property
    def is_zip(self):
        return self.head[:4] in (b"PK\x03\x04", b"PK\x05\x06")

    @property
    def is_text(self):
        """Whether the file can be G-code: no package and no NUL bytes."""
        return not self.is_zip and b"\x00" not in self.head[:65536]

    @property
    def container(self):
        """The package as :class:`~.container.Container`, checked at first use."""
        if self._container is None:
            self._container = Container(self._stream, self.size)
        return self._container

    @property
    def head_text(self):
        """Text of the first bytes, to recognise who wrote it."""
        if self._head_text is None:
            self._head_text = decode(self.head)
        return self._head_text

    @property
    def gcode(self):
        """The text as :class:`~.gcode.Gcode`, read through at first use."""
        if self._gcode is None:
            self._gcode = digest(self.chunks(), md5=False)
        return self._gcode

    @property
    def stream(self):
        """The file itself, seekable; its position is anywhere."""
        return self._stream

    def chunks(self):
        """The bytes of the file in order, a megabyte at a time."""
        self._stream.seek(0)
        while chunk := self._stream.read(CHUNK):
            yield chunk


@contextlib.contextmanager
def opened(source):
    """A :class:`Source` of a path or a seekable binary file.

    A path is closed afterwards, a file is left open.

    :raises SlicedFileError: ``unreadable``, ``empty``, ``too_large``
    """
    if hasattr(source, "read"):
        yield Source(source)
        return
    try:
        stream = open(source, "rb")
    except OSError as error:
        raise SlicedFileError(
            "unreadable",
            f"The file cannot be opened: {error.strerror or error}.",
        ) from error
    with stream:
        yield Source(stream)
