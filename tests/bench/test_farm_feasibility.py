"""The measurement runs, on a small scale, and its queries do not grow."""

import pytest


@pytest.fixture(scope="module")
def measured(measure):
    """What the measurement returns for a small farm, and for a tenth of it."""
    return measure(
        "feasibility.py",
        "print3d_production",
        *("--runs", 100, "--printers", 20, "--spools", 200, "--rounds", 1),
    )


def test_every_run_is_judged(measured):
    assert measured["at"]["100"]["walk"]["found"] >= 100
    assert measured["at"]["100"]["board"]["found"] >= 100
    assert measured["at"]["100"]["where else"]["found"] == 20


def test_queries_do_not_grow(measured):
    few, many = (measured["at"][count] for count in ("10", "100"))
    assert few.keys() == many.keys()
    for name, row in many.items():
        # More runs name filaments and spools that fewer did not.
        assert row["queries"] <= few[name]["queries"] + 3, name
