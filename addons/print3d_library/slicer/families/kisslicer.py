"""KISSlicer 1 and 2: settings blocks at the head, a closing table at the end.

Settings are ``; key = value`` lines in blocks (printer, one material per extruder,
style, support, "as used"); the last block has the values the slicer worked with, where
the style may state percentages of the nozzle as negative numbers. Programs are written
in hexadecimal digits that go on in lines of ``; ^`` (``;     `` before 1.5).

Version 1 states an estimated time, version 2 a calculated one beside the estimate of
its window. Version 1.5 began to state lengths; before, there is a total volume only,
and printers that are driven by the speed of the extruder's motor have neither.
"""

import re

from ..images import pictures_in_comments
from ..model import Plate, SlicedFile
from ..text import to_float, to_int
from ..vocabulary import translate
from .comments import (
    add_use,
    complete,
    configure,
    derive_weights,
    field,
    first,
    numbers,
    stated,
    typed,
    word,
)
from .registry import register

SIGNATURE = re.compile(r"\A(?:;[^\n]*\n){0,8}?; KISSlicer\b")
SECTION = re.compile(r"^; \*\*\* ([^*\n]{1,80}) \*\*\*$", re.MULTILINE)
SETTING = re.compile(r"^; ([A-Za-z][\w ]{0,60}?) = ?([^\n]*)$", re.MULTILINE)
HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")
CONTINUED = re.compile(r"^; (?:\^   |    )([0-9A-F]+)$", re.MULTILINE)
PROGRAM = re.compile(r"^(?:g_code_\w+|matl_user_notes|post_process|printer_ID_string)$")
MATERIAL = re.compile(r"Material Settings for Extruder (\d{1,3})")
USED = re.compile(
    r"^;\s+Ext #?(\d{1,3})\s*=\s*(-?[\d.]+) mm\s+\((-?[\d.]+) cm\^3\)", re.MULTILINE
)
MINUTES = r"^; {label} Build Time: *([\d.]+) minutes"
VOLUME = re.compile(r"^; Estimated Build Volume: *([\d.]+) cm\^3", re.MULTILINE)
END_LAYER = re.compile(r"^; END_LAYER_OBJECT z=(-?[\d.]{1,12})", re.MULTILINE)
NOTED = re.compile(r"^> Material: (\S[^\n]{0,60})", re.MULTILINE)
MAX_PROGRAM = 200_000


def _infill(settings):
    """Percent of a denominator: 4 is a quarter, 1 is solid, 0 is none."""
    share = to_float(stated(settings, "infill_density_denominator"))
    if share is None:
        return None
    return round(100 / share, 2) if share >= 1 else 0


def _adhesion(settings):
    if stated(settings, "raft_mode"):
        return "raft"
    brim = to_float(stated(settings, "brim_mm"))
    return None if brim is None else ("brim" if brim > 0 else "none")


def _positive(name):
    def read(settings):
        number = to_float(stated(settings, name))
        return number if number is not None and number >= 0 else None

    return read


# The quality slider lies between the two speeds; "as used" values have the mean.
DIALECT = {
    "layer_height": _positive("layer_thickness_mm"),
    "first_layer_height": lambda settings: _positive("first_layer_thickness_mm")(
        settings
    )
    or None,
    "line_width": _positive("extrusion_width_mm"),
    "xy_compensation": "inset_surface_xy_mm",
    "wall_count": "num_loops",
    "wall_thickness": "skin_thickness_mm",
    "top_thickness": "skin_thickness_mm",
    "bottom_thickness": "skin_thickness_mm",
    "wall_order": word({"1": "inner_outer", "0": "outer_inner"}, "loops_insideout"),
    "infill_density": _infill,
    "supports": lambda settings: (
        None
        if stated(settings, "support_density") is None
        else bool(stated(settings, "support_density"))
    ),
    "support_gap": _positive("support_gap_mm"),
    "adhesion": _adhesion,
    "brim_width": "brim_mm",
    "raft_layers": "raft_interface_layers",
    "nozzle_temp": "temperature_C",
    "first_layer_nozzle_temp": "first_layer_C",
    "bed_temp": first("bed_C"),
    "chamber_temp": first("chamber_C"),
    "speed_outer_wall": "Perimeter Speed",
    "speed_inner_wall": "Loops Speed",
    "speed_infill": "Sparse Speed",
    "speed_solid_infill": "Solid Speed",
    "speed_top": "Top Surface Speed",
    "speed_travel": "travel_speed_mm_per_s",
    "speed_first_layer": "first_layer_speed_mm_per_s",
    "acceleration": "xy_accel_mm_per_s_per_s",
    "fan_max": first("fan_cool_percent"),
    "fan_min": first("fan_inside_percent"),
    "min_layer_time": first("min_layer_time_s"),
    "retraction_length": first("destring_length", "destring_suck"),
    "retraction_speed": first("destring_speed_mm_per_s"),
    "z_hop": first("Z_lift_mm"),
    "flow_ratio": lambda settings: [
        number * 100 for number in numbers(settings.get("flowrate_tweak"))
    ],
    "max_volumetric_speed": "flow_max_mm3_per_s",
    "filament_preset": "material_name",
    "print_preset": "style_name",
}


@register
class KISSlicer:
    """KISSlicer."""

    code = "kisslicer"

    def recognises(self, source):
        return source.is_text and bool(SIGNATURE.match(source.head_text[:4096]))

    def parse(self, source):
        gcode = source.gcode
        head = gcode.head
        sliced = SlicedFile(
            family=self.code,
            slicer="KISSlicer",
            slicer_version=_version(head),
            thumbnails=pictures_in_comments(head),
        )
        plate = Plate(thumbnails=sliced.thumbnails)
        sliced.plates = [plate]
        settings = _settings(head)
        sliced.settings = typed(settings)
        # "Perimeter Speed" and the like are computed; settings have no blanks.
        sliced.settings_count = sum(" " not in key for key in settings) or None
        _values(sliced)
        _closing(sliced, plate, gcode.tail)
        derive_weights(sliced, plate)
        sliced.common = translate(sliced.settings, DIALECT)
        complete(sliced)
        return sliced


def _version(head):
    match = re.search(r"^; version ([^\n]{1,80})$", head[:4096], re.MULTILINE)
    return match[1].strip() if match else ""


def _settings(head):
    """Raw settings of all blocks; materials of several extruders become lists."""
    marks = list(SECTION.finditer(head))
    settings, materials = {}, []
    for position, mark in enumerate(marks):
        title = mark[1]
        if "Settings" not in title:
            break
        end = marks[position + 1].start() if position + 1 < len(marks) else None
        block = _block(head[mark.end() : end])
        if MATERIAL.fullmatch(title):
            materials.append(block)
        else:
            settings.update(block)
    keys = {key: None for block in materials for key in block}
    for key in keys:
        entries = [block.get(key) for block in materials]
        settings[key] = entries[0] if len(entries) == 1 else entries
    return settings


def _block(text):
    found = {}
    for match in SETTING.finditer(text):
        key, raw = match[1], match[2].strip()
        if PROGRAM.match(key):
            raw = _program(raw, text, match.end())
        found[key] = raw
    return found


def _program(raw, text, position):
    """Text of hexadecimal digits, with the lines that go on."""
    if raw == "NULL":
        return ""
    position += 1
    while len(raw) < MAX_PROGRAM and (more := CONTINUED.match(text, position)):
        raw += more[1]
        position = more.end() + 1
    if not HEXADECIMAL.fullmatch(raw):
        return raw
    return bytes.fromhex(raw).decode("utf-8", errors="replace").replace("\x00", "")


def _values(sliced):
    settings = sliced.settings
    sliced.printer_settings_id = str(settings.get("printer_name") or "")
    height = to_float(stated(settings, "layer_thickness_mm"))
    sliced.layer_height = height if height and height > 0 else None
    height = to_float(stated(settings, "first_layer_thickness_mm"))
    sliced.first_layer_height = height if height and height > 0 else None
    sliced.nozzle_temp = numbers(settings.get("temperature_C"))
    sliced.first_layer_nozzle_temp = numbers(settings.get("first_layer_C"))
    sliced.bed_temp = next(iter(numbers(settings.get("bed_C"))), None)
    count = to_int(settings.get("num_extruders")) or 1
    nozzles = [
        to_float(settings.get(f"nozzle_dia_{number + 1}"))
        for number in range(min(count, 64))
    ]
    sliced.nozzle_diameter = [] if None in nozzles else nozzles
    notes = _listed(settings.get("matl_user_notes"))
    noted = [NOTED.search(str(note or "")) for note in notes]
    names = [str(name or "") for name in _listed(settings.get("material_name"))]
    configure(
        sliced,
        max(len(names), 1),
        name=names,
        type=[match[1].strip() if match else "" for match in noted],
        diameter=numbers(settings.get("fiber_dia_mm")),
    )


def _listed(entry):
    return entry if isinstance(entry, list) else [entry]


def _minutes(tail, label):
    found = re.findall(MINUTES.format(label=label), tail, re.MULTILINE)
    minutes = to_float(found[-1]) if found else None
    return None if minutes is None else to_int(minutes * 60)


def _closing(sliced, plate, tail):
    calculated = _minutes(tail, "Calculated-during-export")
    window = _minutes(tail, "Estimated-in-GUI")
    plate.time_s = calculated
    for other in (window, _minutes(tail, "Estimated")):
        plate.time_s = other if plate.time_s is None else plate.time_s
    if calculated is not None:
        sliced.stated["estimated_time_alt_s"] = window
    heights = [to_float(height) for height in END_LAYER.findall(tail)]
    plate.object_height = max((h for h in heights if h is not None), default=None)
    cost = field(tail, "Estimated-in-GUI Build Cost") or field(
        tail, "Estimated Build Cost"
    )
    sliced.stated["cost_total"] = to_float(cost.lstrip("$€£ ")) or None
    used = {
        int(number): (to_float(length), to_float(volume))
        for number, length, volume in USED.findall(tail)
    }
    if used:
        indexes = sorted(used)
        volumes = [used[index][1] for index in indexes]
        add_use(
            sliced,
            plate,
            [used[index][0] for index in indexes],
            volumes=[volume and volume * 1000 for volume in volumes],
            indexes=indexes,
        )
        sliced.stated["filament_cm3"] = volumes
    elif total := VOLUME.search(tail):
        volume = to_float(total[1])
        add_use(sliced, plate, volumes=[volume and round(volume * 1000, 4)])
        sliced.stated["filament_cm3_total"] = volume
