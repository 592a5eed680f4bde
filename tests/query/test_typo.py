"""Slips of the finger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import typo

WORDS = st.text(alphabet="abc", max_size=8)


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [
        ("dragon", "dragon", 0),
        ("dargon", "dragon", 1),
        ("dragn", "dragon", 1),
        ("draggon", "dragon", 1),
        ("dragin", "dragon", 1),
        ("vsae", "vase", 1),
        ("benhcy", "benchy", 1),
        ("kitten", "sitting", 3),
        ("", "ab", 2),
    ],
)
def test_slips(first, second, slips):
    assert typo.slips(first, second, 3) == slips


@pytest.mark.parametrize(
    ("word", "limit"), [("ab", 0), ("abc", 1), ("vase", 1), ("dragon", 2), ("", 0)]
)
def test_allowed(word, limit):
    assert typo.allowed(word) == limit


@given(WORDS, WORDS, st.integers(0, 4))
def test_a_limit_only_cuts(first, second, limit):
    whole = typo.slips(first, second, 20)
    assert whole == typo.slips(second, first, 20)
    assert typo.slips(first, second, limit) == min(whole, limit + 1)
    assert (whole == 0) == (first == second)
    assert abs(len(first) - len(second)) <= whole <= max(len(first), len(second))
