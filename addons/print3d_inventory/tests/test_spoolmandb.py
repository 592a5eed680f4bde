import io
import json
import zipfile

from odoo.tests import BaseCase, tagged

from ..tools import colour, filament_table, spoolmandb

# A maker's file as the format describes it: two weights, two diameters, three colours.
SOURCE = {
    "manufacturer": "Nordfil",
    "filaments": [
        {
            "name": "Matte {color_name}",
            "material": "PLA",
            "density": 1.31,
            "weights": [
                {"weight": 1000, "spool_weight": 212, "spool_type": "plastic"},
                {"weight": 250.0},
            ],
            "diameters": [1.75, 2.85],
            "extruder_temp_range": [190, 220],
            "bed_temp": 55,
            "finish": "matte",
            "colors": [
                {"name": "Charcoal", "hex": "2B2B2B"},
                {"name": "Fog", "hex": "C8CDD080", "translucent": True},
                {
                    "name": "Dawn",
                    "hexes": ["FF9A5A", "5A9AFF"],
                    "multi_color_direction": "coaxial",
                },
            ],
        }
    ],
}


def read(value):
    return spoolmandb.read(json.dumps(value).encode())


@tagged("post_install", "-at_install")
class TestSpoolmandb(BaseCase):
    def test_a_source_stands_for_every_combination(self):
        rows, problems = read(SOURCE)
        self.assertEqual(len(rows), 2 * 2 * 3)
        self.assertFalse(problems)
        by_key = {row["key"]: row for row in rows}
        row = by_key["nordfil_pla_mattecharcoal_1000_175_p"]
        self.assertEqual(row["brand"], "Nordfil")
        self.assertEqual(row["name"], "Matte Charcoal")
        self.assertEqual(row["colour_name"], "Charcoal")
        self.assertEqual(row["series"], "Matte")
        self.assertEqual(row["colour_hexes"], "#2B2B2B")
        self.assertEqual(row["density"], 1.31)
        self.assertEqual((row["net_weight_g"], row["tare_weight_g"]), (1000, 212))
        self.assertEqual((row["nozzle_min"], row["nozzle_max"]), (190, 220))
        self.assertEqual((row["bed_temp"], row["finish"]), (55, "matte"))
        small = by_key["nordfil_pla_mattefog_250_285_n"]
        self.assertEqual(small["colour_hexes"], "#C8CDD080")
        self.assertTrue(small["is_translucent"])
        self.assertEqual(small["tare_weight_g"], 0)
        dawn = by_key["nordfil_pla_mattedawn_250_175_n"]
        self.assertEqual(dawn["colour_hexes"], "#FF9A5A,#5A9AFF")
        self.assertEqual(dawn["colour_direction"], "coaxial")

    def test_written_and_read_again_is_the_same(self):
        rows, _problems = read(SOURCE)
        lost = ("series", "colour_name")  # the list has no place for them
        for write, missing in (
            (spoolmandb.write_compiled, lost),
            (spoolmandb.write_sources, ()),
        ):
            with self.subTest(write=write.__name__):
                again, problems = spoolmandb.read(write(rows))
                self.assertFalse(problems)
                self.assertEqual(
                    {
                        row["key"]: {k: v for k, v in row.items() if k not in missing}
                        for row in again
                    },
                    {
                        row["key"]: {k: v for k, v in row.items() if k not in missing}
                        for row in rows
                    },
                )

    def test_the_list_has_the_words_of_the_format(self):
        rows, _problems = read(SOURCE)
        compiled = json.loads(spoolmandb.write_compiled(rows))
        one = next(row for row in compiled if row["name"] == "Matte Dawn")
        self.assertEqual(one["color_hexes"], ["FF9A5A", "5A9AFF"])
        self.assertIsNone(one["color_hex"])
        self.assertEqual(one["multi_color_direction"], "coaxial")
        self.assertEqual(one["extruder_temp_range"], [190, 220])
        self.assertIsNone(one["extruder_temp"])
        self.assertEqual(
            [row["material"] for row in compiled],
            sorted(row["material"] for row in compiled),
        )
        with zipfile.ZipFile(io.BytesIO(spoolmandb.write_sources(rows))) as package:
            self.assertEqual(package.namelist(), ["filaments/nordfil.json"])
            source = json.loads(package.read("filaments/nordfil.json"))
        names = {filament["name"] for filament in source["filaments"]}
        self.assertEqual(names, {"Matte {color_name}"})

    def test_what_the_format_has_no_word_for_is_told_by_the_name(self):
        source = json.loads(json.dumps(SOURCE))
        filament = source["filaments"][0]
        filament.update(name="Silk {color_name}", finish="glossy")
        rows, _problems = read(source)
        self.assertEqual({row["finish"] for row in rows}, {"silk"})
        [row, *_others] = json.loads(spoolmandb.write_compiled(rows))
        self.assertEqual(row["finish"], "glossy")

    def test_one_that_cannot_be_used_does_not_hold_up_the_others(self):
        rows, _problems = read(SOURCE)
        compiled = json.loads(spoolmandb.write_compiled(rows))
        faults = (
            ("density", 0),
            ("density", "light"),
            ("weight", -5),
            ("diameter", None),
            ("manufacturer", ""),
            ("name", 7),
            ("color_hex", "reddish"),
            ("extruder_temp_range", [190]),
            ("spool_weight", True),
        )
        for number, (field, value) in enumerate(faults):
            compiled[number][field] = value
            compiled[number]["color_hexes"] = None
        compiled.append("no filament")
        usable, problems = read(compiled)
        self.assertEqual(len(usable), len(rows) - len(faults))
        self.assertEqual(
            [field for _where, field, _value in problems],
            [field for field, _value in faults] + ["filament"],
        )

    def test_one_that_stands_twice_is_told_when_it_differs(self):
        rows, _problems = read(SOURCE)
        compiled = json.loads(spoolmandb.write_compiled(rows))
        usable, problems = read([*compiled, compiled[0], {**compiled[1], "density": 2}])
        self.assertEqual(len(usable), len(rows))
        self.assertEqual([field for _w, field, _v in problems], ["twice"])

    def test_files_that_are_no_list(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as package:
            package.writestr("readme.txt", "nothing")
        for data, code in (
            (b"not json", "json"),
            (b"[" * 100_000, "json"),
            (b'{"name": "PLA"}', "unknown"),
            (b"7", "unknown"),
            (b"[]", "empty"),
            (b'[{"material": "PLA", "density": 1.24}]', "materials"),
            (b"PK\x03\x04 damaged", "zip"),
            (packed.getvalue(), "empty"),
        ):
            with (
                self.subTest(data=data[:30]),
                self.assertRaises(spoolmandb.CatalogueError) as caught,
            ):
                spoolmandb.read(data)
            self.assertEqual(caught.exception.code, code)

    def test_a_file_that_would_grow_without_end_is_refused(self):
        source = json.loads(json.dumps(SOURCE))
        filament = source["filaments"][0]
        filament["weights"] = [{"weight": number} for number in range(1, 400)]
        filament["colors"] = [
            {"name": f"Shade {number}", "hex": "2B2B2B"} for number in range(400)
        ]
        with self.assertRaises(spoolmandb.CatalogueError) as caught:
            read(source)
        self.assertEqual(caught.exception.code, "rows")


@tagged("post_install", "-at_install")
class TestFilamentTable(BaseCase):
    HEADER = (
        "Hersteller",
        "Material",
        "Farbe",
        "Ø",
        "Gewicht (kg)",
        "Preis (€/kg)",
        "EAN",
        "Düse",
    )

    def _read(self, *cells):
        columns = filament_table.guess_columns(self.HEADER)
        return filament_table.read_row(
            cells, columns, self.HEADER, lambda material, name: 1.24
        )

    def test_columns_are_known_by_what_people_call_them(self):
        self.assertEqual(
            filament_table.guess_columns(self.HEADER),
            [
                "brand",
                "material",
                "colour_name",
                "diameter_mm",
                "net_weight_g",
                "price_per_kg",
                "barcode",
                "nozzle",
            ],
        )

    def test_cells_are_read_as_people_write_them(self):
        vals, problems = self._read(
            "Nordfil",
            "PETG",
            "Dark Red",
            "1,75",
            "0,75",
            "1.019,50 €",
            "",
            "230-250 °C",
        )
        self.assertFalse(problems)
        self.assertEqual(vals["name"], "PETG Dark Red")
        self.assertEqual(vals["colour_hexes"], "#7F1D1D")
        self.assertEqual(vals["diameter_mm"], 1.75)
        self.assertEqual(vals["net_weight_g"], 750)
        self.assertEqual(vals["price_per_kg"], 1019.5)
        self.assertEqual((vals["nozzle_min"], vals["nozzle_max"]), (230, 250))
        self.assertEqual(vals["key"], "nordfil_petg_petgdarkred_750_175_n")

    def test_what_cannot_be_read_is_told(self):
        _vals, problems = self._read(
            "N", "PLA", "red", "thick", "1", "", "4E+12", "hot"
        )
        self.assertEqual(
            problems,
            [("diameter_mm", "thick"), ("barcode", "4E+12"), ("nozzle", "hot")],
        )
        _vals, problems = self._read("N", "", "red", "", "", "", "", "")
        self.assertEqual(problems, [("material", "")])

    def test_grams_and_kilograms(self):
        for cell, title, grams in (
            ("1000", "Weight", 1000),
            ("1 kg", "Weight", 1000),
            ("0,75", "Weight", 750),
            ("750 g", "Weight (kg)", 750),
            ("2.5", "kg", 2500),
            ("1.000", "Weight (g)", 1000),
        ):
            with self.subTest(cell=cell, title=title):
                vals, problems = filament_table.read_row(
                    ["PLA", cell],
                    ["material", "net_weight_g"],
                    ["Material", title],
                    lambda material, name: 1.24,
                )
                self.assertFalse(problems)
                self.assertAlmostEqual(vals["net_weight_g"], grams)

    def test_the_empty_table_is_read_by_its_own_headings(self):
        header, *rows = [
            line.split(",")
            for line in filament_table.make_template().decode("utf-8-sig").splitlines()
        ]
        columns = filament_table.guess_columns(header)
        self.assertEqual(columns, list(filament_table.FIELDS))
        for cells in rows:
            _vals, problems = filament_table.read_row(
                cells, columns, header, lambda material, name: 1.24
            )
            self.assertFalse(problems)


@tagged("post_install", "-at_install")
class TestColourWords(BaseCase):
    def test_colours_are_found_by_their_names(self):
        self.assertEqual(colour.find_colours("teal"), ["#0F8B8D"])
        self.assertEqual(colour.find_colours("Dark  red"), ["#7F1D1D"])
        self.assertEqual(colour.find_colours("light gray"), ["#C8C8C8"])
        self.assertEqual(colour.find_colours("salmon"), ["#FA8072"])
        self.assertEqual(colour.find_colours("0f8b8d"), ["#0F8B8D"])
        for text in ("", None, "PLA", "transparent", "currentcolor", "Galaxy"):
            with self.subTest(text=text):
                self.assertEqual(colour.find_colours(text), [])

    def test_ranking_agrees_with_the_distance_of_two(self):
        lists = [["#0F8B8D"], ["#C1121F", "#1D4ED8"], ["#FFFFFF"], []]
        for wanted in (["#108080"], ["#1D4ED8", "#FFFFFF"]):
            ranked = colour.rank(wanted, enumerate(lists))
            self.assertEqual(len(ranked), 3)
            self.assertEqual(ranked, sorted(ranked, key=lambda pair: pair[1]))
            for index, found in ranked:
                self.assertAlmostEqual(
                    found, colour.distance(wanted, lists[index]), places=3
                )

    def test_families_are_the_words_of_the_palette(self):
        self.assertEqual(
            colour.families([["#C1121F"], ["#C1121F", "#1D4ED8"], [], ["#FEFEFE"]]),
            ["Red", "several", "", "White"],
        )
        self.assertEqual(
            colour.nearest_names(["#0F8B8D"]), [colour.nearest_name("#0F8B8D")]
        )
