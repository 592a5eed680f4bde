"""A hundred people use one spool at once: every gram is booked, once."""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    return run_race("spool_ledger_race.py", "print3d_inventory")


def test_a_hundred_uses_are_all_booked(found):
    uses = found["uses"]
    assert uses["failed"] == []
    assert uses["entries"] == uses["uses"] == 100
    assert uses["moved"] == 137.0
    assert uses["left"] == uses["booked"] == uses["ledger"] == uses["quants"] == 863.0
    # The hundred, and the receipt.
    assert uses["states"] == {"posted": 101}


def test_one_key_counts_once(found):
    twice = found["same_key"]
    assert twice["failed"] == []
    assert twice["entries"] == twice["uses"] == 1
    assert twice["left"] == twice["ledger"] == 998.63


def test_the_order_of_arrival_makes_no_difference(found):
    mixed = found["mixed"]
    assert mixed["failed"] == []
    # Weighed at 850 g less 200 g of spool; 40 g were used after that.
    assert mixed["left"] == mixed["ledger"] == mixed["quants"] == 610.0
    assert set(mixed["states"]) == {"posted"}
    assert mixed["moved"] == 80.0


def test_what_a_killed_process_told_is_booked_by_the_cron(found):
    kill = found["kill"]
    assert kill["killed"]
    assert kill["before"]["states"] == {"posted": 1, "waiting": 1}
    # It is subtracted on the screens before it is in the books.
    assert (kill["before"]["left"], kill["before"]["booked"]) == (987.5, 1000.0)
    assert kill["after"]["states"] == {"posted": 2}
    assert kill["after"]["left"] == kill["after"]["booked"] == 987.5
