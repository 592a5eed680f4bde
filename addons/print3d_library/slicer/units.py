"""Conversions between length, volume and weight of filament."""

import math


def grams_from_length(length_mm, diameter_mm, density_g_cm3):
    """Weight of a piece of filament.

    A filament is a cylinder: ``length x pi / 4 x diameter^2`` is its volume in mm3,
    1000 mm3 are 1 cm3.

    :param length_mm: length in mm
    :param diameter_mm: diameter in mm, 1.75 or 2.85 as a rule
    :param density_g_cm3: density in g/cm3
    :return: grams, not rounded
    """
    return grams_from_volume(length_mm * math.pi / 4 * diameter_mm**2, density_g_cm3)


def grams_from_volume(volume_mm3, density_g_cm3):
    """Weight of a volume of filament.

    :param volume_mm3: volume in mm3
    :param density_g_cm3: density in g/cm3
    :return: grams, not rounded
    """
    return volume_mm3 / 1000 * density_g_cm3
