"""Months and events."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from restocking import Event, find_factors, get_factor, get_mean_factor, split_events

FACTORS = [1.0] * 10 + [1.5, 2.0]
MARKET = Event(date(2027, 12, 4), date(2027, 12, 5), 3.0)


def _year(use, year=2026):
    return {(year, month): quantity for month, quantity in enumerate(use, start=1)}


def test_even_use_has_no_season():
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    factors = find_factors(_year(days), date(2026, 1, 1), date(2026, 12, 31))
    assert factors == pytest.approx([1.0] * 12)


def test_one_year_is_half_believed():
    """A month of twice the usual use; the mean of the year stays the usual day."""
    use = _year([310, 280, 310, 300, 310, 300, 310, 310, 300, 310, 300, 2 * 310])
    once = find_factors(use, date(2026, 1, 1), date(2026, 12, 31))
    twice = find_factors(
        {**use, **{(2027, month): grams for (_year, month), grams in use.items()}},
        date(2026, 1, 1),
        date(2027, 12, 31),
    )
    raw = 2 / (13 / 12)
    assert once[11] == pytest.approx((raw + 1) / 2)
    assert twice[11] == pytest.approx((2 * raw + 1) / 3)
    assert 1 < once[11] < twice[11] < raw


@pytest.mark.parametrize(
    "first, last",
    [
        (date(2026, 1, 2), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 12, 30)),
        (date(2026, 3, 1), date(2026, 11, 30)),
    ],
)
def test_less_than_a_year_tells_no_season(first, last):
    assert find_factors(_year([100] * 12), first, last) is None


def test_no_use_tells_no_season():
    assert find_factors({}, date(2026, 1, 1), date(2026, 12, 31)) is None


@given(
    st.lists(st.integers(0, 9999), min_size=12, max_size=36),
    st.floats(0, 4),
)
def test_factors_have_the_mean_one(use, strength):
    last_year = 2024 + (len(use) - 1) // 12
    use = use + [0] * (-len(use) % 12)
    months = {
        (2024 + index // 12, index % 12 + 1): value for index, value in enumerate(use)
    }
    factors = find_factors(months, date(2024, 1, 1), date(last_year, 12, 31), strength)
    if factors is None:
        assert not any(use)
    else:
        assert sum(factors) == pytest.approx(12)
        assert all(factor > 0 for factor in factors)


def test_factor_of_a_day():
    assert get_factor(date(2027, 12, 3), FACTORS, [MARKET]) == 2.0
    assert get_factor(date(2027, 12, 5), FACTORS, [MARKET]) == 6.0
    assert get_factor(date(2027, 12, 5)) == 1.0


def test_mean_of_the_next_days():
    # From 30 November: one day of 1.5, three of 2.
    assert get_mean_factor(date(2027, 11, 30), 3.2, FACTORS) == pytest.approx(7.5 / 4)
    assert get_mean_factor(date(2027, 11, 30), 0, FACTORS) == 1.5


def test_what_an_event_adds():
    extra = Event(date(2027, 12, 5), date(2027, 12, 8), extra=400)
    usual, event = split_events(date(2027, 12, 5), 10, FACTORS, [MARKET, extra])
    assert (usual, event) == (20, 40 + 100)
    closed = Event(date(2027, 12, 1), date(2027, 12, 31), 0.0)
    assert split_events(date(2027, 12, 9), 10, None, [closed]) == (10, -10)


@given(st.integers(0, 400), st.floats(0, 900))
def test_a_day_without_events_has_none(offset, base):
    day = date(2027, 1, 1) + timedelta(days=offset)
    assert split_events(day, base, FACTORS)[1] == 0
