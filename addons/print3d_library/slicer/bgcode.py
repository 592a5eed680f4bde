"""Binary G-code (.bgcode): its blocks, checksums, compressions and encodings.

The layout is that of libbgcode's specification (github.com/prusa3d/libbgcode,
doc/specifications.md): a header of 10 bytes, then blocks of metadata, pictures and
G-code, each with its own compression and, as a rule, a CRC32. MeatPack is the packing
of G-code in half bytes of Scott Mudge's OctoPrint-MeatPack, heatshrink the LZSS of
github.com/atomicobject/heatshrink. Everything is read block by block: a block of G-code
is 64 KiB, so memory does not grow with the file.
"""

import re
import struct
import zlib
from dataclasses import dataclass

from .errors import SlicedFileError
from .gcode import decode
from .images import MAX_BYTES, MAX_PICTURES, MAX_TOTAL, picture
from .model import Thumbnail

MAGIC = b"GCDE"
VERSION = 1
NO_CHECKSUM, CRC32 = 0, 1
# Types of blocks
FILE, GCODE, SLICER, PRINTER, PRINT, THUMBNAIL = range(6)
NAMES = {FILE: "file", SLICER: "slicer", PRINTER: "printer", PRINT: "print"}
# Compressions
STORED, DEFLATE, HEATSHRINK_11, HEATSHRINK_12 = range(4)
HEATSHRINK_WINDOW = {HEATSHRINK_11: 11, HEATSHRINK_12: 12}
HEATSHRINK_LOOKAHEAD = 4
# Encodings of G-code
PLAIN, MEATPACK, MEATPACK_COMMENTS = range(3)
FORMATS = ("PNG", "JPG", "QOI")

# A slicer's largest: 64 KiB of G-code, 60 kB of settings, 1 MB of picture.
MAX_BLOCKS = 100_000
# Of metadata and pictures together
MAX_OTHER = 64 * 1024 * 1024
MAX_GCODE = 4 * 1024 * 1024
MAX_METADATA = 4 * 1024 * 1024
# G-code shrinks to a fourth; far beyond is made to fill memory or time.
MAX_TEXT_RATIO = 64
RATIO_FROM = 256 * 1024 * 1024


@dataclass
class Block:
    """Where a block stands and how it is stored; sizes and positions in bytes."""

    kind: int
    compression: int
    size: int
    stored: int
    start: int
    data: int
    parameters: bytes


class BinaryGcode:
    """A binary G-code file.

    ``file``, ``printer``, ``print`` and ``slicer`` are the metadata, dicts of raw
    strings; ``thumbnails`` the pictures. The G-code is read by :meth:`chunks`.

    :param stream: seekable binary file
    :param size: its size in bytes
    :raises SlicedFileError: ``truncated``, ``damaged`` (a checksum is wrong),
        ``unsupported`` (a version, kind or compression that is not known),
        ``too_large``; raised for metadata only, G-code is checked when it is read
    """

    def __init__(self, stream, size):
        self._stream = stream
        self._size = size
        self._checksum = self._header()
        self.file, self.printer, self.print, self.slicer = {}, {}, {}, {}
        self.thumbnails = []
        self.is_cut = False
        self._blocks = []
        self._walk()

    def _header(self):
        self._stream.seek(0)
        header = self._stream.read(10)
        if len(header) < 10:
            raise _cut()
        magic, version, checksum = struct.unpack("<4sIH", header)
        if magic != MAGIC:
            raise SlicedFileError("unsupported", "This is no binary G-code.")
        if version != VERSION or checksum not in (NO_CHECKSUM, CRC32):
            raise SlicedFileError(
                "unsupported",
                f"This is binary G-code of version {version} with checksum "
                f"{checksum}; version {VERSION} is read. Switch binary G-code off in "
                "the printer settings of the slicer and export as .gcode.",
                version=version,
            )
        return checksum

    def _walk(self):
        """Find all blocks, keep what the metadata and pictures say."""
        position, total, others, count = 10, 0, 0, 0
        while position < self._size:
            block, position = self._block(position)
            if position > self._size:
                self.is_cut = True
                return
            count += 1
            others += block.size if block.kind != GCODE else 0
            if count > MAX_BLOCKS or others > MAX_OTHER:
                raise _damaged("it has more blocks than a slicer writes")
            if block.kind == GCODE:
                total += block.size
                self._blocks.append(block)
                if total > max(RATIO_FROM, MAX_TEXT_RATIO * self._size):
                    raise SlicedFileError(
                        "too_large",
                        "The G-code in this file claims to be "
                        f"{total / self._size:.0f} times as large as the file, which "
                        "no slicer writes. Export it again.",
                    )
            elif block.kind == THUMBNAIL:
                self._picture(block)
            else:
                text = decode(self._data(block, MAX_METADATA))
                getattr(self, NAMES[block.kind]).update(_pairs(text))

    def _block(self, start):
        """The block at a position and the position of the next.

        The latter is beyond the file where the block is cut short.
        """
        self._stream.seek(start)
        header = self._stream.read(12)
        if len(header) < 8:
            return Block(GCODE, 0, 0, 0, start, start, b""), self._size + 1
        kind, compression, size = struct.unpack("<HHI", header[:8])
        if kind > THUMBNAIL or compression > HEATSHRINK_12:
            raise _damaged(f"it has a block of an unknown kind ({kind}, {compression})")
        position, stored = start + 8, size
        if compression != STORED:
            if len(header) < 12:
                return Block(GCODE, 0, 0, 0, start, start, b""), self._size + 1
            stored = struct.unpack("<I", header[8:])[0]
            position += 4
        self._stream.seek(position)
        parameters = self._stream.read(6 if kind == THUMBNAIL else 2)
        position += len(parameters)
        block = Block(kind, compression, size, stored, start, position, parameters)
        following = position + stored + (4 if self._checksum == CRC32 else 0)
        return block, following

    def _data(self, block, limit):
        """Checked and unpacked data of a block.

        :param limit: most bytes that it may have
        """
        if max(block.size, block.stored) > limit:
            raise SlicedFileError(
                "too_large",
                f"A part of the file claims to have {block.size / 1e6:.0f} MB; up to "
                f"{limit / 1e6:.0f} MB are read. Export the file again.",
                size=block.size,
            )
        self._stream.seek(block.start)
        raw = self._stream.read(block.data - block.start + block.stored)
        if self._checksum == CRC32:
            stated = self._stream.read(4)
            if len(stated) < 4:
                raise _cut()
            if zlib.crc32(raw) != int.from_bytes(stated, "little"):
                raise _damaged(f"the checksum at byte {block.start} is wrong")
        return _unpacked(block, raw[block.data - block.start :])

    def _picture(self, block):
        if len(self.thumbnails) >= MAX_PICTURES:
            return
        kind, width, height = struct.unpack("<HHH", block.parameters)
        data = self._data(block, MAX_BYTES)
        found = picture(data)
        kept = sum(len(entry.data) for entry in self.thumbnails) + len(data)
        if not found or kept > MAX_TOTAL:
            data = b""
        name = found.format if found else FORMATS[kind] if kind < len(FORMATS) else ""
        self.thumbnails.append(
            Thumbnail(width, height, name, found.data if found and data else b"")
        )

    def chunks(self, *, moves=True):
        """The G-code as text, a block at a time.

        MeatPack drops the blanks of moves and, in one of its variants, comments;
        they are not put back.

        :param moves: without, moves that are packed apart from the comments are left
            out, which is many times faster; comments and names of objects stay
        :return: generator of bytes
        :raises SlicedFileError: ``truncated``, ``damaged``, ``too_large``
        """
        if self.is_cut:
            raise _cut()
        for block in self._blocks:
            data = self._data(block, MAX_GCODE)
            encoding = int.from_bytes(block.parameters, "little")
            if encoding == PLAIN:
                yield data
            elif encoding in (MEATPACK, MEATPACK_COMMENTS):
                yield unpack(data, moves=moves)
            else:
                raise _damaged(f"its G-code has an unknown encoding ({encoding})")


def _pairs(text):
    """Values by key of metadata, one ``key=value`` a line."""
    pairs = (line.partition("=") for line in text.split("\n") if "=" in line)
    return {key.strip(): raw.strip() for key, _equals, raw in pairs}


def _unpacked(block, data):
    if block.compression == STORED:
        return data
    if block.compression == DEFLATE:
        unzip = zlib.decompressobj()
        try:
            data = unzip.decompress(data, block.size + 1)
        except zlib.error as error:
            raise _damaged("a block cannot be unpacked") from error
    else:
        data = _heatshrink(data, HEATSHRINK_WINDOW[block.compression])
    if len(data) != block.size:
        raise _damaged("a block has another length than it states")
    return data


def _heatshrink(data, window):
    try:
        # pylint: disable-next=import-outside-toplevel
        import heatshrink2
    except ImportError as error:
        raise SlicedFileError(
            "unsupported",
            "This binary G-code is compressed with heatshrink; to read it, install "
            "the Python package heatshrink2. Or switch binary G-code off in the "
            "printer settings of the slicer and export as .gcode.",
        ) from error
    try:
        return heatshrink2.decompress(
            data, window_sz2=window, lookahead_sz2=HEATSHRINK_LOOKAHEAD
        )
    except (ValueError, RuntimeError, TypeError) as error:
        raise _damaged("a block cannot be unpacked") from error


def _cut():
    return SlicedFileError(
        "truncated",
        "The file is cut short: its last block is not complete. Copy or export the "
        "file again.",
    )


def _damaged(why):
    return SlicedFileError(
        "damaged",
        f"The file is damaged: {why}. Copy or export the file again.",
        why=why,
    )


# === MeatPack === #

# Two characters in a byte, the first in the low half; 15 stands for a character that
# follows as it is. 11 is "E" while blanks are left out.
MAX_PAIRS = 60_000
CHARACTERS = b"0123456789. \nGX"
ESCAPE, NEW_LINE, BLANK = 15, 12, 11
SIGNAL = re.compile(rb"\xff\xff(.)", re.DOTALL)
PACKING_ON, PACKING_OFF, RESET = b"\xfb", b"\xfa", b"\xf9"
NO_BLANKS_ON, NO_BLANKS_OFF = b"\xf7", b"\xf6"
# "M486 A" (name of an object) as it is packed with and without blanks left out
PACKED_NAME = re.compile(rb"OMh(?:\xff |.)A", re.DOTALL)


def _token():
    """Pattern of one packed pair or two with the characters that follow them."""
    both, first, second = [], [], []
    for byte in range(255):
        low, high = byte & 15, byte >> 4
        if low == ESCAPE:
            first.append(byte)
        elif high == ESCAPE and low != NEW_LINE:
            second.append(byte)
        else:
            both.append(byte)
    sets = (b"".join(b"\\x%02x" % byte for byte in kind) for kind in (both, first))
    pairs, escaped = sets
    return re.compile(b"[" + pairs + b"]{1,2}|\xff..|[" + escaped + b"].|..", re.DOTALL)


class _Pairs(dict):
    """Text of packed pairs, found out once for each that occurs."""

    def __init__(self, no_blanks):
        super().__init__()
        self._characters = bytearray(CHARACTERS)
        if no_blanks:
            self._characters[BLANK] = ord("E")

    def __missing__(self, packed):
        text, position = bytearray(), 0
        while position < len(packed):
            low, high = packed[position] & 15, packed[position] >> 4
            position += 1
            for half in (low, high):
                if half != ESCAPE:
                    text.append(self._characters[half])
                else:
                    text += packed[position : position + 1]
                    position += 1
                if low == NEW_LINE:
                    # A line of odd length is filled up; the rest is not there.
                    break
        if len(self) < MAX_PAIRS:
            self[packed] = bytes(text)
        return bytes(text)


TOKEN = _token()
PAIRS = {no_blanks: _Pairs(no_blanks) for no_blanks in (False, True)}


def unpack(data, *, moves=True):
    """Text of a block packed with MeatPack.

    :param data: bytes of the whole block
    :param moves: without, only what is not packed is kept (comments), and lines that
        name objects
    """
    pieces = SIGNAL.split(data)
    packing = no_blanks = False
    text = [pieces[0]]
    for command, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if command in (PACKING_ON, PACKING_OFF, RESET):
            packing = command == PACKING_ON
        elif command in (NO_BLANKS_ON, NO_BLANKS_OFF):
            no_blanks = command == NO_BLANKS_ON
        if not packing:
            text.append(piece)
        elif moves or PACKED_NAME.search(piece):
            text += map(PAIRS[no_blanks].__getitem__, TOKEN.findall(piece))
    return b"".join(text)
