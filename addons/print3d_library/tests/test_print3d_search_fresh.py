from odoo.fields import Command
from odoo.tests import tagged

from .common_search import Print3dSearchCommon


@tagged("post_install", "-at_install")
class TestPrint3dSearchFresh(Print3dSearchCommon):
    """Whatever is written is found by the next search, and no longer by what was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["product.tag"].create({"name": "Ornithology"})
        cls.designer = cls.env["res.partner"].create({"name": "Quetzal"})
        cls.licence = cls.env["print3d.licence"].create({"name": "Feather Licence"})
        cls.category = cls.env["product.category"].create({"name": "Poultry"})
        cls.model = cls._add_model(
            "Heron",
            {
                "printer_model": "MK4S",
                "nozzle_diameter": 0.4,
                "layer_height": 0.2,
                "settings": {"odd_one": 5},
                "common": {"layer_height": 0.2},
                "note": "first try",
            },
            designer_id=cls.designer.id,
            licence_id=cls.licence.id,
            categ_id=cls.category.id,
            product_tag_ids=[Command.set(cls.tag.ids)],
        )
        cls.product = cls.model.product_variant_id
        cls.version = cls.product.active_slice_id

    def _check(self, before, after, write):
        """A text that finds the model before something is written, and one after."""
        if before:
            self.assertEqual(self._find(before), ["Heron"], before)
        self.assertEqual(self._find(after), [], after)
        write()
        self.assertEqual(len(self._find(after)), 1, after)
        if before:
            self.assertEqual(self._find(before), [], before)

    def test_model(self):
        model = self.model
        for before, after, values in (
            (None, "wading", {"description": "<p>wading</p>"}),
            (None, "offered", {"description_sale": "offered"}),
            ("heron", "egret", {"name": "Egret"}),
            (None, "hx-77", {"default_code": "HX-77"}),
            (None, "4006381333931", {"barcode": "4006381333931"}),
        ):
            with self.subTest(after=after):
                self._check(before, after, lambda values=values: model.write(values))

    def test_as_a_person_who_may_write(self):
        model = self.model.with_user(self.user_owner)
        self._check(None, "bittern", lambda: model.write({"name": "Bittern"}))

    def test_designer(self):
        other = self.env["res.partner"].create({"name": "Toucan"})
        self._check(
            "designer:quetzal",
            "designer:toucan",
            lambda: self._set("designer_id", other),
        )
        self._check(
            "designer:toucan",
            "designer:hoopoe",
            lambda: other.write({"name": "Hoopoe"}),
        )
        self._set("designer_id", self.designer)
        self.assertEqual(self._find("designer:hoopoe"), [])

    def _set(self, name, record):
        self.model[name] = record

    def test_themes(self):
        tag = self.tag
        self._check(
            "theme:ornithology", "theme:aviary", lambda: tag.write({"name": "Aviary"})
        )
        self.model.product_tag_ids = False
        self.assertEqual(self._find("theme:aviary"), [])
        # From the other side.
        self._check(
            None,
            "theme:aviary",
            lambda: tag.write({"product_template_ids": [Command.link(self.model.id)]}),
        )
        tag.product_template_ids = False
        self.assertEqual(self._find("theme:aviary"), [])
        self.product.additional_product_tag_ids = tag
        self.assertEqual(self._find("theme:aviary"), ["Heron"])
        tag.unlink()
        self.assertEqual(self._find("theme:aviary"), [])

    def test_categories_and_licences(self):
        category, licence = self.category, self.licence
        above = self.env["product.category"].create({"name": "Fauna"})
        self._check(
            "category:poultry",
            "category:fowl",
            lambda: category.write({"name": "Fowl"}),
        )
        self._check(
            None, "category:fauna", lambda: category.write({"parent_id": above.id})
        )
        self._check(
            "category:fauna",
            "category:wildlife",
            lambda: above.write({"name": "Wildlife"}),
        )
        facets = {"category": [above.id]}
        self.assertEqual(self._find("heron", facets=facets), ["Heron"])
        self._check(
            "licence:feather", "licence:plume", lambda: licence.write({"name": "Plume"})
        )

    def test_variants(self):
        model = self._create_variants("Kiwi", ("Chick", "Adult"))
        value = model.attribute_line_ids.value_ids[0]
        self.assertEqual(self._find("kiwi chick"), ["Kiwi"])
        value.name = "Fledgling"
        self.assertEqual(self._find("kiwi fledgling"), ["Kiwi"])
        self.assertEqual(self._find("kiwi chick"), [])
        self.assertEqual(self._find("variant:gosling"), [])
        model._print3d_add_variant("Gosling")
        self.assertEqual(self._find("variant:gosling"), ["Kiwi"])
        moved = model.product_variant_ids[0]
        self._add_version(moved, [("Wood", "#7A4A28", 5)])
        self.assertEqual(self._find("kiwi material:wood"), ["Kiwi"])
        moved._print3d_move(self.model, "Nestling")
        self.assertEqual(self._find("material:wood"), ["Heron"])

    def test_versions(self):
        new = self._check_new_version()
        self._check("layer=0.12", "layer=0.2", self.version.action_activate)
        new.action_retire()
        self._check(
            "first try",
            "second try",
            lambda: self.version.write({"note": "second try"}),
        )
        self.version.action_retire()
        self.assertEqual(self._find("heron time>0"), ["Heron"])

    def _check_new_version(self):
        def add():
            return self._add_version(
                self.product,
                [("PETG", "#1F9A45", 8)],
                layer_height=0.12,
                common={"layer_height": 0.12},
                slicer="OrcaSlicer",
                time_s=60,
            )

        self.assertEqual(self._find("heron material:pla layer=0.2"), ["Heron"])
        new = add()
        for text in ("material:petg", "layer=0.12", "slicer:orca", "colour:green"):
            self.assertEqual(self._find(f"heron {text} time<2m"), ["Heron"], text)
        self.assertEqual(self._find("heron material:pla"), [])
        self.assertEqual(self._find("heron layer=0.2"), [])
        return new

    def test_an_uploaded_file(self):
        self.assertEqual(self._find("ibis"), [])
        version = self._create_version(
            self._create_model("Ibis").product_variant_id,
            name="Crested.gcode",
            filaments=(("ASA", "#F57F17", 900.0, 2.5),),
            objects=("beak",),
        )
        for text in ("ibis", "crested", "beak", "material:asa", "printer:mk4s"):
            self.assertEqual(self._find(f"ibis {text}"), ["Ibis"], text)
        self.assertEqual(self._find("ibis layer=0.2 colour:orange"), ["Ibis"])
        version.unlink()
        self.assertEqual(self._find("crested"), [])

    def test_corrections(self):
        self._check(
            None, "heron layer=0.27", lambda: self._correct("layer_height", 0.27)
        )
        self._check(
            "heron nozzle:0.4-0.45",
            "heron nozzle=0.8",
            lambda: self._correct("nozzle_diameter", 0.8),
        )
        self.assertEqual(self._get_counts("nozzle", "heron"), {"0.8 mm": 1})
        line = self.version.plate_ids.filament_ids
        self._check(
            None,
            "heron material:peek",
            lambda: line.action_correct("filament_type", "PEEK"),
        )
        line.action_undo_correction("filament_type")
        self.assertEqual(self._find("heron material:peek"), [])
        plate = self.version.plate_ids
        self._check(
            "heron time=1h",
            "heron time=7h",
            lambda: plate.action_correct("time_s", 7 * 3600),
        )

    def _correct(self, name, value):
        self.version.action_correct(name, value)

    def test_own_parameters(self):
        self._check(
            None,
            "glue_stick=yes",
            lambda: self.version.write(
                {
                    "parameter_ids": [
                        Command.create({"name": "Glue stick", "value": "yes"})
                    ]
                }
            ),
        )
        parameter = self.version.parameter_ids
        self._check(
            "glue_stick=yes", "glue_stick=7", lambda: parameter.write({"value": "7"})
        )
        parameter.unlink()
        self.assertEqual(self._find("glue_stick=7"), [])

    def test_profiles(self):
        profile = self.env["print3d.profile"].create(
            {"name": "House Rules", "material": "PLA", "printer_model": "MK4S"}
        )
        self.version._refresh_deviations()
        self.assertEqual(self.version.profile_id, profile)
        self._check(
            "profile:house", "profile:shop", lambda: profile.write({"name": "Shop"})
        )
        self.assertEqual(self._find("heron is:deviating"), [])
        profile.unlink()
        self.assertEqual(self._find("profile:shop"), [])

    def test_deviations(self):
        self.env["print3d.profile"].create(
            {
                "name": "Fine",
                "material": "PLA",
                "line_ids": [Command.create({"name": "layer_height", "value": "0.1"})],
            }
        )
        self.version._refresh_deviations()
        self.assertEqual(self._find("heron is:deviating"), ["Heron"])
        self.version.deviation_ids.action_accept("a test")
        self.assertEqual(self._find("heron is:deviating"), [])

    def test_archive_and_delete(self):
        model = self.model
        for active in (False, True):
            model.active = active
            self.assertEqual(self._find("heron"), ["Heron"] if active else [])
        model.is_print3d_model = False
        self.assertEqual(self._find("heron"), [])
        model.is_print3d_model = True
        self.assertEqual(self._find("heron odd_one=5"), ["Heron"])
        empty = self._create_model("Stork")
        self.assertEqual(self._find("stork"), ["Stork"])
        empty.unlink()
        self.assertEqual(self._find("stork"), [])

    def test_files_and_meshes(self):
        self._check(
            None,
            "heron size<70x40x80",
            lambda: self._add_mesh(self.product, (30, 60, 70)),
        )
        mesh = self.product.print3d_mesh_ids
        mesh.file_id.name = "plumage.stl"
        self.assertEqual(self._find("plumage"), ["Heron"])
        mesh.write({"size_x": 500})
        self.assertEqual(self._find("heron size<70x40x80"), [])
        mesh.unlink()
        self.assertEqual(self._find("heron size<900x900x900"), [])

    def test_favourites(self):
        model = self.model.with_user(self.user_operator)
        self._check(None, "heron is:favourite", model.action_toggle_favourite)
        model.action_toggle_favourite()
        self.assertEqual(self._find("heron is:favourite"), [])

    def test_names_in_other_languages(self):
        self.env["res.lang"]._activate_lang("de_DE")
        german = self.model.with_context(lang="de_DE")
        self._check(None, "reiher", lambda: german.write({"name": "Reiher"}))
        self.assertEqual(self._find("heron"), ["Heron"])

    def test_nothing_is_left_for_later(self):
        """Whoever commits has indexed what was written, without a search."""
        self.model.name = "Spoonbill"
        self.env.cr.flush()
        self.env.cr.execute(
            "SELECT names FROM print3d_search_entry WHERE product_tmpl_id = %s",
            [self.model.id],
        )
        self.assertEqual(self.env.cr.fetchone()[0], "\nspoonbill\n")
