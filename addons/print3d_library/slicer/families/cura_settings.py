"""Settings of Cura: ini texts, stacks of them, and one value per extruder."""

import re

from ..text import from_json
from .comments import typed

# Text whatever digits it is made of; everything else is told by its form.
TEXT = re.compile(
    r"gcode$|(?:^|_)(?:name|brand|guid|id|extruders_enabled_count_name)$|^machine_name$",
    re.IGNORECASE,
)
MAX_EXTRUDERS = 64
REFERENCE = re.compile(r"=\s*([a-z][a-z0-9_]{1,80})\s*")
LITERAL = re.compile(
    r"=\s*(?:(-?\d+(?:\.\d+)?)|'([^']*)'|\"([^\"]*)\"|(True|False))\s*"
)
MAX_STEPS = 16


def sections(text):
    """``{section: {key: raw}}`` of an ini text.

    Values of several lines go on in lines that begin with a blank. Editors that cut
    blanks at line ends leave ``key= value``.
    """
    found, section, key = {}, {}, None
    for line in text.split("\n"):
        if line[:1] in (" ", "\t") and key is not None:
            section[key] += "\n" + line.strip()
        elif line.startswith("[") and line.rstrip().endswith("]"):
            section = found.setdefault(line.strip()[1:-1], {})
            key = None
        elif "=" in line and not line.startswith((";", "#")):
            key, _mark, raw = line.partition("=")
            key = key.strip()
            section[key] = raw.strip()
        else:
            key = None
    return found


def values(text):
    """Raw values of a container: its ``[values]``."""
    return sections(text).get("values", {})


def combined(everywhere, extruders):
    """Settings of all stacks under their names.

    A setting that no extruder states is the value that holds everywhere. One that
    extruders state is a list with one entry per extruder, in which the value that
    holds everywhere stands for an extruder that does not state it, or ``None`` where
    there is none: the profile's own value then holds, which the file does not say.
    With one extruder there are no lists.

    :param everywhere: dict of raw values of the global stack
    :param extruders: list of dicts of raw values, one per extruder
    """
    result = dict(everywhere)
    for key in dict.fromkeys(key for stack in extruders for key in stack):
        entries = [stack.get(key, everywhere.get(key)) for stack in extruders]
        result[key] = entries[0] if len(entries) == 1 else entries
    return result


def parse(settings):
    """Parsed values without secrets; formulas (``=…``) stay text."""
    return {key: _listed(entry) for key, entry in typed(settings, TEXT).items()}


def _listed(entry):
    """Lists are written as in Python: ``[90, 0]``."""
    if isinstance(entry, list):
        return [_listed(each) for each in entry]
    if isinstance(entry, str) and entry[:1] == "[" and entry[-1:] == "]":
        try:
            found = from_json(entry.replace("'", '"')) if len(entry) < 4096 else entry
        except ValueError:
            return entry
        return found if isinstance(found, list) else entry
    return entry


def resolved(stack):
    """Raw values with formulas that are a plain reference or literal followed.

    Other formulas need Cura's own code and stay text.
    """
    return {key: _follow(raw, stack) for key, raw in stack.items()}


def _follow(raw, stack):
    for _step in range(MAX_STEPS):
        literal = LITERAL.fullmatch(raw)
        if literal:
            return next(part for part in literal.groups() if part is not None)
        reference = REFERENCE.fullmatch(raw)
        if not reference or reference[1] not in stack:
            break
        raw = stack[reference[1]]
    return raw


def of_comments(tail):
    """What the ``;SETTING_3`` lines at the end say.

    Version 3 is JSON of ini texts, one of the global stack and one per extruder, with
    line ends escaped once more; before there was one ini text.

    :return: ``(everywhere, extruders, profile)``: raw values, list of raw values by
        position, ``{"name": …, "definition": …}``; ``None`` without such lines
    :raises ValueError: the lines are damaged
    """
    lines = re.findall(r"^;SETTING_(\d) ?([^\n]*)$", tail, re.MULTILINE)
    if not lines:
        return None
    text = "".join(raw for _version, raw in lines)
    if not text.lstrip().startswith("{"):
        main = sections(_unescaped(text))
        return main.get("values", {}), [], _profile(main)
    try:
        stacks = from_json(_unescaped(text))
    except ValueError:
        # Editors and scripts may have taken one round of escapes away.
        stacks = from_json(text)
    texts = stacks.get("extruder_quality") or [] if isinstance(stacks, dict) else None
    if not isinstance(texts, list) or not isinstance(stacks.get("global_quality"), str):
        raise ValueError("no stacks")
    main = _container(stacks["global_quality"])
    extruders = {}
    for number, each in enumerate(texts[:MAX_EXTRUDERS]):
        found = _container(str(each))
        position = found.get("metadata", {}).get("position", "")
        number = int(position) if re.fullmatch(r"\d{1,2}", position) else number
        extruders.setdefault(min(number, MAX_EXTRUDERS), found.get("values", {}))
    count = max(extruders, default=-1) + 1
    listed = [extruders.get(number, {}) for number in range(count)]
    return main.get("values", {}), listed, _profile(main)


def _container(text):
    return sections(text if "\n" in text else text.replace("\\n", "\n"))


def _profile(main):
    general = main.get("general", {})
    return {key: general.get(key, "") for key in ("name", "definition")}


def _unescaped(text):
    """Undo Cura's escapes of a comment: backslash, line end, carriage return."""
    ends = {"n": "\n", "r": "\r", "\\": "\\"}
    return re.sub(r"\\([nr\\])", lambda match: ends[match[1]], text)


def shown_extruders(extruders, used):
    """The extruders there is something to say of: those used and those changed.

    Machines list all extruders they could have.
    """
    changed = [number + 1 for number, stack in enumerate(extruders) if stack]
    return extruders[: max(changed[-1] if changed else 0, min(used, len(extruders)), 1)]
