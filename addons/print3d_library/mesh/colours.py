"""Colours as files write them."""

import re

import numpy as np

_HEX = re.compile(r"#?([0-9A-Fa-f]{6})(?:[0-9A-Fa-f]{2})?")


def from_text(text):
    """``#RRGGBB`` of a colour in hexadecimal, whatever its transparency; else empty."""
    match = _HEX.fullmatch((text or "").strip())
    return f"#{match.group(1).upper()}" if match else ""


def from_fractions(red, green, blue):
    """``#RRGGBB`` of three numbers from 0 to 1."""
    values = np.nan_to_num(np.array([red, green, blue], np.float64))
    return "#" + "".join(
        f"{round(value * 255):02X}" for value in np.clip(values, 0.0, 1.0)
    )


def to_rgb(colour):
    """(red, green, blue) from 0 to 255 of ``#RRGGBB``."""
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
