"""Which vendor gets what: price breaks, packs, freight and minimum orders.

Plain Python, no Odoo. Money is in one currency, quantities are in the unit of the
product, packs are whole numbers.
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

# Below this share of a pack, or of the smallest coin, a difference is noise of floats.
NOISE = 1e-6
# More packs than these are not looked at to make an order reach its free freight.
MOST_EXTRA = 50


@dataclass(frozen=True, slots=True)
class Price:
    """One line of a vendor's price list.

    :param key: what its maker knows it by
    :param pack: quantity of the product in one pack, above zero
    :param money: of one pack, its discount taken off
    :param least: packs from which on the price is given
    :param lead_days: from the order to the receipt
    :param rank: the shop's own order of preference, the smallest first
    """

    key: Hashable
    vendor: Hashable
    pack: float
    money: float
    least: int = 1
    lead_days: int = 0
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What a need costs at one price.

    :param quantity: what comes, never less than was needed
    :param left_over: what comes beyond the need
    """

    price: Price
    packs: int
    cost: float
    quantity: float
    left_over: float


@dataclass(frozen=True, slots=True)
class Freight:
    """What a vendor wants besides the goods, of each order.

    :param cost: of sending it; nothing when zero
    :param free_from: value of goods from which on it is sent free; never when zero
    :param minimum: value of goods below which the vendor takes no order
    :param already: value of goods that lie in an open order, which would go on
    """

    cost: float = 0.0
    free_from: float = 0.0
    minimum: float = 0.0
    already: float = 0.0

    def due(self, goods: float) -> float:
        """Freight of a whole order of this value."""
        if goods <= NOISE or self.cost <= 0:
            return 0.0
        is_free = self.free_from > 0 and goods >= self.free_from - NOISE
        return 0.0 if is_free else self.cost

    def short(self, goods: float) -> float:
        """Value that is missing to the smallest order the vendor takes."""
        return max(self.minimum - goods, 0.0) if goods > NOISE else 0.0

    def extra(self, goods: float) -> float:
        """What ``goods`` more cost besides themselves.

        Freight, and what must be bought on top to reach the smallest order; less than
        nothing when they make an open order reach its free freight.
        """
        if goods <= NOISE:
            return 0.0
        whole = self.already + goods
        return (
            self.due(whole)
            + self.short(whole)
            - self.due(self.already)
            - self.short(self.already)
        )


NO_FREIGHT = Freight()


# === PACKS AND PRICES === #


def count_packs(need: float, pack: float) -> int:
    """Whole packs that hold at least ``need``."""
    if need <= NOISE * pack:
        return 0
    return max(math.ceil(need / pack - NOISE), 1)


def share_packs(needs: Sequence[float], pack: float, least: int = 0) -> list[int]:
    """Packs for each of several needs of one product, bought together.

    What one pack leaves over serves the next need, so that together they are as few
    as for the sum. What a vendor's smallest quantity adds goes to the first.
    """
    shares, whole, before = [], 0.0, 0
    for need in needs:
        whole += max(need, 0.0)
        packs = count_packs(whole, pack)
        shares.append(packs - before)
        before = packs
    if shares and before:
        shares[0] += max(least - before, 0)
    return shares


def make_offer(price: Price, need: float) -> Offer:
    """The offer of a need above zero at one price."""
    packs = max(count_packs(need, price.pack), price.least, 1)
    quantity = packs * price.pack
    return Offer(price, packs, packs * price.money, quantity, max(quantity - need, 0.0))


def best_offers(prices: Iterable[Price], need: float) -> dict[Hashable, Offer]:
    """The offer of each vendor that costs the least money for a need.

    Where more packs at a better price cost less than fewer, they are taken. Of offers
    that cost the same, the one that leaves less over, then the preferred one.

    :return: offers by vendor
    """
    best: dict[Hashable, Offer] = {}
    for price in prices:
        offer = make_offer(price, need)
        known = best.get(price.vendor)
        if known is None or _order(offer) < _order(known):
            best[price.vendor] = offer
    return best


def _order(offer: Offer) -> tuple:
    return (
        round(offer.cost, 6),
        round(offer.left_over, 6),
        offer.price.rank,
        str(offer.price.key),
    )


def offer_of_packs(
    prices: Iterable[Price], chosen: Price, packs: int, need: float
) -> Offer:
    """The offer when a person wants this many packs, of the size of ``chosen``.

    The price is the best one the vendor gives for so many; fewer than its smallest
    quantity cannot be had.
    """
    same = [
        price
        for price in prices
        if price.vendor == chosen.vendor
        and abs(price.pack - chosen.pack) <= NOISE * chosen.pack
    ] or [chosen]
    packs = max(packs, min(price.least for price in same), 1)
    price = min(
        (price for price in same if price.least <= packs),
        key=lambda each: (each.money, each.rank, str(each.key)),
    )
    quantity = packs * price.pack
    return Offer(price, packs, packs * price.money, quantity, max(quantity - need, 0.0))


@dataclass(frozen=True, slots=True)
class TopUp:
    """How an order reaches a value by buying more of what is on it.

    :param item: what to buy more of
    :param packs: how many packs more
    :param cost: of these packs
    """

    item: Hashable
    packs: int
    cost: float


def top_up(
    lines: Mapping[Hashable, tuple[Sequence[Price], Price, int]], gap: float
) -> TopUp | None:
    """The cheapest way to spend at least ``gap`` more on one line of an order.

    :param lines: prices of the vendor, the price in use and its packs, by item
    :return: nothing when there is no gap, or no line that closes it
    """
    if gap <= NOISE:
        return None
    found = []
    for item, (prices, chosen, packs) in lines.items():
        before = offer_of_packs(prices, chosen, packs, 0.0).cost
        for more in range(1, MOST_EXTRA + 1):
            cost = offer_of_packs(prices, chosen, packs + more, 0.0).cost - before
            if cost >= gap - NOISE:
                found.append(TopUp(item, more, cost))
                break
    return min(found, key=lambda way: (round(way.cost, 6), way.packs), default=None)


# === THE WHOLE LIST === #


@dataclass(frozen=True, slots=True)
class Split:
    """Who gets what.

    :param choice: vendor by item
    :param total: goods, freight and what orders are short of their minimum
    :param exact: nothing costs less; False when the list was too long to be sure
    """

    choice: dict
    total: float
    exact: bool


def split_cost(
    choice: Mapping[Hashable, Hashable],
    costs: Mapping[Hashable, Mapping[Hashable, float]],
    freights: Mapping[Hashable, Freight],
) -> float:
    """What a choice of vendors costs in all."""
    goods: dict[Hashable, float] = {}
    for item, vendor in choice.items():
        goods[vendor] = goods.get(vendor, 0.0) + costs[item][vendor]
    return sum(
        value + freights.get(vendor, NO_FREIGHT).extra(value)
        for vendor, value in goods.items()
    )


def best_split(
    costs: Mapping[Hashable, Mapping[Hashable, float]],
    freights: Mapping[Hashable, Freight],
    present: Mapping[Hashable, Hashable] | None = None,
    limit: int = 20_000,
) -> Split:
    """Give every item to a vendor so that the whole list costs least.

    Branch and bound over the vendors of each item, begun from a good guess. When it
    is not through after ``limit`` steps, the best found until then is returned.

    :param costs: of the goods, by item and vendor; an item nobody offers is left out
    :param freights: what vendors want besides, by vendor
    :param present: the choice as it is, kept where nothing costs less
    """
    wanted = {item: dict(offers) for item, offers in costs.items() if offers}
    if not wanted:
        return Split({}, 0.0, True)
    guess = _guess(wanted, freights, present or {})
    search = _Search(wanted, freights, guess, limit)
    return search.run()


def _guess(wanted, freights, present):
    """A choice that no single change makes cheaper."""
    vendors = sorted({v for offers in wanted.values() for v in offers}, key=str)
    starts = []
    if all(present.get(item) in offers for item, offers in wanted.items()):
        # First, so that it stays where nothing is better.
        starts.append({item: present[item] for item in wanted})
    for allowed in _allowed_sets(vendors):
        starts.append(
            {
                item: min(
                    (vendor for vendor in offers if vendor in allowed),
                    key=lambda vendor, offers=offers: (offers[vendor], str(vendor)),
                    default=min(offers, key=lambda v, o=offers: (o[v], str(v))),
                )
                for item, offers in wanted.items()
            }
        )
    best, total = None, math.inf
    tried = set()
    for start in starts:
        seen = tuple(start.values())
        if seen in tried:
            continue
        tried.add(seen)
        cost = split_cost(start, wanted, freights)
        if cost < total - NOISE:
            best, total = start, cost
    return _improve(best, total, wanted, freights)


def _allowed_sets(vendors):
    """All sets of few vendors; of many, all, each alone and each left out."""
    if len(vendors) <= 6:
        return [
            {vendor for place, vendor in enumerate(vendors) if bits >> place & 1}
            for bits in range((1 << len(vendors)) - 1, 0, -1)
        ]
    everyone = set(vendors)
    return [
        everyone,
        *({vendor} for vendor in vendors),
        *(everyone - {vendor} for vendor in vendors),
    ]


def _improve(choice, total, wanted, freights):
    """Change one item, or take a whole vendor off, as long as that saves money."""
    goods: dict[Hashable, float] = {}
    for item, vendor in choice.items():
        goods[vendor] = goods.get(vendor, 0.0) + wanted[item][vendor]

    def cost(vendor, value):
        value = max(value, 0.0)
        return value + freights.get(vendor, NO_FREIGHT).extra(value)

    better = True
    while better:
        better = False
        for item, offers in wanted.items():
            for new in offers:
                old = choice[item]
                if new == old:
                    continue
                change = (
                    cost(old, goods[old] - offers[old])
                    - cost(old, goods[old])
                    + cost(new, goods.get(new, 0.0) + offers[new])
                    - cost(new, goods.get(new, 0.0))
                )
                if change < -NOISE:
                    goods[old] -= offers[old]
                    goods[new] = goods.get(new, 0.0) + offers[new]
                    choice[item] = new
                    total += change
                    better = True
        for vendor in sorted(set(choice.values()), key=str):
            moved = _without(choice, vendor, wanted)
            if moved is None:
                continue
            value = split_cost(moved, wanted, freights)
            if value < total - NOISE:
                choice, total, better = moved, value, True
                goods = {}
                for item, taker in choice.items():
                    goods[taker] = goods.get(taker, 0.0) + wanted[item][taker]
    return Split(choice, split_cost(choice, wanted, freights), False)


def _without(choice, vendor, wanted):
    """The choice when a vendor gets nothing; None where only they have an item."""
    used = set(choice.values()) - {vendor}
    moved = dict(choice)
    for item, taker in choice.items():
        if taker != vendor:
            continue
        offers = wanted[item]
        others = [other for other in offers if other in used] or [
            other for other in offers if other != vendor
        ]
        if not others:
            return None
        moved[item] = min(others, key=lambda other, o=offers: (o[other], str(other)))
    return moved


class _Search:
    """Branch and bound; the items where the vendor matters most come first."""

    def __init__(self, wanted, freights, guess, limit):
        self.items = sorted(
            wanted, key=lambda item: -_regret(list(wanted[item].values()))
        )
        self.offers = [
            sorted(wanted[item].items(), key=lambda pair: (pair[1], str(pair[0])))
            for item in self.items
        ]
        vendors = {vendor for offers in self.offers for vendor, _cost in offers}
        self.freights = {vendor: freights.get(vendor, NO_FREIGHT) for vendor in vendors}
        # Only those who want more than their goods can make a dear choice the best.
        self.special = [
            vendor
            for vendor, freight in self.freights.items()
            if freight.cost > 0 or freight.minimum > 0
        ]
        # What is still to come after the first items: its cheapest cost, and the most
        # that each vendor could get of it.
        self.rest = [0.0]
        self.most = [dict.fromkeys(vendors, 0.0)]
        for offers in reversed(self.offers):
            self.rest.append(self.rest[-1] + offers[0][1])
            most = dict(self.most[-1])
            for vendor, cost in offers:
                most[vendor] += cost
            self.most.append(most)
        self.rest.reverse()
        self.most.reverse()
        self.best, self.total = guess.choice, guess.total
        self.steps, self.limit = 0, limit

    def run(self):
        """:rtype: Split"""
        done = self._step(0, 0.0, dict.fromkeys(self.freights, 0.0), {})
        return Split(self.best, self.total, done)

    def _step(self, depth, spent, goods, choice):
        """Try all that can follow; return whether nothing was left untried."""
        if spent + self.rest[depth] + self._least_extra(depth, goods) >= (
            self.total - NOISE
        ):
            return True
        if depth == len(self.items):
            self.total = spent + sum(
                self.freights[vendor].extra(goods[vendor]) for vendor in self.special
            )
            self.best = dict(choice)
            return True
        self.steps += 1
        if self.steps > self.limit:
            return False
        item = self.items[depth]
        for vendor, cost in self.offers[depth]:
            goods[vendor] += cost
            choice[item] = vendor
            done = self._step(depth + 1, spent + cost, goods, choice)
            goods[vendor] -= cost
            del choice[item]
            if not done:
                return False
        return True

    def _least_extra(self, depth, goods):
        """What freight and minimum orders cost at least, whatever follows.

        The more goods an order has, the less it costs besides them: the least is
        where a vendor gets all that they still could, or nothing at all.
        """
        least = 0.0
        for vendor in self.special:
            freight, has = self.freights[vendor], goods[vendor]
            extra = freight.extra(has + self.most[depth][vendor])
            least += min(extra, 0.0) if has <= NOISE else extra
        return least


def _regret(values):
    """How much dearer the second best is; without a second there is no choice."""
    if len(values) < 2:
        return -1.0
    first, second = sorted(values)[:2]
    return second - first
