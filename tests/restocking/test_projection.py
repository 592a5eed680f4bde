"""The stock of the coming days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from restocking import consume, find_depletion, project

TODAY = date(2027, 5, 3)
AMOUNTS = st.integers(0, 300)


def at(offset):
    return TODAY + timedelta(days=offset)


def test_planned_takes_the_place_of_expected():
    """500 g planned for day 3 are the use of five days around it."""
    expected, planned = [100.0] * 10, [0.0] * 10
    planned[3] = 500.0
    assert consume(expected, planned) == [
        100.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        100.0,
        100.0,
        100.0,
        100.0,
    ]


def test_what_is_planned_beyond_comes_on_top():
    left = consume([100.0] * 5, [0.0, 0.0, 900.0, 0.0, 0.0], window=1)
    assert left == [100.0, 0.0, 0.0, 0.0, 100.0]


@given(
    st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=40), st.integers(0, 10)
)
def test_never_less_than_either(pairs, window):
    expected, planned = (list(values) for values in zip(*pairs, strict=True))
    left = consume(expected, planned, window)
    assert all(0 <= rest <= was for rest, was in zip(left, expected, strict=True))
    total = sum(left) + sum(planned)
    assert total >= max(sum(expected), sum(planned)) - 1e-6
    assert total <= sum(expected) + sum(planned)


@given(st.lists(AMOUNTS, min_size=1, max_size=40))
def test_nothing_planned_leaves_what_is_expected(expected):
    assert consume(expected, [0] * len(expected)) == expected


def test_stock_by_day():
    days = project(
        1000,
        TODAY,
        [(100.0, 0.0), (100.0, 50.0), (100.0, 0.0)],
        arrivals={at(1): 500, at(-4): 20, at(9): 77},
        planned={at(2): 30, at(-1): 10, at(3): 99},
    )
    assert [day.date for day in days] == [at(0), at(1), at(2)]
    assert [day.came for day in days] == [20, 500, 0]
    assert [day.planned for day in days] == [10, 0, 30]
    assert [day.burn for day in days] == [90, 100, 70]
    assert [day.events for day in days] == [0, 50, 0]
    assert [day.stock for day in days] == [920, 1270, 1170]


def test_an_event_may_take_use_away():
    day = project(100, TODAY, [(10.0, -4.0)])[0]
    assert (day.burn, day.events, day.stock) == (6, 0, 94)
    day = project(100, TODAY, [(10.0, -14.0)])[0]
    assert (day.burn, day.events, day.stock) == (0, 0, 100)


def test_the_spread_grows_with_the_days():
    days = project(100, TODAY, [(0.0, 0.0)] * 4, sd=10)
    assert days[0].high - days[0].low == pytest.approx(2 * 1.2816 * 10)
    assert days[3].high - days[3].low == pytest.approx(2 * 1.2816 * 20)


@given(
    st.integers(0, 5000),
    st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=40),
)
def test_grams_neither_appear_nor_vanish(on_hand, triples):
    burn, came, planned = zip(*triples, strict=True)
    days = project(
        on_hand,
        TODAY,
        [(float(value), 0.0) for value in burn],
        {at(index): value for index, value in enumerate(came)},
        {at(index): value for index, value in enumerate(planned)},
        sd=5,
    )
    stock = on_hand
    for day in days:
        stock += day.came - day.planned - day.events - day.burn
        assert day.stock == pytest.approx(stock)
        assert day.low < day.stock < day.high


def test_depletion():
    days = project(250, TODAY, [(100.0, 0.0)] * 5, {at(3): 900})
    assert find_depletion(250, days) == at(2)
    assert find_depletion(1000, project(1000, TODAY, [(100.0, 0.0)] * 5)) is None
    assert find_depletion(500, project(500, TODAY, [(100.0, 0.0)] * 5)) == at(4)


def test_what_nobody_uses_never_runs_out():
    days = project(0, TODAY, [(0.0, 0.0)] * 5)
    assert find_depletion(0, days) is None


def test_what_is_used_and_not_there_ran_out():
    days = project(0, TODAY, [(1.0, 0.0)] * 5, {at(0): 90})
    assert find_depletion(0, days) == TODAY
