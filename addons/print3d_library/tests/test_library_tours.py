from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import Print3dLibraryCommon

PATH = "/odoo/print3d-library"


class LibraryToursCommon(Print3dLibraryCommon, HttpCase):
    """A library of a few models that differ in what one looks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.template"].search(
            [("is_print3d_model", "=", True)]
        ).active = False
        anna = cls.env["res.partner"].create({"name": "Anna Tourist"})
        toys = cls.env["product.tag"].create({"name": "Tour toys"})
        cls.egg = cls._create_printed(
            "Tour dragon egg",
            filaments=[("PLA", "#E02020", 1000.0, 40.0)],
            time="5h 0m 0s",
            designer_id=anna.id,
            product_tag_ids=[(6, 0, toys.ids)],
        )
        cls.vase = cls._create_printed(
            "Tour spiral vase",
            filaments=[("PETG", "#1A1A1A", 1000.0, 12.0)],
            settings={"layer_height": "0.3", "nozzle_diameter": "0.6"},
        )
        cls.clip = cls._create_printed("Tour cable clip")

    @classmethod
    def _create_printed(cls, name, designer_id=False, product_tag_ids=None, **gcode):
        """A model with an active version."""
        model = cls._create_model(
            name, designer_id=designer_id, product_tag_ids=product_tag_ids or []
        )
        cls._create_version(model.product_variant_id, activate=True, **gcode)
        return model


@tagged("post_install", "-at_install")
class TestLibraryTours(LibraryToursCommon):
    def test_operator_finds_and_archives(self):
        self.start_tour(PATH, "print3d_library_search", login="lib_operator")
        self.assertTrue(self.vase.with_user(self.user_operator).is_favourite)
        self.assertTrue(self.egg.active, "what is undone")
        self.assertTrue(self.clip.active)
        self.assertEqual(
            self.env["print3d.search.recent"]
            .with_user(self.user_operator)
            .get_recent()[0],
            "nozzle=0.6",
        )

    def test_owner_selects(self):
        self.start_tour(PATH, "print3d_library_select", login="lib_owner")
        self.assertFalse((self.egg + self.vase + self.clip).filtered("active"))

    def test_sales_sees_and_opens(self):
        self.start_tour(PATH, "print3d_library_sales", login="lib_sales")

    def test_address_is_shared(self):
        self.start_tour(
            PATH + "?q=tour&f=material%3APETG&view=list",
            "print3d_library_address",
            login="lib_sales",
        )


@tagged("post_install", "-at_install")
class TestLibraryToursOnPhone(LibraryToursCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_facets_in_a_sheet(self):
        self.start_tour(PATH, "print3d_library_phone", login="lib_operator")


class TestLibraryActions(Print3dLibraryCommon):
    """What the screen does with the models that are selected on it."""

    def test_who_may_change_models_archives_them(self):
        models = self._create_model("One to archive") + self._create_model("Another")
        with self.assertRaises(AccessError):
            models.with_user(self.user_sales).action_print3d_archive()
        self.assertTrue(all(models.mapped("active")))
        models.with_user(self.user_operator).action_print3d_archive()
        self.assertFalse(any(models.mapped("active")))
        answer = (
            self.env["product.template"]
            .with_user(self.user_operator)
            .print3d_search("one to archive")
        )
        self.assertNotIn(models[0].id, [record["id"] for record in answer["records"]])
        with self.assertRaises(AccessError):
            models.with_user(self.user_sales).action_print3d_unarchive()
        models.with_user(self.user_operator).action_print3d_unarchive()
        self.assertTrue(all(models.mapped("active")))

    def test_a_setting_that_no_file_has_is_named(self):
        search = self.env["product.template"].with_user(self.user_sales).print3d_search
        (term,) = search("wobble_height=3")["terms"]
        self.assertIn("wobble_height", term["error"])
        self._create_version(activate=True, settings={"wobble_height": "4"})
        (term,) = search("wobble_height=3")["terms"]
        self.assertFalse(term["error"], "known, with another value")
