from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import print3d_search_entry
from ..tools import hues
from .common_search import Print3dSearchCommon


@tagged("post_install", "-at_install")
class TestPrint3dSearch(Print3dSearchCommon):
    """What is found, in which order, and what is counted beside it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Every model of the class has this theme, so that others do not count.
        cls.mark = cls.env["product.tag"].create({"name": "Zebrafish"})
        cls.toys = cls.env["product.tag"].create({"name": "Toys of Wood"})
        cls.anna = cls.env["res.partner"].create({"name": "Anna Ångström"})
        cls.licence = cls.env["print3d.licence"].create({"name": "Zebra Licence"})
        parent = cls.env["product.category"].create({"name": "Beasts"})
        cls.category = cls.env["product.category"].create(
            {"name": "Mythical", "parent_id": parent.id}
        )
        cls.dragon = cls._add_model(
            "Articulated Dragon",
            {
                "filaments": [("PETG", "#C8141E", 40), ("PETG", "#FFFFFF", 2)],
                "time_s": 9000,
                "printer_model": "Bambu Lab X1 Carbon",
                "nozzle_diameter": 0.6,
                "slicer": "OrcaSlicer",
                "layer_height": 0.16,
                "note": "With a stronger tail",
                "settings": {"wall_loops": 4, "sparse_infill_density": "15%"},
                "common": {
                    "layer_height": 0.16,
                    "nozzle_diameter": [0.6],
                    "wall_count": 4,
                    "infill_density": 15,
                    "infill_pattern": "gyroid",
                    "supports": False,
                    "nozzle_temp": [245, 250],
                    "bed_temp": 70,
                    "speed_print": 120,
                    "spiral_vase": False,
                },
            },
            size=(180, 40, 60),
            designer_id=cls.anna.id,
            licence_id=cls.licence.id,
            categ_id=cls.category.id,
            product_tag_ids=[(6, 0, (cls.mark + cls.toys).ids)],
            description="<p>It moves its <b>wings</b>&nbsp;&amp; tail.</p>",
        )
        cls.egg = cls._add_model(
            "Dragon Egg",
            {
                "filaments": [("PLA", "#1E4FCB", 120)],
                "time_s": 3600,
                "printer_model": "Prusa MK4S",
                "nozzle_diameter": 0.4,
                "slicer": "PrusaSlicer",
                "layer_height": 0.2,
                "settings": {"layer_height": 0.2, "perimeters": 2},
                "common": {
                    "layer_height": 0.2,
                    "nozzle_diameter": [0.4],
                    "wall_count": 2,
                    "infill_density": 10,
                    "supports": True,
                },
            },
            size=(80, 80, 100),
            product_tag_ids=[(6, 0, cls.mark.ids)],
        )
        cls.stand = cls._add_model(
            "PhoneStand v2",
            {
                "filaments": [("PLA Silk", "#F7F7F7", 15)],
                "time_s": 1800,
                "printer_model": "Prusa MK4S",
                "nozzle_diameter": 0.4,
                "slicer": "PrusaSlicer",
                "layer_height": 0.3,
                "common": {
                    "layer_height": 0.3,
                    "nozzle_diameter": [0.4],
                    "spiral_vase": True,
                },
            },
            size=(10, 300, 20),
            product_tag_ids=[(6, 0, cls.mark.ids)],
        )
        cls.box = cls._create_variants("Zebra Box", ("Small", "Large"))
        cls.box.product_tag_ids = cls.mark
        cls.small, cls.large = cls.box.product_variant_ids
        cls._add_version(
            cls.small, [("PLA", "#1A1A1A", 5)], time_s=600, nozzle_diameter=0.4
        )
        cls._add_version(
            cls.large, [("ABS", "#808080", 300)], time_s=36000, nozzle_diameter=0.8
        )
        cls.env.flush_all()
        cls.marked = "theme:zebrafish"
        cls.every = {"Articulated Dragon", "Dragon Egg", "PhoneStand v2", "Zebra Box"}

    def _check(self, cases):
        """Hold what texts find against what they should."""
        for text, expected in cases:
            with self.subTest(text=text):
                found = self._search(f"{self.marked} {text}", limit=200)
                names = {record["name"] for record in found["records"]}
                self.assertEqual(names, set(expected), text)
                self.assertEqual(found["total"], len(names))
                self.assertFalse([t["error"] for t in found["terms"] if t["error"]])

    # === WHAT IS FOUND === #

    def test_words(self):
        dragon, egg = "Articulated Dragon", "Dragon Egg"
        stand, box = "PhoneStand v2", "Zebra Box"
        self._check(
            [
                ("", self.every),
                ("dragon", {dragon, egg}),
                ("DRAGON", {dragon, egg}),
                ("drag", {dragon, egg}),
                ("dragon egg", {egg}),
                ("egg dragon", {egg}),
                ('"dragon egg"', {egg}),
                ('"egg dragon"', set()),
                ('"drago"', set()),
                ("dragon -egg", {dragon}),
                ("-dragon", {stand, box}),
                ('-"dragon egg"', self.every - {egg}),
                ("phone stand", {stand}),
                ("phonestand", {stand}),
                ("phone_stand", {stand}),
                ("v2", {stand}),
                ("anna", {dragon}),
                ("angstrom", {dragon}),
                ("ÅNGSTRÖM", {dragon}),
                ("toys", {dragon}),
                ("mythical", {dragon}),
                ("beasts", {dragon}),
                ("wings", {dragon}),
                ("stronger tail", {dragon}),
                ("zebra licence", {dragon}),
                ("orcaslicer", {dragon}),
                ("slicer:orcaslicer", {dragon}),
                ("slicer:OrcaSlicer", {dragon}),
                ("carbon", {dragon}),
                ("petg", {dragon}),
                ("generic silk", {stand}),
                ("large", {box}),
                ("zebra box large", {box}),
                ("part.stl", {dragon, egg, stand}),
                ("nbsp", set()),
                ("nothinglikethis", set()),
            ]
        )

    def test_fields(self):
        dragon, egg = "Articulated Dragon", "Dragon Egg"
        stand, box = "PhoneStand v2", "Zebra Box"
        self._check(
            [
                ("designer:anna", {dragon}),
                ("by:angstrom", {dragon}),
                ("designer:dragon", set()),
                ("-designer:anna", self.every - {dragon}),
                ("theme:toys", {dragon}),
                ('tag:"toys of wood"', {dragon}),
                ("category:beasts", {dragon}),
                ("material:petg", {dragon}),
                ("material=petg", {dragon}),
                ("material!=petg", self.every - {dragon}),
                ("material:pla", {egg, stand, box}),
                ('material:"pla silk"', {stand}),
                ("printer:x1", {dragon}),
                ("printer:prusa", {egg, stand}),
                ("slicer:orca", {dragon}),
                ("licence:zebra", {dragon}),
                ("name:dragon", {dragon, egg}),
                ("name:anna", set()),
                ("variant:small", {box}),
                ("note:wings", {dragon}),
                ("file:part", {dragon, egg, stand}),
                ("colour:red", {dragon}),
                ("color:crimson", {dragon}),
                ("colour:white", {dragon, stand}),
                ("colour:#1D4ED8", {egg}),
                ("-colour:white", {egg, box}),
            ]
        )

    def test_settings_and_figures(self):
        dragon, egg = "Articulated Dragon", "Dragon Egg"
        stand, box = "PhoneStand v2", "Zebra Box"
        self._check(
            [
                ("layer_height<0.2", {dragon}),
                ("layer_height<=0,2", {dragon, egg}),
                ("layer > 0.2", {stand}),
                ("layer>=200µm", {egg, stand}),
                ("layer height = 0.2mm", {egg}),
                ("layer!=0.2", {dragon, stand}),
                ("-layer=0.2", {dragon, stand, box}),
                ("0.1<layer<0.2", {dragon}),
                ("layer:0.1-0.2", {dragon, egg}),
                ("nozzle=0.6", {dragon}),
                ("nozzle>0.6", {box}),
                ("layer_height<0.2 nozzle=0.6 material:petg", {dragon}),
                ("layer_height<0.2 and nozzle=0.4", set()),
                ("walls>=4", {dragon}),
                ("wall_loops=4", {dragon}),
                ("perimeters=2", {egg}),
                ("infill=15%", {dragon}),
                ("infill<15", {egg}),
                ("sparse_infill_density=15", {dragon}),
                ("pattern=gyroid", {dragon}),
                ("supports=yes", {egg}),
                ("supports=no", {dragon}),
                ("supports!=yes", {dragon}),
                ("vase=true", {stand}),
                ("temp>=250°C", {dragon}),
                ("temp>250", set()),
                ("bed=70", {dragon}),
                ("speed>100mm/s", {dragon}),
                ("time<1h", {stand, box}),
                ("time<=60", {egg, stand, box}),
                ("time=2h30m", {dragon}),
                ("time:2h-3h", {dragon}),
                ("time>0.4d", {box}),
                ("grams<10", {box}),
                ("grams>0.1kg", {egg, box}),
                ("weight=42", {dragon}),
                ("size<190x70x50", {dragon}),
                ("fits:10x8x8cm", {egg}),
                ("size<120", {egg}),
                ("-size<120x120x120", {dragon, stand, box}),
            ]
        )

    def test_one_variant_has_to_fulfil_everything(self):
        self._check(
            [
                ("time<20m grams<10", {"Zebra Box"}),
                ("time<20m material:abs", set()),
                ("nozzle=0.8 material:abs", {"Zebra Box"}),
            ]
        )
        (record,) = self._search("zebra material:abs")["records"]
        self.assertEqual(record["product_id"], self.large.id)
        self.assertEqual(record["variant_count"], 2)
        self.assertEqual(record["matching_variant_count"], 1)

    def test_translated_names_are_found_in_every_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.egg.with_context(lang="de_DE").name = "Drachenei"
        self.assertEqual(self._find("drachenei"), ["Dragon Egg"])
        self.assertEqual(self._find("dragon egg"), ["Dragon Egg"])

    def test_record_has_all_that_a_card_shows(self):
        (record,) = self._search("articulated dragon")["records"]
        self.assertEqual(
            record,
            {
                "id": self.dragon.id,
                "name": "Articulated Dragon",
                "product_id": self.dragon.product_variant_id.id,
                "variant_count": 1,
                "matching_variant_count": 1,
                "chips": self.dragon.product_variant_id.active_slice_id.chips,
                "time_s": 9000,
                "grams": 42.0,
                "size_mm": [180, 40, 60],
                "picture": False,
                "is_favourite": False,
                "designer": "Anna Ångström",
                "themes": self.dragon.product_tag_ids.mapped("name"),
                "success": None,
                "version": self.dragon.product_variant_id.active_slice_id.id,
            },
        )
        self.dragon.image_1920 = self._picture()
        (record,) = self._search("articulated dragon")["records"]
        self.assertRegex(
            record["picture"],
            rf"^/web/image/product\.template/{self.dragon.id}/image_256\?unique=\w{{8}}$",
        )

    def _picture(self):
        from base64 import b64encode

        return b64encode(self._make_picture())

    def test_terms_are_told_with_their_errors(self):
        terms = self._search('dragon "red egg" nozzle=0.6 time<soon is:blue')["terms"]
        self.assertEqual(
            [(term["kind"], term["label"], bool(term["error"])) for term in terms],
            [
                ("word", "dragon", False),
                ("word", "“red egg”", False),
                ("setting", "Nozzle diameter = 0.6 mm", False),
                ("field", "Print time < soon", True),
                ("field", "Is: blue", True),
            ],
        )
        self.assertIn("2h30m", terms[3]["error"])
        # What makes no sense leaves the others as they are.
        self.assertEqual(self._find("egg dragon time<soon"), ["Dragon Egg"])

    def test_a_setting_that_nothing_states_is_told(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        self._add_model(
            "Secret", {"settings": {"secret_recipe": 4}}, company_id=company.id
        )
        for name in ("unheard_of", "secret_recipe"):
            (term,) = self._search(f"{name}=1")["terms"]
            self.assertIn(f"“{name}”", term["error"])
        for text in ("Wall_Loops=77", "brim=77", "sparse_infill_density>99"):
            found = self._search(text)
            self.assertEqual((found["total"], found["terms"][0]["error"]), (0, False))

    # === TYPOS === #

    def test_slips_of_the_finger(self):
        for text, name, corrected in (
            ("dargon egg", "Dragon Egg", [("dargon", "dragon")]),
            ("articulatd", "Articulated Dragon", [("articulatd", "articulated")]),
            ("mythcial", "Articulated Dragon", [("mythcial", "mythical")]),
            ("zebrq bxo", "Zebra Box", [("zebrq", "zebra"), ("bxo", "box")]),
        ):
            with self.subTest(text=text):
                found = self._search(f"{text} {self.marked}")
                self.assertIn(name, [record["name"] for record in found["records"]])
                self.assertEqual(
                    [(pair["from"], pair["to"]) for pair in found["corrected"]],
                    corrected,
                )

    def test_what_is_found_is_not_corrected(self):
        self._add_model("Dargon Castle")
        found = self._search("dargon")
        self.assertEqual([r["name"] for r in found["records"]], ["Dargon Castle"])
        self.assertFalse(found["corrected"])

    def test_quoted_and_unwanted_words_are_not_corrected(self):
        for text in ('"dargon"', "-dargon qqqqqq", "designer:dargon", "qzx"):
            with self.subTest(text=text):
                found = self._search(text)
                self.assertFalse(found["total"])
                self.assertFalse(found["corrected"])

    # === ORDER === #

    def test_ranking(self):
        self._add_model("Sphinx Riddle Holder")
        whole = self._add_model("Sphinx")
        self._add_model("Guard", description="<p>of a sphinx</p>")
        self._add_model("Sphinxes")
        tag = self.env["product.tag"].create({"name": "Sphinx"})
        self._add_model("Cat", product_tag_ids=[(4, tag.id)])
        stone = self._add_model("Stone").product_variant_id
        self._add_mesh(stone, (1, 1, 1), name="sphinx.stl")
        self.assertEqual(
            self._find("sphinx"),
            ["Sphinx", "Sphinx Riddle Holder", "Sphinxes", "Cat", "Guard", "Stone"],
        )
        whole.active = False
        self.assertEqual(self._find("sphinx")[0], "Sphinx Riddle Holder")

    def test_favourites_come_first_among_equals(self):
        models = [self._add_model(f"Gnome {letter}") for letter in "ABC"]
        models[1].with_user(self.user_operator).sudo().write(
            {"print3d_favourite_user_ids": [(4, self.user_operator.id)]}
        )
        self.assertEqual(self._find("gnome")[0], "Gnome B")

    def test_sort_orders(self):
        for sort, expected in (
            ("name", ["Articulated Dragon", "Dragon Egg", "PhoneStand v2"]),
            ("quick", ["Zebra Box", "PhoneStand v2", "Dragon Egg"]),
            ("light", ["Zebra Box", "PhoneStand v2", "Articulated Dragon"]),
        ):
            with self.subTest(sort=sort):
                self.assertEqual(self._find(self.marked, sort=sort)[:3], expected)
        empty = self._create_model("Empty", product_tag_ids=[(4, self.mark.id)])
        for sort in ("quick", "light"):
            self.assertEqual(self._find(self.marked, sort=sort)[-1], "Empty")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET create_date = create_date + interval '1 hour' "
            "WHERE id = %s",
            [empty.id],
        )
        self.env["print3d.search.entry"]._fill_all()
        self.assertEqual(self._find(self.marked, sort="newest")[0], "Empty")
        self.egg.sudo().print3d_favourite_user_ids = self.user_operator
        self.assertEqual(self._find(self.marked, sort="favourite")[0], "Dragon Egg")
        self.assertEqual(
            self._find(self.marked, sort="no such order"), self._find(self.marked)
        )

    def test_success_sorts_and_is_chosen(self):
        rates = {
            self.egg.product_variant_id.id: (0.95, 20),
            self.stand.product_variant_id.id: (0.5, 4),
        }
        self.env["print3d.search.entry"]._refresh_noted()
        Product = type(self.env["product.product"])
        with patch.object(
            Product,
            "_get_print3d_success",
            lambda products: {key: rates[key] for key in products.ids if key in rates},
        ):
            self.env["print3d.search.entry"]._fill_all()
        found = self._search(self.marked, sort="success")["records"]
        self.assertEqual(
            [(record["name"], record["success"]) for record in found[:2]],
            [("Dragon Egg", 0.95), ("PhoneStand v2", 0.5)],
        )
        self._check(
            [("success>=90%", {"Dragon Egg"}), ("success<90", {"PhoneStand v2"})]
        )
        for share in (0.9, 90, [0.9]):
            self.assertEqual(
                self._find(self.marked, facets={"success": share}), ["Dragon Egg"]
            )
        facet = self._get_facet("success", self.marked)
        self.assertEqual((facet["min"], facet["max"]), (0.5, 0.95))

    def test_pages_join_without_gaps(self):
        for number in range(7):
            self._add_model(f"Pagination {number}")
        whole = self._find("pagination", sort="name")
        pages = []
        for offset in range(0, 9, 3):
            found = self._search(
                "pagination", sort="name", offset=offset, limit=3, with_facets=False
            )
            self.assertEqual(found["total"], 7)
            self.assertEqual(found["facets"], [])
            pages += [record["name"] for record in found["records"]]
        self.assertEqual(pages, whole)
        self.assertEqual(len(self._search("pagination", limit=0)["records"]), 0)

    # === FACETS === #

    def test_counts_agree_with_what_is_found(self):
        """For every text and choice, each value counts what choosing it finds."""
        choices = (
            {},
            {"material": ["PLA"]},
            {"material": ["PLA", "PETG"], "nozzle": [0.4]},
            {"colour": "blue"},
            {"colour": "#C8141E", "printer": ["Prusa MK4S"]},
            {"size": [200, 200, 200]},
            {"time": [0, 5000], "slicer": ["PrusaSlicer"]},
            {"favourite": True},
        )
        self.stand.sudo().print3d_favourite_user_ids = self.user_operator
        for text in (self.marked, "dragon", ""):
            for chosen in choices:
                with self.subTest(text=text, chosen=chosen):
                    self._check_counts(text, chosen)

    def _check_counts(self, text, chosen):
        found = self._search(text, facets=chosen)
        facets = {facet["name"]: facet for facet in found["facets"]}
        for name, facet in facets.items():
            # A plate to fit on says its size, not a number of models.
            values = [value for value in facet["values"] if "count" in value][:8]
            for value in values:
                wanted = value["value"]
                if facet["type"] == "choice":
                    wanted = [wanted]
                total = self._search(text, facets={**chosen, name: wanted})["total"]
                self.assertEqual(value["count"], total, f"{name} {value['label']}")

    def test_facets(self):
        self.assertEqual(
            self._get_counts("material", self.marked),
            {"PLA": 2, "PETG": 1, "PLA Silk": 1, "ABS": 1},
        )
        self.assertEqual(
            self._get_counts("nozzle", self.marked),
            {"0.4 mm": 3, "0.6 mm": 1, "0.8 mm": 1},
        )
        self.assertEqual(
            self._get_counts("printer", self.marked),
            {"Prusa MK4S": 2, "Bambu Lab X1 Carbon": 1},
        )
        self.assertEqual(
            self._get_counts("theme", self.marked), {"Zebrafish": 4, "Toys of Wood": 1}
        )
        self.assertEqual(
            self._get_counts("designer", self.marked), {"Anna Ångström": 1}
        )
        self.assertEqual(self._get_counts("licence", self.marked), {"Zebra Licence": 1})
        categories = self._get_counts("category", self.marked)
        self.assertEqual(categories["Beasts / Mythical"], 1)
        self.assertEqual(categories["Beasts"], 1)
        facet = self._get_facet("time", self.marked)
        self.assertEqual((facet["type"], facet["min"]), ("range", 600))
        self.assertEqual(facet["max"], 36000)
        facet = self._get_facet("size", self.marked)
        self.assertEqual((facet["type"], facet["max"]), ("size", 300))
        facet = self._get_facet("colour", self.marked)
        self.assertEqual(facet["type"], "colour")
        red = next(value for value in facet["values"] if value["value"] == "red")
        self.assertEqual((red["label"], red["count"]), ("Red", 1))
        self.assertEqual(red["colours"], [hues.NAMES["red"]])
        self.assertEqual(self._get_facet("favourite")["type"], "flag")

    def test_a_facet_counts_beside_its_own_choice(self):
        chosen = {"material": ["PETG"]}
        self.assertEqual(
            self._get_counts("material", self.marked, facets=chosen),
            {"PLA": 2, "PETG": 1, "PLA Silk": 1, "ABS": 1},
        )
        self.assertEqual(
            self._get_counts("nozzle", self.marked, facets=chosen), {"0.6 mm": 1}
        )
        # What was chosen can be taken back, also where nothing is left of it.
        counts = self._get_counts("material", f"{self.marked} egg", facets=chosen)
        self.assertEqual(counts, {"PLA": 1, "PETG": 0})

    def test_choices(self):
        every = self.every
        dragon, egg = "Articulated Dragon", "Dragon Egg"
        for facets, expected in (
            ({"material": ["petg", "PLA Silk"]}, {dragon, "PhoneStand v2"}),
            ({"material": ["no such stuff"]}, set()),
            ({"theme": [self.toys.id]}, {dragon}),
            ({"designer": [self.anna.id]}, {dragon}),
            ({"category": [self.category.parent_id.id]}, {dragon}),
            ({"licence": [self.licence.id]}, {dragon}),
            ({"nozzle": [0.6, "0.8"]}, {dragon, "Zebra Box"}),
            ({"time": [None, 1800]}, {"PhoneStand v2", "Zebra Box"}),
            ({"time": [3000, 4000]}, {egg}),
            ({"grams": [100, None]}, {egg, "Zebra Box"}),
            ({"material": ["PLA"], "grams": [100, None]}, {egg}),
            ({"favourite": False}, every),
            ({"favourite": True}, set()),
            ({"unknown": ["x"], "material": None}, every),
        ):
            with self.subTest(facets=facets):
                self.assertEqual(set(self._find(self.marked, facets=facets)), expected)

    def test_near_a_colour(self):
        """Near is what the eye takes for near, by CIEDE2000."""
        for colour, expected in (
            ("#C12E1F", {"Articulated Dragon"}),
            ("#1D4ED8", {"Dragon Egg"}),
            ("#FFFFFF", {"Articulated Dragon", "PhoneStand v2"}),
            ("#7A7A7A", {"Zebra Box"}),
            ("#00FF00", set()),
            ("blue", {"Dragon Egg"}),
        ):
            with self.subTest(colour=colour):
                found = self._find(self.marked, facets={"colour": colour})
                self.assertEqual(set(found), expected)

    def test_fits_whichever_way_it_is_turned(self):
        dragon, egg, stand = "Articulated Dragon", "Dragon Egg", "PhoneStand v2"
        for size, expected in (
            ([180, 40, 60], {dragon}),
            ([60, 180, 40], {dragon}),
            ([40, 60, 180], {dragon}),
            ([60, 40, 179.9], set()),
            ([300, 20, 10], {stand}),
            ([180, 180, 180], {dragon, egg}),
            ("100x80x80", {egg}),
            ([500, 500, 500], {dragon, egg, stand}),
        ):
            with self.subTest(size=size):
                found = self._find(self.marked, facets={"size": size})
                self.assertEqual(set(found), expected)

    def test_several_pieces_fit_where_the_largest_does(self):
        self._add_mesh(self.egg.product_variant_id, (5, 5, 250))
        self.assertEqual(self._find("egg", facets={"size": [240, 240, 240]}), [])
        self.assertEqual(
            self._find("egg", facets={"size": [250, 80, 80]}), ["Dragon Egg"]
        )

    # === FAVOURITES AND RECENT SEARCHES === #

    def test_favourites_are_ones_own(self):
        self.egg.sudo().print3d_favourite_user_ids = self.user_operator
        for text in ("is:favourite", "is:mine"):
            self.assertEqual(self._find(f"{self.marked} {text}"), ["Dragon Egg"])
        self.assertEqual(self._find("is:favourite", self.user_sales), [])
        facets = {"favourite": True}
        self.assertEqual(self._find(self.marked, facets=facets), ["Dragon Egg"])
        self.assertEqual(self._find(self.marked, self.user_sales, facets=facets), [])
        facet = self._get_facet("favourite", self.marked)
        self.assertEqual(facet["values"][0]["count"], 1)
        facet = self._get_facet("favourite", self.marked, self.user_sales)
        self.assertEqual(facet["values"][0]["count"], 0)

    def test_recent_searches(self):
        Recent = self.env["print3d.search.recent"].with_user(self.user_operator)
        for text in ("dra", "dragon", "  egg   cup ", "", "EGG CUP", "nozzle=0.6"):
            Recent.remember(text)
        self.assertEqual(Recent.get_recent(), ["nozzle=0.6", "EGG CUP", "dragon"])
        others = self.env["print3d.search.recent"].with_user(self.user_sales)
        self.assertEqual(others.get_recent(), [])
        self.assertEqual(others.forget(), [])
        self.assertEqual(Recent.forget("dragon"), ["nozzle=0.6", "EGG CUP"])
        for number in range(15):
            Recent.remember(f"{number} of many")
        self.assertEqual(len(Recent.get_recent()), 10)
        self.assertEqual(len(Recent.remember("x" * 10_000)[0]), 200)
        self.assertEqual(Recent.forget(), [])
        with self.assertRaises(AccessError):
            Recent.search([])

    # === RIGHTS === #

    def test_every_role_finds_and_nobody_else(self):
        for user in (self.user_sales, self.user_operator, self.user_owner):
            with self.subTest(user=user.login):
                self.assertEqual(set(self._find(self.marked, user)), self.every)
        for user in (self.user_plain, self.user_portal):
            with self.subTest(user=user.login), mute_logger("odoo.addons.base.models"):
                with self.assertRaises(AccessError):
                    self._search(self.marked, user)
                with self.assertRaises(AccessError):
                    self.env["print3d.search.entry"].with_user(user).search([])

    def test_other_companies_are_neither_found_nor_counted_nor_guessed(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        designer = self.env["res.partner"].create({"name": "Secretive Designer"})
        theme = self.env["product.tag"].create({"name": "Classified"})
        self._add_model(
            "Xylophone Prototype",
            {
                "filaments": [("Unobtainium", "#12FF34", 7)],
                "printer_model": "Hidden Printer",
                "nozzle_diameter": 1.8,
                "slicer": "Hidden Slicer",
                "settings": {"secret_recipe": 42},
                "time_s": 999_999,
            },
            size=(900, 900, 900),
            company_id=company.id,
            designer_id=designer.id,
            product_tag_ids=[(6, 0, (self.mark + theme).ids)],
        )
        mine = self._search(self.marked)
        self.assertEqual(mine["total"], 4)
        for text in ("xylophone", "secret_recipe=42", "material:unobtainium"):
            self.assertEqual(self._find(text), [])
            self.assertEqual(self._get_facet("time", text)["max"], None)
        # A slip of the finger is not corrected to what only others have.
        found = self._search("xylofone")
        self.assertEqual((found["total"], found["corrected"]), (0, []))
        hidden = {"Unobtainium", "Hidden Printer", "1.8 mm", "Hidden Slicer"}
        hidden |= {"Secretive Designer", "Classified"}
        for facet in self._search("")["facets"]:
            shown = {value["label"] for value in facet["values"]}
            self.assertFalse(shown & hidden, facet["name"])
            self.assertNotIn(facet["max"], (900, 999_999))
        # Chosen by hand such a value does not tell its name's number of models.
        chosen = {"designer": [designer.id], "theme": [theme.id]}
        self.assertEqual(self._search("", facets=chosen)["total"], 0)
        self.user_owner.write({"company_ids": [(4, company.id)]})
        Template = self.env["product.template"].with_user(self.user_owner)
        both = Template.with_context(
            allowed_company_ids=[self.env.company.id, company.id]
        )
        self.assertEqual(both.print3d_search("xylofone")["total"], 1)
        self.assertEqual(both.print3d_search(self.marked)["total"], 5)

    def test_archived_models_and_variants_are_not_found(self):
        self.large.active = False
        self.assertEqual(self._find("material:abs zebra"), [])
        self.assertEqual(self._get_counts("material", "name:zebra"), {"PLA": 1})
        (record,) = self._search("zebra box")["records"]
        self.assertEqual(record["variant_count"], 1)
        self.box.active = False
        self.assertEqual(self._find("zebra box"), [])
        self.box.active = True
        self.assertEqual(self._find("zebra box"), ["Zebra Box"])

    def test_other_products_are_not_found(self):
        self.env["product.template"].create({"name": "Xylophone Lessons"})
        self.assertEqual(self._find("xylophone"), [])

    # === WHATEVER IS TYPED === #

    def test_hostile_texts_and_choices(self):
        for text in (
            "x" * 10_000,
            "dragon " * 2_000,
            '"' * 999,
            '"unbalanced',
            "a'b''c",
            "'; DROP TABLE product_template; --",
            "' OR 1=1 --",
            "a:* & !b | (c <-> d)",
            "%", "%%s", "%(uid)s", "100%", "\\", "\\'", "a\\", "\x00", "\ud83d",
            "$1", "{}", "{0.__class__}", "<script>alert(1)</script>",
            "name:'", "name:\\", 'name:"', "designer:%", "x'=1", "x=\\", "a\\'<3",
            "layer<1e999", "layer<" + "9" * 400, "time<" + "9" * 300 + "h",
            "time<999999999d", "grams>999999999999", "size<999999999999",
            "success>99999", "nozzle=nan", "nozzle<inf", "speed<-999999999999",
            "-", "--", "-:", ":", "=", "<=>", "a<b<c<d", "is:", "is:'", "🐉", "龙",
            "שלום עולם", "ﷺ", "e\u0301" * 300, "\u202egnp.exe", "a" + "\u0301" * 1000,
        ):  # fmt: skip
            with self.subTest(text=text[:40]):
                found = self._search(text)
                self.assertEqual(len(found["facets"]), 14)
        for facets in (
            {"material": "PLA"},
            {"material": [None, 7, {}, "'", "x" * 9_999] * 200},
            {"nozzle": ["x", None, -1, 1e308, float("nan")]},
            {"theme": ["1; DROP", 2**70, -5, None]},
            {"colour": "'; --"},
            {"colour": []},
            {"colour": {}},
            {"size": [1, 2]},
            {"size": ["x", None, 3]},
            {"size": [float("inf"), 1, 1]},
            {"size": "big"},
            {"time": ["a", "b"]},
            {"time": [float("nan"), 5]},
            {"time": 7},
            {"grams": [1e308, -1e308]},
            {"success": "x"},
            {"success": -1},
            {"favourite": "'"},
            {"__proto__": 1},
        ):
            with self.subTest(facets=str(facets)[:60]):
                found = self._search("", facets=facets)
                self.assertEqual(len(found["facets"]), 14)
        for arguments in (
            {"offset": -5, "limit": -5},
            {"offset": 10**9, "limit": 10**9},
            {"offset": None, "limit": None},
            {"sort": "name; DROP"},
            {"text": None, "facets": None},
        ):
            with self.subTest(arguments=arguments):
                self._search(**{"text": "", **arguments})
        self.assertEqual(set(self._find(self.marked)), self.every)

    # === HOW MUCH IT TAKES === #

    def test_queries_do_not_grow(self):
        """As many queries for 20 models on a page as for 160, and few at all."""
        for number in range(160):
            model = self._create_model(
                f"Budget {'few' if number < 20 else 'many'} {number}",
                designer_id=self.anna.id,
                product_tag_ids=[(4, self.toys.id)],
            )
            if number % 40 == 0:
                self._add_version(model.product_variant_id, nozzle_diameter=0.4)
        self.env["print3d.search.entry"]._refresh_noted()
        counts = []
        for text in ("budget few", "budget few", "budget"):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = self._search(text, limit=200)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(found["total"], 160)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 30)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._search("budget", offset=40, with_facets=False)
        self.assertLessEqual(self.cr.sql_log_count - before, 20)


@tagged("post_install", "-at_install")
class TestPrint3dSearchIndex(Print3dSearchCommon):
    """The table behind the search is filled, mended and left to jobs."""

    def _get_rows(self, model):
        self.env.cr.execute(
            "SELECT product_id FROM print3d_search_entry WHERE product_tmpl_id = %s",
            [model.id],
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def test_mending_finds_what_changed_behind_the_models(self):
        model = self._add_model("Ostrich", {"settings": {"odd_one": 5}})
        stray = self._add_model("Penguin")
        self.assertEqual(self._find("ostrich odd_one=5"), ["Ostrich"])
        self.env.cr.execute("TRUNCATE print3d_search_entry, print3d_search_version")
        self.env.cr.execute(
            "INSERT INTO print3d_search_entry (product_id, product_tmpl_id) "
            "VALUES (%s, %s)",
            [stray.product_variant_id.id, stray.id],
        )
        self.env.cr.execute(
            "UPDATE product_template SET is_print3d_model = FALSE WHERE id = %s",
            [stray.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._find("ostrich"), [])
        self.env["print3d.search.entry"]._cron_mend()
        self.assertEqual(self._find("ostrich odd_one=5"), ["Ostrich"])
        self.assertEqual(len(self._get_rows(model)), 1)
        self.assertEqual(self._get_rows(stray), [])

    def test_filling_goes_on_in_batches_and_says_how_far_it_is(self):
        models = [self._add_model(f"Walrus {number}") for number in range(5)]
        entries = self.env["print3d.search.entry"]
        entries._refresh_noted()
        self.env.cr.execute("TRUNCATE print3d_search_entry")
        with patch.object(print3d_search_entry, "FILL_BATCH", 2):
            total = entries._fill_all()
        self.assertGreaterEqual(total, 5)
        self.assertEqual(len(self._find("walrus")), len(models))
        with self.subTest("as jobs"):
            entries = entries.with_context(queue_job__no_delay=False)
            jobs = self.env["queue.job"].search([])
            with patch.object(print3d_search_entry, "FILL_BATCH", 2):
                told = entries._fill()
            self.assertIn("2 variants", told)
            job = self.env["queue.job"].search([]) - jobs
            self.assertEqual(
                (job.model_name, job.method_name), (entries._name, "_fill")
            )
            self.assertIn("2 variants done", job.name)

    def test_what_concerns_very_many_is_left_to_a_job(self):
        tag = self.env["product.tag"].create({"name": "Yak"})
        models = [
            self._add_model(f"Walrus {number}", product_tag_ids=[(4, tag.id)])
            for number in range(5)
        ]
        self.env["print3d.search.entry"]._refresh_noted()
        jobs = self.env["queue.job"].search([])
        entries = self.env["print3d.search.entry"]
        with patch.object(print3d_search_entry, "MAX_AT_ONCE", 2):
            tag.name = "Llama"
            entries.with_context(queue_job__no_delay=False)._refresh_noted()
        self.assertEqual(len(self._find("theme:llama")), 2)
        job = self.env["queue.job"].search([]) - jobs
        self.assertEqual(job.method_name, "_refresh_job")
        self.assertIn("3 variants", job.name)
        entries._refresh_job(job.args[0])
        self.assertEqual(len(self._find("theme:llama")), len(models))

    def test_a_model_is_read_again_and_not_all_that_share_something(self):
        tag = self.env["product.tag"].create({"name": "Yak"})
        designer = self.env["res.partner"].create({"name": "Quetzal"})
        shared = {"product_tag_ids": [(4, tag.id)], "designer_id": designer.id}
        self._add_model("Walrus", **shared)
        entries = self.env["print3d.search.entry"]
        entries._refresh_noted()
        seen = []
        with patch.object(
            type(entries),
            "_refresh",
            lambda entries, product_ids: seen.extend(product_ids),
        ):
            model = self._add_model("Seal", **shared)
            model.product_tag_ids = False
            tag.product_template_ids = [(4, model.id)]
            entries._refresh_noted()
        self.assertEqual(set(seen), set(model.product_variant_ids.ids))

    def test_nobody_reads_or_writes_the_index(self):
        for name in ("entry", "setting", "version", "word"):
            records = self.env[f"print3d.search.{name}"].with_user(self.user_owner)
            with self.subTest(model=name), mute_logger("odoo.addons.base.models"):
                with self.assertRaises(AccessError):
                    records.search([])
                with self.assertRaises(AccessError):
                    records.create({})

    def test_doing_it_again_writes_nothing(self):
        model = self._add_model("Ostrich", {"settings": {"odd_one": 5}})
        entries = self.env["print3d.search.entry"]
        entries._refresh_noted()
        self.env.cr.execute(
            "SELECT xmin, ctid FROM print3d_search_entry WHERE product_tmpl_id = %s",
            [model.id],
        )
        before = self.env.cr.fetchall()
        entries._refresh(model.product_variant_id.ids)
        self.env.cr.execute(
            "SELECT xmin, ctid FROM print3d_search_entry WHERE product_tmpl_id = %s",
            [model.id],
        )
        self.assertEqual(self.env.cr.fetchall(), before)
