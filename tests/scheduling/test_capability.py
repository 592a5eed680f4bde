"""Whether a printer does for a plate."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheduling.capability import (
    CODES,
    Capability,
    Requirement,
    fits,
    misfits,
    model_key,
)

PRINTER = Capability(
    bed_mm=(250, 210, 220),
    nozzle_mms=(0.4, 0.6),
    mounted_mms=(0.4,),
    hardened=False,
    slots=2,
    material_ids=frozenset({1, 2}),
    max_nozzle_c=290,
    max_bed_c=120,
    max_chamber_c=60,
    enclosed=False,
    surface_ids=frozenset({7, 8}),
    surface_id=7,
    printer_models=frozenset({"mk4s", "mk4"}),
)
PLATE = Requirement(
    size_mm=(250, 210, 220),
    nozzle_mm=0.4,
    tools=2,
    material_ids=frozenset({1}),
    nozzle_c=290,
    bed_c=120,
    chamber_c=60,
    surface_ids=frozenset({7, 9}),
    printer_model="mk4",
)


def codes(requirement, capability=PRINTER, **options):
    return [code for code, _facts in misfits(requirement, capability, **options)]


def test_what_is_just_within_every_limit_fits():
    assert misfits(PLATE, PRINTER) == []
    assert fits(PLATE, PRINTER, mounted=True)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("model", {"printer_model": "a1 mini"}),
        ("size", {"size_mm": (251, 10, 10)}),
        ("size", {"size_mm": (10, 211, 10)}),
        ("size", {"size_mm": (10, 10, 221)}),
        ("nozzle", {"nozzle_mm": 0.8}),
        ("slots", {"tools": 3}),
        ("material", {"material_ids": frozenset({1, 3})}),
        ("nozzle_c", {"nozzle_c": 291}),
        ("bed_c", {"bed_c": 121}),
        ("chamber_c", {"chamber_c": 61}),
        ("enclosure", {"needs_enclosure": True}),
        ("hardened", {"needs_hardened": True}),
        ("surface", {"surface_ids": frozenset({9})}),
    ],
)
def test_each_point_is_told_alone(code, change):
    assert codes(replace(PLATE, **change)) == [code]


def test_the_facts_of_a_misfit_are_both_sides():
    assert misfits(replace(PLATE, nozzle_mm=0.8), PRINTER) == [
        ("nozzle", {"wanted": 0.8, "there": (0.4, 0.6)})
    ]
    assert misfits(replace(PLATE, material_ids=frozenset({1, 3})), PRINTER) == [
        (
            "material",
            {"wanted": frozenset({3}), "there": frozenset({1, 2})},
        )
    ]


def test_everything_wrong_is_told_in_order():
    plate = Requirement(
        size_mm=(999, 0, 0),
        nozzle_mm=1.0,
        tools=9,
        material_ids=frozenset({5}),
        nozzle_c=999,
        bed_c=999,
        chamber_c=999,
        needs_enclosure=True,
        needs_hardened=True,
        surface_ids=frozenset({9}),
        printer_model="x",
    )
    assert codes(plate) == list(CODES)


def test_a_start_goes_by_what_is_mounted():
    wide = replace(PLATE, nozzle_mm=0.6)
    assert codes(wide) == []
    assert codes(wide, mounted=True) == ["nozzle"]
    glass = replace(PLATE, surface_ids=frozenset({8}))
    assert codes(glass) == []
    assert codes(glass, mounted=True) == ["surface"]
    # Nobody said which plate is on it: then any of its own may be.
    assert codes(glass, replace(PRINTER, surface_id=0), mounted=True) == []


def test_a_side_that_is_unknown_does_not_matter():
    assert codes(replace(PLATE, size_mm=(0, 0, 221))) == ["size"]
    assert codes(replace(PLATE, size_mm=(0, 0, 220))) == []
    assert codes(PLATE, replace(PRINTER, bed_mm=(250, 0, 0))) == []


def test_sizes_and_nozzles_are_not_compared_to_the_last_bit():
    assert codes(replace(PLATE, size_mm=(250.04, 210, 220))) == []
    assert codes(replace(PLATE, nozzle_mm=0.1 + 0.3000001)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bambu Lab X1 Carbon", " bambu  lab x1 CARBON "),
        ("Creality_K1", "creality k1"),
        ("", None),
    ],
)
def test_spellings_of_a_model(one, other):
    assert model_key(one) == model_key(other)


requirements = st.builds(
    Requirement,
    size_mm=st.tuples(*[st.floats(0, 500)] * 3),
    nozzle_mm=st.sampled_from([0.0, 0.2, 0.4, 0.8]),
    tools=st.integers(0, 1),
    material_ids=st.frozensets(st.integers(1, 5)),
    nozzle_c=st.floats(0, 500),
    bed_c=st.floats(0, 200),
    chamber_c=st.floats(0, 90),
    needs_enclosure=st.booleans(),
    needs_hardened=st.booleans(),
    surface_ids=st.frozensets(st.integers(1, 5)),
    printer_model=st.sampled_from(["", "mk4", "a1"]),
)


@given(requirements)
def test_a_printer_of_which_nothing_is_known_refuses_nothing(requirement):
    assert fits(requirement, Capability())


@given(requirements)
def test_what_a_printer_can_start_it_can_print(requirement):
    assert set(codes(requirement)) <= set(codes(requirement, mounted=True))


def test_a_plate_that_states_nothing_fits_everywhere():
    assert fits(Requirement(), PRINTER, mounted=True)
