"""What many processes tell at once is one alert each, and every event is counted."""

import signal

import pytest

KILLED = -signal.SIGKILL


@pytest.fixture(scope="module")
def found(run_race):
    return run_race("alert_race.py", "print3d_inventory")


def test_one_process_was_killed_twice(found):
    assert found["ends"] == [KILLED, KILLED, 0, 0, 0, 0]


def test_one_alert_of_each_thing(found):
    assert found["alerts"] == found["keys"] == found["open"] == 1_000
    assert found["journaled"] == 1_000


def test_every_event_counts_once(found):
    assert found["left"] == 0
    assert found["events"] == 100_000
    assert found["least"] == found["most"] == 100


def test_nobody_waits_for_himself(found):
    held = found["held"]
    assert held["end"] == 0
    # Not while the one who asks is at the alert; but right after.
    assert held["taken"] is False
    assert (held["alerts"], held["events"], held["left"]) == (1, 2, 0)


def test_the_order_of_arrival_makes_no_difference(found):
    shuffled = found["shuffled"]
    assert shuffled["ends"] == [0, 0, 0, 0]
    there, wanted = shuffled["open"]
    assert there == wanted
    there, wanted = shuffled["events"]
    assert there == wanted
