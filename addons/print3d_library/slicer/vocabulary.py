"""One vocabulary for the settings that all slicers have under names of their own.

A family states a *dialect*: for each term the name of its setting, or a function of
all its settings. What comes out compares across slicers: mm, mm/s, degrees Celsius,
percent as a number, and for choices the words listed with the term.
"""

from dataclasses import dataclass

from .text import MAX_ENTRIES, to_float


@dataclass(frozen=True)
class Term:
    """A setting by its common name.

    ``kind`` is ``number``, ``integer``, ``boolean``, ``choice`` or ``text``; ``many``
    says that the value is a list with one entry per tool. ``choices`` are the common
    words of a choice; a slicer's own word that fits none of them is kept as it is.
    ``support_angle`` counts from the horizontal: what is flatter is held up.
    """

    key: str
    group: str
    kind: str = "number"
    unit: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()


GROUPS = (
    "layers",
    "walls",
    "infill",
    "supports",
    "adhesion",
    "temperatures",
    "speeds",
    "cooling",
    "retraction",
    "filament",
    "printer",
)

PATTERNS = (
    "grid",
    "lines",
    "rectilinear",
    "aligned_rectilinear",
    "triangles",
    "trihexagon",
    "cubic",
    "adaptive_cubic",
    "quarter_cubic",
    "support_cubic",
    "octet",
    "gyroid",
    "honeycomb",
    "3d_honeycomb",
    "cross_hatch",
    "concentric",
    "zigzag",
    "cross",
    "cross_3d",
    "lightning",
    "hilbert",
    "archimedean",
    "octagram",
    "star",
    "monotonic",
    "monotonic_lines",
)

_TERMS = (
    Term("layer_height", "layers", unit="mm"),
    Term("first_layer_height", "layers", unit="mm"),
    Term("line_width", "layers", unit="mm"),
    Term("first_layer_line_width", "layers", unit="mm"),
    Term("variable_layers", "layers", "boolean"),
    Term("spiral_vase", "layers", "boolean"),
    Term("ironing", "layers", "boolean"),
    Term("fuzzy_skin", "layers", "boolean"),
    Term("xy_compensation", "layers", unit="mm"),
    Term("elephant_foot", "layers", unit="mm"),
    Term("sequential", "layers", "boolean"),
    Term("wall_count", "walls", "integer"),
    Term("wall_thickness", "walls", unit="mm"),
    Term("top_layers", "walls", "integer"),
    Term("bottom_layers", "walls", "integer"),
    Term("top_thickness", "walls", unit="mm"),
    Term("bottom_thickness", "walls", unit="mm"),
    Term("wall_generator", "walls", "choice", choices=("classic", "arachne")),
    Term(
        "wall_order",
        "walls",
        "choice",
        choices=("inner_outer", "outer_inner", "inner_outer_inner"),
    ),
    Term(
        "seam",
        "walls",
        "choice",
        choices=("aligned", "rear", "nearest", "random", "sharpest", "user"),
    ),
    Term("infill_density", "infill", unit="%"),
    Term("infill_pattern", "infill", "choice", choices=PATTERNS),
    Term("top_pattern", "infill", "choice", choices=PATTERNS),
    Term("bottom_pattern", "infill", "choice", choices=PATTERNS),
    Term("infill_angle", "infill", unit="°"),
    Term("supports", "supports", "boolean"),
    Term("support_style", "supports", "choice", choices=("normal", "tree")),
    Term("support_angle", "supports", unit="°"),
    Term("support_plate_only", "supports", "boolean"),
    Term("support_gap", "supports", unit="mm"),
    Term("support_density", "supports", unit="%"),
    Term(
        "adhesion",
        "adhesion",
        "choice",
        choices=("none", "skirt", "brim", "raft", "auto"),
    ),
    Term("brim_width", "adhesion", unit="mm"),
    Term("skirt_loops", "adhesion", "integer"),
    Term("raft_layers", "adhesion", "integer"),
    Term("nozzle_temp", "temperatures", unit="°C", many=True),
    Term("first_layer_nozzle_temp", "temperatures", unit="°C", many=True),
    Term("bed_temp", "temperatures", unit="°C"),
    Term("first_layer_bed_temp", "temperatures", unit="°C"),
    Term("chamber_temp", "temperatures", unit="°C"),
    Term("speed_print", "speeds", unit="mm/s"),
    Term("speed_outer_wall", "speeds", unit="mm/s"),
    Term("speed_inner_wall", "speeds", unit="mm/s"),
    Term("speed_infill", "speeds", unit="mm/s"),
    Term("speed_solid_infill", "speeds", unit="mm/s"),
    Term("speed_top", "speeds", unit="mm/s"),
    Term("speed_support", "speeds", unit="mm/s"),
    Term("speed_bridge", "speeds", unit="mm/s"),
    Term("speed_travel", "speeds", unit="mm/s"),
    Term("speed_first_layer", "speeds", unit="mm/s"),
    Term("acceleration", "speeds", unit="mm/s²"),
    Term("fan_min", "cooling", unit="%"),
    Term("fan_max", "cooling", unit="%"),
    Term("fan_from_layer", "cooling", "integer"),
    Term("min_layer_time", "cooling", unit="s"),
    Term("retraction_length", "retraction", unit="mm"),
    Term("retraction_speed", "retraction", unit="mm/s"),
    Term("z_hop", "retraction", unit="mm"),
    Term("filament_type", "filament", "text", many=True),
    Term("filament_diameter", "filament", unit="mm", many=True),
    Term("filament_density", "filament", unit="g/cm³", many=True),
    Term("flow_ratio", "filament", unit="%", many=True),
    Term("max_volumetric_speed", "filament", unit="mm³/s", many=True),
    Term("filament_preset", "filament", "text", many=True),
    Term("prime_tower", "filament", "boolean"),
    Term("printer_model", "printer", "text"),
    Term("nozzle_diameter", "printer", unit="mm", many=True),
    Term("bed_type", "printer", "text"),
    Term("gcode_flavour", "printer", "text"),
    Term("print_preset", "printer", "text"),
    Term("printer_preset", "printer", "text"),
)

#: Every term by its key, in the order of the screen.
TERMS = {term.key: term for term in _TERMS}


def translate(settings, dialect):
    """Values of the common terms.

    :param settings: dict of parsed settings (see :mod:`.settings`)
    :param dialect: ``{term key: setting name}``, ``{term key: (name, name, …)}`` for
        the first that is there, or ``{term key: function(settings) -> value}``;
        functions may return ``None`` and need not mind value types
    :return: dict in the order of :data:`TERMS`; terms without a value are absent
    :raises KeyError: the dialect names a term that does not exist
    """
    unknown = set(dialect) - set(TERMS)
    if unknown:
        raise KeyError(f"No such terms: {sorted(unknown)}")
    result = {}
    for key, term in TERMS.items():
        source = dialect.get(key)
        if source is None:
            continue
        if callable(source):
            raw = source(settings)
        else:
            names = (source,) if isinstance(source, str) else source
            raw = next((settings[name] for name in names if name in settings), None)
        entry = coerce(term, raw)
        if entry is not None and entry != "" and entry != []:
            result[key] = entry
    return result


def coerce(term, raw):
    """A value in the form of its term, or ``None`` when it does not fit.

    A list for a term of one value gives its first entry; one value for a term with
    one entry per tool gives a list of one.
    """
    if term.many:
        entries = raw if isinstance(raw, list) else [raw]
        entries = [_one(term, entry) for entry in entries[:MAX_ENTRIES]]
        return None if None in entries else entries
    if isinstance(raw, list):
        raw = raw[0] if raw else None
    return _one(term, raw)


def _one(term, raw):
    if raw is None or isinstance(raw, (list, dict)):
        return None
    if term.kind == "boolean":
        return _boolean(raw)
    if term.kind in ("number", "integer"):
        return _number(term, raw)
    return str(raw).strip()


def _boolean(raw):
    if isinstance(raw, (bool, int, float)):
        return bool(raw)
    word = str(raw).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    return False if word in ("0", "false", "no", "off", "none", "") else None


def _number(term, raw):
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str):
        raw = raw.strip()
        if raw.endswith("%") and term.unit == "%":
            raw = raw[:-1]
    number = to_float(raw)
    # NaN is not equal to itself.
    if number is None or number != number:
        return None
    if term.kind == "integer":
        return round(number)
    return int(number) if number == int(number) else round(number, 6)
