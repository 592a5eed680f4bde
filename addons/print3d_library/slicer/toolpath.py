"""The way of the nozzle: what a plate's G-code lays down, by layer and by tool.

Moves are those of Marlin, Klipper and RepRapFirmware: G0/G1, arcs G2/G3 with I, J or R
in the XY plane, G20/G21 units, G90/G91 and M82/M83 for absolute and relative, G92 for
where the axes are said to be, and T for the tool. A layer begins where the slicer says
so in a comment, or, where it never does, when material is laid down at another height.

The binary has the layout of a mesh's: magic, length of the header as uint32, header as
JSON filled up to a multiple of 4 bytes, then the points, 4 uint16 each, little-endian:
x, y, z in ``steps`` of mm from ``origin``, and a word with tool (bits 0–5), height of
the layer in 1/50 mm (bits 6–14) and bit 15, set where material does *not* lead here
from the point before.
"""

import json
import math
import re
import struct
from array import array

from .bgcode import MAGIC as BINARY
from .bgcode import BinaryGcode
from .errors import SlicedFileError
from .source import opened

MAGIC = b"P3DT"
# Changes when the same file would give another answer.
VERSION = 1
MAX_LINES = 60_000_000
MAX_LINE = 4096
# Points of the answer, 8 bytes each: more is simplified more.
MAX_POINTS = 1_000_000
MAX_LAYERS = 20_000
MAX_TOOLS = 32
MAX_MM = 100_000.0
# mm a line may be off: what no screen shows, then what a large plate allows.
TOLERANCES = (0.02, 0.08, 0.25)
ARC_ERROR = 0.03
MAX_ARC_STEPS = 256
SAME_HEIGHT = 0.03
FILAMENT_AREA = math.pi / 4 * 1.75**2
WIDTHS = (0.25, 0.95)
USUAL_WIDTH = 0.42
INCH = 25.4
HEIGHT_STEPS = 50

WORD = re.compile(rb"([A-Za-z])\s*([-+]?\d*\.?\d+)")
NUMBER = re.compile(rb"N\d{1,9}\s*")
# Slic3r family and Cura, Bambu Studio, Simplify3D and KISSlicer, ideaMaker, IceSL …
LAYER = re.compile(
    rb";\s?(?:LAYER_CHANGE|LAYER:\s?-?\d+|CHANGE_LAYER|layer \d+,\s|BEGIN_LAYER_OBJECT"
    rb"|layer:\s?[\d.]+|Layer \d+ of \d+)",
)
MARLIN = re.compile(rb";FLAVOR:Marlin|;Generated with Cura")
PLATE = "Metadata/plate_{}.gcode"
UFP = "3D/model.gcode"


class Toolpath:
    """Reads lines and keeps the points; see :meth:`feed` and :meth:`encode`.

    ``lengths`` has mm of filament by tool, counted as a slicer does: what comes out
    of the nozzle from the first layer on, without what only makes up for a retraction.

    :param tolerance: mm a point may lie beside the line that is kept instead
    :param limit: most points; more end it with ``is_full``
    """

    def __init__(self, tolerance=TOLERANCES[0], limit=MAX_POINTS):
        self.tolerance, self.limit = tolerance, limit
        self.is_full = False
        self.lengths = {}
        self.xyz, self.words = array("f"), array("H")
        # First point, height of each layer
        self.starts, self.heights = array("I"), array("f")
        self.marked = False
        self._primed = 0
        self._lines = 0
        self._rest = b""
        self._at = [0.0, 0.0, 0.0]
        self._e = 0.0
        self._offset = [0.0, 0.0, 0.0]
        self._relative = self._relative_e = False
        self._e_follows = False
        self._scale = 1.0
        self._tool = 0
        self._owed = {}
        self._layer_z = None
        self._height = 0.2
        self._new_layer = False
        # The line that is being drawn: start and latest end, with what it stands for.
        self._from = self._to = None
        self._line_tool = -1
        self._volume = self._laid = 0.0

    def feed(self, chunk):
        """Take in the next bytes of the text."""
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > MAX_LINE:
            # No move is that long.
            self._rest = b""
        self._lines += len(lines)
        if self._lines > MAX_LINES:
            raise SlicedFileError(
                "too_large",
                f"The G-code has more than {MAX_LINES:,} lines; it is not shown in 3D.",
            )
        for line in lines:
            self._line(line)
            if self.is_full:
                return

    def close(self):
        """Take in the last line, which needs no end."""
        self._line(self._rest)
        self._rest = b""
        self._flush()

    def _line(self, line):
        first = line[:1]
        if first == b"G" or first == b"g":
            self._command(line)
        elif first == b";":
            if LAYER.match(line):
                if not self.marked:
                    self._flush()
                    self._primed = len(self.words)
                    # Slicers count what they lay down, not what custom G-code primes.
                    self.lengths.clear()
                self.marked = self._new_layer = True
            elif MARLIN.match(line):
                self._e_follows = True
        elif first in (b"T", b"t"):
            self._change_tool(line)
        elif first in (b"M", b"m"):
            if line[1:3] in (b"82", b"83") and not line[3:4].isdigit():
                self._relative_e = line[2:3] == b"3"
        elif first in (b"N", b" ", b"\t"):
            shorter = NUMBER.sub(b"", line.lstrip(), count=1)
            if shorter and len(shorter) < len(line):
                self._line(shorter)

    def _command(self, line):
        comment = line.find(b";")
        words = WORD.findall(line if comment < 0 else line[:comment])
        if line[:1] == b"g":
            words = [(letter.upper(), text) for letter, text in words]
        if not words:
            return
        try:
            code = float(words[0][1])
            values = {letter: float(text) for letter, text in words[1:]}
        except ValueError:
            return
        if code in (0, 1):
            self._move(values)
        elif code in (2, 3):
            self._arc(values, clockwise=code == 2)
        elif code == 92:
            self._set(values)
        elif code in (90, 91):
            self._relative = code == 91
            if self._e_follows:
                self._relative_e = self._relative
        elif code in (20, 21):
            self._scale = INCH if code == 20 else 1.0
        elif code == 28:
            self._home(line)

    def _home(self, line):
        """Homing ends at zero, of all axes unless some are named."""
        named = [axis for axis, letter in enumerate(b"XYZ") if letter in line[3:]]
        self._break()
        for axis in named or range(3):
            self._at[axis] = self._offset[axis] = 0.0

    def _set(self, values):
        """G92: where the nozzle is, is called otherwise from now on."""
        if b"E" in values or not values:
            self._e = values.get(b"E", 0.0) * self._scale
        for axis, letter in enumerate((b"X", b"Y", b"Z")):
            if letter in values:
                stated = values[letter] * self._scale
                self._offset[axis] = self._at[axis] - stated

    def _change_tool(self, line):
        match = re.match(rb"[Tt](\d{1,2})\s*(?:;|$|\r)", line)
        # Firmware knows larger ones for "none" and for waiting.
        if match and int(match[1]) < MAX_TOOLS:
            self._tool = int(match[1])

    def _target(self, values):
        at, scale = self._at, self._scale
        target = list(at)
        for axis, letter in enumerate((b"X", b"Y", b"Z")):
            if letter in values:
                value = values[letter] * scale
                target[axis] = (
                    at[axis] + value if self._relative else value + self._offset[axis]
                )
        return target

    def _extruded(self, values):
        """mm of filament that come out in a move, less what was retracted."""
        if b"E" not in values:
            return 0.0
        value = values[b"E"] * self._scale
        if self._relative_e:
            moved = value
        else:
            moved = value - self._e
            self._e = value
        tool = self._tool
        owed = self._owed.get(tool, 0.0) - moved
        if not -MAX_MM < owed < MAX_MM:
            return 0.0
        self._owed[tool] = max(owed, 0.0)
        if owed >= 0:
            return 0.0
        self.lengths[tool] = self.lengths.get(tool, 0.0) - owed
        return -owed

    def _move(self, values):
        extruded = self._extruded(values)
        target = self._target(values)
        if extruded > 0 and (target[0] != self._at[0] or target[1] != self._at[1]):
            self._draw(target, extruded)
        elif target != self._at:
            self._break()
        self._at = target

    def _arc(self, values, clockwise):
        extruded = self._extruded(values)
        start, target = self._at, self._target(values)
        if extruded <= 0:
            self._break()
            self._at = target
            return
        points = list(self._flatten(start, target, values, clockwise))
        for point in points:
            self._draw(point, extruded / len(points))
            self._at = point
        self._at = target

    def _flatten(self, start, target, values, clockwise):
        """Points of an arc after its start, the last of them its end."""
        centre = self._centre(start, target, values, clockwise)
        if centre is None:
            return [target]
        radius = math.hypot(start[0] - centre[0], start[1] - centre[1])
        begin = math.atan2(start[1] - centre[1], start[0] - centre[0])
        end = math.atan2(target[1] - centre[1], target[0] - centre[0])
        sweep = (end - begin) % math.tau
        if clockwise:
            sweep = sweep - math.tau if sweep > 1e-9 else -math.tau
        elif sweep < 1e-9:
            sweep = math.tau
        step = 2 * math.acos(max(1 - ARC_ERROR / max(radius, 2 * ARC_ERROR), 0))
        count = min(max(math.ceil(abs(sweep) / max(step, 1e-3)), 1), MAX_ARC_STEPS)
        points = []
        for number in range(1, count):
            share = number / count
            angle = begin + sweep * share
            points.append(
                [
                    centre[0] + radius * math.cos(angle),
                    centre[1] + radius * math.sin(angle),
                    start[2] + (target[2] - start[2]) * share,
                ]
            )
        return [*points, target]

    def _centre(self, start, target, values, clockwise):
        if b"I" in values or b"J" in values:
            return (
                start[0] + values.get(b"I", 0.0) * self._scale,
                start[1] + values.get(b"J", 0.0) * self._scale,
            )
        radius = values.get(b"R", 0.0) * self._scale
        dx, dy = target[0] - start[0], target[1] - start[1]
        chord = math.hypot(dx, dy)
        if not radius or not chord:
            return None
        rise = math.sqrt(max(radius * radius - chord * chord / 4, 0.0)) / chord
        # R below zero asks for the longer way round.
        if clockwise == (radius > 0):
            rise = -rise
        return (
            (start[0] + target[0]) / 2 - dy * rise,
            (start[1] + target[1]) / 2 + dx * rise,
        )

    def _draw(self, target, extruded):
        """Material from where the nozzle is to a point."""
        if not all(-MAX_MM < value < MAX_MM for value in target):
            self._break()
            return
        if self._is_next_layer(target[2]):
            self._begin_layer(target[2])
        length = math.dist(self._at, target)
        self._laid += length * self._height
        self._volume += extruded
        if self._from is None or self._line_tool != self._tool:
            self._flush()
            self._line_tool = self._tool
            self._point(self._at, False)
            self._from, self._to = self._at, target
        elif self._is_straight(target):
            self._to = target
        else:
            self._point(self._to, True)
            self._from, self._to = self._to, target

    def _is_next_layer(self, z):
        if self._layer_z is None or self._new_layer:
            return True
        return not self.marked and abs(z - self._layer_z) > SAME_HEIGHT

    def _begin_layer(self, z):
        self._flush()
        rise = z - (self._layer_z or 0.0)
        if 0.01 < rise < 2:
            self._height = rise
        self._layer_z, self._new_layer = z, False
        if len(self.starts) < MAX_LAYERS:
            self.starts.append(len(self.words))
            self.heights.append(z)

    def _is_straight(self, target):
        """Whether the end so far lies on the line to the new end."""
        (x0, y0, z0), (x1, y1, z1), (x2, y2, z2) = self._from, self._to, target
        dx, dy = x2 - x0, y2 - y0
        length = math.hypot(dx, dy)
        if not length or abs(z2 - z1) > 1e-6 or abs(z1 - z0) > 1e-6:
            return False
        ahead = (x1 - x0) * dx + (y1 - y0) * dy
        if not 0 <= ahead <= length * length:
            return False
        aside = abs((x1 - x0) * dy - (y1 - y0) * dx)
        return aside <= self.tolerance * length

    def _flush(self):
        if self._from is not None:
            self._point(self._to, True)
            self._from = self._to = None

    _break = _flush

    def _point(self, point, is_drawn):
        if len(self.words) >= self.limit:
            self.is_full = True
            return
        height = min(max(round(self._height * HEIGHT_STEPS), 1), 511)
        self.xyz.extend(point)
        self.words.append(
            (self._line_tool & 63) | height << 6 | (0 if is_drawn else 1 << 15)
        )

    def encode(self):
        """The binary of what was fed.

        :raises SlicedFileError: ``no_moves``
        """
        # pylint: disable-next=import-outside-toplevel
        import numpy as np

        if not self.words:
            raise SlicedFileError(
                "no_moves",
                "The file has no moves that lay down material, so there is nothing to "
                "show in 3D. Slice the model again.",
            )
        points = np.frombuffer(self.xyz, "f4").reshape(-1, 3).astype(np.float64)
        lowest, highest = points.min(axis=0), points.max(axis=0)
        steps = np.maximum((highest - lowest) / 65535, 0.005)
        body = np.empty((len(points), 4), "<u2")
        body[:, :3] = np.rint((points - lowest) / steps).clip(0, 65535)
        body[:, 3] = np.frombuffer(self.words, "u2")
        # What a printer wipes off beside the plate is not what one looks at.
        shown = points[self._primed :] if self._primed < len(points) else points
        header = {
            "kind": "toolpath",
            "version": VERSION,
            "box": [shown.min(axis=0).tolist(), shown.max(axis=0).tolist()],
            "origin": lowest.tolist(),
            "steps": steps.tolist(),
            "points": len(points),
            "width": self._width(),
            "tools": {
                str(tool + 1): round(length, 2)
                for tool, length in sorted(self.lengths.items())
            },
            "layers": [
                [start, round(height, 3)]
                for start, height in zip(self.starts, self.heights, strict=True)
            ],
            "tolerance": self.tolerance,
        }
        text = json.dumps(header, ensure_ascii=True, allow_nan=False).encode("ascii")
        text += b" " * (-len(text) % 4)
        return MAGIC + struct.pack("<I", len(text)) + text + body.tobytes()

    def _width(self):
        """Typical width of a line in mm: laid-down volume by its length and height.

        Reckoned for filament of 1.75 mm. Where that gives no width of a usual nozzle
        (thicker filament, E in mm³), a common width is taken.
        """
        width = self._volume * FILAMENT_AREA / self._laid if self._laid else 0.0
        return width if WIDTHS[0] <= width <= WIDTHS[1] else USUAL_WIDTH


def toolpath_stream(stream, plate=1):
    """The binary of one plate of a sliced file.

    :param stream: seekable binary file
    :param plate: number of the plate
    :return: bytes
    :raises SlicedFileError: for everything that is wrong with the file, ``no_gcode``
        where it is of a format without G-code
    """
    with opened(stream) as source:
        path = None
        for tolerance in TOLERANCES:
            path = Toolpath(tolerance)
            for chunk in _chunks(source, plate):
                path.feed(chunk)
                if path.is_full:
                    break
            if not path.is_full:
                break
        if path.is_full:
            raise SlicedFileError(
                "too_large",
                "The plate has more moves than can be shown in 3D.",
            )
        path.close()
        return path.encode()


def _chunks(source, plate):
    """The text of a plate's G-code, a piece at a time."""
    if source.is_zip:
        for name in (PLATE.format(plate), UFP):
            if name in source.container:
                return source.container.stream(name)
        raise SlicedFileError(
            "no_gcode", "The file has no G-code of this plate; slice it first."
        )
    if source.head.startswith(BINARY):
        return BinaryGcode(source.stream, source.size).chunks()
    return source.chunks()
