"""Safety stock, reorder points, lead times and the size of orders."""

import math
import random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from restocking import (
    LeadTime,
    Use,
    choose_lead_time,
    get_cover_safety,
    get_order_quantity,
    get_reorder_point,
    get_service_factor,
    get_statistical_safety,
    get_upper_level,
    measure_lead_times,
    round_up,
)

NUMBERS = st.floats(0, 1000, allow_nan=False)
LEVELS = st.floats(0.5, 0.999)
USES = st.builds(Use, NUMBERS, NUMBERS)
LEADS = st.builds(LeadTime, st.floats(0, 60), st.floats(0, 20))


@pytest.mark.parametrize(
    "level, factor",
    # The table of the normal distribution.
    [(0.5, 0.0), (0.8413, 1.0), (0.9, 1.2816), (0.95, 1.6449), (0.99, 2.3263)],
)
def test_service_factor(level, factor):
    assert round(get_service_factor(level), 3) == round(factor, 3)


def test_service_without_end_is_refused():
    assert get_service_factor(1.0) == get_service_factor(0.9999) < 4
    assert get_service_factor(0.1) == 0.0


def test_safety_of_known_numbers():
    use, lead = Use(10, 4), LeadTime(9, 2)
    spread = math.sqrt(9 * 16 + 100 * 4)
    assert get_statistical_safety(0.95, use, lead) == pytest.approx(
        1.6449 * spread, 1e-4
    )
    longer = math.sqrt(16 * 16 + 100 * 4)
    assert get_statistical_safety(0.95, use, lead, review=7) == pytest.approx(
        1.6449 * longer, 1e-4
    )


def test_safety_keeps_its_promise():
    """Nineteen of twenty cycles last, of demand and lead times drawn at random."""
    rng = random.Random(7)
    use, lead = Use(100, 30), LeadTime(8, 2)
    point = get_reorder_point(use, lead, get_statistical_safety(0.95, use, lead)).point
    lasted = 0
    for _cycle in range(4000):
        days = max(0, rng.gauss(8, 2))
        # The use of many days is normal, whatever that of one day is.
        used = rng.gauss(100 * days, 30 * math.sqrt(days))
        lasted += used <= point
    assert 0.94 < lasted / 4000 < 0.96


@given(USES, LEADS, LEVELS, LEVELS)
def test_more_service_needs_no_less_stock(use, lead, one, other):
    low, high = sorted((one, other))
    assert (
        0
        <= get_statistical_safety(low, use, lead)
        <= get_statistical_safety(high, use, lead)
    )


@given(USES, LEADS, st.floats(0, 30))
def test_a_longer_lead_time_needs_no_less_stock(use, lead, more):
    longer = LeadTime(lead.mean + more, lead.sd)
    one, other = (
        get_reorder_point(use, each, get_statistical_safety(0.95, use, each)).point
        for each in (lead, longer)
    )
    assert other >= one - 1e-9


def test_steady_use_needs_no_safety():
    use, lead = Use(25, 0), LeadTime(4, 0)
    point = get_reorder_point(use, lead, get_statistical_safety(0.99, use, lead))
    assert (point.point, point.expected, point.safety) == (100, 100, 0)


def test_a_season_raises_what_is_expected():
    point = get_reorder_point(Use(10), LeadTime(5), 30, factor=1.5)
    assert (point.point, point.expected) == (105, 75)


def test_days_of_cover():
    assert get_cover_safety(7, Use(12)) == 84
    assert get_cover_safety(-1, Use(12)) == 0


@given(st.floats(0, 1e6), st.integers(1, 5000))
def test_packs_hold_what_is_wanted(quantity, pack):
    rounded = round_up(quantity, pack)
    assert rounded % pack == 0
    assert quantity - 1e-2 <= rounded < quantity + pack


def test_without_packs_nothing_is_rounded():
    assert round_up(12.34, 0) == 12.34
    assert round_up(-3, 0) == round_up(-3, 5) == 0


def test_full_packs_stay():
    # 3 × 0.1 is a little more than 0.3.
    assert round_up(3 * 0.1, 0.1) == pytest.approx(0.3)


def test_an_order_is_at_least_a_pack():
    assert get_order_quantity(Use(0), 30, 1000) == 1000
    assert get_order_quantity(Use(50), 30, 1000) == 2000
    assert get_order_quantity(Use(50), 30) == 1500
    assert get_order_quantity(Use(50), 30, 1000, factor=2) == 3000


@given(
    NUMBERS,
    st.integers(1, 20),
    st.floats(0.5, 1000),
    st.floats(0.01, 0.99),
    st.integers(0, 3),
)
def test_just_under_the_point_the_order_is_what_was_meant(
    point, packs, pack, share, missing
):
    """Filled up to the upper level, in whole packs, one more for each that lacks."""
    upper = get_upper_level(point, packs * pack, pack)
    assert upper >= point
    stock = point - (share + missing) * pack
    assert round_up(upper - stock, pack) == pytest.approx((packs + missing) * pack)


def test_upper_level_without_packs():
    assert get_upper_level(100, 250) == 350


def test_lead_times():
    lead = measure_lead_times([3, 5, -1, 8], "product")
    assert (lead.mean, lead.count, lead.source) == (4, 4, "product")
    assert lead.sd == pytest.approx(stdev([3, 5, 0, 8]))
    assert measure_lead_times([6], "vendor") == LeadTime(6, 0, 1, "vendor")
    assert measure_lead_times([], "vendor").count == 0


@pytest.mark.parametrize(
    "own, vendors, mean, source",
    [
        ([2, 3, 4], [9] * 9, 3, "product"),
        ([2, 3], [9] * 9, 9, "vendor"),
        ([2, 3], [9, 9], 7, "told"),
        ([], [], 7, "told"),
    ],
)
def test_whose_lead_time_counts(own, vendors, mean, source):
    lead = choose_lead_time(own, vendors, 7)
    assert (lead.mean, lead.source) == (mean, source)


def test_how_many_receipts_make_a_figure():
    assert choose_lead_time([2], [], 7, least=1).mean == 2
    assert choose_lead_time([], [], 7, least=0).source == "told"


@given(st.lists(st.floats(0, 90), min_size=2, max_size=30))
def test_lead_times_are_what_statistics_say(days):
    lead = measure_lead_times(days, "product")
    assert lead.mean == pytest.approx(fmean(days))
    assert lead.sd == pytest.approx(stdev(days), abs=1e-6)
