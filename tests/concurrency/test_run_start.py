"""Several want one spool at once: it feeds one print, and no gram is promised twice.

Only real transactions on a real database show this, so that the race is run by a
program of its own on a clone of the test database.
"""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    """What came of each race."""
    return run_race("run_start_race.py", "print3d_production")


def test_a_spool_feeds_one_of_two_starts(found):
    race = found["race_for_one_spool"]
    assert race["states"] == ["assigned", "printing"]
    assert race["feeds"] == 1
    assert sum("is in use" in str(answer) for answer in race["answers"]) == 1


def test_grams_are_promised_once(found):
    """1,000 g: 925 are reserved already, and two more runs want 50 each."""
    race = found["race_with_a_reservation"]
    assert race["promised"] == 975.0
    assert sum(isinstance(answer, str) for answer in race["answers"]) == 1
