"""Daily use and its spread from what went."""

import statistics
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from restocking import add_up_counts, find_empty_days, measure_use

FIRST = date(2027, 1, 1)
AMOUNTS = st.integers(0, 500)
SERIES = st.lists(AMOUNTS, min_size=2, max_size=60)


def at(offset):
    return FIRST + timedelta(days=offset)


def by_day(values):
    return {at(index): value for index, value in enumerate(values) if value}


def test_days_without_use_count():
    use = measure_use({at(0): 30, at(4): 20}, FIRST, at(9))
    assert (use.mean, use.days, use.active) == (5.0, 10, 2)
    assert round(use.sd, 4) == round(statistics.stdev([30, 20] + [0] * 8), 4)


def test_nothing_to_use_tells_nothing():
    use = measure_use({at(0): 30}, FIRST, at(9), empty=[at(5), at(6), at(0)])
    assert (use.mean, use.days, use.empty) == (30 / 8, 8, 2)


def test_all_days_empty():
    use = measure_use({}, FIRST, at(2), empty=[at(0), at(1), at(2)])
    assert (use.mean, use.sd, use.days, use.empty) == (0.0, 0.0, 0, 3)


def test_one_day_has_no_spread():
    use = measure_use({FIRST: 12}, FIRST, FIRST)
    assert (use.mean, use.sd) == (12.0, 0.0)


def test_more_came_back_than_went():
    assert measure_use({FIRST: -12}, FIRST, at(1)).mean == 0.0


def test_a_market_is_no_usual_day():
    used = {at(0): 10, at(1): 90, at(2): 25}
    use = measure_use(
        used, FIRST, at(2), factors={at(1): 9.0}, extra={at(2): 15, at(0): 0}
    )
    assert (use.mean, use.sd) == (10.0, 0.0)


def test_known_extra_takes_no_more_than_was_used():
    assert measure_use({FIRST: 4}, FIRST, FIRST, extra={FIRST: 10}).mean == 0.0


@given(SERIES)
def test_is_what_statistics_say(values):
    use = measure_use(by_day(values), FIRST, at(len(values) - 1))
    assert abs(use.mean - statistics.fmean(values)) < 1e-9
    assert abs(use.sd - statistics.stdev(values)) < 1e-6
    assert use.days == len(values)
    assert use.active == sum(value > 0 for value in values)
    assert use.total == sum(values)


@given(SERIES, st.integers(1, 9))
def test_a_larger_unit_changes_nothing_else(values, times):
    last = at(len(values) - 1)
    one = measure_use(by_day(values), FIRST, last)
    many = measure_use(by_day([times * value for value in values]), FIRST, last)
    assert abs(many.mean - times * one.mean) < 1e-6
    assert abs(many.sd - times * one.sd) < 1e-5


def test_empty_from_morning_to_evening():
    # 5 came on day 1, went on day 3; nothing on days 0, 4 and 5.
    changes = {at(1): 5, at(3): -5}
    assert find_empty_days(0, changes, FIRST, at(5)) == {at(0), at(4), at(5)}


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=40), st.integers(0, 20))
def test_days_with_stock_are_not_empty(changes, start):
    """Walked forwards, the same days are empty."""
    levels, level = [], start
    for index, change in enumerate(changes):
        changes[index] = max(change, -level)
        levels.append((level, level := level + changes[index]))
    found = find_empty_days(level, by_day(changes), FIRST, at(len(changes) - 1))
    wanted = {at(index) for index, pair in enumerate(levels) if pair == (0, 0)}
    assert found == wanted


def test_first_stock_is_no_use():
    assert add_up_counts([(at(0), 0, 50), (at(9), 8, 0)]) == {at(9): 8}


def test_a_wrong_count_is_taken_back():
    counts = [(at(0), 0, 50), (at(3), 30, 0), (at(4), 0, 30), (at(9), 5, 9)]
    assert add_up_counts(counts) == {at(3): 30, at(4): -30}


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=30))
def test_counts_never_give_use_below_zero(pairs):
    counts = [(at(index), *pair) for index, pair in enumerate(pairs)]
    used, total = add_up_counts(counts), 0
    for day in sorted(used):
        total += used[day]
        assert total >= 0
    assert total <= sum(less for less, _more in pairs)
