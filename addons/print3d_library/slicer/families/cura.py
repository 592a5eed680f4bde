"""Cura: Marlin-style, volumetric and UltiMaker (Griffin) G-code, UFP packages, and
the G-code of legacy Cura (12 to 15).

The figures stand at the head. No flavour states grams; the volumetric ones state mm3
and no diameter. Settings are in ``;SETTING_3`` lines at the end: JSON of one ini text
per stack, with the settings that were changed only.
"""

import base64
import binascii
import re
import zlib

from ..errors import SlicedFileError
from ..gcode import digest
from ..images import pictures_in_comments, pictures_in_package
from ..model import Filament, Plate, SlicedFile
from ..text import from_json, plain, to_float, to_int, without_secrets
from .common import grouped, used_filament
from .registry import register

ENGINE = re.compile(
    r"^;(?:Generated with Cura_SteamEngine|GENERATOR\.VERSION:) ?(?P<version>[^\s]+)",
    re.MULTILINE,
)
LEGACY = "\n;Sliced at:"
UFP_GCODE = "3D/model.gcode"
AMOUNT = re.compile(r"^\s*([\d.]+(?:[eE][+-]?\d+)?)\s*(mm3|mm|m)?\s*(?:([\d.]+)\s*g)?")
TRAIN = re.compile(r"^;EXTRUDER_TRAIN\.(\d{1,3})\.([A-Z_.]+):(.*)$", re.MULTILINE)
LEGACY_TIME = re.compile(r"(\d+) (hour|minute|second)")
LEGACY_SECONDS = {"hour": 3600, "minute": 60, "second": 1}
MAX_PROFILE = 4 * 1024 * 1024
# Copies are named "cube.stl(1)" after the first.
COPY = re.compile(r"\(\d+\)$")


@register
class Cura:
    """Cura and UltiMaker Cura."""

    code = "cura"

    def recognises(self, source):
        if source.is_zip:
            return UFP_GCODE in source.container
        if not source.is_text:
            return False
        text = "\n" + source.head_text
        # Creality Print 4 descends from Cura and keeps some of its lines.
        if "CXEngine" in text:
            return False
        griffin = "\n;START_OF_HEADER" in text and "Cura_SteamEngine" in text
        legacy = LEGACY in text and "\n;Basic settings:" in text
        marlin = "\n;FLAVOR:" in text and (
            "Cura_SteamEngine" in text or "\n;Filament used:" in text
        )
        return griffin or legacy or marlin

    def parse(self, source):
        if not source.is_zip:
            return self._read(source.gcode)
        container = source.container
        sliced = self._read(digest(container.stream(UFP_GCODE)))
        found = pictures_in_package(container, "Metadata/")
        sliced.thumbnails += found
        sliced.plates[0].thumbnails = sliced.thumbnails
        return sliced

    def _read(self, gcode):
        head, _mark, _moves = gcode.head.partition("\n;LAYER:")
        head = "\n" + head
        engine = ENGINE.search(head)
        sliced = SlicedFile(
            family=self.code,
            slicer="Cura",
            slicer_version=engine["version"] if engine else "",
            printer_model=_value(head, "TARGET_MACHINE.NAME"),
            thumbnails=pictures_in_comments(gcode.head),
        )
        layers = to_int(_value(head, "LAYER_COUNT") or _value(head, "Layer count"))
        plate = Plate(
            layer_count=layers,
            objects=grouped(COPY.sub("", name) for name in _meshes(gcode)),
            thumbnails=sliced.thumbnails,
        )
        sliced.plates = [plate]
        _check_whole(gcode, layers)
        if "\n;START_OF_HEADER" in head:
            _griffin(sliced, plate, head)
        elif LEGACY in head:
            _legacy(sliced, plate, head, gcode.tail)
        else:
            _marlin(sliced, plate, head)
        _temperatures(sliced, head)
        _settings(sliced, gcode.tail)
        return sliced


def _value(head, key):
    """Text after ``;key:``, empty when the line is not there."""
    match = re.search(rf"^;{re.escape(key)}:([^\n]*)$", head, re.MULTILINE)
    return match[1].strip() if match else ""


def _meshes(gcode):
    names = [raw.decode("utf-8", errors="replace").strip() for raw in gcode.meshes]
    return [name for name in dict.fromkeys(names) if name and name != "NONMESH"]


def _check_whole(gcode, layers):
    """Refuse a file that ends before its last layer.

    The lines Cura ends with are missing too then; files whose moves were cut out on
    purpose keep them.
    """
    ended = ";End of Gcode" in gcode.tail or "\n;SETTING_" in gcode.tail
    if layers and not ended and gcode.last_layer is not None:
        if gcode.last_layer < layers - 1:
            raise SlicedFileError(
                "truncated",
                f"The file is cut short: it ends in layer {gcode.last_layer + 1} of "
                f"{layers}. Copy or export the file again.",
                layers=layers,
            )


def _marlin(sliced, plate, head):
    plate.time_s = to_int(_value(head, "TIME"))
    sliced.layer_height = to_float(_value(head, "Layer height"))
    sliced.stated["max_z"] = to_float(_value(head, "MAXZ"))
    _amounts(sliced, plate, _value(head, "Filament used"))


def _amounts(sliced, plate, raw):
    """Use per extruder: ``1.2m, 0m`` or ``52.9mm3, 0mm3``."""
    matches = [AMOUNT.match(part) for part in raw.split(",")]
    if None in matches:
        return
    amounts = [to_float(match[1]) for match in matches]
    if None in amounts:
        return
    unit = matches[0][2]
    if unit == "mm3":
        _use(sliced, plate, [None] * len(amounts), amounts)
    else:
        factor = 1 if unit == "mm" else 1000
        lengths = [round(amount * factor, 5) for amount in amounts]
        weights = [to_float(match[3]) for match in matches]
        _use(sliced, plate, lengths, [None] * len(amounts), weights)


def _use(sliced, plate, lengths, volumes, weights=()):
    """Use per extruder, mm or mm3, zeros included."""
    indexes = list(range(1, len(lengths) + 1))
    sliced.filaments = [Filament(index=index) for index in indexes]
    for position, filament in enumerate(sliced.filaments):
        weight = weights[position] if position < len(weights) else None
        found = used_filament(filament, lengths[position], weight, volumes[position])
        plate.filaments += [found] if found else []
    sliced.stated["filament_index"] = indexes
    for key, amounts in (("filament_mm", lengths), ("filament_mm3", volumes)):
        known = None not in amounts
        sliced.stated[key] = amounts if known else None
        if known:
            plate.stated["no_use"] = not any(amounts)


def _griffin(sliced, plate, head):
    """Header of UltiMaker printers (Griffin flavour), one value a line."""
    plate.time_s = to_int(_value(head, "PRINT.TIME"))
    sliced.bed_type = _value(head, "BUILD_PLATE.TYPE")
    sliced.stated["max_z"] = to_float(_value(head, "PRINT.SIZE.MAX.Z"))
    trains = {}
    for number, key, raw in TRAIN.findall(head):
        trains.setdefault(int(number), {})[key] = raw.strip()
    if not trains:
        return
    order = [trains.get(number, {}) for number in range(max(trains) + 1)]
    volumes = [to_float(train.get("MATERIAL.VOLUME_USED", "0")) for train in order]
    _use(sliced, plate, [None] * len(order), volumes)
    nozzles = [to_float(train.get("NOZZLE.DIAMETER")) for train in order]
    sliced.nozzle_diameter = [] if None in nozzles else nozzles
    first = [to_float(train.get("INITIAL_TEMPERATURE")) for train in order]
    if None not in first:
        sliced.first_layer_nozzle_temp = [plain(number) for number in first]
    bed = to_float(_value(head, "BUILD_PLATE.INITIAL_TEMPERATURE"))
    sliced.first_layer_bed_temp = plain(bed)


def _legacy(sliced, plate, head, tail):
    """Cura 12 to 15; the command line leaves ``#P_TIME#`` and the like in place."""
    parts = LEGACY_TIME.findall(_value(head, "Print time")[:100])
    if parts:
        plate.time_s = to_int(
            sum(float(value) * LEGACY_SECONDS[unit] for value, unit in parts)
        )
    match = re.search(r"^;Basic settings: Layer height: ([\d.]+)", head, re.MULTILINE)
    sliced.layer_height = to_float(match[1]) if match else None
    _amounts(sliced, plate, _value(head, "Filament used"))
    profile = re.search(r"^;CURA_PROFILE_STRING:([A-Za-z0-9+/=]+)", tail, re.MULTILINE)
    if profile:
        settings = _legacy_profile(profile[1])
        sliced.settings = without_secrets(settings)
        sliced.settings_count = len(settings) or None


def _legacy_profile(encoded):
    """Settings of a profile string: base64 of deflated ``key=value`` between \\b."""
    try:
        inflate = zlib.decompressobj()
        raw = inflate.decompress(base64.b64decode(encoded), MAX_PROFILE)
    except (binascii.Error, ValueError, zlib.error):
        return {}
    text = raw.decode("utf-8", errors="replace").partition("\f")[0]
    pairs = (entry.partition("=") for entry in text.split("\b"))
    return {key: value for key, mark, value in pairs if mark and key}


def _temperatures(sliced, head):
    """First temperatures waited for, which are those of the first layer."""
    if not sliced.first_layer_nozzle_temp:
        match = re.search(r"^M109 [^;\n]*?[SR](\d+(?:\.\d+)?)", head, re.MULTILINE)
        if match:
            sliced.first_layer_nozzle_temp = [plain(to_float(match[1]))]
    if sliced.first_layer_bed_temp is None:
        match = re.search(r"^M190 [^;\n]*?[SR](\d+(?:\.\d+)?)", head, re.MULTILINE)
        if match:
            sliced.first_layer_bed_temp = plain(to_float(match[1]))


def _settings(sliced, tail):
    """Changed settings of the ``;SETTING_3`` lines.

    A setting of several extruders becomes a list.
    """
    lines = re.findall(r"^;SETTING_3 ([^\n]*)$", tail, re.MULTILINE)
    if not lines:
        return
    try:
        stacks = from_json("".join(lines))
        texts = [stacks["global_quality"], *stacks.get("extruder_quality", [])]
        values = [_ini_values(text) for text in texts]
    except (ValueError, KeyError, TypeError, AttributeError):
        sliced.warnings.append("The settings at the end of the file are damaged.")
        return
    settings = {}
    for stack in values:
        for key, raw in stack.items():
            settings.setdefault(key, []).append(raw)
    sliced.settings = without_secrets(
        {key: raws[0] if len(raws) == 1 else raws for key, raws in settings.items()}
    )
    sliced.settings_count = len(settings)
    sliced.stated["settings_count_by_stack"] = [len(stack) for stack in values]


def _ini_values(text):
    """``[values]`` section of an ini text whose line ends are escaped once more."""
    section = text.replace("\\n", "\n").partition("[values]\n")[2]
    section = section.partition("\n[")[0]
    # Editors that cut blanks at line ends leave "key= value".
    pairs = (line.partition("=") for line in section.split("\n"))
    return {key.strip(): raw.strip() for key, mark, raw in pairs if mark}
