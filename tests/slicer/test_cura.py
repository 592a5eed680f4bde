"""Cura's flavours of G-code, its packages and its projects."""

import base64
import io
import json
import zlib

import pytest
from bambu_package import png
from slicer import SlicedFileError, facts, read
from slicer_paths import DATA
from text_file import read_text, uses, zipped

HEAD = """\
;FLAVOR:{flavour}
;TIME:{time}
{figures};MINX:1
;MAXZ:9.9
;Generated with {engine}
T0
M190 S60
M109 S205
;LAYER_COUNT:2
;LAYER:0
;MESH:clip.stl
G1 X1 Y1 E1
;MESH:clip.stl(1)
;TIME_ELAPSED:50.1
;LAYER:1
;MESH:clip.stl
;TIME_ELAPSED:104.4
;End of Gcode
"""
USED = ";Filament used: 1.2m, 0.3m\n;Layer height: 0.2\n"


def _gcode(
    figures=USED,
    flavour="Marlin",
    time=104,
    engine="Cura_SteamEngine 5.6.0",
    settings="",
):
    text = HEAD.format(flavour=flavour, time=time, figures=figures, engine=engine)
    return text + settings


def _container(values, name="Fine", **metadata):
    metadata = {"type": "quality_changes", **metadata}
    lines = ["[general]", "version = 4", f"name = {name}", "definition = shop", ""]
    lines += ["[metadata]", *(f"{key} = {raw}" for key, raw in metadata.items()), ""]
    lines += ["[values]", *(f"{key} = {raw}" for key, raw in values.items()), "", ""]
    return "\n".join(lines)


def _settings(everywhere, *extruders):
    """``;SETTING_3`` lines, 80 characters each, escaped as Cura does."""
    data = {
        "global_quality": _container(everywhere),
        "extruder_quality": [
            _container(values, position=number)
            for number, values in enumerate(extruders)
        ],
    }
    text = json.dumps(data).replace("\\", "\\\\").replace("\n", "\\n")
    lines = (text[i : i + 69] for i in range(0, len(text), 69))
    return "".join(f";SETTING_3 {line}\n" for line in lines)


# === G-code === #


def test_lengths_of_two_extruders():
    sliced = read_text(_gcode())
    (plate,) = sliced.plates
    assert (sliced.slicer, sliced.slicer_version) == ("Cura", "5.6.0")
    assert uses(plate) == [(1, 1200.0, None, None), (2, 300.0, None, None)]
    assert (plate.time_s, plate.layer_count) == (104, 2)
    # Copies are one object by name.
    assert [item.name for item in plate.objects] == ["clip.stl"]
    assert (sliced.first_layer_nozzle_temp, sliced.first_layer_bed_temp) == ([205], 60)
    assert sliced.common["gcode_flavour"] == "Marlin"


def test_volumes():
    sliced = read_text(
        _gcode(";Filament used: 52.9mm3, 0mm3\n", flavour="Marlin(Volumetric)")
    )
    assert uses(sliced.plates[0]) == [(1, None, None, 52.9)]
    assert facts(sliced)["filament_mm3"] == [52.9, 0.0]


def test_ultigcode_states_whole_volumes():
    figures = ";MATERIAL:6094\n;MATERIAL2:0\n;NOZZLE_DIAMETER:0.4\n"
    sliced = read_text(_gcode(figures, flavour="UltiGCode"))
    assert uses(sliced.plates[0]) == [(1, None, None, 6094.0)]
    assert facts(sliced)["filament_index"] == [1]
    assert sliced.nozzle_diameter == [0.4]


@pytest.mark.parametrize(
    ("figures", "time"),
    [
        (";Filament used: 0m\n;Layer height: 0.2\n", 6666),
        (";MATERIAL:6666\n;MATERIAL2:0\n", 6666),
        (";MATERIAL:666\n;MATERIAL2:-1\n", 666),
    ],
)
def test_placeholders_of_the_engine_are_not_taken_for_figures(figures, time):
    with pytest.raises(SlicedFileError) as caught:
        read_text(_gcode(figures, time=time))
    assert caught.value.code == "no_filament"
    # What the engine counted up to the last layer is the time.
    assert caught.value.sliced.plates[0].time_s == 104


def test_a_print_may_take_as_long_as_a_placeholder():
    assert read_text(_gcode(time=6666)).plates[0].time_s == 6666


def test_nothing_used_is_told_apart():
    with pytest.raises(SlicedFileError) as caught:
        read_text(_gcode(";Filament used: 0m\n"))
    assert caught.value.code == "zero_filament"


@pytest.mark.parametrize(
    ("engine", "slicer", "version"),
    [
        ("Cura_SteamEngine master", "Cura", "master"),
        ("StratosEngine 5.1.2", "BCN3D Stratos", "5.1.2"),
        ("ShopEngine 1.0", "ShopEngine", "1.0"),
    ],
)
def test_descendants(engine, slicer, version):
    sliced = read_text(_gcode(engine=engine))
    assert (sliced.slicer, sliced.slicer_version) == (slicer, version)


def test_scripts_put_lines_between():
    text = _gcode().replace(
        ";TIME:", "M73 P0 R1\nM117 0/2 printed\n;POSTPROCESSED\n;TIME:"
    )
    picture = base64.b64encode(png(32, 32)).decode()
    block = f"; thumbnail begin 32x32 {len(picture)}\n; {picture}\n; thumbnail end\n"
    sliced = read_text(";written by a script\n" + block + text)
    assert sliced.plates[0].time_s == 104
    assert facts(sliced)["thumbnails"] == [[32, 32]]


def test_start_code_of_lulzbot_states_weights():
    text = _gcode().replace("T0\n", ";Filament weight = [3.51, 0.9]\nT0\n")
    assert [use[2] for use in uses(read_text(text).plates[0])] == [3.51, 0.9]


def test_layers_below_zero_are_the_raft():
    raft = "".join(f";LAYER:{number}\nG1 X1\n" for number in range(-4, 0))
    text = _gcode().replace(";LAYER:0\n", raft + ";LAYER:0\n")
    assert read_text(text).plates[0].layer_count == 2


def test_a_file_that_ends_early_is_refused():
    text = _gcode().replace("LAYER_COUNT:2", "LAYER_COUNT:9")
    with pytest.raises(SlicedFileError) as caught:
        read_text(text.replace(";End of Gcode\n", ""))
    assert caught.value.code == "truncated"


def test_other_slicers_stay_with_their_family():
    text = (
        "; generated by PrusaSlicer 2.8.0 on 2025-01-02 at 03:04:05 UTC\n"
        ";FLAVOR:Marlin\n;Generated with Cura_SteamEngine 5.0.0\nG1 X1\n"
        "; filament used [mm] = 100.00\n"
        "; estimated printing time (normal mode) = 1m 1s\n"
        "; prusaslicer_config = begin\n; layer_height = 0.2\n"
        "; prusaslicer_config = end\n"
    )
    assert read_text(text).slicer == "PrusaSlicer"


GRIFFIN = """\
;START_OF_HEADER
;HEADER_VERSION:0.1
;FLAVOR:Griffin
;GENERATOR.NAME:Cura_SteamEngine
;GENERATOR.VERSION:5.8.1
;TARGET_MACHINE.NAME:UltiMaker S5
;EXTRUDER_TRAIN.1.INITIAL_TEMPERATURE:235
;EXTRUDER_TRAIN.1.MATERIAL.VOLUME_USED:2911
;EXTRUDER_TRAIN.1.MATERIAL.GUID:guid-black
;EXTRUDER_TRAIN.1.NOZZLE.DIAMETER:0.8
;EXTRUDER_TRAIN.1.NOZZLE.NAME:AA 0.8
;BUILD_PLATE.TYPE:glass
;BUILD_PLATE.INITIAL_TEMPERATURE:60
;PRINT.TIME:480
;PRINT.SIZE.MAX.Z:2.8
;END_OF_HEADER
;Generated with Cura_SteamEngine 5.8.1
T1
;LAYER_COUNT:1
;LAYER:0
G1 X1 Y1 E1
;End of Gcode
"""


def test_ultimaker_prints_with_its_second_extruder():
    sliced = read_text(GRIFFIN)
    assert uses(sliced.plates[0]) == [(2, None, None, 2911.0)]
    assert sliced.nozzle_diameter == [0.8]
    assert sliced.first_layer_nozzle_temp == [235]
    assert (sliced.printer_model, sliced.bed_type) == ("UltiMaker S5", "glass")
    assert facts(sliced)["filament_mm3"] == [0.0, 2911.0]


# === Settings === #


def test_one_extruder_has_plain_values():
    settings = _settings(
        {"adhesion_type": "brim", "support_enable": "True"},
        {"infill_sparse_density": "35", "line_width": "=machine_nozzle_size"},
        {},
        {},
    )
    used = ";Filament used: 1.2m\n"
    sliced = read_text(_gcode(used, settings=settings))
    assert sliced.settings == {
        "adhesion_type": "brim",
        "support_enable": True,
        "infill_sparse_density": 35,
        "line_width": "=machine_nozzle_size",
    }
    assert sliced.settings_count == 4
    assert facts(sliced)["settings_count_by_stack"] == [2, 2, 0, 0]
    assert sliced.printer_model_id == "shop"
    assert sliced.common["print_preset"] == "Fine"
    # A formula is no number.
    assert "line_width" not in sliced.common
    assert sliced.common["infill_density"] == 35


def test_values_of_extruders_are_lists():
    settings = _settings(
        {"wall_line_count": "3"},
        {"material_print_temperature": "205", "infill_sparse_density": "20"},
        {"material_print_temperature": "240", "wall_line_count": "4"},
    )
    sliced = read_text(_gcode(settings=settings))
    assert sliced.settings == {
        "wall_line_count": [3, 4],
        "material_print_temperature": [205, 240],
        "infill_sparse_density": [20, None],
    }
    assert sliced.nozzle_temp == [205, 240]
    assert sliced.common["infill_density"] == 20


def test_programs_and_lists_survive_their_escapes():
    settings = _settings(
        {"machine_start_gcode": 'G28\n\tM117 "a=b"', "infill_angles": "[90, 0]"}
    )
    sliced = read_text(_gcode(settings=settings))
    assert sliced.settings["machine_start_gcode"] == 'G28\nM117 "a=b"'
    assert sliced.settings["infill_angles"] == [90, 0]
    assert sliced.common["infill_angle"] == 90


def test_damaged_settings_are_told_and_do_not_stop_the_file():
    sliced = read_text(_gcode(settings=';SETTING_3 {"global_quality": 5}\n'))
    assert sliced.settings == {}
    assert "damaged" in sliced.warnings[0]


def test_the_choices_have_common_words():
    settings = _settings(
        {
            "infill_pattern": "tetrahedral",
            "z_seam_type": "back",
            "support_structure": "tree",
            "support_type": "buildplate",
            "print_sequence": "one_at_a_time",
            "inset_direction": "outside_in",
            "retraction_enable": "False",
            "retraction_amount": "5",
            "xy_offset_layer_0": "-0.2",
            "line_width": "0.4",
            "initial_layer_line_width_factor": "120",
        }
    )
    common = read_text(_gcode(settings=settings)).common
    assert common["infill_pattern"] == "octet"
    assert (common["seam"], common["support_style"]) == ("rear", "tree")
    assert common["support_plate_only"] is True
    assert common["sequential"] is True
    assert common["wall_order"] == "outer_inner"
    assert common["retraction_length"] == 0
    assert common["elephant_foot"] == 0.2
    assert common["first_layer_line_width"] == 0.48


# === Legacy === #


LEGACY = """\
M109 T0 S210.0
;Sliced {at}: Tue 16-09-2014 15:27:27
;Basic settings: Layer height: 0.2 Walls: 0.8 Fill: 20
;Print time: {time}
;Filament used: 2.345m 7.0g
;Layer count: 2
;LAYER:0
G1 X1
;LAYER:1
G1 X2
"""


def _profile(**values):
    text = "\b".join(f"{key}={raw}" for key, raw in values.items())
    packed = zlib.compress((text + "\fstart.gcode=G28").encode(), 9)
    return f";CURA_PROFILE_STRING:{base64.b64encode(packed).decode()}\n"


@pytest.mark.parametrize(
    ("at", "time", "seconds"),
    [
        ("at", "1 hour 5 minutes", 3900),
        ("clip.stl at", "01:05", 3900),
        ("at", "12 minutes", 720),
    ],
)
def test_legacy_figures(at, time, seconds):
    sliced = read_text(LEGACY.format(at=at, time=time))
    assert uses(sliced.plates[0]) == [(1, 2345.0, 7.0, None)]
    assert sliced.plates[0].time_s == seconds


def test_legacy_profile():
    text = LEGACY.format(at="at", time="1 hour") + _profile(
        layer_height="0.2",
        fill_density="20",
        support="Touching buildplate",
        platform_adhesion="Brim",
        print_temperature="210",
        print_temperature2="0",
        print_speed="50",
        infill_speed="0",
        retraction_enable="True",
        retraction_amount="4.5",
        filament_diameter="2.85",
    )
    sliced = read_text(text)
    assert sliced.settings_count == 11
    assert sliced.settings["fill_density"] == 20
    common = sliced.common
    assert (common["supports"], common["support_plate_only"]) == (True, True)
    assert (common["adhesion"], common["infill_density"]) == ("brim", 20)
    assert (common["nozzle_temp"], common["speed_infill"]) == ([210], 50)
    assert common["filament_diameter"] == [2.85]


# === Packages === #


MATERIAL = """\
<?xml version='1.0' encoding='utf-8'?>
<fdmmaterial xmlns="http://www.ultimaker.com/material"
  xmlns:cura="http://www.ultimaker.com/cura" version="1.3">
  <metadata>
    <name><brand>Shop</brand><material>{kind}</material><color>{name}</color></name>
    <GUID>guid-{name}</GUID>
    <color_code>{colour}</color_code>
  </metadata>
  <properties><density>{density}</density><diameter>2.85</diameter></properties>
  <settings>
    <setting key="print temperature">{temperature}</setting>
    <cura:setting key="material_flow">98</cura:setting>
    <machine><setting key="print temperature">1</setting></machine>
  </settings>
</fdmmaterial>
"""
RED = MATERIAL.format(
    kind="PLA", name="red", colour="#bb1e10", density="1.24", temperature=205
)
BLACK = MATERIAL.format(
    kind="PETG", name="black", colour="#101010", density="1.27", temperature=240
)
RELATIONS = """\
<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Target="/Metadata/thumbnail.png" Type="thumbnail" Id="rel0" />
  <Relationship Target="/Materials/a_red.xml.fdm_material" Type="m" Id="rel2" />
  <Relationship Target="/Materials/z_black.xml.fdm_material" Type="m" Id="rel1" />
</Relationships>
"""


def _package(gcode, **more):
    members = {
        "/3D/model.gcode": gcode,
        "/3D/_rels/model.gcode.rels": RELATIONS,
        "/Metadata/thumbnail.png": png(30, 20),
        "/Metadata/UFP_Global.json": json.dumps(
            {"metadata": {"objects": [{"name": "clip.stl"}, {"name": "clip.stl(1)"}]}}
        ),
        "/Materials/a_red.xml.fdm_material": RED,
        "/Materials/z_black.xml.fdm_material": BLACK,
        **more,
    }
    return zipped({name: data for name, data in members.items() if data})


def test_materials_give_weights():
    sliced = read(_package(_gcode()))
    (plate,) = sliced.plates
    # The G-code's relations name black first. 1200 mm x pi / 4 x 2.85^2 mm2 are
    # 7655.28 mm3.
    assert uses(plate) == [
        (1, 1200.0, pytest.approx(9.7222, abs=1e-3), None),
        (2, 300.0, pytest.approx(2.3731, abs=1e-3), None),
    ]
    assert [use.colour for use in plate.filaments] == ["#101010", "#BB1E10"]
    assert [(f.type, f.vendor, f.name) for f in sliced.filaments] == [
        ("PETG", "Shop", "Shop PETG black"),
        ("PLA", "Shop", "Shop PLA red"),
    ]
    assert [(item.name, item.count) for item in plate.objects] == [("clip.stl", 2)]
    assert facts(sliced)["thumbnail_files"] == {"/Metadata/thumbnail.png": [30, 20]}
    assert sliced.common["filament_density"] == [1.27, 1.24]


def test_materials_are_found_by_their_guid():
    sliced = read(_package(GRIFFIN))
    (use,) = sliced.plates[0].filaments
    assert (use.index, use.type, use.colour) == (2, "PETG", "#101010")
    assert use.weight_g == pytest.approx(2911 / 1000 * 1.27, abs=1e-3)


def test_materials_that_extruders_share_are_not_guessed():
    three = ";Filament used: 1.2m, 0.3m, 0.1m\n"
    sliced = read(_package(_gcode(three)))
    assert [use.weight_g for use in sliced.plates[0].filaments] == [None] * 3


def test_one_material_is_everybodys():
    sliced = read(_package(_gcode(), **{"/Materials/z_black.xml.fdm_material": None}))
    assert [filament.type for filament in sliced.filaments] == ["PLA", "PLA"]


def test_cura_5_states_weights_and_all_settings():
    data = {
        "material": {"length": [1.2, 0.3], "weight": [9.5, 2.25], "cost": [0, 0]},
        "global": {"changes": {}, "all_settings": {"layer_height": "0.2"}},
        "extruder_0": {"all_settings": {"wall_line_count": "3"}},
        "extruder_1": {"all_settings": {"wall_line_count": "2"}},
    }
    sliced = read(_package(_gcode(), **{"/Cura/slicemetadata.json": json.dumps(data)}))
    assert [use.weight_g for use in sliced.plates[0].filaments] == [9.5, 2.25]
    assert sliced.settings == {"layer_height": 0.2, "wall_line_count": [3, 2]}
    assert sliced.settings_count == 2
    assert "filament_g_derived" not in facts(sliced)


def test_damaged_parts_beside_the_gcode_do_no_harm():
    sliced = read(
        _package(
            _gcode(),
            **{
                "/Cura/slicemetadata.json": "{",
                "/Metadata/UFP_Global.json": "[]",
                "/Materials/a_red.xml.fdm_material": "<fdmmaterial>",
            },
        )
    )
    assert sliced.plates[0].time_s == 104


def test_a_package_of_another_slicer_is_read_by_its_family():
    gcode = (DATA / "prusaslicer_two_copies.gcode").read_bytes()
    sliced = read(_package(gcode))
    assert sliced.slicer == "PrusaSlicer"
    assert sliced.plates[0].time_s == 166
    assert sliced.plates[0].thumbnails[-1].width == 30


@pytest.mark.parametrize("gcode", ["PK\x03\x04", "G28\x00G1"])
def test_a_package_without_gcode(gcode):
    with pytest.raises(SlicedFileError) as caught:
        read(_package(gcode))
    assert caught.value.code == "unsupported"


INFO = """\
<?xml version="1.0" encoding="UTF-8"?>
<config>
  <header>
    <header_item key="X-BBL-Client-Type" value="slicer"/>
    <header_item key="X-BBL-Client-Version" value="02.00.01.50"/>
  </header>
  <plate>
    <metadata key="index" value="1"/>
    <metadata key="nozzle_diameters" value="0.4"/>
    <filament id="2" tray_info_idx="GFA00" type="PLA" color="#FF0000" used_m="1.2"
      used_g="3.6"/>
  </plate>
</config>
"""


def test_packages_for_bambu_lab_have_the_figures_of_both():
    members = {
        "Metadata/plate_1.gcode": _gcode(settings=_settings({"layer_height": "0.2"})),
        "Metadata/plate_1.png": png(64, 64),
        "Metadata/slice_info.config": INFO,
        "3D/3dmodel.model": MODEL,
    }
    sliced = read(zipped(members))
    (plate,) = sliced.plates
    assert (sliced.slicer, sliced.slicer_version) == ("Cura", "5.6.0")
    assert (plate.time_s, plate.layer_count) == (104, 2)
    assert uses(plate) == [(2, 1200.0, 3.6, None)]
    assert plate.filaments[0].colour == "#FF0000"
    assert sliced.settings == {"layer_height": 0.2}
    assert sliced.common["layer_height"] == 0.2
    assert plate.thumbnails[0].width == 64
    assert sliced.warnings == []


# === Projects === #


def _stack(kind, names, **metadata):
    lines = ["[general]", "version = 6", "name = Shop printer", "", "[metadata]"]
    lines += [f"type = {kind}", *(f"{key} = {raw}" for key, raw in metadata.items())]
    lines += ["", "[containers]", *(f"{i} = {name}" for i, name in enumerate(names))]
    return "\n".join(lines) + "\n"


DEFINITION = {
    "version": 2,
    "name": "Shop Machine 3",
    "settings": {
        "quality": {
            "type": "category",
            "children": {
                "speed_print": {
                    "type": "float",
                    "default_value": 60,
                    "children": {
                        "speed_wall": {"value": "speed_print / 2", "default_value": 30}
                    },
                },
                "material_print_temperature": {
                    "value": "default_material_print_temperature",
                    "default_value": 210,
                },
                "z_seam_type": {"value": "'back'", "default_value": "random"},
                "infill_sparse_density": {"default_value": 20},
            },
        }
    },
    "overrides": {"machine_depth": {"default_value": 250}},
}
MODEL = """\
<?xml version="1.0"?>
<model unit="millimeter"
  xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
  <metadata name="Application">UltiMaker Cura 5.8.1</metadata>
  <resources>
    <object id="1" type="model" name="clip.stl">
      <metadatagroup>
        <metadata name="cura:infill_sparse_density" preserve="true">60</metadata>
        <metadata name="note">kept out</metadata>
      </metadatagroup>
      <mesh><vertices><vertex x="0" y="0" z="0"/></vertices><triangles/></mesh>
    </object>
    <object id="2" name="block.stl">
      <metadatagroup>
        <metadata name="cura:anti_overhang_mesh">True</metadata>
      </metadatagroup>
      <mesh><vertices/><triangles/></mesh>
    </object>
    <object id="3" name="group"><components><component objectid="4"/></components>
    </object>
    <object id="4" name="inside.stl">
      <settings xmlns="http://software.ultimaker.com/xml/cura/3mf/2015/10">
        <setting setting_key="infill_mesh">True</setting>
        <setting setting_key="wall_line_count">5</setting>
      </settings>
      <mesh><vertices/><triangles/></mesh>
    </object>
  </resources>
  <build>
    <item objectid="1"/><item objectid="1"/><item objectid="2"/><item objectid="3"/>
  </build>
</model>
"""


def _project(**more):
    machine = ["Shop printer_user", "shop_fine", "empty_intent", "shop_normal"]
    machine += ["empty_material", "empty_variant", "Shop printer_settings", "shop"]
    extruder = ["shop_0 #2_user", "empty", "empty_intent", "shop_pla"]
    materials = ("red_shop_0.4", "black")
    members = {
        "3D/3dmodel.model": MODEL,
        "Metadata/thumbnail.png": png(30, 30),
        "Cura/version.ini": "[versions]\ncura_version = 5.8.1\n",
        "Cura/preferences.cfg": "[general]\nvisible_settings = layer_height\n",
        "Cura/Shop printer.global.cfg": _stack("machine", machine),
        "Cura/shop.def.json": json.dumps(DEFINITION),
        "Cura/Shop printer_user.inst.cfg": _container({"adhesion_type": "brim"}),
        "Cura/shop_fine.inst.cfg": _container(
            {"layer_height": "0.12", "adhesion_type": "skirt"}
        ),
        "Cura/shop_normal.inst.cfg": _container(
            {"layer_height": "0.2", "layer_height_0": "=layer_height"}
        ),
        "Cura/Shop printer_settings.inst.cfg": _container(
            {"machine_start_gcode": "G28\n\tG1 Z5"}, type="definition_changes"
        ),
        "Cura/shop_0 #2_user.inst.cfg": _container({"infill_sparse_density": "35"}),
        "Cura/shop_pla.inst.cfg": _container({"line_width": "=machine_nozzle_size"}),
        "Cura/shop_0.4.inst.cfg": _container({"machine_nozzle_size": "0.4"}),
        "Cura/red.xml.fdm_material": RED,
        "Cura/black.xml.fdm_material": BLACK,
    }
    for number, material in enumerate(materials):
        user = extruder if number == 0 else ["empty", *extruder[1:]]
        names = [*user, material, "shop_0.4", "empty", "fdmextruder"]
        name = f"Cura/shop_{number} #2.extruder.cfg"
        members[name] = _stack("extruder_train", names, position=number)
    members.update(more)
    return zipped({name: data for name, data in members.items() if data is not None})


def test_a_project_is_refused_where_sliced_files_are_wanted():
    with pytest.raises(SlicedFileError) as caught:
        read(_project())
    assert caught.value.code == "not_sliced"
    assert caught.value.sliced.slicer == "Cura"


def test_stacks_are_resolved_from_the_weakest_up():
    sliced = read(_project(), projects=True)
    assert not sliced.is_sliced
    assert (sliced.slicer, sliced.slicer_version) == ("Cura", "5.8.1")
    assert sliced.printer_model == "Shop Machine 3"
    assert sliced.printer_settings_id == "Shop printer"
    settings = sliced.settings
    assert settings["adhesion_type"] == "brim"
    assert settings["layer_height"] == 0.12
    assert settings["speed_print"] == 60
    assert settings["machine_depth"] == 250
    assert settings["machine_start_gcode"] == "G28\nG1 Z5"
    assert settings["infill_sparse_density"] == [35, 20]
    assert settings["material_flow"] == [98, 98]
    assert "visible_settings" not in settings


def test_formulas_stay_text_unless_they_name_a_setting():
    settings = read(_project(), projects=True).settings
    assert settings["layer_height_0"] == 0.12
    assert settings["line_width"] == [0.4, 0.4]
    # The machine's formula names a setting of the extruders' materials.
    assert settings["material_print_temperature"] == [205, 240]
    assert settings["speed_wall"] == "=speed_print / 2"
    assert settings["z_seam_type"] == "back"


def test_formulas_in_a_circle_end():
    first = _container({"layer_height": "=layer_height_0"})
    sliced = read(_project(**{"Cura/shop_fine.inst.cfg": first}), projects=True)
    assert str(sliced.settings["layer_height"]).startswith("=layer_height")


def test_materials_of_a_project():
    sliced = read(_project(), projects=True)
    assert [(f.type, f.colour, f.density) for f in sliced.filaments] == [
        ("PLA", "#BB1E10", 1.24),
        ("PETG", "#101010", 1.27),
    ]
    assert (sliced.nozzle_diameter, sliced.nozzle_temp) == ([0.4, 0.4], [205, 240])
    assert sliced.common["print_preset"] == "Fine"


def test_objects_and_their_own_settings():
    sliced = read(_project(), projects=True)
    (plate,) = sliced.plates
    assert [(item.name, item.count) for item in plate.objects] == [
        ("clip.stl", 2),
        ("group", 1),
    ]
    assert [
        (entry.scope, entry.name, entry.parent, entry.role)
        for entry in sliced.overrides
    ] == [
        ("object", "clip.stl", "", ""),
        ("part", "block.stl", "", "support_blocker"),
        ("part", "inside.stl", "group", "modifier_part"),
    ]
    assert sliced.overrides[0].settings == {"infill_sparse_density": 60}
    assert sliced.overrides[2].settings["wall_line_count"] == 5
    assert [picture.width for picture in plate.thumbnails] == [30]


def test_a_project_before_intents():
    names = ["empty", "shop_fine", "shop_normal", "empty", "empty", "empty", "shop"]
    sliced = read(
        _project(**{"Cura/Shop printer.global.cfg": _stack("machine", names)}),
        projects=True,
    )
    assert sliced.settings["layer_height"] == 0.12
    assert sliced.settings["adhesion_type"] == "skirt"


def test_large_meshes_cost_nothing():
    mesh = '<vertex x="0" y="0" z="0"/>' * 300_000
    model = MODEL.replace('<vertex x="0" y="0" z="0"/>', mesh)
    sliced = read(_project(**{"3D/3dmodel.model": model}), projects=True)
    assert len(sliced.overrides) == 3


@pytest.mark.parametrize(
    "part", ["Cura/shop.def.json", "Cura/red.xml.fdm_material", "Cura/version.ini"]
)
def test_damaged_parts_of_a_project(part):
    sliced = read(_project(**{part: "\x00{<"}), projects=True)
    assert sliced.settings["adhesion_type"] == "brim"


def test_entities_in_a_material_are_refused():
    bad = '<!DOCTYPE x [<!ENTITY a "b">]>' + RED.partition("?>")[2]
    with pytest.raises(SlicedFileError) as caught:
        read(_project(**{"Cura/red.xml.fdm_material": bad}), projects=True)
    assert caught.value.code == "xml_entity"


def test_packages_are_not_changed_by_reading():
    stream = _package(_gcode())
    before = stream.getvalue()
    read(stream)
    assert isinstance(stream, io.BytesIO) and stream.getvalue() == before


@pytest.mark.parametrize(
    ("name", "size"),
    # Griffin's box begins at the corner of the bed.
    [("cura_marlin", 21.6), ("cura_volumetric", 21.6), ("cura_griffin", 63.8)],
)
def test_how_wide_and_deep_the_plate_is_printed(name, size):
    with open(DATA / f"{name}.gcode", "rb") as stream:
        (plate,) = read(stream, name=f"{name}.gcode").plates
    assert (plate.size_x, plate.size_y) == (size, size)


def test_a_size_that_was_not_known_yet_is_none():
    box = ";MINX:2.14748e+06\n;MAXX:-2.14748e+06\n;MINY:nan\n;MAXY:1e9\n"
    (plate,) = read_text(_gcode(USED + box)).plates
    assert (plate.size_x, plate.size_y) == (None, None)
