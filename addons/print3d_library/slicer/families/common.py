"""What families share: a Slic3r-like list of filaments, labels of objects."""

import re
from collections import Counter

from ..model import Filament, PlateFilament, PlateObject
from ..text import base_name, item, to_colour, to_float, to_numbers, to_strings

# No printer of plastics is larger, in mm.
MAX_EXTENT = 10_000
# "name id:0 copy 1" (PrusaSlicer, OrcaSlicer) and "name (Instance 2)" (PrusaSlicer
# for firmwares that want distinct names) are one object each.
INSTANCE = re.compile(r"(?: id:\d+ copy \d+| \(Instance \d+\))$")


def grouped(names):
    """Objects of a plate from the names of its instances.

    :param names: one name per instance, equal names are copies of one object
    :return: list of :class:`~..model.PlateObject` in order of appearance
    """
    counts = Counter(base_name(name) for name in names)
    return [PlateObject(name, count) for name, count in counts.items()]


def without_instance(name):
    """The object's name of an instance's label."""
    return INSTANCE.sub("", name)


def configured_filaments(settings, numbers=to_numbers):
    """Filaments of the settings of the Slic3r family.

    :param settings: dict with ``filament_type``, ``filament_colour`` and so on, raw
    :param numbers: function that makes one number per filament of a raw value
    :return: list of :class:`~..model.Filament`
    """
    types = to_strings(settings.get("filament_type"))
    colours = to_strings(settings.get("filament_colour"))
    vendors = to_strings(settings.get("filament_vendor"))
    names = to_strings(settings.get("filament_settings_id"))
    extruders = to_strings(settings.get("extruder_colour"))
    diameters = numbers(settings.get("filament_diameter"))
    densities = numbers(settings.get("filament_density"))
    costs = numbers(settings.get("filament_cost"))
    count = max(len(types), len(colours))
    return [
        Filament(
            index=position + 1,
            type=item(types, position, ""),
            colour=to_colour(item(colours, position, "")),
            vendor=item(vendors, position, ""),
            name=item(names, position, ""),
            density=item(densities, position) or None,
            diameter=item(diameters, position) or None,
            cost=item(costs, position) or None,
            display_colour=to_colour(item(extruders, position, ""))
            or to_colour(item(colours, position, "")),
        )
        for position in range(count)
    ]


def used_filament(filament, length_mm, weight_g=None, volume_mm3=None):
    """Use of a filament on a plate, or ``None`` when it is not used.

    0 g for a length is a preset without density: the weight is unknown, not nothing.

    :param filament: :class:`~..model.Filament`
    """
    amounts = [amount for amount in (length_mm, weight_g, volume_mm3) if amount]
    if not any(amount > 0 for amount in amounts):
        return None
    return PlateFilament(
        index=filament.index,
        length_mm=length_mm if length_mm and length_mm > 0 else None,
        weight_g=weight_g if weight_g and weight_g > 0 else None,
        volume_mm3=volume_mm3 if volume_mm3 and volume_mm3 > 0 else None,
        type=filament.type,
        colour=filament.display_colour or filament.colour,
        vendor=filament.vendor,
    )


def extent(low, high):
    """How far something reaches along an axis, ``None`` when that is not stated.

    :param low: its lowest coordinate in mm, as stated, of whatever type
    :param high: its highest
    :rtype: float or None
    """
    low, high = to_float(low), to_float(high)
    if low is None or high is None or not 0 < high - low < MAX_EXTENT:
        return None
    return round(high - low, 2)
