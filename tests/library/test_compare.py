"""What differs between two versions, and what only looks different."""

import dataclasses
import json

import pytest
from slicer import read
from slicer.vocabulary import GROUPS, TERMS
from tools import compare

PROGRAM = "G28\nG1 X1\nM104 S200\nG1 Y1\nG1 Y2\nG1 Y3\nG1 Y4\nG1 Z1"


def make_side(**values):
    return {"slicer": "PrusaSlicer", "settings": {}, "common": {}, **values}


def differ(name, old, new, unit="", **settings):
    """Whether two spellings of one setting differ."""
    entry = compare.compare_values(name, old, new, unit, settings, settings)
    return entry is not None


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fill_density", "15%", 0.15),
        ("fill_density", "15%", 15),
        ("fill_density", "100%", 1),
        ("layer_height", 1.0, 1),
        ("layer_height", "0.2", 0.2),
        ("layer_height", 0.2, 0.200000003),
        ("layer_height", "0.2 mm", 0.2),
        ("layer_height", "200 µm", 0.2),
        ("nozzle_diameter", "0.4", [0.4, 0.4]),
        ("nozzle_diameter", "0.4,0.4", [0.4]),
        ("spiral_vase", 1, True),
        ("spiral_vase", "true", 1),
        ("spiral_vase", "0", False),
        ("infill_speed", "2400 mm/min", "40 mm/s"),
        ("min_layer_time", "1 min", 60),
        ("compatible_printers", ["MK4", "MK3"], ["MK3", "MK4"]),
        ("raft_layers", "", None),
        ("filament_z_hop", "nil", []),
        ("fan_speed", "30%", 30),
        ("infill_directions", "", []),
    ],
)
def test_the_same_said_differently(name, old, new):
    assert not differ(name, old, new)
    assert not differ(name, new, old)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fill_density", "15%", 0.2),
        ("fill_density", "15%", 16),
        ("layer_height", "15%", 0.15),
        ("layer_height", 0.2, 0.2001),
        ("nozzle_diameter", 0.4, [0.4, 0.6]),
        ("post_process", ["a", "b"], ["b", "a"]),
        ("seam_position", "aligned", "rear"),
        ("gcode_label_objects", 1, "firmware"),
        ("brim_width", None, 5),
    ],
)
def test_different(name, old, new):
    assert differ(name, old, new)
    assert differ(name, new, old)


def test_shares_of_other_settings():
    nozzle = {"nozzle_diameter": [0.4], "layer_height": 0.2}
    assert not differ("line_width", "105%", 0.42, **nozzle)
    assert differ("line_width", "105%", 0.45, **nozzle)
    # PrusaSlicer reckons widths from the layer height, SuperSlicer from the nozzle.
    assert not differ("extrusion_width", "200%", 0.4, **nozzle)
    assert not differ("extrusion_width", "105%", 0.42, thin_walls_merge=1, **nozzle)
    speeds = {
        "perimeter_speed": 60,
        "infill_speed": 80,
        "solid_infill_speed": "50%",
    }
    assert not differ("external_perimeter_speed", "50%", 30, **speeds)
    assert not differ("top_solid_infill_speed", "50%", 20, **speeds)
    entry = compare.compare_values(
        "line_width", "105%", 0.45, old_settings=nozzle, new_settings=nozzle
    )
    assert entry["old"] == "105%"
    assert entry["old_mm"] == 0.42
    assert entry["percent"] == 7.1
    # A base that names itself ends.
    circle = {"perimeter_speed": "50%", "default_speed": "50%", "thin_walls_merge": 1}
    assert differ("perimeter_speed", "50%", 30, **circle)


def test_effect_of_numbers():
    entry = compare.compare_values("infill_density", 15, 20, "%")
    assert (entry["change"], entry["percent"]) == (5, 33.3)
    entry = compare.compare_values("fill_density", "20%", 0.1)
    assert (entry["change"], entry["percent"]) == (-10, -50)
    assert "change" not in compare.compare_values("seam", "rear", "aligned")
    entry = compare.compare_values("z_hop", 0, 0.4, "mm")
    assert entry["change"] == 0.4
    assert "percent" not in entry


def test_groups_in_the_order_of_the_vocabulary():
    old = {"layer_height": 0.2, "speed_infill": 80, "supports": False, "seam": "rear"}
    new = {
        "seam": "aligned",
        "supports": True,
        "speed_infill": 120,
        "layer_height": 0.2,
    }
    result = compare.compare(make_side(common=old), make_side(common=new), TERMS)
    groups = [group["group"] for group in result["figures"]]
    assert groups == ["walls", "supports", "speeds"]
    assert groups == [group for group in GROUPS if group in groups]
    supports = result["figures"][1]["entries"][0]
    assert supports == {
        "key": "supports",
        "old": False,
        "new": True,
        "unit": "",
        "state": "changed",
    }
    assert result["counts"]["figures"] == 3
    assert result["counts"]["same"] == 1


def test_what_is_off_and_what_is_not_stated():
    old, new = make_side(common={}), make_side(common={"ironing": False, "z_hop": 0})
    assert not compare.compare(old, new, TERMS)["figures"]
    assert not compare.compare(new, old, TERMS)["figures"]
    new["common"] = {"ironing": True}
    (group,) = compare.compare(old, new, TERMS)["figures"]
    assert group["entries"][0]["state"] == "added"


def test_own_names_within_a_family_only():
    settings = {f"setting_{number}": number for number in range(10)}
    old = make_side(settings={**settings, "gap": 1, "old_only": 2})
    new = make_side(slicer="SuperSlicer", settings={**settings, "gap": 3})
    result = compare.compare(old, new, TERMS)
    assert result["same_family"]
    assert [(entry["key"], entry["state"]) for entry in result["own"]] == [
        ("gap", "changed"),
        ("old_only", "removed"),
    ]
    assert result["counts"]["own"] == result["counts"]["one_sided"] == 1
    assert result["counts"]["same"] == 10
    foreign = make_side(
        slicer="Cura",
        settings={"wall_line_count": 2},
        common={"wall_count": 2, "ironing": True},
    )
    old["common"] = {"wall_count": 3, "seam": "rear"}
    result = compare.compare(old, foreign, TERMS)
    assert not result["same_family"]
    assert not result["own"]
    assert result["figures"][0]["entries"][0]["key"] == "wall_count"
    assert result["uncompared"]["terms"] == {"old": ["seam"], "new": ["ironing"]}
    assert result["uncompared"]["names"]["new"] == ["wall_line_count"]
    assert "gap" in result["uncompared"]["names"]["old"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thumbnails", "160x120/PNG"),
        ("profile_date", "2025-01-02"),
        ("setting_id", "GP004"),
        ("model_uuid", "6f0c"),
        ("filament used [g]", 12.5),
        ("estimated printing time (normal mode)", "1h 2m"),
        ("slicer_version", "2.9.1"),
        ("texture", "/home/anna/textures/wood.png"),
        ("texture", "C:\\Users\\anna\\wood.png"),
        ("print_host", "octopi.local"),
    ],
)
def test_what_says_nothing_about_the_print_is_left_out(name, value):
    old, new = make_side(settings={name: value}), make_side(settings={name: "other"})
    if "text" in name:
        new["settings"][name] = value + "2"
    result = compare.compare(old, new, TERMS)
    assert not result["own"]
    assert not result["programs"]


def test_settings_that_only_look_volatile_count():
    for name in ("wall_extruder_id", "slow_down_layer_time", "filament_cost"):
        old, new = make_side(settings={name: 1}), make_side(settings={name: 2})
        assert compare.compare(old, new, TERMS)["own"], name


def test_programs_line_by_line():
    old = make_side(settings={"start_gcode": PROGRAM, "end_gcode": "M84"})
    changed = PROGRAM.replace("S200", "S215") + "\nG1 Z2"
    new = make_side(settings={"start_gcode": changed, "end_gcode": "M84  "})
    (program,) = compare.compare(old, new, TERMS)["programs"]
    assert (program["name"], program["added"], program["removed"]) == (
        "start_gcode",
        2,
        1,
    )
    assert ["-", "M104 S200"] in program["lines"]
    assert ["+", "M104 S215"] in program["lines"]
    assert ["+", "G1 Z2"] in program["lines"]
    assert [" ", "G28"] in program["lines"]
    # Escaped line breaks are line breaks.
    assert not compare.compare_programs("x_gcode", "G28\\nG1", "G28\nG1")
    assert compare.compare_programs("x_gcode", None, "G28")["state"] == "added"


def test_long_programs_end():
    lines = "\n".join(f"G1 X{number}" for number in range(20_000))
    program = compare.compare_programs("g", lines, lines.replace("X1", "Y1"))
    assert program["removed"] <= compare.MAX_LINES


def test_overrides_by_what_they_are_for():
    lid = {"scope": "object", "name": "lid", "settings": {"perimeters": 3}}
    thick = {**lid, "settings": {"perimeters": 5}}
    box = {"scope": "object", "name": "box", "settings": {"brim_width": "5 mm"}}
    preset = {"scope": "preset", "name": "PLA", "settings": {"temperature": 215}}
    same = {"scope": "plate", "plate": 1, "settings": {"seam": "rear"}}
    old = make_side(overrides=[lid, same, preset])
    new = make_side(overrides=[same, thick, box])
    result = compare.compare(old, new, TERMS)["overrides"]
    assert [(entry["name"], entry["state"]) for entry in result] == [
        ("lid", "changed"),
        ("box", "added"),
    ]
    assert result[0]["entries"][0]["new"] == 5


def test_plates_and_the_effect():
    def plate(index, time_s, grams, copies=1, colour="#FF0000", **values):
        line = {"tool": 1, "material": "PLA", "colour": colour, "grams": grams}
        return {
            "index": index,
            "time_s": time_s,
            "copies": copies,
            "filaments": [line],
            "objects": [{"name": "clip", "count": copies}],
            **values,
        }

    old = make_side(plates=[plate(1, 3600, 10), plate(2, 600, 2)])
    new = make_side(plates=[plate(1, 5400, 15, 3, "#00FF00"), plate(2, 600, 2)])
    result = compare.compare(old, new, TERMS)
    (changed,) = result["plates"]
    assert changed["index"] == 1
    assert [entry["key"] for entry in changed["entries"]] == ["time_s", "copies"]
    assert [entry["key"] for entry in changed["filaments"][0]["entries"]] == [
        "colour",
        "grams",
    ]
    assert changed["objects"] == [{"name": "clip", "old": 1, "new": 3}]
    effect = result["effect"]
    assert effect["time_s"] == [4200, 6000]
    assert effect["per_piece"]
    assert effect["piece_time_s"] == [4200, 2400]
    assert effect["piece_grams"] == [12, 7]
    gone = compare.compare(new, make_side(plates=[]), TERMS)["plates"]
    assert [entry["state"] for entry in gone] == ["removed", "removed"]


def test_parameters():
    result = compare.compare(
        make_side(parameters={"Glue stick": "yes", "Sheet": "PEI"}),
        make_side(parameters={"Glue stick": "no", "Sheet": "PEI"}),
        TERMS,
    )
    assert [entry["key"] for entry in result["parameters"]] == ["Glue stick"]


@pytest.mark.parametrize(
    ("expected", "found", "low", "high", "unit", "fits"),
    [
        (215, 220, 210, 225, "°C", True),
        (215, [215, 226], 210, 225, "°C", False),
        (215, [215, 215], None, None, "°C", True),
        (0.2, 0.25, None, 0.25, "mm", True),
        (0.2, 0.15, 0.2, None, "mm", False),
        (15, "15%", None, None, "%", True),
        ("grid", "gyroid", None, None, "", False),
        ("grid", None, None, None, "", True),
        (True, False, None, None, "", False),
        (200, "automatic", 100, 300, "", False),
    ],
)
def test_deviations(expected, found, low, high, unit, fits):
    entry = compare.deviates("setting", expected, found, low, high, unit)
    assert (entry is None) == fits


# === Real files === #


def read_side(path):
    with open(path, "rb") as stream:
        sliced = read(stream, name=path.name, projects=True)
    return make_side(
        slicer=sliced.slicer,
        settings=sliced.settings,
        common=sliced.common,
        overrides=[dataclasses.asdict(entry) for entry in sliced.overrides],
        plates=[
            {
                "index": plate.index,
                "time_s": plate.time_s,
                "filaments": [
                    {"tool": line.index, "grams": line.weight_g}
                    for line in plate.filaments
                ],
            }
            for plate in sliced.plates
        ],
    )


PAIRS = [
    # The same print as text and as binary G-code
    ("prusaslicer/mini_cube_a.gcode", "prusaslicer/mini_cube_b.bgcode", True, 0, 0),
    ("prusaslicer/buddy box.gcode", "prusaslicer/Shape-Box.3mf", True, 15, 50),
    ("bambustudio/Testqube.gcode.3mf", "orcaslicer/arc.3mf", True, 10, 20),
    ("superslicer/superslicer.gcode", "prusaslicer/calicat.gcode", True, 30, 50),
    ("orcaslicer/calicat_calico.gcode", "prusaslicer/calicat.gcode", False, 25, 0),
    ("cura/Kreistest.gcode", "prusaslicer/calicat.gcode", False, 15, 0),
    ("simplify3d/31min17sec.gcode", "cura/Kreistest.gcode", False, 5, 0),
    ("kisslicer/kisslicer2.gcode", "ideamaker/ideamaker.gcode", False, 3, 0),
]


@pytest.mark.parametrize(("old", "new", "same_family", "figures", "own"), PAIRS)
def test_real_files(corpus, old, new, same_family, figures, own):
    one, other = read_side(corpus / old), read_side(corpus / new)
    result = compare.compare(one, other, TERMS)
    assert result["same_family"] == same_family
    assert result["counts"]["figures"] >= figures
    assert result["counts"]["own"] >= own
    if not figures:
        assert not any(
            result["counts"][key] for key in result["counts"] if key != "same"
        )
    assert bool(result["uncompared"]["names"]["new"]) != same_family
    json.dumps(result, allow_nan=False)
    # The other way round the same settings differ.
    back = compare.compare(other, one, TERMS)
    assert back["counts"] == result["counts"]
    # A file does not differ from itself.
    own_counts = compare.compare(one, one, TERMS)["counts"]
    assert not any(own_counts[key] for key in own_counts if key != "same")


def test_speeds_across_slicers_are_in_one_unit(corpus):
    """Simplify3D writes mm/min, Cura mm/s: both are said in mm/s."""
    one = read_side(corpus / "simplify3d/31min17sec.gcode")
    other = read_side(corpus / "prusaslicer/calicat.gcode")
    result = compare.compare(one, other, TERMS)
    speeds = next(
        group["entries"] for group in result["figures"] if group["group"] == "speeds"
    )
    assert all(entry["unit"].startswith("mm/s") for entry in speeds)
    assert all(entry["old"] < 1000 for entry in speeds if entry["unit"] == "mm/s")
