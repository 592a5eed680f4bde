"""Pictures in comments with marks of their own.

Creality's machines want ``; png begin 96*96 5393 10 85 192``: size, length in bytes,
and the first and last layer beside the height of the picture's object.
"""

import base64
import binascii
import re

from ..images import MAX_BYTES, MAX_PICTURES, MAX_PIXELS, picture_size
from ..model import Thumbnail

BEGIN = re.compile(
    r"^; ?(?P<kind>png|jpe?g|bmp|gimage|simage) begin "
    r"(?P<width>\d{1,5})[*x ](?P<height>\d{1,5}) \d[^\n]*\n",
    re.MULTILINE,
)


def embedded_pictures(text, others):
    """Thumbnails of a G-code file in the order of the file.

    A block without end is the last that is looked at.

    :param others: function that reads the usual blocks out of a text
    """
    found, position = [], 0
    while len(found) < MAX_PICTURES and (begin := BEGIN.search(text, position)):
        end = re.compile(rf"^; ?{begin['kind']} end", re.MULTILINE).search(
            text, begin.end()
        )
        if not end:
            break
        found += others(text[position : begin.start()])
        position = end.end()
        width, height = int(begin["width"]), int(begin["height"])
        data = _decoded(text[begin.end() : end.start()])
        kind = picture_size(data)[0]
        if not kind or width * height > MAX_PIXELS or len(data) > MAX_BYTES:
            data = b""
        found.append(Thumbnail(width, height, kind, data))
    return found + others(text[position:])


def _decoded(block):
    try:
        return base64.b64decode(re.sub(r"^; ?|\s", "", block, flags=re.MULTILINE))
    except (binascii.Error, ValueError):
        return b""
