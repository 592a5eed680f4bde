"""G-code of Cura: Marlin-style, volumetric, UltiGCode, UltiMaker's Griffin, and that of
legacy Cura (12 to 15).

The figures stand at the head. No flavour states grams; the volumetric ones state mm3
and no diameter. Settings are in ``;SETTING_3`` lines at the end: those that were
changed only. The engine called from a command line leaves placeholders where the
figures would be.
"""

import base64
import binascii
import re
import zlib

from ..errors import SlicedFileError
from ..images import pictures_in_comments
from ..model import Plate, SlicedFile
from ..text import plain, to_float, to_int, to_numbers
from ..vocabulary import translate
from .comments import add_use, complete, span, temperatures
from .common import extent, grouped
from .cura_package import COPY
from .cura_settings import combined, of_comments, parse, shown_extruders
from .cura_words import DIALECT, LEGACY
from .pictures import embedded_pictures

CODE = "cura"
ENGINE = re.compile(
    r"^; ?(?:Generated with (?P<name>[A-Za-z]\w{0,40}Engine) |GENERATOR\.VERSION:) ?"
    r"(?P<version>[^\s]+)",
    re.MULTILINE,
)
NAMES = {"Cura_SteamEngine": "Cura", "StratosEngine": "BCN3D Stratos"}
LEGACY_HEAD = re.compile(r"^;Sliced (?:[^\n]{0,200} )?at:", re.MULTILINE)
FLAVOUR = re.compile(r"^; ?FLAVOR: ?([^\n]{1,60})$", re.MULTILINE)
FIGURES = re.compile(r"^; ?(?:Filament used|MATERIAL): ?[\d.]", re.MULTILINE)
AMOUNT = re.compile(
    r"\s*([\d.]+(?:[eE][+-]?\d+)?)\s*(mm3|mm|cm|m)?\s*(?:\[?([\d.]+)\s*g)?"
)
TRAIN = re.compile(r"^;EXTRUDER_TRAIN\.(\d{1,3})\.([A-Z_.]+):([^\n]*)$", re.MULTILINE)
MAX_TRAINS = 64
MATERIAL = re.compile(r"^;MATERIAL(\d?):([\d.]+)$", re.MULTILINE)
ELAPSED = re.compile(r"^;TIME_ELAPSED: ?([\d.]+)$", re.MULTILINE)
# LulzBot's start G-code tells what the profile knows.
WEIGHT = re.compile(r"^; ?Filament weight = \[?([\d., ]+)\]?", re.MULTILINE)
# What CuraEngine states before it knows, as time and as mm3.
PLACEHOLDERS = (6666, 666)
UNKNOWN = 2_000_000
CLOCK = re.compile(r"(\d{1,5}):(\d{2})(?::(\d{2}))?")
MAX_PROFILE = 4 * 1024 * 1024


def is_cura(text):
    """Whether the head of a G-code is Cura's, whose sign may come after pictures."""
    text = "\n" + text
    # Creality Print 4 descends from Cura and keeps some of its lines.
    if "CXEngine" in text:
        return False
    if "\n;START_OF_HEADER" in text and "\n;FLAVOR:Griffin" in text:
        return "SteamEngine" in text or "EXTRUDER_TRAIN." in text
    if LEGACY_HEAD.search(text) and re.search(r"^;Basic settings:", text, re.M):
        return True
    engine = ENGINE.search(text)
    named = bool(engine and engine["name"])
    return bool(FLAVOUR.search(text)) and (named or bool(FIGURES.search(text)))


def read_gcode(gcode):
    """What a G-code says.

    :param gcode: :class:`~..gcode.Gcode`
    :return: :class:`~..model.SlicedFile`, and the GUID of each extruder's material,
        ``""`` where there is none
    """
    head, _mark, _moves = gcode.head.partition("\n;LAYER:")
    head = "\n" + head
    engine = ENGINE.search(head)
    name = (engine["name"] if engine else "") or "Cura_SteamEngine"
    sliced = SlicedFile(
        family=CODE,
        slicer=NAMES.get(name, name),
        slicer_version=engine["version"] if engine else "",
        printer_model=_value(head, "TARGET_MACHINE.NAME"),
        thumbnails=embedded_pictures(gcode.head, pictures_in_comments),
    )
    layers = to_int(_value(head, "LAYER_COUNT") or _value(head, "Layer count"))
    plate = Plate(
        layer_count=layers,
        objects=grouped(COPY.sub("", name) for name in _meshes(gcode)),
        thumbnails=sliced.thumbnails,
    )
    sliced.plates = [plate]
    _check_whole(gcode, layers)
    guids = []
    if "\n;START_OF_HEADER" in head:
        guids = _griffin(sliced, plate, head)
    elif LEGACY_HEAD.search(head):
        _legacy(sliced, plate, head)
    else:
        _marlin(sliced, plate, head)
    elapsed = ELAPSED.findall(gcode.tail)
    if plate.time_s is None and elapsed:
        # Of a command line only this is written after slicing.
        plate.time_s = to_int(elapsed[-1])
    temperatures(sliced, head)
    profile = _profile(gcode.tail)
    if profile:
        sliced.settings = parse(profile)
        sliced.settings_count = len(profile)
    else:
        _settings(sliced, gcode.tail)
    flavour = FLAVOUR.search(head)
    sliced.stated["gcode_flavour"] = flavour[1].strip() if flavour else ""
    return finished(sliced, sliced.stated["gcode_flavour"]), guids


def finished(sliced, flavour):
    """Add the common terms, and values that only the settings have.

    :param flavour: of the G-code, ``""`` where it states none
    :return: the same file
    """
    settings = sliced.settings
    dialect = LEGACY if "fill_density" in settings else DIALECT
    sliced.common = translate(settings, dialect)
    common = sliced.common
    if sliced.layer_height is None:
        sliced.layer_height = common.get("layer_height")
    if sliced.first_layer_height is None:
        sliced.first_layer_height = common.get("first_layer_height")
    if not sliced.nozzle_temp:
        sliced.nozzle_temp = common.get("nozzle_temp", [])
    if not sliced.first_layer_nozzle_temp:
        sliced.first_layer_nozzle_temp = common.get("first_layer_nozzle_temp", [])
    for key in ("bed_temp", "first_layer_bed_temp"):
        if getattr(sliced, key) is None:
            setattr(sliced, key, common.get(key))
    if not sliced.nozzle_diameter:
        sliced.nozzle_diameter = common.get("nozzle_diameter", [])
    if flavour:
        common["gcode_flavour"] = flavour
    if profile := sliced.stated.get("profile_name"):
        common["print_preset"] = profile
    complete(sliced)
    return sliced


def _value(head, key):
    """Text after ``;key:``, empty when the line is not there."""
    match = re.search(rf"^; ?{re.escape(key)}:([^\n]*)$", head, re.MULTILINE)
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
    top = to_float(_value(head, "MAXZ"))
    sliced.stated["max_z"] = top if top is not None and abs(top) < UNKNOWN else None
    plate.size_x = extent(_value(head, "MINX"), _value(head, "MAXX"))
    plate.size_y = extent(_value(head, "MINY"), _value(head, "MAXY"))
    used = _value(head, "Filament used")
    # UltiGCode: whole mm3 of two extruders, the second one 0 where there is none.
    volumes = [to_float(raw) for _number, raw in MATERIAL.findall(head)]
    if plate.time_s in PLACEHOLDERS and (
        volumes[0] in PLACEHOLDERS if volumes else not re.search("[1-9]", used)
    ):
        plate.time_s = None
    elif used:
        _amounts(sliced, plate, used)
        _weights(plate, head)
    elif volumes and None not in volumes:
        while len(volumes) > 1 and not volumes[-1]:
            volumes.pop()
        add_use(sliced, plate, volumes=volumes)
    nozzle = to_float(_value(head, "NOZZLE_DIAMETER"))
    sliced.nozzle_diameter = [nozzle] if nozzle else []


def _amounts(sliced, plate, raw):
    """Use per extruder: ``1.2m, 0m`` or ``52.9mm3, 0mm3``, legacy ``2.3m 7.0g``."""
    matches = [AMOUNT.match(part) for part in raw[:4000].split(",")]
    if None in matches:
        return
    amounts = [to_float(match[1]) for match in matches]
    if None in amounts:
        return
    unit = matches[0][2]
    if unit == "mm3":
        add_use(sliced, plate, volumes=amounts)
        return
    factor = {"mm": 1, "cm": 10}.get(unit, 1000)
    weights = [to_float(match[3]) for match in matches]
    lengths = [round(amount * factor, 5) for amount in amounts]
    add_use(sliced, plate, lengths, weights)


def _weights(plate, head):
    """Weights that start G-code states for itself, one per extruder."""
    match = WEIGHT.search(head)
    weights = to_numbers(match[1].strip(" ,")) if match else []
    for use in plate.filaments:
        if use.weight_g is None and use.index <= len(weights):
            use.weight_g = weights[use.index - 1] or None


def _griffin(sliced, plate, head):
    """Header of UltiMaker printers (Griffin flavour), one value a line.

    :return: GUID of each extruder's material, ``""`` where there is none
    """
    plate.time_s = to_int(_value(head, "PRINT.TIME"))
    sliced.bed_type = _value(head, "BUILD_PLATE.TYPE")
    sliced.stated["max_z"] = to_float(_value(head, "PRINT.SIZE.MAX.Z"))
    plate.size_x, plate.size_y = (
        extent(
            _value(head, f"PRINT.SIZE.MIN.{axis}"),
            _value(head, f"PRINT.SIZE.MAX.{axis}"),
        )
        for axis in "XY"
    )
    trains = {}
    for number, key, raw in TRAIN.findall(head):
        if int(number) < MAX_TRAINS:
            trains.setdefault(int(number), {})[key] = raw.strip()
    bed = to_float(_value(head, "BUILD_PLATE.INITIAL_TEMPERATURE"))
    sliced.first_layer_bed_temp = plain(bed)
    if not trains:
        return []
    order = [trains.get(number, {}) for number in range(max(trains) + 1)]
    if any("MATERIAL.VOLUME_USED" in train for train in order):
        volumes = [to_float(train.get("MATERIAL.VOLUME_USED", "0")) for train in order]
        add_use(sliced, plate, volumes=volumes)
    # An extruder that is not used is left out of the header.
    nozzles = [to_float(train.get("NOZZLE.DIAMETER")) for train in order if train]
    sliced.nozzle_diameter = [] if None in nozzles else nozzles
    first = [to_float(train.get("INITIAL_TEMPERATURE")) for train in order if train]
    if None not in first:
        sliced.first_layer_nozzle_temp = [plain(number) for number in first]
    names = [train.get("NOZZLE.NAME", "") for train in order if train]
    sliced.stated["nozzle_names"] = names if any(names) else None
    return [train.get("MATERIAL.GUID", "") for train in order]


def _legacy(sliced, plate, head):
    """Cura 12 to 15; the command line leaves ``#P_TIME#`` and the like in place."""
    raw = _value(head, "Print time")[:100]
    clock = CLOCK.fullmatch(raw)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        plate.time_s = to_int(hours * 3600 + minutes * 60 + seconds)
    else:
        plate.time_s = span(raw)
    match = re.search(r"^;Basic settings: Layer height: ([\d.]+)", head, re.MULTILINE)
    sliced.layer_height = to_float(match[1]) if match else None
    _amounts(sliced, plate, _value(head, "Filament used"))


def _profile(tail):
    """Settings of legacy Cura: base64 of deflated ``key=value`` between \\b."""
    match = re.search(r"^;CURA_PROFILE_STRING:([A-Za-z0-9+/=]+)", tail, re.MULTILINE)
    if not match:
        return {}
    try:
        inflate = zlib.decompressobj()
        raw = inflate.decompress(base64.b64decode(match[1]), MAX_PROFILE)
    except (binascii.Error, ValueError, zlib.error):
        return {}
    text = raw.decode("utf-8", errors="replace").replace("\x00", "")
    pairs = (entry.partition("=") for entry in text.partition("\f")[0].split("\b"))
    return {key: value for key, mark, value in pairs if mark and key}


def _settings(sliced, tail):
    """Changed settings of the ``;SETTING_3`` lines; see :mod:`.cura_settings`."""
    try:
        found = of_comments(tail)
    except (ValueError, TypeError, AttributeError):
        sliced.warnings.append("The settings at the end of the file are damaged.")
        return
    if not found:
        return
    everywhere, extruders, profile = found
    shown = shown_extruders(extruders, len(sliced.filaments))
    settings = combined(everywhere, shown)
    sliced.settings = parse(settings)
    sliced.settings_count = len(settings)
    if extruders:
        stacks = [everywhere, *extruders]
        sliced.stated["settings_count_by_stack"] = [len(stack) for stack in stacks]
    sliced.printer_model_id = profile["definition"]
    # "empty" is Cura's name of no changed profile.
    name = profile["name"]
    sliced.stated["profile_name"] = "" if name == "empty" else name
