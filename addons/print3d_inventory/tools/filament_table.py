"""Lists of filaments as shops keep them: the columns of a table, and what cells say.

The table itself (encoding, separator, Excel) is read by the library's catalogue reader;
here is what the columns of a list of filaments are called and how its cells are read.
"""

import re

from odoo.addons.print3d_library.tools.catalogue import to_number, write_table
from odoo.addons.print3d_library.tools.filenames import squash

from . import colour, words
from .spoolmandb import DIRECTIONS, FINISHES, PATTERNS, make_key

# What people call a column; the first are taken before those that only contain a word.
WORDINGS = {
    "brand": "brand|manufacturer|maker|vendor brand|marke|hersteller|marque|fabricant",
    "name": "name|filament|product|product name|item|title|artikel|bezeichnung|nom|"
    "description",
    "colour_name": "colour name|color name|colour|color|farbe|farbname|couleur",
    "colour_hexes": "hex|color hex|colour hex|hex code|rgb|hexcode|html color|"
    "colour code|color code",
    "material": "material|type|filament type|plastic|werkstoff|matériau|materialtyp",
    "finish": "finish|surface|oberfläche|effect",
    "diameter_mm": "diameter|durchmesser|diameter mm|diamètre|size|ø",
    "net_weight_g": "net weight|weight|filament weight|spool size|net weight g|gewicht|"
    "nettogewicht|poids|weight g|amount",
    "tare_weight_g": "tare|empty spool|spool weight|empty weight|tare weight|"
    "leergewicht|spool weight g|core weight|tara",
    "density": "density|dichte|densité|density g cm3",
    "nozzle": "nozzle|nozzle temp|nozzle temperature|extruder temp|"
    "extruder temperature|print temp|printing temperature|hotend|düse|drucktemperatur",
    "bed": "bed|bed temp|bed temperature|heatbed|druckbett|betttemperatur|lit",
    "price": "price|price per spool|spool price|unit price|cost|preis|prix|"
    "purchase price",
    "price_per_kg": "price per kg|price kg|cost per kg|eur kg|kg price|usd kg|"
    "kilopreis",
    "sku": "sku|reference|internal reference|article number|artikelnummer|art nr|"
    "item number|product code|default code|ref",
    "barcode": "ean|barcode|ean13|gtin|upc|strichcode",
    "vendor": "vendor|supplier|shop|store|lieferant|händler|fournisseur|bought from",
    "url": "url|link|purchase url|product url|website|page",
    "key": "external id|id|spoolmandb id|key",
}
FIELDS = tuple(WORDINGS)
_KNOWN = {
    squash(wording): name
    for name, wordings in WORDINGS.items()
    for wording in wordings.split("|")
}
TEMPLATE_ROWS = (
    ("Nordfil", "PLA Matte", "Charcoal", "#2B2B2B", "PLA", "matte", "1.75", "1000"),
    ("Nordfil", "PETG", "Signal Red", "#C1121F", "PETG", "", "1.75", "1 kg"),
)


def guess_columns(header):
    """Return the field each column holds by what it is called, or an empty text."""
    found = [""] * len(header)
    taken = set()
    for certain in (True, False):
        for position, title in enumerate(header):
            name = "" if found[position] else _guess(title, certain)
            if name and name not in taken:
                found[position] = name
                taken.add(name)
    return found


def _guess(title, certain):
    key = squash(re.sub(r"[(\[].*?[)\]]|[€$£%]", " ", title))
    # "Price / kg" is told by the unit, which stands in brackets as well.
    if re.search(r"(?i)(price|cost|preis|prix).*kg|kg.*(price|cost|preis|prix)", title):
        return "price_per_kg"
    if certain:
        return _KNOWN.get(key, "")
    for wording in sorted(_KNOWN, key=len, reverse=True):
        if len(wording) > 3 and wording in key:
            return _KNOWN[wording]
    return ""


def read_row(cells, columns, header, get_density):
    """Return what a row says of a filament.

    :param cells: texts
    :param columns: field of each column, or an empty text
    :param header: names of the columns, which may state a unit
    :param get_density: gives g/cm³ by the name of a material and of a filament
    :return: values by the fields of ``spoolmandb.FIELDS`` that the row states, with
        ``price``, ``price_per_kg``, ``sku``, ``barcode``, ``vendor`` and ``url`` beside
        them; and what cannot be read, as (field, text) each
    :rtype: tuple(dict, list)
    """
    vals, problems = {}, []
    for cell, name, title in zip(cells, columns, header, strict=False):
        cell = cell.strip()
        if not name or not cell:
            continue
        value = _READERS.get(name, _plain)(cell, title)
        if value is None:
            problems.append((name, cell[:60]))
        elif isinstance(value, dict):
            vals.update({key: part for key, part in value.items() if key not in vals})
        else:
            vals[name] = value
    if problems:
        return vals, problems
    return _complete(vals, get_density)


def _complete(vals, get_density):
    """Fill in what a filament cannot be without, where the row leaves it open."""
    if not vals.get("material"):
        base = words.read(vals.get("name", ""))
        if not base.base:
            return vals, [("material", "")]
        vals["material"] = base.base + (f"-{base.fibre}" if base.fibre else "")
    name = vals.get("name") or vals["material"]
    shade = vals.get("colour_name", "")
    if shade and shade.lower() not in name.lower():
        name = f"{name} {shade}"
    vals["name"] = name
    vals.setdefault("brand", "")
    vals.setdefault("diameter_mm", 1.75)
    vals.setdefault("net_weight_g", 1000.0)
    if not vals.get("colour_hexes"):
        found = colour.find_colours(shade) or colour.find_colours(shade.split(" ")[-1])
        if found:
            vals["colour_hexes"] = ",".join(found)
    if not vals.get("density"):
        vals["density"] = get_density(vals["material"], name)
    if not vals.get("key"):
        vals["key"] = make_key({"spool_type": "", **vals})
    return vals, []


def _plain(cell, title):
    return " ".join(cell.split())[:200]


def _hexes(cell, title):
    try:
        return ",".join(colour.split_hexes(re.sub(r"[/|]", ",", cell)))
    except ValueError:
        found = colour.find_colours(cell)
        return ",".join(found) if found else None


def _colour_name(cell, title):
    """A column "Colour" may hold a name or the colour itself."""
    try:
        return {"colour_hexes": ",".join(colour.split_hexes(cell))}
    except ValueError:
        return _plain(cell, title)


def _finish(cell, title):
    """What a filament looks like, in any of its fields."""
    found = {}
    for word in words.split(cell):
        traits = words.read(word).traits
        if word in FINISHES or word == "metal":
            found["finish"] = "metallic" if word == "metal" else word
        elif traits & {"silk", "matte"}:
            found["finish"] = next(iter(traits & {"silk", "matte"}))
        elif traits & set(PATTERNS):
            found["pattern"] = next(iter(traits & set(PATTERNS)))
        elif "translucent" in traits:
            found["is_translucent"] = True
        elif "glow" in traits:
            found["is_glowing"] = True
        elif word in DIRECTIONS:
            found["colour_direction"] = word
    return found


def _millimetres(cell, title):
    number = _decimal(cell)
    return number if number is not None and 0 < number <= 10 else None


def _decimal(cell):
    """A number that has no thousands: "1,75" is one and three quarters."""
    match = re.search(r"\d+(?:[.,]\d+)?", cell)
    return float(match[0].replace(",", ".")) if match else None


def _grams(cell, title):
    kilos = re.search(r"(?i)\bkg\b|\dkg|kilo", cell) or (
        re.search(r"(?i)\bkg\b|kilo", title) and not re.search(r"(?i)\d\s*g\b", cell)
    )
    number = _decimal(cell) if kilos else to_number(cell)
    if number is None or number < 0:
        return None
    # Nobody sells a spool of five grams; "1" and "0.75" are kilograms.
    is_small = 0 < number <= 10 and not re.search(r"(?i)\d\s*g\b", cell)
    return number * 1000 if kilos or is_small else number


def _tare(cell, title):
    number = to_number(cell)
    return number if number is not None and 0 <= number < 20_000 else None


def _density(cell, title):
    number = _decimal(cell)
    return number if number is not None and 0 < number < 30 else None


def _temperatures(low_name, high_name, name):
    """A reader of "200", "190-220 °C" and "190 – 220"."""

    def read(cell, title):
        found = [int(text) for text in re.findall(r"\d{1,3}", cell)]
        if not found or max(found) > 500:
            return None
        if len(found) == 1:
            return {name: found[0]}
        return {low_name: min(found[:2]), high_name: max(found[:2])}

    return read


def _price(cell, title):
    number = to_number(cell)
    return number if number is not None and 0 <= number < 1e7 else None


def _barcode(cell, title):
    text = re.sub(r"[\s-]", "", re.sub(r"\.0+$", "", cell))
    return text if re.fullmatch(r"\d{6,14}", text) else None


def _url(cell, title):
    return cell if re.fullmatch(r"(?i)https?://\S{1,500}", cell) else None


_READERS = {
    "colour_hexes": _hexes,
    "colour_name": _colour_name,
    "finish": _finish,
    "diameter_mm": _millimetres,
    "net_weight_g": _grams,
    "tare_weight_g": _tare,
    "density": _density,
    "nozzle": _temperatures("nozzle_min", "nozzle_max", "nozzle_temp"),
    "bed": _temperatures("bed_min", "bed_max", "bed_temp"),
    "price": _price,
    "price_per_kg": _price,
    "barcode": _barcode,
    "url": _url,
}


def make_template():
    """Return a CSV to begin with: every column there is, and two rows that show how."""
    header = [WORDINGS[name].partition("|")[0].capitalize() for name in FIELDS]
    rows = [[*row, *[""] * (len(FIELDS) - len(row))] for row in TEMPLATE_ROWS]
    return write_table(header, rows)
