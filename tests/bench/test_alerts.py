"""The measurement of alerts runs, on a small scale, and counts every event."""

import pytest

FEW, MANY = 100, 400


@pytest.fixture(scope="module")
def measured(measure):
    """What the measurement returns for a few alerts."""
    return measure(
        "alerts.py",
        "print3d_inventory",
        *("--events", 2000, "--processes", 2, "--rounds", 1),
        *("--few", FEW, "--many", MANY),
    )


def test_every_event_is_counted(measured):
    assert measured["events"]["alerts"] == 20
    assert measured["events"]["events"] == 2000


def test_queries_do_not_grow(measured):
    few, many = (measured["at"][str(count)] for count in (FEW, MANY))
    assert few.keys() == many.keys()
    for name, row in many.items():
        # A page with more records names more things and people.
        assert row["queries"] <= few[name]["queries"] + 6, name
    assert many["bell"]["found"] > few["bell"]["found"] > 0
    assert many["alerts"]["found"] > few["alerts"]["found"] > 0
