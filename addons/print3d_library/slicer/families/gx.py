"""FlashForge's ``.gx``: a small binary header, pictures and G-code.

FlashPrint writes them, and slicers or their plug-ins for FlashForge machines. All
numbers are little-endian; the offsets are those of files and of the open encoders of
the format:

====== ====== =====================================================================
offset type   content
====== ====== =====================================================================
0      char12 ``xgcode 1.0\\n`` and NUL
16     u32    where the first picture begins (BMP of 80x60, PNG from OrcaSlicer)
20     u32    where the second begins, or the G-code
24     u32    where the G-code begins
28     u32    time, s
32     u32    filament of the right extruder, mm
36     u32    filament of the left extruder, mm
40     u16    machine type, layer height (um), reserved, shells, speed (mm/s), bed,
              right and left temperature (degrees Celsius)
====== ====== =====================================================================

The G-code is read by its own family; the header fills in what it does not state.
"""

import io
import struct

from ..errors import SlicedFileError
from ..images import MAX_BYTES, picture
from ..model import Plate, SlicedFile
from ..source import Source
from .comments import add_use, complete, derive_weights
from .registry import recognise, register

MAGIC = b"xgcode 1.0\n"
HEADER = struct.Struct("<12s4xIIIIIIHHHHHHHH")
SIDES = (1, 2)


@register
class FlashForgePackage:
    """``.gx`` files."""

    code = "gx"

    def recognises(self, source):
        return source.head.startswith(MAGIC)

    def parse(self, source):
        header = _header(source)
        start = header["gcode"]
        inner = Source(_Window(source.stream, start, source.size))
        sliced = _read(inner, self.code)
        pictures = _pictures(source, header)
        sliced.thumbnails = pictures + sliced.thumbnails
        for plate in sliced.plates:
            plate.thumbnails = sliced.thumbnails
        _fill_in(sliced, header)
        return sliced


class _Window(io.RawIOBase):
    """The part of a binary file from an offset on, as a file of its own."""

    def __init__(self, stream, start, end):
        super().__init__()
        self._stream, self._start, self._size = stream, start, end - start
        self._position = 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._position

    def seek(self, offset, whence=io.SEEK_SET):
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}
        self._position = min(max(base[whence] + offset, 0), self._size)
        return self._position

    def readinto(self, buffer):
        self._stream.seek(self._start + self._position)
        size = min(len(buffer), self._size - self._position)
        data = self._stream.read(size)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def _header(source):
    head = source.head[: HEADER.size]
    if len(head) < HEADER.size:
        raise _cut()
    values = HEADER.unpack(head)
    names = ("first", "second", "gcode", "time", "right", "left")
    header = dict(zip(names, values[1:7], strict=True))
    names = ("type", "layer", "reserved", "shells", "speed", "bed", "right_c", "left_c")
    header.update(zip(names, values[7:], strict=True))
    if not HEADER.size - 2 <= header["gcode"] < source.size:
        raise _cut()
    return header


def _cut():
    return SlicedFileError(
        "truncated",
        "The FlashForge file (.gx) is cut short: its G-code is missing. Copy or "
        "export the file again.",
    )


def _read(inner, code):
    """The G-code by its family; plain G-code is given by the header alone."""
    if inner.is_zip or inner.head.startswith(MAGIC) or not inner.is_text:
        raise SlicedFileError(
            "unsupported",
            "The FlashForge file (.gx) holds no G-code. Slice the model again and "
            "export it.",
            what="gx",
        )
    family = recognise(inner)
    if family.code != "other":
        try:
            return family.parse(inner)
        except SlicedFileError as error:
            # The header has what the text lacks.
            if error.code == "no_filament" and error.sliced:
                return error.sliced
            raise
    sliced = SlicedFile(family=code)
    sliced.plates = [Plate(thumbnails=[])]
    return sliced


def _pictures(source, header):
    """The pictures between the header and the G-code."""
    found = []
    marks = sorted({header["first"], header["second"], header["gcode"]})
    for begin, end in zip(marks, marks[1:], strict=False):
        if begin < HEADER.size - 2 or end > header["gcode"]:
            continue
        source.stream.seek(begin)
        entry = picture(source.stream.read(min(end - begin, MAX_BYTES + 1)))
        found += [entry] if entry else []
    return found


def _fill_in(sliced, header):
    """Values of the header where the G-code has none."""
    plate = sliced.plates[0]
    if plate.time_s is None and header["time"]:
        plate.time_s = header["time"]
    if sliced.layer_height is None and header["layer"]:
        sliced.layer_height = header["layer"] / 1000
    if sliced.bed_temp is None and header["bed"]:
        sliced.bed_temp = header["bed"]
    used = [index for index, side in zip(SIDES, ("right", "left"), strict=True)]
    lengths = [header["right"], header["left"]]
    if not sliced.nozzle_temp:
        degrees = [header["right_c"], header["left_c"]]
        sliced.nozzle_temp = [c for c, mm in zip(degrees, lengths, strict=True) if mm]
    if not plate.filaments:
        used = [index for index, mm in zip(SIDES, lengths, strict=True) if mm]
        if used:
            add_use(
                sliced,
                plate,
                [float(lengths[index - 1]) for index in used],
                indexes=used,
            )
            derive_weights(sliced, plate)
        else:
            plate.stated["no_use"] = True
    complete(sliced)
