from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dVariant(Print3dLibraryCommon):
    def _add_option(self, model, name, values):
        attribute = self.env["product.attribute"].create({"name": name})
        return self.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": model.id,
                "attribute_id": attribute.id,
                "value_ids": [
                    Command.create({"name": value, "attribute_id": attribute.id})
                    for value in values
                ],
            }
        )

    def _get_names(self, model):
        return sorted(
            model.product_variant_ids.mapped(lambda p: p._print3d_get_variant_name())
        )

    # === OPTIONS === #

    def test_option_added_keeps_the_variant(self):
        model = self._create_model("Clip")
        variant = model.product_variant_id
        version = self._create_version(variant, activate=True)
        self._add_option(model, "Size", ["Small", "Large", "Huge"])
        self.assertEqual(len(model.product_variant_ids), 3)
        self.assertIn(variant, model.product_variant_ids)
        self.assertTrue(variant.active)
        self.assertEqual(variant._print3d_get_variant_name(), "Small")
        self.assertEqual(variant.slice_ids, version)
        self.assertEqual(variant.active_slice_id, version)

    def test_second_option_keeps_every_variant(self):
        model = self._create_variants(values=("Small", "Large"))
        variants = model.product_variant_ids
        for variant in variants:
            self._create_version(variant, activate=True)
        self._add_option(model, "Material", ["PLA", "PETG"])
        self.assertEqual(len(model.product_variant_ids), 4)
        self.assertLessEqual(variants, model.product_variant_ids)
        self.assertEqual(
            [variant._print3d_get_variant_name() for variant in variants],
            ["Small, PLA", "Large, PLA"],
        )

    def test_two_options_at_once(self):
        model = self._create_model("Clip")
        variant = model.product_variant_id
        attributes = self.env["product.attribute"].create(
            [{"name": "Width"}, {"name": "Depth"}]
        )
        model.write(
            {
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [
                                Command.create(
                                    {"name": value, "attribute_id": attribute.id}
                                )
                                for value in ("1", "2")
                            ],
                        }
                    )
                    for attribute in attributes
                ]
            }
        )
        self.assertEqual(len(model.product_variant_ids), 4)
        self.assertEqual(variant._print3d_get_variant_name(), "1, 1")

    def test_value_taken_away_archives_its_variant(self):
        model = self._create_variants(values=("Small", "Large"))
        small, large = model.product_variant_ids
        self._create_version(small)
        line = model.attribute_line_ids
        line.value_ids = [Command.unlink(line.value_ids[0].id)]
        self.assertFalse(small.active)
        self.assertTrue(large.active)

    def test_products_that_are_no_models_are_left_to_odoo(self):
        product = self.env["product.template"].create({"name": "Mug"})
        variant = product.product_variant_id
        self._add_option(product, "Size", ["Small", "Large"])
        self.assertNotIn(variant, product.product_variant_ids)

    # === ADDING === #

    def test_add_variant_to_a_model_without_options(self):
        model = self._create_model("Clip")
        first = model.product_variant_id
        added = model._print3d_add_variant("  Wide \n clip ")
        self.assertEqual(model.product_variant_ids, first | added)
        self.assertEqual(added.display_name, "Clip (Wide clip)")
        self.assertEqual(first.display_name, "Clip (Standard)")
        third = model._print3d_add_variant("Narrow")
        self.assertEqual(len(model.product_variant_ids), 3)
        self.assertEqual(model._print3d_add_variant("NARROW"), third)

    def test_add_variant_goes_to_the_only_option(self):
        model = self._create_variants(values=("Small", "Large"))
        added = model._print3d_add_variant("Huge")
        self.assertEqual(self._get_names(model), ["Huge", "Large", "Small"])
        self.assertEqual(
            added.product_template_attribute_value_ids.attribute_line_id,
            model.attribute_line_ids,
        )

    def test_add_variant_beside_two_options_adds_one(self):
        model = self._create_variants(values=("Small", "Large"))
        self._add_option(model, "Material", ["PLA", "PETG"])
        before = model.product_variant_ids
        added = model._print3d_add_variant("Special")
        self.assertEqual(len(added), 1)
        self.assertEqual(model.product_variant_ids, before | added)
        self.assertTrue(all(variant.active for variant in before))

    def test_add_variant_to_options_made_on_demand(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Text", "create_variant": "dynamic"}
        )
        model = self._create_model("Sign")
        first = model.product_variant_id
        self.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": model.id,
                "attribute_id": attribute.id,
                "value_ids": [
                    Command.create({"name": name, "attribute_id": attribute.id})
                    for name in ("Open", "Closed")
                ],
            }
        )
        self.assertEqual(model.product_variant_ids, first)
        added = model._print3d_add_variant("Back soon")
        self.assertEqual(model.product_variant_ids, first | added)

    def test_add_variant_needs_a_name(self):
        with self.assertRaisesRegex(UserError, "Give the variant a name"):
            self._create_model()._print3d_add_variant("  ")

    # === MOVING === #

    def test_move_takes_everything_along(self):
        source = self._create_variants("Box", ("Small", "Large"))
        small, large = source.product_variant_ids
        version = self._create_version(large, activate=True)
        mesh = self._create_mesh(large)
        target = self._create_model("Chest", list_price=50)
        first = target.product_variant_id
        source.list_price = 20
        large._print3d_move(target)
        self.assertEqual(large.product_tmpl_id, target)
        self.assertEqual(target.product_variant_ids, first | large)
        self.assertEqual(large.display_name, "Chest (Large)")
        self.assertEqual(version.product_tmpl_id, target)
        self.assertEqual(mesh.product_tmpl_id, target)
        self.assertEqual(large.slice_ids, version)
        self.assertEqual(large.lst_price, 20)
        self.assertEqual(first.lst_price, 50)
        self.assertEqual(source.product_variant_ids, small)
        self.assertTrue(source.active)
        self.assertEqual(small.display_name, "Box")

    def test_move_of_the_last_variant_archives_its_model(self):
        source, target = self._create_model("Lid"), self._create_model("Box")
        variant = source.product_variant_id
        self._create_version(variant)
        variant._print3d_move(target, "Lid")
        self.assertFalse(source.active)
        self.assertFalse(source.with_context(active_test=False).product_variant_ids)
        self.assertEqual(self._get_names(target), ["Lid", "Standard"])

    def test_move_out_of_a_grid_leaves_a_hole(self):
        source = self._create_variants("Box", ("Small", "Large"))
        self._add_option(source, "Material", ["PLA", "PETG"])
        variant = source.product_variant_ids[-1]
        target = self._create_model("Chest")
        variant._print3d_move(target)
        self.assertEqual(len(source.product_variant_ids), 3)
        source._create_variant_ids()
        self.assertEqual(len(source.product_variant_ids), 3)

    def test_move_into_a_grid(self):
        target = self._create_variants("Box", ("Small", "Large"))
        self._add_option(target, "Material", ["PLA", "PETG"])
        before = target.product_variant_ids
        variant = self._create_model("Lid").product_variant_id
        variant._print3d_move(target)
        self.assertEqual(target.product_variant_ids, before | variant)

    def test_move_moves_prices_and_pictures(self):
        source = self._create_variants("Box", ("Small", "Large"))
        small = source.product_variant_ids[0]
        pricelist = self.env["product.pricelist"].create({"name": "Friends"})
        item = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "0_product_variant",
                "product_tmpl_id": source.id,
                "product_id": small.id,
                "fixed_price": 3,
            }
        )
        picture = self.env["print3d.picture"]._add(
            source, "a.png", self._make_picture(), product=small
        )
        target = self._create_model("Chest")
        small._print3d_move(target)
        self.assertEqual(item.product_tmpl_id, target)
        self.assertEqual(picture.product_tmpl_id, target)

    def test_move_is_refused_in_words(self):
        model = self._create_model("Box")
        variant = model.product_variant_id
        with self.assertRaisesRegex(UserError, "already"):
            variant._print3d_move(model)
        other = self._create_model("Chest", company_id=self.env.company.id)
        with self.assertRaisesRegex(UserError, "different companies"):
            variant._print3d_move(other)
        dozens = self._create_model(
            "Set", uom_id=self.env.ref("uom.product_uom_dozen").id
        )
        with self.assertRaisesRegex(UserError, "Unit"):
            variant._print3d_move(dozens)
        mug = self.env["product.template"].create({"name": "Mug"})
        with self.assertRaisesRegex(UserError, "no 3D model"):
            variant._print3d_move(mug)
        with self.assertRaises(AccessError):
            variant.with_user(self.user_sales)._print3d_move(
                self._create_model("Other").with_user(self.user_sales)
            )

    def test_operator_moves(self):
        source = self._create_variants("Box", ("Small", "Large"))
        target = self._create_model("Chest")
        variant = source.product_variant_ids[0].with_user(self.user_operator)
        variant._print3d_move(target.with_user(self.user_operator))
        self.assertEqual(variant.product_tmpl_id, target)

    # === SPLITTING AND MERGING === #

    def test_split_a_variant(self):
        source = self._create_variants("Box", ("Small", "Large"))
        large = source.product_variant_ids[1]
        version = self._create_version(large, activate=True)
        model = source._print3d_split(large)
        self.assertEqual(model.name, "Box Large")
        self.assertEqual(model.product_variant_ids, large)
        self.assertEqual(version.product_tmpl_id, model)
        self.assertFalse(model.attribute_line_ids)
        self.assertEqual(len(source.product_variant_ids), 1)
        with self.assertRaisesRegex(UserError, "one variant only"):
            model._print3d_split(large)

    def test_merge_models(self):
        designer = self.env["res.partner"].create({"name": "Anna"})
        tags = self.env["product.tag"].create([{"name": "Toys"}, {"name": "Tools"}])
        target = self._create_model(
            "Dragon", product_tag_ids=[Command.set(tags[0].ids)]
        )
        other = self._create_variants("Wyvern", ("Small", "Large"))
        third = self._create_model(
            "Drake",
            designer_id=designer.id,
            product_tag_ids=[Command.set(tags[1].ids)],
        )
        third.with_user(self.user_sales).action_toggle_favourite()
        version = self._create_version(third.product_variant_id)
        variants = other.product_variant_ids | third.product_variant_ids
        moved = target._print3d_merge(target | other | third)
        self.assertEqual(moved, variants)
        self.assertEqual(
            self._get_names(target), ["Drake", "Large", "Small", "Standard"]
        )
        self.assertEqual(version.product_tmpl_id, target)
        self.assertEqual(target.designer_id, designer)
        self.assertEqual(target.product_tag_ids, tags)
        self.assertIn(self.user_sales, target.print3d_favourite_user_ids)
        self.assertFalse(other.active or third.active)

    def test_merge_names_that_are_taken(self):
        target = self._create_variants("Box", ("Small", "Large"))
        other = self._create_variants("Crate", ("Small", "Huge"))
        target._print3d_merge(other)
        self.assertEqual(
            self._get_names(target), ["Crate Small", "Huge", "Large", "Small"]
        )

    # === UNDO === #

    def test_merged_models_are_parted_again(self):
        designer = self.env["res.partner"].create({"name": "Anna"})
        target = self._create_model("Dragon", list_price=5)
        first = target.product_variant_id
        other = self._create_variants("Wyvern", ("Small", "Large"))
        other.designer_id = designer
        other.list_price = 7
        small, large = other.product_variant_ids
        version = self._create_version(large, activate=True)
        picture = self.env["print3d.picture"]._add(
            other, "a.png", self._make_picture(colour=(1, 2, 3))
        )
        change = target._print3d_merge_with_undo(other)
        self.assertEqual(picture.product_tmpl_id, target)
        self.assertEqual(target.designer_id, designer)
        change.action_undo()
        self.assertEqual(change.state, "undone")
        self.assertTrue(other.active)
        self.assertEqual(other.product_variant_ids, small | large)
        self.assertEqual(self._get_names(other), ["Large", "Small"])
        self.assertEqual(target.product_variant_ids, first)
        self.assertEqual((small.lst_price, first.lst_price), (7, 5))
        self.assertEqual(version.product_tmpl_id, other)
        self.assertFalse(target.designer_id)
        self.assertEqual(picture.product_tmpl_id, other)

    def test_later_changes_are_undone_first(self):
        models = [self._create_model(name) for name in ("A", "B", "C")]
        first = models[0]._print3d_merge_with_undo(models[1])
        second = models[0]._print3d_merge_with_undo(models[2])
        with self.assertRaisesRegex(UserError, "Undo that first"):
            first.action_undo()
        second.action_undo()
        first.action_undo()
        for model in models:
            self.assertEqual(len(model.product_variant_ids), 1)
            self.assertTrue(model.active)

    # === MERGING VARIANTS === #

    def _create_two(self):
        model = self._create_variants("Box", ("Small", "Large"))
        return model, *model.product_variant_ids

    def test_merge_variants(self):
        model, small, large = self._create_two()
        old = self._create_version(large, activate=True)
        mine = self._create_version(small, activate=True)
        newest = self._create_version(large)
        mesh = self._create_mesh(large)
        small._print3d_merge_variants(large)
        self.assertEqual(small.slice_ids.sorted("number"), old | mine | newest)
        self.assertEqual(
            (old | mine | newest).mapped("number"), [1, 2, 3], "numbered by age"
        )
        self.assertEqual(
            (old | mine | newest).mapped("state"), ["retired", "active", "draft"]
        )
        self.assertEqual(small.active_slice_id, mine)
        self.assertEqual(mesh.product_id, small)
        self.assertFalse(large.active)
        self.assertFalse(large.active_slice_id)
        self.assertEqual(model.product_variant_ids, small)
        model._create_variant_ids()
        self.assertEqual(model.product_variant_ids, small)

    def test_merge_takes_the_active_version_where_there_is_none(self):
        _model, small, large = self._create_two()
        draft = self._create_version(small)
        active = self._create_version(large, activate=True)
        small._print3d_merge_variants(large)
        self.assertEqual(small.active_slice_id, active)
        self.assertEqual((draft | active).mapped("state"), ["draft", "active"])

    def test_merge_joins_the_same_file(self):
        _model, small, large = self._create_two()
        content = self._make_gcode(salt=77)
        mine = self.Slice._create_from_upload("a.gcode", content, product=small)
        draft = self.Slice._create_from_upload("b.gcode", content, product=large)
        stl = self._make_stl(salt=77)
        mesh = self._create_mesh(small, stl)
        twin = self._create_mesh(large, stl)
        small._print3d_merge_variants(large)
        self.assertEqual(small.slice_ids, mine)
        self.assertEqual(draft.product_id, large)
        self.assertEqual(small.print3d_mesh_ids, mesh)
        self.assertEqual(twin.product_id, large)
        self.assertEqual(len(small.print3d_file_ids), 2)

    def test_merge_keeps_a_used_version_of_the_same_file(self):
        _model, small, large = self._create_two()
        content = self._make_gcode(salt=78)
        mine = self.Slice._create_from_upload("a.gcode", content, product=small)
        used = self.Slice._create_from_upload("b.gcode", content, product=large)
        used.question_ids.action_accept("a test")
        used.action_activate()
        small._print3d_merge_variants(large)
        self.assertEqual(small.slice_ids, mine | used)
        self.assertEqual(used.file_id, mine.file_id)

    def test_merged_variants_are_parted_again(self):
        model, small, large = self._create_two()
        old = self._create_version(large, activate=True)
        mine = self._create_version(small, activate=True)
        mesh = self._create_mesh(large)
        picture = self.env["print3d.picture"]._add(
            model, "a.png", self._make_picture(), product=large
        )
        undo = small._print3d_merge_variants(large)
        self.assertEqual(picture.product_id, small)
        newer = self._create_version(small)
        small._print3d_unmerge_variants(undo)
        self.assertTrue(large.active)
        self.assertEqual(model.product_variant_ids, small | large)
        self.assertEqual(self._get_names(model), ["Large", "Small"])
        self.assertEqual(large.slice_ids, old)
        self.assertEqual(large.active_slice_id, old)
        self.assertEqual(small.active_slice_id, mine)
        self.assertEqual((old.number, mine.number, newer.number), (1, 1, 2))
        self.assertEqual(mesh.product_id, large)
        self.assertEqual(picture.product_id, large)

    def test_operator_merges_and_undoes(self):
        model, small, large = self._create_two()
        version = self._create_version(small, activate=True)
        for other in (large, small):
            with self.subTest(other=other.display_name):
                kept = (small | large) - other
                wizard = (
                    self.env["print3d.variant.merger"]
                    .with_user(self.user_operator)
                    .create(
                        {
                            "product_id": kept.id,
                            "other_ids": [Command.set(other.ids)],
                        }
                    )
                )
                done = wizard.action_apply()
                self.assertEqual(model.product_variant_ids, kept)
                self.assertEqual(version.product_id, kept)
                self.env["print3d.library.change"].with_user(self.user_operator).browse(
                    done["params"]["change_id"]
                ).action_undo()
                self.assertEqual(model.product_variant_ids, small | large)
                self.assertEqual(self._get_names(model), ["Large", "Small"])
                self.assertEqual(version.product_id, small)
                self.assertEqual(small.active_slice_id, version)

    def test_merge_across_models_archives_the_empty_one(self):
        one, other = self._create_model("Lid"), self._create_model("Lid (copy)")
        version = self._create_version(other.product_variant_id, activate=True)
        one.product_variant_id._print3d_merge_variants(other.product_variant_id)
        self.assertEqual(version.product_tmpl_id, one)
        self.assertFalse(other.active)

    def test_merge_of_variants_is_refused_in_words(self):
        _model, small, large = self._create_two()
        with self.assertRaisesRegex(UserError, "Choose another variant"):
            small._print3d_merge_variants(small)
        mug = self.env["product.product"].create({"name": "Mug"})
        with self.assertRaisesRegex(UserError, "not printed by the shop"):
            small._print3d_merge_variants(mug)
        with self.assertRaises(AccessError):
            small.with_user(self.user_sales)._print3d_merge_variants(large)
