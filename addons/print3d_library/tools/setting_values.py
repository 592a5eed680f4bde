"""Settings in a form that compares: units, shares, switches, lists.

Pure Python; what two spellings have to mean to be the same is told in
:mod:`.compare`.
"""

import re

# Numbers may have gone through 32 bits.
TOLERANCE = 1e-5
VOLATILE = re.compile(
    r"thumbnail|preview_?img|screen size"
    r"|(?:^|[_ ])(?:date|datetime|timestamp|created|modified)(?:$|[_ ])"
    r"|(?:^|_)(?:uuid|guid|hash|md5|sha1|sha256|checksum)$"
    r"|^(?:setting|user|job|task|base|design|project|instance|profile|filament)_ids?$"
    r"|(?:^|_)(?:path|file_?name|file_?path|filename_format)$"
    r"|^print_?host|^host_type$|^physical_printer|(?:^|_)(?:api_?key|url)$"
    r"|[_ ]used(?:$|[_ ])|^estimated|^total[_ ](?:filament|time|layer)"
    r"|^(?:.*_)?version$|^different_settings_to_system$|^generated",
    re.IGNORECASE,
)
PATH = re.compile(r"(?:/|~/|file:|[A-Za-z]:[\\/]|\\\\)[^\n]*[\\/][^\n]*")
# Their entries stand in any order.
SET_LIKE = re.compile(r"compatible_|_compatible|^tags?$|^filter_", re.IGNORECASE)
# A number without a percent sign may be a share of one here.
SHARE_LIKE = re.compile(
    r"density|flow|ratio|multiplier|overlap|percent|fan_speed|speed_factor",
    re.IGNORECASE,
)
PROGRAM = re.compile(r"gcode(?:_[a-z]{1,4}\d?)?$|script$|post_process", re.IGNORECASE)

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
QUANTITY = re.compile(rf"({NUMBER})\s*([a-zA-Z°µμ/²³%]*)")
UNITS = {
    "": 1.0,
    "mm": 1.0,
    "mm/s": 1.0,
    "mm/min": 1 / 60,
    "m/min": 1000 / 60,
    "cm": 10.0,
    "um": 1e-3,
    "µm": 1e-3,
    "μm": 1e-3,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "ms": 1e-3,
    "°": 1.0,
    "°c": 1.0,
    "c": 1.0,
    "g": 1.0,
    "kg": 1000.0,
    "mm/s²": 1.0,
    "mm³/s": 1.0,
    "g/cm³": 1.0,
}
YES = frozenset(("true", "yes", "on"))
NO = frozenset(("false", "no", "off"))

# What a percentage is a share of, by the slicers' own names. PrusaSlicer reckons
# widths from the layer height, SuperSlicer and OrcaSlicer from the nozzle.
BASES = {
    "first_layer_height": ("layer_height",),
    "external_perimeter_speed": ("perimeter_speed",),
    "small_perimeter_speed": ("outer_wall_speed", "perimeter_speed"),
    "solid_infill_speed": ("infill_speed",),
    "top_solid_infill_speed": ("solid_infill_speed",),
    "support_material_interface_speed": ("support_material_speed",),
    "initial_layer_travel_speed": ("travel_speed",),
    "internal_bridge_speed": ("bridge_speed",),
    "bridge_acceleration": ("outer_wall_acceleration",),
    "sparse_infill_acceleration": ("default_acceleration",),
    "internal_solid_infill_acceleration": ("default_acceleration",),
    "seam_gap": ("nozzle_diameter",),
}
SUPERSLICER_BASES = {
    "first_layer_height": ("nozzle_diameter",),
    "perimeter_speed": ("default_speed",),
    "solid_infill_speed": ("default_speed",),
    "infill_speed": ("solid_infill_speed",),
    "bridge_speed": ("default_speed",),
    "support_material_speed": ("default_speed",),
}
SUPERSLICER_MARKS = ("thin_walls_merge", "extrusion_spacing")
MAX_CHAIN = 5


class Share(float):
    """A percentage, e.g. ``Share(15)`` for ``15%``."""


def canonical(value, name="", settings=None, unit=""):
    """A value in a form that compares.

    :param value: parsed setting: number, boolean, text, list or dict
    :param str name: its own name, which says what a percentage is a share of
    :param settings: dict of the version's settings, to resolve such shares
    :param str unit: of a common term, ``%`` for percentages
    :return: ``None`` for nothing, ``float``, :class:`Share`, ``str``, ``tuple``
    """
    if isinstance(value, (list, tuple)):
        entries = [canonical(entry, name, settings, unit) for entry in value]
        if SET_LIKE.search(name):
            entries = sorted(entries, key=repr)
        first = entries[0] if entries else None
        if all(same(entry, first, name, unit) for entry in entries):
            return first
        return tuple(entries)
    if isinstance(value, dict):
        return tuple(
            (key, canonical(entry, key, settings))
            for key, entry in sorted(value.items())
        )
    if value is None or isinstance(value, bool):
        return None if value is None else float(value)
    if isinstance(value, (int, float)):
        return float(value)
    return _canonical_text(str(value).strip(), name, settings, unit)


def _canonical_text(text, name, settings, unit):
    lower = text.lower()
    if not text or lower == "nil":
        return None
    if lower in YES or lower in NO:
        return float(lower in YES)
    if "," in text and not PROGRAM.search(name):
        parts = [part.strip() for part in text.split(",")]
        if all(QUANTITY.fullmatch(part) for part in parts):
            return canonical(parts, name, settings, unit)
    match = QUANTITY.fullmatch(text)
    if not match:
        return "\n".join(line.rstrip() for line in text.splitlines())
    number, suffix = float(match[1]), match[2].lower()
    if suffix == "%":
        resolved = _resolve(number / 100, name, settings or {})
        return Share(number) if resolved is None else resolved
    factor = UNITS.get(suffix)
    return text if factor is None else number * factor


def _resolve(share, name, settings, depth=0):
    """Millimetres or mm/s of a share of another setting, ``None`` when unknown."""
    base = get_base(name, settings)
    if base is None or depth > MAX_CHAIN:
        return None
    raw = settings.get(base)
    if isinstance(raw, (list, tuple)):
        raw = raw[0] if raw else None
    if isinstance(raw, str) and raw.strip().endswith("%"):
        match = QUANTITY.fullmatch(raw.strip())
        return match and _resolve(
            share * float(match[1]) / 100, base, settings, depth + 1
        )
    number = canonical(raw, base)
    return share * number if isinstance(number, float) and number else None


def get_base(name, settings):
    """The setting that a percentage of ``name`` is a share of, or ``None``."""
    is_superslicer = any(mark in settings for mark in SUPERSLICER_MARKS)
    if name.endswith("line_width"):
        return "nozzle_diameter"
    if name.endswith("extrusion_width"):
        if is_superslicer:
            return "nozzle_diameter"
        return "first_layer_height" if name.startswith("first") else "layer_height"
    bases = {**BASES, **SUPERSLICER_BASES} if is_superslicer else BASES
    return next((base for base in bases.get(name, ()) if base in settings), None)


def same(one, other, name="", unit=""):
    """Whether two canonical values mean the same."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(
            same(a, b, name, unit) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, float) and isinstance(other, float):
        if isinstance(one, Share) != isinstance(other, Share):
            return _same_share(one, other, name, unit)
        return close(one, other)
    return one == other


def _same_share(one, other, name, unit):
    share, number = (one, other) if isinstance(one, Share) else (other, one)
    if unit != "%" and not SHARE_LIKE.search(name):
        return False
    # 15 is 15 %, and 0.15 is, too; 1 may be either.
    return close(share, number) or (number <= 1 and close(share, number * 100))


def close(one, other):
    """Whether two numbers are equal but for rounding."""
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other), 1e-3)


def shown(value):
    """A value to be shown: a list of equal entries is its entry."""
    if isinstance(value, (list, tuple)):
        entries = [shown(entry) for entry in value]
        if entries and all(entry == entries[0] for entry in entries):
            return entries[0]
        return entries
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value


def is_volatile(name, *values):
    """Whether a setting differs from file to file without meaning anything."""
    if VOLATILE.search(name):
        return True
    stated = [value for value in values if value not in (None, "", [])]
    return bool(stated) and all(
        isinstance(value, str) and PATH.fullmatch(value.strip()) for value in stated
    )


def is_program(name, *values):
    """Whether a setting is a text of several lines, such as start G-code."""
    texts = [value for value in values if isinstance(value, str)]
    return bool(texts) and (
        any("\n" in text.strip() for text in texts) or bool(PROGRAM.search(name))
    )
