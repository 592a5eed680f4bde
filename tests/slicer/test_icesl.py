"""IceSL: settings after the start program; it states no time and no filament."""

import io

import pytest
from slicer import SlicedFileError, facts, read
from text_file import read_text

TEXT = """\
G21 ; set units to millimeters
M109 S245 ; wait for temperature to be reached
; <IceSL {sign}>
; add_brim : \tTrue
; add_raft : \tFalse
; bed_temp_degree_c : \t110
; button_overhangs : \t
; enable_ironing_0 : \tFalse
; extruder_count : \t2
; extruder_temp_degree_c_0 : \t245
; extruder_temp_degree_c_1 : \t250
; filament_diameter_mm_0 : \t1.75
; filament_diameter_mm_1 : \t1.75
; gen_supports : \tFalse
; infill_percentage_0 : \t35
; infill_type_0 : \tGyroid
; nozzle_diameter_mm_0 : \t0.4
; nozzle_diameter_mm_1 : \t0.6
; num_shells_0 : \t3
; print_speed_mm_per_sec : \t60
; printer : \tShop_V0
; z_layer_height_first_layer_mm : \t0.3
; z_layer_height_mm : \t0.12
; <layer>
G1 X1 Y1 E1
; </layer>
; <layer>
G1 X1 Y1 E2
; </layer>
"""


def _refused(sign="Sep  8 2021 17:53:41"):
    with pytest.raises(SlicedFileError) as caught:
        read_text(TEXT.format(sign=sign))
    return caught.value


def test_everything_but_filament_is_read():
    error = _refused()
    assert error.code == "no_filament"
    assert "IceSL" in error.message and "by hand" in error.message
    sliced = error.sliced
    assert (sliced.slicer, sliced.printer_model) == ("IceSL", "Shop_V0")
    assert sliced.plates[0].layer_count == 2
    assert (sliced.layer_height, sliced.first_layer_height) == (0.12, 0.3)
    assert (sliced.nozzle_diameter, sliced.nozzle_temp) == ([0.4, 0.6], [245, 250])
    assert sliced.bed_temp == 110
    assert sliced.settings_count == 20
    assert sliced.settings["add_brim"] is True
    assert facts(sliced)["slicer_build_date"] == "Sep  8 2021 17:53:41"


def test_a_version_is_no_date():
    sliced = _refused("2.5.4").sliced
    assert sliced.slicer_version == "2.5.4"
    assert "slicer_build_date" not in facts(sliced)


def test_common_terms():
    common = _refused().sliced.common
    assert (common["infill_density"], common["infill_pattern"]) == (35, "gyroid")
    assert (common["wall_count"], common["speed_print"]) == (3, 60)
    assert (common["adhesion"], common["ironing"]) == ("brim", False)
    assert common["filament_diameter"] == [1.75, 1.75]


def test_layers_are_counted_between_the_ends_too():
    moves = b"G1 X1 Y1 E0.12345\n" * 20_000
    head = TEXT.partition("; <layer>")[0].format(sign="Sep  8 2021 17:53:41").encode()
    text = head + (b"; <layer>\n" + moves) * 12
    with pytest.raises(SlicedFileError) as caught:
        read(io.BytesIO(text))
    assert caught.value.sliced.plates[0].layer_count == 12
