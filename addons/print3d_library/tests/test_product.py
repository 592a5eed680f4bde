from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestProduct(Print3dLibraryCommon):
    def test_model_shows_figures_of_its_first_ready_variant(self):
        model = self._create_variants()
        small, large = model.product_variant_ids
        self._create_version(
            large, activate=True, filaments=[("TPU", "#1D4ED8", 100, 5.0)]
        )
        self.assertEqual(model.print_weight_g, 5.0)
        self._create_version(
            small, activate=True, filaments=[("PETG", "#0F8B8D", 100, 2.0)]
        )
        self.assertEqual(model.print_weight_g, 2.0)
        self.assertEqual(
            [chip["material"] for chip in model.print3d_chips], ["PETG", "TPU"]
        )

    def test_favourites_are_everyones_own(self):
        model = self._create_model()
        as_sales = model.with_user(self.user_sales)
        as_sales.action_toggle_favourite()
        self.assertTrue(as_sales.is_favourite)
        self.assertFalse(model.with_user(self.user_owner).is_favourite)
        domain = [("is_favourite", "=", True), ("id", "=", model.id)]
        Template = self.env["product.template"]
        self.assertTrue(Template.with_user(self.user_sales).search(domain))
        self.assertFalse(Template.with_user(self.user_owner).search(domain))
        domain[0] = ("is_favourite", "=", False)
        self.assertFalse(Template.with_user(self.user_sales).search(domain))
        as_sales.action_toggle_favourite()
        self.assertFalse(as_sales.is_favourite)

    def test_unused_model_is_deleted_with_its_drafts(self):
        version = self._create_version()
        file = version.file_id
        version.product_tmpl_id.unlink()
        self.assertFalse(version.exists() or file.exists())

    def test_model_with_history_is_not_deleted(self):
        version = self._create_version(activate=True)
        with self.assertRaisesRegex(UserError, "Archive it"):
            version.product_tmpl_id.unlink()

    def test_variant_with_versions_is_archived_when_its_option_goes(self):
        model = self._create_variants(values=("Small", "Large", "Huge"))
        small, large, huge = model.product_variant_ids
        version = self._create_version(huge)
        line = model.attribute_line_ids
        line.value_ids -= line.value_ids[1] + line.value_ids[2]
        self.assertTrue(version.exists())
        self.assertFalse(huge.active)
        self.assertFalse(large.exists())
        self.assertTrue(small.active)

    def test_variants_are_found_by_their_values(self):
        model = self._create_variants(name="Findable vase", values=("Small", "Large"))
        small, large = model.product_variant_ids
        find = self.env["product.product"].with_user(self.user_sales).name_search
        domain = [("product_tmpl_id", "=", model.id)]
        for name, expected in (
            ("large", large),
            ("vase small", small),
            ("Findable", small | large),
            ("huge", small.browse()),
        ):
            with self.subTest(name=name):
                found = [product_id for product_id, _name in find(name, domain)]
                self.assertEqual(set(found), set(expected.ids))

    def test_number_of_versions(self):
        product = self._create_version().product_id
        self._create_version(product)
        other = self._create_model().product_variant_id
        self.assertEqual((product + other).mapped("slice_count"), [2, 0])

    def test_copy_of_a_model_has_no_version(self):
        version = self._create_version(activate=True)
        copy = version.product_tmpl_id.copy()
        self.assertFalse(copy.product_variant_id.active_slice_id)
        self.assertFalse(copy.print_time_s)

    def test_variant_opens_the_page_of_the_library(self):
        product = self._create_model().product_variant_id
        action = product.action_open_print3d_variant()
        view = self.env.ref("print3d_library.product_product_view_form")
        self.assertEqual(action["views"], [(view.id, "form")])
        self.assertEqual(action["res_id"], product.id)

    def test_search_of_the_library(self):
        designer = self.env["res.partner"].create({"name": "Ada Designer"})
        tag = self.env["product.tag"].create({"name": "Steampunk"})
        model = self._create_model(
            "Owl lamp", designer_id=designer.id, product_tag_ids=[(4, tag.id)]
        )
        self._create_version(model.product_variant_id, name="night_bird.gcode")
        view = self.env["product.template"].get_view(
            self.env.ref("print3d_library.product_template_view_search").id, "search"
        )
        self.assertIn("print3d_slice_ids.file_name", view["arch"])
        for word in ("owl", "ada", "steampunk", "night_bird"):
            domain = [
                "|", "|", "|",
                ("name", "ilike", word),
                ("designer_id.name", "ilike", word),
                ("product_tag_ids.name", "ilike", word),
                ("print3d_slice_ids.file_name", "ilike", word),
            ]  # fmt: skip
            found = self.env["product.template"].search(domain)
            self.assertIn(model, found, word)
