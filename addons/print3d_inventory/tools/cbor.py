"""Reads CBOR (RFC 8949) as far as filament tags use it, without Odoo.

Strict about size and depth: what comes from a tag was written by anybody.
"""

import struct

MAX_DEPTH = 8
_BREAK = object()


class CborError(ValueError):
    """The bytes are not CBOR, or not of the kind read here."""


def decode(data, start=0):
    """Read one item.

    :param bytes data: the bytes it is in; what follows the item is left alone
    :return: the item, and the position after it
    :rtype: tuple
    :raise CborError: when it is cut off, nested too deep or of an unknown kind
    """
    try:
        item, end = _read(data, start, 0)
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise CborError("the data is cut off or damaged") from error
    if item is _BREAK:
        raise CborError("an end without a beginning")
    return item, end


def _read(data, at, depth):
    if depth > MAX_DEPTH:
        raise CborError("nested too deep")
    first = data[at]
    major, minor = first >> 5, first & 0x1F
    at += 1
    if major == 7:
        return _read_simple(data, at, minor)
    if minor == 31:
        return _read_endless(data, at, major, depth)
    number, at = _read_number(data, at, minor)
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        end = at + number
        if end > len(data):
            raise CborError("a text longer than the data")
        part = bytes(data[at:end])
        return (part if major == 2 else part.decode()), end
    if major == 6:
        # A tag says what the next item means; the item itself is enough here.
        return _read(data, at, depth + 1)
    # Each element takes a byte at least.
    if number > len(data) - at:
        raise CborError("a list longer than the data")
    count = number * (2 if major == 5 else 1)
    items = []
    for _index in range(count):
        item, at = _read(data, at, depth + 1)
        if item is _BREAK:
            raise CborError("an end inside a list of known length")
        items.append(item)
    return _build(major, items), at


def _read_number(data, at, minor):
    if minor < 24:
        return minor, at
    if minor > 27:
        raise CborError("a reserved length")
    size = 1 << (minor - 24)
    part = data[at : at + size]
    if len(part) < size:
        raise CborError("a number is cut off")
    return int.from_bytes(part, "big"), at + size


def _read_simple(data, at, minor):
    if minor in (20, 21):
        return minor == 21, at
    if minor in (22, 23):
        return None, at
    if minor == 31:
        return _BREAK, at
    if minor in (25, 26, 27):
        size = 1 << (minor - 24)
        (number,) = struct.unpack(
            {2: ">e", 4: ">f", 8: ">d"}[size], bytes(data[at : at + size])
        )
        return number, at + size
    raise CborError("an unknown simple value")


def _read_endless(data, at, major, depth):
    if major not in (2, 3, 4, 5):
        raise CborError("a number without end")
    items = []
    while True:
        item, at = _read(data, at, depth + 1)
        if item is _BREAK:
            break
        items.append(item)
    if major in (2, 3):
        kind = bytes if major == 2 else str
        if not all(isinstance(item, kind) for item in items):
            raise CborError("a text made of something else")
        return kind().join(items), at
    if major == 5 and len(items) % 2:
        raise CborError("a key without a value")
    return _build(major, items), at


def _build(major, items):
    if major == 4:
        return items
    keys = items[::2]
    if not all(isinstance(key, int | str | bytes) for key in keys):
        raise CborError("a key that is no number or text")
    return dict(zip(keys, items[1::2], strict=True))
