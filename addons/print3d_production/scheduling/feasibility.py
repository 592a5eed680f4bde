"""Can each print of a queue be started, in the order of the queue?

The queue is walked from its head, and what a print will use is taken off its spools
before the next one is looked at. So the third print of a spool that holds grams for two
is the one that comes up short, not all three. What is loaded for a print stays in its
slot: the next print of that filament finds it there.

Plain data in, plain data out: nothing here knows a database. Weights are in grams.
"""

from .arrivals import Arrivals
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
    fill,
)
from .fitting import ADVICE, CHANGES, USUAL_C, Fits, find_misfits
from .spools import Spools

__all__ = [
    "ADVICE",
    "CHANGES",
    "EPSILON",
    "FED",
    "RANK",
    "SWAP",
    "USUAL_C",
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
    return Walk(jobs, printers, spools, receipts, everywhere)


class Walk:
    """The verdicts on the prints of a queue.

    The queue is walked as far as somebody asks: a page that shows its head does not
    wait for its end. The parameters are those of `walk`; none may be changed.
    """

    def __init__(self, jobs, printers, spools, receipts=(), everywhere=None):
        self._printers = {printer.id: printer for printer in printers}
        # How good each is in itself: the smaller the better.
        self._own = {
            printer.id: (bool(printer.closed), printer.busy, at)
            for at, printer in enumerate(printers)
        }
        self._ranked = sorted(self._own, key=self._own.get)
        self._fits = Fits(printers)
        self._spools = Spools(spools, printers)
        self._arrivals = Arrivals(receipts)
        self._verdicts, self._claims = {}, {}
        self._asked, self._everywhere = everywhere, {}
        jobs = list(jobs)
        self._ids = {job.id for job in jobs}
        # What prints has its filament and its slots, wherever in the queue it is.
        for job in jobs:
            if job.picks is not None:
                self._spools.use(job.picks)
                for spool_id, grams in job.picks.items():
                    self._claim(job, spool_id, grams)
                self._verdicts[job.id] = Verdict(READY, job.printer_id)
        self._ahead = iter([job for job in jobs if job.picks is None])

    # === WHAT CAME OUT === #

    def get(self, job_id):
        """Return the verdict of a job, or None when it is not in the queue."""
        if job_id in self._ids:
            while job_id not in self._verdicts:
                self._go(next(self._ahead))
        return self._verdicts.get(job_id)

    def __getitem__(self, job_id):
        verdict = self.get(job_id)
        if verdict is None:
            raise KeyError(job_id)
        return verdict

    @property
    def verdicts(self):
        """{job id: Verdict} of the whole queue."""
        return self._walk_on()._verdicts

    @property
    def claims(self):
        """{spool id: [(job id, grams)]} in the order taken, of the whole queue."""
        return self._walk_on()._claims

    @property
    def everywhere(self):
        """{printer id: Verdict} of the one job that was asked for."""
        self.get(self._asked)
        return self._everywhere

    def _walk_on(self):
        for job in self._ahead:
            self._go(job)
        return self

    # === ALONG THE QUEUE === #

    def _go(self, job):
        """Judge the next print, and let it have what it takes."""
        if job.id == self._asked:
            self._everywhere = self._judge_everywhere(job)
        self._give_back(job, 1)
        self._verdicts[job.id] = verdict = self._judge(job)
        if not job.takes or verdict.status == NO_PRINTER:
            # It keeps what is reserved for it, and takes nothing else.
            self._give_back(job, -1)
            self._arrivals.show(job, verdict)
            return
        for pick in verdict.picks:
            for take in pick.takes:
                take.claims = len(self._claims.get(take.spool_id, ()))
                self._claim(job, take.spool_id, take.grams)
        self._arrivals.give(job, verdict)
        # The printer is left as the print will: its spools in, its nozzle mounted.
        self._spools.load(verdict)
        self._fits.mount(verdict.printer_id, verdict.changes)

    def _give_back(self, job, sign):
        """Let a print have what is reserved for it.

        What it does not take of it is free again when it starts.
        """
        for spool_id, grams in (job.reserved or {}).items():
            self._spools.add(spool_id, sign * grams)

    def _claim(self, job, spool_id, grams):
        if self._spools.add(spool_id, -grams):
            self._claims.setdefault(spool_id, []).append((job.id, grams))

    # === ONE PRINT === #

    def _judge(self, job):
        """Return the best verdict of the printers that may print the job."""
        candidates = self._printers
        if job.printer_id:
            candidates = [job.printer_id] if job.printer_id in self._printers else []
        fits = self._fits.find(job.requirement, candidates)
        suitable = [number for number in fits if fits[number].suits(job.allowed)]
        if not job.printer_id and job.planned_id in suitable:
            suitable = [job.planned_id]
        if not suitable:
            return Verdict(
                NO_PRINTER,
                job.printer_id,
                misfits={number: fit.misfits for number, fit in fits.items()},
            )
        choices = self._choose(job, suitable)
        if len(suitable) > 1:
            suitable = self._get_different(suitable, fits, choices)
        found = []
        for number in suitable:
            verdict = self._judge_on(job, number, choices, fits[number])
            if verdict.status == READY or len(suitable) == 1:
                # The printers are in the order of what else there is to say of them.
                return verdict
            found.append((self._get_key(verdict, fits[number]), verdict))
        return min(found, key=lambda pair: pair[0])[1]

    def _judge_everywhere(self, job):
        """Return {printer id: the verdict were the print put on it}."""
        self._give_back(job, 1)
        fits = self._fits.find(job.requirement, self._printers)
        choices = self._choose(job, self._printers)
        found = {
            number: self._judge_on(job, number, choices, fit)
            if fit.suits(job.allowed)
            else Verdict(NO_PRINTER, number, misfits={number: fit.misfits})
            for number, fit in fits.items()
        }
        self._give_back(job, -1)
        for verdict in found.values():
            self._arrivals.show(job, verdict)
        return found

    def _choose(self, job, printer_ids):
        """Return what each tool can be fed from on one of some printers (Choice)."""
        only = next(iter(printer_ids)) if len(printer_ids) == 1 else None
        choose, reserved = self._spools.choose, job.reserved or {}
        return [choose(need, reserved, only) for need in job.needs]

    def _get_different(self, suitable, fits, choices):
        """Leave out printers that cannot be better than another, and order the rest.

        Of those that hold nothing of what the print takes, the one that is the best in
        itself is enough.
        """
        holding = {number for choice in choices for number in choice.loaded}
        there = set(suitable)
        ordered = [number for number in self._ranked if number in there]
        # What is allowed all the same is still worse than what fits.
        ordered.sort(key=lambda number: bool(fits[number].misfits))
        others = [number for number in ordered if number not in holding]
        if not others:
            return ordered

        def get_key(number):
            fit = fits[number]
            closed, busy, place = self._own[number]
            # With nothing to load, what is to be changed is all there is.
            unready = not choices and bool(fit.changes)
            misfits = bool(fit.misfits)
            return unready, misfits, closed, busy, len(fit.changes), place

        best = min(others, key=get_key)
        return [number for number in ordered if number in holding or number == best]

    def _get_key(self, verdict, fit):
        """Say how good a printer is for a print; the smaller the better."""
        loads = sum(len(pick.load_ids) for pick in verdict.picks)
        closed, busy, place = self._own[verdict.printer_id]
        return (
            RANK[verdict.status],
            bool(fit.misfits),
            closed,
            busy,
            len(verdict.changes) + loads,
            # Summed in another order it may differ behind the point.
            round(verdict.missing, 2),
            place,
        )

    def _judge_on(self, job, printer_id, choices, fit):
        picks, used = [], set()
        for need, choice in zip(job.needs, choices, strict=True):
            pick = self._spools.pick(need, printer_id, choice, used)
            used.update(pick.spool_ids)
            picks.append(pick)
        missing = sum(pick.missing for pick in picks)
        if missing > EPSILON:
            status = SHORT
            if any(
                pick.missing > EPSILON
                and not pick.takes
                and not self._spools.has_any(need.product_ids)
                for need, pick in zip(job.needs, picks, strict=True)
            ):
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
            closed=self._printers[printer_id].closed,
        )
