"""Settings of Slic3r and its descendants PrusaSlicer and SuperSlicer, resolved.

Percentages have the bases the programs' own options name (``ratio_over`` of their
PrintConfig): widths and the first layer's height are shares of the layer height in
Slic3r and PrusaSlicer, of the nozzle in SuperSlicer; speeds are shares of another
speed. What is 0 is decided while slicing and has no value here.
"""

from ..settings import parsed
from ..text import (
    item,
    plain,
    to_float,
    to_numbers,
    to_strings,
    unquote,
    without_secrets,
)
from ..vocabulary import TERMS, translate
from .common import configured_filaments, used_filament

# Words of fill patterns; others read the same without dashes and underscores.
PATTERNS = {
    "line": "lines",
    "alignedrectilinear": "aligned_rectilinear",
    "monotoniclines": "monotonic_lines",
    "stars": "trihexagon",
    "adaptivecubic": "adaptive_cubic",
    "quartercubic": "quarter_cubic",
    "supportcubic": "support_cubic",
    "3dhoneycomb": "3d_honeycomb",
    "crosshatch": "cross_hatch",
    "hilbertcurve": "hilbert",
    "archimedeanchords": "archimedean",
    "octagramspiral": "octagram",
    "rectilineargapfill": "rectilinear",
    "monotonicgapfill": "monotonic",
    "concentricgapfill": "concentric",
}
SEAMS = {"near": "nearest", "cost": "nearest", "custom": "user"}
SUPPORTS = {"grid": "normal", "snug": "normal", "tree": "tree", "organic": "tree"}
# The speed that a percentage is a share of.
SPEED_BASES = {
    "external_perimeter_speed": "perimeter_speed",
    "small_perimeter_speed": "perimeter_speed",
    "solid_infill_speed": "infill_speed",
    "top_solid_infill_speed": "solid_infill_speed",
    "support_material_interface_speed": "support_material_speed",
}
SUPERSLICER_SPEED_BASES = {
    **SPEED_BASES,
    "perimeter_speed": "default_speed",
    "solid_infill_speed": "default_speed",
    "infill_speed": "solid_infill_speed",
    "bridge_speed": "default_speed",
    "support_material_speed": "default_speed",
}


def apply_settings(sliced, settings, text=""):
    """Fill a sliced file from settings of the Slic3r family.

    :param settings: dict of raw strings
    :param text: comments of the head, which state widths that slicing decided
    """
    sliced.settings = parsed(without_secrets(settings))
    sliced.settings_count = len(settings) or None
    sliced.printer_model = unquote(settings.get("printer_model"))
    sliced.printer_settings_id = unquote(settings.get("printer_settings_id"))
    sliced.nozzle_diameter = known(to_numbers(settings.get("nozzle_diameter")))
    if settings.get("nozzle_diameter") and not sliced.nozzle_diameter:
        sliced.warnings.append(
            f"The nozzle diameter {settings['nozzle_diameter'][:100]!r} is no list of "
            "numbers. Slice the model again if the file was changed by hand."
        )
    sliced.layer_height = to_float(settings.get("layer_height"))
    raw = (settings.get("first_layer_height") or "").strip()
    if raw.endswith("%"):
        sliced.stated["first_layer_height_raw"] = raw
    sliced.first_layer_height = _first_layer_height(sliced.settings)
    sliced.nozzle_temp = known(to_numbers(settings.get("temperature")))
    sliced.first_layer_nozzle_temp = known(
        to_numbers(settings.get("first_layer_temperature"))
    )
    sliced.filaments = configured_filaments(settings)
    extruders = to_strings(settings.get("extruder_colour"))
    if extruders and all(extruders):
        sliced.stated["extruder_colour"] = [colour.upper() for colour in extruders]
    sliced.common = translate(sliced.settings, DIALECT)
    width = _stated_width(text)
    if width and "line_width" not in sliced.common:
        found = {**sliced.common, "line_width": width}
        sliced.common = translate(found, {key: key for key in found})


def apply_bed(sliced, used):
    """Bed temperatures, and common terms with one value, of the first used tool.

    :param used: numbers of the used tools, from 1; empty when unknown
    """
    position = min(used, default=1) - 1
    settings = sliced.settings
    for key, name in (
        ("bed_temperature", "bed_temp"),
        ("first_layer_bed_temperature", "first_layer_bed_temp"),
    ):
        number = to_float(item(_list(settings.get(key)), position))
        setattr(sliced, name, plain(number))
    tools = max(len(sliced.nozzle_diameter), len(sliced.filaments))
    if not 0 < position < tools:
        return
    first = {
        key: [entry[position], *entry] if _is_per_tool(entry, tools) else entry
        for key, entry in settings.items()
    }
    found = translate(first, DIALECT)
    for key, term in TERMS.items():
        if not term.many and key in found:
            sliced.common[key] = found[key]


def _is_per_tool(entry, tools):
    return isinstance(entry, list) and len(entry) == tools


def known(numbers):
    """A list of numbers, empty when one of them is unknown."""
    return [] if None in numbers else [plain(number) for number in numbers]


def add_use(sliced, plate, lengths, weights, volumes, *, tools=None):
    """Use per tool from lists with one value for each, zeros included.

    :param lengths: mm; entries may be ``None``
    :param weights: g, shorter or empty where there is no density
    :param volumes: cm3
    :param tools: numbers of the tools from 1, of all from the first when left out
    """
    indexes = tools or list(range(1, len(lengths) + 1))
    for place, index in enumerate(indexes):
        volume = item(volumes, place)
        found = used_filament(
            sliced.filament(index),
            lengths[place],
            item(weights, place),
            volume and volume * 1000,
        )
        plate.filaments += [found] if found else []
    if lengths and None not in lengths:
        sliced.stated["filament_index"] = indexes
        sliced.stated["filament_mm"] = lengths
        plate.stated["no_use"] = not any(lengths)


def _list(raw):
    if raw is None:
        return []
    return raw if isinstance(raw, list) else [raw]


def _first(raw):
    return raw[0] if isinstance(raw, list) and raw else raw


def _number(settings, key):
    return to_float(_first(settings.get(key)))


def _positive(settings, key):
    """A number above 0, which stands for "decided while slicing"."""
    number = _number(settings, key)
    return number if number and number > 0 else None


def _share(raw):
    """The factor of a percentage, ``None`` for anything else."""
    raw = str(_first(raw) if raw is not None else "").strip()
    share = to_float(raw[:-1]) if raw.endswith("%") else None
    return None if share is None else share / 100


def _resolved(settings, key, base):
    """A length that may be a percentage of another, above 0."""
    share = _share(settings.get(key))
    if share is None:
        return _positive(settings, key)
    return round(share * base, 4) if share > 0 and base else None


def _is_superslicer(settings):
    return "thin_walls_merge" in settings or "extrusion_spacing" in settings


def _ratio_base(settings):
    """What heights and widths in percent are shares of."""
    key = "nozzle_diameter" if _is_superslicer(settings) else "layer_height"
    return _positive(settings, key)


def _first_layer_height(settings):
    return _resolved(settings, "first_layer_height", _ratio_base(settings))


def _line_width(settings):
    return _resolved(settings, "extrusion_width", _ratio_base(settings))


def _first_layer_line_width(settings):
    base = _ratio_base(settings)
    if not _is_superslicer(settings):
        base = _first_layer_height(settings)
    return _resolved(settings, "first_layer_extrusion_width", base)


def _stated_width(text):
    """Width of inner walls in mm of ``; perimeters extrusion width = 0.45mm``."""
    _mark, found, rest = text.partition("\n; perimeters extrusion width = ")
    return to_float(rest[:20].partition("mm")[0]) if found else None


def _speed(key):
    """A speed in mm/s, percentages resolved along their bases."""

    def resolve(settings, name=key):
        bases = SPEED_BASES
        if _is_superslicer(settings):
            bases = SUPERSLICER_SPEED_BASES
        factor = 1.0
        # No chain is longer than the table; that also ends a circle.
        for _step in range(len(bases) + 1):
            share = _share(settings.get(name))
            if share is None:
                number = _positive(settings, name)
                return round(number * factor, 3) if number else None
            factor *= share
            name = bases.get(name)
            if name is None:
                return None
        return None

    return resolve


def _density(settings):
    """Percent; Slic3r before 1.1 wrote a fraction."""
    raw = settings.get("fill_density")
    share = _share(raw)
    if share is not None:
        return share * 100
    number = to_float(raw)
    return number * 100 if number is not None and number <= 1 else number


def _pattern(*keys):
    def word(settings):
        raw = next((settings[key] for key in keys if settings.get(key)), None)
        return PATTERNS.get(raw, raw) if isinstance(raw, str) else None

    return word


def _word(key, words):
    def word(settings):
        raw = settings.get(key)
        return words.get(raw, raw) if isinstance(raw, str) else None

    return word


def _seam(settings):
    if settings.get("randomize_start"):
        return "random"
    return _word("seam_position", SEAMS)(settings)


def _wall_order(settings):
    if "external_perimeters_first" not in settings:
        return None
    return "outer_inner" if settings["external_perimeters_first"] else "inner_outer"


def _is_on(key):
    """Whether a choice is something else than ``none`` or 0."""

    def on(settings):
        raw = settings.get(key)
        return None if raw is None or raw == "" else raw not in ("none", 0, False)

    return on


def _brim(settings):
    width = _number(settings, "brim_width")
    return 0 if width and settings.get("brim_type") == "no_brim" else width


def _adhesion(settings):
    if _positive(settings, "raft_layers"):
        return "raft"
    if _brim(settings):
        return "brim"
    skirts = _positive(settings, "skirts")
    if skirts and _number(settings, "skirt_height") != 0:
        return "skirt"
    return "none" if "skirts" in settings else None


def _elephant_foot(settings):
    number = _number(settings, "elefant_foot_compensation")
    if number is None and _is_superslicer(settings):
        # SuperSlicer shrinks the first layer by a negative size.
        number = _number(settings, "first_layer_size_compensation")
        number = None if number is None else abs(min(number, 0))
    return number


def _support_angle(settings):
    # 0 is automatic, and a percentage (Slic3r 1.3) is no angle.
    key = "support_material_threshold"
    return None if _share(settings.get(key)) is not None else _positive(settings, key)


def _support_gap(settings):
    for key in (
        "support_material_contact_distance",
        "support_material_contact_distance_top",
    ):
        if key in settings:
            share = _share(settings[key])
            base = _positive(settings, "nozzle_diameter")
            return share * base if share and base else _number(settings, key)
    return None


def _retraction(key):
    """A filament's own value where it has one, else the extruder's."""

    def value(settings):
        number = _number(settings, f"filament_{key}")
        return _number(settings, key) if number is None else number

    return value


def _flow(settings):
    factors = []
    for raw in _list(settings.get("extrusion_multiplier")):
        share = _share(raw)
        factors.append(to_float(raw) if share is None else share)
    return [round(factor * 100, 4) for factor in factors] if all(factors) else None


def _filled(key):
    """A list whose zeros stand for unknown or unlimited; absent when all are 0."""

    def numbers(settings):
        entries = _list(settings.get(key))
        return entries if any(to_float(entry) for entry in entries) else None

    return numbers


def _prime_tower(settings):
    """A tower is printed with more than one extruder only."""
    if "wipe_tower" not in settings:
        return None
    extruders = len(_list(settings.get("nozzle_diameter")))
    return bool(settings["wipe_tower"]) and extruders > 1


def _fan_from(settings):
    layers = _number(settings, "disable_fan_first_layers")
    return None if layers is None else layers + 1


#: Common terms in the words of Slic3r, PrusaSlicer and SuperSlicer.
DIALECT = {
    "layer_height": "layer_height",
    "first_layer_height": _first_layer_height,
    "line_width": _line_width,
    "first_layer_line_width": _first_layer_line_width,
    "spiral_vase": "spiral_vase",
    "ironing": "ironing",
    "fuzzy_skin": _is_on("fuzzy_skin"),
    "xy_compensation": "xy_size_compensation",
    "elephant_foot": _elephant_foot,
    "sequential": "complete_objects",
    "wall_count": "perimeters",
    "top_layers": "top_solid_layers",
    "bottom_layers": "bottom_solid_layers",
    "top_thickness": lambda settings: _positive(settings, "top_solid_min_thickness"),
    "bottom_thickness": lambda settings: _positive(
        settings, "bottom_solid_min_thickness"
    ),
    "wall_generator": "perimeter_generator",
    "wall_order": _wall_order,
    "seam": _seam,
    "infill_density": _density,
    "infill_pattern": _pattern("fill_pattern"),
    "top_pattern": _pattern(
        "top_fill_pattern",
        "top_infill_pattern",
        "external_fill_pattern",
        "solid_fill_pattern",
    ),
    "bottom_pattern": _pattern(
        "bottom_fill_pattern",
        "bottom_infill_pattern",
        "external_fill_pattern",
        "solid_fill_pattern",
    ),
    "infill_angle": "fill_angle",
    "supports": "support_material",
    "support_style": _word("support_material_style", SUPPORTS),
    "support_angle": _support_angle,
    "support_plate_only": "support_material_buildplate_only",
    "support_gap": _support_gap,
    "adhesion": _adhesion,
    "brim_width": _brim,
    "skirt_loops": "skirts",
    "raft_layers": "raft_layers",
    "nozzle_temp": "temperature",
    "first_layer_nozzle_temp": "first_layer_temperature",
    "bed_temp": "bed_temperature",
    "first_layer_bed_temp": "first_layer_bed_temperature",
    "chamber_temp": lambda settings: _positive(settings, "chamber_temperature"),
    "speed_print": _speed("default_speed"),
    "speed_outer_wall": _speed("external_perimeter_speed"),
    "speed_inner_wall": _speed("perimeter_speed"),
    "speed_infill": _speed("infill_speed"),
    "speed_solid_infill": _speed("solid_infill_speed"),
    "speed_top": _speed("top_solid_infill_speed"),
    "speed_support": _speed("support_material_speed"),
    "speed_bridge": _speed("bridge_speed"),
    "speed_travel": _speed("travel_speed"),
    # A percentage is of each kind of line, so it has no one value.
    "speed_first_layer": _speed("first_layer_speed"),
    "acceleration": lambda settings: _positive(settings, "default_acceleration"),
    "fan_min": "min_fan_speed",
    "fan_max": "max_fan_speed",
    "fan_from_layer": _fan_from,
    "min_layer_time": "slowdown_below_layer_time",
    "retraction_length": _retraction("retract_length"),
    "retraction_speed": _retraction("retract_speed"),
    "z_hop": _retraction("retract_lift"),
    "filament_type": "filament_type",
    "filament_diameter": "filament_diameter",
    "filament_density": _filled("filament_density"),
    "flow_ratio": _flow,
    "max_volumetric_speed": _filled("filament_max_volumetric_speed"),
    "filament_preset": "filament_settings_id",
    "prime_tower": _prime_tower,
    "printer_model": "printer_model",
    "nozzle_diameter": "nozzle_diameter",
    "gcode_flavour": "gcode_flavor",
    "print_preset": "print_settings_id",
    "printer_preset": "printer_settings_id",
}
