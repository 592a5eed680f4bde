"""What is between a plate and a printer, as the walk along the queue sees it."""

from dataclasses import replace

from .capability import misfits

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


class Fit:
    """What there is between one requirement and one capability.

    `misfits` keep the plate off the printer; `changes` are those that a nozzle or a
    surface put in undoes.
    """

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


class Fits:
    """How plates fit on printers, whose nozzles and surfaces change along the queue.

    Comparing what is asked and offered is slow: equal ones share a number, and each
    pair of numbers is compared once.
    """

    def __init__(self, printers):
        self._capability = {printer.id: printer.capability for printer in printers}
        self._numbers = {}
        self._offers = {
            printer_id: self._number(capability)
            for printer_id, capability in self._capability.items()
        }
        self._known = {}

    def _number(self, thing):
        return self._numbers.setdefault(thing, len(self._numbers))

    def find(self, requirement, printer_ids):
        """Return {printer id: Fit} of some printers as they are by now."""
        asked = self._number(requirement)
        found = {}
        for printer_id in printer_ids:
            key = asked, self._offers[printer_id]
            fit = self._known.get(key)
            if fit is None:
                fit = Fit(requirement, self._capability[printer_id])
                self._known[key] = fit
            found[printer_id] = fit
        return found

    def mount(self, printer_id, changes):
        """Put in what a print wants changed.

        :param changes: those of its `Fit`
        """
        mounted = self._capability[printer_id]
        for code, facts in changes:
            wanted = facts["wanted"]
            if code == "nozzle":
                mounted = replace(mounted, mounted_mms=(wanted,))
            else:
                surface = min(wanted & mounted.surface_ids or wanted)
                mounted = replace(mounted, surface_id=surface)
        if changes:
            self._capability[printer_id] = mounted
            self._offers[printer_id] = self._number(mounted)
