"""The measurement of spools runs, on a small scale, and its books add up."""

import pytest

FEW, MANY, MOVES = 30, 120, 6


@pytest.fixture(scope="module")
def measured(measure):
    """What the measurement returns for a few spools."""
    return measure(
        "spools.py",
        "print3d_inventory",
        *("--few", FEW, "--many", MANY, "--moves", MOVES, "--told", 12, "--rounds", 1),
    )


def test_the_books_have_what_was_asked_for(measured):
    few, many = measured["books"][str(FEW)], measured["books"][str(MANY)]
    assert (few["spools"], measured["told"]["spools"]) == (FEW, 12)
    # Some came in while the first ones were measured.
    assert many["spools"] > MANY - 1
    assert many["entries"] >= MANY * (MOVES - 2)
    assert many["moves"] > few["moves"]


def test_queries_do_not_grow(measured):
    few, many = (measured["at"][str(count)]["rows"] for count in (FEW, MANY))
    assert few.keys() == many.keys()
    for name, row in many.items():
        # A page with more records names more people and places.
        assert row["queries"] <= few[name]["queries"] + 6, name
    assert many["spools"]["found"] > few["spools"]["found"] > 0
    assert many["ledger"]["found"] > few["ledger"]["found"] > 0
