"""The things of a farm, as the walk along its queue sees them.

Plain data, as it is given to the walk and as it comes out. Weights are in grams.
"""

from dataclasses import dataclass, field

from .capability import Capability, Requirement

# Grams are weighed to the hundredth; what is smaller is arithmetic, not filament.
EPSILON = 0.005

READY = "ready"
SWAP = "swap"
SHORT = "short"
NO_STOCK = "no_stock"
NO_PRINTER = "no_printer"

#: From good to bad.
RANK = {READY: 0, SWAP: 1, SHORT: 2, NO_STOCK: 3, NO_PRINTER: 4}
#: With these a print can go on its printer, at once or after somebody did something.
FED = (READY, SWAP)


@dataclass(slots=True)
class Spool:
    """A spool of filament and where it is now.

    `grams` are those that are not reserved, as the books have them: what a print now
    running has used of them already is still among them.
    """

    id: int
    product_id: int
    grams: float
    printer_id: int | None = None
    slot: int = 0


@dataclass(slots=True)
class Printer:
    """A printer: what it can do, why nothing can start on it now, whether it prints."""

    id: int
    capability: Capability = field(default_factory=Capability)
    closed: str = ""
    busy: bool = False


@dataclass(slots=True)
class Need:
    """What one tool of a print uses.

    `product_ids` lists the filaments that will do, the wanted one first; `spool_ids`
    are spools that somebody chose for it, whatever their filament.
    """

    tool: int
    grams: float
    product_ids: tuple = ()
    spool_ids: tuple = ()


@dataclass(slots=True)
class Job:
    """One print of the queue.

    `picks` are the spools of a print already started, {spool id: grams it will still
    take off `Spool.grams`}; `reserved` are the grams kept for a print that waits, in
    the same way. `takes` is false for one that is held: it is judged and leaves the
    filament to the others. `allowed` are the pieces of advice it need not follow.
    `planned_id` is where it is planned while nobody has put it on a printer.
    """

    id: int
    needs: list
    printer_id: int | None = None
    picks: dict | None = None
    reserved: dict | None = None
    requirement: Requirement = field(default_factory=Requirement)
    takes: bool = True
    allowed: frozenset = frozenset()
    planned_id: int | None = None


@dataclass(slots=True)
class Receipt:
    """Filament that was ordered and is expected; `date` is anything that sorts."""

    id: int
    product_id: int
    grams: float
    date: object


@dataclass(slots=True)
class Take:
    """Grams a print takes of a spool.

    `before` is what it finds on the spool, `claims` the number of entries of
    `Walk.claims` that were there before. `load` tells that the spool has to be brought
    into the printer, `printer_id` where it is then; `moved` that an earlier print of
    the queue put it there.
    """

    spool_id: int
    grams: float
    before: float
    load: bool
    printer_id: int | None = None
    moved: bool = False
    claims: int = 0


@dataclass(slots=True)
class Pick:
    """The spools proposed for a tool, in the order in which they are used.

    `missing` grams are on no spool; `arrivals` are pairs of (receipt id, grams) that
    will make them good, and `uncovered` is what nobody ordered.
    """

    tool: int
    takes: list = field(default_factory=list)
    missing: float = 0.0
    arrivals: list = field(default_factory=list)
    uncovered: float = 0.0

    @property
    def spool_ids(self):
        """The spools of this tool, in the order of their use."""
        return [take.spool_id for take in self.takes]

    @property
    def load_ids(self):
        """Those of them that have to be brought into the printer."""
        return [take.spool_id for take in self.takes if take.load]


@dataclass(slots=True)
class Verdict:
    """What came out for one print.

    `changes` are misfits that a nozzle or a plate put in undoes, `unload_ids` the
    spools that have to leave their slots. When no printer fits, `misfits` says of each
    why: {printer id: [(code, facts)]}.
    """

    status: str
    printer_id: int | None = None
    picks: list = field(default_factory=list)
    missing: float = 0.0
    changes: list = field(default_factory=list)
    unload_ids: list = field(default_factory=list)
    closed: str = ""
    misfits: dict = field(default_factory=dict)


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
