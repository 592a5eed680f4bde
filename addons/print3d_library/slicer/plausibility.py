"""Figures of a sliced file that can hardly be true.

Pure rules over figures that were read or entered, in the units of :mod:`.model`. A
value that is not stated (``None``) raises no doubt, except the print time: without it
nothing is planned or priced right. Nothing is changed here; a person decides.

Limits and where they are from: layers above 80 % of the nozzle do not bond (advice of
all slicers); temperatures of materials are the widest ranges makers print on their
spools; a nozzle of 0.6 mm melts 60 mm³/s at the very most (high-flow hot ends state
30 to 50).
"""

import dataclasses
import math
import re
from dataclasses import dataclass
from typing import Any

from .units import grams_from_length

LAYER_SHARE = 0.8
NOZZLE_TEMP = (150, 450)
BED_TEMP_MAX = 160
DENSITY = (0.5, 8.0)
DIAMETER = (1.0, 4.0)
NOZZLE_DIAMETER = (0.05, 3.0)
TOOL_GRAMS_MAX = 10_000
GRAMS_TOLERANCE = 0.10
GRAMS_SLACK = 0.05
FLOW_MAX = 60.0
FLOW_NOZZLE = 0.6
GRAMS_PER_HOUR_MIN = 0.05
TIME_MAX = 60 * 86400
USUAL_DENSITY = 1.24
EPSILON = 1e-6

#: Nozzle temperatures in °C by the first letters of a material; the longest wins.
MATERIAL_TEMP = {
    "ABS": (200, 300),
    "ASA": (200, 300),
    "HIPS": (200, 290),
    "PA": (200, 330),
    "PC": (220, 340),
    "PCTG": (210, 300),
    "PE": (175, 290),
    "PEEK": (330, 450),
    "PEI": (300, 420),
    "PEKK": (300, 400),
    "PET": (200, 330),
    "PETG": (190, 300),
    "PLA": (160, 265),
    "PP": (180, 300),
    "PPS": (280, 380),
    "PVA": (160, 250),
    "PVB": (180, 260),
    "TPE": (180, 270),
    "TPU": (170, 275),
}

#: Settings that state how high a printer prints, in mm.
BED_HEIGHTS = ("printable_height", "max_print_height", "machine_height")


@dataclass
class FilamentFigures:
    """What a tool takes: ``weight_g`` stated, ``temp`` of its nozzle in °C."""

    tool: int = 1
    type: str = ""
    length_mm: float | None = None
    weight_g: float | None = None
    grams: float = 0.0
    density: float | None = None
    diameter: float | None = None
    temp: float | None = None


@dataclass
class PlateFigures:
    """One plate; ``objects`` counts what stands on it, 0 when that is not known."""

    index: int = 1
    time_s: int | None = None
    object_height: float | None = None
    copies: int = 1
    objects: int = 0
    filaments: list[FilamentFigures] = dataclasses.field(default_factory=list)


@dataclass
class Figures:
    """What is checked of a version. ``bed_height`` is the printer's, in mm."""

    layer_height: float | None = None
    first_layer_height: float | None = None
    nozzle_diameter: float | None = None
    nozzle_temp: float | None = None
    bed_temp: float | None = None
    bed_height: float | None = None
    plates: list[PlateFigures] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Doubt:
    """A value that can hardly be true.

    ``code`` names the rule, ``field`` the value of the version, the plate (``plate``
    is its number) or the filament (``tool`` too) that is probably wrong. ``params``
    are the numbers the rule compared.
    """

    code: str
    field: str = ""
    plate: int | None = None
    tool: int | None = None
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


def check(figures):
    """Everything about these figures that a person should be asked about.

    :param figures: :class:`Figures`
    :return: list of :class:`Doubt`, the version's first, then plate by plate
    """
    doubts = [*_layers(figures), *_temperatures(figures)]
    for plate in figures.plates:
        doubts += _plate(figures, plate)
        for filament in plate.filaments:
            doubts += _filament(plate, filament)
    return doubts


def bed_height(settings):
    """How high the printer prints, as the settings state it.

    :return: mm, or ``None``; 0 means no limit in all slicers
    """
    for name in BED_HEIGHTS:
        height = (settings or {}).get(name)
        if isinstance(height, list):
            height = height[0] if height else None
        if isinstance(height, (int, float)) and not isinstance(height, bool):
            return height if height > 0 else None
    return None


def material_range(material):
    """Nozzle temperatures that a material is printed with.

    :param str material: as a file states it, e.g. ``PLA-CF`` or ``PET-GF``
    :return: ``(lowest, highest)`` in °C, or ``None`` for an unknown material
    """
    word = re.sub(r"[^A-Z]", "", (material or "").upper())
    known = [name for name in MATERIAL_TEMP if word.startswith(name)]
    return MATERIAL_TEMP[max(known, key=len)] if known else None


def _layers(figures):
    nozzle = figures.nozzle_diameter
    if nozzle is not None and not _within(nozzle, NOZZLE_DIAMETER):
        yield Doubt("nozzle_diameter", "nozzle_diameter", params={"value": nozzle})
        nozzle = None
    for name in ("layer_height", "first_layer_height"):
        height = getattr(figures, name)
        if height is None:
            continue
        limit = (nozzle or 0) * (LAYER_SHARE if name == "layer_height" else 1)
        if height <= 0:
            yield Doubt("layer_not_positive", name, params={"value": height})
        elif nozzle and height > limit + EPSILON:
            code = "layer_high" if name == "layer_height" else "first_layer_high"
            yield Doubt(code, name, params={"value": height, "nozzle": nozzle})


def _temperatures(figures):
    first = next((line for plate in figures.plates for line in plate.filaments), None)
    if figures.nozzle_temp is not None:
        yield from _nozzle_temp(
            figures.nozzle_temp, first.type if first else "", field_name="nozzle_temp"
        )
    if figures.bed_temp is not None and not 0 <= figures.bed_temp <= BED_TEMP_MAX:
        yield Doubt(
            "bed_temp",
            "bed_temp",
            params={"value": figures.bed_temp, "max": BED_TEMP_MAX},
        )
    # Tools beyond the first have no value of their own that could be corrected.
    seen = {first.tool} if first else set()
    for plate in figures.plates:
        for line in plate.filaments:
            if line.tool not in seen and line.temp is not None:
                seen.add(line.tool)
                yield from _nozzle_temp(
                    line.temp, line.type, plate=plate.index, tool=line.tool
                )


def _nozzle_temp(temp, material, field_name="", plate=None, tool=None):
    lowest, highest = NOZZLE_TEMP
    code = "nozzle_temp"
    known = material_range(material)
    if known and lowest <= temp <= highest:
        lowest, highest = known
        code = "nozzle_temp_material"
    if not lowest <= temp <= highest:
        params = {"value": temp, "min": lowest, "max": highest, "material": material}
        yield Doubt(code, field_name, plate, tool, params)


def _plate(figures, plate):
    grams = sum(filament.grams or 0 for filament in plate.filaments)
    if not plate.time_s or plate.time_s < 0:
        yield Doubt("no_time", "time_s", plate.index)
    elif plate.time_s > TIME_MAX:
        yield Doubt("time_long", "time_s", plate.index, params={"value": plate.time_s})
    elif grams > 0:
        rate = grams / plate.time_s * 3600
        params = {"grams": grams, "time_s": plate.time_s, "rate": round(rate, 2)}
        if rate > _max_rate(figures, plate):
            yield Doubt("too_fast", "time_s", plate.index, params=params)
        elif rate < GRAMS_PER_HOUR_MIN and plate.time_s > 3600:
            yield Doubt("too_slow", "time_s", plate.index, params=params)
    height, limit = plate.object_height, figures.bed_height
    if height and limit and height > limit + 1:
        yield Doubt(
            "too_high",
            "object_height",
            plate.index,
            params={"value": height, "max": limit},
        )
    if plate.objects and plate.copies > plate.objects:
        yield Doubt(
            "copies",
            "copies",
            plate.index,
            params={"value": plate.copies, "objects": plate.objects},
        )


def _max_rate(figures, plate):
    """Grams an hour that no nozzle of this size melts."""
    nozzle = max(figures.nozzle_diameter or 0, FLOW_NOZZLE)
    densities = [line.density or USUAL_DENSITY for line in plate.filaments]
    flow = FLOW_MAX * (nozzle / FLOW_NOZZLE) ** 2
    return flow * 3.6 * max([USUAL_DENSITY, *densities])


def _filament(plate, line):
    where = {"plate": plate.index, "tool": line.tool}
    density, diameter = line.density, line.diameter
    if density and not _within(density, DENSITY):
        yield Doubt("density", "density", params={"value": density}, **where)
        density = None
    if diameter and not _within(diameter, DIAMETER):
        yield Doubt("diameter", "diameter", params={"value": diameter}, **where)
        diameter = None
    if line.weight_g is not None and line.weight_g < 0:
        yield Doubt("grams", "weight_g", params={"value": line.weight_g}, **where)
    elif (line.grams or 0) > TOOL_GRAMS_MAX:
        yield Doubt("grams", "weight_g", params={"value": line.grams}, **where)
    elif line.weight_g is not None and line.length_mm and density and diameter:
        expected = grams_from_length(line.length_mm, diameter, density)
        off = abs(line.weight_g - expected)
        if off > max(GRAMS_SLACK, GRAMS_TOLERANCE * expected):
            yield Doubt(
                "grams_length",
                "weight_g",
                params={
                    "value": line.weight_g,
                    "expected": round(expected, 2),
                    "length_mm": line.length_mm,
                },
                **where,
            )


def _within(number, limits):
    return math.isfinite(number) and limits[0] <= number <= limits[1]
