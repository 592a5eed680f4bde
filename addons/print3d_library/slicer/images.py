"""Size and format of pictures from their first bytes, nothing is decoded.

Header layouts: PNG (ISO/IEC 15948, IHDR chunk), JPEG (ITU T.81, SOFn segments), QOI
(qoiformat.org specification, 14-byte header) and BMP (BITMAPFILEHEADER and the first
fields of BITMAPINFOHEADER in Microsoft's Windows GDI reference).
"""

import base64
import binascii
import re
import struct

from .errors import SlicedFileError
from .model import Thumbnail

MAX_PIXELS = 50_000_000
MAX_BYTES = 8 * 1024 * 1024
MAX_TOTAL = 48 * 1024 * 1024
MAX_PICTURES = 500
# Of a picture in comments: base64 takes 4 characters for 3 bytes, and line marks.
MAX_TEXT = 2 * MAX_BYTES
# Enough of a picture to know its size; JPEG has its marks behind colour profiles.
SIZE_HEAD = 128 * 1024
SUFFIXES = (".png", ".jpg", ".jpeg", ".qoi")

MARK = re.compile(
    r"^; ?thumbnail(?:_[A-Za-z]{1,16})? (?:end|begin "
    r"(?P<width>\d{1,6})[x ](?P<height>\d{1,6}) \d{1,9}[^\n]*\n)",
    re.MULTILINE,
)


def picture_size(data):
    """Format and size of a picture.

    :param data: the picture or its first kilobytes
    :return: ``(format, width, height)``, ``("", 0, 0)`` when it is none of the known
    """
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return ("PNG", *struct.unpack(">II", data[16:24]))
    if data[:4] == b"qoif" and len(data) >= 14:
        return ("QOI", *struct.unpack(">II", data[4:12]))
    if data[:3] == b"\xff\xd8\xff":
        return _jpeg_size(data)
    if data[:2] == b"BM" and len(data) >= 26:
        # A picture stored from the top down has a negative height.
        width, height = struct.unpack("<ii", data[18:26])
        return "BMP", max(width, 0), abs(height)
    return "", 0, 0


def _jpeg_size(data):
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        kind = data[position + 1]
        length = struct.unpack(">H", data[position + 2 : position + 4])[0]
        # SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC)
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return "JPG", width, height
        position += 2 + length
    return "", 0, 0


def picture(data, name=""):
    """Thumbnail of a stored picture.

    :return: :class:`~.model.Thumbnail`, without data when over the limits, or
        ``None`` when the data are no known picture
    """
    kind, width, height = picture_size(data)
    if not kind:
        return None
    if not _fits(width, height, data):
        data = b""
    return Thumbnail(width, height, kind, data, name)


def _fits(width, height, data):
    return 0 < width * height <= MAX_PIXELS and len(data) <= MAX_BYTES


def pictures_in_package(container, folder, skipped=None):
    """Thumbnails of the pictures in a folder of a package, in archive order.

    Past :data:`MAX_TOTAL` bytes altogether, pictures come without their data.

    :param container: :class:`~.container.Container`
    :param skipped: list that takes the names of damaged pictures
    """
    found, total = [], 0
    for name in container.names:
        if not name.startswith(folder) or not name.lower().endswith(SUFFIXES):
            continue
        if len(found) >= MAX_PICTURES:
            break
        wanted = SIZE_HEAD if total > MAX_TOTAL else MAX_BYTES + 1
        try:
            data = container.head(name, wanted)
        except SlicedFileError as error:
            if error.code == "zip_bomb":
                raise
            if skipped is not None:
                skipped.append(name)
            continue
        entry = picture(data, container.original_name(name))
        if entry:
            total += len(entry.data)
            entry.data = entry.data if total <= MAX_TOTAL else b""
            found.append(entry)
    return found


def pictures_in_comments(text):
    """Thumbnails of a G-code file, in the order of the file.

    Reads the base64 blocks between ``; thumbnail begin WxH length`` and
    ``; thumbnail end`` (PrusaSlicer; ``thumbnail_QOI`` and ``thumbnail_JPG`` name
    other formats). A block that is cut short keeps its stated size without data.
    """
    found, total = [], 0
    # Every mark is looked at once, however many there are.
    begin = None
    for mark in MARK.finditer(text):
        block = ""
        if mark["width"] is None:
            if not begin:
                continue
            block = text[begin.end() : mark.start()]
        if begin:
            found.append(_commented(begin, block))
            total += len(found[-1].data)
            if len(found) >= MAX_PICTURES or total > MAX_TOTAL:
                return found
        begin = mark if mark["width"] else None
    if begin:
        found.append(_commented(begin, ""))
    return found


def _commented(begin, block):
    """Thumbnail of a block of comments; its stated size where it is damaged."""
    width, height = int(begin["width"]), int(begin["height"])
    data = _decode(block)
    kind = picture_size(data)[0]
    if not kind or not _fits(width, height, data):
        data = b""
    return Thumbnail(width, height, kind, data)


def _decode(block):
    try:
        return base64.b64decode(re.sub(r"^; ?|\s", "", block[:MAX_TEXT], flags=re.M))
    except (binascii.Error, ValueError):
        return b""
