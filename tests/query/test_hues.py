"""Colours by name and by how near they look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import hues

COLOURS = st.integers(0, 0xFFFFFF)

# Pairs of Sharma, Wu and Dalal (2005), table 1: the corner cases of the formula.
PAIRS = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
    ((50, -0.0010, 2.4900), (50, 0.0011, -2.4900), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("first", "second", "expected"), PAIRS)
def test_distance_is_ciede2000(first, second, expected):
    assert hues.lab_distance(first, second) == pytest.approx(expected, abs=1e-4)
    assert hues.lab_distance(second, first) == pytest.approx(expected, abs=1e-4)


@given(COLOURS, COLOURS)
def test_distances(first, second):
    there, back = hues.distance(first, second), hues.distance(second, first)
    assert there == pytest.approx(back, abs=1e-9)
    assert there >= 0
    assert hues.distance(first, first) == 0


def test_black_and_white_are_as_far_as_can_be():
    assert hues.distance(0, 0xFFFFFF) == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize(
    ("wanted", "near", "far"),
    [
        ("#C12E1F", ["#C8141E", "#FF0000", "#D32941"], ["#F55A74", "#FF6A13"]),
        ("#1E4FCB", ["#1D4ED8", "#2842AD"], ["#0086D6", "#7C3AED"]),
        ("#808080", ["#8C8C8C"], ["#D1D3D5", "#000000", "#FFFFFF"]),
    ],
)
def test_near(wanted, near, far):
    number = hues.to_number(wanted)
    for other in near:
        assert hues.distance(number, hues.to_number(other)) <= hues.NEAR
    for other in far:
        assert hues.distance(number, hues.to_number(other)) > hues.NEAR


def test_the_palette_names_itself():
    for name, colour in hues.NAMES.items():
        assert hues.family(hues.to_number(colour)) == name
        assert hues.named(name) == name
    for other, name in hues.SYNONYMS.items():
        assert hues.named(other) == name
    assert hues.named("dragon") is None


@given(COLOURS)
def test_hex_and_back(number):
    assert hues.to_number(hues.to_hex(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("#f00", 0xFF0000),
        ("FF0000", 0xFF0000),
        ("#FF000080", 0xFF0000),
        ("red", None),
        ("#12", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_what_is_a_colour(text, number):
    assert hues.to_number(text) == number
