import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import spoolmandb
from .common import Print3dInventoryCommon

CSV = """Marke;Material;Farbe;Hex;Gewicht;Preis;EAN;SKU;Lieferant;Link
Nordfil;PLA;Signal Red;#C1121F;1 kg;19,90;4006381333931;NF-1;Depot;https://depot.example/red
Nordfil;PETG;Teal;;750 g;17,00;;NF-2;Depot
Nordfil;;;#FFFFFF;1 kg;;;;
"""


@tagged("post_install", "-at_install")
class TestCatalogue(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Catalogue = cls.env["print3d.catalogue.filament"]
        cls.Catalogue.with_context(active_test=False).search([]).unlink()
        cls.owner = cls._create_user("catalogue_owner", "owner")
        cls.operator = cls._create_user("catalogue_operator", "operator")

    def _rows(self, *names, material="PLA", **values):
        return [
            {
                "id": f"halcyon_{name}".lower().replace(" ", ""),
                "manufacturer": "Halcyon Test",
                "name": name,
                "material": material,
                "density": 1.24,
                "weight": 1000.0,
                "spool_weight": 180,
                "spool_type": None,
                "diameter": 1.75,
                "color_hex": "0F8B8D",
                "color_hexes": None,
                "extruder_temp": 250,
                "bed_temp": 60,
                **values,
            }
            for name in names
        ]

    def _import(self, rows, user=None, **values):
        return (
            self.env["print3d.catalogue.import"]
            .with_user(user or self.owner)
            .create(
                {
                    "name": "filaments.json",
                    "data": base64.b64encode(json.dumps(rows).encode()),
                    **values,
                }
            )
        )

    def _find(self, name):
        return self.Catalogue.search([("name", "=", name)])

    # === IMPORT === #

    def test_looking_at_a_file_changes_nothing(self):
        one = self._import(self._rows("Teal", "Sky") + [{"id": "broken"}])
        one.action_check()
        self.assertEqual(one.state, "checked")
        self.assertEqual((one.total, one.new_count, one.problem_count), (2, 2, 1))
        self.assertFalse(self.Catalogue.search([]))
        self.assertIn("Halcyon Test Teal", one.report_html)
        self.assertIn("#0F8B8D", one.report_html)

    def test_the_same_file_again_changes_nothing(self):
        rows = self._rows("Teal", "Sky")
        first, second = self._import(rows), self._import(rows)
        first.action_import()
        self.assertEqual((first.state, first.new_count), ("done", 2))
        before = self.Catalogue.search([]).mapped("write_date")
        second.action_import()
        self.assertEqual(
            (second.new_count, second.changed_count, second.same_count), (0, 0, 2)
        )
        self.assertEqual(len(self.Catalogue.search([])), 2)
        self.assertEqual(self.Catalogue.search([]).mapped("write_date"), before)
        # A job that comes twice finds nothing to do.
        second._run(0)
        self.assertEqual(second.same_count, 2)

    def test_a_source_and_the_list_made_of_it_are_the_same_filaments(self):
        source = {
            "manufacturer": "Halcyon Test",
            "filaments": [
                {
                    "name": "{color_name}",
                    "material": "PLA",
                    "density": 1.24,
                    "weights": [{"weight": 1000}],
                    "diameters": [1.75],
                    "colors": [{"name": "Teal", "hex": "0F8B8D"}],
                }
            ],
        }
        self._import(source).action_import()
        rows, _problems = spoolmandb.read(json.dumps(source).encode())
        compiled = json.loads(spoolmandb.write_compiled(rows))
        again = self._import(compiled)
        again.action_import()
        self.assertEqual((again.new_count, again.same_count), (0, 1))

    def test_many_are_taken_over_in_parts(self):
        rows = self._rows(*(f"Shade {number}" for number in range(1300)))
        one = self._import(rows)
        one.action_import()
        self.assertEqual((one.state, one.position), ("done", 1300))
        self.assertEqual(one.new_count, 1300)
        self.assertEqual(self.Catalogue.search_count([]), 1300)

    def test_what_has_changed_is_told_and_taken_over(self):
        self._import(self._rows("Teal")).action_import()
        changed = self._rows("Teal", color_hex="109090")
        kept = self._import(changed, update_existing=False)
        kept.action_import()
        self.assertEqual(kept.changed_count, 1)
        self.assertEqual(self._find("Teal").colour_hexes, "#0F8B8D")
        one = self._import(changed)
        one.action_check()
        self.assertIn("#109090", one.report_html)
        self.assertEqual(self._find("Teal").colour_hexes, "#0F8B8D")
        one.action_import()
        self.assertEqual(self._find("Teal").colour_hexes, "#109090")

    def test_our_filaments_are_offered_what_has_changed(self):
        self._import(self._rows("Teal"), make_filaments=True).action_import()
        product = self._find("Teal").product_ids
        product.own_colour_name = "Lagoon"
        one = self._import(self._rows("Teal", color_hex="109090", spool_weight=190))
        one.action_import()
        self.assertEqual(one.offer_count, 1)
        self.assertEqual(product.colour_hexes, "#0F8B8D")
        self.assertTrue(product.has_catalogue_offer)
        self.assertEqual(
            {
                offer["field"]: (offer["ours"], offer["theirs"])
                for offer in product.catalogue_offer
            },
            {
                "colour_hexes": ("#0F8B8D", "#109090"),
                "own_colour_name": ("Lagoon", "Teal"),
                "tare_weight_g": ("180", "190"),
            },
        )
        product.with_user(self.owner).action_refuse_catalogue_offer()
        self.assertFalse(product.catalogue_offer)
        product.with_user(self.owner).action_take_catalogue_offer()
        self.assertEqual(product.colour_hexes, "#109090")
        self.assertEqual(product.tare_weight_g, 190)

    def test_a_file_that_is_none_says_what_to_do(self):
        for data, words in (
            (b"{", "no JSON"),
            (b'[{"material": "PLA"}]', "list of materials"),
            (b"[]", "no filament"),
        ):
            one = self.env["print3d.catalogue.import"].create(
                {"name": "x.json", "data": base64.b64encode(data)}
            )
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                one.action_check()

    # === MAKING FILAMENTS === #

    def test_a_filament_is_made_once(self):
        self._import(self._rows("Matte Teal", finish="matte")).action_import()
        entry = self._find("Matte Teal").with_user(self.owner)
        action = entry.action_make_filaments()
        product = self.env["product.product"].browse(action["res_id"])
        self.assertEqual(product.name, "Halcyon Test PLA Matte Teal")
        self.assertTrue(product.is_filament)
        self.assertEqual(product.material_id, self.pla)
        self.assertEqual(product.brand_id.name, "Halcyon Test")
        self.assertEqual(product.tracking, "lot")
        self.assertEqual((product.net_weight_g, product.tare_weight_g), (1000, 180))
        self.assertEqual(product.finish, "matte")
        # 250 °C is beyond PLA's range, 1.24 is its density.
        self.assertEqual(product.filament_nozzle_max, 250)
        self.assertEqual(product.filament_density, 0)
        self.assertTrue(entry.is_ours)
        self.assertEqual(entry.action_make_filaments()["res_id"], product.id)
        self.assertEqual(entry.product_ids, product)
        self._create_spool(filament=product)

    def test_a_material_nobody_has_is_made_of_what_is_known(self):
        self._import(
            self._rows("Clear", material="PMMA"), make_filaments=True
        ).action_import()
        material = self._find("Clear").product_ids.material_id
        self.assertEqual(material.name, "PMMA")
        self.assertEqual(material.glass_temp, 105)
        self.assertTrue(material.extraction)
        self._import(
            self._rows("Odd", material="Unobtainium-CF"), make_filaments=True
        ).action_import()
        odd = self._find("Odd").product_ids.material_id
        self.assertEqual(odd.name, "Unobtainium-CF")
        self.assertEqual(odd.density, 1.24)

    def test_choosing_one_fills_in_a_new_filament(self):
        self._import(self._rows("Matte Teal", finish="matte")).action_import()
        Product = self.env["product.product"].with_context(default_is_filament=True)
        product = Product.new({**Product.default_get(["is_filament"])})
        product.catalogue_id = self._find("Matte Teal")
        product._onchange_catalogue_id()
        self.assertEqual(product.name, "Halcyon Test PLA Matte Teal")
        self.assertEqual(product.colour_hexes, "#0F8B8D")
        self.assertEqual(product.material_id, self.pla)

    def test_all_words_find_it_in_any_order(self):
        self._import(self._rows("Matte Teal", "Sky", finish="matte")).action_import()
        found = self.Catalogue.name_search("teal halcyon")
        self.assertEqual([name for _id, name in found], ["Halcyon Test PLA Matte Teal"])
        self.assertFalse(self.Catalogue.name_search("teal nordfil"))

    # === TABLES === #

    def test_a_table_brings_prices_and_codes(self):
        one = self._import({}, make_filaments=True)
        one.write({"name": "meine.csv", "data": base64.b64encode(CSV.encode("cp1252"))})
        one.action_check()
        self.assertEqual(one.kind, "table")
        self.assertEqual((one.total, one.problem_count), (2, 1))
        self.assertFalse(self.Catalogue.search([]))
        self.assertEqual(
            one.column_ids.mapped("field"),
            [
                "brand",
                "material",
                "colour_name",
                "colour_hexes",
                "net_weight_g",
                "price",
                "barcode",
                "sku",
                "vendor",
                "url",
            ],
        )
        one.action_import()
        red, teal = self.Catalogue.search([], order="material desc").product_ids
        self.assertEqual(red.barcode, "4006381333931")
        self.assertEqual(red.default_code, "NF-1")
        self.assertAlmostEqual(red.standard_price, 0.0199)
        self.assertEqual(red.seller_ids.partner_id.name, "Depot")
        self.assertEqual(red.seller_ids.price, 19.9)
        self.assertEqual(red.seller_ids.purchase_url, "https://depot.example/red")
        self.assertTrue(red.seller_ids.product_uom_id.is_spool)
        self.assertEqual(teal.colour_hexes, "#0F8B8D")
        self.assertEqual(teal.net_weight_g, 750)

    def test_a_column_that_was_guessed_wrongly_is_corrected(self):
        one = self._import({})
        table = "Stuff,Tint\nPLA,#0F8B8D\n"
        one.write({"name": "a.csv", "data": base64.b64encode(table.encode())})
        one.action_check()
        self.assertEqual((one.total, one.problem_count), (0, 1))
        one.column_ids[0].field = "material"
        one.column_ids[1].field = "colour_hexes"
        one.action_check()
        self.assertEqual((one.total, one.problem_count), (1, 0))
        one.action_import()
        self.assertEqual(self.Catalogue.search([]).colour_hexes, "#0F8B8D")

    def test_one_row_that_is_refused_leaves_the_others(self):
        self._create_filament(barcode="4006381333931")
        one = self._import({}, make_filaments=True)
        one.write({"name": "a.csv", "data": base64.b64encode(CSV.encode())})
        one.action_import()
        self.assertEqual(one.state, "done")
        self.assertEqual(one.made_count, 1)
        self.assertEqual(one.problem_count, 2)
        self.assertIn("4006381333931", one.report_html)

    def test_odoos_own_import_reads_filaments_too(self):
        table = "name,material_id,colour_hexes,net_weight_g\nOwn Teal,PLA,#0F8B8D,750\n"
        wizard = (
            self.env["base_import.import"]
            .with_context(default_is_filament=True)
            .create(
                {
                    "res_model": "product.product",
                    "file": table.encode(),
                    "file_name": "filaments.csv",
                    "file_type": "text/csv",
                }
            )
        )
        columns = table.splitlines()[0].split(",")
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        result = wizard.execute_import(columns, columns, options, dryrun=True)
        self.assertFalse(result["messages"])
        Product = self.env["product.product"]
        self.assertFalse(Product.search([("name", "=", "Own Teal")]))
        result = wizard.execute_import(columns, columns, options)
        self.assertFalse(result["messages"])
        product = Product.search([("name", "=", "Own Teal")])
        self.assertTrue(product.is_filament)
        self.assertEqual((product.tracking, product.net_weight_g), ("lot", 750))

    # === EXPORT === #

    def test_our_filaments_are_written_and_read_again(self):
        self._import(
            self._rows("Matte Teal", finish="matte"), make_filaments=True
        ).action_import()
        own = self._create_filament(
            "Own Red", "#C1121F", colour_name="Signal", brand_id=self.vendor.id
        )
        wizard = (
            self.env["print3d.catalogue.export"]
            .with_context(
                active_model="product.product",
                active_ids=[own.id, self._find("Matte Teal").product_ids.id],
            )
            .with_user(self.operator)
            .create({})
        )
        action = wizard.action_export()
        self.assertIn("filaments.json", action["url"])
        rows, problems = spoolmandb.read(base64.b64decode(wizard.data))
        self.assertFalse(problems)
        self.assertEqual(
            {row["name"] for row in rows}, {"Matte Teal", "Own Red Signal"}
        )
        again = self._import(json.loads(base64.b64decode(wizard.data)))
        again.action_check()
        # The one that came from the catalogue is known by its key.
        self.assertEqual(
            (again.new_count, again.same_count, again.changed_count), (1, 1, 0)
        )

    # === SEED === #

    def test_the_seed_is_whole_and_loaded_twice_is_there_once(self):
        self.Catalogue.with_user(self.owner).action_load_seed()
        count = self.Catalogue.search_count([])
        self.assertGreaterEqual(count, 300)
        self.assertGreaterEqual(self.env["print3d.material"].search_count([]), 30)
        self.assertGreaterEqual(
            len(self.env["print3d.material"]._read_seed()["brands"]), 40
        )
        self.assertFalse(self.Catalogue.search([("colour_hexes", "=", False)]))
        self.Catalogue.with_user(self.owner).action_load_seed()
        self.assertEqual(self.Catalogue.search_count([]), count)
        # PCTG was a word for PETG until there was the material itself.
        self.assertEqual(self.env["print3d.material"]._find("PCTG").name, "PCTG")
        for entry in self.Catalogue.search([]):
            self.assertTrue(
                self.env["print3d.material"]._find_wanted(entry.material, entry.name),
                entry.material,
            )

    def test_materials_know_their_physics(self):
        petg = self.petg
        self.assertEqual((petg.hygroscopy, petg.glass_temp), ("medium", 80))
        self.assertTrue(petg.hygroscopic)
        self.assertFalse(self.pla.hygroscopic)
        petg.glass_temp = 77
        self.env["print3d.material"]._complete_from_seed()
        self.assertEqual(petg.glass_temp, 77)

    # === RIGHTS === #

    def test_who_may_what(self):
        self._import(self._rows("Teal")).action_import()
        entry = self._find("Teal").with_user(self.operator)
        self.assertEqual(entry.colour_family, "teal")
        with self.assertRaises(AccessError):
            entry.colour_hexes = "#000000"
        with self.assertRaises(AccessError):
            entry.action_make_filaments()
        with self.assertRaises(AccessError):
            self._import(self._rows("Sky"), user=self.operator)
        with self.assertRaises(AccessError):
            self.Catalogue.with_user(self.operator).action_load_seed()
        with self.assertRaises(AccessError):
            self.Catalogue.with_user(self.user_plain).search([])

    def test_an_import_of_another_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        one = self._import(self._rows("Teal"))
        theirs = one.sudo().copy({"company_id": other.id})
        Import = self.env["print3d.catalogue.import"].with_user(self.owner)
        self.assertEqual(Import.search([("id", "in", [one.id, theirs.id])]), one)


@tagged("post_install", "-at_install")
class TestLikeness(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teal = cls._create_filament("Like A", "#0F8B8D")
        cls.near = cls._create_filament("Like B", "#128F90")
        cls.far = cls._create_filament("Like C", "#C1121F")
        cls.several = cls._create_filament(
            "Like D", "#C1121F,#118C8E", colour_direction="coaxial"
        )
        cls.all = cls.teal | cls.near | cls.far | cls.several

    def _search(self, text, **context):
        return (
            self.env["product.product"]
            .with_context(**context)
            .search([("id", "in", self.all.ids), ("colour_like", "ilike", text)])
        )

    def test_filaments_are_found_by_likeness(self):
        for text in ("teal", "#0F8B8D", "0f8b8d"):
            with self.subTest(text=text):
                self.assertEqual(
                    self._search(text), self.teal | self.near | self.several
                )
        self.assertEqual(self._search("red"), self.far | self.several)
        self.assertFalse(self._search("no colour at all"))

    def test_the_name_of_a_colour_counts_too(self):
        self.far.colour_name = "Lava"
        self.assertEqual(self.far.own_colour_name, "Lava")
        self.assertEqual(self._search("lava"), self.far)

    def test_the_nearest_comes_first(self):
        found = self._search("teal", print3d_colour_near="#128F90")
        self.assertEqual(found.ids, [self.near.id, self.several.id, self.teal.id])
        action = self.near.action_view_similar()
        found = (
            self.env["product.product"]
            .with_context(**action["context"])
            .search([*action["domain"], ("id", "in", self.all.ids)])
        )
        self.assertEqual(found.ids, [self.several.id, self.teal.id])

    def test_families_group(self):
        self.assertEqual(self.teal.colour_family, "teal")
        self.assertEqual(self.several.colour_family, "several")
        self.far.colour_hexes = "#1D4ED8"
        self.assertEqual(self.far.colour_family, "blue")

    def test_swatches_of_whatever_names_a_filament(self):
        spool = self._create_spool(filament=self.several)
        plain = self.env["product.product"].create({"name": "No filament"})
        user = self._create_user("swatch_operator", "operator")
        found = (
            self.env["print3d.swatch"]
            .with_user(user)
            .read_swatches(
                {
                    "product.product": [self.teal.id, plain.id, -1, "x"],
                    "product.template": [self.far.product_tmpl_id.id],
                    "stock.lot": [spool.id],
                    "res.partner": [1],
                }
            )
        )
        self.assertEqual(set(found["product.product"]), {str(self.teal.id)})
        swatch = found["stock.lot"][str(spool.id)]
        self.assertEqual(swatch["colours"], ["#C1121F", "#118C8E"])
        self.assertEqual(swatch["direction"], "coaxial")
        self.assertEqual(
            found["product.template"][str(self.far.product_tmpl_id.id)]["colours"],
            ["#C1121F"],
        )
        self.assertNotIn("res.partner", found)
        none = (
            self.env["print3d.swatch"]
            .with_user(self.user_portal)
            .read_swatches({"product.product": [self.teal.id]})
        )
        self.assertFalse(none.get("product.product"))

    def test_swatches_cost_as_many_queries_for_many(self):
        filaments = self.env["product.product"].create(
            [
                {
                    "name": f"Swatch {number}",
                    "is_filament": True,
                    "material_id": self.pla.id,
                    "colour_hexes": "#0F8B8D",
                }
                for number in range(60)
            ]
        )
        counts = []
        for few in (filaments[:5], filaments):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["print3d.swatch"].read_swatches({"product.product": few.ids})
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])
