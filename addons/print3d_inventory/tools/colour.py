"""Colours of filament: reading, naming and comparing them, without Odoo."""

import re
from functools import lru_cache

from coloraide import Color

_HEX = re.compile(r"#?([0-9a-fA-F]{6})([0-9a-fA-F]{2})?")

# A short palette in the words of a filament shop; names are proposals for people.
PALETTE = {
    "Black": "#1A1A1A",
    "Dark Grey": "#4A4A4A",
    "Grey": "#8C8C8C",
    "Light Grey": "#C8C8C8",
    "White": "#F7F7F7",
    "Red": "#C1121F",
    "Dark Red": "#7F1D1D",
    "Orange": "#F77F00",
    "Yellow": "#FACC15",
    "Lime": "#A3D900",
    "Green": "#16A34A",
    "Dark Green": "#14532D",
    "Teal": "#0F8B8D",
    "Cyan": "#06B6D4",
    "Light Blue": "#7DC4F5",
    "Blue": "#1D4ED8",
    "Navy": "#1E2A5A",
    "Purple": "#7C3AED",
    "Magenta": "#C026D3",
    "Pink": "#F472B6",
    "Brown": "#7A4B2A",
    "Beige": "#E3D1B0",
    "Gold": "#C9A227",
    "Silver": "#A8B0B8",
}


def split_hexes(text):
    """Return the colours written in ``text`` as upper-case ``#RRGGBB`` strings.

    Separators may be commas, semicolons or blanks. A colour one looks through keeps
    its alpha channel (``#RRGGBBAA``).

    :raise ValueError: when a part is not a colour; its text is the argument.
    """
    colours = []
    for part in re.split(r"[,;\s]+", (text or "").strip()):
        if not part:
            continue
        match = _HEX.fullmatch(part)
        if not match:
            raise ValueError(part)
        alpha = (match[2] or "FF").upper()
        colours.append("#" + match[1].upper() + ("" if alpha == "FF" else alpha))
    return colours


def read_hexes(text):
    """Return the colours of ``text`` that can be read, skipping the others."""
    try:
        return split_hexes(text)
    except ValueError:
        return ["#" + found.upper() for found in re.findall(r"#([0-9a-fA-F]{6})", text)]


@lru_cache(maxsize=65536)
def delta_e(first, second):
    """Return the CIEDE2000 distance of two colours (0 is the same), without alpha."""
    return Color(first[:7]).delta_e(Color(second[:7]), method="2000")


def distance(wanted, hexes):
    """Return how far the nearest of ``hexes`` is from ``wanted``."""
    return min(delta_e(wanted, colour) for colour in hexes)


def nearest_name(colour):
    """Return the palette's word for a ``#RRGGBB`` colour."""
    return min(PALETTE, key=lambda name: delta_e(colour, PALETTE[name]))
