"""What differs between two versions of a print, as people would say it.

Pure Python. A *side* is a dict of what a version says::

    {
        "slicer": "PrusaSlicer",
        "settings": {...},     # every setting under the slicer's own name
        "common": {...},       # the same under the names of slicer/vocabulary.py
        "parameters": {...},   # what people added: name -> value with its unit
        "overrides": [...],    # {scope, name, parent, role, plate, settings}
        "plates": [...],       # {index, name, time_s, copies, layers, height,
                               #  objects: [{name, count}],
                               #  filaments: [{tool, material, colour, name, grams}]}
    }

Two values are the same when they mean the same: ``15%`` and ``0.15`` for a density,
``105%`` of a 0.4 mm nozzle and ``0.42``, ``2400 mm/min`` and ``40 mm/s``, ``0.4`` and
``[0.4, 0.4]`` (one entry a tool), ``1`` and ``true``. Programs are compared line by
line. Pictures, dates, paths and identifiers differ without meaning anything and are
left out.
"""

import difflib

from .setting_values import (
    SHARE_LIKE,
    Share,
    canonical,
    close,
    is_program,
    is_volatile,
    same,
    shown,
)

# Slicers of one family state most settings under the same names. Bambu Studio and
# OrcaSlicer share 0.73 of them, OrcaSlicer and PrusaSlicer 0.45 (measured on files).
FAMILY_SHARE = 0.6
MAX_LINES = 4000
MAX_LINE = 500

# What says how a print comes out, of a plate.
PLATE_FACTS = (
    ("time_s", "s"),
    ("copies", ""),
    ("layers", ""),
    ("height", "mm"),
)
FILAMENT_FACTS = (("material", ""), ("colour", ""), ("name", ""), ("grams", "g"))


def compare(old, new, terms):
    """What is different in ``new``.

    :param dict old: side, see the module
    :param dict new: side
    :param terms: ``slicer.vocabulary.TERMS``: of each common name its group and unit
    :return: dict that JSON can hold:

        * ``same_family``: the own names of the two slicers can be compared
        * ``figures``: ``[{"group", "entries"}]`` under common names, in their order
        * ``own``: entries under the slicer's own names; those stated by one side only
          have the ``state`` ``added`` or ``removed``
        * ``programs``: ``[{"name", "added", "removed", "lines": [[mark, text]]}]``
        * ``parameters``: entries of what people added
        * ``overrides``: ``[{"scope", "name", …, "state", "entries"}]``
        * ``plates``: ``[{"index", "state", "entries", "filaments", "objects"}]``
        * ``effect``: ``time_s``, ``grams``, ``piece_time_s``, ``piece_grams``,
          ``pieces`` and ``materials`` as ``[old, new]``; ``per_piece`` when only the
          figures of a piece compare, because the plates carry other numbers of them
        * ``uncompared``: across families, ``{"terms", "names"}``: of either side the
          common terms that the other does not state, and its own names
        * ``counts``: of changes by part, and ``same`` settings

        An entry is ``{"key", "old", "new", "unit", "state"}``, of numbers also
        ``change`` and ``percent`` (of the old one), and ``old_mm``/``new_mm`` for
        shares of another setting.
    :rtype: dict
    """
    same_family = is_same_family(old, new)
    figures, same_count = _compare_common(old, new, terms, same_family)
    own, programs, own_same = [], [], 0
    if same_family:
        own, programs, own_same = _compare_own(old, new, terms)
    overrides = _compare_overrides(old, new)
    plates = _compare_plates(old.get("plates") or [], new.get("plates") or [])
    parameters = _compare_dicts(old.get("parameters"), new.get("parameters"))
    return {
        "same_family": same_family,
        "figures": figures,
        "own": own,
        "programs": programs,
        "parameters": parameters,
        "overrides": overrides,
        "plates": plates,
        "effect": _get_effect(old.get("plates") or [], new.get("plates") or []),
        "uncompared": _get_uncompared(old, new, terms, same_family),
        "counts": {
            "figures": sum(len(group["entries"]) for group in figures),
            "own": sum(entry["state"] == "changed" for entry in own),
            "one_sided": sum(entry["state"] != "changed" for entry in own),
            "programs": len(programs),
            "parameters": len(parameters),
            "overrides": len(overrides),
            "plates": len(plates),
            "same": same_count + own_same,
        },
    }


def is_same_family(old, new):
    """Whether two slicers call their settings by the same names."""
    if old.get("slicer") and old.get("slicer") == new.get("slicer"):
        return True
    names, others = set(old.get("settings") or ()), set(new.get("settings") or ())
    if not names or not others:
        return False
    return len(names & others) / min(len(names), len(others)) >= FAMILY_SHARE


def compare_values(key, old, new, unit="", old_settings=None, new_settings=None):
    """The difference of one setting.

    :return: entry, see :func:`compare`; ``None`` when both mean the same
    """
    one = canonical(old, key, old_settings, unit)
    other = canonical(new, key, new_settings, unit)
    if same(one, other, key, unit):
        return None
    state = "added" if one is None else "removed" if other is None else "changed"
    entry = {
        "key": key,
        "old": shown(old),
        "new": shown(new),
        "unit": unit,
        "state": state,
    }
    for side, raw, number in (("old", old, one), ("new", new, other)):
        first = raw[0] if isinstance(raw, (list, tuple)) and raw else raw
        if isinstance(first, str) and "%" in first and _is_plain(number):
            entry[f"{side}_mm"] = round(number, 4)
    change = _get_change(one, other, key, unit)
    if change is not None:
        entry["change"] = round(change, 6)
        base = _as_number(one, other, key, unit)
        if base:
            entry["percent"] = round(100 * change / abs(base), 1)
    return entry


def _is_plain(value):
    return isinstance(value, float) and not isinstance(value, Share)


def _as_number(value, other, key, unit):
    """The number of a value in the unit of the other one, ``None`` when it is none."""
    if not isinstance(value, float):
        return None
    if isinstance(other, Share) and not isinstance(value, Share):
        if unit != "%" and not SHARE_LIKE.search(key):
            return None
        return value * 100 if value <= 1 else float(value)
    return float(value)


def _get_change(one, other, key, unit):
    before = _as_number(one, other, key, unit)
    after = _as_number(other, one, key, unit)
    if before is None or after is None:
        return None
    if isinstance(one, Share) != isinstance(other, Share):
        # One of them a share of something unknown
        if unit != "%" and not SHARE_LIKE.search(key):
            return None
    return after - before


def _compare_common(old, new, terms, same_family):
    """Groups of common terms that changed, and how many did not.

    What one slicer does not state counts as a change within its family only.
    """
    one, other = old.get("common") or {}, new.get("common") or {}
    groups, same_count = {}, 0
    for key, term in terms.items():
        stated = (key in one) + (key in other)
        if not stated or (stated == 1 and not same_family):
            continue
        # A slicer that does not say that something is off or 0 leaves it off.
        before = one.get(key, other.get(key) and None)
        after = other.get(key, one.get(key) and None)
        entry = compare_values(key, before, after, term.unit)
        if entry is None:
            same_count += 1
            continue
        if term.kind == "boolean":
            entry = _without_change(entry)
        groups.setdefault(term.group, []).append(entry)
    return (
        [{"group": group, "entries": entries} for group, entries in groups.items()],
        same_count,
    )


def _without_change(entry):
    """An entry of a switch: off to on is no number."""
    return {
        key: value
        for key, value in entry.items()
        if key not in ("change", "percent", "old_mm", "new_mm")
    }


def _compare_own(old, new, terms):
    """Entries and programs under own names, and how many settings are the same."""
    one, other = old.get("settings") or {}, new.get("settings") or {}
    # Said under the common names already
    common = set(old.get("common") or {}) & set(new.get("common") or {}) & set(terms)
    entries, programs, same_count = [], [], 0
    for name in sorted({*one, *other}, key=str.lower):
        before, after = one.get(name), other.get(name)
        if name in common or is_volatile(name, before, after):
            continue
        if is_program(name, before, after):
            program = compare_programs(name, before, after)
            if program:
                programs.append(program)
                continue
            same_count += 1
            continue
        entry = compare_values(
            name, before, after, old_settings=one, new_settings=other
        )
        if entry is None:
            same_count += name in one and name in other
        elif isinstance(before, bool) or isinstance(after, bool):
            entries.append(_without_change(entry))
        else:
            entries.append(entry)
    return entries, programs, same_count


def compare_programs(name, old, new, context=3):
    """Lines of a program that differ, with some around them.

    :return: ``{"name", "state", "added", "removed", "lines"}``; a line is a mark
        (``-``, ``+``, a blank, or ``@`` for lines left out) and its text. ``None``
        when nothing differs.
    """
    one, other = _get_lines(old), _get_lines(new)
    if one == other:
        return None
    state = "changed" if one and other else "added" if other else "removed"
    lines, added, removed = [], 0, 0
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(context)):
        if number:
            lines.append(["@", ""])
        for tag, start, end, start_new, end_new in group:
            if tag == "equal":
                lines += [[" ", text] for text in one[start:end]]
                continue
            removed += end - start
            added += end_new - start_new
            lines += [["-", text] for text in one[start:end]]
            lines += [["+", text] for text in other[start_new:end_new]]
    return {
        "name": name,
        "state": state,
        "added": added,
        "removed": removed,
        "lines": lines,
    }


def _get_lines(program):
    if isinstance(program, (list, tuple)):
        program = "\n".join(str(entry) for entry in program)
    text = str(program if program is not None else "").replace("\\n", "\n").strip()
    return [line.rstrip()[:MAX_LINE] for line in text.splitlines()[:MAX_LINES]]


def _compare_dicts(old, new):
    """Entries of two dicts of settings, programs as plain texts."""
    one, other = old or {}, new or {}
    entries = (
        compare_values(
            name,
            one.get(name),
            other.get(name),
            old_settings=one,
            new_settings=other,
        )
        for name in sorted({*one, *other}, key=str.lower)
        if not is_volatile(name)
    )
    return [entry for entry in entries if entry]


def _compare_overrides(old, new):
    """Overrides that differ; the n-th of a name is the n-th of it there."""
    same_family = is_same_family(old, new)
    one = _key_overrides(old.get("overrides") or [])
    other = _key_overrides(new.get("overrides") or [])
    result = []
    for key in [*one, *(key for key in other if key not in one)]:
        before, after = one.get(key), other.get(key)
        entries = _compare_dicts(
            before and before.get("settings"), after and after.get("settings")
        )
        if before and after:
            if not entries or not same_family:
                continue
            state = "changed"
        else:
            state = "removed" if before else "added"
        scope, name, parent, role, plate, _number = key
        result.append(
            {
                "scope": scope,
                "name": name,
                "parent": parent,
                "role": role,
                "plate": plate,
                "state": state,
                "entries": entries,
            }
        )
    return result


def _key_overrides(overrides):
    keyed, seen = {}, {}
    for entry in overrides:
        key = (
            entry.get("scope") or "",
            entry.get("name") or "",
            entry.get("parent") or "",
            entry.get("role") or "",
            entry.get("plate"),
        )
        if key[0] == "preset":
            # Presets that ride along are no settings of this print.
            continue
        seen[key] = number = seen.get(key, 0) + 1
        keyed[(*key, number)] = entry
    return keyed


# === PLATES === #


def _compare_plates(old, new):
    """Plates that differ, by their number."""
    one = {plate.get("index"): plate for plate in old}
    other = {plate.get("index"): plate for plate in new}
    result = []
    for index in sorted({*one, *other}):
        before, after = one.get(index) or {}, other.get(index) or {}
        entries = _compare_facts(PLATE_FACTS, before, after)
        filaments = _compare_filaments(before, after)
        objects = _compare_objects(before, after)
        if not (entries or filaments or objects) and before and after:
            continue
        state = "changed" if before and after else "removed" if before else "added"
        result.append(
            {
                "index": index,
                "name": (after or before).get("name") or "",
                "state": state,
                "entries": entries,
                "filaments": filaments,
                "objects": objects,
            }
        )
    return result


def _compare_facts(facts, before, after):
    entries = (
        compare_values(key, before.get(key) or None, after.get(key) or None, unit)
        for key, unit in facts
    )
    return [entry for entry in entries if entry]


def _compare_filaments(before, after):
    one = {line.get("tool"): line for line in before.get("filaments") or []}
    other = {line.get("tool"): line for line in after.get("filaments") or []}
    result = []
    for tool in sorted({*one, *other}):
        entries = _compare_facts(
            FILAMENT_FACTS, one.get(tool) or {}, other.get(tool) or {}
        )
        if entries:
            result.append({"tool": tool, "entries": entries})
    return result


def _compare_objects(before, after):
    def count(plate):
        counts = {}
        for entry in plate.get("objects") or []:
            name = entry.get("name") or ""
            counts[name] = counts.get(name, 0) + (entry.get("count") or 1)
        return counts

    one, other = count(before), count(after)
    return [
        {"name": name, "old": one.get(name, 0), "new": other.get(name, 0)}
        for name in sorted({*one, *other})
        if one.get(name, 0) != other.get(name, 0)
    ]


def _get_effect(old, new):
    """What the change does to time, grams and pieces.

    ``piece_*`` are for one good piece: every plate's share of its copies.
    """
    pairs = [_get_figures(plates) for plates in (old, new)]
    effect = {key: [pairs[0][key], pairs[1][key]] for key in pairs[0]}
    # Whether the time of all plates or that of a piece is what compares
    effect["per_piece"] = effect["pieces"][0] != effect["pieces"][1]
    return effect


def _get_figures(plates):
    figures = {
        "time_s": 0,
        "grams": 0.0,
        "piece_time_s": 0.0,
        "piece_grams": 0.0,
        "pieces": [],
        "materials": [],
    }
    for plate in plates:
        copies = plate.get("copies") or 1
        grams = sum(line.get("grams") or 0 for line in plate.get("filaments") or [])
        time_s = plate.get("time_s") or 0
        figures["time_s"] += time_s
        figures["grams"] += grams
        figures["piece_time_s"] += time_s / copies
        figures["piece_grams"] += grams / copies
        figures["pieces"].append(copies)
        for line in plate.get("filaments") or []:
            material = line.get("material") or ""
            if material and material not in figures["materials"]:
                figures["materials"].append(material)
    for key in ("grams", "piece_time_s", "piece_grams"):
        figures[key] = round(figures[key], 2)
    return figures


def _get_uncompared(old, new, terms, same_family):
    """Terms that one side lacks and names of another family: not to be compared."""
    one, other = old.get("common") or {}, new.get("common") or {}
    sides, names = {"old": [], "new": []}, {"old": [], "new": []}
    if not same_family:
        sides = {
            "old": [key for key in terms if key in one and key not in other],
            "new": [key for key in terms if key in other and key not in one],
        }
        for side, settings in (("old", old), ("new", new)):
            names[side] = sorted(
                (
                    name
                    for name, value in (settings.get("settings") or {}).items()
                    if name not in terms and not is_volatile(name, value)
                ),
                key=str.lower,
            )
    return {"terms": sides, "names": names}


# === RANGES === #


def deviates(key, expected, found, low=None, high=None, unit=""):
    """Whether a value is not what a profile asks for.

    :param expected: value of the profile
    :param found: value of the version; ``None`` when it does not state the setting
    :param low: least number that is still right, ``None`` for the value itself
    :param high: largest number that is still right
    :return: entry as in :func:`compare`, ``None`` when it fits or is not stated
    """
    if found is None:
        return None
    value = canonical(found, key, unit=unit)
    if low is not None or high is not None:
        entries = value if isinstance(value, tuple) else (value,)
        if all(_is_within(entry, low, high) for entry in entries):
            return None
    return compare_values(key, expected, found, unit)


def _is_within(value, low, high):
    if not isinstance(value, float):
        return False
    above = low is None or value > low or close(value, low)
    return above and (high is None or value < high or close(value, high))
