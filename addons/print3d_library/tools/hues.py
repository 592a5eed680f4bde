"""Colours by their names, and how near they are to each other. Nothing of Odoo."""

import re
from functools import lru_cache

#: The words of a filament shop, with a colour that each stands for.
NAMES = {
    "black": "#1A1A1A",
    "grey": "#808080",
    "silver": "#B4B9BE",
    "white": "#F7F7F7",
    "red": "#C8141E",
    "orange": "#F57F17",
    "yellow": "#F8CE1C",
    "gold": "#C49A2A",
    "green": "#1F9A45",
    "lime": "#9CCC1E",
    "teal": "#0F8B8D",
    "cyan": "#19B5D6",
    "blue": "#1E4FCB",
    "navy": "#1D2B5C",
    "purple": "#7B2FBE",
    "magenta": "#C2279E",
    "pink": "#F284B6",
    "brown": "#7A4A28",
    "beige": "#E0CFAE",
}
#: Other words for the same.
SYNONYMS = {
    "gray": "grey",
    "violet": "purple",
    "turquoise": "teal",
    "aqua": "cyan",
    "fuchsia": "magenta",
    "crimson": "red",
    "scarlet": "red",
    "ivory": "beige",
    "cream": "beige",
    "tan": "beige",
    "anthracite": "grey",
    "charcoal": "black",
    "bronze": "gold",
    "sky": "cyan",
    "rose": "pink",
}

#: Up to this distance (CIE94) two colours are near for who looks for one.
NEAR = 16.0

_HEX = re.compile(r"#?([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?")
_SHORT = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])")


def to_number(text):
    """The 24 bits of ``#RRGGBB``, ``#RRGGBBAA`` or ``#RGB``; ``None`` otherwise."""
    text = str(text or "").strip()
    short = _SHORT.fullmatch(text)
    if short:
        text = "#" + "".join(digit * 2 for digit in short.groups())
    match = _HEX.fullmatch(text)
    return int(match[1], 16) if match else None


def to_hex(number):
    """``#RRGGBB`` of 24 bits."""
    return f"#{number:06X}"


@lru_cache(maxsize=65536)
def to_lab(number):
    """CIELAB (D65, 2°) of an sRGB colour of 24 bits (IEC 61966-2-1, CIE 15)."""
    red, green, blue = (_linear(number >> shift & 255) for shift in (16, 8, 0))
    x = _bend((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
    y = _bend(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = _bend((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@lru_cache(maxsize=256)
def _linear(channel):
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _bend(share):
    if share > 216 / 24389:
        return share ** (1 / 3)
    return (24389 / 27 * share + 16) / 116


def distance(wanted, other):
    """How far a colour is from the wanted one, both of 24 bits; 0 is the same.

    CIE94 with the weights for graphic arts: unlike the plain distance in CIELAB, it
    does not take one strong blue or red for quite another than the next.
    """
    l_1, a_1, b_1 = to_lab(wanted)
    l_2, a_2, b_2 = to_lab(other)
    c_1 = (a_1 * a_1 + b_1 * b_1) ** 0.5
    c_2 = (a_2 * a_2 + b_2 * b_2) ** 0.5
    d_c = c_1 - c_2
    d_h = max(0.0, (a_1 - a_2) ** 2 + (b_1 - b_2) ** 2 - d_c * d_c)
    return (
        (l_1 - l_2) ** 2 + (d_c / (1 + 0.045 * c_1)) ** 2 + d_h / (1 + 0.015 * c_1) ** 2
    ) ** 0.5


@lru_cache(maxsize=65536)
def family(number):
    """The name of the palette that comes closest to a colour of 24 bits."""
    return min(NAMES, key=lambda name: distance(to_number(NAMES[name]), number))


def named(word):
    """The name of the palette a word stands for; ``None`` when it is no colour."""
    word = SYNONYMS.get(word, word)
    return word if word in NAMES else None
