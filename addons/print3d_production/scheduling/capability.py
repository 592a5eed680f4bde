"""Can this printer make this plate at all?

A plate asks (`Requirement`), a printer offers (`Capability`), and `misfits` names
every point in which the two do not meet. What either side does not state is no reason
to refuse: an unknown bed prints everything until somebody writes its size down.

Plain data in, plain data out: nothing here knows a database. Lengths are in mm,
temperatures in degrees Celsius.
"""

from dataclasses import dataclass

# Sizes are stated to the tenth of a millimetre, nozzles to the hundredth.
SIZE_TOLERANCE = 0.05
NOZZLE_TOLERANCE = 0.005

#: Every code of a misfit, in the order in which they are told.
CODES = (
    "model",
    "size",
    "nozzle",
    "slots",
    "material",
    "nozzle_c",
    "bed_c",
    "chamber_c",
    "enclosure",
    "hardened",
    "surface",
)


@dataclass(frozen=True)
class Requirement:
    """What a plate asks of a printer; 0, empty or false is unknown or no matter.

    `size_mm` is (x, y, z) of what is printed, each 0 when unknown. `tools` are the
    spools that feed it at once. `surface_ids` are surfaces of which any one will do.
    `printer_model` is the model it was sliced for, as `model_key` spells it.
    """

    size_mm: tuple = ()
    nozzle_mm: float = 0.0
    tools: int = 1
    material_ids: frozenset = frozenset()
    nozzle_c: float = 0.0
    bed_c: float = 0.0
    chamber_c: float = 0.0
    needs_enclosure: bool = False
    needs_hardened: bool = False
    surface_ids: frozenset = frozenset()
    printer_model: str = ""


@dataclass(frozen=True)
class Capability:
    """What a printer offers; 0, empty or ``None`` is unknown and refuses nothing.

    `nozzle_mms` are the nozzles it can have, `mounted_mms` those in it now;
    `surface_ids` the plates it can have, `surface_id` the one in it now (0: unknown).
    `printer_models` are the models whose files it takes, as `model_key` spells them;
    none means that it takes files of any model.
    """

    bed_mm: tuple = ()
    nozzle_mms: tuple = ()
    mounted_mms: tuple = ()
    hardened: bool | None = None
    slots: int = 1
    material_ids: frozenset = frozenset()
    max_nozzle_c: float = 0.0
    max_bed_c: float = 0.0
    max_chamber_c: float = 0.0
    enclosed: bool | None = None
    surface_ids: frozenset = frozenset()
    surface_id: int = 0
    printer_models: frozenset = frozenset()


def model_key(name):
    """Spell the name of a printer's model so that two spellings of it are equal.

    :param str name: as a slicer or a person writes it; may be empty
    :rtype: str
    """
    return " ".join((name or "").casefold().replace("_", " ").split())


def misfits(requirement, capability, mounted=False):
    """Name every point in which a printer does not do for a plate.

    :param Requirement requirement: what the plate asks
    :param Capability capability: what the printer offers
    :param bool mounted: only the nozzle and the surface in it now count, as when a
        print starts; without it what can be put into it counts too
    :return: pairs of (code, {"wanted": …, "there": …}), in the order of `CODES`;
        none when it fits. `wanted` and `there` are numbers, tuples or sets like the
        fields compared
    :rtype: list[tuple[str, dict]]
    """
    found = []

    def tell(code, wanted, there):
        found.append((code, {"wanted": wanted, "there": there}))

    wanted_model, models = requirement.printer_model, capability.printer_models
    if wanted_model and models and wanted_model not in models:
        tell("model", wanted_model, tuple(sorted(models)))
    if not _fits_size(requirement.size_mm, capability.bed_mm):
        tell("size", requirement.size_mm, capability.bed_mm)
    nozzles = capability.mounted_mms if mounted else capability.nozzle_mms
    if not _has_nozzle(requirement.nozzle_mm, nozzles):
        tell("nozzle", requirement.nozzle_mm, nozzles)
    if requirement.tools > capability.slots:
        tell("slots", requirement.tools, capability.slots)
    strange = requirement.material_ids - capability.material_ids
    if capability.material_ids and strange:
        tell("material", strange, capability.material_ids)
    found += _too_hot(requirement, capability)
    if requirement.needs_enclosure and capability.enclosed is False:
        tell("enclosure", True, False)
    if requirement.needs_hardened and capability.hardened is False:
        tell("hardened", True, False)
    surfaces = capability.surface_ids
    if mounted and capability.surface_id:
        surfaces = frozenset([capability.surface_id])
    if requirement.surface_ids and surfaces and not requirement.surface_ids & surfaces:
        tell("surface", requirement.surface_ids, surfaces)
    return found


def fits(requirement, capability, mounted=False):
    """Tell whether a printer does for a plate in every point.

    :rtype: bool
    """
    return not misfits(requirement, capability, mounted)


def _fits_size(size, bed):
    """Compare side by side: sliced paths cannot be turned. 0 is unknown."""
    return all(
        not wanted or not there or wanted <= there + SIZE_TOLERANCE
        for wanted, there in zip(size, bed, strict=False)
    )


def _has_nozzle(wanted, nozzles):
    nozzles = [nozzle for nozzle in nozzles if nozzle]
    return (
        not wanted
        or not nozzles
        or any(abs(wanted - nozzle) <= NOZZLE_TOLERANCE for nozzle in nozzles)
    )


def _too_hot(requirement, capability):
    return [
        (code, {"wanted": wanted, "there": there})
        for code, wanted, there in (
            ("nozzle_c", requirement.nozzle_c, capability.max_nozzle_c),
            ("bed_c", requirement.bed_c, capability.max_bed_c),
            ("chamber_c", requirement.chamber_c, capability.max_chamber_c),
        )
        if there and wanted > there
    ]
