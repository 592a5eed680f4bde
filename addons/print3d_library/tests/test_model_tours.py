from odoo.tests import HttpCase, tagged

from .common import Print3dLibraryCommon


class ModelToursCommon(Print3dLibraryCommon, HttpCase):
    """Two models, one with a version that can be seen in 3D."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.template"].search(
            [("is_print3d_model", "=", True)]
        ).active = False
        cls.lamp = cls._create_model("Tour lamp")
        # One with moves, to be seen in 3D.
        cls.version = cls.Slice._create_from_upload(
            "lamp.gcode",
            cls._read_demo("cable_clip_v1.gcode"),
            product=cls.lamp.product_variant_id,
        )
        cls.version.question_ids.action_accept("a test")
        cls.version.action_activate()
        cls.shade = cls._create_model("Tour shade")
        cls.tag = cls.env["product.tag"].create({"name": "Tour lights"})

    def _get_path(self, model):
        return f"/odoo/print3d-models/{model.id}"


@tagged("post_install", "-at_install")
class TestModelTours(ModelToursCommon):
    def test_gallery(self):
        self.start_tour(
            self._get_path(self.lamp), "print3d_library_gallery", login="lib_operator"
        )
        titles = [
            entry["title"] for entry in self.lamp.get_print3d_gallery()["entries"]
        ]
        self.assertEqual(titles[0], "red.png")
        self.assertEqual(titles[2:], ["green.png", "From above"])
        red = self.env["print3d.picture"].search(
            [("product_tmpl_id", "=", self.lamp.id), ("name", "=", "red.png")]
        )
        self.assertEqual(self.lamp.image_1920, red.image)

    def test_variants(self):
        product = self.lamp.product_variant_id
        self.start_tour(
            self._get_path(self.lamp), "print3d_library_variants", login="lib_operator"
        )
        changes = self.env["print3d.library.change"].search(
            [("template_ids", "in", self.lamp.ids)]
        )
        self.assertEqual(
            changes.mapped("kind"),
            ["merge_models", "merge_variants", "split", "move"],
        )
        self.assertEqual(set(changes.mapped("state")), {"undone"})
        self.assertEqual(changes.undo_user_id, self.user_operator)
        large = self.lamp.product_variant_ids - product
        self.assertEqual(large._print3d_get_variant_name(), "Large")
        self.assertEqual(product.active_slice_id, self.version)
        self.assertEqual(len(self.shade.product_variant_ids), 1)

    def test_sales_only_looks(self):
        self.start_tour(
            self._get_path(self.lamp), "print3d_library_model_sales", login="lib_sales"
        )

    def test_edit_many_from_the_list(self):
        self.start_tour(
            "/odoo/print3d-models?view_type=list",
            "print3d_library_edit_many",
            login="lib_operator",
        )
        self._check_undone()

    def test_edit_many_from_the_library(self):
        self.start_tour(
            "/odoo/print3d-library",
            "print3d_library_edit_many_found",
            login="lib_operator",
        )
        self._check_undone()

    def _check_undone(self):
        change = self.env["print3d.library.change"].search(
            [("template_ids", "in", self.lamp.ids)]
        )
        self.assertRecordValues(change, [{"kind": "edit", "state": "undone"}])
        models = self.lamp | self.shade
        self.assertEqual(models.mapped("name"), ["Tour lamp", "Tour shade"])
        self.assertFalse(models.product_tag_ids)
