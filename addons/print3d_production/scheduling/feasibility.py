"""Can each print of a queue be started, in the order of the queue?

The queue is walked from its head, and what a print will use is taken off its spools
before the next one is looked at. So the third print of a spool that holds grams for two
is the one that comes up short, not all three. What is loaded for a print stays in its
slot: the next print of that filament finds it there.

Plain data in, plain data out: nothing here knows a database. Weights are in grams.
"""

from dataclasses import replace

from .capability import misfits
from .farm import (
    EPSILON,
    FED,
    NO_PRINTER,
    NO_STOCK,
    RANK,
    READY,
    SHORT,
    SWAP,
    Job,
    Need,
    Pick,
    Printer,
    Receipt,
    Spool,
    Take,
    Verdict,
    Walk,
    fill,
)

__all__ = [
    "ADVICE",
    "EPSILON",
    "FED",
    "RANK",
    "Job",
    "Need",
    "Pick",
    "Printer",
    "Receipt",
    "Spool",
    "Take",
    "Verdict",
    "Walk",
    "fill",
    "find_misfits",
    "walk",
]

# What a person who knows better may overrule; everything else is physics.
ADVICE = frozenset(
    ("surface", "unknown_nozzle_c", "unknown_bed_c", "unknown_chamber_c")
)
# Every printer reaches these. Beyond them it matters that nobody said what one reaches:
# hot ends lined with PTFE end at 260 °C, and plain heated beds at about 100 °C.
USUAL_C = {"nozzle_c": 260.0, "bed_c": 100.0, "chamber_c": 45.0}
# What can be changed on a printer that fits, before a print begins.
CHANGES = ("nozzle", "surface")


def find_misfits(requirement, capability):
    """Name what keeps a plate off a printer, and what nobody said of the printer.

    :return: `misfits`, and besides ``unknown_nozzle_c`` and the like where a plate
        wants more heat than is usual and the printer's is not known
    :rtype: list[tuple[str, dict]]
    """
    found = misfits(requirement, capability)
    for name, usual in USUAL_C.items():
        wanted, there = getattr(requirement, name), getattr(capability, f"max_{name}")
        if wanted > usual and not there:
            found.append((f"unknown_{name}", {"wanted": wanted, "there": 0.0}))
    return found


def walk(jobs, printers, spools, receipts=(), everywhere=None):
    """Walk the queue and say of each print whether it can be started.

    What a print is told depends on those before it only. It takes what it finds, also
    when that is not enough: what is there is its own until it prints, and what is
    missing is told once.

    :param jobs: the queue, in its order
    :param printers: every printer, the one to prefer first
    :param spools: every spool that may be used
    :param receipts: filament on its way
    :param int everywhere: the job that is judged on every printer besides
    :rtype: Walk
    """
    return _Walker(printers, spools, receipts).walk(jobs, everywhere)


class _Fit:
    """What there is between one requirement and one capability."""

    __slots__ = ("changes", "misfits")

    def __init__(self, requirement, capability):
        self.misfits = find_misfits(requirement, capability)
        # What does not fit at all is not changed either.
        codes = {code for code, _facts in self.misfits}
        self.changes = [
            (code, facts)
            for code, facts in misfits(requirement, capability, mounted=True)
            if code in CHANGES and code not in codes
        ]

    def suits(self, allowed):
        """Tell whether nothing is in the way but advice that need not be followed."""
        return not self.misfits or all(
            code in ADVICE and code in allowed for code, _facts in self.misfits
        )


class _Walker:
    """The state of the farm as the walk goes along."""

    def __init__(self, printers, spools, receipts):
        self.printers = {printer.id: printer for printer in printers}
        self.place = {printer.id: at for at, printer in enumerate(printers)}
        self.capability = {printer.id: printer.capability for printer in printers}
        self.slots = {
            printer.id: [None] * max(printer.capability.slots, 0)
            for printer in printers
        }
        self.spools = {spool.id: spool for spool in spools}
        self.left = {spool.id: spool.grams for spool in spools}
        self.where = {spool.id: spool.printer_id for spool in spools}
        self.by_product = {}
        for spool in sorted(spools, key=lambda item: (item.slot, item.id)):
            self.by_product.setdefault(spool.product_id, []).append(spool)
            if spool.printer_id in self.slots:
                self._put(self.slots[spool.printer_id], spool)
        self.moved = set()
        self.in_use = {}
        self.receipts = {}
        for receipt in sorted(receipts, key=lambda item: (item.date, item.id)):
            self.receipts.setdefault(receipt.product_id, []).append(receipt)
        self.arriving = {receipt.id: receipt.grams for receipt in receipts}
        # Comparing what is asked and offered is slow; each is numbered once.
        self.numbers = {}
        self.offers = {
            number: self._number(capability)
            for number, capability in self.capability.items()
        }
        self.fits = {}
        self.result = Walk()

    @staticmethod
    def _put(slots, spool):
        """Note a spool that hangs in a printer, in its own slot if that is known."""
        at = spool.slot - 1
        if not (0 <= at < len(slots)) or slots[at] is not None:
            if None not in slots:
                return
            at = slots.index(None)
        slots[at] = spool.id

    # === ALONG THE QUEUE === #

    def walk(self, jobs, everywhere):
        jobs = list(jobs)
        # What prints has its filament and its slots, wherever in the queue it is.
        for job in jobs:
            if job.picks is not None:
                self.in_use.update(dict.fromkeys(job.picks, job.printer_id))
                for spool_id, grams in job.picks.items():
                    self._claim(job, spool_id, grams)
                self.result.verdicts[job.id] = Verdict(READY, job.printer_id)
        for job in jobs:
            if job.picks is None:
                if job.id == everywhere:
                    self.result.everywhere = self._judge_everywhere(job)
                self.result.verdicts[job.id] = self._step(job)
        return self.result

    def _step(self, job):
        self._give_back(job, 1)
        verdict = self._judge(job)
        if not job.takes or verdict.status == NO_PRINTER:
            # It keeps what is reserved for it, and takes nothing else.
            self._give_back(job, -1)
            self._expect_apart(job, [verdict])
            return verdict
        for pick in verdict.picks:
            for take in pick.takes:
                take.claims = len(self.result.claims.get(take.spool_id, ()))
                self._claim(job, take.spool_id, take.grams)
            self._expect(job, pick)
        self._prepare(verdict)
        return verdict

    def _give_back(self, job, sign):
        """Let a print have what is reserved for it.

        What it does not take of it is free again when it starts.
        """
        for spool_id, grams in (job.reserved or {}).items():
            if spool_id in self.left:
                self.left[spool_id] += sign * grams

    def _claim(self, job, spool_id, grams):
        if spool_id in self.left:
            self.left[spool_id] -= grams
            self.result.claims.setdefault(spool_id, []).append((job.id, grams))

    def _expect(self, job, pick):
        """Look what is on its way of what a tool lacks, the earliest first."""
        rest = pick.missing
        if rest <= EPSILON:
            return
        need = next(need for need in job.needs if need.tool == pick.tool)
        coming = [
            receipt
            for product_id in need.product_ids
            for receipt in self.receipts.get(product_id, ())
            if self.arriving[receipt.id] > EPSILON
        ]
        coming.sort(key=lambda receipt: (receipt.date, receipt.id))
        found, pick.uncovered = fill(
            rest, [(receipt.id, self.arriving[receipt.id]) for receipt in coming]
        )
        for receipt_id, grams in found:
            self.arriving[receipt_id] -= grams
        pick.arrivals = found

    def _expect_apart(self, job, verdicts):
        """Look what is on its way, each time as if nobody had looked before."""
        for verdict in verdicts:
            arriving = dict(self.arriving)
            for pick in verdict.picks:
                self._expect(job, pick)
            self.arriving = arriving

    def _prepare(self, verdict):
        """Leave the printer as the print will: its spools in, its nozzle mounted."""
        printer_id = verdict.printer_id
        slots = self.slots[printer_id]
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
            self._move(spool_id, printer_id)
            slots[at] = spool_id
        for code, facts in verdict.changes:
            mounted = self.capability[printer_id]
            if code == "nozzle":
                mounted = replace(mounted, mounted_mms=(facts["wanted"],))
            else:
                wanted = facts["wanted"] & mounted.surface_ids
                mounted = replace(mounted, surface_id=min(wanted or facts["wanted"]))
            self.capability[printer_id] = mounted
            self.offers[printer_id] = self._number(mounted)

    def _find_slot(self, slots, chosen, is_first):
        """Find a slot: a free one, or for a first spool one that is in the way."""
        if None in slots:
            return slots.index(None)
        if not is_first:
            return None
        spare = [at for at, spool_id in enumerate(slots) if spool_id not in chosen]
        # What is empty comes out before what can still be used.
        spare.sort(key=lambda at: self.left.get(slots[at], 0.0) > EPSILON)
        return spare[0] if spare else None

    def _move(self, spool_id, printer_id):
        old = self.slots.get(self.where.get(spool_id))
        if old and spool_id in old:
            old[old.index(spool_id)] = None
        self.where[spool_id] = printer_id
        self.moved.add(spool_id)

    # === ONE PRINT === #

    def _number(self, thing):
        """Return a number that equal requirements, or capabilities, share."""
        return self.numbers.setdefault(thing, len(self.numbers))

    def _get_fits(self, requirement, numbers):
        """Return {printer id: _Fit} of some printers."""
        asked = self._number(requirement)
        found = {}
        for number in numbers:
            key = asked, self.offers[number]
            if key not in self.fits:
                self.fits[key] = _Fit(requirement, self.capability[number])
            found[number] = self.fits[key]
        return found

    def _judge(self, job):
        """Return the best verdict of the printers that may print the job."""
        candidates = self.printers
        if job.printer_id:
            candidates = [job.printer_id] if job.printer_id in self.printers else []
        fits = self._get_fits(job.requirement, candidates)
        suitable = [number for number in fits if fits[number].suits(job.allowed)]
        if not job.printer_id and job.planned_id in suitable:
            suitable = [job.planned_id]
        if not suitable:
            return Verdict(
                NO_PRINTER,
                job.printer_id,
                misfits={number: fit.misfits for number, fit in fits.items()},
            )
        choices = [self._get_choice(need, job.reserved or {}) for need in job.needs]
        if len(suitable) > 1:
            suitable = self._get_different(suitable, fits, choices)
        best, best_key = None, None
        for number in suitable:
            verdict = self._judge_on(job, number, choices, fits[number])
            key = self._get_key(verdict, fits[number])
            if best is None or key < best_key:
                best, best_key = verdict, key
            if verdict.status == READY:
                # The printers are in the order of what else there is to say of them.
                break
        return best

    def _judge_everywhere(self, job):
        """Return {printer id: the verdict were the print put on it}."""
        self._give_back(job, 1)
        fits = self._get_fits(job.requirement, self.printers)
        choices = [self._get_choice(need, job.reserved or {}) for need in job.needs]
        found = {
            number: self._judge_on(job, number, choices, fit)
            if fit.suits(job.allowed)
            else Verdict(NO_PRINTER, number, misfits={number: fit.misfits})
            for number, fit in fits.items()
        }
        self._give_back(job, -1)
        self._expect_apart(job, found.values())
        return found

    def _get_different(self, suitable, fits, choices):
        """Leave out printers that cannot be better than another, and order the rest.

        Of those that hold nothing of what the print takes, the one that is the best in
        itself is enough.
        """
        holding = {number for choice in choices for number in choice.loaded}
        ordered = sorted(
            suitable,
            key=lambda number: (
                *self._get_own_key(number, fits[number]),
                self.place[number],
            ),
        )
        others = [number for number in ordered if number not in holding]
        if not others:
            return ordered
        best = min(
            others,
            key=lambda number: (
                # With nothing to load, what is to be changed is all there is.
                not choices and bool(fits[number].changes),
                *self._get_own_key(number, fits[number]),
                len(fits[number].changes),
                self.place[number],
            ),
        )
        return [number for number in ordered if number in holding or number == best]

    def _get_own_key(self, number, fit):
        """Say how good a printer is in itself; the smaller the better."""
        printer = self.printers[number]
        return bool(fit.misfits), bool(printer.closed), printer.busy

    def _get_key(self, verdict, fit):
        """Say how good a printer is for a print; the smaller the better."""
        loads = sum(len(pick.load_ids) for pick in verdict.picks)
        return (
            RANK[verdict.status],
            *self._get_own_key(verdict.printer_id, fit),
            len(verdict.changes) + loads,
            # Summed in another order it may differ behind the point.
            round(verdict.missing, 2),
            self.place[verdict.printer_id],
        )

    def _judge_on(self, job, printer_id, choices, fit):
        picks, used = [], set()
        for need, choice in zip(job.needs, choices, strict=True):
            pick = self._pick(need, printer_id, choice, used)
            used.update(pick.spool_ids)
            picks.append(pick)
        missing = sum(pick.missing for pick in picks)
        if missing > EPSILON:
            status = SHORT
            if any(self._is_unknown(job, pick) for pick in picks):
                status = NO_STOCK
        elif fit.changes or any(pick.load_ids or len(pick.takes) > 1 for pick in picks):
            status = SWAP
        else:
            status = READY
        return Verdict(
            status,
            printer_id,
            picks,
            missing,
            changes=fit.changes,
            closed=self.printers[printer_id].closed,
        )

    def _is_unknown(self, job, pick):
        """Tell whether there is no spool at all that a tool could be fed from."""
        if pick.missing <= EPSILON or pick.takes:
            return False
        need = next(need for need in job.needs if need.tool == pick.tool)
        return not any(
            self.by_product.get(product_id) for product_id in need.product_ids
        )

    # === SPOOLS === #

    def _get_choice(self, need, reserved):
        """Return what a tool can be fed from, the best first.

        What is reserved for the print comes first. One spool that lasts is better than
        two, a spool in the printer better than one on the shelf, the wanted filament
        better than its double, and of what remains the spool that is nearest to its
        end, so that opened spools get used up.

        :rtype: _Choice
        """
        choice = _Choice()
        wanted, everything, loaded = need.grams - EPSILON, choice.all, choice.loaded
        seen = set()
        for rank, spools in self._get_spools(need):
            for spool in spools:
                number = spool.id
                grams = self.left[number]
                if grams <= EPSILON or (need.spool_ids and number in seen):
                    continue
                seen.add(number)
                new, short = number not in reserved, grams < wanted
                order = -grams if short else grams
                printer_id = self.where[number]
                place = 1
                if printer_id is not None:
                    place = 2
                    here = loaded.setdefault(printer_id, [])
                    key = new, short, 0, rank, order, spool.slot, number
                    here.append((key, number, grams))
                if number in self.in_use:
                    place = 3
                key = new, short, place, rank, order, spool.slot, number
                everything.append((key, number, grams))
        everything.sort()
        for here in loaded.values():
            here.sort()
        return choice

    def _get_spools(self, need):
        """Go through what a tool can be fed from: how good it is, and the spools."""
        if need.spool_ids:
            yield 0, [self.spools[id_] for id_ in need.spool_ids if id_ in self.spools]
        for rank, product_id in enumerate(need.product_ids):
            yield rank, self.by_product.get(product_id, ())

    def _pick(self, need, printer_id, choice, used):
        """Choose the spools of one tool on one printer."""
        takes, rest = [], need.grams
        for _key, spool_id, grams in choice.on(printer_id):
            if rest <= EPSILON:
                break
            if spool_id in used:
                # One spool cannot feed two tools.
                continue
            where = self.where[spool_id]
            part = min(grams, rest)
            takes.append(
                Take(
                    spool_id,
                    part,
                    grams,
                    where != printer_id,
                    where,
                    spool_id in self.moved,
                )
            )
            rest -= part
        missing = rest if rest > EPSILON else 0.0
        return Pick(need.tool, takes, missing, uncovered=missing)


class _Choice:
    """What a tool can be fed from: all of it, and what hangs in each printer.

    Both hold (key, spool id, grams) in the order of their keys. In the keys of `all` no
    spool is where it is wanted; in those of `loaded` each is.
    """

    __slots__ = ("all", "loaded")

    def __init__(self):
        self.all = []
        self.loaded = {}

    def on(self, printer_id):
        """Go through it in the order that is right for one printer."""
        here = self.loaded.get(printer_id, ())
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
