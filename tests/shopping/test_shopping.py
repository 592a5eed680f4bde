"""Who gets what: packs, price breaks, freight, and the cheapest split of a list."""

import itertools
import random

import pytest
import shopping
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shopping import Freight, Price, Split

money = st.integers(1, 5000).map(lambda cents: cents / 100)
freights = st.builds(
    Freight,
    cost=st.one_of(st.just(0.0), money),
    free_from=st.one_of(st.just(0.0), money.map(lambda value: value * 3)),
    minimum=st.one_of(st.just(0.0), money),
    already=st.one_of(st.just(0.0), money),
)
prices = st.builds(
    Price,
    key=st.integers(1, 99),
    vendor=st.integers(1, 3),
    pack=st.sampled_from([250.0, 750.0, 1000.0, 2300.0, 10000.0]),
    money=money,
    least=st.integers(1, 12),
    rank=st.integers(0, 2),
)
needs = st.floats(0.01, 50_000, allow_nan=False)


@st.composite
def lists(draw, items=7, vendors=3):
    """Costs by item and vendor, and what vendors want besides."""
    names = [f"v{number}" for number in range(draw(st.integers(1, vendors)))]
    count = draw(st.integers(1, items))
    costs = {
        item: {
            vendor: draw(money)
            for vendor in draw(st.sets(st.sampled_from(names), min_size=1))
        }
        for item in range(count)
    }
    return costs, {name: draw(freights) for name in names}


def brute(costs, wants):
    """The least that any choice costs."""
    items = list(costs)
    return min(
        shopping.split_cost(dict(zip(items, choice, strict=True)), costs, wants)
        for choice in itertools.product(*(costs[item] for item in items))
    )


# === PACKS === #


@given(needs, st.sampled_from([1.0, 250.0, 750.0, 1000.0, 2300.0]))
@example(1000.0000001, 1000.0)
@example(0.1 + 0.2, 0.1)
def test_packs_hold_the_need_and_one_less_does_not(need, pack):
    packs = shopping.count_packs(need, pack)
    slack = pack * shopping.NOISE * 2
    assert packs * pack >= need - slack
    assert (packs - 1) * pack < need + slack


@pytest.mark.parametrize("need", [0.0, -5.0])
def test_no_need_no_pack(need):
    assert shopping.count_packs(need, 1000.0) == 0
    assert shopping.share_packs([need], 1000.0) == [0]
    assert shopping.share_packs([], 1000.0) == []


@given(st.lists(needs, min_size=1, max_size=6), st.sampled_from([250.0, 1000.0]))
def test_shared_packs_are_as_few_as_for_the_sum(parts, pack):
    shares = shopping.share_packs(parts, pack)
    assert sum(shares) == shopping.count_packs(sum(parts), pack)
    assert min(shares) >= 0
    served = 0.0
    for count, (share, _part) in enumerate(zip(shares, parts, strict=True), start=1):
        served += share * pack
        assert served >= sum(parts[:count]) - pack * 1e-5


def test_what_a_pack_leaves_over_serves_the_next_need():
    assert shopping.share_packs([300, 400, 500], 1000) == [1, 0, 1]
    assert shopping.share_packs([300, 400], 1000, least=3) == [3, 0]


# === OFFERS === #


@given(st.lists(prices, min_size=1, max_size=8), needs)
def test_best_offer_costs_least_of_its_vendor_and_covers_the_need(found, need):
    offers = shopping.best_offers(found, need)
    assert set(offers) == {price.vendor for price in found}
    for vendor, offer in offers.items():
        assert offer.price.vendor == vendor
        assert offer.packs >= offer.price.least
        assert offer.quantity >= need - 0.02
        assert offer.left_over == pytest.approx(max(offer.quantity - need, 0))
        for price in found:
            if price.vendor == vendor:
                other = shopping.make_offer(price, need)
                assert offer.cost <= other.cost + 1e-5


def test_more_packs_are_taken_where_they_cost_less():
    single = Price("single", "v", 1000, 20.0)
    ten = Price("ten", "v", 1000, 17.0, least=10)
    assert shopping.best_offers([single, ten], 8000)["v"].packs == 8
    offer = shopping.best_offers([single, ten], 9000)["v"]
    assert (offer.price.key, offer.packs, offer.cost) == ("ten", 10, 170.0)
    assert offer.left_over == 1000


def test_of_equal_cost_the_least_left_over_then_the_preferred():
    large = Price(1, "v", 2000, 20.0)
    small = Price(2, "v", 1000, 20.0)
    second = Price(3, "v", 1000, 20.0, rank=-1)
    assert shopping.best_offers([large, small], 900)["v"].price.key == 2
    assert shopping.best_offers([large, small, second], 900)["v"].price.key == 3


@given(st.lists(prices, min_size=1, max_size=8), st.integers(0, 30), st.data())
def test_chosen_packs_get_the_best_price_for_so_many(found, packs, data):
    chosen = data.draw(st.sampled_from(found))
    offer = shopping.offer_of_packs(found, chosen, packs, 0.0)
    assert offer.packs >= packs
    assert offer.packs >= offer.price.least
    same = [p for p in found if (p.vendor, p.pack) == (chosen.vendor, chosen.pack)]
    assert offer.price in same
    if packs >= min(price.least for price in same):
        assert offer.packs == max(packs, 1)
        assert all(
            offer.price.money <= price.money
            for price in same
            if price.least <= offer.packs
        )


# === FREIGHT === #


def test_freight_is_due_below_its_threshold():
    freight = Freight(cost=5.9, free_from=50)
    assert freight.extra(0) == 0
    assert freight.extra(49.99) == 5.9
    assert freight.extra(50) == 0
    assert Freight(cost=5.9).extra(1000) == 5.9
    assert Freight(free_from=50).extra(10) == 0


def test_an_open_order_counts_towards_the_threshold():
    freight = Freight(cost=5.9, free_from=50, already=30)
    assert freight.extra(10) == 0  # the freight of the open order is due anyway
    assert freight.extra(20) == pytest.approx(-5.9)


def test_too_small_an_order_costs_what_is_missing():
    freight = Freight(cost=4, minimum=25)
    assert freight.extra(10) == 19
    assert freight.extra(25) == 4
    assert Freight(minimum=25, already=20).extra(10) == pytest.approx(-5)


@given(freights, st.lists(money, min_size=2, max_size=6))
def test_more_goods_never_cost_more_besides(freight, steps):
    values = list(itertools.accumulate(steps))
    extras = [freight.extra(value) for value in values]
    for few, many in itertools.pairwise(extras):
        assert many <= few + 1e-9


def test_top_up_takes_the_cheapest_line_that_closes_the_gap():
    cheap = Price("cheap", "v", 1, 4.0)
    dear = Price("dear", "v", 1, 9.0)
    lines = {"a": ([cheap], cheap, 2), "b": ([dear], dear, 1)}
    assert shopping.top_up(lines, 0) is None
    assert shopping.top_up({}, 5) is None
    assert shopping.top_up(lines, 8.5) == shopping.TopUp("b", 1, 9.0)
    assert shopping.top_up(lines, 3) == shopping.TopUp("a", 1, 4.0)
    assert shopping.top_up(lines, 11) == shopping.TopUp("a", 3, 12.0)


def test_top_up_sees_a_price_break():
    single = Price("single", "v", 1, 10.0)
    five = Price("five", "v", 1, 9.0, least=5)
    way = shopping.top_up({"a": ([single, five], single, 4)}, 5)
    assert (way.packs, way.cost) == (1, 5.0)  # 4 x 10 became 5 x 9


@given(st.lists(prices, min_size=1, max_size=5), st.integers(1, 9), money)
def test_top_up_closes_the_gap(found, packs, gap):
    chosen = found[0]
    start = shopping.offer_of_packs(found, chosen, packs, 0.0)
    way = shopping.top_up({"a": (found, chosen, start.packs)}, gap)
    if way:
        more = shopping.offer_of_packs(found, chosen, start.packs + way.packs, 0.0)
        assert more.cost - start.cost == pytest.approx(way.cost)
        assert way.cost >= gap - 1e-5


# === THE WHOLE LIST === #


@settings(max_examples=400)
@given(lists())
def test_split_costs_no_more_than_any_other(case):
    costs, wants = case
    split = shopping.best_split(costs, wants)
    assert split.exact
    assert set(split.choice) == set(costs)
    assert split.total == pytest.approx(brute(costs, wants))
    assert split.total == pytest.approx(shopping.split_cost(split.choice, costs, wants))


@settings(max_examples=200)
@given(lists(), st.integers(0, 3), st.randoms(use_true_random=False))
def test_cut_short_it_is_still_a_choice_and_never_worse_than_the_present(
    case, limit, chance
):
    costs, wants = case
    present = {item: chance.choice(sorted(offers)) for item, offers in costs.items()}
    split = shopping.best_split(costs, wants, present, limit=limit)
    assert set(split.choice) == set(costs)
    assert split.total <= shopping.split_cost(present, costs, wants) + 1e-5
    assert split.total >= brute(costs, wants) - 1e-5


@given(lists())
def test_the_present_choice_stays_where_nothing_is_cheaper(case):
    costs, wants = case
    best = shopping.best_split(costs, wants).choice
    assert shopping.best_split(costs, wants, best).choice == best


def test_an_item_moves_to_fill_up_an_order():
    """A dearer choice of one item makes the whole cheaper: freight becomes free."""
    costs = {"a": {"x": 40.0}, "b": {"x": 12.0, "y": 10.0}}
    wants = {"x": Freight(cost=6, free_from=50), "y": Freight(cost=3)}
    split = shopping.best_split(costs, wants)
    assert split == Split({"a": "x", "b": "x"}, 52.0, True)


def test_nobody_offers_it():
    assert shopping.best_split({}, {}) == Split({}, 0.0, True)
    assert shopping.best_split({"a": {}, "b": {"x": 1.0}}, {}).choice == {"b": "x"}


@pytest.mark.parametrize("size", [60, 200])
def test_long_lists_are_split_near_the_best(size):
    """The guess of a list too long to search stays within a freight of the bound."""
    chance = random.Random(6)
    names = [f"v{number}" for number in range(6)]
    costs = {
        item: {
            name: round(chance.uniform(10, 30), 2)
            for name in chance.sample(names, chance.randint(1, 4))
        }
        for item in range(size)
    }
    wants = {
        name: Freight(cost=7, free_from=chance.choice([60, 150, 900]), minimum=25)
        for name in names
    }
    split = shopping.best_split(costs, wants, limit=4000)
    least = sum(min(offers.values()) for offers in costs.values())
    assert least - 1e-6 <= split.total <= least + 7 * len(names)
