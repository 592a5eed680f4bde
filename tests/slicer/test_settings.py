"""Parsed values of settings."""

import pytest
from slicer.settings import parsed, parsed_value


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("perimeters", "3", 3),
        ("layer_height", "0.200", 0.2),
        ("z_offset", "-0.05", -0.05),
        ("resolution", ".5", 0.5),
        ("tolerance", "1e-05", 1e-05),
        ("fill_density", "15%", "15%"),
        ("enabled", "True", True),
        ("material_print_temperature", "False", False),
        # a part number, not a number
        ("part", "007", "007"),
        ("huge", "9" * 30, "9" * 30),
        ("temperature", "220,215", [220, 215]),
        ("retract_before_wipe", "80%,0%", ["80%", "0%"]),
        ("filament_retract_lift", "nil,0.2", ["nil", 0.2]),
        ("cooling_slowdown_logic", "uniform,surface", ["uniform", "surface"]),
        ("bed_shape", "0x0,200x0,200x200", "0x0,200x0,200x200"),
        ("thumbnails", "16x16/QOI, 313x173/QOI", "16x16/QOI, 313x173/QOI"),
        ("filament_type", "PLA;PETG", ["PLA", "PETG"]),
        ("filament_settings_id", '"A; B";C', ["A; B", "C"]),
        ("filament_vendor", '""', ""),
        ("filament_colour", "#FF8000;#102030", ["#FF8000", "#102030"]),
        ("wiping_volumes_matrix", "0,140,140,0", [0, 140, 140, 0]),
    ],
)
def test_values_are_read_from_their_form(key, raw, value):
    found = parsed_value(key, raw)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("printer_settings_id", "0.4"),
        ("filament_ids", "06001"),
        ("printer_variant", "0.4"),
        ("profile_version", "2.5"),
        ("printer_model", "1"),
        ("default_print_profile", "0.2"),
        ("notes", "12"),
        ("version", "5.2"),
    ],
)
def test_names_and_versions_stay_text(key, raw):
    assert parsed_value(key, raw) == raw


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("binary_gcode", "1", 1),
        ("emit_machine_limits_to_gcode", "0", 0),
        ("gcode_resolution", "0.0125", 0.0125),
        ("gcode_precision_e", "5,5", [5, 5]),
        ("gcode_label_objects", "firmware", "firmware"),
        ("ignore_inner_color", "0", 0),
        ("align_infill_direction_to_model", "1", 1),
        ("milling_post_process", "0", 0),
        ("print_extruder_id", "2", 2),
    ],
)
def test_switches_named_after_programs_and_names_are_numbers(key, raw, value):
    assert parsed_value(key, raw) == value


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("start_gcode", r"G28\nG1 Z5 ; a;b, 1", "G28\nG1 Z5 ; a;b, 1"),
        ("notes", r"C:\\temp", r"C:\temp"),
        # not escaped at all: real line breaks, an unknown escape
        ("machine_start_gcode", "G28\nM117 C:\\new", "G28\nM117 C:\\new"),
        ("gcode_substitutions_notes", r"\d+", r"\d+"),
        ("end_gcode", "M84", "M84"),
        ("end_filament_gcode", r'"; one\n";"; two"', ["; one", "; two"]),
        ("filament_notes", '"cheap; good"', "cheap; good"),
        ("post_process", r'"C:\\tools\\x.exe"', r"C:\tools\x.exe"),
    ],
)
def test_programs_have_their_line_breaks(key, raw, value):
    assert parsed_value(key, raw) == value


def test_lists_stay_lists():
    found = parsed({"temperature": ["220"], "on": True, "sub": {"speed": "3"}})
    assert found == {"temperature": [220], "on": True, "sub": {"speed": 3}}
