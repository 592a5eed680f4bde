"""A rule acts once on a record, however many have it looked at, or set it off."""

import pytest

THINGS = 12
ONCE = {"least": 1, "most": 1, "tries": [1], "states": ["done"]}


@pytest.fixture(scope="module")
def found(run_race):
    return run_race("automation_race.py", "print3d_inventory")


def test_nobody_is_refused(found):
    assert found["answers"] == [True] * 5


def test_looked_at_by_five_it_acts_once_on_each(found):
    assert found["watched"] == {**ONCE, "firings": THINGS, "open": THINGS}


def test_that_it_ceased_is_noted_once(found):
    assert found["ceased"] == {**ONCE, "firings": THINGS, "open": 0}


def test_it_acts_once_more_when_it_is_so_again(found):
    twice = {**ONCE, "least": 2, "most": 2}
    assert found["anew"] == {**twice, "firings": 2 * THINGS, "open": THINGS}


def test_changed_by_five_it_acts_once(found):
    assert found["written"] == {**ONCE, "firings": 1, "open": 1}


def test_what_waits_is_carried_out_once(found):
    waiting = {**ONCE, "least": 0, "most": 0, "tries": [0], "states": ["waiting"]}
    assert found["waiting"] == {**waiting, "firings": 1, "open": 1}
    assert found["waited"] == {**ONCE, "firings": 1, "open": 1}
