"""The way of the nozzle: moves, arcs, tools and layers, and what a file may cost."""

import io
import json
import math
import struct
import zipfile

import pytest
from bgcode_writer import MEATPACK, PLAIN, binary
from slicer import SlicedFileError, read, toolpath
from slicer_paths import ADDON

DEMO = ADDON / "demo" / "files"
SQUARE = """\
;LAYER_CHANGE
G1 Z0.2 F600
G1 X10 Y10 F6000
G1 X30 Y10 E1
G1 X30 Y30 E2
G1 X10 Y30 E3
G1 X10 Y10 E4
"""


def made(text, plate=1):
    """(header, points as lists of x, y, z, tool, height, is drawn)."""
    stream = text if hasattr(text, "read") else io.BytesIO(text.encode())
    data = toolpath.toolpath_stream(stream, plate)
    assert data[:4] == b"P3DT"
    (length,) = struct.unpack_from("<I", data, 4)
    header = json.loads(data[8 : 8 + length])
    body = data[8 + length :]
    assert length % 4 == 0 and len(body) == 8 * header["points"]
    points = []
    for entry in struct.iter_unpack("<4H", body):
        at = [
            round(start + step * value, 2)
            for start, step, value in zip(
                header["origin"], header["steps"], entry, strict=False
            )
        ]
        word = entry[3]
        height = (word >> 6 & 511) / toolpath.HEIGHT_STEPS
        points.append((*at, (word & 63) + 1, height, not word >> 15))
    return header, points


def corners(points):
    return [(*point[:2], point[5]) for point in points]


def test_a_square_is_five_points():
    header, points = made(SQUARE)
    assert corners(points) == [
        (10, 10, False),
        (30, 10, True),
        (30, 30, True),
        (10, 30, True),
        (10, 10, True),
    ]
    assert {point[2:5] for point in points} == {(0.2, 1, 0.2)}
    assert header["tools"] == {"1": 4.0}
    assert header["layers"] == [[0, 0.2]]
    assert header["box"][1] == pytest.approx([30, 30, 0.2])


def test_points_on_a_line_are_left_out():
    text = "G1 X0 Y0 Z1\nM83\n" + "".join(f"G1 X{x} E.1\n" for x in range(1, 40))
    _header, points = made(text)
    assert corners(points) == [(0, 0, False), (39, 0, True)]
    # There and back again is not straight on.
    _header, points = made("G1 X0 Y0 Z1\nM83\nG1 X10 E1\nG1 X5 E1\n")
    assert corners(points) == [(0, 0, False), (10, 0, True), (5, 0, True)]


def test_travel_is_not_drawn():
    _header, points = made("M83\nG1 X5 E1\nG0 X9\nG1 X12 E1\nG1 X12 Y3\nG1 Y6 E1\n")
    assert corners(points) == [
        (0, 0, False),
        (5, 0, True),
        (9, 0, False),
        (12, 0, True),
        (12, 3, False),
        (12, 6, True),
    ]


def test_retractions_are_made_up_for_first():
    header, points = made("M83\nG1 X10 E1\nG1 E-2\nG1 X20\nG1 E2\nG1 X30 E1\n")
    assert header["tools"] == {"1": 2.0}
    assert corners(points)[2:] == [(20, 0, False), (30, 0, True)]


@pytest.mark.parametrize(
    "text",
    [
        "G90\nM82\nG92 E0\nG1 X10 E5\nG92 E0\nG1 X20 E5\n",
        "G91\nM83\nG1 X10 E5\nG1 X10 E5\n",
        "G90\nM83\nG1X10E5\nN3 G1 X20 E5*44\n",
        "g90\nm83\ng1 x10 e5\r\ng1 x20 e5\r\n",
        "G20\nM83\nG1 X.393700787 E.196850394\nG1 X.787401575 E.196850394\n",
        "M83\nG1 X10 E5 ; G1 X99 E99\n(a word)\nG1 X20 E5\n",
        ";FLAVOR:Marlin\nG91\nG1 X10 E5\nG1 X10 E5\n",
        "M83\nG1 X5\nG92 X-5\nG28\nG1 X10 E5\nG1 X20 E5\n",
    ],
    ids=[
        "absolute",
        "relative",
        "packed",
        "small letters",
        "inches",
        "comments",
        "Marlin",
        "homed",
    ],
)
def test_ways_to_say_the_same(text):
    header, points = made(text)
    assert corners(points) == [(0, 0, False), (20, 0, True)]
    assert header["tools"] == {"1": 10.0}


def test_origin_is_moved_by_g92():
    _header, points = made("G1 X50 Y50\nG92 X0 Y0\nM83\nG1 X10 E1\n")
    assert corners(points) == [(50, 50, False), (60, 50, True)]


@pytest.mark.parametrize("letters", ["I0 J10", "R10"])
def test_arcs_are_round(letters):
    """A quarter turn to the left around (0, 10)."""
    header, points = made(f"M83\nG1 X0 Y0 Z1\nG3 X10 Y10 {letters} E3\n")
    assert len(points) > 8
    for x, y, *_rest in points:
        assert math.hypot(x, y - 10) == pytest.approx(10, abs=0.05)
    assert points[-1][:2] == (10, 10)
    assert header["tools"] == {"1": 3.0}


def test_arcs_turn_the_way_they_are_told():
    _header, left = made("M83\nG1 X10 Y0\nG3 X10 Y0 I-10 J0 E9\n")
    _header, right = made("M83\nG1 X10 Y0\nG2 X10 Y0 I-10 J0 E9\n")
    assert left[1][1] > 0 > right[1][1]
    # All the way round.
    assert min(point[0] for point in left) == pytest.approx(-10, abs=0.05)
    assert left[-1][:2] == right[-1][:2] == (10, 0)


def test_tools_are_told_apart():
    header, points = made("M83\nT0\nG1 X5 E1\nT3 ; change\nG1 X9 E2\nT255\nG1 X12 E1\n")
    assert header["tools"] == {"1": 1.0, "4": 3.0}
    assert [point[3] for point in points] == [1, 1, 4, 4]


@pytest.mark.parametrize(
    "mark",
    [
        ";LAYER_CHANGE",
        ";LAYER:{}",
        "; CHANGE_LAYER",
        "; layer {}, Z = 0.4",
        "; layer: 0.20",
    ],
)
def test_layers_as_slicers_name_them(mark):
    text = "M83\nG1 Z0.3\nG1 X100 E9\n"
    for number in range(3):
        text += mark.format(number) + f"\nG1 Z{0.2 * (number + 1):.1f}\n"
        # In a spiral, so that heights alone would make more layers of it.
        text += f"G1 X0 Y0\nG1 X5 E1\nG1 Y5 Z{0.2 * (number + 1) + 0.1:.2f} E1\n"
    header, _points = made(text)
    assert [layer[1] for layer in header["layers"]] == [0.3, 0.2, 0.4, 0.6]
    # What is wiped off before is neither counted nor looked at.
    assert header["tools"] == {"1": 6.0}
    assert header["box"][1][:2] == pytest.approx([5, 5])


def test_layers_by_height_where_nobody_names_them():
    text = "M83\n"
    for number in range(4):
        text += f"G1 Z{0.25 * (number + 1)}\nG1 X0\nG1 X9 E1\nG0 Z9\n"
    header, points = made(text)
    assert [layer[1] for layer in header["layers"]] == [0.25, 0.5, 0.75, 1]
    assert {point[4] for point in points} == {0.24}


def package(name, text):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    stream.seek(0)
    return stream


def test_plates_of_packages():
    stream = package("Metadata/plate_2.gcode", SQUARE)
    assert made(stream, plate=2)[0]["points"] == 5
    with pytest.raises(SlicedFileError) as caught:
        toolpath.toolpath_stream(stream, 1)
    assert caught.value.code == "no_gcode"
    assert made(package("3D/model.gcode", SQUARE))[0]["points"] == 5


@pytest.mark.parametrize("encoding", [PLAIN, MEATPACK])
def test_binary_gcode(encoding):
    text = SQUARE.split("\n", 1)[1]
    data = binary(text, metadata={}, encoding=encoding)
    assert corners(made(io.BytesIO(data))[1]) == corners(made(SQUARE)[1])


@pytest.mark.parametrize(
    "path", sorted(DEMO.glob("*.gcode")), ids=lambda path: path.stem
)
def test_lengths_are_those_the_slicer_states(path):
    (plate,) = read(path).plates
    with path.open("rb") as stream:
        header, _points = made(stream)
    stated = {str(line.index): line.length_mm for line in plate.filaments}
    assert header["tools"] == pytest.approx(stated, rel=0.01)
    assert len(header["layers"]) == pytest.approx(plate.layer_count, abs=1)


def test_lengths_of_other_slicers(corpus):
    for name in (
        "crealityprint/K1 SE_accessory_0.4_Hyper PLA_24m.gcode",
        "orcaslicer/calicat_calico.gcode",
        "prusaslicer/test_binary_heatshrink_meatpack.bgcode",
        "simplify3d/53min18sec.gcode",
        "cura/cura_2ext_1mat.ufp",
        "bambustudio/H2C Cube + Cube + Cube.gcode.3mf",
    ):
        path = corpus / name
        plate = read(path).plates[0]
        with path.open("rb") as stream:
            header, _points = made(stream, plate.index)
        stated = {str(line.index): line.length_mm for line in plate.filaments}
        assert header["tools"] == pytest.approx(stated, rel=0.01), name


@pytest.mark.parametrize(
    "text",
    [
        "; nothing but words\n",
        "G28\nG1 X10 Y10\n",
        "M83\nG1 E100\n",
        "M83\nG1 Xnan E1\nG1 X1e5 E\nG1 E1 X\n",
        "M83\nG1 X99999999999 E1\nG2 I1 J1\n",
        "G2 X1 E99999999999999999999\n",
        "\x00\x01\x02G1",
        "G" * 100_000,
    ],
)
def test_files_without_moves_are_refused_in_words(text):
    with pytest.raises(SlicedFileError) as caught:
        made(text)
    assert caught.value.code == "no_moves"
    assert caught.value.message.endswith(".")


def test_too_many_points_are_simplified_then_refused(monkeypatch):
    zigzag = "M83\n" + "".join(f"G1 X{x} Y{x % 2 / 20} E.1\n" for x in range(1, 900))
    assert made(zigzag)[0]["points"] == 899 + 1
    monkeypatch.setattr(toolpath, "MAX_POINTS", 500)
    monkeypatch.setattr(toolpath.Toolpath.__init__, "__defaults__", (0.02, 500))
    header, _points = made(zigzag)
    assert header["points"] < 500
    assert header["tolerance"] == 0.08
    wide = zigzag.replace("Y0.05", "Y5")
    with pytest.raises(SlicedFileError) as caught:
        made(wide)
    assert caught.value.code == "too_large"


def test_more_lines_than_a_printer_gets_are_refused(monkeypatch):
    monkeypatch.setattr(toolpath, "MAX_LINES", 10)
    with pytest.raises(SlicedFileError) as caught:
        made("G1 X1\n" * 20)
    assert caught.value.code == "too_large"
