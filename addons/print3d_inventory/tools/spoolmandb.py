"""SpoolmanDB's two JSON formats, read and written, without Odoo.

SpoolmanDB is a public list of filaments. Its sources are one file a maker, in which a
filament stands once with its weights, diameters and colours; compiled, it is one list
with a row for each combination, which is what programs read. Both are told apart by
what is in them. Formats: ``filaments.schema.json`` and the README of
https://github.com/Donkie/SpoolmanDB.
"""

import io
import json
import math
import re
import zipfile

from . import words

MAX_ROWS = 50_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_TEXT = 200
MAX_COLOURS = 24

FINISHES = ("matte", "satin", "glossy", "silk", "metallic")
PATTERNS = ("marble", "sparkle", "wood")
DIRECTIONS = ("coaxial", "longitudinal")
SPOOL_TYPES = ("plastic", "cardboard", "metal")

# What a filament of the list is made of, in the order of a row that is written.
FIELDS = (
    "key",
    "brand",
    "name",
    "colour_name",
    "series",
    "material",
    "density",
    "net_weight_g",
    "tare_weight_g",
    "spool_type",
    "diameter_mm",
    "colour_hexes",
    "colour_direction",
    "nozzle_temp",
    "nozzle_min",
    "nozzle_max",
    "bed_temp",
    "bed_min",
    "bed_max",
    "finish",
    "pattern",
    "is_translucent",
    "is_glowing",
    "sds_url",
    "tds_url",
)

_HEX = re.compile(r"#?([0-9a-fA-F]{6})([0-9a-fA-F]{2})?")
_PLACE = "{color_name}"


class CatalogueError(Exception):
    """A file that is no list of filaments.

    :param str code: ``json``, ``zip``, ``too_large``, ``rows``, ``materials``,
        ``unknown`` or ``empty``
    """

    def __init__(self, code, **values):
        super().__init__(code)
        self.code = code
        self.values = values


class Invalid(Exception):
    """A filament that cannot be used: the field and what it says."""

    def __init__(self, field, value):
        super().__init__(field)
        self.field = field
        self.value = _shown(value)


def _shown(value):
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text[:60]


# === READING === #


def read(data):
    """Read a file of either format, or a ZIP of the sources.

    :param bytes data: content of the file
    :return: the filaments, as dictionaries of :data:`FIELDS`, each key once, and what
        is wrong with the others, as (where it stands, field, value) each
    :rtype: tuple(list, list)
    :raises CatalogueError: it is no such file
    """
    rows, problems = {}, []
    for place, filament in _walk(data):
        if isinstance(filament, Invalid):
            problems.append((place, filament.field, filament.value))
            continue
        if filament["key"] in rows and rows[filament["key"]] != filament:
            problems.append((place, "twice", filament["key"]))
        rows.setdefault(filament["key"], filament)
        if len(rows) > MAX_ROWS or len(problems) > MAX_ROWS:
            raise CatalogueError("rows", limit=MAX_ROWS)
    if not rows and not problems:
        raise CatalogueError("empty")
    return list(rows.values()), problems


def _walk(data):
    if data[:2] == b"PK":
        yield from _walk_zip(data)
    else:
        yield from _walk_value(_load(data), "")


def _load(data):
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CatalogueError("json", error=str(error)[:200]) from error


def _walk_zip(data):
    """The sources in a ZIP of the repository, or else its compiled list."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = [
                info
                for info in package.infolist()
                if info.filename.lower().endswith(".json")
                and not info.filename.endswith(".schema.json")
            ]
            if sum(info.file_size for info in infos) > MAX_UNPACKED:
                raise CatalogueError("too_large")
            sources = [
                info
                for info in infos
                if "filaments" in info.filename.lower().split("/")[:-1]
            ] or [
                info for info in infos if not info.filename.endswith("materials.json")
            ]
            for info in sources:
                with package.open(info) as file:
                    content = file.read(MAX_UNPACKED)
                yield from _walk_value(_load(content), info.filename)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise CatalogueError("zip") from error


def _walk_value(value, place):
    """The filaments of a value that was read from JSON."""
    if isinstance(value, dict) and isinstance(value.get("filaments"), list):
        if isinstance(value.get("manufacturer"), str):
            yield from _expand_maker(value, place)
            return
        value = value["filaments"]
    if not isinstance(value, list):
        raise CatalogueError("unknown")
    if value and all(_is_material(item) for item in value):
        raise CatalogueError("materials")
    for number, item in enumerate(value, 1):
        where = f"{place} {number}".strip()
        if not isinstance(item, dict):
            yield where, Invalid("filament", item)
        elif isinstance(item.get("filaments"), list):
            yield from _expand_maker(item, place)
        else:
            yield from _read_one(item, where)


def _is_material(item):
    return isinstance(item, dict) and not {"manufacturer", "name"} & set(item)


def _expand_maker(source, place):
    """Every combination of weight, diameter and colour of a maker's filaments."""
    maker = source.get("manufacturer")
    for number, filament in enumerate(source["filaments"], 1):
        where = " ".join(str(part) for part in (place, maker, number) if part)
        if not isinstance(filament, dict):
            yield where, Invalid("filament", filament)
            continue
        lists = [filament.get(name) for name in ("weights", "diameters", "colors")]
        wrong = next(
            (
                Invalid(name, items)
                for name, items in zip(
                    ("weights", "diameters", "colors"), lists, strict=True
                )
                if not isinstance(items, list) or not items
            ),
            None,
        )
        if wrong:
            yield where, wrong
            continue
        for weight in lists[0]:
            for diameter in lists[1]:
                for colour in lists[2]:
                    yield from _expand_one(
                        maker, filament, weight, diameter, colour, where
                    )


def _expand_one(maker, filament, weight, diameter, colour, where):
    if not isinstance(weight, dict) or not isinstance(colour, dict):
        yield where, Invalid("colors", colour)
        return
    colour_name = colour.get("name")
    name = filament.get("name")
    if not isinstance(colour_name, str) or not isinstance(name, str):
        yield where, Invalid("name", colour_name)
        return
    own = ("finish", "multi_color_direction", "pattern", "translucent", "glow")
    row = {
        **{key: value for key, value in filament.items() if key != "colors"},
        **{key: colour[key] for key in own if colour.get(key) is not None},
        **{key: weight.get(key) for key in ("weight", "spool_weight", "spool_type")},
        "manufacturer": maker,
        "name": name.replace(_PLACE, colour_name),
        "diameter": diameter,
        "color_hex": colour.get("hex"),
        "color_hexes": colour.get("hexes"),
    }
    # The schema says "hexes"; the README says that "hex" may be a list.
    if isinstance(row["color_hex"], list):
        row["color_hex"], row["color_hexes"] = None, row["color_hex"]
    series = " ".join(name.replace(_PLACE, " ").split())
    yield from _read_one(row, f"{where}, {colour_name}", colour_name, series)


def _read_one(row, where, colour_name="", series=None):
    """The filament of a row of the compiled list; what is unusable is told."""
    try:
        yield where, _normalise(row, colour_name, series)
    except Invalid as error:
        yield where, error


def _normalise(row, colour_name, series):
    name = _text(row, "name", required=True)
    colour = _text({"name": colour_name}, "name") or _guess_colour_name(name)
    nozzle = _range(row, "extruder_temp_range", 1000)
    bed = _range(row, "bed_temp_range", 400)
    hexes = _colours(row)
    vals = {
        "brand": _text(row, "manufacturer", required=True),
        "name": name,
        "colour_name": colour,
        "series": _read_series(name, series),
        "material": _text(row, "material", required=True),
        "density": _number(row, "density", 30, required=True),
        "net_weight_g": _number(row, "weight", 100_000, required=True),
        "tare_weight_g": _number(row, "spool_weight", 20_000),
        "spool_type": _choice(row, "spool_type", SPOOL_TYPES),
        "diameter_mm": _number(row, "diameter", 10, required=True),
        "colour_hexes": ",".join(hexes),
        "colour_direction": _choice(row, "multi_color_direction", DIRECTIONS)
        if len(hexes) > 1
        else "",
        "nozzle_temp": round(_number(row, "extruder_temp", 1000)),
        "nozzle_min": nozzle[0],
        "nozzle_max": nozzle[1],
        "bed_temp": round(_number(row, "bed_temp", 400)),
        "bed_min": bed[0],
        "bed_max": bed[1],
        "finish": _choice(row, "finish", FINISHES),
        "pattern": _choice(row, "pattern", PATTERNS),
        "is_translucent": row.get("translucent") is True,
        "is_glowing": row.get("glow") is True,
        "sds_url": _url(row, "sds_url"),
        "tds_url": _url(row, "tds_url"),
    }
    given = row.get("id")
    vals["key"] = given.strip() if isinstance(given, str) else ""
    vals["key"] = vals["key"] or make_key(vals)
    return _look_closer(vals)


def _look_closer(vals):
    """Tell by its name what the format has no word for: silk is glossy there."""
    traits = words.read(f"{vals['material']} {vals['name']}").traits
    if "silk" in traits and vals["finish"] in ("", "glossy"):
        vals["finish"] = "silk"
    elif "matte" in traits and not vals["finish"]:
        vals["finish"] = "matte"
    elif "metal" in traits and vals["finish"] in ("", "glossy"):
        vals["finish"] = "metallic"
    if not vals["pattern"]:
        found = [name for name in PATTERNS if name in traits]
        vals["pattern"] = found[0] if found else ""
    vals["is_glowing"] = vals["is_glowing"] or "glow" in traits
    return vals


def make_key(vals):
    """Return the id SpoolmanDB gives a filament: what it is, in one word.

    Maker, material, name, grams, hundredths of a millimetre and kind of the spool, in
    lower case without blanks; the name without what is not ASCII.
    """
    name = vals["name"].encode("ascii", "ignore").decode()
    diameter = f"{vals['diameter_mm']:.2f}".replace(".", "")
    parts = (
        vals["brand"],
        vals["material"],
        name,
        f"{vals['net_weight_g']:.0f}",
        diameter,
        (vals["spool_type"] or "n")[0],
    )
    return "_".join(parts).lower().replace(" ", "")


def _guess_colour_name(name):
    """The name of the colour in the name of a filament: what tells nothing else."""
    kept = [
        word
        for word in name.split()
        if not (found := words.read(word)).base
        and not found.traits
        and not found.fibre
        and not re.search(r"[™®]", word)
    ]
    return " ".join(kept) or name


def _read_series(name, template):
    """The product line: what a source's name says besides material and colour.

    A row of the compiled list has the name alone, in which traits are what is surely
    no colour.
    """
    text = re.sub(r"[™®]", "", name if template is None else template)
    kept = []
    for word in text.split():
        found = words.read(word)
        if (
            word.strip("-–")
            and not found.base
            and (template is not None or found.traits)
        ):
            kept.append(word)
    return " ".join(kept)


def _text(row, name, required=False):
    value = row.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise Invalid(name, value)
    value = " ".join(value.replace("\x00", "").split())
    if required and not value:
        raise Invalid(name, value)
    return value[:MAX_TEXT]


def _number(row, name, limit, required=False):
    value = row.get(name)
    if value is None and not required:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(name, value)
    if not math.isfinite(value) or not 0 <= value <= limit or (required and not value):
        raise Invalid(name, value)
    return value


def _range(row, name, limit):
    value = row.get(name)
    if value is None:
        return 0, 0
    if not isinstance(value, list) or len(value) != 2:
        raise Invalid(name, value)
    low, high = (round(_number({name: item}, name, limit)) for item in value)
    return min(low, high), max(low, high)


def _choice(row, name, known):
    """What the format may grow one day is no reason to refuse a filament."""
    value = row.get(name)
    return value if isinstance(value, str) and value in known else ""


def _url(row, name):
    value = row.get(name)
    fits = isinstance(value, str) and re.fullmatch(r"https?://\S{1,500}", value)
    return value if fits else ""


def _colours(row):
    values = row.get("color_hexes") or [row.get("color_hex")]
    if not isinstance(values, list) or len(values) > MAX_COLOURS:
        raise Invalid("color_hexes", values)
    colours = []
    for value in values:
        if value is None:
            continue
        match = _HEX.fullmatch(value.strip()) if isinstance(value, str) else None
        if not match:
            raise Invalid("color_hex", value)
        alpha = (match[2] or "FF").upper()
        colours.append("#" + match[1].upper() + ("" if alpha == "FF" else alpha))
    return colours


# === WRITING === #


def to_compiled(vals):
    """Return a filament (a dictionary of :data:`FIELDS`) as a row of the list."""
    hexes = [
        text.lstrip("#") for text in (vals["colour_hexes"] or "").split(",") if text
    ]
    several = len(hexes) > 1
    return {
        "id": vals["key"],
        "manufacturer": vals["brand"],
        "name": vals["name"],
        "material": vals["material"],
        "density": vals["density"],
        "weight": float(vals["net_weight_g"]),
        "spool_weight": vals["tare_weight_g"] or None,
        "spool_type": vals["spool_type"] or None,
        "diameter": vals["diameter_mm"],
        "color_hex": hexes[0] if hexes and not several else None,
        "color_hexes": hexes if several else None,
        "extruder_temp": vals["nozzle_temp"] or None,
        "extruder_temp_range": _pair(vals["nozzle_min"], vals["nozzle_max"]),
        "bed_temp": vals["bed_temp"] or None,
        "bed_temp_range": _pair(vals["bed_min"], vals["bed_max"]),
        # The format knows two finishes and two patterns.
        "finish": {"matte": "matte", "glossy": "glossy", "silk": "glossy"}.get(
            vals["finish"]
        ),
        "multi_color_direction": (vals["colour_direction"] or "longitudinal")
        if several
        else None,
        "pattern": vals["pattern"] if vals["pattern"] in PATTERNS[:2] else None,
        "translucent": bool(vals["is_translucent"]),
        "glow": bool(vals["is_glowing"]),
        "sds_url": vals["sds_url"] or None,
        "tds_url": vals["tds_url"] or None,
    }


def _pair(low, high):
    return [low or high, high or low] if low or high else None


def write_compiled(filaments):
    """Return the compiled list (``filaments.json``) of filaments, sorted as theirs.

    :rtype: bytes
    """
    rows = [to_compiled(vals) for vals in filaments]
    rows.sort(key=lambda row: (row["manufacturer"], row["material"], row["name"]))
    return json.dumps(rows, indent=2, ensure_ascii=False).encode()


def write_sources(filaments):
    """Return a ZIP with a source file for each maker, as in the repository.

    :rtype: bytes
    """
    makers = {}
    for row in (
        to_compiled(vals) | {"colour": vals["colour_name"]} for vals in filaments
    ):
        if row["color_hex"] or row["color_hexes"]:
            makers.setdefault(row["manufacturer"], []).append(row)
    target = io.BytesIO()
    names = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for maker, rows in sorted(makers.items()):
            stem = re.sub(r"[^a-z0-9]+", "", maker.lower()) or "maker"
            while stem in names:
                stem += "_"
            names.add(stem)
            text = json.dumps(_make_source(maker, rows), indent=4, ensure_ascii=False)
            package.writestr(f"filaments/{stem}.json", text)
    return target.getvalue()


def _make_source(maker, rows):
    groups = {}
    for row in rows:
        colour = row["colour"] if row["colour"] in row["name"] else row["name"]
        head = {
            "name": row["name"].replace(colour, _PLACE, 1),
            "material": row["material"],
            "density": row["density"],
            "weights": [
                {
                    key: row[key]
                    for key in ("weight", "spool_weight", "spool_type")
                    if row[key] is not None
                }
            ],
            "diameters": [row["diameter"]],
        }
        for key in (
            "extruder_temp",
            "extruder_temp_range",
            "bed_temp",
            "bed_temp_range",
            "finish",
            "multi_color_direction",
            "pattern",
            "translucent",
            "glow",
            "sds_url",
            "tds_url",
        ):
            if row[key] not in (None, False):
                head[key] = row[key]
        group = groups.setdefault(
            json.dumps(head, sort_keys=True), {**head, "colors": []}
        )
        entry = {"name": colour}
        if row["color_hexes"]:
            entry["hexes"] = row["color_hexes"]
        else:
            entry["hex"] = row["color_hex"]
        if entry not in group["colors"]:
            group["colors"].append(entry)
    return {"manufacturer": maker, "filaments": list(groups.values())}
