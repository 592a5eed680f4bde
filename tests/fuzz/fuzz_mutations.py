"""Ways to damage a file, from a flipped bit to a package packed anew.

Each takes the file and a random number generator and gives another file. Those that
know a format keep its checksums right, so that what is damaged is read at all.
"""

import io
import json
import random
import re
import struct
import warnings
import zipfile
import zlib

MAX_SIZE = 1_000_000
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
# What programs stumble over where a number is expected.
NUMBERS = (
    b"0 -1 1e999 -1e999 nan inf 1e-320 99999999999 2147483648 4294967296 0.1.2 1e15 "
    b"-0.0 0x10 1e6 65536 00 1_000 1,5 007 % 50% nil"
).split() + [b"", b"9" * 400, "١٢".encode(), "²".encode(), b" 1 "]
BYTES = (b"\x00", b"\xff", b"\n", b"\r", b'"', b"\\", b";", b"=", b"<", b"{", b"\xc3")
WORDS = (
    b"; HEADER_BLOCK_START\n; HEADER_BLOCK_END\n"
    b"; CONFIG_BLOCK_START\n; CONFIG_BLOCK_END\n"
    b"; prusaslicer_config = begin\n; prusaslicer_config = end\n; filament: 1,2,99\n"
    b"; thumbnail begin 16x16 40\n; thumbnail end\n;LAYER:-4\n;LAYER_COUNT:0\n;Z:nan\n"
    b";START_OF_HEADER\n;END_OF_HEADER\n;SETTING_3 {\n;TIME:-5\n;LAYER_CHANGE\n"
    b"; printing object \xff id:0 copy 0\n; objects_info = {}\n"
    b"; png begin 1*1 4 1 2 3\n"
    b"; total filament length [mm] : 1,2,3,4\n;Filament used: 0m, 1m, 2mm3\n"
).splitlines(keepends=True)
VALUES = [
    None,
    True,
    0,
    -1,
    1e308,
    2**63,
    "",
    "x",
    "nan",
    "\u0000",
    "\ud800",
    [],
    {},
    [[]],
] + [["1", None], {"a": []}, ["1"] * 300, "-1", "1e999", "#12345", "1,2,3", [{}]]
TAG = re.compile(rb"<(\w[\w:.-]*)[^<>]*?/?>")
ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')


def mutated(data, plan, others):
    """A file damaged several times.

    :param data: the good file
    :param plan: list of ``(name of a mutation, number for the generator)``
    :param others: further files, parts of which may be put in
    """
    for name, number in plan:
        data = MUTATIONS[name](data, random.Random(number), others)[:MAX_SIZE]
    return data


def _span(data, chance, longest=2000):
    start = chance.randrange(len(data) + 1)
    length = min(int(2 ** chance.uniform(0, 11)), longest, len(data) - start)
    return start, start + length


def flip(data, chance, _others):
    """Bits here and there."""
    data = bytearray(data)
    for _time in range(chance.choice((1, 1, 3, 20))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def poke(data, chance, _others):
    """A byte that means something, over or before another."""
    start, _end = _span(data, chance)
    return data[:start] + chance.choice(BYTES) + data[start + chance.randrange(2) :]


def integer(data, chance, _others):
    """A count or an offset of four bytes with another value."""
    data = bytearray(data)
    if len(data) > 4:
        number = chance.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, len(data)))
        place = chance.randrange(min(len(data) - 4, chance.choice((64, 10**6))))
        struct.pack_into("<I", data, place, number)
    return bytes(data)


def cut(data, chance, _others):
    """Only the beginning, or only the end."""
    place = chance.randrange(len(data) + 1)
    return data[:place] if chance.random() < 0.7 else data[place:]


def drop(data, chance, _others):
    start, end = _span(data, chance, 20_000)
    return data[:start] + data[end:]


def repeat(data, chance, _others):
    """A stretch many times over."""
    start, end = _span(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 50, 1000)) + data[end:]


def splice(data, chance, others):
    """The beginning of this file and the end of another, or a stretch of it inside."""
    other = chance.choice(others)
    if chance.random() < 0.3:
        return (
            data[: chance.randrange(len(data) + 1)]
            + other[chance.randrange(len(other) + 1) :]
        )
    start, end = _span(other, chance, 20_000)
    place = chance.randrange(len(data) + 1)
    return data[:place] + other[start:end] + data[place:]


def number(data, chance, _others):
    """Numbers that are too large, too small or none."""
    for _time in range(chance.choice((1, 2, 5))):
        match = NUMBER.search(data, chance.randrange(len(data) + 1))
        if match:
            text = chance.choice(NUMBERS)
            data = data[: match.start()] + text + data[match.end() :]
    return data


def lines(data, chance, _others):
    """Lines gone, doubled, swapped, emptied or without their end."""
    rows = data.split(b"\n")
    marked = [n for n, row in enumerate(rows) if row[:1] in (b";", b"#", b"[", b"M")]
    for _time in range(chance.choice((1, 1, 2, 8))):
        if not rows:
            break
        place = chance.choice(marked) if marked else chance.randrange(len(rows))
        place %= len(rows)
        kind = chance.randrange(6)
        if kind == 0:
            del rows[place]
        elif kind == 1:
            rows[place:place] = [rows[place]] * chance.choice((1, 2, 300))
        elif kind == 2:
            other = chance.randrange(len(rows))
            rows[place], rows[other] = rows[other], rows[place]
        elif kind == 3:
            rows[place] = re.split(rb"([=:,])", rows[place], maxsplit=1)[0] + b"="
        elif kind == 4:
            rows[place] += b"," + rows[chance.randrange(len(rows))]
        else:
            rows[place] = rows[place][: chance.randrange(len(rows[place]) + 1)]
    return b"\n".join(rows)


def value(data, chance, _others):
    """Another value for one ``key = value`` or ``key:value`` line."""
    found = list(
        re.finditer(rb"^[;a-z][^\n=:]{1,60}[=:] ?([^\n]*)", data[:400_000], re.M)
    )
    if not found:
        return data
    match = chance.choice(found)
    text = chance.choice(
        (chance.choice(NUMBERS), b'"', b'"a;b', b";;;", b",,,", b"x" * 5000, b"-" * 50)
        + (b"0," * 3000, match[1] * 3, match[1][::-1], b"\xff\xfe", b"[1,2", b"1d 9h")
    )
    return data[: match.start(1)] + text + data[match.end(1) :]


def word(data, chance, _others):
    """A line that means something, where it does not belong."""
    starts = [match.end() for match in re.finditer(rb"\n", data[:400_000])] or [0]
    place = chance.choice(starts)
    return data[:place] + chance.choice(WORDS) + data[place:]


def line_ends(data, chance, _others):
    """The line ends of another system, or none."""
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n\r", b"")))


# === Parts === #


def json_value(data, chance, others):
    """A value of another kind somewhere in a JSON text."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return value(data, chance, others)
    places = []
    _walk(root, places)
    if places:
        for _time in range(chance.choice((1, 1, 4))):
            holder, key = chance.choice(places)
            if isinstance(holder, dict) and chance.random() < 0.2:
                holder.pop(key, None)
            else:
                holder[key] = chance.choice(VALUES)
    else:
        root = chance.choice(VALUES)
    return json.dumps(root).encode()


def _walk(node, places, depth=0):
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, entry in list(pairs)[:2000]:
        places.append((node, key))
        if isinstance(entry, (dict, list)) and depth < 20:
            _walk(entry, places, depth + 1)


def xml(data, chance, others):
    """Elements gone, doubled, renamed or nested; attributes with another value."""
    kind = chance.randrange(6)
    found = list((ATTRIBUTE if kind < 3 else TAG).finditer(data[:400_000]))
    if not found:
        return poke(data, chance, others)
    match = chance.choice(found)
    start, end = match.span()
    if kind == 0:
        start, end = match.span(2)
        text = chance.choice((*NUMBERS, b"x" * 3000, b"&amp;", b"&x;", b"../x"))
    elif kind == 1:
        text = b""
    elif kind == 2:
        start, end = match.span(1)
        text = chance.choice((b"id", b"key", b"value", b"x"))
    elif kind == 3:
        text = b""
    elif kind == 4:
        text = match[0] * chance.choice((2, 3, 300))
    else:
        other = chance.choice(found)
        text = other[0]
    return data[:start] + text + data[end:]


def package(data, chance, others):
    """A part of a package damaged, missing, doubled or under another name."""
    members = _members(data)
    if not members:
        return flip(data, chance, others)
    # Models and G-code are long; what is read of a package is in its small parts.
    weights = [
        (0.02 if name.endswith((".png", ".md5")) else 1)
        * (0.3 + 1e3 / (1e3 + len(part)))
        for name, part in members
    ]
    for _time in range(chance.choice((1, 1, 2))):
        (place,) = chance.choices(range(len(members)), weights)
        name, part = members[place]
        kind = chance.random()
        if kind < 0.8:
            members[place] = name, _part(name, part, chance, others)
        elif kind < 0.87:
            members[place] = name, b""
        elif kind < 0.94:
            other = chance.choice(members)[0]
            members[place] = (
                chance.choice((other, name + "x", "/" + name, name[1:])),
                part,
            )
        else:
            members[place] = name, chance.choice(members)[1]
    return _packed(members)


def _members(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [
                (info.filename, archive.read(info))
                for info in archive.infolist()[:60]
                if info.file_size < 400_000 and not info.is_dir()
            ]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError):
        return []
    except (NotImplementedError, RuntimeError, struct.error):
        return []


def _part(name, part, chance, others):
    if chance.random() < 0.2:
        kinds = (flip, cut, poke, repeat)
    elif part[:1] in (b"{", b"["):
        kinds = (json_value,)
    elif part.lstrip()[:1] == b"<":
        kinds = (xml,)
    elif name.endswith(".png"):
        kinds = (flip, cut, integer)
    else:
        kinds = (lines, value, number, word)
    return chance.choice(kinds)(part, chance, others)


def _packed(members):
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        for name, part in members:
            archive.writestr(name, part)
    return stream.getvalue()


def blocks(data, chance, others):
    """A block of binary G-code damaged, with its checksum right all the same."""
    if data[:4] != b"GCDE":
        return lines(data, chance, others)
    found, place = [], 10
    while place + 8 <= len(data) and len(found) < 400:
        kind, compression, size = struct.unpack_from("<HHI", data, place)
        start = place + (12 if compression else 8)
        if compression:
            (size,) = struct.unpack_from("<I", data.ljust(start, b"\0"), place + 8)
        start += 6 if kind == 5 else 2
        found.append((place, start, start + size, kind, compression))
        place = start + size + 4
    if not found:
        return data
    place, start, end, kind, compression = chance.choice(found[:8] + found[-1:])
    body, head = data[start:end], bytearray(data[place:start])
    if len(head) < 10:
        # The block is cut within its own header.
        return data[:place]
    action = chance.randrange(9)
    if action == 0:
        return data[:place] + data[end + 4 :]
    if action == 1:
        return (
            data[:end]
            + data[place : end + 4] * chance.choice((1, 30))
            + data[end + 4 :]
        )
    if action == 2:
        struct.pack_into(
            "<H", head, chance.choice((0, 2, len(head) - 2)), chance.randrange(8)
        )
    elif action == 3:
        struct.pack_into("<I", head, 4, chance.choice((0, 1, 2**31, 2**32 - 1, 70_000)))
    else:
        body, size = _body(body, compression, chance, others)
        if compression and len(head) >= 12:
            struct.pack_into("<I", head, 8, len(body))
        if size is not None:
            struct.pack_into("<I", head, 4, size)
    raw = bytes(head) + body
    return data[:place] + raw + struct.pack("<I", zlib.crc32(raw)) + data[end + 4 :]


def _body(body, compression, chance, others):
    """The data of a block damaged, and the size it unpacks to where that is known."""
    kinds = (flip, cut, repeat, number, poke, value, lines)
    damage = chance.choice(kinds)
    if compression == 1:
        try:
            text = zlib.decompressobj().decompress(body, MAX_SIZE)
        except zlib.error:
            return flip(body, chance, others), None
        text = damage(text, chance, others)
        return zlib.compress(text), len(text)
    if compression:
        return damage(body, chance, others), None
    body = damage(body, chance, others)
    return body, len(body)


MUTATIONS = {
    mutation.__name__: mutation
    for mutation in (
        *(flip, poke, integer, cut, drop, repeat, splice, number, lines, value, word),
        *(line_ends, json_value, xml, package, blocks),
    )
}
BINARY = ("flip", "poke", "integer", "cut", "drop", "repeat", "splice")
TEXT = ("lines", "value", "number", "word", "flip", "poke", "cut", "splice", "repeat")


def suited(data):
    """Names of the mutations that get somewhere with a file."""
    if data[:4] == b"PK\x03\x04":
        return (
            *["package"] * 14,
            *BINARY,
        )
    if data[:4] == b"GCDE":
        return (*["blocks"] * 10, *BINARY)
    if data.lstrip()[:1] == b"<":
        return ("xml", "xml", "number", *BINARY)
    if b"\0" in data[:1000]:
        return BINARY
    return (*TEXT, "drop", "line_ends", "lines", "value", "number")
