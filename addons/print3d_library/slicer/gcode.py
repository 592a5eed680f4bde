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
MAX_HEIGHT = 1e6

# What is looked for between the moves, in one pass: Slic3r family and OrcaSlicer
# (layer, height, object), Cura (layer, object), objects as Marlin, RepRapFirmware
# and Klipper take them.
MARKS = re.compile(
    rb"\n(?:;(?:LAYER_CHANGE|Z:(?P<z>[^\n]*)|LAYER:(?P<layer>-?\d{1,9})[ \t\r]*$"
    rb"|MESH:(?P<mesh>[^\n]*))|; printing object (?P<label>[^\n]*)"
    rb"|M486 (?:S\d{1,6} )?A(?P<m486>[^\n]*)"
    rb"|EXCLUDE_OBJECT_DEFINE NAME=(?P<klipper>[^ \n]*))",
    re.MULTILINE,
)
# Any move that sets a height, and moves that lay down filament.
Z_MOVE = re.compile(rb"\nG[0-3] ?[^\n;Z]*Z(-?\d*\.?\d+)(?P<rest>[^\n;]*)")
EXTRUSION = re.compile(rb"\nG[1-3] ?[XY][^\n;E]*E[0.]*[1-9]")
TOOL = re.compile(rb"\nT(\d{1,3})\b")
START_DONE = b"\nG21 ; set units to millimeters"


@dataclass
class Gcode:
    """What one pass over a G-code file keeps.

    ``head`` and ``tail`` are decoded text with ``\\n`` line ends; for a small file
    both are the whole of it. ``layer_changes`` counts ``;LAYER_CHANGE`` lines,
    ``z_max`` is the highest ``;Z:`` in mm, ``last_layer`` the highest ``;LAYER:``.
    ``labels``, ``m486``, ``klipper`` and ``meshes`` are distinct object names in
    order: of ``; printing object``, ``M486 A``, ``EXCLUDE_OBJECT_DEFINE`` and
    ``;MESH:`` lines. ``md5`` is empty where it was not asked for.
    """

    head: str = ""
    tail: str = ""
    size: int = 0
    md5: str = ""
    layer_changes: int = 0
    z_max: float | None = None
    last_layer: int | None = None
    labels: list[bytes] = field(default_factory=list)
    m486: list[bytes] = field(default_factory=list)
    klipper: list[bytes] = field(default_factory=list)
    meshes: list[bytes] = field(default_factory=list)


def digest(chunks, *, md5=True):
    """Read a G-code file once.

    :param chunks: iterable of bytes, in order
    :param md5: whether to compute the checksum, a quarter of the time
    :return: :class:`Gcode`
    :raises SlicedFileError: ``unsupported`` when it has no lines
    """
    ends = _Ends(md5)
    scan = _Scan()
    for lines in whole_lines(ends.passing(chunks)):
        scan.lines(lines)
    head, tail = ends.texts()
    names = scan.names
    return Gcode(
        head=head,
        tail=tail,
        size=ends.size,
        md5=ends.checksum.hexdigest().upper() if md5 else "",
        layer_changes=scan.layer_changes,
        z_max=scan.z_max,
        last_layer=scan.last_layer,
        labels=list(names["label"]),
        m486=list(names["m486"]),
        klipper=list(names["klipper"]),
        meshes=list(names["mesh"]),
    )


def layers_of_moves(chunks):
    """Layers of G-code whose slicer marks none (Slic3r, PrusaSlicer before 2.3).

    A layer is a height at which filament is laid down that differs from the one
    before; moves of the start G-code do not count. Heights that change while
    extruding (a spiral vase) make no layers.

    :param chunks: iterable of bytes, in order
    :return: ``(layers, height in mm)``, either may be ``None``
    """
    state = _Heights()
    for lines in whole_lines(chunks):
        start = lines.rfind(START_DONE)
        if start >= 0:
            state = _Heights()
        state.feed(lines, max(start, 0))
    return (state.layers if state.layers and not state.spiral else None), state.top


def tools_of_moves(chunks):
    """Numbers of the tools that are chosen, from 1, in order.

    :param chunks: iterable of bytes, in order
    :return: list, empty for a printer with one tool
    """
    tools = set()
    for lines in whole_lines(chunks):
        tools.update(map(int, TOOL.findall(lines)))
    return [tool + 1 for tool in sorted(tools)]


class _Heights:
    """Layers counted so far and the height the nozzle is at."""

    def __init__(self):
        self.layers = 0
        self.top = self.height = self.last = None
        self.spiral = False

    def feed(self, lines, position):
        for move in Z_MOVE.finditer(lines, position):
            self._extruded(lines, position, move.start())
            self.height = float(move[1])
            # Heights that rise along an extrusion are no layers.
            if re.search(rb"E[0.]*[1-9]", move["rest"]):
                self.spiral = True
                self._reached()
            position = move.end()
        self._extruded(lines, position, len(lines))

    def _extruded(self, lines, start, end):
        if self.height is None or self.height == self.last:
            return
        if EXTRUSION.search(lines, start, end):
            self.layers += 1
            self._reached()

    def _reached(self):
        self.last = self.height
        if 0 <= self.height < MAX_HEIGHT:
            self.top = max(self.height, self.top or 0)


def whole_lines(chunks):
    """Chunks that begin with a line end and stop before one.

    :param chunks: iterable of bytes, in order
    :raises SlicedFileError: ``unsupported`` for a stretch over :data:`MAX_LINE`
    """
    rest = b"\n"
    for chunk in chunks:
        data = rest + chunk
        cut = data.rfind(b"\n")
        if len(data) - cut > MAX_LINE:
            raise SlicedFileError(
                "unsupported",
                "The file holds a stretch of several megabytes without a line end, "
                "which is not G-code. Slice the model again and export the G-code.",
            )
        if cut:
            yield data[:cut]
        rest = data[cut:]
    yield rest


def decode(data):
    """Text of bytes: UTF-8, wrong bytes replaced, line ends ``\\n``, no BOM, no NUL."""
    text = data.decode("utf-8", errors="replace").lstrip("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


class _Ends:
    """Both ends of the text that passes by, its length and checksum."""

    def __init__(self, md5):
        self.size = 0
        self.checksum = hashlib.md5(usedforsecurity=False) if md5 else None
        self._head, self._tail = bytearray(), b""

    def passing(self, chunks):
        """The same chunks."""
        for chunk in chunks:
            self.size += len(chunk)
            if self.checksum:
                self.checksum.update(chunk)
            if len(self._head) < HEAD + TAIL:
                self._head += chunk[: HEAD + TAIL - len(self._head)]
            if len(chunk) >= TAIL:
                self._tail = chunk[-TAIL:]
            else:
                self._tail = (self._tail + chunk)[-TAIL:]
            yield chunk

    def texts(self):
        """Text of the head and of the tail, the whole twice for a small file."""
        if self.size <= HEAD + TAIL:
            text = decode(bytes(self._head))
            return text, text
        # Whole lines only: half a line must not be taken for a value.
        head = decode(bytes(self._head[:HEAD])).rpartition("\n")[0] + "\n"
        return head, decode(self._tail).partition("\n")[2]


class _Scan:
    """Counts comments and collects names."""

    def __init__(self):
        self.layer_changes = 0
        self.z_max = None
        self.last_layer = None
        self.names = {"label": {}, "m486": {}, "klipper": {}, "mesh": {}}

    def lines(self, data):
        """Look at whole lines, see :func:`whole_lines`."""
        for match in MARKS.finditer(data):
            kind = match.lastgroup
            if kind is None:
                self.layer_changes += 1
            elif kind == "z":
                self._height(match["z"])
            elif kind == "layer":
                self.last_layer = max(int(match["layer"]), self.last_layer or 0)
            else:
                names, name = self.names[kind], match[kind]
                if len(name) <= MAX_NAME and len(names) < MAX_NAMES:
                    names[name] = None

    def _height(self, raw):
        try:
            height = float(raw)
        except ValueError:
            return
        if 0 <= height < MAX_HEIGHT and (self.z_max is None or height > self.z_max):
            self.z_max = height
