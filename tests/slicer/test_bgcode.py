"""Binary G-code in every compression and encoding, whole and damaged."""

import io
import itertools
import struct
import sys
import zlib

import pytest
from bambu_package import png
from bgcode_writer import (
    DEFLATE,
    FILE,
    GCODE,
    HEATSHRINK_11,
    HEATSHRINK_12,
    MEATPACK,
    MEATPACK_COMMENTS,
    PLAIN,
    PRINT,
    PRINTER,
    SLICER,
    STORED,
    THUMBNAIL,
    binary,
    block,
    header,
    heatshrink,
    meatpack,
)
from slicer import SlicedFileError, facts, read
from slicer.bgcode import BinaryGcode, unpack
from slicer.gcode import digest
from slicer_paths import DATA

QOI = b"qoif" + struct.pack(">IIBB", 32, 24, 4, 0) + b"\xc0" * 8
JPG = b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x18\x00\x20" + b"\x00" * 12
MOVES = """M107
;TYPE:Custom
G28 ; home
G1 Z5 F5000
G21 ; set units to millimeters
;LAYER_CHANGE
;Z:0.2
;HEIGHT:0.2
G1 Z0.2 F720
M486 S0
M486 AWürfel 1
G1 X10.5 Y-7 E.25
G2 X11 Y8 I1 J0 E1.5
; printing object Würfel 1 id:0 copy 0
M117 a_b
;LAYER_CHANGE
;Z:0.4
;HEIGHT:0.2
G1 Z0.4 F720
G1 X10.5 Y7 E.25
G1 X12.125 Y7 E-.8
G1 Z9 F720
"""
COMPRESSIONS = (STORED, DEFLATE, HEATSHRINK_11, HEATSHRINK_12)
ENCODINGS = (PLAIN, MEATPACK, MEATPACK_COMMENTS)


def _parts():
    """The text and the metadata of a sliced file, as its slicer would divide them."""
    text = (DATA / "prusaslicer_two_tools.gcode").read_text(encoding="utf-8")
    moves, _mark, rest = text.partition("; filament used [mm]")
    figures, _mark, config = rest.partition("; prusaslicer_config = begin\n")
    config = config.partition("; prusaslicer_config = end")[0]
    settings = _values(config)
    figures = _values("; filament used [mm]" + figures)
    producer = {"Producer": "PrusaSlicer 2.6.0+win64"}
    printer = {
        key: settings[key] for key in ("filament_type", "layer_height", "temperature")
    }
    printer["max_layer_z"] = "1.55"
    return moves, {FILE: producer, PRINTER: printer, PRINT: figures, SLICER: settings}


def _values(lines):
    found = (line[2:].partition(" = ") for line in lines.splitlines() if line)
    return {key: raw for key, equals, raw in found if equals}


def _opened(data):
    return BinaryGcode(io.BytesIO(data), len(data))


def _code(data):
    with pytest.raises(SlicedFileError) as caught:
        read(io.BytesIO(data))
    assert caught.value.message.endswith(".")
    return caught.value.code


@pytest.mark.parametrize(
    ("compression", "encoding", "metadata", "checksum"),
    [
        *itertools.product(COMPRESSIONS, ENCODINGS, (DEFLATE,), (True,)),
        *itertools.product((STORED,), (PLAIN,), COMPRESSIONS, (False, True)),
    ],
)
def test_every_combination_says_the_same(compression, encoding, metadata, checksum):
    text, values = _parts()
    data = binary(
        text,
        metadata=values,
        compression=compression,
        encoding=encoding,
        metadata_compression=metadata,
        checksum=checksum,
        # Layers across several blocks
        size=1500,
    )
    found = facts(read(io.BytesIO(data)))
    expected = facts(read(DATA / "prusaslicer_two_tools.gcode"))
    expected["slicer_version"] = "2.6.0+win64"
    if encoding == MEATPACK:
        # Names of objects and line widths are comments in this file, and left out.
        del expected["objects"], expected["common_count"]
        del found["common_count"]
    assert found == expected
    assert found["layer_count"] == 6


@pytest.mark.parametrize("window", [11, 12])
def test_heatshrink_reaches_back_over_its_whole_window(window):
    data = b"".join(b"%d;" % (number * 7919 % 10007) for number in range(4000)) * 2
    data += data[-(2**window) : -(2**window) + 16]
    packed = heatshrink(data, window)
    assert len(packed) < len(data)
    kind = HEATSHRINK_11 if window == 11 else HEATSHRINK_12
    raw = header() + block(GCODE, data, compression=kind)
    assert b"".join(_opened(raw).chunks()) == data


def test_meatpack_gives_back_moves_comments_and_names():
    text = unpack(meatpack(MOVES, comments=True)).decode()
    lines = [line.partition(";")[0].strip() or line for line in MOVES.splitlines()]
    joined = [line.replace(" ", "") if line[0] == "G" else line for line in lines]
    assert text.split("\n")[:-1] == joined
    plain = unpack(meatpack(MOVES, comments=False)).decode()
    assert plain.split("\n")[:-1] == [line for line in joined if line[0] != ";"]


def test_meatpack_without_moves_keeps_what_is_counted():
    packed = meatpack(MOVES, comments=True)
    whole, short = (
        digest([unpack(packed, moves=moves)], md5=False) for moves in (True, False)
    )
    assert short.size < whole.size
    for name in ("layer_changes", "z_max", "labels", "m486"):
        assert getattr(short, name) == getattr(whole, name)
    assert (short.layer_changes, short.z_max) == (2, 0.4)
    assert short.m486 == ["Würfel 1".encode()]


def test_meatpack_with_blanks():
    # "G1 X1" with blanks packed as such: no command to leave them out
    packed = b"\xff\xff\xfb" + bytes([0x1D, 0xEB, 0xC1])
    assert unpack(packed) == b"G1 X1\n"
    # after the command, the same half byte is an E
    assert unpack(b"\xff\xff\xfb\xff\xff\xf7" + bytes([0x1D, 0xEB, 0xC1])) == b"G1EX1\n"


@pytest.mark.parametrize("packed", [b"", b"\xff", b"\xff\xff", b"\xff\xff\xfb\x0f"])
def test_meatpack_that_ends_early_is_no_failure(packed):
    assert isinstance(unpack(packed), bytes)


def test_layers_are_counted_from_the_moves_where_comments_were_left_out():
    _text, values = _parts()
    del values[PRINTER]["max_layer_z"]
    data = binary(MOVES, metadata=values, encoding=MEATPACK)
    (plate,) = read(io.BytesIO(data)).plates
    assert (plate.layer_count, plate.object_height) == (2, 0.4)
    assert [item.name for item in plate.objects] == ["Würfel 1"]


def test_pictures_keep_size_and_format():
    text, values = _parts()
    pictures = [(0, 30, 20, png(30, 20)), (2, 32, 24, QOI), (1, 32, 24, JPG)]
    pictures.append((1, 9, 9, b"no picture"))
    sliced = read(io.BytesIO(binary(text, metadata=values, thumbnails=pictures)))
    assert [
        (found.width, found.height, found.format, bool(found.data))
        for found in sliced.thumbnails
    ] == [
        (30, 20, "PNG", True),
        (32, 24, "QOI", True),
        (32, 24, "JPG", True),
        (9, 9, "JPG", False),
    ]


def test_settings_without_secrets():
    text, values = _parts()
    values[SLICER]["printhost_apikey"] = "0123456789abcdef"
    data = binary(text, metadata=values)
    sliced = read(io.BytesIO(data))
    assert "printhost_apikey" not in sliced.settings
    assert sliced.settings["perimeters"] == 1
    assert sliced.common["wall_count"] == 1


def _flip(data, position):
    data = bytearray(data)
    data[position] ^= 1
    return bytes(data)


def test_a_changed_bit_is_found_in_every_block():
    text, values = _parts()
    data = binary(text, metadata=values, thumbnails=[(0, 30, 20, png(30, 20))])
    names = (b"Producer", b"filament_type=", b"IHDR", b"total filament", b"perimeters=")
    for name in (*names, b"G1 X"):
        assert _code(_flip(data, data.index(name) + 1)) == "damaged"


def test_a_damaged_block_of_moves_leaves_the_figures():
    text, values = _parts()
    data = binary(text, metadata=values)
    with pytest.raises(SlicedFileError) as caught:
        read(io.BytesIO(_flip(data, len(data) - 50)))
    found = facts(caught.value.sliced)
    assert found["filament_mm"] == [6.0, 18.02]
    assert found["object_height"] == 1.55


def test_what_is_missing_is_named(monkeypatch):
    text, values = _parts()
    data = binary(text, metadata=values, compression=HEATSHRINK_12)
    monkeypatch.setitem(sys.modules, "heatshrink2", None)
    with pytest.raises(SlicedFileError, match="heatshrink2") as caught:
        read(io.BytesIO(data))
    assert caught.value.code == "unsupported"


def test_cut_files_are_refused():
    text, values = _parts()
    data = binary(text, metadata=values, compression=HEATSHRINK_12)
    for length in (4, 9, 12, 25, 60, len(data) // 2, len(data) - 1):
        assert _code(data[:length]) == "truncated"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (header(version=2), "unsupported"),
        (header(checksum=7), "unsupported"),
        (header() + block(9, b"x"), "damaged"),
        (header() + block(SLICER, b"x", compression=9), "damaged"),
        (header() + block(GCODE, b"x", parameters=b"\x07\x00"), "damaged"),
        (header(), "no_filament"),
    ],
)
def test_unknown_versions_and_kinds_are_refused(data, code):
    assert _code(data) == code


def _lying(kind, size, stored, body, compression=DEFLATE):
    raw = struct.pack("<HHII", kind, compression, size, stored) + b"\0\0" + body
    return header() + raw + struct.pack("<I", zlib.crc32(raw))


LYING = {
    "more than stated": (
        _lying(SLICER, 10, 14, zlib.compress(b"a=1\n" * 9)),
        "damaged",
    ),
    "less than stated": (_lying(SLICER, 99, 12, zlib.compress(b"a=1\n")), "damaged"),
    "not deflated": (_lying(GCODE, 10, 4, b"junk"), "damaged"),
    "not shrunk": (_lying(GCODE, 10, 4, b"junk", HEATSHRINK_11), "damaged"),
    "huge settings": (_lying(SLICER, 2**31, 4, b"junk"), "damaged"),
    "huge picture": (_lying(THUMBNAIL, 2**26, 4, b"\0" * 8), "too_large"),
    "huge block": (_lying(GCODE, 2**24, 4, b"junk"), "too_large"),
    "many blocks": (header() + block(GCODE, b"") * 100_001, "damaged"),
    "much for little": (
        header(checksum=0)
        + (struct.pack("<HHII", GCODE, DEFLATE, 4 * 1024 * 1024, 1) + b"\0\0x") * 100,
        "too_large",
    ),
}


@pytest.mark.parametrize("name", LYING)
def test_lying_blocks_are_refused(name):
    data, code = LYING[name]
    assert _code(data) == code


@pytest.mark.parametrize("name", ["shape", "bunny"])
def test_real_files_have_their_layers(corpus, name):
    path, layers, objects = {
        "shape": (
            "prusaslicer/Shape-Box_0.4n_0.2mm_PLA_MK4ISMMU3_20m.bgcode",
            125,
            ["Shape-Box"],
        ),
        "bunny": ("prusaslicer/test_binary_heatshrink.bgcode", 185, ["bunny.stl"]),
    }[name]
    (plate,) = read(corpus / path).plates
    assert plate.layer_count == layers
    assert [item.name for item in plate.objects] == objects
