"""Figures that can hardly be true."""

import copy

import pytest
from slicer import SlicedFileError, read
from slicer.plausibility import (
    Figures,
    FilamentFigures,
    PlateFigures,
    bed_height,
    check,
    material_range,
)

GOOD = Figures(
    layer_height=0.2,
    first_layer_height=0.25,
    nozzle_diameter=0.4,
    nozzle_temp=215,
    bed_temp=60,
    bed_height=210,
    plates=[
        PlateFigures(
            index=1,
            time_s=3600,
            object_height=50,
            copies=2,
            objects=2,
            filaments=[
                FilamentFigures(1, "PLA", 1000, 2.98, 2.98, 1.24, 1.75, 215),
                FilamentFigures(2, "PETG", 1000, 3.05, 3.05, 1.27, 1.75, 240),
            ],
        )
    ],
)


def figures(**values):
    """The good figures with some that are not, by dotted path."""
    result = copy.deepcopy(GOOD)
    for path, value in values.items():
        record = result
        *parts, name = path.split("__")
        for part in parts:
            record = record[int(part)] if part.isdigit() else getattr(record, part)
        setattr(record, name, value)
    return result


def test_good_figures_raise_no_doubt():
    assert check(GOOD) == []


def test_what_is_not_stated_raises_no_doubt():
    unknown = Figures(
        plates=[PlateFigures(time_s=60, filaments=[FilamentFigures(1, length_mm=1)])]
    )
    assert check(unknown) == []


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"layer_height": 0.33}, "layer_high", "layer_height"),
        ({"layer_height": 0.0}, "layer_not_positive", "layer_height"),
        ({"layer_height": -0.2}, "layer_not_positive", "layer_height"),
        ({"first_layer_height": 0.41}, "first_layer_high", "first_layer_height"),
        ({"first_layer_height": 0}, "layer_not_positive", "first_layer_height"),
        ({"nozzle_diameter": 40.0}, "nozzle_diameter", "nozzle_diameter"),
        ({"nozzle_temp": 120}, "nozzle_temp", "nozzle_temp"),
        ({"nozzle_temp": 480}, "nozzle_temp", "nozzle_temp"),
        ({"nozzle_temp": 290}, "nozzle_temp_material", "nozzle_temp"),
        ({"bed_temp": 230}, "bed_temp", "bed_temp"),
        ({"plates__0__time_s": 0}, "no_time", "time_s"),
        ({"plates__0__time_s": None}, "no_time", "time_s"),
        ({"plates__0__time_s": 90 * 86400}, "time_long", "time_s"),
        ({"plates__0__time_s": 30}, "too_fast", "time_s"),
        ({"plates__0__time_s": 50 * 86400}, "too_slow", "time_s"),
        ({"plates__0__object_height": 250}, "too_high", "object_height"),
        ({"plates__0__copies": 3}, "copies", "copies"),
        ({"plates__0__filaments__0__density": 0.05}, "density", "density"),
        ({"plates__0__filaments__0__density": 1240.0}, "density", "density"),
        ({"plates__0__filaments__0__diameter": 17.5}, "diameter", "diameter"),
        ({"plates__0__filaments__0__weight_g": 4.0}, "grams_length", "weight_g"),
        ({"plates__0__filaments__0__weight_g": -1.0}, "grams", "weight_g"),
        ({"plates__0__filaments__1__temp": 500}, "nozzle_temp", ""),
        ({"plates__0__filaments__1__temp": 180}, "nozzle_temp_material", ""),
    ],
)
def test_each_rule(values, code, field):
    (doubt,) = check(figures(**values))
    assert (doubt.code, doubt.field) == (code, field)


def test_limits_themselves_are_fine():
    assert not check(figures(layer_height=0.32))
    assert not check(figures(first_layer_height=0.4))
    assert not check(figures(plates__0__object_height=210.5))
    assert not check(figures(plates__0__filaments__0__weight_g=3.2))


def test_a_doubt_says_where():
    (doubt,) = check(figures(plates__0__filaments__1__density=12.0))
    assert (doubt.plate, doubt.tool) == (1, 2)
    assert doubt.params == {"value": 12.0}


def test_small_prints_may_be_off_by_rounding():
    tiny = figures(plates__0__filaments__0__length_mm=10)
    tiny.plates[0].filaments[0].weight_g = tiny.plates[0].filaments[0].grams = 0.06
    assert not check(tiny)


def test_many_kilos_of_one_filament():
    heavy = figures(plates__0__time_s=55 * 86400)
    line = heavy.plates[0].filaments[0]
    line.length_mm, line.weight_g, line.grams = None, 12_000.0, 12_000.0
    assert [doubt.code for doubt in check(heavy)] == ["grams"]


def test_a_wide_nozzle_melts_more():
    fast = figures(plates__0__time_s=60)
    assert [doubt.code for doubt in check(fast)] == ["too_fast"]
    wide = figures(plates__0__time_s=60, nozzle_diameter=1.2)
    assert not check(wide)


@pytest.mark.parametrize(
    ("material", "expected"),
    [
        ("PLA", (160, 265)),
        ("pla-cf", (160, 265)),
        ("PETG", (190, 300)),
        ("PET-CF", (200, 330)),
        ("PEEK", (330, 450)),
        ("PA6-GF", (200, 330)),
        ("Unobtanium", None),
        ("", None),
        (None, None),
    ],
)
def test_temperatures_of_a_material(material, expected):
    assert material_range(material) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"printable_height": 256}, 256),
        ({"max_print_height": [210]}, 210),
        ({"machine_height": 0}, None),
        ({"printable_height": "tall"}, None),
        ({"printable_height": []}, None),
        ({}, None),
        (None, None),
    ],
)
def test_height_of_the_bed(settings, expected):
    assert bed_height(settings) == expected


def test_real_files_raise_few_doubts(corpus):
    """A rule that doubts what real printers print is a bad rule."""
    doubted = read_files = 0
    for path in sorted(corpus.glob("*slicer/*.gcode")):
        try:
            sliced = read(path)
        except SlicedFileError:
            continue
        read_files += 1
        plates = [
            PlateFigures(
                index=plate.index,
                time_s=plate.time_s,
                object_height=plate.object_height,
                filaments=[
                    FilamentFigures(
                        line.index,
                        line.type or sliced.filament(line.index).type,
                        line.length_mm,
                        line.weight_g,
                        line.weight_g or 0.0,
                        sliced.filament(line.index).density,
                        sliced.filament(line.index).diameter,
                    )
                    for line in plate.filaments
                ],
            )
            for plate in sliced.plates
        ]
        doubts = check(
            Figures(
                layer_height=sliced.layer_height,
                bed_temp=sliced.bed_temp,
                bed_height=bed_height(sliced.settings),
                plates=plates,
            )
        )
        doubted += any(doubt.code != "no_time" for doubt in doubts)
    assert read_files > 10
    assert doubted <= read_files * 0.1
