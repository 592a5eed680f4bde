"""A G-code file of any size in constant memory.

One pass keeps both ends of the text and counts the few comments that stand between
the moves. 1 MiB of head holds the thumbnails (0.4 MB is the most seen), 1 MiB of tail
the settings (60 kB is the most seen).
"""

import hashlib
import re
from dataclasses import dataclass, field

from .errors import SlicedFileError

CHUNK = 1024 * 1024
HEAD = 1024 * 1024
TAIL = 1024 * 1024
# No slicer writes lines near this long; a stretch without line ends is no G-code.
MAX_LINE = 4 * 1024 * 1024
MAX_NAMES = 10_000
MAX_NAME = 500

LAYER_CHANGE = b"\n;LAYER_CHANGE"
Z = b"\n;Z:"
CURA_LAYER = b"\n;LAYER:"
CURA_MESH = b"\n;MESH:"
PRINTING = b"\n; printing object "
M486_NAME = b"\nM486 A"


@dataclass
class Gcode:
    """What one pass over a G-code file keeps.

    ``head`` and ``tail`` are decoded text with ``\\n`` line ends; for a small file
    both are the whole of it. ``layer_changes`` counts ``;LAYER_CHANGE`` lines,
    ``z_max`` is the highest ``;Z:`` in mm, ``last_layer`` the highest ``;LAYER:``.
    ``labels``, ``m486`` and ``meshes`` are distinct object names in order: of
    ``; printing object``, ``M486 A`` and ``;MESH:`` lines.
    """

    head: str = ""
    tail: str = ""
    size: int = 0
    md5: str = ""
    layer_changes: int = 0
    z_max: float | None = None
    last_layer: int | None = None
    labels: list[str] = field(default_factory=list)
    m486: list[str] = field(default_factory=list)
    meshes: list[str] = field(default_factory=list)


def digest(chunks):
    """Read a G-code file once.

    :param chunks: iterable of bytes, in order
    :return: :class:`Gcode`
    :raises SlicedFileError: ``unsupported`` when it has no lines
    """
    scan = _Scan()
    checksum = hashlib.md5(usedforsecurity=False)
    head, tail, size = bytearray(), b"", 0
    for chunk in chunks:
        size += len(chunk)
        checksum.update(chunk)
        if len(head) < HEAD + TAIL:
            head += chunk[: HEAD + TAIL - len(head)]
        tail = chunk[-TAIL:] if len(chunk) >= TAIL else (tail + chunk)[-TAIL:]
        scan.feed(chunk)
    scan.close()
    if size <= HEAD + TAIL:
        start = end = decode(bytes(head))
    else:
        # Whole lines only: half a line must not be taken for a value.
        start = decode(bytes(head[:HEAD])).rpartition("\n")[0] + "\n"
        end = decode(tail).partition("\n")[2]
    return Gcode(
        head=start,
        tail=end,
        size=size,
        md5=checksum.hexdigest().upper(),
        layer_changes=scan.layer_changes,
        z_max=scan.z_max,
        last_layer=scan.last_layer,
        labels=list(scan.labels),
        m486=list(scan.m486),
        meshes=list(scan.meshes),
    )


def decode(data):
    """Text of bytes: UTF-8, wrong bytes replaced, line ends ``\\n``, no BOM, no NUL."""
    text = data.decode("utf-8", errors="replace").lstrip("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


class _Scan:
    """Counts comments in chunks; a line cut by a chunk's end waits for the next."""

    def __init__(self):
        self.layer_changes = 0
        self.z_max = None
        self.last_layer = None
        self.labels, self.m486, self.meshes = {}, {}, {}
        self._rest = b"\n"

    def feed(self, chunk):
        data = self._rest + chunk
        cut = data.rfind(b"\n")
        if len(data) - cut > MAX_LINE:
            raise SlicedFileError(
                "unsupported",
                "The file holds a stretch of several megabytes without a line end, "
                "which is not G-code. Slice the model again and export the G-code.",
            )
        self._lines(data, cut)
        self._rest = data[cut:]

    def close(self):
        self._lines(self._rest + b"\n", len(self._rest))

    def _lines(self, data, end):
        """Look at all lines that are whole before ``end``, a line end."""
        self.layer_changes += data.count(LAYER_CHANGE, 0, end)
        for raw in _after(data, Z, end):
            try:
                height = float(raw)
            except ValueError:
                continue
            if 0 <= height < 1e6 and (self.z_max is None or height > self.z_max):
                self.z_max = height
        for raw in _after(data, CURA_LAYER, end):
            if re.fullmatch(rb"-?\d{1,9}\s*", raw):
                self.last_layer = max(int(raw), self.last_layer or 0)
        _collect(self.labels, data, PRINTING, end)
        _collect(self.m486, data, M486_NAME, end)
        _collect(self.meshes, data, CURA_MESH, end)


def _after(data, mark, end):
    """Rest of each line that begins with the mark, which begins with a line end."""
    position = data.find(mark, 0, end)
    while position >= 0:
        start = position + len(mark)
        stop = data.find(b"\n", start, end + 1)
        yield data[start : stop if stop >= 0 else end]
        position = data.find(mark, start, end)


def _collect(names, data, mark, end):
    for raw in _after(data, mark, end):
        if len(raw) <= MAX_NAME and raw not in names and len(names) < MAX_NAMES:
            names[raw] = None
