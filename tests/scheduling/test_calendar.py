"""Hours of people over nights, holidays and changes of the clocks."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from scheduling.calendar import FOREVER, Windows, expand_week
from scheduling.profile import Profile

BERLIN = ZoneInfo("Europe/Berlin")
SPANS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 60)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    ),
    max_size=8,
)


def minutes_of(spans):
    return {minute for start, end in spans for minute in range(start, end)}


def test_days_keep_their_hours_when_the_clocks_change():
    """In Berlin the night to 29 March 2026 is an hour shorter, that of 25 October
    an hour longer."""
    for origin, night in (
        (datetime(2026, 3, 28, 7, tzinfo=timezone.utc), 23),
        (datetime(2026, 10, 24, 6, tzinfo=timezone.utc), 25),
    ):
        week = {day: [(8, 16)] for day in range(7)}
        windows = expand_week(week, BERLIN, origin, 2)
        assert list(windows) == [(0, 480), (night * 60, night * 60 + 480)]


def test_an_hour_left_out_has_no_minutes():
    origin = datetime(2026, 3, 28, 23, tzinfo=timezone.utc)
    night = expand_week({6: [(1.5, 3.5)]}, BERLIN, origin, 1)
    # From 1:30 to 3:30 on the wall one hour goes by.
    assert list(night) == [(90, 150)]


def test_an_hour_that_comes_twice_has_both():
    origin = datetime(2026, 10, 24, 22, tzinfo=timezone.utc)
    night = expand_week({6: [(2, 3)]}, BERLIN, origin, 1)
    assert list(night) == [(120, 240)]


def test_days_off_and_what_is_over():
    origin = datetime(2026, 3, 2, 11, tzinfo=timezone.utc)  # Monday noon in Berlin
    week = {day: [(8, 12), (13, 17)] for day in range(5)}
    windows = expand_week(week, BERLIN, origin, 3, [date(2026, 3, 3)])
    assert list(windows) == [
        (60, 300),
        (44 * 60, 48 * 60),
        (49 * 60, 53 * 60),
    ]


@given(SPANS)
def test_merged_spans_hold_the_same_minutes(spans):
    windows = Windows(spans)
    assert minutes_of(windows) == minutes_of(spans)
    assert all(
        end < start
        for end, start in zip(windows.ends, windows.starts[1:], strict=False)
    )
    assert Windows(windows) == windows
    assert minutes_of(windows.inverted(0, 400)) == set(range(400)) - minutes_of(spans)


@given(SPANS, st.integers(-10, 400), st.integers(1, 80))
def test_find_is_the_first_that_fits(spans, after, length):
    windows, minutes = Windows(spans), minutes_of(spans)
    fitting = [
        start
        for start in range(after, 400)
        if minutes.issuperset(range(start, start + length))
    ]
    assert windows.find(after, length) == (fitting[0] if fitting else None)
    if fitting:
        assert windows.covers(fitting[0], fitting[0] + length)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(1, 3))),
    st.integers(0, 60),
    st.integers(1, 15),
    st.integers(1, 3),
)
def test_profile_finds_the_first_room(taken, after, length, amount):
    profile, levels = Profile(4), dict.fromkeys(range(200), 0)
    for start, minutes, more in taken:
        profile.add(start, start + minutes, more)
        for minute in range(start, start + minutes):
            levels[minute] += more
    first = next(
        start
        for start in range(after, 150)
        if all(levels[start + step] + amount <= 4 for step in range(length))
    )
    assert profile.find(after, length, amount) == first
    assert profile.find(after, FOREVER, amount) is not None
