"""Phones send one action twice at once, or are cut off: it is done once."""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    return run_race("scan_action_race.py", "print3d_inventory")


def get_states(answers):
    return [result["state"] for [result] in answers]


def test_one_key_is_done_once_and_answered_alike(found):
    for name in ("use", "load", "receive_same"):
        assert set(get_states(found[name])) == {"done"}, found[name]
        answers = [json_of(answer) for answer in found[name]]
        assert len(set(answers)) == 1, found[name]
    after = found["after_crowds"]
    assert after["uses"] == after["loads"] == 1
    assert after["left"] == after["booked"] == [990.0, 1000.0]


def test_several_people_receive_at_once(found):
    assert get_states(found["receive_each"]) == ["done"] * 4, found["receive_each"]
    assert len({result["spool_id"] for [result] in found["receive_each"]}) == 4
    after = found["after_crowds"]
    assert after["received"] == 5
    # Two were there before.
    assert after["lots"] == 7
    assert after["receipts"] == ["assigned"]


def test_cut_off_in_the_middle_is_as_if_never_sent(found):
    assert found["killed_in_it"]
    assert found["after_cut"]["left"] == [990.0, 1000.0]
    assert found["after_cut"]["messages"] == found["after_crowds"]["messages"]


def test_cut_off_before_the_answer_is_answered_when_sent_again(found):
    assert found["killed_after_it"]
    assert found["after_late"]["left"] == [990.0, 900.0]
    [[cut, late]] = found["sent_again"]
    assert (cut["state"], late["state"]) == ("done", "done")
    assert found["sent_twice_again"] == found["sent_again"]
    assert found["in_the_end"]["left"] == [990.0, 800.0]
    assert found["in_the_end"]["booked"] == [990.0, 800.0]


def json_of(answer):
    return str(sorted(answer[0].items(), key=str))
