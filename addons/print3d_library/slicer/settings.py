"""Settings with parsed values, whatever slicer wrote them.

Slicers write every setting as text. What it means is read from its form: a number, a
percentage, a list; names and programs stay text, digits or not.
"""

import re

from .text import MAX_ENTRIES, to_strings

# Settings whose value is a text, be it made of digits: names, versions, programs.
TEXT = re.compile(
    r"(?:^|_)(?:id|ids|name|names|version|note|script|preset|profile|model|uuid|"
    r"guid|comment|variant|inherits|inherits_group|title|description|author|vendor|"
    r"colou?rs?|material_type|code)$|notes$|^version|_version",
    re.IGNORECASE,
)
# Numbers and choices by what they count or switch, though their names end likewise.
NUMBERED = re.compile(r"(?:extruder|group|tool|nozzle|plate)_id$", re.IGNORECASE)
SWITCH = re.compile(r"(?:_to_model|_colou?r|gcode|post_process)$", re.IGNORECASE)
# G-code and notes, whose line breaks may be escaped.
PROGRAM = re.compile(
    r"gcode(?:_[a-z]{1,4}\d?)?$|notes$|script$|post_process|template$",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
# Entry of a list joined with commas: a number, a percentage, a word of a choice
ENTRY = re.compile(rf"(?:{NUMBER.pattern}%?|[a-z][a-z0-9_]*)")
# C:\tools\new.exe as it is; an escaped path has two backslashes each
WINDOWS = re.compile(r"(?<![\w\\])[A-Za-z]:\\[^\\]")
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
WORDS = {"true": True, "false": False}
MAX_DIGITS = 15


def parsed(settings):
    """The same settings with parsed values.

    Numbers become ``int`` or ``float``, ``True`` and ``False`` booleans, numbers
    joined with ``,`` and texts joined with ``;`` lists. Percentages (``15%``) and
    ``nil`` (inherited from the printer, in OrcaSlicer's filaments) stay text, as do
    names, versions and G-code, whose escaped line breaks become real ones. A list of
    one stays a list where the slicer wrote a list, as in the JSON of Bambu Studio.

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
    text = raw.strip()
    if SWITCH.search(key) and text in ("0", "1"):
        return int(text)
    if PROGRAM.search(key):
        return _program(raw)
    is_text = TEXT.search(key) and not NUMBERED.search(key)
    if ";" in text or text.startswith('"'):
        entries = to_strings(text)
        if not is_text:
            entries = [_scalar(entry) for entry in entries]
        return entries if len(entries) > 1 else entries[0]
    if is_text:
        return text
    if "," in text:
        entries = [entry.strip() for entry in text.split(",")]
        if len(entries) <= MAX_ENTRIES and all(map(ENTRY.fullmatch, entries)):
            return [_scalar(entry) for entry in entries]
        return text
    return _scalar(text)


def _program(raw):
    """G-code or notes: one text, or a list of them where each is in quotes."""
    text = raw.strip()
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        entries = to_strings(text)
        return entries if len(entries) > 1 else entries[0]
    if "\n" in raw or WINDOWS.search(raw):
        # Line breaks or folders stand as they are, so nothing was escaped.
        return raw
    return ESCAPE.sub(lambda match: ESCAPED.get(match[1], match[0]), raw)


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
