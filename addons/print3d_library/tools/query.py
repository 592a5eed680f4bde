"""The language of the search box: what people type, taken apart. Nothing of Odoo.

====================================  ==============================================
``dragon egg``                        both words, in any order; the last one may be
                                      the beginning of a word
``"dragon egg"``                      these words one after the other
``-silk``                             not this word; also before conditions and fields
``layer_height<0.2``                  a setting, with ``< <= > >= = !=``
``nozzle=0.6 infill>=15%``            settings by the words of the trade
``time<2h30m grams:20-50``            what a print takes; ranges with ``-`` or ``..``
``size<200x200x200``                  fits into a box, whichever way round
``material:petg colour:red``          fields; values with blanks in quotation marks
``is:favourite``                      what a model is; also ``is:deviating``
====================================  ==============================================

Nothing that is typed is refused. What makes no sense becomes a :class:`Term` with an
``error``, so that the screen can say which one and go on with the others.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

MAX_TEXT = 500
MAX_TERMS = 24
MAX_WORD = 40

WORD, SETTING, FIELD, FIGURE = "word", "setting", "field", "figure"

#: Words of the trade and the common term they mean (see ``slicer/vocabulary.py``).
ALIASES = {
    "adhesion": "adhesion",
    "bed": "bed_temp",
    "bed_temperature": "bed_temp",
    "bottoms": "bottom_layers",
    "bottom": "bottom_layers",
    "brim": "brim_width",
    "chamber": "chamber_temp",
    "density": "infill_density",
    "fan": "fan_max",
    "first_layer": "first_layer_height",
    "flow": "flow_ratio",
    "fuzzy": "fuzzy_skin",
    "hotend": "nozzle_temp",
    "infill": "infill_density",
    "initial_layer": "first_layer_height",
    "layer": "layer_height",
    "layers": "layer_height",
    "layerheight": "layer_height",
    "line": "line_width",
    "nozzle": "nozzle_diameter",
    "nozzle_size": "nozzle_diameter",
    "nozzle_temperature": "nozzle_temp",
    "outer_wall": "speed_outer_wall",
    "pattern": "infill_pattern",
    "perimeters": "wall_count",
    "plate_temp": "bed_temp",
    "raft": "raft_layers",
    "retract": "retraction_length",
    "retraction": "retraction_length",
    "shells": "wall_count",
    "skirt": "skirt_loops",
    "speed": "speed_print",
    "support": "supports",
    "temp": "nozzle_temp",
    "temperature": "nozzle_temp",
    "top": "top_layers",
    "tops": "top_layers",
    "travel": "speed_travel",
    "vase": "spiral_vase",
    "wall": "wall_count",
    "wall_loops": "wall_count",
    "walls": "wall_count",
    "width": "line_width",
    "zhop": "z_hop",
}

#: Fields that are words of a record, by every name people give them.
FIELDS = {
    "author": "designer",
    "brand": "vendor",
    "by": "designer",
    "category": "category",
    "cat": "category",
    "color": "colour",
    "colour": "colour",
    "creator": "designer",
    "designer": "designer",
    "file": "file",
    "filament": "material",
    "filename": "file",
    "is": "is",
    "licence": "licence",
    "license": "licence",
    "machine": "printer",
    "material": "material",
    "model": "name",
    "name": "name",
    "note": "note",
    "notes": "note",
    "object": "part",
    "part": "part",
    "printer": "printer",
    "profile": "profile",
    "slicer": "slicer",
    "software": "slicer",
    "tag": "theme",
    "tags": "theme",
    "theme": "theme",
    "type": "material",
    "variant": "variant",
    "vendor": "vendor",
}

#: What a model or its version can be, by every name people give it.
STATES = dict.fromkeys(
    ("favourite", "favourites", "favorite", "fav", "mine", "starred"), "favourite"
) | {"deviating": "deviating", "deviates": "deviating"}

#: What a print takes, by every name, with what it is measured in.
FIGURES = {
    "duration": "time",
    "g": "grams",
    "gram": "grams",
    "grams": "grams",
    "hours": "time",
    "print_time": "time",
    "rate": "success",
    "size": "size",
    "fits": "size",
    "box": "size",
    "dimensions": "size",
    "success": "success",
    "time": "time",
    "weight": "grams",
    "filament_g": "grams",
}

#: Operators with their other spellings.
OPERATORS = {"==": "=", "<>": "!=", ":": "=", "=<": "<=", "=>": ">=", "≤": "<="} | {
    "≥": ">=",
    "≠": "!=",
}
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}

_OPERATOR = re.compile(r"<=|>=|!=|<>|==|=<|=>|≤|≥|≠|=|<|>")
_SPACED = re.compile(r"\s*(<=|>=|!=|<>|==|=<|=>|≤|≥|≠|=|<|>)\s*")
_COLON = re.compile(r"(?<!\S)(-?[^\s\":<>=!]+):\s+(?=\S)")
_LEXEME = re.compile(r'(?:[^\s"]*"[^"]*"?)|[^\s"]+')
_NUMBER = r"[-+]?(?:\d{1,12}(?:[.,]\d{1,9})?|[.,]\d{1,9})"
_QUANTITY = re.compile(rf"({_NUMBER})\s*([^\d\s.,]*)")
_TO = re.compile(r"\.\.|[-–]")
_DURATION = re.compile(
    r"\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*"
    r"(days?|d|hours?|hrs?|std|h|minutes?|mins?|m|seconds?|secs?|s)\s*",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,4}):([0-5]?\d)(?::([0-5]?\d))?")
_SIZE = re.compile(r"\s*[x×*]\s*", re.IGNORECASE)

_SECONDS = {"d": 86400, "h": 3600, "s": 1, "m": 60}
_LENGTHS = {"": 1.0, "mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4, "inch": 25.4} | {
    '"': 25.4,
    "µm": 0.001,
    "um": 0.001,
    "micron": 0.001,
    "microns": 0.001,
}
_WEIGHTS = {"": 1.0, "g": 1.0, "gr": 1.0, "gram": 1.0, "grams": 1.0, "kg": 1000.0} | {
    "mg": 0.001,
}

# Marks that are left out when words are compared: accents of Latin, Greek and
# Cyrillic letters, vowel points of Hebrew and Arabic. In scripts of India and of the
# south-east of Asia such marks are vowels and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f]"
)
# Letters that only look like a letter with a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"}
)
# Scripts that write no blanks between words: each sign is a word of its own.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(
    rf"\d+(?:[.,]\d+)+|[{_IDEOGRAPHS}]|"
    rf"(?:(?![{_IDEOGRAPHS}])(?:[^\W_]|[\u0900-\u0eff]))+"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Term:
    """One part of a query.

    :param text: as it was typed
    :param kind: ``word``, ``setting`` (of a file), ``field`` (words of a record) or
        ``figure`` (time, grams, size, success)
    :param negated: what fulfils it is left out
    :param name: setting, field or figure by its common name; empty for words
    :param operator: ``<``, ``<=``, ``>``, ``>=``, ``=``, ``!=``, or ``in`` for a range
    :param value: what it is compared with, as typed, without quotation marks
    :param words: the words of a value, folded (see :func:`words_of`)
    :param phrase: the words stand one after the other
    :param number: the value in the unit of the name: mm, s, g, % (number of percent),
        or the lower end of a range; ``None`` when it is none
    :param upper: the upper end of a range
    :param size: three lengths in mm, the longest first
    :param error: code of what is wrong: ``no_value``, ``no_name``, ``no_number``,
        ``no_time``, ``no_weight``, ``no_size``, ``no_share``, ``no_state``; empty when
        nothing is
    """

    text: str
    kind: str = WORD
    negated: bool = False
    name: str = ""
    operator: str = "="
    value: str = ""
    words: tuple[str, ...] = ()
    phrase: bool = False
    number: float | None = None
    upper: float | None = None
    size: tuple[float, ...] | None = None
    error: str = ""


def fold(text):
    """A text as it is compared: small letters without accents.

    :rtype: str
    """
    text = unicodedata.normalize("NFKD", text.casefold())
    text = unicodedata.normalize("NFC", _MARKS.sub("", text))
    return text.translate(_LETTERS)


def words_of(text):
    """The words of a text, folded; also those of ``fileNames_like-this``.

    Numbers with decimals stay whole, with a point. Words are cut at ``MAX_WORD``.

    :rtype: list[str]
    """
    text = unicodedata.normalize("NFC", text)
    folded = fold(_CAMEL.sub(" ", text))
    return [word.replace(",", ".")[:MAX_WORD] for word in _TOKEN.findall(folded)]


def parse(text, terms=()):
    """Take what was typed apart.

    :param str text: any text; what is longer than ``MAX_TEXT`` is cut
    :param terms: the common terms of settings by name, each with a ``unit``
    :return: at most ``MAX_TERMS`` parts, in the order they were typed
    :rtype: list[Term]
    """
    text = str(text or "")[:MAX_TEXT]
    text = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\ud800-\udfff]", " ", text)
    text = re.sub("[“”„«»]", '"', text)
    lexemes = _lexemes(text)
    lexemes = _join_names(lexemes, terms)
    found = []
    for position, lexeme in enumerate(lexemes):
        if lexeme.lower() in ("and", "&", "&&") and _is_joint(lexemes, position):
            continue
        found += _read(lexeme, terms)
        if len(found) >= MAX_TERMS:
            break
    return found[:MAX_TERMS]


def _lexemes(text):
    """Parts between blanks, with what is in quotation marks and conditions whole."""
    quoted = []

    def keep(match):
        quoted.append(match.group())
        # A sign that nobody types stands for the quotation meanwhile.
        return f"\ue000{len(quoted) - 1}\ue001"

    text = re.sub("[\ue000\ue001]", " ", text)
    text = re.sub(r'"[^"]*"?', keep, text)
    text = _SPACED.sub(r"\1", text)
    text = _COLON.sub(
        lambda match: (
            f"{match[1]}:" if _known_field(match[1].lstrip("-")) else f"{match[1]}: "
        ),
        text,
    )

    def restore(match):
        return quoted[int(match[1])]

    return [
        re.sub("\ue000(\\d+)\ue001", restore, part) for part in text.split() if part
    ]


def _key(name):
    """A name as the tables of names have it."""
    return re.sub(r"[\s\-]+", "_", fold(name).strip())


def _known_field(name):
    key = _key(name)
    return key in FIELDS or key in FIGURES


def _known(name, terms):
    key = _key(name)
    return key in terms or key in ALIASES or _known_field(key)


def _is_condition(lexeme):
    return bool(_OPERATOR.search(lexeme)) and not lexeme.startswith('"')


def _is_joint(lexemes, position):
    """Whether an “and” stands between two conditions, where it says nothing."""
    around = lexemes[position - 1 : position] + lexemes[position + 1 : position + 2]
    return len(around) == 2 and all(_is_condition(lexeme) for lexeme in around)


def _join_names(lexemes, terms):
    """Take the words of ``first layer height<0.2`` for the one name they are."""
    result = []
    for lexeme in lexemes:
        match = _OPERATOR.search(lexeme)
        if match and '"' not in lexeme[: match.start()]:
            name = lexeme[: match.start()]
            for count in (3, 2, 1):
                before = result[-count:]
                if len(before) < count or any(
                    _is_condition(part) or '"' in part or ":" in part for part in before
                ):
                    continue
                whole = "_".join([*before, name])
                if _known(whole.lstrip("-"), terms):
                    lexeme = whole + lexeme[match.start() :]
                    del result[-count:]
                    break
        result.append(lexeme)
    return result


def _read(lexeme, terms):
    """The terms of one lexeme: two for ``0.1<layer<0.3``, none for a lone sign."""
    text = lexeme
    negated = False
    if len(lexeme) > 1 and lexeme[0] in "-−–!" and lexeme[1] not in "<>=!":
        negated, lexeme = True, lexeme[1:]
    if not lexeme.startswith('"'):
        parts = _split(lexeme, _OPERATOR)
        if len(parts) > 1:
            return _read_conditions(text, parts, negated, terms)
        name, colon, value = lexeme.partition(":")
        if colon and _known(name, terms) and not value.startswith("//"):
            return [_condition(text, name, "=", value, negated, terms, True)]
    value = lexeme.strip('"')
    words = tuple(words_of(value))
    if not words:
        return []
    return [
        Term(
            text=text,
            negated=negated,
            value=value,
            words=words,
            # A word that is written as one is looked for as one: cable_clip, 3-way
            phrase=len(words) > 1,
        )
    ]


def _split(lexeme, pattern):
    """Names, operators and values in turns; quotation marks hide operators."""
    quote = lexeme.find('"')
    visible = lexeme if quote < 0 else lexeme[:quote]
    parts, start = [], 0
    for match in pattern.finditer(visible):
        parts += [lexeme[start : match.start()], match.group()]
        start = match.end()
    return [*parts, lexeme[start:]]


def _read_conditions(text, parts, negated, terms):
    operators = [OPERATORS.get(part, part) for part in parts[1::2]]
    places = [part.strip() for part in parts[::2]]
    first_is_number = bool(_QUANTITY.fullmatch(places[0]))
    if len(operators) == 1 and not first_is_number:
        return [_condition(text, places[0], operators[0], places[1], negated, terms)]
    if len(operators) == 1:
        flipped = FLIPPED[operators[0]]
        return [_condition(text, places[1], flipped, places[0], negated, terms)]
    if len(operators) == 2 and first_is_number:
        name = places[1]
        return [
            _condition(text, name, FLIPPED[operators[0]], places[0], negated, terms),
            _condition(text, name, operators[1], places[2], negated, terms),
        ]
    return [Term(text=text, kind=SETTING, value=text, negated=negated, error="no_name")]


def _condition(text, name, operator, value, negated, terms, is_colon=False):
    """A comparison by the common name of what is compared."""
    value = value.strip()
    bare = value.strip('"').strip()
    term = Term(
        text=text,
        kind=SETTING,
        negated=negated,
        operator=operator,
        value=bare,
        words=tuple(words_of(bare)),
        phrase='"' in value,
    )
    if not name.strip("-_ "):
        return replace(term, error="no_name")
    key = _key(name)
    if key in FIGURES:
        term = replace(term, kind=FIGURE, name=FIGURES[key])
    elif key in terms or key in ALIASES:
        term = replace(term, name=key if key in terms else ALIASES[key])
    elif key in FIELDS:
        term = replace(term, kind=FIELD, name=FIELDS[key])
    else:
        term = replace(term, name=name.strip())
    # ``material=petg`` is what ``material:petg`` is, and so is colour=red.
    if key in FIELDS and key not in terms and operator in ("=", "!="):
        term = replace(term, kind=FIELD, name=FIELDS[key])
    if not bare:
        return replace(term, error="no_value")
    if term.kind == FIELD:
        if operator not in ("=", "!="):
            return replace(term, error="no_number")
        if operator == "!=":
            term = replace(term, negated=not negated, operator="=")
        if term.name == "is":
            state = STATES.get(fold(bare))
            return (
                replace(term, value=state) if state else replace(term, error="no_state")
            )
        return (
            term
            if term.words or bare.startswith("#")
            else replace(term, error="no_value")
        )
    if term.kind == FIGURE:
        return _figure(term)
    return _setting(term, terms)


def _figure(term):
    """A comparison of time, grams, size or success, in seconds, grams, mm, percent."""
    if term.name == "size":
        return _size(term)
    read, error = {
        "time": (seconds, "no_time"),
        "grams": (grams, "no_weight"),
        "success": (percent, "no_share"),
    }[term.name]
    number = read(term.value)
    if number is not None:
        if term.name == "success" and term.operator == "=":
            # Nobody looks for a rate of exactly 90 %.
            return replace(term, number=number, operator=">=")
        return replace(term, number=number)
    return _range(term, read) or replace(term, error=error)


def _range(term, read):
    """The term of a range such as ``1h-3h``; ``None`` when it is none."""
    if term.operator not in ("=", "!="):
        return None
    for match in _TO.finditer(term.value):
        low = term.value[: match.start()].strip()
        high = term.value[match.end() :].strip()
        if not low or not high:
            continue
        # The unit of ``20-50g`` is that of both ends.
        unit = re.search(r"[^\d\s.,]+$", high)
        lower = read(low + unit.group() if unit and low[-1].isdigit() else low)
        upper = read(high)
        if lower is not None and upper is not None:
            return replace(
                term,
                operator="in",
                negated=term.negated != (term.operator == "!="),
                number=min(lower, upper),
                upper=max(lower, upper),
            )
    return None


def _size(term):
    sides = size(term.value)
    if sides is None:
        return _range(term, length) or replace(term, error="no_size")
    if len(sides) == 1:
        return replace(term, number=sides[0])
    sides = tuple(sorted(sides, reverse=True))
    if len(sides) == 2:
        # A bed without a height: anything that stands on it.
        sides = (sides[0], sides[1], sides[1])
    return replace(term, size=sides)


def _setting(term, terms):
    unit = getattr(terms[term.name], "unit", "") if term.name in terms else ""
    number = _setting_number(term.value, unit)
    if number is not None:
        return replace(term, number=number)
    found = _range(term, lambda value: _setting_number(value, unit))
    if found:
        return found
    if term.operator in ("<", "<=", ">", ">="):
        return replace(term, error="no_number")
    return term


def _setting_number(value, unit):
    """A value of a setting in the unit of its term; other units are left alone."""
    if unit == "mm":
        return length(value)
    if unit == "s":
        return seconds(value, "s")
    match = _QUANTITY.fullmatch(value.strip())
    if not match or (match[2] and not _is_unit(match[2])):
        return None
    return _float(match[1])


def _is_unit(text):
    """Whether letters after a number can be a unit: 0.2mm is 0.2, 2nd is not."""
    return fold(text) in (
        *("%", "mm", "mm/s", "mm/s2", "mm/s²", "mm3/s", "mm³/s", "°c", "°", "c", "s"),
        *("g", "g/cm3", "g/cm³", "x", "deg"),
    )


def _float(text):
    return float(text.replace(",", "."))


def _measured(value, units):
    match = _QUANTITY.fullmatch(str(value).strip())
    if not match:
        return None
    factor = units.get(fold(match[2]))
    if factor is None:
        factor = units.get(match[2].lower())
    return None if factor is None else _float(match[1]) * factor


def length(value):
    """Millimetres of ``0.2``, ``0,2mm``, ``2 cm``; ``None`` when it is none."""
    return _measured(value, _LENGTHS)


def grams(value):
    """Grams of ``12``, ``12g``, ``1.5kg``; ``None`` when it is none."""
    number = _measured(value, _WEIGHTS)
    return None if number is None or number < 0 else number


def percent(value):
    """Percent of ``90``, ``90%``, ``0.9`` (a share); ``None`` when it is none."""
    number = _measured(value, {"": 1.0, "%": 1.0})
    if number is None or not 0 <= number <= 100:
        return None
    if "%" not in value and 0 < number <= 1:
        number *= 100
    return number


def seconds(value, unit="m"):
    """Seconds of ``2h30m``, ``90min``, ``1:30`` (hours) or of a bare number.

    :param str unit: of a bare number: ``m`` (people mean minutes) or ``s``
    :return: ``None`` when it is no time
    """
    text = str(value).strip()
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 3600.0 + int(clock[2]) * 60 + int(clock[3] or 0)
    match = _QUANTITY.fullmatch(text)
    if match and not match[2]:
        number = _float(match[1]) * _SECONDS[unit]
        return number if number >= 0 else None
    position, total = 0, 0.0
    step = None
    for match in _DURATION.finditer(text):
        if match.start() != position:
            return None
        step = match[2].lower()
        total += _float(match[1]) * _SECONDS["h" if step == "std" else step[0]]
        position = match.end()
    rest = text[position:]
    # ``2h30`` is two hours and thirty minutes.
    if rest.isdecimal() and rest.isascii() and len(rest) <= 2 and step:
        total += int(rest) * (60 if step[0] == "h" else 1)
        position = len(text)
    return total if text and position == len(text) else None


def size(value):
    """Lengths in mm of ``200``, ``200x200``, ``20x20x30cm``; ``None`` otherwise.

    :rtype: tuple[float, ...] or None
    """
    parts = _SIZE.split(str(value).strip())
    if not 1 <= len(parts) <= 3:
        return None
    unit = re.search(r"[^\d\s.,]+$", parts[-1])
    sides = tuple(
        length(part + unit.group() if unit and part[-1:].isdigit() else part)
        for part in parts
    )
    if any(side is None or side <= 0 for side in sides):
        return None
    return sides
