"""Can each print of a queue be started, in the order of the queue?

The queue is walked from its head, and what a print will use is taken off its
spools before the next one is looked at. So the third print of a spool that holds
grams for two is the one that comes up short, not all three.

Plain data in, plain data out: nothing here knows a database.
"""

from dataclasses import dataclass, field

# Grams are weighed to the hundredth; what is smaller is arithmetic, not filament.
EPSILON = 0.005

READY = "ready"
SWAP = "swap"
SHORT = "short"
NO_PRINTER = "no_printer"

_RANK = {READY: 0, SWAP: 1, SHORT: 2, NO_PRINTER: 3}


@dataclass
class Spool:
    """A spool of filament and where it is now; `grams` are those not reserved."""

    id: int
    product_id: int
    grams: float
    printer_id: int | None = None
    slot: int = 0


@dataclass
class Printer:
    """A printer, its number of slots and the materials it takes (none: any)."""

    id: int
    slots: int
    material_ids: frozenset = frozenset()
    nozzle: float = 0.0


@dataclass
class Need:
    """What one tool of a print uses.

    `product_ids` lists the filaments that will do, the wanted one first.
    """

    tool: int
    grams: float
    product_ids: tuple = ()
    material_id: int | None = None


@dataclass
class Job:
    """One print of the queue.

    `picks` are the spools of a print already started, {spool id: grams}; `reserved`
    are the grams kept for a print that waits, in the same way.
    """

    id: int
    needs: list
    printer_id: int | None = None
    picks: dict | None = None
    reserved: dict | None = None


@dataclass
class Pick:
    """The spools proposed for a tool, in the order in which they are used."""

    tool: int
    spool_ids: list = field(default_factory=list)
    load_ids: list = field(default_factory=list)
    missing: float = 0.0


@dataclass
class Verdict:
    """What came out for one print."""

    status: str
    printer_id: int | None = None
    picks: list = field(default_factory=list)
    missing: float = 0.0


def fill(needed, spools):
    """Spread grams over spools in their order.

    :param float needed: the grams to find
    :param spools: pairs of (spool, grams on it)
    :return: pairs of (spool, grams taken), and the grams that were not found
    """
    taken, left = [], needed
    for spool, grams in spools:
        if left <= EPSILON:
            break
        part = min(max(grams, 0.0), left)
        if part > EPSILON:
            taken.append((spool, part))
            left -= part
    return taken, max(left, 0.0) if left > EPSILON else 0.0


def walk(jobs, printers, spools):
    """Walk the queue and say of each print whether it can be started.

    :param jobs: the queue, in its order
    :param printers: every printer
    :param spools: every spool with filament on it
    :return: {job id: Verdict}
    """
    printers = {printer.id: printer for printer in printers}
    left = {spool.id: spool.grams for spool in spools}
    by_id = {spool.id: spool for spool in spools}
    by_product = {}
    for spool in spools:
        by_product.setdefault(spool.product_id, []).append(spool)
    verdicts = {}
    for job in jobs:
        if job.picks is not None:
            for spool_id, grams in job.picks.items():
                if spool_id in left:
                    left[spool_id] -= grams
            verdicts[job.id] = Verdict(READY, job.printer_id)
            continue
        for spool_id, grams in (job.reserved or {}).items():
            # What the print does not take of it is free again when it starts.
            if spool_id in left:
                left[spool_id] += grams
        verdict = _judge(job, printers, left, by_product)
        verdicts[job.id] = verdict
        for pick in verdict.picks:
            need = next(need for need in job.needs if need.tool == pick.tool)
            found = [(by_id[spool_id], left[spool_id]) for spool_id in pick.spool_ids]
            for spool, grams in fill(need.grams, found)[0]:
                left[spool.id] -= grams
    return verdicts


def _judge(job, printers, left, by_product):
    """Return the best verdict of the printers that may print the job."""
    if job.printer_id:
        candidates = [printers[job.printer_id]] if job.printer_id in printers else []
    else:
        candidates = list(printers.values())
    best = Verdict(NO_PRINTER)
    for printer in candidates:
        if not fits(job, printer):
            continue
        verdict = _judge_on(job, printer, left, by_product)
        if (_RANK[verdict.status], verdict.missing) < (
            _RANK[best.status],
            best.missing,
        ):
            best = verdict
    return best


def fits(job, printer):
    """Tell whether the printer has the slots and takes the materials of a job."""
    if len(job.needs) > printer.slots:
        return False
    return not printer.material_ids or all(
        need.material_id is None or need.material_id in printer.material_ids
        for need in job.needs
    )


def _judge_on(job, printer, left, by_product):
    picks, promised = [], {}
    for need in job.needs:
        pick = _pick(need, printer, left, promised, by_product, job.reserved or ())
        picks.append(pick)
    missing = sum(pick.missing for pick in picks)
    if missing > EPSILON:
        status = SHORT
    elif any(pick.load_ids for pick in picks):
        status = SWAP
    else:
        status = READY
    return Verdict(status, printer.id, picks, missing)


def _pick(need, printer, left, promised, by_product, reserved=()):
    """Choose the spools of one tool.

    What is reserved for the print comes first. One spool that lasts is better than
    two, a spool in the printer better than one on the shelf, the wanted filament better
    than its double, and of what remains the spool that is nearest to its end, so that
    opened spools get used up.
    """

    def grams(spool):
        return left[spool.id] - promised.get(spool.id, 0.0)

    choice = [
        (rank, spool)
        for rank, product_id in enumerate(need.product_ids)
        for spool in by_product.get(product_id, ())
        if grams(spool) > EPSILON
    ]

    def key(item):
        rank, spool = item
        first = spool.id not in reserved
        lasts = grams(spool) + EPSILON >= need.grams
        if spool.printer_id == printer.id:
            place = 0
        elif spool.printer_id is None:
            place = 1
        else:
            place = 2
        if lasts:
            return (first, 0, place, rank, grams(spool), spool.slot, spool.id)
        return (first, 1, place, rank, -grams(spool), spool.slot, spool.id)

    ordered = [spool for _rank, spool in sorted(choice, key=key)]
    taken, missing = fill(need.grams, [(spool, grams(spool)) for spool in ordered])
    for spool, part in taken:
        promised[spool.id] = promised.get(spool.id, 0.0) + part
    return Pick(
        need.tool,
        [spool.id for spool, _part in taken],
        [spool.id for spool, _part in taken if spool.printer_id != printer.id],
        missing,
    )
