"""Plain G-code of Bambu Studio, OrcaSlicer and forks."""

import io

import pytest
from bambu_package import PLATE, SETTINGS, gcode, orca_gcode
from slicer import SlicedFileError, facts, read
from slicer.families.bambu_toolpath import is_toolpath
from slicer.source import Source
from slicer_paths import DATA

ORCA_TIME = b"; estimated printing time (normal mode) = 1d 2h 3m 4s\n"


def _read(data):
    return read(io.BytesIO(data))


def _uses(sliced):
    return [
        (entry.index, entry.length_mm, entry.weight_g)
        for plate in sliced.plates
        for entry in plate.filaments
    ]


@pytest.mark.parametrize(
    ("writer", "slicer", "version"),
    [
        ("OrcaSlicer 2.1.1", "OrcaSlicer", "2.1.1"),
        ("OrcaSlicer 2.3.2-beta", "OrcaSlicer", "2.3.2-beta"),
        ("ElegooSlicer 1.3.2.9", "ElegooSlicer", "1.3.2.9"),
        ("Snapmaker Orca 2.2.1", "Snapmaker Orca", "2.2.1"),
        ("Flash Studio 1.7.6", "Flash Studio", "1.7.6"),
        ("Orca-Flashforge 1.3.0", "Orca-Flashforge", "1.3.0"),
        ("AnycubicSlicerNext 1.3.9.4", "Anycubic Slicer Next", "1.3.9.4"),
        ("Creality_Print V6.2.0.2999", "Creality Print", "6.2.0.2999"),
    ],
)
def test_forks_for_printers_of_others(writer, slicer, version):
    sliced = _read(orca_gcode(PLATE, writer, pictures=[(48, 48), (300, 200)]))
    assert (sliced.slicer, sliced.slicer_version) == (slicer, version)
    assert _uses(sliced) == [(1, 2227.86, 6.75), (3, 303.21, 0.92)]
    (plate,) = sliced.plates
    # The header's number of layers, not the footer's.
    assert (plate.time_s, plate.layer_count, plate.object_height) == (3661, 50, 10.0)
    assert [(item.name, item.count) for item in plate.objects] == [
        ("Clip", 1),
        ("Tag", 1),
    ]
    assert [(item.width, item.height) for item in plate.thumbnails] == [
        (48, 48),
        (300, 200),
    ]
    assert sliced.settings_count == len(SETTINGS)


def test_without_a_header():
    """A display that wants its picture first gets G-code without header block."""
    data = b";gimage:0000\n" + orca_gcode(PLATE, None)
    sliced = _read(data)
    assert sliced.family == "bambu"
    assert (sliced.slicer, sliced.slicer_version) == ("", "")
    assert _uses(sliced) == [(1, 2227.86, 6.75), (3, 303.21, 0.92)]
    assert sliced.plates[0].layer_count == 52


@pytest.mark.parametrize("name", ["AnycubicSlicer_config", "OrcaSlicer_config"])
def test_other_marks_of_the_settings(name):
    data = orca_gcode(PLATE, marks=(f"{name} = begin", f"{name} = end"))
    assert _read(data).settings_count == len(SETTINGS)


def test_settings_may_be_left_out():
    sliced = _read(orca_gcode(PLATE, settings={}))
    assert sliced.settings == {}
    assert sliced.settings_count is None
    assert _uses(sliced)[0] == (1, 2227.86, 6.75)


def test_lost_line_end_before_the_total():
    data = orca_gcode(
        PLATE,
        footer=[
            "; filament used [mm] = 100.00, 0.00, 50.00",
            "; filament used [g] = 7.00, 0.00, 3.49",
            "; filament cost = 0.05, 0.16; total filament used [g] = 10.49",
            "; estimated printing time (normal mode) = 5m",
        ],
    )
    sliced = _read(data)
    assert facts(sliced)["filament_g_total"] == 10.49
    assert _uses(sliced) == [(1, 100.0, 7.0), (3, 50.0, 3.49)]


def test_time_is_not_that_of_the_first_layer():
    data = orca_gcode(
        PLATE,
        footer=[
            "; filament used [mm] = 100.00",
            ORCA_TIME.decode().strip(),
            "; estimated printing time (silent mode) = 1d 3h",
            "; estimated first layer printing time (normal mode) = 5m 47s",
            "; total filament change = 41",
        ],
    )
    sliced = _read(data)
    (plate,) = sliced.plates
    assert plate.time_s == 93_784
    assert plate.first_layer_time_s == 347
    assert plate.filament_changes == 41
    assert facts(sliced)["estimated_time_silent_s"] == 97_200


def test_sums_above_the_moves():
    """Forks of FlashForge write them at the head."""
    sums = (
        b"; filament used [mm] = 0.00, 100.00\n; filament used [g] = 0.00, 0.30\n"
        b"; total layers count = 7\n; total filament change = 3\n" + ORCA_TIME
    )
    data = orca_gcode({**PLATE, "layers": 0}, footer=[])
    data = data.replace(b"; EXECUTABLE_BLOCK_START", sums + b"; EXECUTABLE_BLOCK_START")
    filler = b"G1 X1 Y1 E0.1\n" * 200_000
    data = data.replace(b"; EXECUTABLE_BLOCK_END", filler + b"; EXECUTABLE_BLOCK_END")
    sliced = _read(data)
    (plate,) = sliced.plates
    assert _uses(sliced) == [(2, 100.0, 0.3)]
    assert (plate.time_s, plate.layer_count, plate.filament_changes) == (93_784, 7, 3)


def test_height_by_the_layers():
    """Versions before 1.8 do not state it."""
    moves = b"".join(b"; CHANGE_LAYER\n; Z_HEIGHT: %.1f\n" % z for z in (0.2, 5, 4.8))
    data = gcode(PLATE, moves=moves).replace(b"; max_z_height: 10.00\n", b"")
    assert _read(data).plates[0].object_height == 5.0


def test_objects_that_klipper_may_leave_out():
    data = orca_gcode({**PLATE, "objects": []})
    defined = b"".join(
        b"EXCLUDE_OBJECT_DEFINE NAME=Clip.stl_id_%d_copy_%d CENTER=1,2\n" % pair
        for pair in ((0, 0), (0, 1), (1, 0))
    )
    data = data.replace(b"T0\n", defined + b"T0\n")
    (plate,) = _read(data.replace(b"\n", b"\r\n")).plates
    assert [(item.name, item.count) for item in plate.objects] == [("Clip.stl", 3)]


def test_a_fraction_of_a_second_is_no_first_layer():
    data = orca_gcode(
        PLATE,
        footer=[
            "; filament used [mm] = 100.00",
            "; estimated first layer printing time (normal mode) = 0.419470s",
        ],
    )
    assert _read(data).plates[0].first_layer_time_s is None


def test_no_density_leaves_the_weight_unknown():
    light = [{**item, "g": 0.0} for item in PLATE["filaments"]]
    sliced = _read(orca_gcode({**PLATE, "filaments": light}))
    assert _uses(sliced) == [(1, 2227.86, None), (3, 303.21, None)]


def test_printer_of_others_in_bambu_studio():
    """QIDI Studio and Bambu Studio state sums in the header, the time as OrcaSlicer."""
    data = gcode(PLATE).replace(b"BambuStudio 02.04.00.70", b"QIDIStudio 01.10.01.51")
    times = b"; model printing time: 59m 1s; total estimated time: 3661s\n"
    data = data.replace(times, ORCA_TIME)
    sliced = _read(data.replace(b"\n", b"\r\n"))
    assert (sliced.slicer, sliced.slicer_version) == ("QIDIStudio", "01.10.01.51")
    assert sliced.plates[0].time_s == 93_784
    assert _uses(sliced) == [(1, 2227.86, 6.75), (3, 303.21, 0.92)]


def _unnumbered(tools):
    """A header that does not number its filaments, as up to Bambu Studio 1.10."""
    moves = b"".join(b"T%d\nG1 X1 Y1 E0.1\n" % tool for tool in tools)
    return gcode(PLATE, moves=moves).replace(b"; filament: 1,3\n", b"")


def test_filaments_by_the_tools_that_are_selected():
    # 1000 and 255 are commands to the printer, no tools.
    sliced = _read(_unnumbered([1000, 2, 0, 2, 255]))
    assert _uses(sliced) == [(1, 2227.86, 6.75), (3, 303.21, 0.92)]
    assert not sliced.warnings


def test_filaments_that_cannot_be_told_are_assumed_and_said():
    sliced = _read(_unnumbered([0, 1, 2]))
    assert [entry[0] for entry in _uses(sliced)] == [1, 2]
    (warning,) = sliced.warnings
    assert "does not say which" in warning


@pytest.mark.parametrize(
    "cut", ["; EXECUTABLE_BLOCK_END", "; HEADER_BLOCK_END"], ids=["moves", "header"]
)
def test_cut_files_are_refused(cut):
    data = orca_gcode(PLATE)
    with pytest.raises(SlicedFileError) as caught:
        _read(data[: data.index(cut.encode())])
    assert caught.value.code == "truncated"


def test_text_of_prusaslicer_is_left_to_it():
    """It has the line that files without header are known by."""
    data = (DATA / "prusaslicer_two_copies.gcode").read_bytes()
    assert b"; external perimeters extrusion width = " in data
    assert not is_toolpath(Source(io.BytesIO(data)))
    block = b"; CONFIG_BLOCK_START\n; layer_height = 9\n; CONFIG_BLOCK_END\n"
    assert not is_toolpath(Source(io.BytesIO(data + block)))
