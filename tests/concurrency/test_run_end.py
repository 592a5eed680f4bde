"""Two people end one run at once: one of them does it, the other changes nothing.

Only real transactions on a real database show this, so that the race is run by a
program of its own on a clone of the test database.
"""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    """What came of each race."""
    return run_race("run_end_race.py", "print3d_production")


def test_done_twice_at_once(found):
    assert found["done_twice"] == {
        "answers": [False, True],
        "states": ["assigned", "done"],
        "grams": [950.0, 1000.0],
        "moves": 1,
        "scraps": 0,
        "logs": 1,
        "reprints": 0,
    }


def test_failed_twice_at_once(found):
    assert found["failed_twice"] == {
        "answers": [False, True],
        "states": ["assigned", "assigned", "failed"],
        "grams": [980.0, 1000.0],
        "moves": 1,
        "scraps": 1,
        "logs": 1,
        "reprints": 1,
    }


def test_done_and_failed_at_once(found):
    """Whoever comes first is right; there is never a bit of both."""
    race = found["done_and_failed"]
    assert race["answers"] == [False, True]
    assert race["moves"] == race["logs"] == 1
    if "done" in race["states"]:
        assert (race["grams"][0], race["scraps"], race["reprints"]) == (950.0, 0, 0)
    else:
        assert (race["grams"][0], race["scraps"], race["reprints"]) == (980.0, 1, 1)


def test_two_runs_started_on_one_printer_at_once(found):
    race = found["two_starts"]
    assert race["states"] == ["assigned", "printing"]
    assert True in race["answers"]
    assert any("is printing" in str(answer) for answer in race["answers"])
