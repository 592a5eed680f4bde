"""Projects of Bambu Studio and OrcaSlicer: plates, objects, settings of some."""

import json

import pytest
from bambu_package import SETTINGS, element, model, packed, parts, png, project
from slicer import SlicedFileError, facts, read

RANGES = "Metadata/layer_config_ranges.xml"
ITEM = '<model_instance>{}<metadata key="instance_id" value="0"/></model_instance>'


def _read(members):
    return read(packed(members), projects=True)


def _on(*numbers):
    """Instances of objects on a plate."""
    return "".join(
        ITEM.format(f'<metadata key="object_id" value="{number}"/>')
        for number in numbers
    )


def _overrides(sliced, scope):
    return [entry for entry in sliced.overrides if entry.scope == scope]


OBJECTS = (
    element(
        "object",
        'id="2"',
        {"name": "Clip", "extruder": "1", "wall_loops": "5"},
        '<metadata face_count="12"/>'
        + element(
            "part",
            'id="1" subtype="normal_part"',
            {"name": "Clip", "matrix": "1 0 0 0", "source_file": "C:/Users/me/x.stl"},
        )
        + element(
            "part",
            'id="3" subtype="modifier_part"',
            {"name": "Box", "extruder": "0", "sparse_infill_density": "100%"},
        )
        + element("part", 'id="4" subtype="support_blocker"', {"name": "Cone"}),
    )
    + element("object", 'id="6"', {"name": "Tag", "extruder": "3", "module": "x"})
    + element("object", 'id="8"', {"name": "Pin", "extruder": "1"})
)
PLATES = element(
    "plate",
    "",
    {
        "plater_id": "1",
        "plater_name": "Front",
        "locked": "false",
        "bed_type": "Cool Plate",
        "thumbnail_file": "Metadata/plate_1.png",
    },
    _on(2, 2, 6),
) + element("plate", "", {"plater_id": "4", "plater_name": ""}, _on(8))


def test_a_project_names_its_plates():
    members = project(OBJECTS + PLATES, [6, 2, 8])
    members["Metadata/plate_1.png"] = png(30, 20)
    members["Metadata/plate_4.png"] = png(30, 20)
    sliced = _read(members)
    assert not sliced.is_sliced
    front, back = sliced.plates
    assert (front.index, front.name, front.bed_type) == (1, "Front", "Cool Plate")
    assert [(item.name, item.count) for item in front.objects] == [
        ("Clip", 2),
        ("Tag", 1),
    ]
    assert (back.index, back.bed_type) == (4, "Textured PEI Plate")
    assert [item.name for item in back.objects] == ["Pin"]
    assert [item.name for item in back.thumbnails] == ["Metadata/plate_4.png"]
    assert (front.time_s, front.layer_count, front.filaments) == (None, None, [])
    assert sliced.settings["layer_height"] == 0.2
    assert sliced.common["layer_height"] == 0.2
    found = facts(sliced)
    assert found["plates"] == 2
    assert found["project_objects"] == ["Clip", "Tag", "Pin"]
    assert "per_plate" not in found and "plates_sliced" not in found


def test_a_project_is_refused_where_only_sliced_files_will_do():
    with pytest.raises(SlicedFileError) as caught:
        read(packed(project(OBJECTS + PLATES)))
    assert caught.value.code == "not_sliced"
    assert caught.value.sliced.plates[0].name == "Front"


def test_settings_of_objects_and_parts():
    sliced = _read(project(OBJECTS + PLATES))
    clip, tag, pin = _overrides(sliced, "object")
    assert (clip.name, clip.settings) == ("Clip", {"extruder": 1, "wall_loops": 5})
    assert (tag.name, tag.settings) == ("Tag", {"extruder": 3})
    assert pin.settings == {"extruder": 1}
    modifier, blocker = _overrides(sliced, "part")
    assert (modifier.name, modifier.parent) == ("Box", "Clip")
    assert modifier.role == "modifier_part"
    assert modifier.settings == {"sparse_infill_density": "100%"}
    # It changes the print by being there.
    assert (blocker.role, blocker.settings) == ("support_blocker", {})


def test_the_only_filament_is_no_choice():
    settings = {**SETTINGS, "filament_type": ["PLA"], "filament_colour": ["#FFFFFF"]}
    sliced = _read(project(OBJECTS + PLATES, settings=settings))
    assert [entry.name for entry in _overrides(sliced, "object")] == ["Clip", "Tag"]
    assert _overrides(sliced, "object")[0].settings == {"wall_loops": 5}


def test_settings_of_objects_hold_no_secrets():
    text = element("object", 'id="2"', {"name": "Clip", "printhost_apikey": "ABCDEF"})
    assert "ABCDEF" not in repr(_read(project(text)).overrides)


def test_settings_of_a_range_of_layers():
    ranges = (
        '<objects><object id="2"><range min_z="0" max_z="2.4">'
        '<option opt_key="extruder">0</option>'
        '<option opt_key="layer_height">0.12</option>'
        '<option opt_key="wall_loops">4</option>'
        "</range></object></objects>"
    )
    # The second object of the model, in whose order the ranges count.
    members = project(OBJECTS + PLATES, [6, 2, 2, 8], **{RANGES: ranges.encode()})
    sliced = _read(members)
    (override,) = _overrides(sliced, "layers")
    assert override.parent == "Clip"
    assert "0" in override.name and "2.4" in override.name
    assert override.settings == {
        "min_z": 0.0,
        "max_z": 2.4,
        "layer_height": 0.12,
        "wall_loops": 4,
    }
    assert sliced.common["variable_layers"] is True


def test_variable_layer_heights_and_ears_of_brims():
    members = project(
        OBJECTS + PLATES,
        [2, 6, 8],
        **{
            "Metadata/layer_heights_profile.txt": b"object_id=2|0;0.2;10;0.08\n",
            "Metadata/brim_ear_points.txt": b"brim_points_format_version=0\n"
            b"object_id=1|1 2 3 4\n",
        },
    )
    sliced = _read(members)
    heights = next(
        entry for entry in sliced.overrides if "layer_heights_profile" in entry.settings
    )
    ears = next(
        entry for entry in sliced.overrides if "brim_ear_points" in entry.settings
    )
    assert (heights.scope, heights.name) == ("object", "Tag")
    assert heights.settings["layer_heights_profile"] == "0;0.2;10;0.08"
    assert ears.name == "Clip"
    assert sliced.common["variable_layers"] is True


def test_what_happens_at_a_height():
    layers = (
        "<custom_gcodes_per_layer><plate><plate_info id='4'/>"
        "<layer top_z='8' type='2' extruder='2' color='#00FFFF' extra='' "
        "gcode='tool_change'/>"
        "<layer top_z='13.199999809265137' type='1' extruder='1' color='' "
        "extra='Insert the magnet' gcode='M400 U1'/>"
        "<mode value='MultiAsSingle'/></plate></custom_gcodes_per_layer>"
    )
    part = {"Metadata/custom_gcode_per_layer.xml": layers.encode()}
    sliced = _read(project(OBJECTS + PLATES, **part))
    change, pause = _overrides(sliced, "layers")
    assert (change.plate, change.name) == (4, "8 mm")
    assert change.settings["action"] == "tool_change"
    assert change.settings["color"] == "#00FFFF"
    assert pause.settings["top_z"] == 13.2
    assert pause.settings["action"] == "pause"
    assert pause.settings["extra"] == "Insert the magnet"
    assert [plate.pauses for plate in sliced.plates] == [None, 1]


def test_layers_of_projects_with_one_plate():
    tag = "custom_gcodes_per_layer"
    layers = f"<{tag}><layer top_z='1' type='0'/></{tag}>".encode()
    plate = element("plate", "", {"plater_id": "1"})
    part = {"Metadata/custom_gcode_per_layer.xml": layers}
    (override,) = _overrides(_read(project(plate, **part)), "layers")
    assert (override.plate, override.settings["action"]) == (1, "color_change")


def test_presets_that_a_project_carries():
    preset = {"name": "Shop PLA", "filament_cost": ["11.85"], "print_host": "192.0.2.1"}
    part = {"Metadata/filament_settings_1.config": json.dumps(preset).encode()}
    (override,) = _overrides(_read(project(OBJECTS, **part)), "preset")
    assert (override.name, override.role) == ("Shop PLA", "filament")
    assert override.settings == {"name": "Shop PLA", "filament_cost": [11.85]}


def test_objects_of_the_model_where_the_project_names_none():
    members = {
        "3D/3dmodel.model": model([1, 5, 1], names=[(1, "Clip & co"), (5, "")]),
        "Metadata/project_settings.config": json.dumps(SETTINGS).encode(),
    }
    sliced = _read(members)
    (plate,) = sliced.plates
    assert [(item.name, item.count) for item in plate.objects] == [
        ("Clip & co", 2),
        ("Object 5", 1),
    ]
    assert sliced.stated["project_objects"] == ["Clip & co", "Object 5"]


def test_objects_by_the_outlines_of_the_plates():
    plates = element("plate", "", {"plater_id": 1}) + element(
        "plate", "", {"plater_id": 2}
    )
    boxes = {"bbox_objects": [{"name": "Clip"}, {"name": "wipe_tower"}, {"id": 3}]}
    members = project(
        OBJECTS + plates, **{"Metadata/plate_2.json": json.dumps(boxes).encode()}
    )
    first, second = _read(members).plates
    assert first.objects == []
    assert [item.name for item in second.objects] == ["Clip"]


@pytest.mark.parametrize(
    "name",
    [
        RANGES,
        "Metadata/custom_gcode_per_layer.xml",
        "Metadata/filament_sequence.json",
        "Metadata/process_settings_1.config",
    ],
)
def test_a_damaged_part_costs_what_it_says(name):
    members = {**parts(), name: b"<cut"}
    sliced = read(packed(members))
    assert sliced.plates[0].time_s == 3661
    (warning,) = sliced.warnings
    assert repr(name) in warning and warning.endswith(".")


def test_a_hostile_part_is_refused():
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><objects>&a;</objects>'
    with pytest.raises(SlicedFileError) as caught:
        read(packed({**parts(), RANGES: entity}))
    assert caught.value.code == "xml_entity"


def test_more_plates_than_a_slicer_writes():
    plates = "".join(
        element("plate", "", {"plater_id": number}) for number in range(501)
    )
    with pytest.raises(SlicedFileError) as caught:
        _read(project(plates))
    assert caught.value.code == "too_large"


def test_a_model_of_more_objects_than_a_slicer_writes_is_not_followed():
    members = {
        "3D/3dmodel.model": model(["1"] * 20_000, names=[("1", "Clip")]),
        "Metadata/project_settings.config": json.dumps(SETTINGS).encode(),
    }
    (plate,) = _read(members).plates
    (clips,) = plate.objects
    assert (clips.name, clips.count) == ("Clip", 9_999)


def test_a_damaged_model_costs_who_made_it():
    members = {**parts(), "3D/3dmodel.model": b"<model></metadata>"}
    sliced = read(packed(members))
    assert sliced.plates[0].time_s == 3661
    assert "model_metadata" not in sliced.stated
    assert "3dmodel.model" in sliced.warnings[0]
    with pytest.raises(SlicedFileError):
        read(packed({**parts(), "3D/3dmodel.model": b"<!DOCTYPE model><model/>"}))
