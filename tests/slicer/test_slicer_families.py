"""What is read from small files of each family."""

import io
import subprocess
import sys
import zipfile

import pytest
from bambu_package import PLATE, SETTINGS, gcode, packed, parts, png
from slicer import SlicedFileError, facts, grams_from_length, inspect_file, read
from slicer_paths import ADDON, DATA


def _uses(plate):
    return [(use.index, use.length_mm, use.weight_g) for use in plate.filaments]


# === Cura === #


def test_cura_lengths_are_millimetres_and_weights_unknown():
    sliced = read(DATA / "cura_marlin.gcode")
    (plate,) = sliced.plates
    assert (sliced.family, sliced.slicer) == ("cura", "Cura")
    assert sliced.slicer_version == "4.13.0"
    assert (plate.time_s, plate.layer_count) == (104, 13)
    assert _uses(plate) == [(1, 27.0548, None)]
    assert [(item.name, item.count) for item in plate.objects] == [("clip.stl", 1)]
    assert sliced.layer_height == 0.1


@pytest.mark.parametrize(
    ("name", "volume"), [("cura_volumetric", 172.593), ("cura_griffin", 172.0)]
)
def test_cura_volumes_have_no_length(name, volume):
    (plate,) = read(DATA / f"{name}.gcode").plates
    (use,) = plate.filaments
    assert (use.length_mm, use.volume_mm3, use.weight_g) == (None, volume, None)
    assert plate.time_s == 104


def test_cura_griffin_header():
    sliced = read(DATA / "cura_griffin.gcode")
    assert sliced.bed_type == "glass"
    assert sliced.nozzle_diameter == [0.4]
    assert sliced.first_layer_nozzle_temp == [215]
    assert sliced.first_layer_bed_temp == 60


def test_cura_package():
    members = {
        "/3D/model.gcode": (DATA / "cura_marlin.gcode").read_bytes(),
        "/Metadata/thumbnail.png": png(30, 20),
    }
    sliced = read(packed(members))
    assert sliced.plates[0].time_s == 104
    assert facts(sliced)["thumbnail_files"] == {"/Metadata/thumbnail.png": [30, 20]}


def test_legacy_cura_states_grams():
    text = (
        "M109 T0 S210.0\n;Sliced at: Tue 16-09-2014 15:27:27\n"
        ";Basic settings: Layer height: 0.2 Walls: 0.8 Fill: 20\n"
        ";Print time: 1 hour 5 minutes\n;Filament used: 2.345m 7.0g\n"
        ";Layer count: 70\n;LAYER:0\nG1 X1\n;LAYER:69\nG1 X2\n"
    )
    sliced = read(io.BytesIO(text.encode()))
    assert _uses(sliced.plates[0]) == [(1, 2345.0, 7.0)]
    assert sliced.plates[0].time_s == 3900


# === Bambu Studio, OrcaSlicer === #


def test_bambu_package_numbers_filaments_by_id():
    sliced = read(packed(parts()))
    (plate,) = sliced.plates
    assert (sliced.family, sliced.slicer) == ("bambu", "Bambu Studio")
    assert (sliced.printer_model, sliced.printer_model_id) == ("Bambu Lab A1", "N2S")
    assert (plate.index, plate.name) == (1, "Plate of 1")
    assert (plate.time_s, plate.model_time_s) == (3661, 3541)
    assert (plate.layer_count, plate.object_height) == (50, 10.0)
    assert _uses(plate) == [(1, 2227.86, 6.75), (3, 303.21, 0.92)]
    assert [use.colour for use in plate.filaments] == ["#FFFFFF", "#161616"]
    assert [(item.name, item.count) for item in plate.objects] == [
        ("Clip", 2),
        ("Tag", 1),
    ]
    assert [picture.name for picture in plate.thumbnails] == [
        "Metadata/plate_1.png",
        "Metadata/plate_1_small.png",
    ]
    assert (sliced.bed_temp, sliced.nozzle_temp) == (65, [220, 250, 220])
    assert [filament.colour for filament in sliced.filaments] == [
        "#FFFFFF",
        "#FF8000",
        "#161616",
    ]
    assert not sliced.warnings


def test_bambu_plates_keep_their_numbers():
    second = {**PLATE, "index": 8, "time_s": 100, "objects": ["Tag"]}
    sliced = read(packed(parts((PLATE, second))))
    assert [plate.index for plate in sliced.plates] == [1, 8]
    found = facts(sliced)
    assert found["estimated_time_s"] == 3761
    assert found["filament_mm"] == [4455.72, 606.42]
    assert [plate["plate"] for plate in found["per_plate"]] == [1, 8]


def test_secrets_are_dropped_and_counted():
    sliced = read(packed(parts()))
    assert "print_host" not in sliced.settings
    assert "printhost_apikey" not in sliced.settings
    assert sliced.settings_count == len(SETTINGS)
    assert sliced.settings["post_process"] == ["C:\\Users\\~\\tool.exe"]


def test_bambu_zero_grams_are_unknown():
    light = [{**item, "g": 0.0} for item in PLATE["filaments"]]
    sliced = read(packed(parts(({**PLATE, "filaments": light, "weight": 0.0},))))
    assert _uses(sliced.plates[0]) == [(1, 2227.86, None), (3, 303.21, None)]


def test_bambu_numbers_in_the_locale_of_the_user():
    members = parts()
    info = members["Metadata/slice_info.config"].replace(b'"6.75"', b'"6,75"')
    members["Metadata/slice_info.config"] = info
    assert read(packed(members)).plates[0].filaments[0].weight_g == 6.75


def test_bambu_changed_toolpath_is_told():
    members = parts()
    members["Metadata/plate_1.gcode"] += b"; edited\n"
    (warning,) = read(packed(members)).warnings
    assert "changed after slicing" in warning


def test_bambu_plain_gcode():
    sliced = read(io.BytesIO(gcode(PLATE)))
    assert _uses(sliced.plates[0]) == [(1, 2227.86, 6.75), (3, 303.21, 0.92)]
    assert sliced.slicer_version == "02.04.00.70"
    assert sliced.plates[0].time_s == 3661


@pytest.mark.parametrize(
    ("signature", "slicer", "version"),
    [
        ("generated by OrcaSlicer 2.3.1 on 2025-11-26 at 23:50", "OrcaSlicer", "2.3.1"),
        (
            "generated by Snapmaker Orca 2.3.4 on 2025-11-26 at 23:50",
            "Snapmaker Orca",
            "2.3.4",
        ),
        (
            "generated by Orca-Flashforge 1.4.2 on 2025-11-26 at 23:50",
            "Orca-Flashforge",
            "1.4.2",
        ),
        ("QIDIStudio 02.01.00.10", "QIDIStudio", "02.01.00.10"),
    ],
)
def test_forks_by_their_own_name(signature, slicer, version):
    data = gcode(PLATE).replace(b"BambuStudio 02.04.00.70", signature.encode())
    sliced = read(io.BytesIO(data))
    assert (sliced.slicer, sliced.slicer_version) == (slicer, version)


def test_orca_footer_lists_all_tools():
    data = gcode({**PLATE, "filaments": []})
    data += (
        b"; filament used [mm] = 0.00, 3022.64, 0.00\n"
        b"; filament used [cm3] = 0.00, 7.27, 0.00\n"
        b"; filament used [g] = 0.00, 9.23, 0.00\n"
        b"; filament cost = 0.05, 0.16; total filament used [g] = 9.23\n"
    )
    sliced = read(io.BytesIO(data))
    assert _uses(sliced.plates[0]) == [(2, 3022.64, 9.23)]
    assert facts(sliced)["filament_g_total"] == 9.23
    assert (sliced.bed_temp, sliced.first_layer_bed_temp) == (80, 85)


# === The interface === #


def test_the_name_of_a_file_does_not_matter(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(packed(parts()).read())
    assert read(path).slicer == "Bambu Studio"


def test_an_open_file_stays_open():
    with open(DATA / "cura_marlin.gcode", "rb") as stream:
        read(stream)
        assert not stream.closed


def test_grams_of_a_length():
    # 1 m of 1.75 mm PLA, a figure every spool's maker prints: about 2.98 g
    assert grams_from_length(1000, 1.75, 1.24) == pytest.approx(2.9826, abs=1e-3)


def test_inspect_tells_what_a_refused_project_states():
    members = {
        name: data
        for name, data in parts().items()
        if ".gcode" not in name and "slice_info" not in name
    }
    with pytest.raises(SlicedFileError) as caught:
        read(packed(members))
    assert caught.value.code == "not_sliced"
    assert facts(caught.value.sliced)["printer_model"] == "Bambu Lab A1"


def test_inspect_never_raises(tmp_path):
    result = inspect_file(tmp_path / "missing.gcode")
    assert result["code"] == "unreadable"


@pytest.mark.parametrize("bad", [False, True])
def test_command_line(tmp_path, bad):
    paths = [DATA / "cura_marlin.gcode"]
    if bad:
        paths.append(tmp_path / "empty.gcode")
        paths[-1].touch()
    for option in (["--json"], []):
        done = subprocess.run(
            [sys.executable, "-m", "slicer", *option, *map(str, paths)],
            cwd=ADDON,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == int(bad), done.stderr
        assert ("empty" in done.stdout) == bad
        assert str(paths[0]) in done.stdout
        if option:
            assert len(done.stdout.splitlines()) == len(paths)


def test_the_package_does_not_know_odoo():
    for path in (ADDON / "slicer").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import odoo" not in text and "from odoo" not in text, path


def test_written_packages_are_zip_files():
    assert zipfile.is_zipfile(packed(parts()))


def test_slic3r_prusa_edition_has_a_line_for_each_tool():
    text = (
        "; generated by Slic3r 1.40.0-prusa3d on 2018-05-10 at 11:41:23\nG1 X1\n"
        "; filament used = 4913.4mm (11.8cm3)\n; filament used = 14.6g\n"
        "; filament used = 34.4mm (0.1cm3)\n; filament used = 0.1g\n"
        "; total filament cost = 0.4\n; estimated printing time = 1h 2m 3s\n\n"
        "; layer_height = 0.3\n"
    )
    sliced = read(io.BytesIO(text.encode()))
    assert _uses(sliced.plates[0]) == [(1, 4913.4, 14.6), (2, 34.4, 0.1)]
    assert sliced.plates[0].time_s == 3723
    assert sliced.layer_height == 0.3


def test_errors_carry_the_file_name():
    with pytest.raises(SlicedFileError) as caught:
        read(io.BytesIO(b""), name="part.gcode")
    assert caught.value.params["file"] == "part.gcode"
