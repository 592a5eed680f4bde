"""Files made to fill memory, take for ever or leave the package: a clear answer."""

import base64
import io
import json
import random
import struct
import sys
import zipfile
import zlib

import pytest
from bambu_package import PLATE, SETTINGS, gcode, packed, parts, png
from confined import MESH, confined
from slicer import SlicedFileError, read
from slicer.container import Container
from slicer_paths import CORPUS, DATA

MB = 1024 * 1024
SLICE_INFO = "Metadata/slice_info.config"
MODEL_SETTINGS = "Metadata/model_settings.config"
PROJECT = "Metadata/project_settings.config"
PLATE_GCODE = "Metadata/plate_1.gcode"
PRUSA = (DATA / "prusaslicer_two_copies.gcode").read_bytes()
CURA = (DATA / "cura_marlin.gcode").read_bytes()

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the limits are those of Linux"
)


def _with(**changes):
    """The good package with parts replaced or added."""
    return packed({**parts(), **changes}).read()


def _attributes(count):
    pairs = b" ".join(b'a%d=""' % number for number in range(count))
    return b"<config><plate " + pairs + b"/></config>"


def _nested(depth):
    data = b"G1\n" * 1000
    for level in range(depth):
        data = packed({f"{level}.3mf": data}).read()
    return data


def _directory(count):
    """A list of contents of many names for one small member."""
    data = packed({"a.txt": b"x"}).read()
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data[-22:]
    fields = list(struct.unpack("<4s4H2LH", end))
    fields[3] = fields[4] = count & 0xFFFF
    fields[5] = len(entry) * count
    return data[:start] + entry * count + struct.pack("<4s4H2LH", *fields)


def _pictures(count, size):
    picture = png(8, 8) + b"\0" * size
    return {f"Metadata/plate_{number}.png": picture for number in range(2, count)}


def _thumbnails(count):
    text = b"; thumbnail begin 16x16 40\n" * count
    return PRUSA[:200] + text + PRUSA[200:]


def _base64(length):
    block = base64.b64encode(random.Random(1).randbytes(length // 4 * 3))
    return b"; thumbnail begin 16x16 40\n; " + block + b"\n; thumbnail end\n"


def _cura_profile():
    """The settings of an old Cura, deflated and packed thinner than they should be."""
    packed_settings = base64.b64encode(zlib.compress(b"a=1\b" * (50 * MB), 1))
    return CURA + b";CURA_PROFILE_STRING:" + packed_settings + b"\n"


def _settings_3(lines):
    line = b';SETTING_3 {"global_quality": "' + b"[[" * 30 + b"\n"
    return CURA + line * lines


def _zip64_lie():
    """A directory of 4 GB by its own word."""
    data = bytearray(packed(parts()).read())
    data[-22 + 12 : -22 + 16] = struct.pack("<I", 0xFFFFFFFE)
    return bytes(data)


FLOODS = {
    "json_of_lists": lambda: _with(**{PROJECT: b"[" + b"[]," * 2_000_000 + b"[]]"}),
    "json_of_digits": lambda: _with(**{PROJECT: b'{"a": ' + b"9" * (7 * MB) + b"}"}),
    "json_of_keys": lambda: _with(
        **{PROJECT: json.dumps({f"k{n}": "1" for n in range(90_000)}).encode()}
    ),
    "json_one_huge_list": lambda: _with(
        **{
            PROJECT: json.dumps(
                {**SETTINGS, "filament_type": ["PLA"] * 150_000}
            ).encode()
        }
    ),
    "xml_of_elements": lambda: _with(
        **{SLICE_INFO: b"<config>" + b"<a/>" * 1_900_000 + b"</config>"}
    ),
    "xml_of_attributes": lambda: _with(**{SLICE_INFO: _attributes(300_000)}),
    "xml_many_attributes": lambda: _with(**{MODEL_SETTINGS: _attributes(60_000)}),
    "xml_deep": lambda: _with(**{SLICE_INFO: b"<a>" * 500_000}),
    "xml_of_quotes": lambda: _with(**{SLICE_INFO: b"<a b='\"" * 900_000}),
    "xml_huge_attribute": lambda: _with(
        **{SLICE_INFO: b'<config a="' + b"x" * (7 * MB) + b'"/>'}
    ),
    "pictures": lambda: _with(**_pictures(60, 7 * MB)),
    "nested_packages": lambda: _with(**{"inside.3mf": _nested(40)}),
    "long_directory": lambda: _directory(60_000),
    "longer_directory": lambda: _directory(45_000),
    "directory_of_4_gb": _zip64_lie,
    "long_line_in_the_head": lambda: PRUSA[:200] + b"; a" * (1 * MB) + PRUSA[200:],
    "long_line_in_the_tail": lambda: PRUSA + b"; x = " + b"1," * (1 * MB),
    "long_list": lambda: PRUSA.replace(
        b"; filament_type = ", b"; filament_type = " + b"PLA;" * 200_000
    ),
    "quotes": lambda: PRUSA.replace(
        b"; filament_type = ", b'; filament_type = "' + b'\\"' * 300_000
    ),
    "blanks": lambda: PRUSA.replace(b"; filament_type =", b";" + b" " * 900_000),
    "line_ends": lambda: PRUSA[:300] + b"\r" * 3_000_000 + PRUSA[300:],
    "labels": lambda: PRUSA
    + b"".join(b"; printing object o%d id:0 copy 0\n" % n for n in range(300_000)),
    "thumbnail_marks": lambda: _thumbnails(30_000),
    "thumbnail_without_end": lambda: PRUSA[:200] + _base64(800_000)[:-20],
    "base64": lambda: _base64(900_000) + PRUSA,
    "cura_profile": _cura_profile,
    "cura_settings": lambda: _settings_3(15_000),
    "header_marks": lambda: b"; HEADER_BLOCK_START\n" * 90_000,
    "config_marks": lambda: gcode(PLATE) + b"; CONFIG_BLOCK_START\n" * 90_000,
    "griffin": lambda: b";START_OF_HEADER\n" + b";EXTRUDER_TRAIN.4000000000.X:1\n" * 9,
}


@pytest.mark.parametrize("case", FLOODS)
def test_floods_are_answered_within_the_limits(case, tmp_path):
    path = tmp_path / "flood.gcode.3mf"
    path.write_bytes(FLOODS[case]())
    result = confined(path)
    assert result["path"] == str(path)
    if "error" in result:
        assert result["error"].endswith(".") and result["code"]
        assert len(result["error"]) < 1_000
        assert result["code"] != "garbled", "a case its family does not know"


def _corpus_files():
    files = [
        path.relative_to(CORPUS).as_posix()
        for folder in ("adversarial", "corrupt")
        for path in sorted((CORPUS / folder).glob("*"))
        if path.is_file()
    ]
    missing = pytest.param(
        "", marks=pytest.mark.skip(reason=f"no corpus of hostile files at {CORPUS}")
    )
    return files or [missing]


@pytest.mark.parametrize("path", _corpus_files())
def test_hostile_files_get_an_answer_within_the_limits(path):
    result = confined(CORPUS / path)
    assert result.get("code") != "garbled"
    if "error" in result:
        assert result["error"].endswith(".") and result["code"]
    else:
        assert result["filament_index"]


@pytest.mark.parametrize("path", _corpus_files())
def test_hostile_meshes_get_an_answer_within_the_limits(path):
    result = confined(CORPUS / path, MESH, memory=None, cpu_s=4)
    assert result["peak_kb"] <= 150 * 1024
    if "error" in result:
        assert result["error"].endswith(".")
        assert result["code"] not in ("timeout", "memory", "crashed")


# === Packages === #


def _changed(data, name, **fields):
    """A package with fields of one entry of its list of contents overwritten."""
    positions = {"flags": (8, "<H"), "packed": (20, "<I"), "size": (24, "<I")}
    positions |= {"crc": (16, "<I"), "system": (5, "<B"), "mode": (40, "<H")}
    data = bytearray(data)
    position = 0
    while True:
        position = data.index(b"PK\x01\x02", position)
        length = struct.unpack_from("<H", data, position + 28)[0]
        if data[position + 46 : position + 46 + length] == name.encode():
            break
        position += 4
    for field, value in fields.items():
        offset, form = positions[field]
        struct.pack_into(form, data, position + offset, value)
    return bytes(data)


def _code(data):
    with pytest.raises(SlicedFileError) as caught:
        read(io.BytesIO(data))
    return caught.value.code


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("Metadata/PLATE_1.gcode",), "bad_name"),
        (("Metadata/plate_1.GCODE",), "bad_name"),
        (("a/ü.txt", "a/u\u0308.txt"), "bad_name"),
        (("Metadata\\plate_1.gcode",), "bad_name"),
        (("Metadata//plate_1.gcode",), "bad_name"),
        (("Metadata/./plate_1.gcode",), "bad_name"),
        (("/Metadata/plate_1.gcode",), "bad_name"),
        (("x" * 2000,), "bad_name"),
        (("/etc/../../x",), "bad_name"),
        (("Auxiliaries/A.png", "Auxiliaries/a.png"), ""),
        (("a/b/c/d/", "e/"), ""),
    ],
)
def test_names_that_would_be_one_file_are_refused(names, code):
    data = _with(**{name: b"" for name in names})
    if code:
        assert _code(data) == code
    else:
        assert read(io.BytesIO(data)).plates


@pytest.mark.parametrize("mode", [0o120777, 0o060644, 0o020644, 0o010644, 0o140644])
def test_links_and_devices_are_refused(mode):
    data = _changed(_with(), PLATE_GCODE, system=3, mode=mode)
    assert _code(data) == "bad_name"


def test_links_of_other_systems_mean_nothing():
    data = _changed(_with(), PLATE_GCODE, system=0, mode=0o120777)
    assert read(io.BytesIO(data)).plates


def test_a_wrong_checksum_matters_where_the_part_is_needed():
    members = {**parts(), "Auxiliaries/note.txt": b"x"}
    data = packed(members).read()
    assert read(io.BytesIO(_changed(data, "Auxiliaries/note.txt", crc=1))).plates
    assert _code(_changed(data, PLATE_GCODE, crc=1)) == "bad_zip"
    assert _code(_changed(data, SLICE_INFO, crc=1)) == "bad_zip"


@pytest.mark.parametrize("size", [0, 10, 2**31])
def test_a_wrong_size_is_no_way_in(size):
    assert _code(_changed(_with(), PLATE_GCODE, size=size)) in ("bad_zip", "zip_bomb")


@pytest.mark.parametrize("length", [2**31, 5_000_000])
def test_members_reach_no_further_than_their_package(length):
    assert _code(_changed(_with(), PLATE_GCODE, packed=length)) == "zip_bomb"


def test_something_before_the_package_is_no_package():
    # zipfile would read it, and so would other programs: each another thing.
    assert _code(b"#!/bin/sh\n" + _with()) == "unsupported"


def test_something_before_the_directory_is_allowed():
    """Members need not follow each other without a gap."""
    data = _with()
    start = data.index(b"PK\x01\x02")
    moved = bytearray(data[:start] + b"\0" * 100 + data[start:])
    struct.pack_into("<I", moved, len(moved) - 22 + 16, start + 100)
    assert read(io.BytesIO(bytes(moved))).plates


def test_zip64_and_data_descriptors_are_read():
    stream = io.BytesIO()

    class Pipe(io.RawIOBase):
        """A place that cannot be gone back on: sizes follow the data."""

        def writable(self):
            return True

        def write(self, data):
            return stream.write(data)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts().items():
            with package.open(name, "w", force_zip64=True) as member:
                member.write(data)
    sliced = read(io.BytesIO(stream.getvalue()))
    assert [item.length_mm for item in sliced.plates[0].filaments] == [2227.86, 303.21]


def test_reads_of_one_package_add_up():
    members = {f"{number}.gcode": b"\0" * (40 * MB) for number in range(6)}
    stream = packed(members)
    container = Container(stream, len(stream.getvalue()))
    with pytest.raises(SlicedFileError) as caught:
        for _time in range(3):
            for name in container.names:
                for _chunk in container.stream(name):
                    pass
    assert caught.value.code == "zip_bomb"


def test_archives_inside_are_never_opened():
    inside = packed({"../evil": b"x"}).read()
    assert read(io.BytesIO(_with(**{"Metadata/inside.zip": inside}))).plates


def test_messages_do_not_repeat_long_names():
    name = "Metadata/" + "x" * 900 + "\x1b[31m"
    data = _changed(_with(**{name: b"x"}), name, flags=1)
    with pytest.raises(SlicedFileError) as caught:
        read(io.BytesIO(data))
    assert caught.value.code == "encrypted"
    assert len(caught.value.message) < 300 and "\x1b" not in caught.value.message
    assert all(len(str(entry)) <= 500 for entry in caught.value.params.values())


# === Parts === #


@pytest.mark.parametrize(
    ("declared", "codec", "code"),
    [
        ("UTF-16", "utf-16", "xml_entity"),
        ("UTF-16BE", "utf-16-be", "bad_xml"),
        ("UTF-32", "utf-32", "bad_xml"),
        ("UTF-7", "utf-7", "bad_xml"),
        ("IBM037", "cp037", "bad_xml"),
        ("ISO-8859-1", "latin-1", "xml_entity"),
        ("UTF-8", "utf-8-sig", "xml_entity"),
    ],
)
def test_a_document_type_cannot_hide(declared, codec, code):
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>'
        '<!DOCTYPE config [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        "<config><plate>&a;</plate></config>"
    )
    assert _code(_with(**{SLICE_INFO: text.encode(codec)})) == code


def test_utf_7_behind_an_ascii_declaration():
    text = (
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a +AFs +ADwAIQ-'
        b'ENTITY b "x">]><a>&b;</a>'
    )
    assert _code(_with(**{SLICE_INFO: text})) == "bad_xml"


def test_a_part_in_utf_16_is_read():
    info = parts()[SLICE_INFO].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert read(io.BytesIO(_with(**{SLICE_INFO: info}))).plates[0].time_s == 3661


def test_numbers_of_json_that_are_none():
    text = json.dumps(SETTINGS)[:-1] + ', "a": NaN, "b": 1e999, "c": ' + "9" * 4000
    sliced = read(io.BytesIO(_with(**{PROJECT: (text + "}").encode()})))
    json.dumps(sliced.settings, allow_nan=False)
    assert not any(sliced.settings.get(key) for key in "abc")


def test_a_family_that_breaks_breaks_nobody(monkeypatch):
    def parse(self, source):
        raise IndexError("an entry that is not there")

    monkeypatch.setattr("slicer.families.cura.Cura.parse", parse)
    assert _code(CURA) == "garbled"
