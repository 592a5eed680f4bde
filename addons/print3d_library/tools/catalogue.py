"""Catalogues as shops keep them: CSV in any dialect, or a sheet of Excel, to values.

Nothing here imports odoo. Columns are known by what people call them, numbers and times
are read as people write them, and a cell that cannot be read is a problem of its row,
told in words; the other rows are not held up.
"""

import csv
import datetime
import io
import re
import zipfile
from dataclasses import dataclass, field

from .filenames import squash

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 20_000
# What is longer is a quotation mark that is never closed. The csv module has a limit of
# its own, of the whole process, which Odoo raises.
MAX_QUOTED = 131_072
MAX_UNPACKED = 200 * 1024 * 1024
SAMPLE = 30
DELIMITERS = ",;\t|"

# What people call a column; the first are taken before those that only contain a word.
WORDINGS = {
    "name": "name|model|model name|title|product|product name|item|item name|artikel|"
    "bezeichnung|artikelname|modell|nom|nombre|titel|design",
    "variant": "variant|variant name|variation|option|size|version|variante|größe|"
    "taille",
    "description": "description|notes|note|details|text|beschreibung|notiz|comment|"
    "comments|descripción",
    "designer": "designer|author|creator|artist|designed by|made by|urheber|"
    "autor|auteur",
    "licence": "licence|license|lizenz|licencia|terms|rights",
    "category": "category|kategorie|group|type|department|catégorie|product category",
    "tags": "tags|tag|themes|theme|keywords|labels|stichworte|schlagworte|mots clés",
    "price": "price|sale price|sales price|selling price|list price|unit price|preis|"
    "verkaufspreis|vk|prix|precio|rrp|msrp",
    "reference": "reference|internal reference|sku|code|item code|product code|"
    "artikelnummer|art nr|artnr|item number|item no|part number|number|ref|"
    "id|default code",
    "barcode": "barcode|ean|ean13|gtin|upc|ean code|strichcode",
    "url": "url|source|source url|link|website|web|quelle|page|thingiverse|printables",
    "time": "print time|printing time|time|duration|druckzeit|druckdauer|hours|"
    "time min|time h|print hours|print minutes",
    "grams": "grams|weight|gram|filament|filament used|material weight|gewicht|gramm|"
    "poids|filament g|weight g",
    "material": "material|filament type|plastic|colour|color|farbe|material colour|"
    "material and colour|couleur|colours|colors",
    "files": "file|files|file name|file names|filename|filenames|stl|gcode|stl file|"
    "gcode file|model file|datei|dateien|fichier",
    "pictures": "picture|pictures|image|images|photo|photos|thumbnail|picture file|"
    "image file|bild|bilder|foto|image name|picture name|picture names",
}
FIELDS = tuple(WORDINGS)
_KNOWN = {
    squash(wording): name
    for name, wordings in WORDINGS.items()
    for wording in wordings.split("|")
}
UNITS = {
    "s": 1,
    "sec": 1,
    "secs": 1,
    "second": 1,
    "seconds": 1,
    "sekunden": 1,
    "m": 60,
    "min": 60,
    "mins": 60,
    "minute": 60,
    "minutes": 60,
    "minuten": 60,
    "h": 3600,
    "hr": 3600,
    "hrs": 3600,
    "hour": 3600,
    "hours": 3600,
    "std": 3600,
    "stunden": 3600,
    "d": 86400,
    "day": 86400,
    "days": 86400,
    "tage": 86400,
}
TIME_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)")
CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
# What a catalogue may hold, for people who begin one.
TEMPLATE_ROWS = (
    {
        "name": "Desk lamp",
        "variant": "Small",
        "description": "A lamp for the desk.",
        "designer": "Ada Carver",
        "licence": "CC BY 4.0",
        "category": "Home / Lighting",
        "tags": "lamp; gift",
        "price": "12.50",
        "reference": "LAMP-S",
        "url": "https://example.com/lamp",
        "time": "3:20",
        "grams": "85",
        "material": "PLA white",
        "files": "lamp_small.stl; lamp_small.gcode",
        "pictures": "lamp.jpg; lamp_back.jpg",
    },
    {
        "name": "Desk lamp",
        "variant": "Large",
        "price": "19.90",
        "reference": "LAMP-L",
        "time": "5:10",
        "grams": "140",
        "material": "PLA white",
        "files": "lamp_large.stl",
    },
)
# A cell that a spreadsheet would take for a formula, escaped by an apostrophe.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LAST_NAME = re.compile(r"\.[a-z0-9]{2,5}$", re.I)


class CatalogueError(Exception):
    """A table that cannot be read.

    :param str code: ``broken``, ``too_large``, ``workbook``, ``empty``, ``columns``,
        ``rows`` or ``header_only``
    :param words: what the sentence about it names
    """

    def __init__(self, code, **words):
        super().__init__(code)
        self.code = code
        self.words = words


@dataclass
class Table:
    """A table that was read.

    :param header: names of the columns
    :param rows: (number of the row in the file, its cells) each, as texts
    :param dialect: how it was read, for who wonders: encoding and separator
    """

    header: list
    rows: list
    dialect: str = ""


@dataclass
class Values:
    """What a row says.

    :param values: by field; ``price`` and ``grams`` are numbers, ``time`` seconds,
        ``tags``, ``files`` and ``pictures`` lists, the others texts; what is empty is
        missing
    :param problems: why it cannot be used, as (code, values) each
    """

    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)


# === READING === #


def read_table(name, data):
    """Read a table.

    :param str name: file name
    :param bytes data: its content
    :rtype: Table
    :raises CatalogueError: it is empty, too large or no table
    """
    if name.lower().endswith(".xlsx"):
        return _read_sheet(data)
    text, encoding = decode(data)
    hint = re.match(r"(?i)\s*sep=(.)\r?\n", text)
    if hint:
        text = text[hint.end() :]
    delimiter = hint[1] if hint else guess_delimiter(text)
    try:
        rows = list(_number_rows(text, delimiter))
    except csv.Error as error:
        raise CatalogueError("broken", error=str(error)) from error
    shown = {"\t": "tab", " ": "space"}.get(delimiter, delimiter)
    return _make_table(rows, f"{encoding}, “{shown}”")


def decode(data):
    """Text and name of the encoding of a CSV file, which says neither.

    :rtype: tuple
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding.replace("-sig", "")
    head = data[:4000]
    # Latin text in UTF-16 has a zero in every other byte.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 3 and head[start::2].count(0) > 0.4 * len(head) / 2:
            return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "cp1252"


def guess_delimiter(text):
    """The separator with which the first rows have the most columns, alike."""
    best, delimiter = 0, ","
    for candidate in DELIMITERS:
        try:
            rows = []
            sample = io.StringIO(text[:100_000], newline="")
            for row in csv.reader(sample, delimiter=candidate):
                if any(row):
                    rows.append(len(row))
                if len(rows) == SAMPLE:
                    break
        except csv.Error:
            continue
        if not rows or rows[0] < 2:
            continue
        alike = sum(length == rows[0] for length in rows) / len(rows)
        score = alike * min(rows[0], 20)
        if score > best:
            best, delimiter = score, candidate
    return delimiter


def _number_rows(text, delimiter):
    """Rows with the line they begin on, which is what an editor shows."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=False
    )
    line = 1
    for row in reader:
        if any(len(cell) > MAX_QUOTED for cell in row):
            raise csv.Error(f"the cell that begins in line {line} does not end")
        yield line, row
        line = reader.line_num + 1


def _read_sheet(data):
    """The first sheet of an Excel file that has rows."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(info.file_size for info in package.infolist()) > MAX_UNPACKED:
                raise CatalogueError("too_large")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = [
                (number, [_cell(value) for value in row])
                for number, row in enumerate(
                    sheet.iter_rows(
                        values_only=True, max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS
                    ),
                    1,
                )
            ]
            if any(any(cells) for _number, cells in rows):
                return _make_table(rows, f"Excel, “{sheet.title}”")
    except CatalogueError:
        raise
    except Exception as error:
        # openpyxl lets through whatever a broken part makes it raise.
        raise CatalogueError("workbook") from error
    raise CatalogueError("empty")


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.timedelta):
        return f"{round(value.total_seconds())} s"
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S")
    return str(value)


def _make_table(rows, dialect):
    rows = [(number, [_plain(cell) for cell in cells]) for number, cells in rows]
    rows = [(number, cells) for number, cells in rows if any(cells)]
    if not rows:
        raise CatalogueError("empty")
    header, rows = rows[0][1], rows[1:]
    # A sheet is as wide as its widest row ever was.
    width = max(_used_width(cells) for cells in [header, *(c for _n, c in rows)])
    header = (header + [""] * width)[:width]
    if len(header) > MAX_COLUMNS:
        raise CatalogueError("columns", count=len(header), limit=MAX_COLUMNS)
    if len(rows) > MAX_ROWS:
        raise CatalogueError("rows", limit=MAX_ROWS)
    if not rows:
        raise CatalogueError("header_only")
    return Table(
        header, [(n, (cells + [""] * width)[:width]) for n, cells in rows], dialect
    )


def _used_width(cells):
    """The number of cells up to the last one that is not empty."""
    return max((n for n, cell in enumerate(cells, 1) if cell), default=0)


def _plain(cell):
    """A cell without what a database does not take, or a spreadsheet put before it."""
    cell = cell.replace("\x00", "").strip()[:MAX_CELL]
    if cell.startswith("'") and cell[1:2] in FORMULA:
        cell = cell[1:]
    return cell


# === COLUMNS === #


def guess_columns(header):
    """What each column holds, by what it is called.

    :param header: names of the columns
    :return: a field or ``""`` each; no field twice
    :rtype: list
    """
    found = [""] * len(header)
    taken = set()
    for certain in (True, False):
        for position, title in enumerate(header):
            name = "" if found[position] else _guess_column(title, certain)
            if name and name not in taken:
                found[position] = name
                taken.add(name)
    return found


def _guess_column(title, certain):
    # A unit or an explanation in brackets says nothing about what it is.
    key = squash(re.sub(r"[(\[].*?[)\]]|[€$£%]", " ", title))
    if certain:
        return _KNOWN.get(key, "")
    for wording in sorted(_KNOWN, key=len, reverse=True):
        if len(wording) > 3 and wording in key:
            return _KNOWN[wording]
    return ""


# === ROWS === #


def read_row(cells, columns, header):
    """What a row says, by the columns.

    :param cells: texts
    :param columns: field of each column, or ``""``
    :param header: names of the columns, which may state a unit
    :rtype: Values
    """
    found = Values()
    for cell, name, title in zip(cells, columns, header, strict=False):
        if not name or not cell:
            continue
        read = _READERS.get(name)
        if not read:
            found.values[name] = (
                " ".join(cell.split()) if name != "description" else cell
            )
            continue
        value = read(cell, title)
        if value is None:
            found.problems.append((name, {"value": cell[:60]}))
        else:
            found.values[name] = value
    return found


def to_number(text):
    """A number as people write it: ``1.234,50 €``, ``1,234.50``, ``12,5``.

    :return: ``None`` where it is none
    """
    match = re.fullmatch(
        r"[^\d\-+.,]*([\-+]?)\s*((?:\d[\d.,'’\s]*|[.,]\d+))\s*[^\d.,]*", text.strip()
    )
    if not match:
        return None
    digits = re.sub(r"[\s'’]", "", match[2]).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        mark = digits[last]
        other = "," if mark == "." else "."
        grouped = digits.count(mark) > 1 or (
            # "1,234" is a thousand and more; "1.234" as a price is, too.
            len(digits) - last == 4 and other not in digits and digits[:last] != "0"
        )
        if grouped:
            digits = digits.replace(mark, "").replace(other, ".")
        else:
            digits = digits.replace(other, "").replace(mark, ".")
    try:
        number = float(digits)
    except ValueError:
        return None
    return -number if match[1] == "-" else number


def _price(text, title):
    number = to_number(text)
    return number if number is not None and 0 <= number < 1e9 else None


def _grams(text, title):
    """Grams; a thousandth separator is unlikely where a weight has three decimals."""
    number = to_number(text)
    decimals = re.fullmatch(r"\s*(\d+)[.,](\d{3})\s*(?:kg)?\s*", text, re.I)
    if decimals:
        number = float(f"{decimals[1]}.{decimals[2]}")
    if number is None or number < 0:
        return None
    in_kilograms = re.search(r"(?i)\bkg\b|kilo", text) or (
        re.search(r"(?i)\bkg\b|kilo", title) and not re.search(r"(?i)\dg|\bg\b", text)
    )
    return number * 1000 if in_kilograms else number


def to_seconds(text, title=""):
    """A time as people write it: ``1h 20m``, ``1:20``, ``90 min``, ``1.5``.

    A bare number has the unit of the column's title, or is in hours where it has a
    fraction, else in minutes.

    :return: ``None`` where it is none
    """
    text = text.strip().lower()
    clock = CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = TIME_PART.findall(text)
    rest = TIME_PART.sub("", text)
    if parts and not re.sub(r"[\s,;+&]|and|und", "", rest):
        if any(unit not in UNITS for _number, unit in parts):
            return None
        return round(sum(float(n.replace(",", ".")) * UNITS[unit] for n, unit in parts))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        number = float(text.replace(",", "."))
        for word in re.findall(r"[a-zäöü]+", title.lower()):
            if word in UNITS and word != "d":
                return round(number * UNITS[word])
        return round(number * (3600 if not number.is_integer() else 60))
    return None


def _time(text, title):
    return to_seconds(text, title)


def _list(text, title):
    return [part for part in (p.strip() for p in re.split(r"[,;|\n]", text)) if part]


def _names(text, title):
    """File names: a comma may be in one, unless what it divides all end as files do."""
    parts = [p.strip() for p in re.split(r"[;|\n]", text) if p.strip()]
    names = []
    for part in parts:
        divided = [p.strip() for p in part.split(",") if p.strip()]
        alike = len(divided) > 1 and all(LAST_NAME.search(p) for p in divided)
        names += divided if alike else [part]
    return names


def _barcode(text, title):
    text = re.sub(r"\s", "", text)
    if re.fullmatch(r"\d(?:[.,]\d+)?e\+\d+", text, re.I):
        # Excel has rounded it away.
        return None
    return re.sub(r"\.0+$", "", text)


def _url(text, title):
    return text if re.match(r"(?i)https?://\S+$", text) else None


_READERS = {
    "price": _price,
    "grams": _grams,
    "time": _time,
    "tags": _list,
    "files": _names,
    "pictures": _names,
    "barcode": _barcode,
    "url": _url,
}


def write_table(header, rows):
    """A CSV that Excel opens as it is, and that starts no formula.

    :param header: names of the columns
    :param rows: cells each
    :rtype: bytes
    """
    target = io.StringIO()
    writer = csv.writer(target)
    for row in [header, *rows]:
        writer.writerow([_harmless(str(cell)) for cell in row])
    return target.getvalue().encode("utf-8-sig")


def make_template():
    """A catalogue to begin with: every column there is, and two rows that show how.

    :rtype: bytes
    """
    header = [WORDINGS[name].partition("|")[0].capitalize() for name in FIELDS]
    return write_table(
        header, [[row.get(name, "") for name in FIELDS] for row in TEMPLATE_ROWS]
    )


def _harmless(cell):
    is_formula = cell.startswith(FORMULA) and to_number(cell) is None
    return f"'{cell}" if is_formula else cell
