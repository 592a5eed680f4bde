"""The order in which the letters of a line are drawn: Unicode's UAX #9.

For canvases and label printers that know left to right only. A label is one line at a
time and holds no embedding marks (they are dropped), so that the rules X1 to X10 of
the algorithm are left out; P, W, N, I and L are all there. Arabic is put in order,
but its letters are not joined.
"""

import unicodedata

_MIRRORED = {
    first: second
    for pair in ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥")
    for first, second in (pair, pair[::-1])
}
_OPENING = {"(": ")", "[": "]", "{": "}"}
_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}


def is_rtl(text):
    """Tell whether a line runs from right to left: its first letter decides (P2)."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def to_visual(text, rtl=None):
    """Return ``text`` in the order in which it is drawn from left to right.

    :param rtl: whether the line runs from right to left; by default its letters tell
    """
    text = "".join(
        letter
        for letter in text
        if unicodedata.bidirectional(letter)
        not in ("BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    )
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    if not rtl and not {"R", "AL", "AN"}.intersection(kinds):
        return text
    base = int(is_rtl(text) if rtl is None else rtl)
    levels = _get_levels(text, kinds, base)
    letters = [
        _MIRRORED.get(letter, letter) if level % 2 else letter
        for letter, level in zip(text, levels, strict=True)
    ]
    # L2: from the highest level down, turn round every run of at least that level.
    for level in range(max(levels, default=0), 0, -1):
        start = None
        for index in range(len(letters) + 1):
            inside = index < len(letters) and levels[index] >= level
            if inside and start is None:
                start = index
            elif not inside and start is not None:
                letters[start:index] = letters[start:index][::-1]
                levels[start:index] = levels[start:index][::-1]
                start = None
    return "".join(letters)


def _get_levels(text, kinds, base):
    """Return the embedding level of each letter."""
    side = "R" if base else "L"
    marks = [kind == "NSM" for kind in kinds]
    resolved = _resolve_weak(list(kinds), side)
    _resolve_brackets(text, resolved, marks, side)
    _resolve_neutral(resolved, side)
    levels = []
    for kind in resolved:
        # I1 and I2.
        if base:
            levels.append(1 if kind == "R" else 2)
        else:
            levels.append({"L": 0, "R": 1}.get(kind, 2))
    # L1: blanks at the end belong to the line.
    for index in range(len(kinds) - 1, -1, -1):
        if kinds[index] not in ("WS", "S", "B"):
            break
        levels[index] = base
    return levels


def _resolve_weak(kinds, side):
    """W1 to W7."""
    strong = before = side
    for index, kind in enumerate(kinds):
        if kind == "NSM":
            kind = before
        before = kind
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kind = "AN"
        kinds[index] = kind
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for index in range(1, len(kinds) - 1):
        before, kind, after = kinds[index - 1 : index + 2]
        if (kind == "ES" and before == after == "EN") or (
            kind == "CS" and before == after and before in ("EN", "AN")
        ):
            kinds[index] = before
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        before = None
        for index in order:
            if kinds[index] == "ET" and before == "EN":
                kinds[index] = "EN"
            before = kinds[index]
    strong = side
    for index, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):
            kinds[index] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"
    return kinds


def _resolve_brackets(text, kinds, marks, side):
    """N0: a pair of brackets goes with what is inside it, or else before it."""
    opened, pairs = [], []
    for index, letter in enumerate(text):
        if kinds[index] != "ON":
            continue
        if letter in _OPENING:
            opened.append((index, _OPENING[letter]))
        else:
            for depth in range(len(opened) - 1, -1, -1):
                if opened[depth][1] == letter:
                    pairs.append((opened[depth][0], index))
                    del opened[depth:]
                    break
    for first, last in sorted(pairs):
        inside = {_STRONG.get(kind) for kind in kinds[first + 1 : last]} - {None}
        if not inside:
            continue
        kind = side
        if side not in inside:
            before = (_STRONG.get(kind) for kind in reversed(kinds[:first]))
            kind = next(filter(None, before), side)
        for index in (first, last):
            kinds[index] = kind
            for mark in range(index + 1, len(kinds)):
                if not marks[mark]:
                    break
                kinds[mark] = kind


def _resolve_neutral(kinds, side):
    """N1 and N2: neutrals go with their neighbours when these agree."""
    index = 0
    while index < len(kinds):
        if kinds[index] in ("L", "R", "EN", "AN"):
            index += 1
            continue
        end = index
        while end < len(kinds) and kinds[end] not in ("L", "R", "EN", "AN"):
            end += 1
        before = _STRONG[kinds[index - 1]] if index else side
        after = _STRONG[kinds[end]] if end < len(kinds) else side
        kinds[index:end] = [before if before == after else side] * (end - index)
        index = end
