"""The spools of a farm as the walk goes along its queue: what is left, and where.

Weights are in grams.
"""

from .farm import EPSILON, Pick, Take


class Spools:
    """What is left on each spool, and in which slots they hang by then.

    :param spools: every Spool that may be used
    :param printers: every Printer
    """

    def __init__(self, spools, printers):
        self._slots = {
            printer.id: [None] * max(printer.capability.slots, 0)
            for printer in printers
        }
        self._spools = {spool.id: spool for spool in spools}
        self._left = {spool.id: spool.grams for spool in spools}
        self._where = {spool.id: spool.printer_id for spool in spools}
        self._by_product = {}
        for spool in sorted(spools, key=lambda item: (item.slot, item.id)):
            self._by_product.setdefault(spool.product_id, []).append(spool)
            if spool.printer_id in self._slots:
                _hang(self._slots[spool.printer_id], spool)
        self._moved = set()
        self._in_use = set()

    # === WHAT IS LEFT === #

    def use(self, spool_ids):
        """Note that a print that runs uses some spools: they are not to be moved."""
        self._in_use.update(spool_ids)

    def add(self, spool_id, grams):
        """Add to what is left on a spool; false when it is none of these."""
        if spool_id not in self._left:
            return False
        self._left[spool_id] += grams
        return True

    def has_any(self, product_ids):
        """Tell whether there is a spool of any of these filaments, empty or not."""
        return any(self._by_product.get(product_id) for product_id in product_ids)

    # === CHOOSING === #

    def choose(self, need, reserved, printer_id=None):
        """Return what a tool can be fed from, the best first.

        What is reserved for the print comes first. One spool that lasts is better than
        two, a spool in the printer better than one on the shelf, the wanted filament
        better than its double, and of what remains the spool that is nearest to its
        end, so that opened spools get used up.

        :param need: the Need of the tool
        :param reserved: the ids of the spools that are reserved for the print
        :param int printer_id: the only printer it can be, if there is but one
        :rtype: Choice
        """
        choice = Choice()
        wanted, everything, loaded = need.grams - EPSILON, choice.all, choice.loaded
        left, where = self._left, self._where
        seen = set()
        for rank, spools in self._get_candidates(need):
            for spool in spools:
                number = spool.id
                grams = left[number]
                if grams <= EPSILON or (need.spool_ids and number in seen):
                    continue
                seen.add(number)
                new, short = number not in reserved, grams < wanted
                order = -grams if short else grams
                hangs = where[number]
                place = 1
                if hangs is not None:
                    place = 2
                    if printer_id is None or hangs == printer_id:
                        key = new, short, 0, rank, order, spool.slot, number
                        loaded.setdefault(hangs, []).append((key, number, grams))
                if number in self._in_use:
                    place = 3
                key = new, short, place, rank, order, spool.slot, number
                everything.append((key, number, grams))
        everything.sort()
        return choice

    def _get_candidates(self, need):
        """Go through what a tool can be fed from: how good it is, and the spools."""
        if need.spool_ids:
            known = self._spools
            yield 0, [known[id_] for id_ in need.spool_ids if id_ in known]
        for rank, product_id in enumerate(need.product_ids):
            yield rank, self._by_product.get(product_id, ())

    def pick(self, need, printer_id, choice, used):
        """Choose the spools of one tool on one printer (Pick).

        :param choice: what the tool can be fed from
        :param used: ids of the spools that feed other tools
        """
        takes, rest = [], need.grams
        for _key, spool_id, grams in choice.on(printer_id):
            if rest <= EPSILON:
                break
            if spool_id in used:
                # One spool cannot feed two tools.
                continue
            where = self._where[spool_id]
            part = min(grams, rest)
            takes.append(
                Take(
                    spool_id,
                    part,
                    grams,
                    where != printer_id,
                    where,
                    spool_id in self._moved,
                )
            )
            rest -= part
        missing = rest if rest > EPSILON else 0.0
        return Pick(need.tool, takes, missing, uncovered=missing)

    # === LOADING === #

    def load(self, verdict):
        """Hang the spools of a print into its printer; note which have to come out.

        What is loaded for a print stays in its slot.
        """
        slots = self._slots[verdict.printer_id]
        chosen = {spool for pick in verdict.picks for spool in pick.spool_ids}
        firsts = [pick.takes[0].spool_id for pick in verdict.picks if pick.takes]
        others = [
            take.spool_id
            for pick in verdict.picks
            for take in pick.takes[1:]
            if take.spool_id not in firsts
        ]
        for spool_id in [*firsts, *others]:
            if spool_id in slots:
                continue
            at = self._find_slot(slots, chosen, spool_id in firsts)
            if at is None:
                continue
            if slots[at] is not None:
                verdict.unload_ids.append(slots[at])
                self._move(slots[at], None)
            self._move(spool_id, verdict.printer_id)
            slots[at] = spool_id

    def _find_slot(self, slots, chosen, is_first):
        """Find a slot: a free one, or for a first spool one that is in the way."""
        if None in slots:
            return slots.index(None)
        if not is_first:
            return None
        spare = [at for at, spool_id in enumerate(slots) if spool_id not in chosen]
        # What is empty comes out before what can still be used.
        spare.sort(key=lambda at: self._left.get(slots[at], 0.0) > EPSILON)
        return spare[0] if spare else None

    def _move(self, spool_id, printer_id):
        old = self._slots.get(self._where.get(spool_id))
        if old and spool_id in old:
            old[old.index(spool_id)] = None
        self._where[spool_id] = printer_id
        self._moved.add(spool_id)


def _hang(slots, spool):
    """Note a spool that hangs in a printer, in its own slot if that is known."""
    at = spool.slot - 1
    if not (0 <= at < len(slots)) or slots[at] is not None:
        if None not in slots:
            return
        at = slots.index(None)
    slots[at] = spool.id


class Choice:
    """What a tool can be fed from: all of it, and what hangs in each printer.

    Both hold (key, spool id, grams), `all` in the order of the keys. In the keys of
    `all` no spool is where it is wanted; in those of `loaded` each is.
    """

    __slots__ = ("all", "loaded")

    def __init__(self):
        self.all = []
        self.loaded = {}

    def on(self, printer_id):
        """Go through it in the order that is right for one printer."""
        here = sorted(self.loaded.get(printer_id, ()))
        ids = {spool_id for _key, spool_id, _grams in here}
        at = 0
        for item in self.all:
            if item[1] in ids:
                continue
            while at < len(here) and here[at][0] < item[0]:
                yield here[at]
                at += 1
            yield item
        yield from here[at:]
