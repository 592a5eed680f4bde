"""Files that must be refused with a message, or read without harm."""

import io
import json
import struct
import zipfile

import pytest
from bambu_package import PLATE, SETTINGS, gcode, packed, parts, png
from slicer import SlicedFileError, inspect_file, read
from slicer_paths import DATA

ENTITIES = b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaa">]><config>&a;</config>'
SLICE_INFO = "Metadata/slice_info.config"
PROJECT = "Metadata/project_settings.config"
PLATE_GCODE = "Metadata/plate_1.gcode"
PRUSA = (DATA / "prusaslicer_two_copies.gcode").read_bytes()
CURA = (DATA / "cura_marlin.gcode").read_bytes()


def _with(**changes):
    """The good package with parts replaced; ``None`` leaves a part out."""
    members = parts()
    for name, data in changes.items():
        if data is None:
            members.pop(name)
        else:
            members[name] = data
    return packed(members).read()


def _encrypted():
    data = bytearray(_with())
    # The flag of encryption in the first entry of the list of contents.
    position = data.index(b"PK\x01\x02") + 8
    data[position] |= 1
    return bytes(data)


def _damaged_part():
    data = bytearray(packed({**parts(), PLATE_GCODE: gcode(PLATE)}).read())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        info = package.getinfo(PLATE_GCODE)
    start = info.header_offset + 30 + len(PLATE_GCODE) + 40
    data[start : start + 20] = b"\xff" * 20
    return bytes(data)


def _twice():
    with pytest.warns(UserWarning, match="Duplicate name"):
        return packed([*parts().items(), (PLATE_GCODE, gcode(PLATE))]).read()


def _overlapping():
    """Two names in the list of contents for the same bytes of the file."""
    data = packed({"a.gcode": b"G1\n" * 1000}).read()
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data[-22:]
    entries = entry + entry.replace(b"a.gcode", b"b.gcode")
    fields = list(struct.unpack("<4s4H2LH", end))
    fields[3], fields[4], fields[5] = 2, 2, len(entries)
    return data[:start] + entries + struct.pack("<4s4H2LH", *fields)


def _lines(data, *starts):
    return b"".join(
        line for line in data.splitlines(keepends=True) if not line.startswith(starts)
    )


def _no_use(plate):
    return {**plate, "filaments": [{**plate["filaments"][0], "mm": 0.0, "g": 0.0}]}


BAD = {
    "empty": (lambda: b"", "empty"),
    "cut_prusaslicer": (lambda: PRUSA[: len(PRUSA) // 2], "truncated"),
    "cut_cura": (lambda: CURA[: len(CURA) // 2], "truncated"),
    "cut_bambu_gcode": (lambda: gcode(PLATE)[:-40], "truncated"),
    "cut_bambu_header": (lambda: gcode(PLATE)[:60], "truncated"),
    "cut_package": (lambda: _with()[:-1000], "truncated"),
    "png_called_3mf": (lambda: png(8, 8), "unsupported"),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50, "unsupported"),
    "stl": (lambda: b"\0" * 80 + struct.pack("<I", 1) + b"\0" * 50, "unsupported"),
    "noise": (lambda: bytes(range(256)) * 50, "unsupported"),
    "prose": (lambda: b"Dear all,\nplease print this.\n", "unsupported"),
    "bare_gcode": (lambda: b"G28\nG1 X10 Y10 E1\n" * 9, "unsupported"),
    "utf16": (lambda: PRUSA[:3000].decode().encode("utf-16"), "unsupported"),
    "other_zip": (lambda: packed({"notes.txt": b"hello"}).read(), "unsupported"),
    "model_only": (lambda: packed({"3D/a.model": b"<model/>"}).read(), "not_sliced"),
    "cura_project": (
        lambda: packed({"Cura/a.global.cfg": b"[general]\nname = a\n"}).read(),
        "not_sliced",
    ),
    "prusaslicer_project": (
        lambda: packed({"Metadata/Slic3r_PE.config": b"; a = 1\n"}).read(),
        "not_sliced",
    ),
    "project": (
        lambda: _with(
            **{
                SLICE_INFO: b"<config/>",
                PLATE_GCODE: None,
                PLATE_GCODE + ".md5": None,
            }
        ),
        "not_sliced",
    ),
    "toolpath_taken_out": (lambda: _with(**{PLATE_GCODE: None}), "not_sliced"),
    "no_filament_prusaslicer": (
        lambda: _lines(PRUSA, b"; filament used", b"; total filament"),
        "no_filament",
    ),
    "no_filament_cura": (lambda: _lines(CURA, b";Filament used"), "no_filament"),
    "no_filament_bambu": (
        lambda: packed(parts(({**PLATE, "filaments": []},))).read(),
        "no_filament",
    ),
    "zero_length_prusaslicer": (
        lambda: PRUSA.replace(b"= 126.88", b"= 0.00")
        .replace(b"[cm3] = 0.31", b"[cm3] = 0.00")
        .replace(b"[g] = 0.38", b"[g] = 0.00"),
        "zero_filament",
    ),
    "zero_length_cura": (
        lambda: CURA.replace(b"0.0270548m", b"0m"),
        "zero_filament",
    ),
    "zero_length_bambu": (
        lambda: packed(parts((_no_use(PLATE),))).read(),
        "zero_filament",
    ),
    "parent_folder": (lambda: _with(**{"../evil.gcode": b"G1\n"}), "bad_name"),
    "parent_of_folder": (lambda: _with(**{"a/../../evil": b"G1\n"}), "bad_name"),
    "drive": (lambda: _with(**{"C:/evil.gcode": b"G1\n"}), "bad_name"),
    "root": (lambda: _with(**{"//etc/evil": b"G1\n"}), "bad_name"),
    "backslashes": (lambda: _with(**{"..\\evil.gcode": b"G1\n"}), "bad_name"),
    "same_name_twice": (_twice, "bad_name"),
    "encrypted": (_encrypted, "encrypted"),
    "damaged_part": (_damaged_part, "bad_zip"),
    "overlapping_parts": (_overlapping, "zip_bomb"),
    "huge_settings": (lambda: _with(**{PROJECT: b" " * (100 << 20)}), "zip_bomb"),
    "large_settings": (lambda: _with(**{PROJECT: b" " * (20 << 20)}), "too_large"),
    "huge_unread_part": (lambda: _with(**{"x.bin": b"\0" * (100 << 20)}), "zip_bomb"),
    "huge_toolpath": (
        lambda: _with(**{PLATE_GCODE: b"\0" * (300 << 20)}),
        "zip_bomb",
    ),
    "toolpath_without_lines": (
        lambda: _with(**{PLATE_GCODE: b"\0" * (20 << 20)}),
        "unsupported",
    ),
    "many_members": (
        lambda: packed([(f"{number}", b"") for number in range(5001)]).read(),
        "too_large",
    ),
    "many_plates": (
        lambda: _with(
            **{
                SLICE_INFO: b"<config>"
                + b"".join(
                    b'<plate><metadata key="index" value="%d"/></plate>' % number
                    for number in range(600)
                )
                + b"</config>"
            }
        ),
        "too_large",
    ),
    "xml_entities": (lambda: _with(**{SLICE_INFO: ENTITIES}), "xml_entity"),
    "xml_entities_in_the_model": (
        lambda: _with(**{"3D/3dmodel.model": ENTITIES}),
        "xml_entity",
    ),
    "xml_entities_in_utf16": (
        lambda: _with(**{SLICE_INFO: ENTITIES.decode().encode("utf-16")}),
        "xml_entity",
    ),
    "xml_cut": (lambda: _with(**{SLICE_INFO: b"<config><plate>"}), "bad_xml"),
    "json_cut": (lambda: _with(**{PROJECT: b'{"a": '}), "bad_json"),
    "json_deep": (lambda: _with(**{PROJECT: b"[" * 100_000}), "bad_json"),
    "json_list": (lambda: _with(**{PROJECT: b"[]"}), "bad_json"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_a_message(case, tmp_path):
    make, code = BAD[case]
    # The name promises something else than the content: it must not count.
    path = tmp_path / "part.gcode.3mf"
    path.write_bytes(make())
    with pytest.raises(SlicedFileError) as caught:
        read(path)
    assert caught.value.code == code
    assert len(caught.value.message) > 20 and caught.value.message.endswith(".")
    result = inspect_file(str(path))
    assert result["path"] == str(path)
    if result.get("is_sliced") is False:
        # A project is no bad file: it is told as what it is.
        assert code == "not_sliced" and "error" not in result
    else:
        assert (result["code"], result["error"]) == (code, caught.value.message)
    json.dumps(result, allow_nan=False)


@pytest.mark.parametrize("repeated", [b"; HEADER_BLOCK_START\n", b"; thumbnail begin "])
def test_repeated_marks_cost_no_time(repeated):
    data = PRUSA[:200] + repeated * (900_000 // len(repeated)) + PRUSA[200:]
    try:
        read(io.BytesIO(data))
    except SlicedFileError as error:
        assert error.code in ("truncated", "no_filament")


def test_strings_that_cannot_be_stored_are_cleaned():
    raw = json.dumps({**SETTINGS, "printer_model": "A\x00B\ud800C"}).encode()
    sliced = read(io.BytesIO(_with(**{PROJECT: raw})))
    assert sliced.printer_model == "ABC"


def test_numbers_that_are_none_do_not_break_lists():
    text = PRUSA.replace(b"; nozzle_diameter = 0.4", b"; nozzle_diameter = porkchop")
    text = text.replace(b"; temperature = 205", b"; temperature = nan")
    sliced = read(io.BytesIO(text))
    assert (sliced.nozzle_diameter, sliced.nozzle_temp) == ([], [])


def test_a_picture_with_too_many_pixels_keeps_its_size_only():
    huge = bytearray(png(8, 8))
    huge[16:24] = struct.pack(">II", 60_000, 60_000)
    sliced = read(io.BytesIO(_with(**{"Metadata/plate_1.png": bytes(huge)})))
    (picture,) = [
        entry for entry in sliced.thumbnails if entry.name == "Metadata/plate_1.png"
    ]
    assert (picture.width, picture.height, picture.data) == (60_000, 60_000, b"")


def test_a_damaged_picture_does_not_fail_the_read():
    data = bytearray(_with())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        info = package.getinfo("Metadata/pick_1.png")
    start = info.header_offset + 30 + len(info.filename)
    data[start : start + 10] = b"\xff" * 10
    sliced = read(io.BytesIO(bytes(data)))
    assert sliced.plates[0].filaments
    assert any("picture" in warning for warning in sliced.warnings)


@pytest.mark.parametrize("seconds", [b"-5", b"-0.6"])
def test_a_time_that_is_none_is_not_known(seconds):
    data = CURA.replace(b";TIME:", b";TIME:" + seconds + b"\n;", 1)
    assert read(io.BytesIO(data)).plates[0].time_s is None
