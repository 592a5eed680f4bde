"""The measurement of the search runs, on a small scale, and finds what it made."""

import pytest

FEW, MANY = 24, 72


@pytest.fixture(scope="module")
def measured(measure):
    """What the measurement returns for a few variants."""
    return measure(
        "search.py",
        "print3d_library",
        *("--few", FEW, "--many", MANY, "--rounds", 1),
    )


def test_every_variant_is_in_the_index(measured):
    assert measured["import"]["variants"] == FEW
    assert measured["fill"]["variants"] == MANY - FEW
    sizes = measured["sizes"]
    assert sizes["print3d_search_entry"]["rows"] >= MANY
    assert sizes["print3d_search_version"]["rows"] >= MANY


def test_queries_do_not_grow(measured):
    few, many = measured["at"][str(FEW)], measured["at"][str(MANY)]
    for name, row in many.items():
        if name == "all":
            continue
        # Guessing what a slip of the finger means takes a few more.
        assert row["queries"] <= 40, name
    for name in ("empty, first page", "near a colour", "fits, quickest first"):
        assert 0 < few[name]["found"] < many[name]["found"]
        assert many[name]["queries"] <= few[name]["queries"] + 4
