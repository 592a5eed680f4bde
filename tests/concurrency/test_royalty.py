"""What two people do with royalties and licences at once happens once.

Only real transactions on a real database show this, so that the race is run by a
program of its own on a clone of the test database.
"""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    """What came of each race."""
    return run_race("royalty_race.py", "print3d_sales")


def test_month_is_billed_once(found):
    assert found["bill_twice"] == {"refused": 1, "bills": [6.0], "states": ["billed"]}


def test_last_unit_is_sold_once(found):
    assert found["last_unit"] == {
        "refused": 1,
        "states": ["draft", "sale"],
        "sold": 1.0,
    }
