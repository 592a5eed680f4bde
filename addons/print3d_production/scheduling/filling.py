"""Which orders share a plate, so that as few plates as possible are printed?

A waiting print is a plate with room for so many pieces. What several orders want of
it is spread over the plates that wait: an order's pieces stay together where they can,
what is there stays where it is, and a plate that is not needed any more goes, the last
of the queue first, so that nobody's pieces get later.

Plain data in, plain data out: nothing here knows a database.
"""

from dataclasses import dataclass, field
from typing import Any

# Pieces are counted in units of an order, which may be fractions.
EPSILON = 1e-6


@dataclass(frozen=True)
class Want:
    """Pieces of one product that an order wants of a plate.

    Only wants of one `group` share a plate. `rank` sorts: the lesser goes first. A want
    that does not `drive` takes room on plates of others and never asks for a plate.
    """

    id: Any
    pieces: float
    product: Any = None
    group: Any = None
    rank: tuple = ()
    drives: bool = True


@dataclass
class Plate:
    """A print that waits: `shares` is {want id: pieces}, without what nobody wants.

    One that is not `open` takes no more pieces; one that is `kept` does not go as long
    as somebody wants of it.
    """

    id: Any
    shares: dict = field(default_factory=dict)
    open: bool = True
    kept: bool = False


def fill_plates(capacity, wants, plates):
    """Spread what is wanted over plates.

    :param dict capacity: {product: pieces on the plate}
    :param wants: every want, at most one an id
    :param plates: the plates that wait, in the order of the queue; are not changed
    :return: the plates with their new shares in the same order, then the new ones,
        whose id is None; a plate without shares is not needed
    :rtype: list[Plate]
    """
    known = {want.id: want for want in wants}
    filling = _Filling(capacity, known, plates)
    filling.trim()
    # Who only takes what comes along has to know first which plates there are.
    for want in sorted(known.values(), key=lambda want: (not want.drives, want.rank)):
        filling.place(want, filling.lack(want), may_add=want.drives)
    filling.consolidate()
    return filling.plates


class _Filling:
    def __init__(self, capacity, wants, plates):
        self.capacity = capacity
        self.wants = wants
        self.plates = [
            Plate(
                plate.id,
                {key: part for key, part in plate.shares.items() if key in wants},
                plate.open,
                plate.kept,
            )
            for plate in plates
        ]
        # Pieces placed, by want; and pieces on a plate, by plate and product.
        self.placed = dict.fromkeys(wants, 0.0)
        self.used = {id(plate): dict.fromkeys(capacity, 0.0) for plate in self.plates}
        for plate in self.plates:
            for key, part in plate.shares.items():
                self._count(plate, self.wants[key], part)

    def _count(self, plate, want, part):
        self.placed[want.id] += part
        used = self.used[id(plate)]
        used[want.product] = used.get(want.product, 0.0) + part

    def _put(self, plate, want, part):
        plate.shares[want.id] = plate.shares.get(want.id, 0.0) + part
        if plate.shares[want.id] <= EPSILON:
            del plate.shares[want.id]
        self._count(plate, want, part)

    def room(self, plate, product):
        """Pieces of a product that may still come onto a plate."""
        return self.capacity.get(product, 0) - self.used[id(plate)].get(product, 0.0)

    def lack(self, want):
        """Pieces of a want that no plate makes yet."""
        return want.pieces - self.placed[want.id]

    def trim(self):
        """Take off what is not wanted any more, from the end of the queue."""
        for plates in (
            [plate for plate in self.plates if plate.open],
            [plate for plate in self.plates if not plate.open],
        ):
            for plate in reversed(plates):
                for key, part in list(plate.shares.items()):
                    want = self.wants[key]
                    surplus = self.placed[key] - max(want.pieces, 0.0)
                    # A plate cannot make more pieces than stand on it either.
                    over = -self.room(plate, want.product)
                    off = min(part, max(surplus, over))
                    if off > EPSILON:
                        self._put(plate, want, -off)

    def place(self, want, lack, may_add=True, end=None):
        """Find plates for pieces of a want.

        :param bool may_add: also on plates that stand empty, and on new ones
        :param int end: only on so many plates, the first of the queue
        :return: pieces that found no place
        """
        whole = self.capacity.get(want.product, 0)
        while whole > 0 and lack > EPSILON:
            plate = self._choose(want, lack, whole, may_add, end)
            if not plate and not may_add:
                return lack
            if not plate:
                plate = Plate(None)
                self.plates.append(plate)
                self.used[id(plate)] = dict.fromkeys(self.capacity, 0.0)
            part = min(lack, self.room(plate, want.product))
            self._put(plate, want, part)
            lack -= part
        return lack

    def _choose(self, want, lack, whole, may_add, end):
        """Return the plate to put pieces on, None for a new one."""
        used, empty = [], []
        for plate in self.plates[:end]:
            if not plate.open:
                continue
            room = self.room(plate, want.product)
            if room <= EPSILON:
                continue
            if not plate.shares:
                empty.append(plate)
            elif self._is_of(plate, want.group):
                used.append((plate, room))
        if lack + EPSILON >= whole and may_add:
            # Whole plates stay in one hand.
            untouched = (plate for plate, room in used if room + EPSILON >= whole)
            return next(untouched, None) or (empty[0] if empty else None)
        for plate, room in used:
            if room + EPSILON >= lack:
                return plate
        if used and (
            not may_add or sum(room for _plate, room in used) + EPSILON >= lack
        ):
            # In as few parts as can be; of two alike the first of the queue.
            return max(used, key=lambda item: item[1])[0]
        return empty[0] if may_add and empty else None

    def _is_of(self, plate, group):
        return all(self.wants[key].group == group for key in plate.shares)

    def consolidate(self):
        """Empty plates, the last of the queue first, whose pieces fit before it."""
        rooms = self._get_rooms(None)
        for index, plate in reversed(list(enumerate(self.plates))):
            group = self._get_group(plate)
            if not plate.open or group is None:
                continue
            room = rooms[group]
            for product in self.capacity:
                room[product] -= max(self.room(plate, product), 0.0)
            if plate.kept or any(
                self._needs(plate, product) > room[product] + EPSILON
                for product in self.capacity
            ):
                continue
            shares, plate.shares = plate.shares, {}
            for key, part in shares.items():
                want = self.wants[key]
                self._count(plate, want, -part)
                self.place(want, part, may_add=False, end=index)
            rooms = self._get_rooms(index)

    def _get_group(self, plate):
        """Return the one group of a plate in a tuple, None for several or nobody."""
        groups = {self.wants[key].group for key in plate.shares}
        return tuple(groups) if len(groups) == 1 else None

    def _get_rooms(self, end):
        """Return {group: {product: room on the first plates, of those in use}}."""
        rooms = {}
        for plate in self.plates[:end]:
            group = self._get_group(plate)
            if plate.open and group is not None:
                room = rooms.setdefault(group, dict.fromkeys(self.capacity, 0.0))
                for product in self.capacity:
                    room[product] += max(self.room(plate, product), 0.0)
        return rooms

    def _needs(self, plate, product):
        """Return the pieces of a product for which this plate is printed."""
        return sum(
            part
            for key, part in plate.shares.items()
            if self.wants[key].product == product and self.wants[key].drives
        )
