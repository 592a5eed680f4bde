"""Plans are applied while others print, move and plan: nothing is moved under them."""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    """What came of the race."""
    return run_race("schedule_apply_race.py", "print3d_production")


def test_a_plan_is_applied_once(found):
    assert found["schedule"] == "applied"
    assert found["changes"] == 1
    assert found["answers"] == 5
    refused = [answer for answer in found["refused"] if "decided already" in answer]
    assert len(refused) == 1


def test_what_prints_stays(found):
    assert found["started"] == ["printing", True]
    assert not found["started_plan"]
    assert found["states"].count("printing") == 1


def test_a_persons_choice_stays(found):
    assert found["moved"] == [True, False]


def test_the_queue_is_whole(found):
    assert found["sequences"] == 6
    assert found["overlaps"] == []
