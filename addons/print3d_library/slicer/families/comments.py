"""What families share whose figures stand in comments of their own making.

Fields of a comment, use of filament per tool, weights that follow from a stated
density, and the bits of a dialect that are not a setting's name alone.
"""

import re

from ..model import Filament
from ..privacy import without_secrets
from ..settings import parsed_value
from ..text import plain, to_float, to_int, to_numbers
from ..units import grams_from_length, grams_from_volume
from ..vocabulary import TERMS
from .common import used_filament

# Names, dates and programs of these families, whatever digits they are made of.
TEXT = re.compile(
    r"(?:name|date|version|quality|gcode|postprocessing|post_process|material|models|"
    r"notes|printer|ranges|pauselayers)$|^g_code_",
    re.IGNORECASE,
)
SPAN = re.compile(
    r"(\d{1,9}(?:\.\d{1,9})?) {0,3}(day|hour|hr|h|minute|min|second|sec)", re.IGNORECASE
)
SPANS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def field(text, key):
    """Text after ``;key:`` or ``; key:`` on the first such line, or ``""``."""
    match = re.search(rf"^; {{0,4}}{re.escape(key)} ?: ?([^\n]*)$", text, re.MULTILINE)
    return match[1].strip() if match else ""


def span(raw):
    """Seconds of ``1 hour 5 minutes``, ``0 hours 23 minutes`` and the like."""
    parts = SPAN.findall((raw or "")[:100])
    if not parts:
        return None
    return to_int(sum(float(count) * SPANS[unit[0].lower()] for count, unit in parts))


def typed(settings, names=TEXT):
    """Parsed values without secrets.

    :param settings: dict of strings or lists of strings, ``None`` for an entry that
        a tool does not have
    :param names: pattern of settings that stay text
    """
    return {
        key: _typed(key, raw, names) for key, raw in without_secrets(settings).items()
    }


def _typed(key, raw, names):
    if isinstance(raw, list):
        return [_typed(key, entry, names) for entry in raw]
    if isinstance(raw, str) and names.search(key):
        return raw
    return parsed_value(key, raw)


def add_use(sliced, plate, lengths=(), weights=(), volumes=(), indexes=None):
    """Use per tool, zeros included, on a plate and in the facts.

    Tools that are not configured yet are added to ``sliced.filaments``.

    :param lengths: mm, one per tool; empty where only volumes are stated
    :param weights: g, may be shorter; 0 for a length is unknown
    :param volumes: mm3, one per tool; empty where they are not stated
    :param indexes: 1-based numbers of the tools, by default 1, 2, …
    """
    count = max(len(lengths), len(volumes))
    indexes = list(indexes or range(1, count + 1))
    for position, index in enumerate(indexes):
        filament = sliced.filament(index)
        if filament not in sliced.filaments:
            sliced.filaments.append(filament)
        found = used_filament(
            filament,
            _entry(lengths, position),
            _entry(weights, position),
            _entry(volumes, position),
        )
        plate.filaments += [found] if found else []
    sliced.filaments.sort(key=lambda filament: filament.index)
    sliced.stated["filament_index"] = indexes
    for key, amounts in (("filament_mm", lengths), ("filament_mm3", volumes)):
        if amounts and None not in amounts:
            sliced.stated[key] = list(amounts)
            plate.stated["no_use"] = not any(amounts)


def _entry(amounts, position):
    return amounts[position] if position < len(amounts) else None


def derive_weights(sliced, plate):
    """Fill in weights that are not stated and follow from density and diameter.

    Both must be stated in the file. The facts get ``filament_g_derived`` for all
    tools of ``filament_index``, in g with 4 decimals.
    """
    derived = {}
    for use in plate.filaments:
        filament = sliced.filament(use.index)
        if use.weight_g is not None or not filament.density:
            continue
        if use.volume_mm3:
            grams = grams_from_volume(use.volume_mm3, filament.density)
        elif use.length_mm and filament.diameter:
            grams = grams_from_length(
                use.length_mm, filament.diameter, filament.density
            )
        else:
            continue
        grams = round(grams, 4)
        # A density of next to nothing is none that was meant.
        if grams > 0:
            use.weight_g = derived[use.index] = grams
    if derived and len(derived) == len(plate.filaments):
        indexes = sliced.stated.get("filament_index") or sorted(derived)
        sliced.stated["filament_g_derived"] = [derived.get(i, 0.0) for i in indexes]


def configure(sliced, count, **columns):
    """Filaments from one list per attribute; shorter lists leave it unstated.

    :param columns: ``type=["PLA", …]``, ``density=[1.24, …]`` and so on
    """
    for index in range(1, count + 1):
        filament = Filament(index=index)
        for name, entries in columns.items():
            if index <= len(entries) and entries[index - 1] not in (None, "", 0):
                setattr(filament, name, entries[index - 1])
        sliced.filaments.append(filament)


def commanded(text, code):
    """Temperature of the first such command (``M109 T0 S200``), or ``None``.

    A command that switches a heater off is passed over.
    """
    pattern = rf"^{code} [^;\n]{{0,40}}?[SR](\d{{1,4}}(?:\.\d{{1,6}})?)"
    for match in re.finditer(pattern, text, re.MULTILINE):
        if number := to_float(match[1]):
            return plain(number)
    return None


def temperatures(sliced, text):
    """First temperatures waited for, which are those of the first layer."""
    if not sliced.first_layer_nozzle_temp:
        nozzle = commanded(text, "M109")
        sliced.first_layer_nozzle_temp = [] if nozzle is None else [nozzle]
    if sliced.first_layer_bed_temp is None:
        sliced.first_layer_bed_temp = commanded(text, "M190")


def numbers(raw):
    """Numbers of a setting, one or a list, ``[]`` when one is none."""
    entries = raw if isinstance(raw, list) else [raw]
    found = to_numbers([entry for entry in entries if entry not in (None, "")])
    return [] if None in found else [plain(number) for number in found]


def count_lines(source, mark):
    """How many lines of a file begin with a mark, in one pass over it.

    :param mark: bytes, without the line end before
    """
    mark = b"\n" + mark
    count, rest = 0, b"\n"
    for chunk in source.chunks():
        data = rest + chunk
        count += data.count(mark)
        rest = data[-len(mark) + 1 :]
    return count


# === Dialects === #


def stated(settings, *names):
    """The first of these settings that has a value; of a list its first entry."""
    for name in names:
        raw = settings.get(name)
        if isinstance(raw, list):
            raw = next((entry for entry in raw if entry is not None), None)
        if raw is not None and raw != "" and not _formula(raw):
            return raw
    return None


def _formula(raw):
    return isinstance(raw, str) and raw.startswith("=")


def word(words, *names):
    """Function for a dialect: a choice in the common words.

    :param words: dict of the common word by the slicer's own, in lower case
    :param names: settings, the first stated one counts
    """

    def read(settings):
        raw = stated(settings, *names)
        own = str(raw).strip().lower() if raw is not None else None
        return words.get(own, own)

    return read


def scaled(factor, *names):
    """Function for a dialect: a number times a factor."""

    def read(settings):
        number = to_float(stated(settings, *names))
        return None if number is None else round(number * factor, 6)

    return read


def first(*names):
    """Function for a dialect: the first stated value, formulas left out."""
    return lambda settings: stated(settings, *names)


def from_vertical(*names):
    """Function for a dialect: an overhang measured from the vertical.

    The common word counts from the horizontal, as PrusaSlicer and OrcaSlicer do.
    """

    def read(settings):
        angle = to_float(stated(settings, *names))
        return None if angle is None else 90 - angle

    return read


def every(*names):
    """Function for a dialect: the values of all tools, when all are stated."""

    def read(settings):
        for name in names:
            raw = settings.get(name)
            entries = raw if isinstance(raw, list) else [raw]
            if entries and not any(e is None or _formula(e) for e in entries):
                return entries
        return None

    return read


def on(name, *values):
    """Function for a dialect: whether a choice is one of these words."""

    def read(settings):
        raw = stated(settings, name)
        return None if raw is None else str(raw).lower() in values

    return read


def complete(sliced):
    """What the file states outside its settings, under the common terms.

    Called after :func:`~..vocabulary.translate`; settings that are there win.
    """
    filaments = sliced.filaments
    known = {
        "layer_height": sliced.layer_height,
        "first_layer_height": sliced.first_layer_height,
        "nozzle_temp": sliced.nozzle_temp,
        "first_layer_nozzle_temp": sliced.first_layer_nozzle_temp,
        "bed_temp": sliced.bed_temp,
        "first_layer_bed_temp": sliced.first_layer_bed_temp,
        "nozzle_diameter": sliced.nozzle_diameter,
        "printer_model": sliced.printer_model,
        "printer_preset": sliced.printer_settings_id,
        "bed_type": sliced.bed_type,
        "filament_type": [filament.type for filament in filaments],
        "filament_diameter": [filament.diameter for filament in filaments],
        "filament_density": [filament.density for filament in filaments],
        "filament_preset": [filament.name for filament in filaments],
    }
    for key, entry in known.items():
        blank = entry in (None, "", []) or (isinstance(entry, list) and not all(entry))
        if not blank:
            sliced.common.setdefault(key, entry)
    sliced.common = {key: sliced.common[key] for key in TERMS if key in sliced.common}
