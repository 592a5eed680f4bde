"""Binary G-code made for tests, in every compression and encoding.

Written after the format's specification and the decoders' documents, not after the
reader: what it packs must come out again.
"""

import struct
import zlib

STORED, DEFLATE, HEATSHRINK_11, HEATSHRINK_12 = range(4)
PLAIN, MEATPACK, MEATPACK_COMMENTS = range(3)
FILE, GCODE, SLICER, PRINTER, PRINT, THUMBNAIL = range(6)
WINDOWS = {HEATSHRINK_11: 11, HEATSHRINK_12: 12}
LOOKAHEAD = 4
LINES = 65536
CODES = {character: code for code, character in enumerate("0123456789. \nGX")}
SIGNAL = b"\xff\xff"


def heatshrink(data, window):
    """LZSS as heatshrink: a bit 1 and a byte, or 0, distance - 1 and length - 1."""
    bits, position, seen = [], 0, {}
    while position < len(data):
        start = seen.get(data[position : position + 4])
        length = 0
        if start is not None and position - start <= 2**window:
            limit = min(2**LOOKAHEAD, len(data) - position)
            while length < limit and data[start + length] == data[position + length]:
                length += 1
        if length >= 4:
            distance = position - start - 1
            bits.append(f"0{distance:0{window}b}{length - 1:0{LOOKAHEAD}b}")
        else:
            length = 1
            bits.append(f"1{data[position]:08b}")
        for place in range(position, position + length):
            seen[data[place : place + 4]] = place
        position += length
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big") if text else b""


def compressed(data, compression):
    if compression == DEFLATE:
        return zlib.compress(data)
    if compression in WINDOWS:
        return heatshrink(data, WINDOWS[compression])
    return data


def meatpack(text, *, comments):
    """MeatPack of whole lines, blanks of moves left out as PrusaSlicer does."""
    packed, packing = bytearray(SIGNAL + b"\xfb" + SIGNAL + b"\xf7"), True
    for line in text.splitlines(keepends=True):
        if line.startswith(";"):
            if comments:
                if packing:
                    packed += SIGNAL + b"\xfa"
                    packing = False
                packed += line.encode()
            continue
        line = line.partition(";")[0].strip()
        if not line:
            continue
        if not packing:
            packed += SIGNAL + b"\xfb"
            packing = True
        if line[0] == "G" and line[1:2].isdigit():
            line = line.replace(" ", "")
        packed += _pairs(line + "\n")
    if not comments:
        packed += SIGNAL + b"\xf9"
    return bytes(packed)


def _pairs(line):
    packed = bytearray()
    raw = line.encode().decode("latin-1")
    codes = {**CODES, "E": CODES[" "]}
    del codes[" "]
    for place in range(0, len(raw), 2):
        pair = raw[place : place + 2].ljust(2, "\n")
        low, high = (codes.get(character, 15) for character in pair)
        packed.append(low | high << 4)
        for code, character in ((low, pair[0]), (high, pair[1])):
            if code == 15:
                packed += character.encode("latin-1")
    return packed


def block(kind, data, *, compression=STORED, parameters=b"\0\0", checksum=True):
    """One block with its header and checksum."""
    body = compressed(data, compression)
    head = struct.pack("<HHI", kind, compression, len(data))
    if compression != STORED:
        head += struct.pack("<I", len(body))
    raw = head + parameters + body
    return raw + (struct.pack("<I", zlib.crc32(raw)) if checksum else b"")


def header(version=1, checksum=1):
    return struct.pack("<4sIH", b"GCDE", version, checksum)


def pairs(values):
    return "".join(f"{key}={raw}\n" for key, raw in values.items()).encode()


def encoded(text, encoding):
    if encoding == PLAIN:
        return text.encode()
    return meatpack(text, comments=encoding == MEATPACK_COMMENTS)


def blocks_of(text, size):
    """The text in pieces of whole lines up to about a size."""
    piece = ""
    for line in text.splitlines(keepends=True):
        if piece and len(piece) + len(line) > size:
            yield piece
            piece = ""
        piece += line
    yield piece


def binary(
    text,
    *,
    metadata,
    thumbnails=(),
    compression=STORED,
    encoding=PLAIN,
    metadata_compression=STORED,
    checksum=True,
    size=LINES,
):
    """A whole file.

    :param text: G-code
    :param metadata: ``{FILE: {...}, PRINTER: {...}, PRINT: {...}, SLICER: {...}}``
    :param thumbnails: ``(format number, width, height, data)`` each
    """
    options = {"checksum": checksum}
    parts = [header(checksum=int(checksum))]
    for kind in (FILE, PRINTER):
        parts.append(
            block(
                kind,
                pairs(metadata.get(kind, {})),
                compression=metadata_compression,
                **options,
            )
        )
    for number, width, height, data in thumbnails:
        parameters = struct.pack("<HHH", number, width, height)
        parts.append(block(THUMBNAIL, data, parameters=parameters, **options))
    for kind in (PRINT, SLICER):
        parts.append(
            block(
                kind,
                pairs(metadata.get(kind, {})),
                compression=metadata_compression,
                **options,
            )
        )
    for piece in blocks_of(text, size):
        parts.append(
            block(
                GCODE,
                encoded(piece, encoding),
                compression=compression,
                parameters=struct.pack("<H", encoding),
                **options,
            )
        )
    return b"".join(parts)
