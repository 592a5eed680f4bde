"""Several people want the same spools at once: each gram and each spool goes to one."""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    """What came of the races."""
    return run_race("spool_reserve_race.py", "print3d_inventory")


def test_no_more_is_reserved_than_there_is(found):
    assert found["reserved_g"] == 800.0
    assert found["free_g"] == 200.0
    assert len(found["refused"]) == 2
    assert all("200 g" in answer and "400 g" in answer for answer in found["refused"])


def test_each_opens_a_spool_of_its_own(found):
    assert (found["opened"], found["open"]) == (4, 4)
    assert found["grams"] == [1000.0] * 4
