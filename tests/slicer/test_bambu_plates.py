"""What a sliced package of Bambu Studio, OrcaSlicer or a fork says of its plates."""

import hashlib

import pytest
from bambu_package import (
    PLATE,
    SETTINGS,
    element,
    gcode,
    model,
    orca_gcode,
    packed,
    parts,
    png,
    project,
    slice_info,
)
from slicer import SlicedFileError, facts, read

GCODE = "Metadata/plate_{}.gcode"
INFO = "Metadata/slice_info.config"


def _plate(**changes):
    return {**PLATE, **changes}


def _read(members):
    return read(packed(members))


def _only(members):
    (plate,) = _read(members).plates
    return plate


def _use(plate):
    return {entry.index: entry for entry in plate.filaments}


def test_figures_of_a_plate():
    plate = _only(
        parts(
            (
                _plate(
                    metadata={
                        "first_layer_time": "71,958466",
                        "support_used": "true",
                        "pause_count": "2",
                    }
                ),
            )
        )
    )
    assert plate.first_layer_time_s == pytest.approx(71.958466)
    assert plate.support_used is True
    assert plate.pauses == 2
    assert plate.bed_type == "Textured PEI Plate"


def test_filament_of_supports():
    filaments = [
        {**PLATE["filaments"][0], "attributes": 'used_for_object="true"'},
        {
            **PLATE["filaments"][1],
            # Bambu Studio before 2.7 and after write booleans in two ways.
            "attributes": 'used_for_object="0" used_for_support="1"',
        },
    ]
    found = _use(_only(parts((_plate(filaments=filaments),))))
    assert (found[1].for_object, found[1].for_support) == (True, None)
    assert (found[3].for_object, found[3].for_support) == (False, True)


def test_skipped_objects_are_not_counted_and_stated():
    plate = _only(parts((_plate(skipped=["Tag", "Clip", "Clip"]),)))
    assert {entry.name: entry.count for entry in plate.objects} == {"Clip": 2, "Tag": 1}
    assert {entry.name: entry.count for entry in plate.skipped} == {"Clip": 2, "Tag": 1}
    assert plate.stated["skipped_objects"] == ["Tag", "Clip", "Clip"]


def test_filament_stated_twice_is_added_up():
    first, second = PLATE["filaments"]
    twice = [{**first, "g": 4.0}, {**first, "g": 2.75}, second]
    members = parts((_plate(filaments=twice),))
    # The toolpath has the length of both, once.
    members[GCODE.format(1)] = gcode(PLATE)
    found = _use(_only(members))
    assert found[1].weight_g == 6.75
    assert found[1].length_mm == 2227.86
    assert found[3].weight_g == 0.92


def test_one_plate_of_a_project_is_sliced():
    plate = _plate(index=8, objects=["Tag"])
    members = parts((plate,))
    plates = "".join(
        element(
            "plate",
            "",
            {
                "plater_id": number,
                "plater_name": f"Tray {number}",
                "gcode_file": GCODE.format(8) if number == 8 else "",
                "bed_type": "Cool Plate" if number == 1 else "Engineering Plate",
            },
        )
        for number in range(1, 9)
    )
    members["Metadata/model_settings.config"] = f"<config>{plates}</config>".encode()
    members["Metadata/plate_1.png"] = png(32, 32)
    sliced = _read(members)
    (found,) = sliced.plates
    assert (found.index, found.name) == (8, "Tray 8")
    assert [entry.name for entry in found.thumbnails] == [
        "Metadata/plate_8.png",
        "Metadata/plate_8_small.png",
    ]
    assert (sliced.stated["plates"], sliced.stated["plates_sliced"]) == (8, 1)
    # The other plates are not there to print, nor are their settings.
    assert {entry.plate for entry in sliced.overrides} == {8}


def test_bed_of_a_plate_counts():
    settings = {**SETTINGS, "cool_plate_temp": ["35", "0", "36"]}
    settings["cool_plate_temp_initial_layer"] = ["40", "0", "41"]
    members = parts(settings=settings)
    on_cool = {**settings, "curr_bed_type": "Cool Plate"}
    toolpath = gcode(PLATE, on_cool)
    members[GCODE.format(1)] = toolpath
    members[GCODE.format(1) + ".md5"] = _md5(toolpath)
    sliced = _read(members)
    assert (sliced.bed_type, sliced.plates[0].bed_type) == ("Cool Plate",) * 2
    assert (sliced.bed_temp, sliced.first_layer_bed_temp) == (35, 40)
    assert sliced.common["bed_type"] == "Cool Plate"


def test_plates_differ_in_bed_and_order():
    members = parts((PLATE, _plate(index=2)))
    plates = element("plate", "", {"plater_id": 1}) + element(
        "plate",
        "",
        {
            "plater_id": 2,
            "bed_type": "Engineering Plate",
            "print_sequence": "by object",
            "first_layer_print_sequence": "3 1 2",
            "spiral_mode": "1",
        },
    )
    members["Metadata/model_settings.config"] = f"<config>{plates}</config>".encode()
    for index in (1, 2):
        # G-code without settings: what the project says of the plate counts.
        members[GCODE.format(index)] = gcode(PLATE, {})
    sliced = _read(members)
    first, second = sliced.plates
    assert sliced.bed_type == "Textured PEI Plate"
    assert (first.bed_type, second.bed_type) == (
        "Textured PEI Plate",
        "Engineering Plate",
    )
    assert (first.is_sequential, second.is_sequential) == (None, True)
    override = next(entry for entry in sliced.overrides if entry.plate == 2)
    assert override.scope == "plate"
    assert override.settings["first_layer_print_sequence"] == [3, 1, 2]
    assert override.settings["spiral_mode"] == 1


def test_settings_a_plate_was_sliced_with():
    first, second = PLATE["filaments"]
    nozzle = 'group_id="0" nozzle_diameter="0.40" volume_type="High Flow"'
    members = parts(
        (
            _plate(
                filaments=[{**first, "attributes": nozzle}, second],
                metadata={"filament_maps": "2 1 1", "nozzle_diameters": "0.4,0.4"},
                xml='<nozzle id="0" extruder_id="1" nozzle_diameter="0.4"/>'
                '<mixed_filament id="4" type="PLA" components="1,3"/>'
                '<layer_filament_lists><layer_filament_list filament_list="0 2" '
                'layer_ranges="0 4,9 20" /></layer_filament_lists>',
            ),
        )
    )
    (override,) = _read(members).overrides
    settings = override.settings
    assert settings["filament_maps"] == [2, 1, 1]
    assert settings["nozzle_diameters"] == [0.4, 0.4]
    assert settings["nozzles"][0]["nozzle_diameter"] == 0.4
    assert settings["mixed_filaments"][0]["components"] == [1, 3]
    nozzle = settings["filament_nozzles"][0]
    assert (nozzle["filament"], nozzle["nozzle_diameter"]) == (1, 0.4)
    assert nozzle["volume_type"] == "High Flow"
    assert str(nozzle["group_id"]) == "0"
    assert settings["layer_filaments"] == [{"filaments": [1, 3], "layers": "0 4,9 20"}]


@pytest.mark.parametrize(
    ("sequence", "changes"),
    [
        ('{"plate_1": {"sequence": [1, 3, 1, 1, 3]}}', 3),
        ('{"plate_1": [1, 3]}', 1),
        ('{"plate_2": {"sequence": [1, 3]}}', None),
        ('{"plate_1": {"sequence": []}}', None),
    ],
)
def test_filament_changes(sequence, changes):
    members = parts()
    members["Metadata/filament_sequence.json"] = sequence.encode()
    assert _only(members).filament_changes == changes


def test_one_filament_is_never_changed():
    plate = _plate(filaments=PLATE["filaments"][:1])
    assert _only(parts((plate,))).filament_changes == 0


def test_warnings_that_matter():
    words = [
        "bed_temperature_too_high_than_filament",
        "the_actual_nozzle_hrc_smaller_than_the_required_nozzle_hrc",
        "not_support_traditional_timelapse",
        "something_new",
    ]
    second = _plate(index=2, warnings=words[1:2], metadata={"outside": "true"})
    sliced = _read(parts((_plate(warnings=words), second)))
    bed, nozzle, new, outside = sliced.warnings
    assert bed.startswith("Bambu Studio warns (plate 1): the bed is hotter")
    assert nozzle.startswith("Bambu Studio warns (plate 1, 2): the filament asks")
    assert new == "Bambu Studio warns (plate 1): something new."
    assert "outside of the bed" in outside and "(plate 2)" in outside
    assert [entry["msg"] for entry in sliced.plates[0].stated["warnings"]] == words


def test_open_printers_let_the_heat_out():
    settings = {**SETTINGS, "printer_structure": "i3"}
    warned = _plate(warnings=["bed_temperature_too_high_than_filament"])
    assert not _read(parts((warned,), settings)).warnings


def test_old_packages_round_the_length():
    """Bambu Studio 1.7 states no sums in the G-code."""
    members = parts()
    kept = [
        line
        for line in members[GCODE.format(1)].splitlines(keepends=True)
        if not line.startswith((b"; total filament", b"; filament:"))
    ]
    members[GCODE.format(1)] = b"".join(kept)
    found = _use(_only(members))
    assert (found[1].length_mm, found[1].weight_g) == (2230, 6.75)
    assert found[3].length_mm == 300


def test_header_of_1_10_lists_without_numbers():
    members = parts()
    members[GCODE.format(1)] = members[GCODE.format(1)].replace(
        b"; filament: 1,3\n", b""
    )
    found = _use(_only(members))
    assert (found[1].length_mm, found[3].length_mm) == (2227.86, 303.21)


def test_packages_of_orcaslicer_have_the_sums_below():
    members = parts()
    members[GCODE.format(1)] = orca_gcode(PLATE)
    plate = _only(members)
    assert [(entry.index, entry.length_mm) for entry in plate.filaments] == [
        (1, 2227.86),
        (3, 303.21),
    ]
    assert plate.layer_count == 50


@pytest.mark.parametrize(
    ("toolpath", "header", "application", "expected"),
    [
        # 2.4 signs the toolpath of Bambu Lab's printers as Bambu Studio.
        (
            "BambuStudio 02.06.00.51",
            (("X-BBL-Client-Version", "02.06.00.51"), ("OrcaSlicer-Version", "2.4.0")),
            "BambuStudio-02.06.00.51",
            ("OrcaSlicer", "2.4.0"),
        ),
        (
            "generated by Snapmaker Orca 2.4.1 on 2026-02-03 at 04:05:06",
            (("OrcaSlicer-Version", "2.4.0"),),
            "BambuStudio-02.06.00.51",
            ("Snapmaker Orca", "2.4.1"),
        ),
        (
            "generated by Creality_Print V7.0.1.4212 on 2026-8-21 at 1:19:29",
            (("X-CX-Client-Type", "creality_print"),),
            "Creality_Print V7.0.1",
            ("Creality Print", "7.0.1.4212"),
        ),
        (
            "generated by AnycubicSlicerNext 2.0.0.3 on 2026-10-05 at 19:09:14",
            (),
            "AnycubicSlicerNext-2.0.0",
            ("Anycubic Slicer Next", "2.0.0.3"),
        ),
        (
            "generated by Creality_Print V5.2.0 Alpha on 2024-05-06 at 07:08:09",
            (),
            "",
            ("Creality Print", "5.2.0 Alpha"),
        ),
        ("generated by ElegooSlicer 1.5.2.2", (), "", ("ElegooSlicer", "1.5.2.2")),
        # Nobody signed: who packed it is not who sliced it.
        ("", (("X-BBL-Client-Version", "02.04.00.70"),), "X-1", ("", "")),
    ],
)
def test_who_wrote_it(toolpath, header, application, expected):
    members = parts()
    signed = gcode(PLATE).replace(
        b"; BambuStudio 02.04.00.70", b"; " + toolpath.encode()
    )
    members[GCODE.format(1)] = signed
    members[INFO] = slice_info([PLATE], header)
    members["3D/3dmodel.model"] = model([], application)
    sliced = _read(members)
    assert (sliced.slicer, sliced.slicer_version) == expected


@pytest.mark.parametrize(
    ("header", "application", "expected"),
    [
        ((), "BambuStudio-2.3.1", ("OrcaSlicer", "2.3.1")),
        ((), "BambuStudio-02.01.00.59", ("Bambu Studio", "02.01.00.59")),
        ((), "Creality_Print V5.2.0 Alpha", ("Creality Print", "5.2.0 Alpha")),
        ((), "Orca-Flashforge-1.4.2", ("Orca-Flashforge", "1.4.2")),
        (
            (("X-BBL-Client-Type", "slicer"), ("X-BBL-Client-Version", "01.07.03.50")),
            "",
            ("Bambu Studio", "01.07.03.50"),
        ),
        (
            (
                ("X-CX-Client-Type", "creality_print"),
                ("X-CX-Client-Version", "06.02.02.3203"),
            ),
            "",
            ("Creality Print", "06.02.02.3203"),
        ),
        (
            (("X-QDT-Client-Type", "slicer"), ("X-QDT-Client-Version", "02.04.01.10")),
            "",
            ("QIDIStudio", "02.04.01.10"),
        ),
        (
            (("OrcaSlicer-Version", "2.4.2"),),
            "BambuStudio-02.06",
            ("OrcaSlicer", "2.4.2"),
        ),
    ],
)
def test_who_wrote_a_project(header, application, expected):
    members = project(
        **{
            "3D/3dmodel.model": model([], application),
            INFO: slice_info([], header),
        }
    )
    sliced = read(packed(members), projects=True)
    assert (sliced.slicer, sliced.slicer_version) == expected


def test_printers_by_their_code():
    settings = {key: raw for key, raw in SETTINGS.items() if key != "printer_model"}
    assert _read(parts(settings=settings)).printer_model == "Bambu Lab A1"
    other = _plate(metadata={"printer_model_id": "Shop_Printer"})
    sliced = _read(parts((other,), settings))
    assert (sliced.printer_model, sliced.printer_model_id) == ("", "Shop_Printer")


def test_pictures_of_a_plate_without_its_own():
    members = parts()
    pictures = [name for name in members if name.endswith(".png")]
    for name in pictures:
        del members[name]
    with_text = {**members, GCODE.format(1): orca_gcode(PLATE, pictures=[(48, 32)])}
    (picture,) = _only(with_text).thumbnails
    assert (picture.width, picture.height, picture.format) == (48, 32, "PNG")
    assert picture.data
    named = {**members, "Metadata/mine.png": png(20, 10)}
    named["Metadata/model_settings.config"] = (
        "<config>"
        + element("plate", "", {"plater_id": 1, "thumbnail_file": "Metadata/mine.png"})
        + "</config>"
    ).encode()
    assert [entry.name for entry in _only(named).thumbnails] == ["Metadata/mine.png"]
    whole = {**members, "Auxiliaries/.thumbnails/thumbnail_3mf.png": png(24, 24)}
    assert [entry.name for entry in _only(whole).thumbnails] == [
        "Auxiliaries/.thumbnails/thumbnail_3mf.png"
    ]


def test_a_download_keeps_figures_without_toolpath():
    members = parts((PLATE, _plate(index=2, time_s=100)))
    for index in (1, 2):
        del members[GCODE.format(index)], members[GCODE.format(index) + ".md5"]
    with pytest.raises(SlicedFileError) as caught:
        read(packed(members))
    assert caught.value.code == "not_sliced"
    assert "toolpaths were taken out" in caught.value.message
    sliced = read(packed(members), projects=True)
    assert not sliced.is_sliced
    assert [plate.time_s for plate in sliced.plates] == [3661, 100]
    assert _use(sliced.plates[0])[1].weight_g == 6.75
    assert "toolpaths were taken out" in sliced.warnings[-1]
    found = facts(sliced)
    assert found["plates_sliced"] == 2
    assert found["estimated_time_s"] == 3761


def test_a_toolpath_of_somebody_else_is_told():
    members = parts()
    members[GCODE.format(1)] = b"G28\nG1 X1 Y1\n" * 10
    del members[GCODE.format(1) + ".md5"]
    (warning,) = _read(members).warnings
    assert "was not written by a slicer" in warning


@pytest.mark.parametrize("seconds", ["0", "-5", "99999999999", ""])
def test_a_time_that_is_none_is_that_of_the_toolpath(seconds):
    plate = _plate(metadata={"prediction": seconds, "first_layer_time": "-1"})
    found = _only(parts((plate,)))
    assert (found.time_s, found.first_layer_time_s) == (3661, None)


def test_no_slice_information_leaves_the_toolpath():
    members = parts()
    del members[INFO]
    plate = _only(members)
    assert plate.time_s == 3661
    assert _use(plate)[3].weight_g == 0.92


def _md5(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest().upper().encode()


@pytest.mark.parametrize(
    ("outline", "size"),
    [
        (b'{"bbox_all": [10, 20.5, 110.25, 60.5]}', (100.25, 40.0)),
        (b'{"bbox_all": [10, 20, 5, "wide"]}', (None, None)),
        (b'{"bbox_all": [1, 2]}', (None, None)),
        (b'{"bbox_objects": []}', (None, None)),
        (b"[]", (None, None)),
        (b"{broken", (None, None)),
    ],
)
def test_how_wide_and_deep_a_plate_is_printed(outline, size):
    members = {**parts(), f"Metadata/plate_{PLATE['index']}.json": outline}
    plate = _only(members)
    assert (plate.size_x, plate.size_y) == size
