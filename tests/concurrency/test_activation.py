"""Two people choose the version of a variant at once: one is active afterwards.

The variant, its versions and its bill of materials agree on which, and nobody is told
of a conflict: who comes second does so to what the first one left.
"""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    """What came of each race."""
    return run_race("activation_race.py", "print3d_production")


@pytest.mark.parametrize(
    ("name", "possible"),
    [
        ("first_ever", {1, 2}),
        ("two_new", {2, 3}),
        ("one_twice", {2}),
        ("forth_and_back", {1, 3}),
        ("out_and_in", {2}),
    ],
)
def test_one_version_is_active(found, name, possible):
    race = found[name]
    assert race["active"] == race["of_product"] == race["printed"]
    assert len(race["active"]) == 1
    assert set(race["active"]) <= possible
    assert race["boms"] == 1
    assert race["grams_fit"]


def test_nobody_is_refused(found):
    answers = [answer for race in found.values() for answer in race["answers"]]
    assert set(map(str, answers)) <= {"True", "None"}
