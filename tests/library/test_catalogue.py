"""Catalogues as shops keep them: any dialect, and numbers as people write them."""

import csv
import io

import pytest
from openpyxl import Workbook
from tools import catalogue

TEXT = "Name;Preis;Größe\nLampe;12,50;groß\nVase;9,00;klein\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.replace(";", "\t").encode("utf-8"),
        TEXT.replace(";", "|").encode("utf-8"),
        TEXT.replace("\n", "\r\n").encode("utf-8"),
        TEXT.replace("\n", "\r").encode("utf-8"),
        ("sep=;\r\n" + TEXT).encode("utf-8"),
        TEXT.replace(",", ".").replace(";", ",").encode("utf-8"),
    ],
    ids=[
        "utf-8",
        "bom",
        "cp1252",
        "utf-16",
        "utf-16 without a mark",
        "tabs",
        "bars",
        "windows",
        "old mac",
        "hint of Excel",
        "commas",
    ],
)
def test_every_dialect_reads_alike(data):
    table = catalogue.read_table("shop.csv", data)
    assert table.header == ["Name", "Preis", "Größe"]
    assert [cells[0] for _number, cells in table.rows] == ["Lampe", "Vase"]
    assert table.rows[0][1][2] == "groß"
    columns = catalogue.guess_columns(table.header)
    assert columns == ["name", "price", "variant"]
    values = catalogue.read_row(table.rows[0][1], columns, table.header).values
    assert values == {"name": "Lampe", "price": 12.5, "variant": "groß"}


def test_rows_have_the_line_an_editor_shows():
    data = b'Name,Notes\nLamp,"two\nlines"\n\nVase,\n'
    table = catalogue.read_table("a.csv", data)
    assert [number for number, _cells in table.rows] == [2, 5]


def test_rows_are_as_long_as_the_longest():
    table = catalogue.read_table("a.csv", b"Name,Price,\nLamp\nVase,1,2,3\n")
    assert table.header == ["Name", "Price", "", ""]
    assert [cells for _number, cells in table.rows] == [
        ["Lamp", "", "", ""],
        ["Vase", "1", "2", "3"],
    ]


def test_excel():
    book = Workbook()
    book.active.append(["Name", "SKU", "Price"])
    book.active.append(["Lamp", 4006381333931.0, 12.5])
    target = io.BytesIO()
    book.save(target)
    table = catalogue.read_table("a.XLSX", target.getvalue())
    assert table.rows == [(2, ["Lamp", "4006381333931", "12.5"])]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n,,\n", "empty"),
        ("a.csv", b"Name,Price\n", "header_only"),
        ("a.csv", b"a," * 300 + b"a\n1\n", "columns"),
        ("a.csv", b"Name\n" + b"x\n" * (catalogue.MAX_ROWS + 1), "rows"),
        ("a.csv", b'Name\n"' + b"x" * 200_000 + b'"\n', "broken"),
        ("a.xlsx", b"no workbook", "workbook"),
    ],
    ids=["nothing", "blank", "header", "columns", "rows", "quoted", "workbook"],
)
def test_what_is_no_table_is_told(name, data, code, request):
    # Odoo raises the csv module's limit, so that it cannot be what refuses.
    before = csv.field_size_limit(500 * 1024 * 1024)
    request.addfinalizer(lambda: csv.field_size_limit(before))
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.read_table(name, data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,50", 12.5),
        ("12.50 €", 12.5),
        ("€ 1.234,50", 1234.5),
        ("$1,234.50", 1234.5),
        ("1'234.50", 1234.5),
        ("1 234,5", 1234.5),
        ("1,234", 1234),
        ("0,234", 0.234),
        ("1.234.567", 1234567),
        ("-3", -3),
        (".5", 0.5),
        ("free", None),
        ("12 or 13", None),
        ("", None),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert catalogue.to_number(text) == number


@pytest.mark.parametrize(
    ("text", "title", "seconds"),
    [
        ("1:20", "", 4800),
        ("1:20:30", "", 4830),
        ("1h 20m", "", 4800),
        ("1,5 h", "", 5400),
        ("90 min", "", 5400),
        ("1 day and 2 hours", "", 93600),
        ("90", "Time (min)", 5400),
        ("2", "Print hours", 7200),
        ("90", "", 5400),
        ("1.5", "", 5400),
        ("soon", "", None),
        ("3 apples", "", None),
    ],
)
def test_times_as_people_write_them(text, title, seconds):
    assert catalogue.to_seconds(text, title) == seconds


@pytest.mark.parametrize(
    ("name", "cell", "title", "value"),
    [
        ("grams", "60 g", "Weight", 60),
        ("grams", "0,060", "Weight (kg)", 60),
        ("grams", "1.2 kg", "Weight", 1200),
        ("files", "a.stl; b, c.stl", "Files", ["a.stl", "b, c.stl"]),
        ("files", "a.stl, b.stl", "Files", ["a.stl", "b.stl"]),
        ("tags", "Home, Gift;Toys", "Tags", ["Home", "Gift", "Toys"]),
        ("barcode", "4006381333931.0", "EAN", "4006381333931"),
        ("description", "two\nlines", "Notes", "two\nlines"),
        ("name", " Desk   lamp ", "Name", "Desk lamp"),
    ],
)
def test_cells(name, cell, title, value):
    assert catalogue.read_row([cell], [name], [title]).values == {name: value}


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("price", "-1"),
        ("price", "free"),
        ("barcode", "4.00638E+12"),
        ("url", "javascript:alert(1)"),
        ("time", "soon"),
        ("grams", "light"),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_problem(name, cell):
    found = catalogue.read_row([cell], [name], ["?"])
    assert not found.values
    assert found.problems == [(name, {"value": cell})]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["Artikelnummer", "Bezeichnung", "VK (€)"], ["reference", "name", "price"]),
        (["SKU", "Product Name", "Image"], ["reference", "name", "pictures"]),
        (["My own price", "Price"], ["", "price"]),
        (["Whatever", ""], ["", ""]),
        (["Weight [g]", "Print Time (h)"], ["grams", "time"]),
    ],
)
def test_columns_are_known_by_what_people_call_them(header, columns):
    assert catalogue.guess_columns(header) == columns


def test_template_is_read_as_it_is_meant():
    table = catalogue.read_table("Catalogue.csv", catalogue.make_template())
    assert tuple(catalogue.guess_columns(table.header)) == catalogue.FIELDS
    for _number, cells in table.rows:
        assert not catalogue.read_row(cells, catalogue.FIELDS, table.header).problems


def test_no_cell_starts_a_formula_and_comes_back_as_it_was():
    cells = ['=HYPERLINK("x")', "+x", "-3", "@a", "plain"]
    data = catalogue.write_table(["A", "B", "C", "D", "E"], [cells])
    assert b"'=HYPERLINK" in data and b"'-3" not in data
    assert catalogue.read_table("a.csv", data).rows[0][1] == cells
