"""PrusaSlicer, its forks and their projects."""

import io

from slicer import facts, read
from slicer_paths import DATA


def _uses(plate):
    return [(use.index, use.length_mm, use.weight_g) for use in plate.filaments]


def test_prusaslicer_figures_objects_and_settings():
    sliced = read(DATA / "prusaslicer_two_copies.gcode")
    (plate,) = sliced.plates
    assert (sliced.family, sliced.slicer) == ("prusaslicer", "PrusaSlicer")
    assert sliced.slicer_version == "2.5.0"
    assert plate.time_s == 166
    assert (plate.layer_count, plate.object_height) == (6, 1.55)
    assert _uses(plate) == [(1, 126.88, 0.38)]
    assert [(item.name, item.count) for item in plate.objects] == [("tag.stl", 2)]
    assert (sliced.layer_height, sliced.first_layer_height) == (0.25, 0.3)
    assert (sliced.nozzle_temp, sliced.first_layer_nozzle_temp) == ([205], [210])
    assert (sliced.bed_temp, sliced.first_layer_bed_temp) == (55, 60)
    assert sliced.printer_settings_id == "Shop printer 0.4"
    (filament,) = sliced.filaments
    assert (filament.type, filament.colour) == ("PLA", "#2E7D32")
    assert (filament.vendor, filament.name) == ("Print3D", "Shop PLA green")
    assert (filament.density, filament.diameter) == (1.24, 1.75)
    assert filament.cost == 22.5
    assert sliced.settings["perimeters"] == 1
    assert sliced.settings_count == len(sliced.settings) > 200


def test_prusaslicer_tools_keep_their_figures_and_shown_colour():
    sliced = read(DATA / "prusaslicer_two_tools.gcode")
    (plate,) = sliced.plates
    assert _uses(plate) == [(1, 6.0, 0.02), (2, 18.02, 0.05)]
    assert [filament.colour for filament in sliced.filaments] == ["#FF8000", "#FFFFFF"]
    assert [use.colour for use in plate.filaments] == ["#102030", "#F0F0F0"]
    assert facts(sliced)["filament_colour"] == ["#FF8000", "#FFFFFF"]


def test_no_density_leaves_the_weight_unknown():
    sliced = read(DATA / "prusaslicer_no_density.gcode")
    assert _uses(sliced.plates[0]) == [(1, 23.96, None)]
    found = facts(sliced)
    assert found["filament_mm"] == [23.96]
    assert "filament_g" not in found


def test_user_names_are_cut_out_of_paths():
    sliced = read(DATA / "prusaslicer_two_tools.gcode")
    assert "somebody" not in sliced.settings["post_process"]


def test_first_layer_height_in_percent_and_zero_tool():
    text = (DATA / "prusaslicer_two_tools.gcode").read_text(encoding="utf-8")
    text = text.replace("; first_layer_height = 0.3", "; first_layer_height = 120%")
    text = text.replace("[mm] = 6.00, 18.02", "[mm] = 0.00, 18.02")
    text = text.replace("[g] = 0.02, 0.05", "[g] = 0.00, 0.05")
    text = text.replace("[cm3] = 0.01, 0.04", "[cm3] = 0.00, 0.04")
    sliced = read(io.BytesIO(text.replace("\n", "\r\n").encode()))
    assert sliced.first_layer_height == 0.3
    assert _uses(sliced.plates[0]) == [(2, 18.02, 0.05)]
    found = facts(sliced)
    assert found["filament_index"] == [1, 2]
    assert found["filament_mm"] == [0.0, 18.02]
    assert found["filament_g"] == [0.0, 0.05]
    # of the first filament in use
    assert found["bed_temp"] == 60
