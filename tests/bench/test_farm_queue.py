"""The measurement of the queue runs, on a small scale, and queries do not grow."""

import pytest

FEW, MANY = 30, 120


@pytest.fixture(scope="module")
def measured(measure):
    """What the measurement returns for a few runs on few printers."""
    return measure(
        "farm_queue.py",
        "print3d_production",
        *("--few", FEW, "--many", MANY, "--printers", 6, "--rounds", 1),
    )


def test_everything_finds_something(measured):
    many = measured["at"][str(MANY)]
    assert many["list"]["found"] >= MANY
    # A column shows 20 of them.
    assert many["board by printer"]["found"] >= 100
    assert many["propose grouping"]["found"] > 0
    for name in ("search: print", "search: printer", "search: filament"):
        assert many[name]["found"] > 0, name
    assert many["move a card"]["found"] > 0


def test_queries_do_not_grow(measured):
    few, many = (measured["at"][str(count)] for count in (FEW, MANY))
    for name, row in many.items():
        # A page with more records names more models.
        assert row["queries"] <= few[name]["queries"] + 6, name
