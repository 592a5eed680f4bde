"""Colours by their names, and how near they are to each other. Nothing of Odoo."""

import re
from functools import lru_cache
from math import atan2, cos, degrees, exp, hypot, radians, sin

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

#: Up to this distance (CIEDE2000) two colours are near for who looks for one.
NEAR = 12.0

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


def distance(first, second):
    """How far two colours of 24 bits are apart for the eye; 0 is the same.

    CIEDE2000 with all weights 1, after Sharma, Wu and Dalal, "The CIEDE2000
    color-difference formula" (2005), whose numbers of the equations are noted.

    :rtype: float
    """
    return lab_distance(to_lab(first), to_lab(second))


def lab_distance(first, second):
    """The same of two colours in CIELAB."""
    (l_1, a_1, b_1), (l_2, a_2, b_2) = first, second
    g = 1.5 - 0.5 * _saturation((hypot(a_1, b_1) + hypot(a_2, b_2)) / 2)  # (2)-(4)
    a_1, a_2 = g * a_1, g * a_2  # (5)
    c_1, c_2 = hypot(a_1, b_1), hypot(a_2, b_2)  # (6)
    h_1, h_2 = degrees(atan2(b_1, a_1)) % 360, degrees(atan2(b_2, a_2)) % 360  # (7)
    turn, hue = _turn(h_1, h_2) if c_1 * c_2 else (0.0, h_1 + h_2)
    d_h = 2 * (c_1 * c_2) ** 0.5 * sin(radians(turn / 2))  # (11)
    light, chroma = (l_1 + l_2) / 2 - 50, (c_1 + c_2) / 2  # (12), (13)
    t = (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )  # (15)
    by_light = (l_2 - l_1) / (1 + 0.015 * light**2 / (20 + light**2) ** 0.5)  # (18)
    by_chroma = (c_2 - c_1) / (1 + 0.045 * chroma)  # (19)
    by_hue = d_h / (1 + 0.015 * chroma * t)  # (20)
    theta = 30 * exp(-(((hue - 275) / 25) ** 2))  # (16)
    r_t = -2 * _saturation(chroma) * sin(radians(2 * theta))  # (17), (21)
    squares = by_light**2 + by_chroma**2 + by_hue**2 + r_t * by_chroma * by_hue
    return max(0.0, squares) ** 0.5  # (22)


def _saturation(chroma):
    power = chroma**7
    return (power / (power + 25.0**7)) ** 0.5


def _turn(h_1, h_2):
    """The way from one hue to another, and the hue half-way, in degrees (10), (14)."""
    turn, whole = h_2 - h_1, h_1 + h_2
    if abs(turn) <= 180:
        return turn, whole / 2
    half = (whole + 360) / 2 if whole < 360 else (whole - 360) / 2
    return turn - 360 if turn > 180 else turn + 360, half


@lru_cache(maxsize=65536)
def family(number):
    """The name of the palette that comes closest to a colour of 24 bits."""
    return min(NAMES, key=lambda name: distance(to_number(NAMES[name]), number))


def named(word):
    """The name of the palette a word stands for; ``None`` when it is no colour."""
    word = SYNONYMS.get(word, word)
    return word if word in NAMES else None
