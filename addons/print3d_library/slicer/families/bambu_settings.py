"""Settings of Bambu Studio, OrcaSlicer and forks, and what follows from them.

The same names everywhere: in ``project_settings.config`` (JSON, strings and lists of
strings) and in the settings block of a G-code file (raw strings). Printers with
nozzle variants have one value per variant in some lists of the former; the G-code has
them resolved.
"""

import json
import re

from ..privacy import without_secrets
from ..settings import parsed
from ..text import (
    item,
    plain,
    to_colour,
    to_float,
    to_numbers,
    to_strings,
    unquote,
)
from .common import configured_filaments

# Codes of slice_info's printer_model_id, as the printers' own descriptions in the
# resources of Bambu Studio have them (``model_id`` and ``display_name``).
PRINTERS = {
    "BL-P001": "Bambu Lab X1 Carbon",
    "BL-P002": "Bambu Lab X1",
    "C11": "Bambu Lab P1P",
    "C12": "Bambu Lab P1S",
    "C13": "Bambu Lab X1E",
    "N1": "Bambu Lab A1 mini",
    "N2S": "Bambu Lab A1",
    "N6": "Bambu Lab X2D",
    "N7": "Bambu Lab P2S",
    "N9": "Bambu Lab A2L",
    "O1C": "Bambu Lab H2C",
    "O1C2": "Bambu Lab H2C",
    "O1D": "Bambu Lab H2D",
    "O1E": "Bambu Lab H2D Pro",
    "O1S": "Bambu Lab H2S",
}
BED_KEYS = {
    "Cool Plate": "cool_plate_temp",
    "Smooth Cool Plate": "cool_plate_temp",
    "Engineering Plate": "eng_plate_temp",
    "High Temp Plate": "hot_plate_temp",
    "Smooth High Temp Plate": "hot_plate_temp",
    "Textured PEI Plate": "textured_plate_temp",
    "Textured Cool Plate": "textured_cool_plate_temp",
    "Cool Plate (SuperTack)": "supertack_plate_temp",
    "Supertack Plate": "supertack_plate_temp",
    "Customized Plate": "customized_plate_temp",
    "Epoxy Resin Plate": "epoxy_resin_plate_temp",
}


def one(raw):
    """A setting that is one value as text, also where the file makes a list of it."""
    if isinstance(raw, (list, tuple)):
        raw = raw[0] if raw else ""
    return raw if isinstance(raw, str) else "" if raw is None else str(raw)


def as_text(settings):
    """Settings as the slicers write them: texts and lists of texts.

    Other programs put numbers, booleans and objects into the JSON; the latter are
    kept as they stand there.

    :param settings: dict of JSON values
    """
    return {key: _as_text(raw) for key, raw in settings.items()}


def _as_text(raw):
    if isinstance(raw, list):
        return [_scalar(entry) for entry in raw]
    return _scalar(raw)


def _scalar(raw):
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return str(int(raw))
    return "" if raw is None else json.dumps(raw)


def apply_settings(sliced, settings, toolpaths=()):
    """Fill a sliced file from its settings.

    :param settings: dict of strings and lists of strings, or raw strings of a G-code
    :param toolpaths: settings of the plates' G-code, where values per variant are
        already one per filament
    """
    sliced.settings = parsed(without_secrets(settings))
    sliced.settings_count = len(settings) or None
    sliced.printer_model = unquote(one(settings.get("printer_model")))
    sliced.printer_settings_id = unquote(one(settings.get("printer_settings_id")))
    sliced.bed_type = unquote(one(settings.get("curr_bed_type")))
    sliced.layer_height = to_float(one(settings.get("layer_height")))
    sliced.first_layer_height = to_float(
        one(settings.get("initial_layer_print_height"))
    )
    diameters = to_numbers(settings.get("nozzle_diameter"))
    sliced.nozzle_diameter = [] if None in diameters else diameters
    variants = Variants(settings)
    count = variants.count
    sliced.filaments = configured_filaments(settings, variants.numbers)
    _describe(sliced.filaments, settings)
    for attribute, key, name in (
        ("nozzle_temp", "nozzle_temperature", "nozzle_temp_variants"),
        (
            "first_layer_nozzle_temp",
            "nozzle_temperature_initial_layer",
            "first_layer_nozzle_temp_variants",
        ),
    ):
        numbers = to_numbers(settings.get(key))
        if count and len(numbers) > count:
            sliced.stated[name] = [plain(number) for number in numbers]
            unrolled = [to_numbers(path.get(key)) for path in toolpaths]
            numbers = next(
                (found for found in unrolled if len(found) == count),
                variants.numbers(settings.get(key)),
            )
        if None not in numbers:
            setattr(sliced, attribute, [plain(number) for number in numbers])
    extruders = to_strings(settings.get("extruder_colour"))
    if extruders and all(extruders):
        sliced.stated["extruder_colour"] = [colour.upper() for colour in extruders]


def _describe(filaments, settings):
    """What only this family states of its filaments."""
    colours = to_strings(settings.get("filament_multi_colour"))
    codes = to_strings(settings.get("filament_ids"))
    supports = to_numbers(settings.get("filament_is_support"))
    for position, filament in enumerate(filaments):
        # The colour of an extruder is a constant here, not what is printed with.
        filament.display_colour = filament.colour
        several = re.findall(r"#[0-9A-Fa-f]+", item(colours, position, "")[:1000])
        several = [colour for colour in map(to_colour, several) if colour]
        filament.colours = several if len(several) > 1 else []
        filament.material_id = item(codes, position, "")
        support = item(supports, position)
        filament.is_support = None if support is None else bool(support)


class Variants:
    """Which values of the lists per nozzle variant hold.

    ``filament_self_index`` names the filament (from 1) of each entry and
    ``filament_extruder_variant`` its variant, such as ``Direct Drive High Flow``. A
    filament is printed with the variant of the nozzle that ``filament_map`` puts it
    on. Lists of the process have ``print_extruder_id`` and
    ``print_extruder_variant`` in the same way.

    :param settings: raw settings
    """

    def __init__(self, settings):
        self.count = len(to_strings(settings.get("filament_type")))
        self._owners = _integers(settings.get("filament_self_index"))
        self._names = to_strings(settings.get("filament_extruder_variant"))
        self._map = _integers(settings.get("filament_map"))
        kinds = to_strings(settings.get("extruder_type"))
        volumes = to_strings(settings.get("nozzle_volume_type"))
        self._extruders = [
            f"{kind} {item(volumes, position, 'Standard')}"
            for position, kind in enumerate(kinds)
        ]
        self._process = _integers(settings.get("print_extruder_id"))
        self._process_names = to_strings(settings.get("print_extruder_variant"))

    def _extruder(self, index):
        """Number from 0 of the extruder of a filament."""
        number = item(self._map, index - 1, 1) or 1
        return number - 1 if 0 < number <= len(self._extruders) else 0

    def _position(self, index):
        """Place of a filament's entry in a list per variant, or ``None``."""
        wanted = item(self._extruders, self._extruder(index), "")
        first = None
        for position, owner in enumerate(self._owners):
            if owner != index:
                continue
            if item(self._names, position, "") == wanted:
                return position
            first = position if first is None else first
        return first

    def per_filament(self, entries):
        """The entries of a list that hold, one per filament; other lists unchanged."""
        if len(entries) == self.count or len(self._owners) != len(entries):
            return entries
        positions = [self._position(index + 1) for index in range(self.count)]
        return [
            None if position is None else entries[position] for position in positions
        ]

    def numbers(self, raw):
        """Numbers of a setting, one per filament; what is not a number is ``None``."""
        return self.per_filament(to_numbers(raw))

    def process(self, entries, index=1):
        """The value of a process setting for a filament.

        :param entries: parsed value, a list where the printer has variants
        :param index: number of the filament, from 1
        """
        if not isinstance(entries, list):
            return entries
        extruder = self._extruder(index)
        wanted = item(self._extruders, extruder, "")
        if len(self._process) == len(entries):
            for position, owner in enumerate(self._process):
                name = item(self._process_names, position, "")
                if owner == extruder + 1 and name == wanted:
                    return entries[position]
        if entries and len(entries) == len(self._extruders):
            return entries[extruder]
        return entries[0] if entries else None


def _integers(raw):
    return [int(number) if number else 0 for number in to_numbers(raw)]


def bed_temperatures(settings, bed_type, used):
    """Bed temperatures of a bed type: ``(bed, first layer)``, each or both ``None``.

    Of the first used filament, or the highest of the used ones where
    ``bed_temperature_formula`` says so.

    :param used: 1-based numbers of the used filaments
    """
    key = BED_KEYS.get(bed_type)
    if not key:
        return None, None
    variants = Variants(settings)
    indexes = sorted(set(used)) or [1]
    if one(settings.get("bed_temperature_formula")) != "by_highest_temp":
        indexes = indexes[:1]
    result = []
    for name in (key, f"{key}_initial_layer"):
        numbers = variants.numbers(settings.get(name))
        found = [item(numbers, index - 1) for index in indexes]
        found = [number for number in found if number is not None]
        result.append(plain(max(found)) if found else None)
    return tuple(result)
