"""Two people end one run at once: one of them does it, the other changes nothing.

Only real transactions on a real database show this, so that the race is run by a
program of its own on a clone of the test database.
"""

import pytest

KEYS = ("answers", "states", "grams", "moves", "scraps", "logs", "reprints")


@pytest.fixture(scope="module")
def found(run_race):
    """What came of each race."""
    return run_race("run_end_race.py", "print3d_production")


def test_everything_agrees_after_each_race(found):
    """Every gram, second and piece, by stock, logs and journal."""
    assert len(found) == 9
    for name, race in found.items():
        assert race["differences"] == [], name


def get(found, name, *keys):
    return {key: found[name][key] for key in keys}


def test_done_twice_at_once(found):
    assert get(found, "done_twice", *KEYS) == {
        "answers": [False, True],
        "states": ["assigned", "done"],
        "grams": [950.0, 1000.0],
        "moves": 1,
        "scraps": 0,
        "logs": 1,
        "reprints": 0,
    }


def test_failed_twice_at_once(found):
    assert get(found, "failed_twice", *KEYS) == {
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


def test_two_people_and_the_printer_at_once(found):
    """One end counts; the other two are kept in the journal."""
    race = found["three_at_once"]
    assert race["answers"] == [False, False, True]
    assert race["ignored"] == 2
    assert race["moves"] == race["logs"] == 1


def test_start_and_cancel_at_once(found):
    """It prints or it is cancelled, and whoever came second is told."""
    race = found["start_and_cancel"]
    assert race["state"] in ("printing", "cancelled")
    assert sum("cannot become" in str(answer) for answer in race["answers"]) == 1
    assert race["grams"] == [1000.0, 1000.0]


def test_swap_and_end_at_once(found):
    """Both spools gave their part, or the swap came when all was over."""
    assert found["swap_and_end"]["used"] in ([20.0, 30.0], [50.0])
    assert sum(found["swap_and_end"]["grams"]) == 1950.0


def test_an_end_sees_the_spool_that_was_changed_behind_its_back(found):
    assert found["swap_before_end"]["used"] == [20.0, 30.0]


def test_last_two_prints_of_an_order_end_at_once(found):
    """Neither leaves it to the other to close the order."""
    race = found["two_plates"]
    assert race["answers"] == [True, True]
    assert race["order"] == "done"
