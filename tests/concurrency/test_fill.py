"""Orders come and go at the same moment: no piece is lost and none printed twice.

Only real transactions on a real database show this, so that the race is run by a
program of its own on a clone of the test database.
"""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    """What came of each race."""
    return run_race("fill_race.py", "print3d_production")


def test_two_orders_confirmed_at_once_share_a_run(found):
    race = found["both_confirmed"]
    assert race["refusals"] == []
    assert race["runs"] == [["queued", 9.0]]
    assert race["orders"] == [4.0, 5.0]


def test_five_orders_confirmed_at_once(found):
    """Ten pieces are two plates of nine; what nobody wanted belongs to somebody."""
    race = found["five_confirmed"]
    assert race["runs"] == [["queued", 9.0], ["queued", 9.0]]
    assert all(pieces >= 2 for pieces in race["orders"])
    assert sum(race["orders"]) == 18


def test_one_order_comes_while_another_goes(found):
    race = found["one_comes_one_goes"]
    assert race["runs"] == [["queued", 9.0]]
    assert race["orders"] == [0.0, 9.0]


def test_a_run_is_filled_while_it_is_started(found):
    """The new order is on the plate that prints, or has one of its own; never both."""
    race = found["filled_and_started"]
    assert race["runs"] in (
        [["printing", 9.0]],
        [["printing", 9.0], ["queued", 9.0]],
    )
    if len(race["runs"]) == 1:
        assert race["orders"] == [4.0, 5.0]
    else:
        assert race["orders"] == [9.0, 9.0]


def test_a_card_is_moved_by_two_people_at_once(found):
    race = found["moved_twice"]
    assert race["refusals"] == []
    assert race["runs"] == [["assigned", 9.0]]
    assert race["lines"] == 1


def test_a_card_is_moved_while_its_order_goes(found):
    race = found["moved_and_cancelled"]
    assert race["runs"] == []
    assert all("does not wait" in words for words in race["refusals"])
