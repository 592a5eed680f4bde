"""Settings of Bambu Studio and OrcaSlicer: parsed, per filament, in common words."""

import json

import pytest
from bambu_package import PLATE, SETTINGS, gcode, orca_gcode, packed, parts
from slicer import read
from slicer.vocabulary import TERMS

# A printer with two nozzles, of which each takes two kinds.
TWO_NOZZLES = {
    **SETTINGS,
    "nozzle_diameter": ["0.4", "0.4"],
    "extruder_type": ["Direct Drive", "Direct Drive"],
    "nozzle_volume_type": ["Standard", "High Flow"],
    "filament_map": ["1", "2", "1"],
    "filament_self_index": ["1", "1", "2", "2", "3", "3"],
    "filament_extruder_variant": ["Direct Drive Standard", "Direct Drive High Flow"]
    * 3,
    "nozzle_temperature": ["220", "225", "250", "255", "210", "215"],
    "nozzle_temperature_initial_layer": ["221", "226", "251", "256", "211", "216"],
    "filament_max_volumetric_speed": ["12", "30", "10", "24", "11", "29"],
    "filament_retraction_length": ["0.4", "0.5", "nil", "nil", "0.6", "0.7"],
    "print_extruder_id": ["1", "1", "2", "2"],
    "print_extruder_variant": ["Direct Drive Standard", "Direct Drive High Flow"] * 2,
    "outer_wall_speed": ["60", "70", "80", "90"],
    "retraction_length": ["0.8", "0.9", "1.0", "1.1"],
}


def _common(settings, plate=None):
    return read(packed(parts((plate or PLATE,), {**SETTINGS, **settings}))).common


def test_settings_are_parsed_under_their_own_names():
    settings = {
        "sparse_infill_density": "15%",
        "wall_loops": "2",
        "use_relative_e_distances": "1",
        "bridge_flow": "0.95",
        "filament_retraction_length": ["nil", "0.8", "0.8"],
        "printer_notes": "12",
        "filament_ids": ["GFA00", "GFL99", "007"],
        "printer_agent_access_code": "12345678",
    }
    sliced = read(packed(parts(settings={**SETTINGS, **settings})))
    found = sliced.settings
    assert found["sparse_infill_density"] == "15%"
    assert (found["wall_loops"], found["bridge_flow"]) == (2, 0.95)
    assert found["filament_retraction_length"] == ["nil", 0.8, 0.8]
    assert found["printer_notes"] == "12"
    assert found["filament_ids"] == ["GFA00", "GFL99", "007"]
    assert found["nozzle_temperature"] == [220, 250, 220]
    assert "printer_agent_access_code" not in found
    assert sliced.settings_count == len({**SETTINGS, **settings})


def test_json_values_of_other_programs():
    settings = {
        **SETTINGS,
        "wall_loops": 3,
        "enable_support": True,
        "layer_height": 0.16,
        "filament_colour": "#FF8000",
        "nozzle_temperature": [220, None, 210],
        "filament_ids": 7,
        "extra": {"a": [1]},
    }
    members = parts()
    members["Metadata/project_settings.config"] = json.dumps(settings).encode()
    sliced = read(packed(members))
    assert sliced.settings_count == len(settings)
    assert (sliced.settings["wall_loops"], sliced.layer_height) == (3, 0.16)
    assert sliced.common["supports"] is True
    assert sliced.settings["extra"] == '{"a": [1]}'
    assert sliced.filaments[0].colour == "#FF8000"


def test_gcode_and_project_give_the_same_settings():
    settings = {
        key: raw for key, raw in SETTINGS.items() if key not in ("post_process",)
    }
    package = read(packed(parts(settings=settings))).settings
    text = read(_stream(gcode(PLATE, settings))).settings
    assert package.keys() == text.keys()
    for key, value in package.items():
        single = value[0] if isinstance(value, list) and len(value) == 1 else value
        assert text[key] in (value, single), key


def test_filaments_of_several_colours():
    settings = {
        **SETTINGS,
        "filament_multi_colour": ["#FFFFFF", "#ff8000 #00FF00FF #0000ff", "#161616"],
        "filament_ids": ["GFL99", "GFG99", "GFA00"],
        "filament_is_support": ["0", "1", "0"],
    }
    first, second, third = read(packed(parts(settings=settings))).filaments
    assert second.colours == ["#FF8000", "#00FF00", "#0000FF"]
    assert first.colours == third.colours == []
    assert (second.is_support, third.is_support) == (True, False)
    assert third.material_id == "GFA00"


def test_colours_of_several_in_gcode():
    settings = {
        **SETTINGS,
        "filament_multi_colour": '#FFFFFF;"#FF8000 #00FF00";#161616',
    }
    filaments = read(_stream(orca_gcode(PLATE, settings=settings))).filaments
    assert filaments[1].colours == ["#FF8000", "#00FF00"]


def test_values_of_the_nozzle_in_use():
    """Each filament has the values of the kind of nozzle that it is printed with."""
    members = parts(settings=TWO_NOZZLES)
    # Without settings in the toolpath, which has them resolved.
    members["Metadata/plate_1.gcode"] = gcode(PLATE, {})
    sliced = read(packed(members))
    assert sliced.nozzle_temp == [220, 255, 210]
    assert sliced.first_layer_nozzle_temp == [221, 256, 211]
    assert sliced.stated["nozzle_temp_variants"] == [220, 225, 250, 255, 210, 215]
    assert sliced.settings["nozzle_temperature"] == [220, 225, 250, 255, 210, 215]
    common = sliced.common
    assert common["nozzle_temp"] == [220, 255, 210]
    assert common["max_volumetric_speed"] == [12, 24, 11]
    assert common["retraction_length"] == 0.4
    assert common["speed_outer_wall"] == 60


def test_values_of_the_second_nozzle():
    plate = {**PLATE, "filaments": [{**PLATE["filaments"][0], "id": 2}]}
    members = parts((plate,), TWO_NOZZLES)
    members["Metadata/plate_1.gcode"] = gcode(plate, {})
    common = read(packed(members)).common
    # nil: the printer's own, of the nozzle and its kind
    assert common["retraction_length"] == 1.1
    assert common["speed_outer_wall"] == 90


def test_unrolled_values_of_the_toolpath_win():
    members = parts(settings=TWO_NOZZLES)
    resolved = {**TWO_NOZZLES, "nozzle_temperature": ["1", "2", "3"]}
    members["Metadata/plate_1.gcode"] = gcode(PLATE, resolved)
    assert read(packed(members)).nozzle_temp == [1, 2, 3]


@pytest.mark.parametrize(
    ("bed", "name"),
    [
        ("Cool Plate", "cool_plate_temp"),
        ("Engineering Plate", "eng_plate_temp"),
        ("High Temp Plate", "hot_plate_temp"),
        ("Textured PEI Plate", "textured_plate_temp"),
        ("Textured Cool Plate", "textured_cool_plate_temp"),
        ("Supertack Plate", "supertack_plate_temp"),
    ],
)
def test_bed_temperature_of_the_bed_in_use(bed, name):
    beds = {
        key: ["1", "2", "3"] for key in SETTINGS if key.startswith("textured_plate")
    }
    settings = {**beds, "curr_bed_type": bed, name: ["44", "55", "66"]}
    settings[f"{name}_initial_layer"] = ["45", "56", "67"]
    common = _common(settings)
    assert (common["bed_temp"], common["first_layer_bed_temp"]) == (44, 45)
    highest = {**settings, "bed_temperature_formula": "by_highest_temp"}
    common = _common(highest)
    # Of the filaments in use, which are the first and the third.
    assert (common["bed_temp"], common["first_layer_bed_temp"]) == (66, 67)


@pytest.mark.parametrize(
    ("settings", "term", "expected"),
    [
        ({"wall_loops": "3"}, "wall_count", 3),
        ({"sparse_infill_density": "15%"}, "infill_density", 15),
        ({"sparse_infill_pattern": "crosshatch"}, "infill_pattern", "cross_hatch"),
        ({"sparse_infill_pattern": "zig-zag"}, "infill_pattern", "rectilinear"),
        ({"sparse_infill_pattern": "2dlattice"}, "infill_pattern", "2dlattice"),
        ({"top_surface_pattern": "monotonicline"}, "top_pattern", "monotonic_lines"),
        ({"seam_position": "back"}, "seam", "rear"),
        (
            {"wall_sequence": "inner-outer-inner wall"},
            "wall_order",
            "inner_outer_inner",
        ),
        (
            {"wall_infill_order": "infill/outer wall/inner wall"},
            "wall_order",
            "outer_inner",
        ),
        ({"enable_support": "1"}, "supports", True),
        ({"support_type": "tree(manual)"}, "support_style", "tree"),
        ({"support_type": "hybrid(auto)"}, "support_style", "tree"),
        ({"support_type": "normal(auto)"}, "support_style", "normal"),
        ({"ironing_type": "no ironing"}, "ironing", False),
        ({"ironing_type": "top"}, "ironing", True),
        ({"fuzzy_skin": "external"}, "fuzzy_skin", True),
        ({"print_sequence": "by object"}, "sequential", True),
        ({"spiral_mode": "1"}, "spiral_vase", True),
        ({"line_width": "105%"}, "line_width", 0.42),
        ({"line_width": "0.5"}, "line_width", 0.5),
        ({"line_width": "0"}, "line_width", None),
        ({"raft_layers": "2", "brim_type": "auto_brim"}, "adhesion", "raft"),
        ({"brim_type": "auto_brim"}, "adhesion", "auto"),
        ({"brim_type": "brim_ears"}, "adhesion", "brim"),
        ({"brim_type": "no_brim", "skirt_loops": "2"}, "adhesion", "skirt"),
        ({"brim_type": "no_brim", "skirt_loops": "0"}, "adhesion", "none"),
        ({"chamber_temperatures": ["0", "60", "45"]}, "chamber_temp", 45),
        ({"chamber_temperature": ["0", "60", "0"]}, "chamber_temp", None),
        ({"filament_flow_ratio": ["0.98", "0.95", "1"]}, "flow_ratio", [98, 95, 100]),
        ({"fan_max_speed": ["80", "30", "100"]}, "fan_max", 80),
        ({"close_fan_the_first_x_layers": ["1", "3", "1"]}, "fan_from_layer", 2),
        ({"slow_down_layer_time": ["6", "12", "6"]}, "min_layer_time", 6),
        ({"outer_wall_speed": "120"}, "speed_outer_wall", 120),
        ({"travel_speed": ["500"]}, "speed_travel", 500),
        ({"z_hop": ["0.4"], "filament_z_hop": ["nil"] * 3}, "z_hop", 0.4),
        ({"enable_prime_tower": "1"}, "prime_tower", True),
        (
            {
                "enable_prime_tower": "1",
                "filament_type": ["PLA"],
                "filament_colour": ["#FFFFFF"],
            },
            "prime_tower",
            False,
        ),
        ({"top_shell_thickness": "0"}, "top_thickness", None),
        ({"top_shell_thickness": "0.8"}, "top_thickness", 0.8),
        ({"support_threshold_angle": "0"}, "support_angle", None),
        ({"support_threshold_angle": "30"}, "support_angle", 30),
        ({"default_acceleration": ["0"]}, "acceleration", None),
        ({"brim_type": "auto_brim", "brim_width": "5"}, "brim_width", None),
        ({"brim_type": "no_brim", "brim_width": "5"}, "brim_width", 0),
        ({"brim_type": "outer_only", "brim_width": "5"}, "brim_width", 5),
        ({"filament_density": ["0", "0", "0"]}, "filament_density", None),
        ({"gcode_flavor": "klipper"}, "gcode_flavour", "klipper"),
    ],
)
def test_common_words(settings, term, expected):
    assert _common(settings).get(term) == expected


def test_common_settings_follow_the_used_filament():
    plate = {**PLATE, "filaments": [{**PLATE["filaments"][0], "id": 2}]}
    common = _common({"fan_max_speed": ["80", "30", "100"]}, plate)
    assert common["fan_max"] == 30
    assert common["filament_type"] == ["PLA", "PETG", "PLA"]


def test_common_settings_are_in_the_order_of_the_terms():
    common = _common({"wall_loops": "2", "layer_height": "0.2"})
    assert list(common) == [term for term in TERMS if term in common]
    assert common["printer_model"] == "Bambu Lab A1"
    assert common["nozzle_diameter"] == [0.4]


def _stream(data):
    return packed({"Metadata/plate_1.gcode": data})
