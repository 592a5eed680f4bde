import sys

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..slicer import Override, Plate, PlateObject, SlicedFile
from .common import Print3dLibraryCommon

MODULE = "odoo.addons.print3d_library.models.print3d_slice"


@tagged("post_install", "-at_install")
class TestPrint3dSliceSettings(Print3dLibraryCommon):
    """Settings in jsonb, found by name and value; projects that were not sliced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fine = cls._create_version(name="fine.gcode")
        cls.coarse = cls._create_version(name="coarse.gcode")
        cls.fine.write(
            {
                "layer_height": 0.15,
                "nozzle_diameter": 0.4,
                "settings": {
                    "layer_height": 0.15,
                    "sparse_infill_density": "15%",
                    "nozzle_temperature": [215, 240],
                    "enable_support": 0,
                    "infill_type": "gyroid",
                    "odd'name": "x",
                    "start_gcode": "G28 ; home\nG1 X1",
                },
                "common": {
                    "layer_height": 0.15,
                    "infill_density": 15,
                    "infill_pattern": "gyroid",
                    "supports": False,
                },
            }
        )
        cls.coarse.write(
            {
                "layer_height": 0.4,
                "nozzle_diameter": 0.6,
                "settings": {"layerHeight": "0.40", "infill": "40 %"},
                "common": {
                    "layer_height": 0.4,
                    "infill_density": 40,
                    "infill_pattern": "grid",
                    "supports": True,
                },
            }
        )
        cls.both = cls.fine + cls.coarse

    def test_expressions(self):
        fine, coarse, none = self.fine, self.coarse, self.Slice
        for expression, expected in (
            ("layer_height<0.2", fine),
            ("layer_height < 0,2", fine),
            ("layer_height<=0.15", fine),
            ("layer_height>=0.4", coarse),
            ("LAYER HEIGHT > .3", coarse),
            ("layerHeight=0.4", coarse),
            ("layer_height=0.15", fine),
            ("layer_height==0.15", fine),
            ("sparse_infill_density=15%", fine),
            ("sparse_infill_density=15", fine),
            ("sparse_infill_density>10%", fine),
            ("sparse_infill_density>15", none),
            ("infill_density>=15", self.both),
            ("infill>39", coarse),
            ("nozzle_diameter>=0.6", coarse),
            ("nozzle_temperature>230", fine),
            ("nozzle_temperature>240", none),
            ("supports=yes", coarse),
            ("supports=true", coarse),
            ("supports=no", fine),
            ("enable_support=0", fine),
            ("infill_pattern=Gyroid", fine),
            ("infill_pattern!=gyroid", coarse),
            ("infill_pattern<>grid", fine),
            ("gyroid", fine),
            ("sparse", fine),
            ("infill density", self.both),
            ("start_gcode", fine),
            ("no_such_setting", none),
            ("no_such_setting<3", none),
            ("layer_height<0.2 and supports=no", fine),
            ("layer_height<0.2 & supports=yes", none),
            ("odd'name=x", fine),
        ):
            with self.subTest(expression=expression):
                self.assertEqual(self._search(expression), expected)

    def test_nothing_gets_into_the_sql(self):
        for expression in (
            "x'; DROP TABLE print3d_slice; --",
            "layer_height') OR ('1'='1",
            "layer_height=0' OR TRUE --",
            'a"b=c',
            "100%%s",
            "%(table)s",
            "{}=1",
            "\\",
            "a\\'=1",
            "'{a,b}'=1",
            "x" * 5000,
            "$[*] ? (@ > 0",
        ):
            with self.subTest(expression=expression[:40]):
                self.assertFalse(self._search(expression))
        self.assertTrue(self.Slice.search_count([]))

    def test_wild_cards_are_letters(self):
        self.assertFalse(self._search("spar%density"))
        self.assertFalse(self._search("%"))

    def test_what_is_no_condition_is_told(self):
        for expression in (
            "layer_height<",
            "<0.2",
            "=",
            "layer_height<abc",
            "layer_height<>",
            "a=b=c",
            "layer_height<1 and supports=",
        ):
            with self.subTest(expression=expression), self.assertRaises(UserError):
                self._search(expression)

    def test_operators_of_the_orm(self):
        expressions = ["layer_height<0.2", "layer_height>0.3"]
        domain = [("id", "in", self.both.ids), ("setting", "in", expressions)]
        self.assertEqual(self.Slice.search(domain, order="id"), self.both)
        domain = [
            ("id", "in", self.both.ids),
            ("setting", "not ilike", "layer_height<0.2"),
        ]
        self.assertEqual(self.Slice.search(domain), self.coarse)
        domain = [("id", "in", self.both.ids), ("setting", "=", "layer_height<0.2")]
        self.assertEqual(self.Slice.search(domain), self.fine)

    def test_corrected_values_are_found(self):
        self.fine.action_correct("layer_height", 0.25)
        self.assertEqual(self._search("layer_height=0.25"), self.fine)

    def test_own_parameters_are_found(self):
        self.fine.parameter_ids = [
            (0, 0, {"name": "Glue stick", "value": "yes"}),
            (0, 0, {"name": "Drying", "value": "4", "unit": "h"}),
        ]
        self.assertEqual(self._search("glue stick=yes"), self.fine)
        self.assertEqual(self._search("Drying>3"), self.fine)
        self.assertEqual(self._search("glue"), self.fine)
        self.assertFalse(self._search("Drying>4"))

    def test_companies_hold(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        model = self._create_model(company_id=company.id)
        version = self._create_version(model.product_variant_id)
        version.settings = {"secret_recipe": 42}
        self.assertEqual(
            self.Slice.search([("setting", "=", "secret_recipe=42")]), version
        )
        for expression in ("secret_recipe=42", "secret"):
            seen = self.Slice.with_user(self.user_owner).search(
                [("setting", "ilike", expression)]
            )
            self.assertFalse(seen)

    def test_indexes_are_there(self):
        """Conditions are answered from numbers, not by reading every settings."""
        self.env.cr.execute(
            "SELECT tablename FROM pg_indexes "
            "WHERE indexdef ILIKE '%%USING gin (codes)%%'"
        )
        tables = {row[0] for row in self.env.cr.fetchall()}
        self.assertLessEqual({"print3d_search_version", "print3d_search_entry"}, tables)

    def test_settings_of_version_without_any(self):
        version = self.Slice.create({"product_id": self.fine.product_id.id})
        for expression in ("layer", "layer_height<9", "x!=3"):
            domain = [("id", "=", version.id), ("setting", "ilike", expression)]
            self.assertFalse(self.Slice.search(domain))

    # === PROJECTS === #

    def test_project_becomes_a_version_that_says_so(self):
        version = self._read_project()
        self.assertRecordValues(
            version,
            [
                {
                    "read_state": "done",
                    "is_sliced": False,
                    "slicer": "OrcaSlicer",
                    "plate_count": 2,
                    "flag_count": 0,
                    "weight_g": 0.0,
                }
            ],
        )
        self.assertEqual(version.file_id.kind, "project")
        self.assertEqual(version.settings, {"layer_height": 0.2})
        self.assertEqual(version.common, {"layer_height": 0.2})
        self.assertEqual(version.overrides[0]["parent"], "box")
        with self.assertRaisesRegex(UserError, "slice it and upload"):
            version.action_activate()
        self.assertEqual(version.state, "draft")

    def test_home_does_not_offer_projects(self):
        version = self._read_project()
        section = self.env["print3d.home"]._get_versions_section()
        self.assertNotIn(version.id, [entry["id"] for entry in section["records"]])

    def test_what_the_database_does_not_take(self):
        version = self._read_project(
            settings={"name\x00": "a\x00b", "wide": float("inf"), "half": "\ud83d"},
            plates=[Plate(1, name="p\x00", objects=[PlateObject("o\x00")])],
        )
        self.assertEqual(version.read_state, "done")
        self.assertEqual(version.settings, {"name": "ab", "wide": None, "half": ""})
        self.assertEqual(version.plate_ids.object_ids.name, "o")

    def _read_project(self, **values):
        """A version of a project, as the reader gives it."""
        values.setdefault("settings", {"layer_height": 0.2})
        values.setdefault(
            "plates",
            [Plate(1, objects=[PlateObject("box")]), Plate(2, name="Lids")],
        )
        project = SlicedFile(
            family="bambu",
            is_sliced=False,
            slicer="OrcaSlicer",
            layer_height=0.2,
            common={"layer_height": 0.2},
            overrides=[
                Override("part", "lid", "box", "modifier_part", None, {"wall_loops": 5})
            ],
            **values,
        )
        version = self._create_version(name="project.3mf")

        def give(stream, name=None, projects=False):
            self.assertTrue(projects)
            return project

        self.patch(sys.modules[MODULE], "read", give)
        version._read_file()
        return version

    def _search(self, expression):
        return self.Slice.search(
            [("id", "in", self.both.ids), ("setting", "ilike", expression)], order="id"
        )
