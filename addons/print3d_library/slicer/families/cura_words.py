"""Cura's settings under the common terms, today's and those of legacy Cura.

Creality Print descends from Cura and has kept the words of its choices.
"""

from ..text import to_float
from .comments import every, first, from_vertical, numbers, on, stated, word

PATTERNS = {
    "grid": "grid",
    "lines": "lines",
    "triangles": "triangles",
    "trihexagon": "trihexagon",
    "cubic": "cubic",
    "cubicsubdiv": "adaptive_cubic",
    "tetrahedral": "octet",
    "quarter_cubic": "quarter_cubic",
    "concentric": "concentric",
    "zigzag": "zigzag",
    "cross": "cross",
    "cross_3d": "cross_3d",
    "gyroid": "gyroid",
    "lightning": "lightning",
    "honeycomb": "honeycomb",
    "octagon": "octagram",
}
SEAM = {
    "back": "rear",
    "shortest": "nearest",
    "random": "random",
    "sharpest_corner": "sharpest",
}
ADHESION = {"none": "none", "skirt": "skirt", "brim": "brim", "raft": "raft"}
SUPPORT = {"normal": "normal", "tree": "tree"}


def _first_width(settings):
    width = to_float(stated(settings, "line_width"))
    share = to_float(stated(settings, "initial_layer_line_width_factor"))
    return None if None in (width, share) else width * share / 100


def _foot(settings):
    """Elephant foot: Cura widens the first layer by a negative amount."""
    offset = to_float(stated(settings, "xy_offset_layer_0"))
    return None if offset is None else -offset


def _hop(settings):
    if stated(settings, "retraction_hop_enabled") is False:
        return 0
    return stated(settings, "retraction_hop")


def _angle(settings):
    angles = settings.get("infill_angles")
    if isinstance(angles, list) and angles:
        angles = angles[0]
    return angles[0] if isinstance(angles, list) and angles else angles


def _wall_order(settings):
    direction = stated(settings, "inset_direction")
    words = {"inside_out": "inner_outer", "outside_in": "outer_inner"}
    if direction is not None:
        return words.get(str(direction), str(direction))
    outer = stated(settings, "outer_inset_first")
    return None if outer is None else ("outer_inner" if outer else "inner_outer")


def _retraction(settings):
    if stated(settings, "retraction_enable") is False:
        return 0
    return stated(settings, "retraction_amount")


DIALECT = {
    "layer_height": first("layer_height"),
    "first_layer_height": first("layer_height_0"),
    "line_width": first("line_width", "wall_line_width_0"),
    "first_layer_line_width": _first_width,
    "variable_layers": first("adaptive_layer_height_enabled"),
    "spiral_vase": first("magic_spiralize"),
    "ironing": first("ironing_enabled"),
    "fuzzy_skin": first("magic_fuzzy_skin_enabled"),
    "xy_compensation": first("xy_offset"),
    "elephant_foot": _foot,
    "sequential": on("print_sequence", "one_at_a_time"),
    "wall_count": first("wall_line_count"),
    "wall_thickness": first("wall_thickness"),
    "top_layers": first("top_layers"),
    "bottom_layers": first("bottom_layers"),
    "top_thickness": first("top_thickness", "top_bottom_thickness"),
    "bottom_thickness": first("bottom_thickness", "top_bottom_thickness"),
    "wall_order": _wall_order,
    "seam": word(SEAM, "z_seam_type"),
    "infill_density": first("infill_sparse_density"),
    "infill_pattern": word(PATTERNS, "infill_pattern"),
    "top_pattern": word(PATTERNS, "roofing_pattern", "top_bottom_pattern"),
    "bottom_pattern": word(PATTERNS, "top_bottom_pattern"),
    "infill_angle": _angle,
    "supports": first("support_enable"),
    "support_style": word(SUPPORT, "support_structure"),
    "support_angle": from_vertical("support_angle"),
    "support_plate_only": on("support_type", "buildplate"),
    "support_gap": first("support_top_distance", "support_z_distance"),
    "support_density": first("support_infill_rate"),
    "adhesion": word(ADHESION, "adhesion_type"),
    "brim_width": first("brim_width"),
    "skirt_loops": first("skirt_line_count"),
    "raft_layers": first("raft_surface_layers"),
    "nozzle_temp": every("material_print_temperature"),
    "first_layer_nozzle_temp": every("material_print_temperature_layer_0"),
    "bed_temp": first("material_bed_temperature"),
    "first_layer_bed_temp": first("material_bed_temperature_layer_0"),
    "chamber_temp": first("build_volume_temperature"),
    "speed_print": first("speed_print"),
    "speed_outer_wall": first("speed_wall_0", "speed_wall"),
    "speed_inner_wall": first("speed_wall_x", "speed_wall"),
    "speed_infill": first("speed_infill"),
    "speed_solid_infill": first("speed_topbottom"),
    "speed_top": first("speed_roofing", "speed_topbottom"),
    "speed_support": first("speed_support"),
    "speed_bridge": first("bridge_skin_speed"),
    "speed_travel": first("speed_travel"),
    "speed_first_layer": first("speed_layer_0"),
    "acceleration": first("acceleration_print"),
    "fan_min": first("cool_fan_speed_min", "cool_fan_speed"),
    "fan_max": first("cool_fan_speed_max", "cool_fan_speed"),
    "fan_from_layer": first("cool_fan_full_layer"),
    "min_layer_time": first("cool_min_layer_time"),
    "retraction_length": _retraction,
    "retraction_speed": first("retraction_speed", "retraction_retract_speed"),
    "z_hop": _hop,
    "filament_diameter": every("material_diameter"),
    "flow_ratio": every("material_flow"),
    "prime_tower": first("prime_tower_enable"),
    "nozzle_diameter": every("machine_nozzle_size"),
    "bed_type": first("machine_buildplate_type"),
}


def _numbered(name):
    """Values of ``name``, ``name2`` … of the extruders of legacy Cura."""

    def read(settings):
        raw = [settings.get(name), *(settings.get(f"{name}{i}") for i in (2, 3, 4))]
        found = numbers([entry for entry in raw if entry not in (None, "", 0)])
        return found or None

    return read


def _legacy_supports(settings):
    raw = stated(settings, "support")
    return None if raw is None else str(raw).lower() not in ("none", "false", "0")


LEGACY = {
    "layer_height": "layer_height",
    "first_layer_height": lambda settings: (
        stated(settings, "bottom_thickness") or stated(settings, "layer_height")
    ),
    "spiral_vase": "spiralize",
    "wall_thickness": "wall_thickness",
    "top_thickness": "solid_layer_thickness",
    "bottom_thickness": "solid_layer_thickness",
    "infill_density": "fill_density",
    "supports": _legacy_supports,
    "support_angle": "support_angle",
    "support_plate_only": on("support", "touching buildplate"),
    "support_gap": "support_z_distance",
    "support_density": "support_fill_rate",
    "adhesion": word({**ADHESION, "none": "skirt"}, "platform_adhesion"),
    "skirt_loops": "skirt_line_count",
    "raft_layers": "raft_surface_layers",
    "nozzle_temp": _numbered("print_temperature"),
    "bed_temp": "print_bed_temperature",
    "speed_print": "print_speed",
    "speed_outer_wall": lambda settings: (
        stated(settings, "inset0_speed") or stated(settings, "print_speed")
    ),
    "speed_inner_wall": lambda settings: (
        stated(settings, "insetx_speed") or stated(settings, "print_speed")
    ),
    "speed_infill": lambda settings: (
        stated(settings, "infill_speed") or stated(settings, "print_speed")
    ),
    "speed_travel": "travel_speed",
    "speed_first_layer": "bottom_layer_speed",
    "fan_min": "fan_speed",
    "fan_max": "fan_speed_max",
    "min_layer_time": "cool_min_layer_time",
    "retraction_length": lambda settings: (
        0
        if stated(settings, "retraction_enable") is False
        else stated(settings, "retraction_amount")
    ),
    "retraction_speed": "retraction_speed",
    "z_hop": "retraction_hop",
    "filament_diameter": _numbered("filament_diameter"),
    "flow_ratio": "filament_flow",
    "prime_tower": "wipe_tower",
    "nozzle_diameter": "nozzle_size",
}
