"""Values and settings out of the comments of a G-code file.

Slicers write ``; key = value``. Lists of numbers are joined with ``,``, lists of
strings with ``;``, quoted where needed with ``\\n`` for a line break (the
serialisation of the Slic3r family, kept by Bambu Studio and OrcaSlicer).
"""

import json
import math
import re

from .privacy import without_secrets

COLOUR = re.compile(r"#([0-9A-Fa-f]{6})(?:[0-9A-Fa-f]{2})?")
SETTING = re.compile(r"^; ([A-Za-z0-9_]+) ?= ?(.*)$", re.MULTILINE)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(d|h|m|s)", re.IGNORECASE)
SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
# A file with more tools, or with such amounts, was not written by a slicer.
MAX_ENTRIES = 4096
MAX_NUMBER = 1e15
MAX_INT = 2**31 - 1


def to_float(raw):
    """Number of a string, or ``None``.

    A single decimal comma is understood: Bambu Studio writes some values in the
    user's locale. Infinite and absurd values and non-numbers are ``None``.
    """
    raw = str(raw if raw is not None else "")[:100].strip()
    if raw.count(",") == 1 and "." not in raw:
        raw = raw.replace(",", ".")
    try:
        number = float(raw)
    except ValueError:
        return None
    return number if abs(number) < MAX_NUMBER else None


def to_int(raw):
    """Whole number of a string, rounded, or ``None``."""
    number = to_float(raw)
    return None if number is None or abs(number) > MAX_INT else round(number)


def plain(number):
    """The same number, as ``int`` when it is whole; temperatures read better so."""
    if number is None:
        return None
    return int(number) if number == int(number) else number


def to_colour(raw):
    """``#RRGGBB`` in upper case without transparency, or an empty string."""
    match = COLOUR.fullmatch((raw or "").strip())
    return f"#{match[1].upper()}" if match else ""


def to_seconds(raw):
    """Seconds of a duration such as ``1d 2h 3m 4s``, rounded, or ``None``."""
    parts = DURATION.findall((raw or "")[:100])
    if not parts:
        return None
    return to_int(sum(float(value) * SECONDS[unit.lower()] for value, unit in parts))


def to_numbers(raw):
    """Numbers of a list setting; what is not a number is ``None``.

    :param raw: string joined with ``,`` or list of strings
    """
    if raw is None:
        return []
    if isinstance(raw, str):
        raw = raw.split(",") if raw.strip() else []
    return [to_float(item) for item in raw[:MAX_ENTRIES]]


def to_strings(raw):
    """Strings of a list setting, unquoted.

    :param raw: string joined with ``;`` or list of strings
    """
    if raw is None:
        return []
    if not isinstance(raw, str):
        return [str(item) for item in raw[:MAX_ENTRIES]]
    if not raw.strip():
        return []
    items, item, quoted, escaped = [], [], False, False
    for char in raw:
        if escaped:
            item.append({"n": "\n", "r": "\r", "t": "\t"}.get(char, char))
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            items.append("".join(item).strip())
            item = []
        else:
            item.append(char)
    items.append("".join(item).strip())
    return items[:MAX_ENTRIES]


def unquote(raw):
    """A string setting without the quotes it has where it needs them."""
    raw = (raw or "").strip()
    return to_strings(raw)[0] if raw.startswith('"') else raw


def item(values, position, default=None):
    """Entry of a per-filament list.

    A list of one stands for all filaments: slicers shorten lists of equal values.
    """
    if not values:
        return default
    if position < len(values):
        return values[position]
    return values[0] if len(values) == 1 else default


def value(text, key):
    """Text after the last ``; key = `` or ``; key : `` line, or ``None``.

    The last one wins: G-code converted from a binary file states keys twice, and the
    block at the end is the slicer's own.
    """
    found = re.findall(
        rf"^; ?{re.escape(key)} *[=:] *([^\r\n]*)$", text, flags=re.MULTILINE
    )
    return found[-1].strip() if found else None


def settings_between(text, begin, end):
    """Settings of a block marked by two whole lines.

    :return: dict of raw strings, or ``None`` when the marks are not there
    """
    start = text.rfind(begin)
    if start < 0:
        return None
    stop = text.find(end, start)
    if stop < 0:
        return None
    return settings_in(text[start + len(begin) : stop])


def settings_in(text):
    """Settings of every ``; key = value`` line, as raw strings by key."""
    return {key: raw.strip() for key, raw in SETTING.findall(text)}


def base_name(name):
    """Name of an object without the folders of the computer it was loaded from."""
    return re.split(r"[\\/]", name.strip())[-1].strip()


def from_json(text):
    """Value of a JSON text that can be stored and printed.

    Escapes may spell NUL, which PostgreSQL takes in no text, and halves of characters
    outside the basic plane, which no encoding takes; both are left out. Numbers that
    are infinite, none, or longer than any amount are ``None``.

    :raises ValueError: it is not JSON
    """
    try:
        return _tidy(
            json.loads(
                text,
                parse_constant=lambda _name: None,
                parse_float=_finite,
                parse_int=_whole,
            )
        )
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _finite(raw):
    number = float(raw)
    return number if math.isfinite(number) else None


def _whole(raw):
    return int(raw) if len(raw) <= 18 else _finite(raw)


def _tidy(entry):
    if isinstance(entry, str):
        return UNSTORABLE.sub("", entry)
    if isinstance(entry, list):
        return [_tidy(item) for item in entry]
    if isinstance(entry, dict):
        return {_tidy(key): _tidy(item) for key, item in entry.items()}
    return entry
