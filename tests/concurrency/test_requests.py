"""People decide about requests, order and receive them at the same moment."""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    return run_race("request_race.py", "print3d_inventory")


def test_two_people_at_once_are_two_people(found):
    assert found["two"]["state"] == "approved"
    assert found["two"]["reviews"] == ["approved", "approved"]
    assert found["two"]["people"] == 2


def test_one_person_five_times_is_one_person(found):
    assert found["one_twice"]["state"] == "to_approve"
    assert found["one_twice"]["reviews"] == ["approved", "pending"]


def test_who_comes_second_decides_no_more(found):
    assert len(found["answers"]) == 2
    state = found["against"]["state"]
    verdict = {"approved": "approved", "rejected": "rejected"}[state]
    assert found["against"]["reviews"] == [verdict]
    assert found["against"]["people"] == 1


def test_ordered_five_times_is_ordered_once(found):
    assert found["order"]["ordered"] == [1.0, 1.0]
    assert found["order"]["orders"] == 2
    assert found["order"]["state"] == "approved"


def test_two_receipts_at_once_are_both_seen(found):
    assert len(found["order"]["pickings"]) == 0
    assert len(found["received"]["pickings"]) == 2
    assert found["received"]["state"] == "stocked"


def test_asked_five_times_under_one_key(found):
    assert len(found["made"]) == 1
    assert isinstance(found["made"][0], int)
