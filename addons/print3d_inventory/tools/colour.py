"""Colours of filament: reading, naming and comparing them, without Odoo."""

import re
from functools import lru_cache

import numpy as np
from coloraide import Color

# IEC 61966-2-1: linear sRGB to XYZ, the white of D65, and the bend of CIELAB.
_SRGB_TO_XYZ = np.array(
    [
        [0.4123907992659593, 0.357584339383878, 0.1804807884018343],
        [0.2126390058715102, 0.715168678767756, 0.0721923153607337],
        [0.0193308187155918, 0.119194779794626, 0.9505321522496607],
    ]
)
_WHITE = _SRGB_TO_XYZ.sum(axis=1)
_EPSILON = 216 / 24389
_KAPPA = 24389 / 27

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


_PALETTE_KEYS = {name.replace(" ", "").lower(): text for name, text in PALETTE.items()}
_PALETTE_KEYS |= {
    key.replace("grey", "gray"): text for key, text in _PALETTE_KEYS.items()
}

# Up to this distance (CIEDE2000) two colours are alike for who looks for one.
NEAR = 12.0


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
    """Return how far the colours ``hexes`` are from ``wanted``, both lists.

    One colour is compared with the nearest of several. Several are compared both
    ways, each with the nearest of the other side, and the worse mean counts.
    """
    there = [min(delta_e(first, second) for second in hexes) for first in wanted]
    result = sum(there) / len(there)
    if len(wanted) > 1 and len(hexes) > 1:
        back = [min(delta_e(first, second) for first in wanted) for second in hexes]
        result = max(result, sum(back) / len(back))
    return result


def is_translucent(colour):
    """Tell whether ``#RRGGBBAA`` is a colour one looks through."""
    return len(colour) == 9 and int(colour[7:], 16) < 250


def to_lab(hexes):
    """Return CIELAB values (D65, 2°) of ``#RRGGBB`` texts, without alpha.

    :return: float array of shape ``(len(hexes), 3)``
    """
    rgb = (
        np.array(
            [[int(text[at : at + 2], 16) for at in (1, 3, 5)] for text in hexes],
            dtype=float,
        ).reshape(-1, 3)
        / 255
    )
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    relative = linear @ _SRGB_TO_XYZ.T / _WHITE
    cube = np.where(
        relative > _EPSILON, np.cbrt(relative), (_KAPPA * relative + 16) / 116
    )
    x, y, z = cube[:, 0], cube[:, 1], cube[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def delta_e_matrix(first, second):
    """Return the CIEDE2000 distances of all pairs at once.

    Formula and corner cases of Sharma, Wu and Dalal, "The CIEDE2000 color-difference
    formula" (2005), whose numbers of the equations are noted.

    :param first: CIELAB values, shape ``(n, 3)``
    :param second: CIELAB values, shape ``(m, 3)``
    :return: float array of shape ``(n, m)``
    """
    l1, a1, b1 = (first[:, None, at] for at in range(3))
    l2, a2, b2 = (second[None, :, at] for at in range(3))
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2  # (2), (3)
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))  # (4)
    a1, a2 = (1 + g) * a1, (1 + g) * a2  # (5)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)  # (6)
    h1 = np.degrees(np.arctan2(b1, a1)) % 360  # (7)
    h2 = np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = h2 - h1
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    turn = np.where(grey, 0, turn)  # (10)
    d_l, d_c = l2 - l1, c2 - c1  # (8), (9)
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))  # (11)
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2  # (12), (13)
    h_sum = h1 + h2
    h_mean = np.where(
        np.abs(h1 - h2) <= 180,
        h_sum / 2,
        np.where(h_sum < 360, (h_sum + 360) / 2, (h_sum - 360) / 2),
    )
    h_mean = np.where(grey, h_sum, h_mean)  # (14)
    t = (
        1
        - 0.17 * np.cos(np.radians(h_mean - 30))
        + 0.24 * np.cos(np.radians(2 * h_mean))
        + 0.32 * np.cos(np.radians(3 * h_mean + 6))
        - 0.20 * np.cos(np.radians(4 * h_mean - 63))
    )  # (15)
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)  # (18)
    s_c = 1 + 0.045 * c_mean  # (19)
    s_h = 1 + 0.015 * c_mean * t  # (20)
    r_c = 2 * np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7))  # (17)
    theta = 30 * np.exp(-(((h_mean - 275) / 25) ** 2))  # (16)
    r_t = -np.sin(np.radians(2 * theta)) * r_c  # (21)
    return np.sqrt(
        (d_l / s_l) ** 2
        + (d_c / s_c) ** 2
        + (d_h / s_h) ** 2
        + r_t * (d_c / s_c) * (d_h / s_h)
    )  # (22)


def nearest_name(colour):
    """Return the palette's word for a ``#RRGGBB`` colour."""
    return min(PALETTE, key=lambda name: delta_e(colour, PALETTE[name]))


def nearest_names(colours):
    """Return the palette's word for each of many ``#RRGGBB`` colours, at once."""
    if not colours:
        return []
    names = list(PALETTE)
    distances = delta_e_matrix(to_lab(colours), to_lab(list(PALETTE.values())))
    return [names[at] for at in distances.argmin(axis=1)]


def families(hexes_list):
    """Return the word under which each of many filaments is found.

    :param hexes_list: the colours of a filament each
    :return: a word of the palette, ``several`` for colours of different words, or an
        empty text without a colour
    """
    flat = [text for hexes in hexes_list for text in hexes]
    found = iter(nearest_names(flat))
    result = []
    for hexes in hexes_list:
        own = {next(found) for _text in hexes}
        result.append("several" if len(own) > 1 else "".join(own))
    return result


def find_colours(text):
    """Return the colours somebody means by ``#0F8B8D``, ``teal`` or ``dark red``.

    Words are those of the palette and of CSS.

    :return: list of ``#RRGGBB``; empty when the text is no colour
    """
    text = (text or "").strip()
    try:
        return split_hexes(text)
    except ValueError:
        key = re.sub(r"[\W_]+", "", text.lower())
    if key in _PALETTE_KEYS:
        return [_PALETTE_KEYS[key]]
    found = Color.match(key) if key.isascii() and key.isalpha() else None
    if not found or not found.color.alpha():  # "transparent" is no colour
        return []
    return [found.color.convert("srgb").to_string(hex=True).upper()]


def rank(wanted, candidates):
    """Return candidates from the nearest colour to the farthest.

    One colour is compared with the nearest of several; several with the whole, as
    :func:`distance` does.

    :param wanted: list of ``#RRGGBB``
    :param candidates: ``(anything, list of #RRGGBB)`` each; those without are left out
    :return: ``(anything, CIEDE2000)`` each
    """
    candidates = [(key, hexes) for key, hexes in candidates if hexes]
    if not candidates or not wanted:
        return []
    flat = [text for _key, hexes in candidates for text in hexes]
    matrix = delta_e_matrix(to_lab(flat), to_lab(wanted))
    starts = np.cumsum([0, *(len(hexes) for _key, hexes in candidates[:-1])])
    results = np.minimum.reduceat(matrix, starts, axis=0).mean(axis=1)
    if len(wanted) > 1:
        back = matrix.min(axis=1)
        sums, counts = np.add.reduceat(back, starts), np.diff([*starts, len(flat)])
        results = np.where(counts > 1, np.maximum(results, sums / counts), results)
    order = results.argsort(kind="stable")
    return [(candidates[at][0], float(results[at])) for at in order]
