"""IceSL 2: settings after the start program, layers in tags, no time and no filament.

``; <IceSL date>`` is followed by ``; key : <tab>value`` lines; settings of brushes and
extruders have a number at the end of their name.
"""

import re

from ..errors import SlicedFileError
from ..images import pictures_in_comments
from ..model import Plate, SlicedFile
from ..text import to_float, to_int
from ..vocabulary import translate
from .comments import (
    complete,
    configure,
    count_lines,
    first,
    numbers,
    stated,
    typed,
    word,
)
from .registry import register

SIGNATURE = re.compile(r"^; ?<IceSL ([^>\n]{1,80})>", re.MULTILINE)
SETTING = re.compile(r"^; ([A-Za-z]\w{0,80}) :[ \t]*([^\n]*)$", re.MULTILINE)
DATE = re.compile(r"[A-Z][a-z]{2} +\d{1,2} \d{4}\b.*")

FILLS = {
    "gyroid": "gyroid",
    "honeycomb": "honeycomb",
    "cubic": "cubic",
    "tetrahedral": "tetrahedral",
    "zigzag": "zigzag",
    "lines": "lines",
    "concentric": "concentric",
}


def _adhesion(settings):
    if stated(settings, "add_raft"):
        return "raft"
    brim = stated(settings, "add_brim")
    return None if brim is None else ("brim" if brim else "none")


DIALECT = {
    "layer_height": "z_layer_height_mm",
    "first_layer_height": "z_layer_height_first_layer_mm",
    "spiral_vase": "force_auto_spiralize",
    "ironing": "enable_ironing_0",
    "wall_count": "num_shells_0",
    "top_thickness": first("cover_thickness_top_mm_0", "cover_thickness_mm_0"),
    "bottom_thickness": first("cover_thickness_bottom_mm_0", "cover_thickness_mm_0"),
    "infill_density": "infill_percentage_0",
    "infill_pattern": word(FILLS, "infill_type_0"),
    "infill_angle": "infill_angle_0",
    "supports": "gen_supports",
    "adhesion": _adhesion,
    "raft_layers": "raft_layers",
    "bed_temp": "bed_temp_degree_c",
    "chamber_temp": "chamber_temp_degree_c",
    "speed_print": "print_speed_mm_per_sec",
    "speed_outer_wall": "perimeter_print_speed_mm_per_sec",
    "speed_infill": "print_speed_mm_per_sec",
    "speed_top": "cover_print_speed_mm_per_sec",
    "speed_support": "support_print_speed_mm_per_sec",
    "speed_travel": "travel_speed_mm_per_sec",
    "speed_first_layer": "first_layer_print_speed_mm_per_sec",
    "fan_max": "fan_speed_percent",
    "min_layer_time": "min_layer_time_sec",
    "retraction_length": "filament_priming_mm_0",
    "retraction_speed": "retract_mm_per_sec_0",
    "z_hop": "z_lift_mm",
    "flow_ratio": lambda settings: [
        number * 100 for number in numbers(settings.get("flow_multiplier_0"))
    ],
    "prime_tower": "gen_tower",
}


@register
class IceSL:
    """IceSL."""

    code = "icesl"

    def recognises(self, source):
        return source.is_text and bool(SIGNATURE.search(source.head_text[:65536]))

    def parse(self, source):
        head = source.gcode.head
        sliced = SlicedFile(
            family=self.code, slicer="IceSL", thumbnails=pictures_in_comments(head)
        )
        signature = SIGNATURE.search(head)
        token = signature[1].strip() if signature else ""
        # Public versions state the date they were built on, nothing else.
        if DATE.fullmatch(token):
            sliced.stated["slicer_build_date"] = token
        else:
            sliced.slicer_version = token
        settings = _settings(head[signature.start() if signature else 0 :])
        sliced.settings = typed(settings)
        sliced.settings_count = len(settings) or None
        _values(sliced)
        plate = Plate(
            layer_count=count_lines(source, b"; <layer>") or None,
            thumbnails=sliced.thumbnails,
        )
        sliced.plates = [plate]
        sliced.common = translate(sliced.settings, DIALECT)
        complete(sliced)
        raise SlicedFileError(
            "no_filament",
            "IceSL writes neither time nor filament into its G-code. Slice the model "
            "with another slicer, or enter the print by hand.",
            sliced=sliced,
        )


def _settings(head):
    end = head.find("\n; <layer>")
    text = head[: end if end >= 0 else None]
    return {key: raw.strip() for key, raw in SETTING.findall(text)}


def _values(sliced):
    settings = sliced.settings
    sliced.printer_model = str(settings.get("printer") or "")
    sliced.layer_height = to_float(stated(settings, "z_layer_height_mm"))
    sliced.first_layer_height = to_float(
        stated(settings, "z_layer_height_first_layer_mm")
    )
    bed = numbers(settings.get("bed_temp_degree_c"))
    sliced.bed_temp = bed[0] if bed else None
    count = min(to_int(stated(settings, "extruder_count")) or 1, 64)
    sliced.nozzle_temp = _per_extruder(settings, "extruder_temp_degree_c", count)
    sliced.nozzle_diameter = _per_extruder(settings, "nozzle_diameter_mm", count)
    diameters = _per_extruder(settings, "filament_diameter_mm", count)
    configure(sliced, count, diameter=diameters)


def _per_extruder(settings, name, count):
    found = [to_float(settings.get(f"{name}_{number}")) for number in range(count)]
    return numbers(found)
