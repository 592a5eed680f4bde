"""Settings with parsed values, whatever slicer wrote them.

Slicers write every setting as text. What it means is read from its form: a number, a
percentage, a list; names and programs stay text, digits or not.
"""

import re

from .text import MAX_ENTRIES, to_strings

# Settings whose value is a text, be it made of digits: names, versions, programs.
TEXT = re.compile(
    r"(?:^|_)(?:id|ids|name|names|version|notes|note|gcode|script|preset|model|uuid|"
    r"guid|comment|variant|inherits|inherits_group|title|description|author|vendor|"
    r"colou?rs?|post_process|material_type|code)$|gcode|notes$|^version|_version",
    re.IGNORECASE,
)
PROGRAM = re.compile(r"gcode|notes|script|post_process|template", re.IGNORECASE)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
ENTRY = re.compile(rf"(?:{NUMBER.pattern}%?|nil)")
WORDS = {"true": True, "false": False}
MAX_DIGITS = 15


def parsed(settings):
    """The same settings with parsed values.

    Numbers become ``int`` or ``float``, ``True`` and ``False`` booleans, numbers
    joined with ``,`` and texts joined with ``;`` lists. Percentages (``15%``) and
    ``nil`` (inherited from the printer, in OrcaSlicer's filaments) stay text, as do
    names, versions and G-code. A list of one stays a list where the slicer wrote a
    list, as in the JSON of Bambu Studio.

    :param settings: dict of strings, lists of strings, or values parsed already
    :return: dict of what JSON can hold, keys in the same order
    """
    return {key: parsed_value(key, raw) for key, raw in settings.items()}


def parsed_value(key, raw):
    """Parsed value of one setting, see :func:`parsed`."""
    if isinstance(raw, (list, tuple)):
        return [parsed_value(key, entry) for entry in raw[:MAX_ENTRIES]]
    if isinstance(raw, dict):
        return parsed(raw)
    if not isinstance(raw, str):
        return raw
    if PROGRAM.search(key):
        return raw
    text = raw.strip()
    if ";" in text or text.startswith('"'):
        entries = to_strings(text)
        if TEXT.search(key):
            return entries if len(entries) > 1 else entries[0]
        entries = [_scalar(entry) for entry in entries]
        return entries if len(entries) > 1 else entries[0]
    if TEXT.search(key):
        return text
    if "," in text:
        entries = [entry.strip() for entry in text.split(",")]
        if len(entries) <= MAX_ENTRIES and all(map(ENTRY.fullmatch, entries)):
            return [_scalar(entry) for entry in entries]
        return text
    return _scalar(text)


def _scalar(text):
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    if not NUMBER.fullmatch(text) or len(text) > MAX_DIGITS:
        return text
    if re.fullmatch(r"[-+]?\d+", text):
        # 007 is a name, not a number.
        digits = text.lstrip("+-")
        return text if len(digits) > 1 and digits[0] == "0" else int(text)
    number = float(text)
    return number if abs(number) < 1e15 else text
