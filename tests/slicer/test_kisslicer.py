"""KISSlicer: blocks of settings, programs in hexadecimal, the closing table."""

import pytest
from slicer import SlicedFileError, facts
from text_file import read_text, uses


def _hex(text, mark):
    """A program as KISSlicer writes it, 20 bytes a line."""
    digits = text.encode().hex().upper()
    lines = [digits[i : i + 40] for i in range(0, len(digits), 40)]
    return f"\n; {mark}".join(lines)


NOTES = _hex("Material Profile Wizard\n> Material: PLA", "^   ")


def _material(number, name="Shop PLA", first=215, usual=205):
    return f"""\
; *** Material Settings for Extruder {number} ***
;
; material_name = {name}
; g_code_matl = NULL
; matl_user_notes = {NOTES}
; > Decoded
; >   Material Profile Wizard
; fan_inside_percent = 40
; fan_cool_percent = 100
; temperature_C = {usual}
; first_layer_C = {first}
; bed_C = 60
; flow_max_mm3_per_s = 10
; destring_length = 1.6
; destring_speed_mm_per_s = 50
; min_layer_time_s = 10
; flowrate_tweak = 0.95
; fiber_dia_mm = 1.75
;
"""


HEAD = """\
; KISSlicer - PRO
; Windows
; version {version}
; Built: May  3 2018, 10:24:43
; Running on 8 cores
;
; Saved: 2018-09-30 17:44:53
; 'bracket.gcode'
;
; Anti-shrink gain x=1.000000, y=1.000000, z=1.000000
;
; *** Printer Settings ***
;
; printer_name = Shop printer
; bed_STL_filename = C:\\Users\\somebody\\bed.stl
; g_code_prefix = {prefix}
; > Decoded
; >   G28
; post_process = NULL
; num_extruders = {extruders}
; travel_speed_mm_per_s = 150
; first_layer_speed_mm_per_s = 20
; nozzle_dia_1 = 0.4
; nozzle_dia_2 = 0.6
;
"""
STYLE = """\
; *** Style Settings ***
;
; style_name = fine
; layer_thickness_mm = -33
; first_layer_thickness_mm = -50
; extrusion_width_mm = 0.45
; num_loops = 2
; skin_thickness_mm = 1
; infill_density_denominator = 5
; loops_insideout = 1
;
; *** Support Settings ***
;
; support_density = 0
; raft_mode = 0
; brim_mm = 3
;
; *** Actual Slicing Settings As Used ***
;
; layer_thickness_mm = 0.132
; first_layer_thickness_mm = 0.2
; Perimeter Speed = 18.40
; Sparse Speed = 55.20
;
; *** G-code Prefix ***
;
; home = not a setting
G28
;
; *** Main G-code ***
;
; BEGIN_LAYER_OBJECT z=0.200 z_thickness=0.200
G1 X1 Y1 E1
; END_LAYER_OBJECT z=0.200
; BEGIN_LAYER_OBJECT z=0.332 z_thickness=0.132
; END_LAYER_OBJECT z=0.332
; *** G-code Postfix ***
;
"""
END_1 = """\
; Estimated Build Time:   25.95 minutes
; Estimated Build Cost:   $0.06
;
; Filament used per extruder:
;    Ext 1 =   541.62 mm  (1.303 cm^3)
;    Ext 2 =     5.59 mm  (0.013 cm^3)
; Total Filament Length Used: 547.21 mm
; Total Filament Volume Used: 1.316 cm^3
;
"""
END_2 = """\
; Calculated-during-export Build Time: 10.16 minutes
; Estimated-in-GUI Build Time:         10.18 minutes
; Estimated-in-GUI Build Cost:         $0.03
;
; Filament used per extruder:
;    Ext #1  =   305.09 mm  (0.734 cm^3)
;
"""


def _file(version="1.6.3 Release Win64", materials=1, end=END_1, mark="^   "):
    prefix = _hex("; home first\nG28\nM190 S<BED>\n", mark)
    text = HEAD.format(version=version, prefix=prefix, extruders=materials)
    text += "".join(
        _material(number, f"Shop PLA {number}", 210 + number)
        for number in range(1, materials + 1)
    )
    return text + STYLE + end


def test_version_1_with_two_materials():
    sliced = read_text(_file(materials=2))
    (plate,) = sliced.plates
    assert (sliced.slicer, sliced.slicer_version) == (
        "KISSlicer",
        "1.6.3 Release Win64",
    )
    assert plate.time_s == 1557
    assert uses(plate) == [(1, 541.62, None, 1303.0), (2, 5.59, None, 13.0)]
    assert facts(sliced)["filament_cm3"] == [1.303, 0.013]
    assert sliced.nozzle_diameter == [0.4, 0.6]
    assert sliced.first_layer_nozzle_temp == [211, 212]
    assert sliced.nozzle_temp == [205, 205]
    assert sliced.bed_temp == 60
    assert [(f.name, f.type, f.diameter) for f in sliced.filaments] == [
        ("Shop PLA 1", "PLA", 1.75),
        ("Shop PLA 2", "PLA", 1.75),
    ]
    assert plate.object_height == 0.332
    assert facts(sliced)["cost_total"] == 0.06


def test_version_2_has_a_calculated_time():
    sliced = read_text(_file("2 a 2.0.6 Win64", end=END_2))
    assert sliced.plates[0].time_s == 610
    assert facts(sliced)["estimated_time_alt_s"] == 611
    assert uses(sliced.plates[0]) == [(1, 305.09, None, 734.0)]


def test_before_lengths_were_stated_there_is_a_volume():
    end = (
        "; Estimated Build Time:   7.94 minutes\n; Estimated Build Volume: 2.982 cm^3\n"
    )
    sliced = read_text(_file("1.1.0.14", end=end, mark="    "))
    assert sliced.plates[0].time_s == 476
    assert uses(sliced.plates[0]) == [(1, None, None, 2982.0)]
    assert sliced.settings["g_code_prefix"].endswith("M190 S<BED>\n")


def test_motor_driven_extruders_state_no_filament():
    with pytest.raises(SlicedFileError) as caught:
        read_text(_file(end="; Estimated Build Time:   1.62 minutes\n"))
    assert caught.value.code == "no_filament"
    assert caught.value.sliced.plates[0].time_s == 97


def test_settings_as_used_and_programs():
    sliced = read_text(_file())
    assert sliced.settings["g_code_prefix"] == "; home first\nG28\nM190 S<BED>\n"
    assert sliced.settings["post_process"] == ""
    assert sliced.settings["layer_thickness_mm"] == 0.132
    assert sliced.settings["temperature_C"] == 205
    assert sliced.settings["bed_STL_filename"] == "C:\\Users\\~\\bed.stl"
    assert "home" not in sliced.settings
    assert (sliced.layer_height, sliced.first_layer_height) == (0.132, 0.2)
    # "Perimeter Speed" is computed.
    assert sliced.settings["Perimeter Speed"] == 18.4
    assert sliced.settings_count == len(sliced.settings) - 2


def test_materials_of_several_extruders_are_lists():
    settings = read_text(_file(materials=2)).settings
    assert settings["first_layer_C"] == [211, 212]
    assert settings["material_name"] == ["Shop PLA 1", "Shop PLA 2"]


def test_common_terms():
    common = read_text(_file()).common
    assert (common["wall_count"], common["infill_density"]) == (2, 20)
    assert (common["adhesion"], common["brim_width"]) == ("brim", 3)
    assert common["supports"] is False
    assert (common["speed_outer_wall"], common["speed_infill"]) == (18.4, 55.2)
    assert common["wall_order"] == "inner_outer"
    assert common["flow_ratio"] == [95]
    assert common["nozzle_temp"] == [205]
    assert common["print_preset"] == "fine"


def test_percentages_of_the_nozzle_are_no_heights():
    text = (
        _file()
        .replace("; layer_thickness_mm = 0.132\n", "")
        .replace("; first_layer_thickness_mm = 0.2\n", "")
    )
    sliced = read_text(text)
    assert (sliced.layer_height, sliced.first_layer_height) == (None, None)
    assert "layer_height" not in sliced.common
